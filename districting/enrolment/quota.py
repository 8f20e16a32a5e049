"""Places of quality seniors to the juniors of a city: the quota-to-school (指标到校, policy 2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import maximum_flow

from districting.enrolment.quota_table import least_off, nearest_table
from districting.enrolment.spread import added, row_programme, spread
from districting.model.rounding import largest_remainder

QuotaRounding = Literal["largest_remainder", "draw"]
_PROVEN = 1e-8
"""A table this near to the bound, for each cell, is as near as can be: costs in billionths and tolerances make up the rest."""


@dataclass(frozen=True, eq=False)
class QuotaPlan:
    """``places`` (i, j): places of senior i for junior j; ``exact`` (i, j): the share before rounding, floors kept; ``off``, ``bound``: sum of |places - exact| and the
    least that any whole table with the seniors' sums and these totals of the juniors can have, as proven. ``totals_kept``: every junior's total is its own share rounded; False where districts of seniors leave no such table.
    """

    places: NDArray[np.int64]
    exact: NDArray[np.float64]
    off: float
    bound: float
    totals_kept: bool = True


class QuotaShortageError(ValueError):
    """Floors or places that cannot be: ``needed`` places where there are ``given``."""

    def __init__(self, message: str, needed: int, given: int) -> None:
        super().__init__(message)
        self.needed, self.given = needed, given


def apportion_quota(
    quotas: ArrayLike,
    eligible: ArrayLike,
    *,
    uplift: ArrayLike | None = None,
    floor: int = 0,
    serves: ArrayLike | None = None,
    rounding: QuotaRounding = "largest_remainder",
    order: ArrayLike | None = None,
) -> QuotaPlan:
    """``T_i x N_j / sum(N)`` in whole numbers that fit both ways: a senior gives exactly its quota, a junior gets its share of all, rounded.

    Parameters
    ----------
    quotas : (i,) places a senior gives to quotas, whole numbers (usually at least half of its plan)
    eligible : (j,) pupils of a junior who may take one: three years registered and attending
    uplift : (j,) factors on ``eligible`` for rural and weak juniors; default 1
    floor : least places of a junior with eligible pupils, over all seniors
    serves : (i, j) whether senior i takes quota pupils of junior j; default: all of all
    rounding : how a junior's total becomes whole: ``largest_remainder``, or ``draw``: the places left after the whole parts go to those juniors that have a remainder,
        one each, in ``order``
    order : (j,) juniors from a public draw: who is first among equal remainders, and in a draw among all of them; default: as they stand

    Raises
    ------
    QuotaShortageError (a ValueError) : fewer places than the floors need
    ValueError : negative numbers, nobody eligible, or a senior with places and nobody to give them to

    Source: policy 2.7 (Yangjiang 2022, Zhengzhou 2022, Guangzhou; the draw of what is left: Harbin).

    >>> apportion_quota([30], [120, 80, 50]).places.tolist()
    [[14, 10, 6]]
    """
    given = np.asarray(quotas, dtype=np.float64)
    pupils = np.asarray(eligible, dtype=np.float64)
    factor = np.ones(len(pupils)) if uplift is None else np.asarray(uplift, dtype=np.float64)
    if (given < 0).any() or (given != np.round(given)).any() or not (pupils >= 0).all() or not (factor >= 0).all() or not np.isfinite(factor).all():
        raise ValueError("quotas are whole numbers >= 0, eligible pupils and uplifts >= 0")
    weight = pupils * factor
    if not weight.sum():
        raise ValueError("nobody is eligible")
    allowed = np.broadcast_to(weight > 0, (len(given), len(pupils))) if serves is None else np.asarray(serves, dtype=bool) & (weight > 0)
    if (given[~allowed.any(axis=1)] > 0).any():
        raise ValueError("a senior has places and no junior to give them to")
    turn = np.arange(len(pupils)) if order is None else np.asarray(order, dtype=np.int64)
    exact = _with_floors(given, np.where(allowed, weight, 0.0), np.where(allowed.any(axis=0), floor, 0))
    share, rows, place = added(exact, 0), given.astype(np.int64), np.argsort(turn)
    low = high = _totals(share, turn, rounding)
    table = nearest_table(exact, rows, low, high, place)
    kept = table is not None
    if table is None:  # districts of seniors do not allow these totals: each junior's is then one of the two whole numbers around its share
        low, high = np.floor(share + 1e-8).astype(np.int64), np.ceil(share - 1e-8).astype(np.int64)
        table = nearest_table(exact, rows, low, high, place)
        if table is None:
            raise RuntimeError("no table keeps the sums")
    off = float(np.abs(table - exact).sum())
    least = least_off(exact, rows, low, high)
    return QuotaPlan(table, exact, off, off if off - least < _PROVEN * max(1, exact.size) else least, kept)


def _totals(share: NDArray[np.float64], turn: NDArray[np.int64], rounding: QuotaRounding) -> NDArray[np.int64]:
    """(j,) whole totals whose sum is that of the shares: whole parts, and one more for the largest remainders or for those first in the draw."""
    total = round(float(added(share, 0)))
    if rounding == "largest_remainder":
        return largest_remainder(share, total, turn)
    whole = np.floor(share + 1e-9).astype(np.int64)
    rest = np.maximum(share - whole, 0.0).round(9)
    whole[np.lexsort((np.argsort(turn), rest <= 1e-9))[: total - int(whole.sum())]] += 1
    return whole


def _with_floors(given: NDArray[np.float64], weight: NDArray[np.float64], floors: NDArray[np.int64]) -> NDArray[np.float64]:
    """(i, j) every senior's places by weight; where a junior stays below its floor, the nearest table in which none does."""
    sums = added(weight, 1)[:, None]
    exact = np.divide(weight * given[:, None], sums, out=np.zeros_like(weight), where=sums > 0)
    if (added(exact, 0) >= floors - 1e-9).all():
        return exact
    reached = _flow(given, weight > 0, floors)
    if reached < floors.sum():
        raise QuotaShortageError(f"the floors need {int(floors.sum())} places, there are {reached}", int(floors.sum()), reached)
    lifted = spread(exact, given, _lifted(added(exact, 0), floors))
    return _nearest(exact, given, floors) if lifted is None else lifted


