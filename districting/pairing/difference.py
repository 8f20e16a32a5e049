"""Schools that have what others lack, paired so that both sides gain (policy R17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.model.difference_problem import DifferenceProblem, DifferenceSolution
from districting.pairing.gains import gain_matrix, parts, resource_shares
from districting.pairing.matching import Graph, heaviest_matching

PROVEN = 1e-7
"""A gap below this is rounding of the linear programme: the pairs are proven to be the best."""


def pair_differences(problem: DifferenceProblem) -> DifferenceSolution:
    """Pairs of schools, each school in one at most, that together are worth most; both sides of every pair gain.

    Gain of i from j: see :func:`districting.pairing.gains.gain_matrix`. A pair may be made where both gains exceed ``min_gain``, it is ``allowed`` and (unless
    ``remote``) no farther than ``max_distance_m``; it is worth ``gain_value_m * min(gain_i, gain_j) - distance`` metres, and none that is worth nothing is made.
    The lesser gain counts, so what a pair adds is there for both. The matching is exact and its bound is evaluated from prices
    (:func:`districting.pairing.matching.heaviest_matching`). Source: 校际差异性合作, policy R17; one objective in metres is ours.

    Returns
    -------
    DifferenceSolution : pairs sorted by code, worth, bound, and why the other schools have no partner

    >>> found = pair_differences(DifferenceProblem(np.array([[1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]), np.ones(2), np.zeros((3, 2)), code=("A", "B", "C")))
    >>> found.a.tolist(), found.b.tolist(), found.reason.tolist()
    ([0], [1], ['', '', 'dominated'])
    """
    order = np.array(sorted(range(len(problem.z)), key=lambda i: (problem.code[i] if problem.code else "", i)), dtype=np.int64)
    gain = gain_matrix(problem.z[order], problem.weight)
    distance = np.hypot(*(problem.xy[order][:, None, :] - problem.xy[order][None, :, :]).transpose(2, 0, 1))
    mutual = np.minimum(gain, gain.T) > problem.min_gain
    worth = np.where(mutual & _reachable(problem, order, distance), problem.gain_value_m * np.minimum(gain, gain.T) - distance, 0.0)
    a, b = np.nonzero(np.triu(worth > 0, 1))
    matched = heaviest_matching(Graph(len(order), a.astype(np.int64), b.astype(np.int64), worth[a, b]))
    a, b = a[matched.edges], b[matched.edges]
    reason = np.empty(len(order), dtype="U16")
    reason[order] = _reasons(problem, order, mutual, worth, np.concatenate([a, b]))
    gap = max(0.0, matched.bound - matched.value) / matched.bound if matched.bound > 0 else 0.0
    proven = gap <= PROVEN
    return DifferenceSolution(
        a=order[a],
        b=order[b],
        gain_a=gain[a, b],
        gain_b=gain[b, a],
        remote=distance[a, b] > problem.max_distance_m,
        reason=reason,
        objective=matched.value,
        bound=max(matched.value, matched.bound),
        gap=0.0 if proven else gap,
        status="optimal" if proven else "feasible",
    )


def _reachable(problem: DifferenceProblem, order: NDArray[np.int64], distance: NDArray[np.float64]) -> NDArray[np.bool_]:
    near = np.ones(distance.shape, dtype=bool) if problem.remote else distance <= problem.max_distance_m
    return near if problem.allowed is None else near & problem.allowed[np.ix_(order, order)]


def _reasons(
    problem: DifferenceProblem, order: NDArray[np.int64], mutual: NDArray[np.bool_], worth: NDArray[np.float64], paired: NDArray[np.int64]
) -> NDArray[np.str_]:
    """(s,) why a school has no partner, in code order; from the strongest cause to the weakest."""
    counts = resource_shares(problem.z[order], problem.weight) > 0
    above, below = parts(problem.z[order])
    cause = np.select(
        [~(above[:, counts] > 0).any(axis=1), ~(below[:, counts] > 0).any(axis=1), ~mutual.any(axis=1), ~(worth > 0).any(axis=1)],
        ["dominated", "nothing_to_gain", "dominated", "no_partner_near"],
        "partners_taken",
    )
    cause[paired] = ""
    return cause
