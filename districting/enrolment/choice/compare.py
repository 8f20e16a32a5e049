"""Two zonings of the same blocks beside each other: whose expected school gets better, whose worse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.choice_problem import Access, ChoiceResult

SAME_WITHIN = 1.0
"""Points of expected score that count as no difference."""


@dataclass(frozen=True)
class AccessChange:
    """One engine under the other zoning (``before``) and this one (``after``). Pupils by the change of the expected score of their block; ``unknown``: not expected in both."""

    engine: str
    before: Access
    after: Access
    better: int
    worse: int
    same: int
    unknown: int

    @property
    def variance_change(self) -> float:
        """Relative; NaN where there was no variance."""
        return self.after.variance / self.before.variance - 1.0 if self.before.variance > 0 else float("nan")


def access_changes(
    before: ChoiceResult, after: ChoiceResult, at: NDArray[np.int64], pupils: NDArray[np.int64], *, within: float = SAME_WITHIN
) -> tuple[AccessChange, ...]:
    """Engine by engine, in the order of ``after``; engines that ``before`` has not are left out.

    Parameters
    ----------
    before, after : results of the two zonings
    at : (b,) position in ``before`` of every block of ``after``, -1 where it has none
    pupils : (b,) of ``after``
    within : points that count as no difference
    """
    other = {o.engine: o for o in before.outcomes}
    found = []
    for mine in after.outcomes:
        if mine.engine not in other:
            continue
        theirs = other[mine.engine]
        old = np.where(at >= 0, theirs.quality_of_block[np.maximum(at, 0)], np.nan)
        change = mine.quality_of_block - old
        lost = np.isnan(change)
        counts = (change > within, change < -within, ~lost & (np.abs(np.where(lost, 0.0, change)) <= within), lost)
        found.append(AccessChange(mine.engine, theirs.access, mine.access, *(int(pupils[c].sum()) for c in counts)))
    return tuple(found)
