"""The rules of pairs of differences counted again, school by school, from labels alone."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from districting.model.difference_problem import DifferenceProblem, DifferenceSolution

_NEGLIGIBLE = 1e-9


def check_difference(problem: DifferenceProblem, found: DifferenceSolution) -> list[str]:
    """Names of the broken rules; [] when every school has one partner at most, both of a pair gain what is said, and no pair is too far or not allowed."""
    broken = set()
    ends = [*found.a.tolist(), *found.b.tolist()]
    if len(set(ends)) < len(ends):
        broken.add("one_partner")
    if {i for i, why in enumerate(found.reason.tolist()) if not why} != set(ends):
        broken.add("left_out")
    worth = 0.0
    share = _shares(problem)
    for i, j, says_i, says_j, remote in zip(
        found.a.tolist(), found.b.tolist(), found.gain_a.tolist(), found.gain_b.tolist(), found.remote.tolist(), strict=True
    ):
        gain_i, gain_j = _gain(problem, share, i, j), _gain(problem, share, j, i)
        if min(gain_i, gain_j) <= problem.min_gain:
            broken.add("both_gain")
        if not math.isclose(gain_i, says_i, abs_tol=_NEGLIGIBLE) or not math.isclose(gain_j, says_j, abs_tol=_NEGLIGIBLE):
            broken.add("gain_said")
        metres = math.dist(problem.xy[i].tolist(), problem.xy[j].tolist())
        far = metres > problem.max_distance_m + _NEGLIGIBLE
        if far != remote or (far and not problem.remote):
            broken.add("max_distance_m")
        if problem.allowed is not None and not problem.allowed[i, j]:
            broken.add("within_county")
        worth += problem.gain_value_m * min(gain_i, gain_j) - metres
    if not math.isclose(worth, found.objective, rel_tol=1e-6, abs_tol=1e-3) or found.bound < found.objective:
        broken.add("objective")
    return sorted(broken)


def _shares(problem: DifferenceProblem) -> NDArray[np.float64]:
    """Weights that sum to 1 over the resources in which schools differ."""
    z = problem.z
    used = [w if len(z) and max(c) - min(c) > 1e-12 * max(abs(v) for v in c) else 0.0 for w, c in zip(problem.weight.tolist(), z.T.tolist(), strict=True)]
    return np.array(used) / (sum(used) or 1.0)


def _gain(problem: DifferenceProblem, share: NDArray[np.float64], taker: int, giver: int) -> float:
    total = 0.0
    for w, column in zip(share.tolist(), problem.z.T.tolist(), strict=True):
        mean = sum(column) / len(column)
        total += w * max(0.0, column[giver] - mean) * max(0.0, mean - column[taker])
    return total
