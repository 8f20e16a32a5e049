"""Zonings that are solved again under something more: blocks kept to some schools, or ways to a school that cost more; measured by their own goals all the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.measures.zoning_terms import objective_of, zoning_terms
from districting.model.rules import Forbidden
from districting.model.solution import relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.planning.surcharge import with_surcharge
from districting.planning.zoning_build import StageProblem
from districting.planning.zoning_part import Part
from districting.planning.zoning_solve import StageZones, terms_of

Pairs = Sequence[tuple[int, int]]
"""(block of the city, offer of the stage)."""


@dataclass(frozen=True, eq=False)
class Extra:
    """What a round adds to the zoning of a stage. ``surcharge`` (n, zones of the stage) metres per pupil."""

    forbidden: Pairs = ()
    surcharge: NDArray[np.float64] | None = None

    @property
    def empty(self) -> bool:
        return not self.forbidden and self.surcharge is None


def with_extra(stage: StageProblem, extra: Extra) -> StageProblem:
    """The problems of a stage with what the round adds."""
    if extra.empty:
        return stage
    parts = []
    for (county, blocks, zones, problem), piece in zip(stage.parts, stage.pieces, strict=True):
        block, school = _inside(piece, extra.forbidden)
        new = problem.replace(rules=(*problem.rules, Forbidden(block, school, asked=False))) if len(block) else problem
        if extra.surcharge is not None:
            new = with_surcharge(new, extra.surcharge[np.ix_(blocks, zones)])
        parts.append((county, blocks, zones, new))
    return dataclasses.replace(stage, parts=tuple(parts))


def _inside(piece: Part, pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of the part, as positions in it."""
    table = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    block, school = piece.place_of_block[table[:, 0]], piece.school_of_offer[table[:, 1]]
    here = (block >= 0) & (school >= 0)
    return block[here].astype(np.int64), school[here].astype(np.int64)


def within_districts(
    stage: StageProblem, district_of_block: NDArray[np.int64], district_of_offer: NDArray[np.int64], only: frozenset[int] | None = None
) -> StageProblem:
    """Every block kept to the schools of its district (-1 = in none: open to all). A school in none belongs where it stands.

    ``only``: these districts alone are held, no block in or out.
    """
    of_offer = np.where(district_of_offer >= 0, district_of_offer, district_of_block[stage.home])
    parts = []
    for (county, blocks, zones, problem), piece in zip(stage.parts, stage.pieces, strict=True):
        of_block = district_of_block[blocks]
        of_school = np.full(problem.school_count, -1, dtype=np.int64)
        here = piece.school_of_offer >= 0
        of_school[piece.school_of_offer[here]] = of_offer[here]
        apart = (of_block[:, None] != of_school[None, :]) & (of_block[:, None] >= 0) & (of_school[None, :] >= 0)
        if only is not None:
            apart &= np.isin(of_block, list(only))[:, None] | np.isin(of_school, list(only))[None, :]
        block, school = np.nonzero(apart)
        new = problem.replace(rules=(*problem.rules, Forbidden(block, school, asked=False, why="district"))) if len(block) else problem
        parts.append((county, blocks, zones, new))
    return dataclasses.replace(stage, parts=tuple(parts))


def solve_changed(stage: StageProblem, base: StageZones, solve: Callable[[StageProblem], StageZones]) -> StageZones:
    """``stage`` solved where its parts are not those of ``base``, whose zones stand everywhere else; the record is that of what was solved."""
    changed = [new is not old for (*_, new), (*_, old) in zip(stage.parts, base.problem.parts, strict=True)]
    if all(changed):
        return solve(stage)
    if not any(changed):
        return dataclasses.replace(base, problem=stage)
    some = changed_parts(stage, base.problem)
    found = solve(some)
    here = found.zone_of_block >= 0
    price = base.seat_price_m.copy()
    for _, _, zones, _ in some.parts:
        price[zones] = found.seat_price_m[zones]
    return dataclasses.replace(found, problem=stage, zone_of_block=np.where(here, found.zone_of_block, base.zone_of_block), seat_price_m=price)


def changed_parts(stage: StageProblem, base: StageProblem) -> StageProblem:
    """The counties of ``stage`` alone whose problem is not that of ``base``."""
    kept = [i for i, ((*_, new), (*_, old)) in enumerate(zip(stage.parts, base.parts, strict=True)) if new is not old]
    return dataclasses.replace(stage, parts=tuple(stage.parts[i] for i in kept), pieces=tuple(stage.pieces[i] for i in kept))


def with_parts_of(zones: StageZones, other: StageZones, taken: Sequence[bool]) -> StageZones:
    """``zones`` with those of ``other`` in the counties ``taken``."""
    label, price, parts = zones.zone_of_block.copy(), zones.seat_price_m.copy(), list(zones.problem.parts)
    for at, ((_, blocks, numbers, _), take) in enumerate(zip(other.problem.parts, taken, strict=True)):
        if take:
            label[blocks], price[numbers], parts[at] = other.zone_of_block[blocks], other.seat_price_m[numbers], other.problem.parts[at]
    return dataclasses.replace(zones, problem=dataclasses.replace(zones.problem, parts=tuple(parts)), zone_of_block=label, seat_price_m=price)


def measured_as(zones: StageZones, free: StageProblem, bound: float) -> StageZones:
    """``zones`` with the record of the problem without the round's additions; ``bound`` holds for any zones of the stage."""
    labels = [_Labels(problem, zones.zone_of_block[blocks], numbers) for _, blocks, numbers, problem in free.parts]
    objective = sum(objective_of(one.problem, one.label) for one in labels)
    bound = min(bound, objective)
    gap = relative_gap(objective, bound)
    record: dict[str, Any] = {**zones.record, "objective": objective, "bound": bound, "gap": gap, "status": "optimal" if gap <= _PROVED else "feasible"}
    if gap > _PROVED and record["ended"] == "proved":
        record["ended"] = "joint"
    terms = terms_of([one.terms for one in labels], [one.problem for one in labels])
    return dataclasses.replace(zones, record={**record, **terms})


_PROVED = 1e-6


class _Labels:
    """The labels of a part as positions of its zones."""

    def __init__(self, problem: ZoningProblem, zone: NDArray[np.int64], numbers: NDArray[np.int64]) -> None:
        self.problem, self.label = problem, np.searchsorted(numbers, zone)

    @property
    def terms(self) -> dict[str, float]:
        return zoning_terms(self.problem, self.label)
