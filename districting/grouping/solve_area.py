"""One area solved: an answer by descent, a bound over all arcs, large neighbourhoods, and the exact search over the arcs that may still be in a better plan."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.cuts import loose_cuts
from districting.grouping.dive import dived
from districting.grouping.neighbourhoods import Room, regrouped
from districting.grouping.opening import Ask, Known, branch_on_openings
from districting.grouping.programme import Programme
from districting.grouping.search import annealed, grown, improve, mended
from districting.grouping.tighten import Tightening

ANNEALED_STARTS = 3
WHOLE_SHARE = 0.1
"""Share of the time for the programme as a whole; then its centres are branched on."""
LARGE = 20_000
"""Above so many arcs neighbourhoods make better use of the clock than the proof does."""
PROVED = 1e-6
"""Relative gap below which an answer counts as proven (the tolerance of the arithmetic)."""


@dataclass(frozen=True, eq=False)
class AreaResult:
    """``label`` (n,) unit -> centre or None; ``bound`` in pupil-metres, valid for all arcs; ``impossible`` is True only when proven."""

    label: NDArray[np.int64] | None
    objective: float
    bound: float
    impossible: bool


def solve_area(area: Area, *, deadline: float, gap: float) -> AreaResult:
    """Solve until the gap, the proof or ``deadline`` (of ``time.perf_counter``)."""
    begin = perf_counter()

    def by(share: float) -> float:
        return begin + share * max(0.0, deadline - begin)

    best = improve(area, grown(area), by(0.2))
    tight = Tightening(area, best)
    if len(area.centre):
        tight.run(_cost(area, best), by(0.25))
        best = _cheapest(area, [best, dived(area, tight, by(0.6))])
    for seed in range(ANNEALED_STARTS if best is None and len(area.centre) else 0):
        best = annealed(area, grown(area), by(0.65), np.random.default_rng(seed))
        if best is not None:
            break
    if best is not None and tight.best is not None and not _close(_cost(area, best), tight.bound, gap):
        room = Room(tight.best.slack(best), tight.left(_cost(area, best)))
        best = regrouped(area, best, room, by(0.8 if area.cost.size > LARGE else 0.1), np.random.default_rng(0))
    known = Known(best, _cost(area, best), min(tight.bound, _cost(area, best)))
    if not _close(known.upper, known.bound, gap):
        found = _proved(area, known, tight, deadline, gap)
        if found is None:
            return AreaResult(None, np.inf, np.inf, True)
        known = found
    return AreaResult(known.label, known.upper, min(known.bound, known.upper), False)


def _proved(area: Area, known: Known, tight: Tightening, deadline: float, gap: float) -> Known | None:
    """The exact search over the arcs that are left; None when no plan is possible."""
    best, upper, bound = known.label, known.upper, known.bound
    programme = Programme(area, kept=tight.left(upper), cuts=tight.cuts)
    whole = perf_counter() + WHOLE_SHARE * max(0.0, deadline - perf_counter())
    ask = Ask(lambda label: loose_cuts(programme, label), lambda label: improve(area, mended(area, label), min(deadline, perf_counter() + 2.0)))
    while perf_counter() < whole and not _close(upper, bound, gap):
        result = programme.solve(time_limit_s=whole - perf_counter(), gap=max(gap, PROVED / 2))
        if result.status == "infeasible":
            return None if best is None else Known(best, upper, upper)
        bound = max(bound, min(result.bound * programme.scale, upper))
        label = programme.label_of(result)
        if label is None:
            break
        cuts = ask.cuts(label)
        best = _cheapest(area, [best, ask.mended(label) if cuts else label])
        upper = _cost(area, best)
        if not cuts:
            break
        programme.add(cuts)
    if perf_counter() < deadline and not _close(upper, bound, gap) and len(area.centre):
        found = branch_on_openings(programme, Known(best, upper, bound), ask, deadline=deadline, tolerance=max(gap, PROVED / 2))
        return None if found.label is None and not np.isfinite(found.bound) else found
    return Known(best, upper, bound)


def _cost(area: Area, label: NDArray[np.int64] | None) -> float:
    return np.inf if label is None else area.objective(label)


def _cheapest(area: Area, labels: list[NDArray[np.int64] | None]) -> NDArray[np.int64] | None:
    found = [label for label in labels if label is not None]
    return min(found, key=area.objective) if found else None


def possible(area: Area, *, deadline: float) -> bool | None:
    """Whether any districts obey the rules: True, False (proven) or None (not decided in time)."""
    if not len(area.centre):
        return False
    programme = Programme(area, with_objective=False)
    while perf_counter() < deadline:
        result = programme.solve(time_limit_s=deadline - perf_counter())
        if result.status == "infeasible":
            return False
        label = programme.label_of(result)
        if label is None:
            return None
        cuts = loose_cuts(programme, label)
        if not cuts or improve(area, mended(area, label), deadline) is not None:
            return True
        programme.add(cuts)
    return None


def _close(upper: float, bound: float, gap: float) -> bool:
    return bool(np.isfinite(upper)) and upper - bound <= max(gap, PROVED) * upper
