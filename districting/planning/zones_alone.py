"""Some zones of a problem by themselves: the others keep exactly their blocks, so nothing of them is needed."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.model.rules import Barriers, Locked, Rule
from districting.model.zoning_problem import ZoningProblem


def zones_alone(problem: ZoningProblem, label: NDArray[np.int64], chosen: NDArray[np.bool_]) -> tuple[ZoningProblem, NDArray[np.int64], NDArray[np.int64]]:
    """The problem of the chosen zones and their blocks, the blocks (b,) and the zones (z',). Zones that a home block or a lock ties to the chosen ones come along.

    Parameters
    ----------
    problem : of a plan: every school has a zone of its own, and its rules are those that :func:`districting.planning.plan_part.part_of_plan` makes
    label : (n,) zone of each block, -1 = none, which is open to all
    chosen : (z,) zones that may be redrawn

    Examples
    --------
    >>> problem = ZoningProblem(demand=[1, 1, 1, 1], capacity=[2, 2, 2], edges=[(0, 1), (1, 2), (2, 3)], home_block=[0, 2, 3],
    ...                         xy=[(0, 0), (1, 0), (2, 0), (3, 0)], school_xy=[(0, 0), (2, 0), (3, 0)])
    >>> alone, blocks, zones = zones_alone(problem, np.array([0, 0, 1, 2]), np.array([True, True, False]))
    >>> blocks.tolist(), zones.tolist(), alone.home_block.tolist(), alone.edges.tolist()
    ([0, 1, 2], [0, 1], [0, 2], [[0, 1], [1, 2]])
    """
    inside = _closed(problem, label, chosen)
    zones, blocks = np.flatnonzero(inside), np.flatnonzero((label < 0) | inside[label])
    place = np.full(problem.block_count, -1, dtype=np.int64)
    place[blocks] = np.arange(len(blocks))
    rank = np.full(problem.school_count, -1, dtype=np.int64)
    rank[zones] = np.arange(len(zones))
    edges = place[problem.edges]
    within = (edges >= 0).all(axis=1)
    table: Any = problem.distance_m
    if table is not None:
        table = sp.csr_array(table[blocks][:, zones]) if sp.issparse(table) else table[np.ix_(blocks, zones)]
    alone = problem.replace(
        demand=problem.demand[blocks],
        capacity=problem.capacity[zones],
        edges=edges[within],
        home_block=place[problem.home_block[zones]],
        xy=None if problem.xy is None else problem.xy[blocks],
        school_xy=None if problem.school_xy is None else problem.school_xy[zones],
        distance_m=table,
        area_m2=None if problem.area_m2 is None else problem.area_m2[blocks],
        perimeter_m=None if problem.perimeter_m is None else problem.perimeter_m[blocks],
        shared_border_m=None if problem.shared_border_m is None else problem.shared_border_m[within],
        today=np.where(label[blocks] >= 0, rank[label[blocks]], -1),
        rules=tuple(_placed(rule, place, rank) for rule in problem.rules),
    )
    return alone, blocks, zones


def _closed(problem: ZoningProblem, label: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(z,) the chosen zones, the zones their home blocks lie in, and those their blocks are locked to."""
    inside = chosen.copy()
    while True:
        more = inside.copy()
        homes = label[problem.home_block[inside]]
        more[homes[homes >= 0]] = True
        for rule in problem.rules:
            if isinstance(rule, Locked):
                of = label[np.asarray(rule.blocks, dtype=np.int64)]
                more[np.asarray(rule.schools, dtype=np.int64)[(of < 0) | inside[of]]] = True
        if (more == inside).all():
            return inside
        inside = more


def _placed(rule: Rule, place: NDArray[np.int64], rank: NDArray[np.int64]) -> Rule:
    if isinstance(rule, Locked):
        block, zone = place[np.asarray(rule.blocks, dtype=np.int64)], rank[np.asarray(rule.schools, dtype=np.int64)]
        return Locked(block[block >= 0], zone[block >= 0])
    if isinstance(rule, Barriers):
        cut, bridges = (place[np.asarray(p, dtype=np.int64).reshape(-1, 2)] for p in (rule.cut, rule.bridges))
        return Barriers(cut[(cut >= 0).all(axis=1)], bridges[(bridges >= 0).all(axis=1)])
    return rule
