"""A zoning problem with a surcharge on some pairs of block and zone: how plans are kept apart from plans found before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.draft import LARGEST_TABLE, Draft
from districting.model.goals import Distance
from districting.model.rules import Forbidden, MaximumDistance, Rule, SharedZones, TravelGrowth
from districting.model.rules.rule import all_pairs_m
from districting.model.zoning_problem import ZoningProblem
from districting.wording import text

_READ_METRES = (MaximumDistance, TravelGrowth)


def zone_of_school(problem: ZoningProblem) -> NDArray[np.int64]:
    """(k,) position of each school's zone: its own, or a shared one."""
    shared = [rule.zones() for rule in problem.rules if isinstance(rule, SharedZones)]
    return shared[-1] if shared else np.arange(problem.school_count)


def repeats(problem: ZoningProblem, labels: list[NDArray[np.int64]]) -> NDArray[np.float64]:
    """(n, zones) how many of the plans put the block into the zone."""
    count = np.zeros((problem.block_count, int(zone_of_school(problem).max()) + 1))
    for label in labels:
        count[np.arange(problem.block_count), label] += 1.0
    return count


def with_surcharge(problem: ZoningProblem, surcharge: NDArray[np.float64]) -> ZoningProblem:
    """The same plans are lawful, and each costs its objective plus pupils x ``surcharge``.

    Parameters
    ----------
    surcharge : (n, zones) units of the objective per pupil, >= 0

    Raises
    ------
    DataError : block-by-school table too large

    Examples
    --------
    >>> problem = ZoningProblem(demand=[3, 2, 4], capacity=[6, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2], xy=[(0, 0), (90, 0), (200, 0)],
    ...                         school_xy=[(0, 0), (200, 0)])
    >>> dear = with_surcharge(problem, np.array([[0.0, 0], [50, 0], [0, 0]]))
    >>> dear.distance_m[1].tolist()
    [140.0, 110.0]
    """
    entries = problem.block_count * problem.school_count
    if entries > LARGEST_TABLE:
        raise DataError(Fault(text("rules.table_too_big", entries=entries, most=LARGEST_TABLE), text("rules.use_default_rules")))
    draft = Draft(problem.block_count, problem.school_count, problem.edges)
    kept: list[Rule] = []
    for rule in problem.rules:
        if isinstance(rule, _READ_METRES):
            rule.lower(problem, draft)
        else:
            kept.append(rule)
    if draft.allowed is not None:
        blocks, schools = np.nonzero(~draft.allowed)
        kept.append(Forbidden(blocks, schools))
    weight = sum(goal.weight for goal in problem.goals if isinstance(goal, Distance))
    metres = all_pairs_m(problem)
    base = metres if weight > 0 else np.where(np.isfinite(metres), 0.0, np.inf)
    table = base + surcharge[:, zone_of_school(problem)] / (weight or 1.0)
    goals = problem.goals if weight > 0 else (*problem.goals, Distance(1.0))
    return problem.replace(distance_m=table, xy=None, school_xy=None, objectives=goals, rules=tuple(kept))
