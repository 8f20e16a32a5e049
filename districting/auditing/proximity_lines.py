"""The lines of enrolment near home from a data file (policy 2.8): data, not code."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.reading.toml_file import toml_tree
from districting.wording import text

STAGES: Final = ("primary", "junior")
"""Stages of compulsory education: nobody is zoned before or after."""
NAMES: Final = ("zoned_schools", "in_zone_intake", "schools_in_line", "specialty_intake")
_PACKAGED: Final = "proximity.toml"
_RECORD: Final = "proximity"


@dataclass(frozen=True)
class Lines:
    """The lines that hold in a year: stage -> name -> share. ``source``: the document they stand in.

    >>> read_lines(None, 2016).line("junior", "zoned_schools"), read_lines(None, 2026).line("junior", "zoned_schools")
    (0.9, 0.95)
    """

    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    source: str = ""

    def line(self, stage: str, name: str) -> float:
        """One of :data:`NAMES`; NaN where there is no such line."""
        return float(self.shares.get(stage, {}).get(name, math.nan))


def recorded_lines(plan: Plan) -> Lines:
    """The lines that the plan was held to; those of the package where it says nothing."""
    said = plan.recorded("audit", _RECORD)
    if said is None:
        return read_lines(None, plan.year)
    tree = json.loads(said)
    return Lines(tree["shares"], tree["source"])


def lines_record(lines: Lines) -> dict[str, str]:
    """Key -> value of the provenance, for :func:`recorded_lines`."""
    return {_RECORD: json.dumps({"shares": lines.shares, "source": lines.source}, ensure_ascii=False, sort_keys=True)}


def read_lines(path: Path | None, year: int) -> Lines:
    """The last set of lines that starts no later than ``year``, of the file at ``path``; None = the one of the package. No lines before the first year.

    Raises
    ------
    DataError : no such file, no TOML, or lines that are no shares (every one listed)
    """
    if path is None:
        tree = tomllib.loads(resources.files("districting.profiles").joinpath(_PACKAGED).read_text(encoding="utf-8"))
    else:
        tree = toml_tree(path, missing=text("proximity.give_lines"))
    faults = _faults(tree, _PACKAGED if path is None else path.name)
    if faults:
        raise DataError(faults)
    past = [t for t in tree["targets"] if t["year"] <= year]
    if not past:
        return Lines()
    last = max(past, key=lambda t: t["year"])
    return Lines({stage: last[stage] for stage in STAGES if stage in last}, str(last.get("source", "")))


def _faults(tree: Mapping[str, Any], file: str) -> list[Fault]:
    targets = tree.get("targets")
    if set(tree) != {"targets"} or not isinstance(targets, list) or not targets or not all(isinstance(t, dict) for t in targets):
        return [Fault(text("proximity.no_targets"), text("proximity.copy_profile"), file=file, column="targets")]
    found: list[Fault] = []
    years = [t.get("year") for t in targets]
    for i, target in enumerate(targets):
        place = f"targets[{i + 1}]"
        if type(years[i]) is not int or years[i] in years[:i]:
            found.append(Fault(text("proximity.bad_year"), text("proximity.copy_profile"), file=file, column=f"{place}.year"))
        for key in sorted(set(target) - {"year", "source", *STAGES}):
            found.append(_unknown(key, ("year", "source", *STAGES), file, f"{place}.{key}"))
        for stage in STAGES:
            lines = target.get(stage, {})
            if not isinstance(lines, dict):
                found.append(Fault(text("proximity.no_table", name=stage), text("proximity.copy_profile"), file=file, column=f"{place}.{stage}"))
                continue
            found += [_unknown(key, NAMES, file, f"{place}.{stage}.{key}") for key in sorted(set(lines) - set(NAMES))]
            wrong = [k for k in NAMES if k in lines and not (type(lines[k]) in (int, float) and 0 <= lines[k] <= 1)]
            found += [Fault(text("proximity.no_share"), text("proximity.give_share"), file=file, column=f"{place}.{stage}.{k}") for k in wrong]
    return found


def _unknown(key: str, known: tuple[str, ...], file: str, place: str) -> Fault:
    return Fault(text("proximity.unknown_key", key=key), text("proximity.known_keys", names=list(known)), file=file, column=place)
