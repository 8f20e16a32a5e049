"""Weights of the config, said in metres per pupil, to the goals of a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from districting.model.goals import Balance, Border, Compactness, Distance, Goal, Mix, Stability
from districting.model.settings import ZoningObjective


@dataclass(frozen=True)
class Size:
    """What weights are scaled by: ``pupils`` and ``zones`` of the whole stage, ``pupils_here`` of the county whose problem is built."""

    pupils: float
    zones: int
    pupils_here: float


_SCALE: Final[Mapping[type[Goal], Callable[[Size], float]]] = {
    Distance: lambda size: 1.0,
    Stability: lambda size: 1.0,
    Balance: lambda size: size.pupils / size.zones,
    Compactness: lambda size: size.pupils / size.zones,
    Mix: lambda size: size.pupils_here,
    Border: lambda size: 1.0,
}
"""What one unit of a goal is worth in pupil-metres at a weight of one metre per pupil."""


def goals_of(objective: ZoningObjective, size: Size) -> tuple[Goal, ...]:
    """The goals that weigh anything; empty where distance alone counts, metre for metre.

    >>> goals_of(ZoningObjective(stability=50, balance=100), Size(pupils=1000, zones=4, pupils_here=400))
    (Distance(weight=1.0), Stability(weight=50.0), Balance(weight=25000.0))
    >>> goals_of(ZoningObjective(), Size(1000, 4, 400))
    ()
    """
    goals = []
    for kind, scale in _SCALE.items():
        weight = float(getattr(objective, kind.name))
        if weight > 0:
            goals.append(kind(weight * (scale(size) if objective.scale == "pupil" else 1.0)))
    return () if goals == [Distance(1.0)] else tuple(goals)


def uses_border(objective: ZoningObjective) -> bool:
    """Whether lengths of shared borders count."""
    return objective.compactness > 0 or objective.border > 0
