"""The eight counties of the prefecture: where they lie, what they are, how many schools of each tier they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PROVINCE: Final = "61"
CITY_NAME: Final = "示范市"
YEAR: Final = 2026
ORIGIN_LNG_LAT: Final = (107.62, 34.48)
"""Where the middle of the made-up city is pinned, so that datum shifts are those of real places (about 450 m)."""

Tiers = tuple[int, int, int]
"""Numbers of lead, regular and weak schools."""


@dataclass(frozen=True)
class County:
    """One county. ``centre_km`` from the origin; ``entrants`` children of the first primary year in an ordinary block; tiers count public schools of that stage."""

    code: str
    name: str
    kind: str
    role: str
    centre_km: tuple[float, float]
    blocks: int
    entrants: float
    primary: Tiers
    junior: Tiers
    senior: Tiers
    preschool: Tiers
    towns: int
    teaching_points: int = 0
    nine_year: int = 0
    complete_secondary: int = 0
    private: tuple[str, ...] = ()
    boarding: tuple[str, ...] = ()

    @property
    def detailed(self) -> bool:
        return self.blocks > 1000

    @property
    def short(self) -> str:
        """The name without its last character (县 or 区)."""
        return self.name[:-1]


COUNTIES: Final[tuple[County, ...]] = (
    County(
        "619921", "青禾县", "plain", "donor", (0.0, 0.0), 1500, 4.2, (8, 19, 13), (5, 3, 6), (2, 1, 0), (6, 11, 7), 12,
        teaching_points=2, nine_year=1, complete_secondary=1, private=("primary", "junior"), boarding=("junior",),
    ),
    County("619902", "明德区", "urban", "donor", (-13.0, 3.0), 45, 24.0, (2, 4, 2), (2, 0, 2), (1, 1, 0), (1, 1, 1), 5, private=("primary",)),
    County("619903", "弘文区", "urban", "donor", (13.0, -2.0), 45, 25.0, (2, 4, 3), (1, 1, 2), (1, 1, 0), (1, 1, 1), 5, private=("junior",)),
    County("619922", "禾丰县", "plain", "donor", (-1.0, -14.0), 42, 22.0, (2, 3, 2), (1, 1, 1), (1, 0, 0), (1, 1, 1), 4, teaching_points=1),
    County("619923", "云岭县", "mountain", "recipient", (8.0, 14.5), 32, 16.0, (1, 2, 3), (1, 0, 2), (1, 0, 0), (1, 1, 1), 4, teaching_points=1, boarding=("primary",)),
    County("619924", "松岩县", "mountain", "recipient", (-9.0, 15.0), 30, 16.0, (1, 2, 2), (1, 0, 1), (0, 1, 0), (1, 1, 1), 4, teaching_points=1),
    County("619925", "鹿鸣县", "mountain", "recipient", (-15.0, -12.0), 34, 16.0, (1, 2, 3), (1, 1, 1), (1, 0, 0), (1, 1, 1), 4, teaching_points=1, nine_year=1),
    County("619926", "寒泉县", "mountain", "recipient", (14.0, -14.0), 33, 16.0, (1, 2, 3), (1, 0, 2), (0, 1, 0), (1, 1, 1), 4, teaching_points=1, boarding=("junior",)),
)  # fmt: skip
