"""Who may carry whom and at what price, as a function of the scores: what is kept when a score moves, and what is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.model.pairing_problem import GapGoal


@dataclass(frozen=True)
class Yardstick:
    """The price of a gap in metres. ``spread`` (points that are one standard deviation) and ``reference`` (points: the widest gap, or the mean gap) are measured
    at the given scores and kept when a score moves: a rule of the year is not written anew for one school.
    """

    weight_m: float
    goal: GapGoal
    spread: float
    reference: float

    @property
    def slope(self) -> float:
        """Metres per point of score."""
        return self.weight_m / self.spread

    def price(self, gap: Any) -> Any:
        """Metres for a gap in points: what it lacks to the widest, or its distance from the mean."""
        return self.slope * (self.reference - gap if self.goal == "wide" else np.abs(gap - self.reference))


@dataclass(frozen=True, eq=False)
class Sides:
    """r recipients (rows) and d donors (columns): scores, ``permitted`` (r, d) whatever the scores, ``fixed`` (r, d) the part of the price that scores do not
    change, ``cap`` recipients of a donor at most, ``pinned`` (r,) rows that have no choice.
    """

    weak: NDArray[np.float64]
    strong: NDArray[np.float64]
    permitted: NDArray[np.bool_]
    fixed: NDArray[np.float64]
    yardstick: Yardstick
    cap: int
    pinned: NDArray[np.bool_]

    @property
    def gap(self) -> NDArray[np.float64]:
        """(r, d) points by which a donor surpasses a recipient."""
        return self.strong[None, :] - self.weak[:, None]

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """(r, d) permitted and strictly stronger."""
        return self.permitted & (self.strong[None, :] > self.weak[:, None])

    @property
    def price(self) -> NDArray[np.float64]:
        """(r, d) metres."""
        return self.fixed + np.asarray(self.yardstick.price(self.gap), dtype=np.float64)

    def rows(self, mask: NDArray[np.bool_]) -> Sides:
        """Some of the recipients."""
        return Sides(self.weak[mask], self.strong, self.permitted[mask], self.fixed[mask], self.yardstick, self.cap, self.pinned[mask])
