"""What a district must hold at least and may hold at most, as one table of amounts per unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.grouping.keys import counted
from districting.model.grouping_problem import GroupingProblem

_NEGLIGIBLE = 1e-9


@dataclass(frozen=True, eq=False)
class Limits:
    """``keys`` (q,) names; ``amount`` (n, q) what a unit adds; ``least`` and ``most`` (q,) per district; ``grain`` (q,) the size of one step, so that breaches compare: 1 for
    schools, the largest amount for places and teachers.
    """

    keys: tuple[str, ...]
    amount: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    grain: NDArray[np.float64]

    def breach(self, total: NDArray[np.float64]) -> float:
        """By how many steps in all a district with these totals (q,) breaks its limits; at least 1 for each that it breaks."""
        return float(self.breaches(total[None, :])[0])

    def breaches(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same of many districts at once, totals (m, q)."""
        short = np.maximum(0.0, self.least - totals) + np.maximum(0.0, totals - self.most)
        broken = short > _NEGLIGIBLE
        return np.asarray((broken * np.where(self.grain > 1.0, 1.0 + short / self.grain, short)).sum(axis=1))


def limits_of(problem: GroupingProblem, member: NDArray[np.int64], place: NDArray[np.int64], n: int) -> Limits:
    """The counted keys, the even spread, junior places against graduates and the backbone floor, of the members of one area in n units."""
    spec, facts = problem.spec, problem.facts
    rows: list[tuple[str, NDArray[np.float64], float, float]] = []

    def total_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(place, weights=values[member], minlength=n).astype(np.float64)

    for key, (least, most) in spec.counts.items():
        rows.append((key, total_of(counted(problem, key).astype(np.float64)), float(least), np.inf if most is None else float(most)))
    for key in spec.spread:
        mask = counted(problem, key)
        rows.append((key, total_of(mask.astype(np.float64)), 0.0, float(problem.spread_limit(int(mask.sum())))))
    if spec.junior_seats and facts.seats is not None and facts.graduates is not None:
        rows.append(("junior_seats", total_of(facts.seats - spec.junior_seats * facts.graduates), 0.0, np.inf))
    if facts.room is not None:
        rows.append(("junior_room", total_of(facts.room), 0.0, np.inf))
    if spec.backbone_floor and facts.spare_backbone is not None:
        rows.append(("backbone_floor", total_of(facts.spare_backbone), 0.0, np.inf))
    amount = np.column_stack([r[1] for r in rows]) if rows else np.zeros((n, 0))
    real = np.array([key in ("junior_seats", "junior_room", "backbone_floor") for key, *_ in rows], dtype=bool)
    size = np.abs(amount).max(axis=0, initial=1.0)
    return Limits(
        keys=tuple(r[0] for r in rows),
        amount=amount,
        least=np.array([r[2] for r in rows]),
        most=np.array([r[3] for r in rows]),
        grain=np.where(real, size + 1.0, 1.0),
    )
