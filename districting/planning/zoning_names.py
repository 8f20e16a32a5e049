"""Positions in what the solver says, turned into the ids and names that people know."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, DistrictingError, InfeasibleError
from districting.model.county_words import county_words
from districting.model.plan import Plan
from districting.model.zoning_problem import ZoningProblem
from districting.planning.plan_part import PlanPart
from districting.planning.zoning_part import Part
from districting.wording import Text, text
from districting.zoning.lowering import lower

_GIVEN_BLOCKS = ("zoning.group_in_pieces", "problem.")
"""Sentences that speak of blocks as given, not of blocks that stay together as one."""


def named_conflicts(error: InfeasibleError, part: Part, problem: ZoningProblem, county: str) -> tuple[list[Conflict], list[Text]]:
    """Conflicts and relaxations of one county with names in place of positions."""
    names = names_of_part(part, problem)
    where = {"county": county_words(county)} if county else {}
    key = "planning.where" if county else "planning.where_stage"
    found = [dataclasses.replace(c, problem=text(key, **where, stage=text(f"word.{part.stage}"), problem=names.said(c.problem))) for c in error.conflicts]
    return found, [names.said(r) for r in error.relaxations]


@contextmanager
def names_in_refusals(plan: Plan, part: PlanPart) -> Iterator[None]:
    """An InfeasibleError from within names the plan's schools and blocks in place of positions in ``part``."""
    try:
        yield
    except InfeasibleError as error:
        names = names_in_plan(plan, part)
        conflicts = [dataclasses.replace(c, problem=names.said(c.problem)) for c in error.conflicts]
        raise InfeasibleError(conflicts, [names.said(r) for r in error.relaxations]) from None


def names_in_plan(plan: Plan, part: PlanPart) -> Names:
    """The names of a plan's part, whose schools are the plan's zones."""
    members = plan.zone_schools[plan.zone_schools["stage"] == part.stage]
    name = plan.schools.set_index("school_id")["name"].reindex(members["school_id"]).fillna("").astype("str").to_numpy(dtype=object)
    said = [n or i for n, i in zip(name, members["school_id"].astype("str"), strict=True)]
    zone = members["zone_id"].astype("str").tolist()
    zones = [_listed([n for n, z in zip(said, zone, strict=True) if z == one]) for one in part.zone_ids.tolist()]
    return Names(zones, zones, [str(b) for b in part.block_ids], part.problem)


def names_of_part(part: Part, problem: ZoningProblem) -> Names:
    """The names of one county of a city."""
    ids = part.city.blocks["block_id"].to_numpy(dtype=object)[part.blocks]
    school = part.offers["name"].to_numpy(dtype=object)
    members = [school[np.flatnonzero(part.school_of_offer == j)] for j in range(part.school_count)]
    zones = [_listed([n for j in np.flatnonzero(part.zone_of_school == z) for n in members[j]]) for z in range(len(part.zones))]
    return Names([_listed(names) for names in members], zones, [str(i) for i in ids], problem)


class Names:
    """Names by position: of schools, zones and blocks, and a block of each unit that stays together."""

    def __init__(self, schools: list[str], zones: list[str], blocks: list[str], problem: ZoningProblem) -> None:
        self.schools, self.zones, self.blocks = schools, zones, blocks
        self.units = _first_of_unit(problem, blocks)

    def said(self, sentence: Text) -> Text:
        """The sentence with names."""
        blocks = self.blocks if sentence.key.startswith(_GIVEN_BLOCKS) else self.units
        put: dict[str, Callable[[Any], Any]] = {
            "block": lambda v: _at(blocks, v),
            "blocks": lambda v: [_at(blocks, b) for b in v] if isinstance(v, (list, tuple)) else v,
            "first": lambda v: [_at(blocks, b) for b in v] if isinstance(v, (list, tuple)) else v,
            "school": lambda v: _at(self.zones, v),
            "zone": lambda v: _at(self.zones, v),
            "schools": lambda v: [_each(self.schools, s) for s in v] if isinstance(v, (list, tuple)) else v,
        }
        return Text(sentence.key, {k: put[k](v) if k in put else self._inner(v) for k, v in sentence.values.items()})

    def _inner(self, value: Any) -> Any:
        if isinstance(value, Text):
            return self.said(value)
        return [self._inner(v) for v in value] if isinstance(value, list) else value


def _first_of_unit(problem: ZoningProblem, blocks: list[str]) -> list[str]:
    """A block of each unit that stays together; the blocks themselves where nothing does."""
    try:
        unit: NDArray[np.int64] = lower(problem).unit_of_block
    except DistrictingError:
        return blocks
    return [blocks[int(i)] for i in np.unique(unit, return_index=True)[1]]


def _listed(names: Any) -> str:
    return " / ".join(str(n) for n in names)


def _at(names: list[str], position: Any) -> Any:
    return names[position] if isinstance(position, (int, np.integer)) and 0 <= position < len(names) else position


def _each(names: list[str], said: Any) -> str:
    """A list of positions in brackets, as names."""
    return " + ".join(_at(names, int(n)) for n in re.findall(r"\d+", str(said)))
