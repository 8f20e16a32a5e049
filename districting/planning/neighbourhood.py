"""A change that touches only the zones around it: everything else stays as it is, and what that costs is measured against a free hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.errors import InfeasibleError
from districting.model.goals import Stability
from districting.model.rules import Forbidden
from districting.model.settings import SolveSettings
from districting.model.solution import ZoningSolution, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.planning.budget import PROOF_NODES, SAFETY_S
from districting.planning.plan_goals import cost_goals, cost_of
from districting.planning.surcharge import zone_of_school
from districting.wording import Text, text
from districting.zoning import assign_blocks

TOUCH_RINGS = {"host": 0, "neighbours": 1, "second": 2, "all": -1}
"""Word -> how many rings of zones around the change may be redrawn; -1 = all."""
FREE_STEPS_PER_BLOCK = 3_000
"""Proposals of the free plan that prices are held against, where no number is set; its bound says how much better it could be."""
DEFAULT_STABILITY_M = 300.0
"""Metres that a pupil's change of school weighs where nothing else is set."""


@dataclass(frozen=True, eq=False)
class LocalChange:
    """A plan redrawn around a change. ``ring`` (z,) of each zone, 0 = where it happens, -1 = not reached; ``touched`` (z,) may be redrawn, ``changed`` (z,) was.

    ``moved`` pupils of blocks whose zone is not the one before; ``price_pupil_m`` what leaving the other zones alone (and weighing moves) costs in pupils x
    metres against ``free``, the plan of least distance with every zone open. Where there are no distances, both count the problem's own goals instead.
    """

    solution: ZoningSolution
    free: ZoningSolution
    ring: NDArray[np.int64]
    touched: NDArray[np.bool_]
    changed: NDArray[np.bool_]
    moved: float
    moved_free: float
    distance_pupil_m: float
    price_pupil_m: float


