"""The margin of a pair whose donor has several places: a move changes the price of all its pairs, so the whole is solved again along the move."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from districting.pairing.assignment import assign
from districting.pairing.yardstick import Sides


@dataclass(frozen=True, eq=False)
class Best:
    """The least cost at a move, its slope along the move, and the donor of every row; inf where nothing can be done."""

    value: float
    slope: float = 0.0
    choice: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def margin_of_donor(sides: Sides, unserved: Sides, row: int, donor: int, limit: float) -> float:
    """The least move of the donor's score, up or down, at which the pair drops out of every optimal plan; ``limit`` where it stands until there.

    Between two scores that the donor passes, and two moves at which a gap is the mean, prices are straight lines, and the least cost over all plans (with the pair, and
    without it) is a concave chain of lines: its corners are found by solving where neighbouring lines meet, the first crossing by Newton's steps.
    """
    every = _stacked(sides, unserved)
    for sign in (-1, 1):
        passed = _passed(every, donor, sign)
        kinks = _kinks(every, passed, sign) if every.yardstick.goal == "alike" else passed[:0]
        corners = np.unique(np.concatenate([passed, kinks]))
        start = 0.0
        while start < limit:
            stop = float(corners[corners > start].min(initial=limit))
            piece = _Piece.of(every, row, donor, (start, stop), sign)
            at = piece.least(start, kept=True), piece.least(start, kept=False)
            if at[0].value == np.inf or at[1].value < at[0].value - piece.near:
                limit = start
                break
            reach = _stands_for(every, piece, at, passed[passed > start], sign)
            if reach >= stop:
                start = reach
                continue
            found = _along(piece, (start, at[0]), (stop, piece.least(stop, kept=True)))
            if found is not None:
                limit = found
                break
            start = stop
    return limit


def _passed(sides: Sides, donor: int, sign: int) -> NDArray[np.float64]:
    """(r,) the move at which the donor and a recipient are equal. Who is stronger within a stretch is read off these, never off a score moved to its middle: two
    scores may be so close that no number lies between them.
    """
    return np.asarray(sign * (sides.weak - sides.strong[donor]), dtype=np.float64)


def _kinks(sides: Sides, passed: NDArray[np.float64], sign: int) -> NDArray[np.float64]:
    """(r,) the move at which a gap is the mean: its price falls until there and rises beyond."""
    return np.asarray(passed + sign * sides.yardstick.reference, dtype=np.float64)


def _stands_for(every: Sides, piece: _Piece, at: tuple[Best, Best], passed: NDArray[np.float64], sign: int) -> float:
    """The move up to which the pair stands for certain: what plans without it cost more, over the most that a point changes the difference; no farther than
    where somebody new can be carried, or somebody that the plan with the pair gives to the donor no longer can (``passed``: moves that pass somebody).
    """
    kept, dropped = at
    given = np.flatnonzero(kept.choice == piece.donor)
    most = min(every.cap, len(kept.choice))
    swing = every.yardstick.slope * (max(len(given), most - len(given)) if every.yardstick.goal == "wide" else len(given) + most)
    reach = piece.start + ((dropped.value - kept.value) / swing if swing > 0 else np.inf)
    bar = passed.min(initial=np.inf) if sign > 0 else every.strong[piece.donor] - piece.weak[given].max()
    return float(min(reach, bar))


def _stacked(sides: Sides, unserved: Sides) -> Sides:
    def both(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([a, b])

    permitted, pinned = np.concatenate([sides.permitted, unserved.permitted]), np.concatenate([sides.pinned, unserved.pinned])
    return Sides(both(sides.weak, unserved.weak), sides.strong, permitted, both(sides.fixed, unserved.fixed), sides.yardstick, sides.cap, pinned)


@dataclass(frozen=True, eq=False)
class _Piece:
    """A stretch of the move on which prices are straight lines and nobody passes anybody."""

    weak: NDArray[np.float64]
    cost: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    first: NDArray[np.float64]
    slope: NDArray[np.float64]
    start: float
    row: int
    donor: int
    cap: int

    @staticmethod
    def of(sides: Sides, row: int, donor: int, ends: tuple[float, float], sign: int) -> _Piece:
        start, stop = ends
        passed = _passed(sides, donor, sign)
        allowed = sides.permitted & (sides.strong[None, :] > sides.weak[:, None])
        allowed[:, donor] = sides.permitted[:, donor] & (passed <= start if sign > 0 else passed >= stop)
        served = allowed.any(axis=1) | sides.pinned
        first = sides.fixed[:, donor] + sides.yardstick.price(sides.gap[:, donor] + sign * start)
        rising = _kinks(sides, passed, sign) <= start if sides.yardstick.goal == "alike" else np.full(len(passed), sign < 0)
        slope = np.where(rising, sides.yardstick.slope, -sides.yardstick.slope)
        at = int(np.count_nonzero(served[:row]))
        return _Piece(sides.weak[served], sides.price[served], allowed[served], first[served], slope[served], start, at, donor, sides.cap)

    def least(self, t: float, *, kept: bool) -> Best:
        """The least cost at ``t`` over the plans with the pair, or without it."""
        cost, allowed = self.cost.copy(), self.allowed.copy()
        cost[:, self.donor] = self.first + self.slope * (t - self.start)
        if kept:
            allowed[self.row] = np.arange(cost.shape[1]) == self.donor
        else:
            allowed[self.row, self.donor] = False
        choice = assign(cost, allowed, self.cap)
        if choice is None:
            return Best(np.inf)
        return Best(float(cost[np.arange(len(choice)), choice].sum()), float(self.slope[choice == self.donor].sum()), choice)

    @property
    def near(self) -> float:
        """Metres that rounding may add up to."""
        return 1e-9 + 1e-13 * len(self.cost) * float(np.abs(self.cost[self.allowed]).max(initial=0.0))


def _along(piece: _Piece, left: tuple[float, Best], right: tuple[float, Best]) -> float | None:
    """The first move in a stretch beyond which plans without the pair are strictly cheaper; at its left end they are not.

    Split where the lines of both ends meet until the cost with the pair is one line.
    """
    (a, low), (b, high) = left, right
    rise, fall = low.slope, high.slope
    straight = abs(low.value + rise * (b - a) - high.value) <= piece.near or abs(high.value - fall * (b - a) - low.value) <= piece.near
    if straight or rise <= fall or b - a <= 1e-12 * max(1.0, b):
        return _newton(piece, left, right)
    meet = a + (high.value - fall * (b - a) - low.value) / (rise - fall)
    middle = (meet, piece.least(meet, kept=True))
    found = _along(piece, left, middle)
    return _along(piece, middle, right) if found is None else found


def _newton(piece: _Piece, left: tuple[float, Best], right: tuple[float, Best]) -> float | None:
    """The first crossing under a straight line; the cost without the pair is concave, so its lines meet it from the right."""
    (a, low), (t, high) = left, right
    rise = (high.value - low.value) / (t - a)
    found = piece.least(t, kept=False)
    if found.value >= high.value - piece.near:
        return None
    while (above := low.value + rise * (t - a) - found.value) > piece.near:
        if found.slope >= rise:
            return a
        t = max(a, t - above / (rise - found.slope))
        if t <= a:
            return a
        found = piece.least(t, kept=False)
    return t