def _lifted(share: NDArray[np.float64], floor: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares lifted to the floor, the others lowered in proportion; whoever falls below on the way is lifted too."""
    lifted = share < floor
    out = np.where(lifted, floor, share)
    while lifted.any() and not lifted.all():
        free = float(added(share[~lifted], 0))
        left = float(added(share, 0)) - int(floor[lifted].sum())
        out = np.where(lifted, floor, share * (left / free if free else 0.0))
        more = ~lifted & (out < floor - 1e-12)
        if not more.any():
            break
        lifted |= more
    return np.where(floor.sum() >= float(added(share, 0)) - 1e-9, floor, out).astype(np.float64)


def _flow(given: NDArray[np.float64], allowed: NDArray[np.bool_], floors: NDArray[np.int64]) -> int:
    """How many places the juniors can get of what their floors ask for."""
    seniors, juniors = allowed.shape
    end = seniors + juniors + 1
    arcs = np.zeros((end + 1, end + 1), dtype=np.int32)
    arcs[0, 1 : seniors + 1] = given
    arcs[1 : seniors + 1, seniors + 1 : end] = allowed * int(given.sum())
    arcs[seniors + 1 : end, end] = floors
    return int(maximum_flow(csr_array(arcs), 0, end).flow_value)


def _nearest(exact: NDArray[np.float64], given: NDArray[np.float64], floors: NDArray[np.int64]) -> NDArray[np.float64]:
    """The table least far from ``exact`` with the seniors' sums and no junior below its floor."""
    cells, shape = np.argwhere(exact > 0), exact.shape
    rows, columns = row_programme(cells, shape)
    n = len(cells)
    target = exact[exact > 0]
    eye = csr_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
    above = vstack([hstack([eye, -eye]), hstack([-eye, -eye]), hstack([-columns, csr_array(columns.shape)])])
    limits = np.concatenate([target, -target, -floors.astype(np.float64)])
    found = linprog(np.concatenate([np.zeros(n), np.ones(n)]), A_ub=above, b_ub=limits, A_eq=hstack([rows, csr_array(rows.shape)]), b_eq=given, method="highs")
    if not found.success:
        raise RuntimeError("no table keeps the floors")
    out = np.zeros(shape)
    out[tuple(cells.T)] = np.maximum(found.x[:n], 0.0)
    return out


def returned_seats(places: ArrayLike, takers: ArrayLike) -> NDArray[np.int64]:
    """(i,) quota places of each senior that nobody above its line takes; they return to its general plan.

    ``places`` (i, j) as apportioned; ``takers`` (i, j) pupils of junior j who choose senior i and reach its line.

    >>> returned_seats([[14, 10, 6]], [[20, 8, 6]]).tolist()
    [2]
    """
    offered, taken = np.asarray(places, dtype=np.int64), np.asarray(takers, dtype=np.int64)
    if (taken < 0).any():
        raise ValueError("takers are >= 0")
    return np.maximum(offered - taken, 0).sum(axis=1)
