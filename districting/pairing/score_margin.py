"""How far a score may move before a pair changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.pairing.exchange import Exchange
from districting.pairing.first_drop import first_drop
from districting.pairing.moved_donor import margin_of_donor
from districting.pairing.yardstick import Sides

EXACT_AT_MOST = 100
"""Up to so many pairs margins are exact."""


def score_margins(sides: Sides, choice: NDArray[np.int64], *, exact: bool) -> NDArray[np.float64]:
    """(r,) the margin of every recipient's pair in points; NaN where ``choice`` is -1 (not served).

    The largest m such that the pair stands in an optimal plan whenever the score of its donor, or of its recipient, moves by less than m, up or down, everything
    else fixed: the other scores, who is donor and who recipient, the spread and the reference gap (:class:`~districting.pairing.yardstick.Yardstick`). Who is
    stronger is asked again. No margin exceeds the gap itself, where the donor would no longer be stronger; that of a pinned pair is the gap.

    ``exact`` False: a lower bound from the prices of the assignment.
    """
    served = choice >= 0
    margin = np.full(len(choice), np.nan)
    rows = sides.rows(served)
    solved = Exchange(rows.price, rows.allowed, choice[served], sides.cap)
    if not exact:
        margin[served] = _safe(rows, solved, sides.rows(~served))
        return margin
    found = [_exact(rows, solved, sides.rows(~served), row) for row in range(len(rows.weak))]
    margin[served] = np.array(found, dtype=np.float64)
    return margin


def _exact(sides: Sides, solved: Exchange, unserved: Sides, row: int) -> float:
    donor = int(solved.choice[row])
    gap = float(sides.strong[donor] - sides.weak[row])
    if sides.pinned[row]:
        return gap
    margin = min(gap, _of_recipient(sides, solved, row, donor))
    if sides.cap > 1:
        return margin_of_donor(sides, unserved, row, donor, margin)
    return min(margin, _of_donor(sides, solved, unserved, row, donor))


def tolerance(sides: Sides) -> float:
    """Metres that rounding may add up to in a sum of prices."""
    return 1e-9 + 1e-13 * len(sides.weak) * float(np.abs(sides.price[sides.permitted]).max(initial=0.0))


def _of_recipient(sides: Sides, solved: Exchange, row: int, donor: int) -> float:
    """Only the recipient's own prices change: each other donor is as dear as a chain of moves that makes room for it."""
    more = sides.fixed[row] - sides.fixed[row, donor] + solved.chains[:-1, donor]
    other = sides.permitted[row] & np.isfinite(more)
    other[donor] = False
    gaps = sides.gap[row]
    found = [first_drop(sides.yardstick, more[other], gaps[other], float(gaps[donor]), sign, tolerance(sides)) for sign in (-1, 1)]
    return float(np.concatenate(found).min(initial=np.inf))


def _of_donor(sides: Sides, solved: Exchange, unserved: Sides, row: int, donor: int) -> float:
    """Of a donor with one place: another recipient takes it, or nobody, and the rest moves along a chain from where the pair was."""
    at = solved.chains[donor] + solved.cost[row, donor]  # without the price that moves
    rows = np.arange(len(sides.weak))
    more = sides.fixed[:, donor] - sides.fixed[row, donor] + at[solved.choice] - solved.cost[rows, solved.choice]
    other = sides.permitted[:, donor] & np.isfinite(more) & (rows != row)
    gaps, near = sides.gap[:, donor], tolerance(sides)
    yardstick = sides.yardstick
    found = [first_drop(yardstick, more[other], gaps[other], float(gaps[row]), sign, near) for sign in (-1, 1)]
    margin = float(np.concatenate(found).min(initial=np.inf))
    surpassed = unserved.weak[unserved.permitted[:, donor]] - sides.strong[donor]  # they would need it, and nobody else is stronger
    margin = min(margin, float(surpassed.min(initial=np.inf)))
    idle = float(at[-1] - sides.fixed[row, donor])
    if not np.isfinite(idle) or yardstick.slope == 0.0:
        return margin
    return min(margin, max(idle - float(yardstick.price(gaps[row])), 0.0) / yardstick.slope)


def _safe(sides: Sides, solved: Exchange, unserved: Sides) -> NDArray[np.float64]:
    """A move of t points changes the price of one pair by at most slope * t, and lets nobody else in before a score is passed."""
    rows, choice, slope = np.arange(len(sides.weak)), solved.choice, sides.yardstick.slope
    gap = sides.gap
    own = gap[rows, choice]
    shut = np.where(sides.permitted & (gap <= 0), -gap, np.inf)
    shut_unserved = np.where(unserved.permitted & (unserved.gap <= 0), -unserved.gap, np.inf)
    shut_at_donor = np.minimum(shut.min(axis=0, initial=np.inf), shut_unserved.min(axis=0, initial=np.inf))
    least = np.full(len(sides.strong), np.inf)
    np.minimum.at(least, choice, own)
    limit = np.minimum.reduce([own, shut.min(axis=1, initial=np.inf), least[choice], shut_at_donor[choice]])
    regret = solved.regrets()
    load, cap = solved.load[choice], min(sides.cap, len(rows))
    wide = sides.yardstick.goal == "wide"
    swing = np.maximum(load, cap - load) if wide else load + cap
    with np.errstate(divide="ignore", invalid="ignore"):
        spare = np.where(np.isfinite(regret), regret / (slope * swing), np.inf) if slope > 0 else np.full(len(own), np.inf)
    return np.asarray(np.where(sides.pinned, own, np.minimum(limit, spare)), dtype=np.float64)
