"""Why no districts are possible: which rule, where and by how much."""

from __future__ import annotations

from typing import NoReturn

import numpy as np

from districting.errors import Conflict, InfeasibleError
from districting.grouping.area import Area
from districting.grouping.relaxations import relaxations
from districting.model.county_words import county_words
from districting.model.grouping_problem import GroupingProblem
from districting.wording import Text, text


def conflicts_of(problem: GroupingProblem, area: Area, *, proven: bool = False) -> list[Conflict]:
    """Rules that counting alone shows to be broken in an area; with ``proven``, the solver's verdict when counting finds nothing."""
    where = place(problem, area)
    found = [*_overfull(problem, area, where), *_short(area, where)]
    if found or not proven:
        return found
    key = "grouping.no_connected" if area.connected else "grouping.no_composition"
    return [Conflict("connected" if area.connected else "counts", 1.0, "area", text(key, where=where))]


def place(problem: GroupingProblem, area: Area) -> Text:
    """The county of an area in words, and that it is a part cut off from the rest when it is."""
    name = county_words(problem.county_names[area.county] if problem.county_names else str(area.county))
    whole = not problem.spec.within_county and not problem.spec.connected
    same = np.count_nonzero(problem.county_of_unit == area.county)
    part = text("grouping.part", county=name, units=len(area.unit))
    if not problem.spec.within_county:
        return text("grouping.whole_city") if whole or len(area.unit) == problem.unit_count else part
    return text("grouping.county", county=name) if same == len(area.unit) else part


def _overfull(problem: GroupingProblem, area: Area, where: Text) -> list[Conflict]:
    """Units that alone hold more of a kind than a district may."""
    found = []
    for k, key in enumerate(area.keys):
        for unit in np.flatnonzero(area.count[:, k] > area.most[k]):
            here = problem.unit_of_member == area.unit[unit]
            names = [problem.names[i] for i in np.flatnonzero(here)] if problem.names else []
            values = {"where": where, "count": int(area.count[unit, k]), "kind": kind(key), "most": int(area.most[k]), "names": names}
            found.append(Conflict(key, float(area.count[unit, k] - area.most[k]), "school", text("grouping.unit_overfull", **values)))
    return found


def _short(area: Area, where: Text) -> list[Conflict]:
    """Schools missing of a kind: the districts needed (most of one kind) times the least of another."""
    total = area.count.sum(axis=0)
    limited = np.isfinite(area.most)
    needed = max([1, *(int(-(-total[k] // area.most[k])) for k in np.flatnonzero(limited))])
    found = []
    for k, key in enumerate(area.keys):
        missing = int(area.least[k] * needed - total[k])
        if missing > 0:
            values = {"where": where, "kind": kind(key), "have": int(total[k]), "need": int(area.least[k] * needed), "missing": missing, "districts": needed}
            found.append(Conflict(key, float(missing), "school", text("grouping.short", **values)))
    if not len(area.centre) and not found:
        found.append(Conflict("centre", 1.0, "school", text("grouping.no_centre", where=where)))
    return found


def kind(key: str) -> Text:
    """A counted kind in words."""
    return text(f"grouping.kind_{key}")


def raise_with_relaxations(problem: GroupingProblem, conflicts: list[Conflict]) -> NoReturn:
    """Raise the conflicts with the relaxations that were tested to work."""
    raise InfeasibleError(conflicts, relaxations(problem))
