"""Schools of one stage that differ, as arrays: who has what others lack, and which pairs both sides gain from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status


@dataclass(frozen=True, eq=False)
class DifferenceProblem:
    """s schools with r resources.

    z : (s, r) resources standardised over the stage; 0 (= average) where not known
    weight : (r,) >= 0, what a resource counts; only their ratios matter, and a resource that does not vary counts nothing
    xy : (s, 2) metres
    gain_value_m : metres of travel that one unit of gain is worth: a pair is worth ``gain_value_m * min(gain_i, gain_j) - distance``
    min_gain : both gains of a pair must exceed it (>= 0)
    max_distance_m : a pair farther apart is remote: not made, or made and flagged where ``remote``
    allowed : (s, s) bool, symmetric, or None (all pairs)
    code : school codes; ties do not depend on the order of the input
    """

    z: NDArray[np.float64]
    weight: NDArray[np.float64]
    xy: NDArray[np.float64]
    gain_value_m: float = 100_000.0
    min_gain: float = 0.0
    max_distance_m: float = np.inf
    remote: bool = False
    allowed: NDArray[np.bool_] | None = None
    code: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class DifferenceSolution:
    """Pairs of both-sided gain, first end the smaller code.

    ``a``, ``b`` (p,) positions of schools, ``gain_a``, ``gain_b`` what each gets of the other, ``remote`` (p,). ``objective``: metres that the pairs are worth,
    the larger the better; no matching is worth more than ``bound``; ``gap`` is (bound - objective) / bound.
    ``reason`` (s,) why a school has no partner, "" where it has one: ``dominated`` (nothing above average to give, or nobody to whom it could give and from whom it
    could get), ``nothing_to_gain`` (nothing below average), ``no_partner_near`` (those it suits are too far, elsewhere, or not worth the way), ``partners_taken``.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    gain_a: NDArray[np.float64]
    gain_b: NDArray[np.float64]
    remote: NDArray[np.bool_]
    reason: NDArray[np.str_]
    objective: float
    bound: float
    gap: float
    status: Status
