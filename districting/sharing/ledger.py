"""What each school gives and takes, and how a fund is shared by what it gives net (policy R28)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Balance:
    """``given``, ``taken`` (s, items) amounts; ``net`` (s,) weighted points given less taken, below 0 for who takes more; ``share`` (s,) of the fund; ``yuan`` (s,) whole."""

    given: NDArray[np.float64]
    taken: NDArray[np.float64]
    net: NDArray[np.float64]
    share: NDArray[np.float64]
    yuan: NDArray[np.int64]


def balance(
    giver: ArrayLike, taker: ArrayLike, item: ArrayLike, amount: ArrayLike, *, schools: int, weights: ArrayLike, fund_yuan: int = 0, equal_if_none: bool = False
) -> Balance:
    """Sums of the ledger, and the fund by ``max(0, net) / sum of max(0, net)``, rounded so that whole yuan add up to the fund (largest remainders, ties by place).

    Parameters
    ----------
    giver, taker, item, amount : (e,) positions of schools and items, amounts >= 0
    schools : how many
    weights : (items,) points of one unit
    fund_yuan : whole yuan, >= 0
    equal_if_none : where nobody gives net, all share alike; else nobody gets anything

    Source: policy R28; weights 1 of a teacher-day and 0.2 of an hour in a facility.

    >>> found = balance([0, 0, 1], [1, 2, 0], [0, 1, 0], [3, 10, 1], schools=3, weights=[1.0, 0.2], fund_yuan=100)
    >>> found.net.tolist(), found.yuan.tolist()
    ([4.0, -2.0, -2.0], [100, 0, 0])
    """
    ends = [np.asarray(a, dtype=np.int64) for a in (giver, taker, item)]
    much, points = np.asarray(amount, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if (much < 0).any() or not np.isfinite(much).all() or (points < 0).any() or fund_yuan < 0:
        raise ValueError("amounts, weights and the fund are known and >= 0")
    given, taken = np.zeros((schools, len(points))), np.zeros((schools, len(points)))
    np.add.at(given, (ends[0], ends[2]), much)
    np.add.at(taken, (ends[1], ends[2]), much)
    net = np.round((given - taken) @ points, 9)  # tails of binary sums are not a contribution
    share, yuan = shared_out(net, fund_yuan, equal_if_none=equal_if_none)
    return Balance(given, taken, net, share, yuan)


def shared_out(net: ArrayLike, fund_yuan: int, *, equal_if_none: bool = False) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Shares (s,) and whole yuan (s,) of a fund by what each gives net.

    >>> [part.tolist() for part in shared_out([1.0, 1.0, 1.0, -3.0], 100)]
    [[0.3333333333333333, 0.3333333333333333, 0.3333333333333333, 0.0], [34, 33, 33, 0]]
    >>> shared_out([0.0, 0.0], 9)[1].tolist(), shared_out([0.0, 0.0], 9, equal_if_none=True)[1].tolist()
    ([0, 0], [5, 4])
    """
    parts = [max(Fraction(0), Fraction(float(n))) for n in np.asarray(net, dtype=np.float64).tolist()]
    if not sum(parts) and equal_if_none:
        parts = [Fraction(1)] * len(parts)
    whole = sum(parts)
    if not whole:
        return np.zeros(len(parts)), np.zeros(len(parts), dtype=np.int64)
    exact = [fund_yuan * p / whole for p in parts]
    yuan = [int(e) for e in exact]
    for i in sorted(range(len(parts)), key=lambda i: (yuan[i] - exact[i], i))[: fund_yuan - sum(yuan)]:
        yuan[i] += 1
    return np.array([float(p / whole) for p in parts]), np.array(yuan, dtype=np.int64)
