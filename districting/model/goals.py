"""Goals of an attendance-zone plan: each a measure with a weight. The objective is the sum of weight x value; every value is reported by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final


@dataclass(frozen=True)
class Goal:
    """``weight`` turns the goal's own unit into the objective's; a weight of zero costs nothing. ``needs`` names the fields of the problem it reads."""

    weight: float = 1.0
    name: ClassVar[str] = ""
    unit: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True)
class Distance(Goal):
    """Pupils x metres to their school."""

    name = "distance"
    unit = "pupil-metre"


@dataclass(frozen=True)
class Stability(Goal):
    """Pupils whose school is not today's; blocks without a known school today do not count."""

    name = "stability"
    unit = "pupil"
    needs = ("today",)


@dataclass(frozen=True)
class Balance(Goal):
    """Sum over schools of \\|1 - pupils / seats\\| (Biswas et al. 2020, SPATIAL)."""

    name = "balance"
    unit = "1"


@dataclass(frozen=True)
class Compactness(Goal):
    """Sum over zones of 1 - 4 pi area / perimeter^2 (Polsby and Popper 1991), the perimeter from those of the blocks less twice the borders inside."""

    name = "compactness"
    unit = "1"
    needs = ("area_m2", "perimeter_m", "shared_border_m")


@dataclass(frozen=True)
class Mix(Goal):
    """Dissimilarity of each group against all other pupils, 0 even to 1 apart: half the sum over schools of \\|g / G - o / O\\| (Duncan and Duncan 1955)."""

    name = "mix"
    unit = "1"
    needs = ("group_counts",)


@dataclass(frozen=True)
class Border(Goal):
    """Metres of border between blocks of different zones."""

    name = "border"
    unit = "metre"
    needs = ("shared_border_m",)


OBJECTIVES: Final[Mapping[str, type[Goal]]] = {g.name: g for g in (Distance, Stability, Balance, Compactness, Mix, Border)}
