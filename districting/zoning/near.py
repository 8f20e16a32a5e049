"""Zones drawn anew from a given plan, with little heat: what a small change of the problem makes of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.checking.zoning import check_zoning
from districting.errors import InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import solve_transport
from districting.zoning.clock import Clock, Effort
from districting.zoning.general import search_general
from districting.zoning.ground import build_ground
from districting.zoning.kernels import set_labels
from districting.zoning.lowering import Lowered, lower
from districting.zoning.plain import CANDIDATES
from districting.zoning.refuse import refuse_impossible
from districting.zoning.search import Limits, start_search

_WARM, _COLD, _END = (0.002, 0.02), 0.0005, 0.0001
"""Heat at the start (of the first look, and of the second where the first finds nothing), between and at the end, as shares of the mean cost of a block."""
_MORE_STEPS = 4
"""Times as many steps of the second look."""
_SOFT_SHARE = 0.5
"""Share of the steps in which seats may be passed at a price."""


def zones_near(problem: ZoningProblem, label: NDArray[np.int64], *, steps: int, seed: int = 0) -> NDArray[np.int64] | None:
    """(n,) zones of the problem, searched for from ``label``; None where none is found that holds every rule.

    No proof and no relaxations: for one trial among many. The same seed and steps give the same labels.

    >>> problem = ZoningProblem(demand=[3, 2, 4], capacity=[6, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2],
    ...                         xy=[(0, 0), (90, 0), (200, 0)], school_xy=[(0, 0), (200, 0)])
    >>> zones_near(problem, np.array([0, 1, 1]), steps=2000).tolist()
    [0, 0, 1]
    """
    try:
        low = lower(problem)
        refuse_impossible(low.problem)
        found = _plain(low, label, steps, seed) if low.plain else _general(low, label, steps, seed)
    except InfeasibleError:
        return None
    if found is None or check_zoning(problem, found):
        return None
    return found


def _plain(low: Lowered, label: NDArray[np.int64], steps: int, seed: int) -> NDArray[np.int64] | None:
    transport = solve_transport(low.problem, candidates=CANDIDATES)
    ground = build_ground(low.problem, transport.candidates)
    limits = Limits(np.inf, 0.0, transport.bound, steps)
    search = start_search(low.problem, ground, transport, limits, np.random.default_rng(seed))
    set_labels(ground, search.state, _of_units(low, label).astype(search.state.label.dtype))
    search.rise, search.fall, search.period = 1.05, 1.0, 1
    for heat, times in zip(_WARM, (1, _MORE_STEPS), strict=True):
        search.price[:] = 1.2 * search.seat_price_m + search.floor
        search.run(heat, _COLD, max(1, int(times * steps * _SOFT_SHARE)))
        if np.isfinite(search.best_cost):
            break
    if np.isfinite(search.best_cost):
        set_labels(ground, search.state, search.state.best)
    search.run(_COLD, _END, max(1, int(steps * (1 - _SOFT_SHARE))), hard=True)
    return search.state.best.astype(np.int64)[low.unit_of_block] if np.isfinite(search.best_cost) else None


def _general(low: Lowered, label: NDArray[np.int64], steps: int, seed: int) -> NDArray[np.int64] | None:
    bound = solve_transport(low.problem, candidates=CANDIDATES).bound
    effort = Effort(Clock(3_600.0), 0.0, seed, steps, 0)
    found = search_general(low, bound, effort, start=_of_units(low, label), rounds_for_any=1)
    return None if found.label is None else found.label[low.unit_of_block]


def _of_units(low: Lowered, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """(u,) label of the first block of each unit."""
    return label[np.unique(low.unit_of_block, return_index=True)[1]]
