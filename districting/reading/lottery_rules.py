"""RULES.toml to :class:`LotteryRules`: unknown keys, wrong kinds and rules that do not fit each other are faults, all listed at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from districting.model.lottery_rules import DIGITS, Batch, LotteryRules, Reserve, SeatsOfSchool, Tier
from districting.model.settings import InputSpec
from districting.reading.rules_file import RulesKind, parse_rules_tree, rules_tree
from districting.wording import Text, text

_KIND: Final = RulesKind(
    LotteryRules,
    {"pupils": InputSpec, "wishes": InputSpec, "schools": SeatsOfSchool, "tiers": Tier, "reserved": Reserve, "batches": Batch},
    tables={"schools": "schools_file"},
)


def load_rules(path: str | Path) -> LotteryRules:
    """Read the rules of a lottery.

    Raises
    ------
    DataError : the file is missing, is not TOML, or holds unknown keys, wrong kinds, or rules that do not fit (each one listed)
    """
    path = Path(path)
    return parse_rules(rules_tree(path), folder=path.parent, file=path.name)


def parse_rules(tree: Mapping[str, Any], *, folder: Path, file: str = "") -> LotteryRules:
    """Rules from a parsed TOML tree.

    >>> tree = {"name": "一年级", "engine": "single_school", "pupils": "a.csv", "schools": [{"school": "一中", "plan": 2}]}
    >>> parse_rules(tree, folder=Path(".")).schools[0].plan
    2
    """
    rules: LotteryRules = parse_rules_tree(tree, _KIND, folder, file, _misfits)
    return rules


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
