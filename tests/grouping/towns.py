"""Towns of a few schools as arrays, drawn by hand, and the best grouping of one by trying every way to divide its units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from districting.checking.grouping import check_grouping
from districting.model.grouping_problem import GroupingProblem, MemberFacts

TIERS = {"L": "lead", "R": "regular", "W": "weak"}
STAGES = {"P": "primary", "J": "junior", "S": "senior", "K": "preschool"}


@dataclass(frozen=True)
class School:
    """A school-stage at ``x``, ``y`` km: ``kind`` is stage and tier (``"JL"`` = lead junior, ``"P"`` = regular primary). ``of``: the name of the school, where it has several stages."""

    kind: str
    x: float
    y: float = 0.0
    of: str = ""
    unit: int = -1
    pupils: float = 100.0
    area: str = ""
    seats: float = 0.0
    graduates: float = 0.0
    spare: float = 0.0
    themes: str = ""
    today: int = -1

    @property
    def stage(self) -> str:
        return STAGES[self.kind[0]]

    @property
    def tier(self) -> str:
        return TIERS[self.kind[1:] or "R"]


QUALITY = {"lead": 1.0, "regular": 0.0, "weak": -1.0}


def town(spec, schools: Sequence[School], *, edges="line", county=None, part=None, ground=None, homes_m=None, residents=None) -> GroupingProblem:
    """Each school in a unit of its own, in the order given, unless ``unit`` says otherwise; ``edges``: in a line, or pairs of units."""
    unit = np.array([i if s.unit < 0 else s.unit for i, s in enumerate(schools)])
    n = max(int(unit.max()) + 1, len(county or ()), len(ground or ()))
    names = [s.of or f"{s.kind}{i}" for i, s in enumerate(schools)]
    tags = sorted({t for s in schools for t in s.themes})
    school = np.array([names.index(name) for name in names])
    taught = {name: {s.stage for s, other in zip(schools, names, strict=True) if other == name} for name in names}
    kinds = {frozenset(("primary", "junior")): "nine_year", frozenset(("junior", "senior")): "complete_secondary"}
    facts = MemberFacts(
        school=school,
        kind=np.array([kinds.get(frozenset(taught[name]), "") for name in names]),
        area=np.array([s.area for s in schools]) if any(s.area for s in schools) else None,
        seats=np.array([s.seats for s in schools]),
        graduates=np.array([s.graduates for s in schools]),
        quality_seats=np.array([s.seats if s.tier == "lead" else 0.0 for s in schools]),
        spare_backbone=np.array([s.spare for s in schools]),
        lead_today=np.array([s.today for s in schools]),
        themes=np.array([[t in s.themes for t in tags] for s in schools], dtype=bool).reshape(len(schools), -1) if tags or spec.theme_share else None,
    )
    return GroupingProblem(
        spec=spec,
        unit_of_member=unit,
        stage_of_member=np.array([s.stage for s in schools]),
        tier_of_member=np.array([s.tier for s in schools]),
        pupils=np.array([s.pupils for s in schools]),
        quality=np.array([QUALITY[s.tier] for s in schools]),
        resources=np.zeros((len(schools), 0)),
        member_xy=1000.0 * np.array([[s.x, s.y] for s in schools]),
        edges=np.array([(i, i + 1) for i in range(n - 1)] if isinstance(edges, str) else edges, dtype=np.int64).reshape(-1, 2),
        county_of_unit=np.zeros(n, dtype=np.int64) if county is None else np.array(county),
        weight_of_unit=np.zeros(n) if residents is None else np.array(residents, dtype=float),
        names=tuple(names),
        county_names=tuple(f"county {c}" for c in range(1 + max(county or [0]))),
        facts=facts,
        part_of_unit=None if part is None else np.array(part),
        ground_of_unit=None if ground is None else np.array(ground),
        homes_m=homes_m,
        theme_names=tuple(tags),
    )


def groups(problem: GroupingProblem, found) -> dict[str, str]:
    """Lead -> the schools of its district by name, in the order of the town: ``{"JL1": "P0 JL1"}``."""
    said = {}
    for district, lead in enumerate(found.lead_of_district.tolist()):
        inside = np.flatnonzero(found.district_of_unit[problem.unit_of_member] == district)
        said[problem.names[lead]] = " ".join(dict.fromkeys(problem.names[i] for i in inside))
    return said


def is_lawful(problem: GroupingProblem, found) -> bool:
    return check_grouping(problem, found.district_of_unit, found.lead_of_district, found.theme_of_district) == []


def least(problem: GroupingProblem) -> float:
    """The least objective of all lawful groupings (infinite when there is none); the price of each district is worked out from the definition in :class:`DistrictSpec`."""
    worth = {units: _cheapest(problem, units) for size in range(1, problem.unit_count + 1) for units in combinations(range(problem.unit_count), size)}
    low, high = problem.spec.districts
    return min(
        (sum(worth[tuple(g)] for g in way) for way in ways_to_divide(list(range(problem.unit_count))) if low <= len(way) <= (high or math.inf)),
        default=math.inf,
    )


def ways_to_divide(units: list[int]) -> Iterator[list[list[int]]]:
    """Every way to divide units into groups.

    >>> len(list(ways_to_divide([0, 1, 2])))
    5
    """
    if not units:
        yield []
        return
    for way in ways_to_divide(units[1:]):
        yield [[units[0]], *way]
        for at in range(len(way)):
            yield [*way[:at], [units[0], *way[at]], *way[at + 1 :]]


def _cheapest(problem: GroupingProblem, units: tuple[int, ...]) -> float:
    """The price of one district of these units, led by its cheapest lawful lead and theme."""
    label = np.full(problem.unit_count, -1)
    label[list(units)] = 0
    members = np.flatnonzero(np.isin(problem.unit_of_member, units)).tolist()
    best = math.inf
    for lead in members:
        for theme in range(len(problem.theme_names)) if problem.spec.theme_share else (-1,):
            if not any(v.district == 0 for v in check_grouping(problem, label, [lead], [theme])):
                best = min(best, _price(problem, units, members, lead, theme))
    return best


def _price(problem: GroupingProblem, units: tuple[int, ...], members: list[int], lead: int, theme: int) -> float:
    spec, facts, xy, pupils = problem.spec, problem.facts, problem.member_xy, problem.pupils
    if spec.from_homes:
        price = spec.nearness * sum(problem.homes_m[u, lead] for u in units)
    else:
        price = spec.nearness * sum(pupils[i] * math.dist(xy[i], xy[lead]) for i in members)
    whole = range(problem.member_count)
    if spec.within_county and not spec.counted_districts:
        county = problem.county_of_unit[problem.unit_of_member]
        whole = [i for i in whole if county[i] == county[members[0]]]
    price += spec.evenness * abs(_over(members, whole, pupils * problem.quality, pupils))
    if spec.mix_evenness:
        price += spec.mix_evenness * abs(_over(members, whole, pupils * (facts.area == "rural"), pupils))
    if spec.fill_evenness:
        price += spec.fill_evenness * abs(_over(members, whole, facts.seats, facts.graduates))
    if spec.seat_evenness:
        share = sum(problem.weight_of_unit[list(units)]) / sum(problem.weight_of_unit)
        price += spec.seat_evenness * abs(sum(facts.quality_seats[members]) - share * sum(facts.quality_seats))
    if spec.stability and facts.lead_today is not None:
        price += spec.stability * sum(pupils[i] for i in members if facts.lead_today[i] not in (-1, lead))
    if spec.theme and theme >= 0:
        price += spec.theme * sum(pupils[i] for i in members if not facts.themes[i, theme])
    return price


def _over(members, whole, value, base) -> float:
    ratio = sum(value[i] for i in whole) / sum(base[i] for i in whole) if sum(base[i] for i in whole) else 0.0
    return sum(value[i] - ratio * base[i] for i in members)
