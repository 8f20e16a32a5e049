"""One area solved exactly: the programme, cuts for districts in pieces, and local search between the rounds."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.breach import far_pairs, loose_pieces
from districting.grouping.connectivity import pieces
from districting.grouping.opening import Ask, Known, branch_on_openings
from districting.grouping.programme import Programme
from districting.grouping.search import annealed, grown, improve, mended
from districting.solvers.milp import Row

ANNEALED_STARTS = 3
WHOLE_SHARE = 0.1
"""Share of the time for the programme as a whole; then its centres are branched on."""
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
    best = improve(area, grown(area), begin + 0.2 * max(0.0, deadline - begin))
    for seed in range(ANNEALED_STARTS if best is None and len(area.centre) else 0):
        best = annealed(area, grown(area), begin + 0.3 * max(0.0, deadline - begin), np.random.default_rng(seed))
        if best is not None:
            break
    upper = area.objective(best) if best is not None else np.inf
    programme, bound = Programme(area), 0.0
    whole = perf_counter() + WHOLE_SHARE * max(0.0, deadline - perf_counter())

    ask = Ask(lambda label: loose_cuts(programme, label), lambda label: improve(area, mended(area, label), min(deadline, perf_counter() + 2.0)))

    while perf_counter() < whole and not _close(upper, bound, gap):
        result = programme.milp.solve(time_limit_s=whole - perf_counter(), gap=max(gap, PROVED / 2))
        if result.status == "infeasible":
            return AreaResult(None, np.inf, np.inf, True) if best is None else AreaResult(best, upper, upper, False)
        bound = max(bound, min(result.bound * programme.scale, upper))
        label = programme.label_of(result)
        if label is None:
            break
        cuts = ask.cuts(label)
        candidate = ask.mended(label) if cuts else label
        if candidate is not None and area.objective(candidate) < upper:
            best, upper = candidate, area.objective(candidate)
        if not cuts:
            break
        programme.milp.add_rows(cuts)
    if perf_counter() < deadline and not _close(upper, bound, gap) and len(area.centre):
        known = branch_on_openings(programme, Known(best, upper, bound), ask, deadline=deadline, tolerance=max(gap, PROVED / 2))
        best, upper, bound = known.label, known.upper, known.bound
        if best is None and not np.isfinite(bound):
            return AreaResult(None, np.inf, np.inf, True)
    return AreaResult(best, upper, min(bound, upper), False)


def possible(area: Area, *, deadline: float) -> bool | None:
    """Whether any districts obey the rules: True, False (proven) or None (not decided in time)."""
    if not len(area.centre):
        return False
    programme = Programme(area, with_objective=False)
    while perf_counter() < deadline:
        result = programme.milp.solve(time_limit_s=deadline - perf_counter())
        if result.status == "infeasible":
            return False
        label = programme.label_of(result)
        if label is None:
            return None
        cuts = loose_cuts(programme, label)
        if not cuts or improve(area, mended(area, label), deadline) is not None:
            return True
        programme.milp.add_rows(cuts)
    return None


def loose_cuts(programme: Programme, label: NDArray[np.int64]) -> list[Row]:
    """Cuts against every piece of a district that does not hold its centre, and against pairs too far apart; none when all districts are whole."""
    area = programme.area
    rows: list[Row] = []
    for centre in np.unique(label).tolist() if area.connected else ():
        for piece in loose_pieces(area, label, centre):
            rows += _against(programme, label, piece, centre)
    for unit, other in far_pairs(area, label):
        rows += [programme.too_far(unit, other, c) for c in range(len(area.root))]
    return rows


def _against(programme: Programme, label: NDArray[np.int64], piece: set[int], centre: int) -> list[Row]:
    area = programme.area
    if area.ground[area.root[centre]]:
        rows = [programme.cut(piece, centre, u) for u in sorted(piece)]
        return rows + [programme.cut(piece, c, min(piece)) for c, r in enumerate(area.root.tolist()) if c != centre and r not in piece and area.ground[r]]
    others = {u for u in np.flatnonzero(label == centre).tolist() if area.ground[u]} - piece
    main = max(pieces(area.neighbours, others), key=lambda p: (len(p), -min(p)))
    return [programme.apart(piece, centre, u, min(main)) for u in sorted(piece)] + [programme.apart(main, centre, v, min(piece)) for v in sorted(main)]


def _close(upper: float, bound: float, gap: float) -> bool:
    return bool(np.isfinite(upper)) and upper - bound <= max(gap, PROVED) * upper
