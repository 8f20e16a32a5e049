"""RULES.toml to :class:`LotteryRules`: unknown keys, wrong kinds and rules that do not fit each other are faults, all listed at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.model.lottery_rules import DIGITS, Batch, LotteryRules, Reserve, SeatsOfSchool, Tier
from districting.model.settings import InputSpec
from districting.reading.setting_faults import setting_fault, unknown_key
from districting.reading.toml_file import toml_tree
from districting.wording import Text, text

_NOT_IN_FILE: Final = ("folder", "file", "schools_file")
_KNOWN: Final[Mapping[str, type]] = {"pupils": InputSpec, "wishes": InputSpec, "schools": SeatsOfSchool, "tiers": Tier, "reserved": Reserve, "batches": Batch}
"""Key -> what stands under it."""


def load_rules(path: str | Path) -> LotteryRules:
    """Read the rules of a lottery.

    Raises
    ------
    DataError : the file is missing, is not TOML, or holds unknown keys, wrong kinds, or rules that do not fit (each one listed)
    """
    path = Path(path)
    tree = toml_tree(path, missing=text("enrolment.give_rules"))
    return parse_rules(tree, folder=path.parent, file=path.name)


def parse_rules(tree: Mapping[str, Any], *, folder: Path, file: str = "") -> LotteryRules:
    """Rules from a parsed TOML tree.

    >>> tree = {"name": "一年级", "engine": "single_school", "pupils": "a.csv", "schools": [{"school": "一中", "plan": 2}]}
    >>> parse_rules(tree, folder=Path(".")).schools[0].plan
    2
    """
    from pydantic import TypeAdapter, ValidationError

    faults = [unknown_key(key, file, _keys()) for key in _NOT_IN_FILE if key in tree]
    merged = {key: value for key, value in tree.items() if key not in _NOT_IN_FILE}
    for key in ("pupils", "wishes", "schools"):
        if isinstance(merged.get(key), str):
            merged[key] = {"path": merged[key]}
    if isinstance(merged.get("schools"), Mapping):
        merged["schools_file"] = merged.pop("schools")
    try:
        rules = TypeAdapter(LotteryRules).validate_python(merged)
    except ValidationError as error:
        raise DataError([*faults, *(_as_fault(e, file) for e in error.errors())]) from None
    faults += [Fault(problem, remedy, file=file, column=place) for place, problem, remedy in _misfits(rules)]
    if faults:
        raise DataError(faults)
    return dataclasses.replace(rules, folder=folder, file=file)


def _keys() -> list[str]:
    return [f.name for f in dataclasses.fields(LotteryRules) if f.name not in _NOT_IN_FILE]


def _as_fault(error: Any, file: str) -> Fault:
    parts = ["schools" if part == "schools_file" else str(part) for part in error["loc"]]
    of = InputSpec if error["loc"][0] == "schools_file" else _KNOWN.get(parts[0])
    known = _keys() if len(parts) == 1 or of is None else [f.name for f in dataclasses.fields(of)]
    return setting_fault(error, ".".join(str(int(p) + 1) if p.isdigit() else p for p in parts), known, file)


def _misfits(rules: LotteryRules) -> Iterator[tuple[str, Text, Text]]:
    """(place, problem, remedy) of what is of the right kind and makes no sense."""
    yield from _plain_misfits(rules)
    yield from _batch_misfits(rules)
    for i, school in enumerate(rules.schools, 1):
        yield from seat_misfits(f"schools.{i}", school)
    names = [s.school for s in rules.schools]
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        yield "schools", text("enrolment.school_twice", school=name), text("enrolment.school_twice_remedy")
    tiers = [t.name for t in rules.tiers]
    for name in dict.fromkeys(n for n in tiers if tiers.count(n) > 1):
        yield "tiers", text("enrolment.tier_twice", name=name), text("enrolment.tier_twice_remedy")


def seat_misfits(place: str, school: SeatsOfSchool) -> Iterator[tuple[str, Text, Text]]:
    """Seats that cannot be."""
    if school.plan < 0:
        yield f"{place}.plan", text("enrolment.negative", given=school.plan), text("enrolment.give_count")
    if school.cap is not None and school.cap < school.plan:
        yield f"{place}.cap", text("enrolment.cap_below_plan", cap=school.cap, plan=school.plan), text("enrolment.cap_below_plan_remedy")


def _plain_misfits(rules: LotteryRules) -> Iterator[tuple[str, Text, Text]]:
    if rules.digits not in DIGITS:
        yield "digits", text("config.no_choice", given=str(rules.digits)), text("config.choose", names=[str(d) for d in DIGITS])
    if not rules.name.strip():
        yield "name", text("enrolment.blank"), text("enrolment.give_name")
    if not rules.schools and rules.schools_file is None:
        yield "schools", text("enrolment.no_schools"), text("enrolment.no_schools_remedy")
    for i, pool in enumerate(rules.reserved, 1):
        if pool.seats < 1:
            yield f"reserved.{i}.seats", text("enrolment.negative", given=pool.seats), text("enrolment.give_count")
    for key in dict.fromkeys(k for k in rules.order_keys if rules.order_keys.count(k) > 1):
        yield "order_keys", text("enrolment.key_twice", name=key), text("enrolment.key_twice_remedy")


def _batch_misfits(rules: LotteryRules) -> Iterator[tuple[str, Text, Text]]:
    if rules.engine == "batched" and not rules.batches:
        yield "batches", text("enrolment.no_batches"), text("enrolment.no_batches_remedy")
    if rules.engine != "batched" and rules.batches:
        yield "batches", text("enrolment.idle_batches", engine=rules.engine), text("enrolment.idle_batches_remedy")
    for i, batch in enumerate(rules.batches, 1):
        first, last = batch.wishes
        if not 1 <= first <= last:
            yield f"batches.{i}.wishes", text("enrolment.bad_range", first=first, last=last), text("enrolment.bad_range_remedy")
