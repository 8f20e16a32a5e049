"""A worked example: the eight units of Baoji's county-level 1+1 alliances (policy R08), four that give and four that take.

The source lists the donors 渭滨区, 金台区, 陈仓区, 高新区 and the recipients 麟游县, 千阳县, 陇县, 凤县. It does NOT say which of them belong together. The coordinates below are
those of the county seats (of the development zone 高新区: of its administration), rounded to 0.01 degree: approximate public geography, not data of the source. Distances are
straight lines over the globe, not roads; nothing is known of needs here, so travel alone decides.

What least travel gives:

>>> from districting.pairing.county import pair_counties, price_of_pins
>>> problem = baoji()
>>> found = pair_counties(problem)
>>> for line in told(problem, found):
...     print(line)
渭滨区 -> 千阳县 30 km
金台区 -> 陇县 62 km
陈仓区 -> 麟游县 53 km
高新区 -> 凤县 79 km
>>> round(found.objective / 1000), found.status
(224, 'optimal')

How firm each pair is: the next best donor, and how many kilometres dearer the whole plan is with it. Three of the donors stand side by side in the city, so only one pair
is firm; which of the three goes where hangs on less than a kilometre, that is, on the rounding of the coordinates, and may as well be decided by needs or by agreement.

>>> for r, d, metres in zip(found.recipient_of_pair, found.runner_up_of_pair, found.dearer_m_of_pair):
...     print(problem.names[r], problem.names[d], f"{metres / 1000:.1f} km")
麟游县 高新区 20.2 km
千阳县 金台区 0.2 km
陇县 渭滨区 0.2 km
凤县 渭滨区 0.7 km

The order in which the source lists the two groups suggests other pairs. They are INFERRED from the order of two lists; the source does not state them. A planner who holds
them to be right, or who has agreed on pairs for other reasons, pins them; how much more travel that costs is then known:

>>> pinned = baoji(pins=INFERRED)
>>> for line in told(pinned, pair_counties(pinned)):
...     print(line)
渭滨区 -> 麟游县 68 km
金台区 -> 千阳县 29 km
陈仓区 -> 陇县 77 km
高新区 -> 凤县 79 km
>>> print(f"{price_of_pins(pinned) / 1000:.0f} km more")
29 km more

With one of them pinned the others go where they go best:

>>> one = baoji(pins=(("渭滨区", "麟游县"),))
>>> print(f"{price_of_pins(one) / 1000:.0f} km more")
25 km more
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.model.county_problem import CountyProblem, CountySolution

DONORS: Final = {"渭滨区": (107.15, 34.37), "金台区": (107.14, 34.38), "陈仓区": (107.38, 34.35), "高新区": (107.20, 34.35)}
"""Donor -> longitude, latitude of its seat to 0.01 degree (approximate). 高新区 is a development zone without a county code of its own: it is known by its name."""

RECIPIENTS: Final = {"麟游县": (107.79, 34.68), "千阳县": (107.13, 34.64), "陇县": (106.86, 34.89), "凤县": (106.52, 33.91)}
"""Recipient -> longitude, latitude of its seat to 0.01 degree (approximate)."""

INFERRED: Final = tuple(zip(DONORS, RECIPIENTS, strict=True))
"""The pairs in the order of the two lists: our inference, not stated by the source."""

_GLOBE_M = 6_371_000.0


def baoji(pins: tuple[tuple[str, str], ...] = ()) -> CountyProblem:
    """The eight units as a problem; ``pins`` by names."""
    places = {**DONORS, **RECIPIENTS}
    names = tuple(places)
    donor = np.arange(len(names)) < len(DONORS)
    at = {name: i for i, name in enumerate(names)}
    codes = tuple(f"{i}" for i in range(len(names)))
    fixed = tuple((at[d], at[r]) for d, r in pins)
    return CountyProblem(donor, ~donor, _globe_m(np.array(list(places.values()))), pins=fixed, code=codes, names=names)


def told(problem: CountyProblem, found: CountySolution) -> Iterator[str]:
    """One line for every pair, in the order of the donors."""
    for donor, recipient in sorted(zip(found.donor_of_pair.tolist(), found.recipient_of_pair.tolist(), strict=True)):
        yield f"{problem.names[donor]} -> {problem.names[recipient]} {problem.distance_m[donor, recipient] / 1000:.0f} km"


def _globe_m(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, n) metres along great circles between places given as (longitude, latitude)."""
    east, north = np.radians(degrees).T
    half = np.sin((north[:, None] - north) / 2) ** 2 + np.cos(north)[:, None] * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    return 2 * _GLOBE_M * np.arcsin(np.sqrt(half))