def rings_around(edges: NDArray[np.int64], zone_of_block: NDArray[np.int64], blocks: Sequence[int] | NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """(count,) 0 for the zones of ``blocks``, 1 for the zones that border these zones or blocks, and so on; -1 where none leads there.

    Parameters
    ----------
    zone_of_block : (n,) zone before the change, -1 where a block has none
    blocks : positions where the change happens

    Examples
    --------
    >>> rings_around(np.array([(0, 1), (1, 2), (2, 3)]), np.array([0, 0, 1, 2]), [0], 4).tolist()
    [0, 1, 2, -1]
    """
    ring = np.full(count, -1, dtype=np.int64)
    here = np.zeros(len(zone_of_block), dtype=np.bool_)
    here[np.asarray(blocks, dtype=np.int64)] = True
    here |= np.isin(zone_of_block, zone_of_block[here][zone_of_block[here] >= 0])
    ring[np.unique(zone_of_block[here & (zone_of_block >= 0)])] = 0
    a, b = edges.T
    for depth in range(1, count + 2):
        beyond = np.concatenate([zone_of_block[b[here[a]]], zone_of_block[a[here[b]]]])
        new = np.unique(beyond[beyond >= 0])
        new = new[ring[new] < 0]
        if not len(new):
            break
        ring[new] = depth
        here |= np.isin(zone_of_block, new)
    return ring


def redraw_around(
    problem: ZoningProblem,
    before: NDArray[np.int64],
    blocks: Sequence[int] | NDArray[np.int64],
    *,
    touch: str = "neighbours",
    stability_m: float = DEFAULT_STABILITY_M,
    solve: SolveSettings | None = None,
    seed: int = 0,
) -> LocalChange:
    """The plan of least distance and moves in which only zones near ``blocks`` change.

    Parameters
    ----------
    problem : after the change (new school, closed school, new pupils); its own goals play no part unless it knows no distances: they stand in for them then
    before : (n,) zone of each block before, -1 where that zone is no more
    blocks : where the change happens: the block of a new school, the blocks of a closed one, the blocks of an estate
    touch : ``host``, ``neighbours``, ``second`` (their neighbours too) or ``all``
    stability_m : metres that moving one pupil weighs

    Raises
    ------
    InfeasibleError : no plan within these zones, with the least number of rings that gives one; or none at all
    """
    before = np.asarray(before, dtype=np.int64)
    count = int(zone_of_school(problem).max()) + 1
    ring = rings_around(problem.edges, before, blocks, count)
    known = np.isin(np.arange(count), before)
    reach = TOUCH_RINGS[touch]
    today = np.where(before >= 0, _first_school(problem)[before], -1)
    cost = cost_goals(problem)
    aimed = problem.replace(objectives=(*cost, Stability(stability_m)), today=today)
    touched = ~known | ((ring >= 0) & (ring <= reach)) | (reach < 0)
    try:
        found = solve_counted(_within(aimed, before, touched), solve, seed)
    except InfeasibleError as error:
        raise _with_widening(aimed, before, ring, reach, error, solve, seed) from None
    settings = solve or SolveSettings()
    brief = settings if settings.steps is not None else dataclasses.replace(settings, steps=FREE_STEPS_PER_BLOCK * problem.block_count)
    free = solve_counted(problem.replace(objectives=cost), brief, seed)
    label = found.school_of_block
    metres = cost_of(problem, label)
    if metres < free.objective:
        free = dataclasses.replace(free, school_of_block=label, objective=metres, bound=min(free.bound, metres), gap=relative_gap(metres, free.bound))
    differs = label != before
    changed = np.zeros(count, dtype=np.bool_)
    changed[np.unique(np.concatenate([label[differs], before[differs & (before >= 0)]]))] = True
    return LocalChange(
        found,
        free,
        ring,
        touched,
        changed,
        float(problem.demand[differs].sum()),
        float(problem.demand[free.school_of_block != before].sum()),
        metres,
        metres - free.objective,
    )


def _first_school(problem: ZoningProblem) -> NDArray[np.int64]:
    """(z,) one school of each zone: today's labels are schools, plans' labels zones."""
    return np.unique(zone_of_school(problem), return_index=True)[1].astype(np.int64)


def _within(problem: ZoningProblem, before: NDArray[np.int64], touched: NDArray[np.bool_]) -> ZoningProblem:
    """The problem in which zones that are not touched keep exactly their blocks."""
    if touched.all():
        return problem
    open_block = (before < 0) | touched[before]
    zone = zone_of_school(problem)
    stays = before[:, None] == zone[None, :]
    allowed = np.where(open_block[:, None], touched[zone][None, :], stays)
    blocks, schools = np.nonzero(~allowed)
    return problem.replace(rules=(*problem.rules, Forbidden(blocks, schools, asked=False)))


def solve_counted(problem: ZoningProblem, solve: SolveSettings | None, seed: int) -> ZoningSolution:
    """Solve by counted work, unless ``solve`` names a clock."""
    settings = solve or SolveSettings()
    nodes = PROOF_NODES if settings.time_limit_s is None else None
    return assign_blocks(problem, time_limit_s=settings.time_limit_s or SAFETY_S, gap=settings.gap, seed=seed, steps=settings.steps, proof_nodes=nodes)


def _with_widening(
    problem: ZoningProblem, before: NDArray[np.int64], ring: NDArray[np.int64], reach: int, error: InfeasibleError, solve: SolveSettings | None, seed: int
) -> InfeasibleError:
    """The same refusal with the fewest further rings that give a plan; or that of the whole city, where nothing helps."""
    farthest = int(ring.max())
    known = np.isin(np.arange(len(ring)), before)
    for rings in range(reach + 1, farthest + 1) if reach >= 0 else ():
        touched = ~known | ((ring >= 0) & (ring <= rings))
        try:
            solve_counted(_within(problem, before, touched), solve, seed)
        except InfeasibleError:
            continue
        offer: Text = text("variants.widen_second" if rings == 2 else "variants.widen", rings=rings, zones=int((touched & known).sum()))
        return InfeasibleError(error.conflicts, [offer, *error.relaxations])
    return InfeasibleError(error.conflicts, [text("variants.no_widening"), *error.relaxations] if reach >= 0 else error.relaxations)
