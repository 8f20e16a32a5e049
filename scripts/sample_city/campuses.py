"""Schools: which stages, tier, block and name; where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import shapely

from scripts.sample_city.coordinates import to_degrees, to_metres
from scripts.sample_city.counties import CITY_NAME, COUNTIES, PROVINCE, County
from scripts.sample_city.ground import Floats, Ints
from scripts.sample_city.land import Land, fault_blocks
from scripts.sample_city.names import Names
from scripts.sample_city.people import People
from scripts.sample_city.towns import Towns, _seeds

TYPE_DIGITS: Final = {"preschool": "11", "primary": "21", "teaching_point": "21", "junior": "31", "nine_year": "31", "senior": "34", "complete_secondary": "34"}
TYPE_CODE: Final = {
    "preschool": "111", "primary": "211", "teaching_point": "218", "junior": "311", "nine_year": "312", "complete_secondary": "341", "senior": "342",
}  # fmt: skip
STAGES_OF: Final = {
    "preschool": ("preschool",), "primary": ("primary",), "teaching_point": ("primary",), "junior": ("junior",),
    "nine_year": ("primary", "junior"), "complete_secondary": ("junior", "senior"), "senior": ("senior",),
}  # fmt: skip


@dataclass(frozen=True)
class Campus:
    """One school. ``zoned``: public and not boarding, so that it takes part in zones."""

    kind: str
    county: int
    block: int
    tier: str
    private: bool = False
    boarding: bool = False
    school_id: str = ""
    name: str = ""
    lng_lat: tuple[float, float] = (0.0, 0.0)
    themes: tuple[str, ...] = field(default=())

    @property
    def stages(self) -> tuple[str, ...]:
        return STAGES_OF[self.kind]

    @property
    def zoned(self) -> bool:
        return not (self.private or self.boarding)


def make_campuses(land: Land, people: People, towns: Towns, rng: np.random.Generator, names: Names) -> list[Campus]:
    """Every school of the prefecture, ordered by county, kind and block."""
    found: list[Campus] = []
    taken = set(fault_blocks(land))
    for position, county in enumerate(COUNTIES):
        mine = np.array([b for b in np.flatnonzero(land.county == position).tolist() if b not in taken])
        found += _county_campuses(position, county, mine, (land, people), rng)
    serial: dict[str, int] = {}
    out = []
    for campus in found:
        digits = TYPE_DIGITS[campus.kind]
        serial[digits] = serial.get(digits, 100_200) + int(rng.integers(1, 9))
        place = tuple(to_degrees(_inside(land, campus.block))[0].tolist())
        out.append(replace(campus, school_id=f"{digits}{PROVINCE}{serial[digits]:06d}", lng_lat=place))
    return _named(out, towns, names)


def _county_campuses(position: int, county: County, mine: Ints, ground: tuple[Land, People], rng: np.random.Generator) -> list[Campus]:
    land, people = ground
    free = list(mine.tolist())
    found: list[Campus] = []

    def place(count: int, weight: Floats) -> list[int]:
        spots = np.array(free)
        chosen = spots[_seeds(land.xy[spots], weight[spots], count, rng)].tolist()
        for block in chosen:
            free.remove(block)
        return chosen

    children = people.entrants["primary"] + 0.3
    away = np.hypot(*(land.xy - np.array(county.centre_km) * 1000.0).T)
    juniors = _with_tiers("junior", position, place(sum(county.junior), children), county.junior, away, rng)
    primaries = place(sum(county.primary) - county.nine_year, children)
    juniors, through = _through(juniors, county, away)
    points = sorted(primaries, key=lambda b: -away[b])[: county.teaching_points]
    found += [Campus("teaching_point", position, b, "weak") for b in points]
    lead, regular, weak = county.primary
    nine = [c for c in through if c.kind == "nine_year"]
    counts = (lead, regular - sum(c.tier == "regular" for c in nine), weak - len(points) - sum(c.tier == "weak" for c in nine))
    found += _with_tiers("primary", position, [b for b in primaries if b not in points], counts, away, rng)
    found += juniors + through
    senior = (county.senior[0], county.senior[1], county.senior[2])
    found += _with_tiers("senior", position, place(sum(senior), children), senior, away, rng)
    found += _with_tiers("preschool", position, place(sum(county.preschool), children), county.preschool, away, rng)
    for stage in county.private:
        found.append(Campus(stage, position, place(1, children)[0], "regular", private=True, boarding=stage == "junior"))
    for stage in county.boarding:
        found.append(Campus(stage, position, place(1, children)[0], "regular", boarding=True))
    return found


def _with_tiers(kind: str, county: int, blocks: list[int], tiers: tuple[int, int, int], away: Floats, rng: np.random.Generator) -> list[Campus]:
    """Strong schools mostly near the middle, weak ones mostly far out, some the other way round."""
    rank = sorted(blocks, key=lambda b: float(away[b]) * float(rng.lognormal(0, 0.45)))
    label = ["lead"] * tiers[0] + ["regular"] * tiers[1] + ["weak"] * tiers[2]
    return [Campus(kind, county, b, t) for b, t in zip(rank, label, strict=True)]


def _through(juniors: list[Campus], county: County, away: Floats) -> tuple[list[Campus], list[Campus]]:
    """Turns juniors into nine-year schools (outskirts) and complete secondaries (a lead near the middle)."""
    through = []
    rest = sorted(juniors, key=lambda c: float(away[c.block]))
    for _ in range(county.complete_secondary):
        one = next(c for c in rest if c.tier == "lead")
        rest.remove(one)
        through.append(replace(one, kind="complete_secondary"))
    for _ in range(county.nine_year):
        one = next(c for c in reversed(rest) if c.tier == "regular")
        rest.remove(one)
        through.append(replace(one, kind="nine_year"))
    return rest, through


def _inside(land: Land, block: int) -> Floats:
    """A place well inside the block, in metres."""
    shape = land.shapes[block]
    middle = shape.centroid
    if not shapely.contains(shape, middle) or shape.boundary.distance(middle) < 2e-4:
        middle = shapely.maximum_inscribed_circle(shape, tolerance=1e-5).coords[0]
        middle = shapely.Point(middle)
    return to_metres(np.array([[middle.x, middle.y]]))


def _named(campuses: list[Campus], towns: Towns, names: Names) -> list[Campus]:
    order = "一二三四五六七八九十"
    count: dict[tuple[int, str], int] = {}
    out = []
    for campus in campuses:
        county = COUNTIES[campus.county]
        key = (campus.county, campus.kind + ("_private" if campus.private else "_boarding" if campus.boarding else ""))
        count[key] = count.get(key, 0) + 1
        number = count[key]
        local = towns.community_of_block[campus.block]
        urban = towns.urban_rural[campus.block] in ("111", "112", "121")
        name = _school_name(campus, county, number, order, local, urban)
        out.append(replace(campus, name=names.once(name if names.free(name) else name.replace(local, f"{local}{'东西南北'[number % 4]}"))))
    return out


def _school_name(campus: Campus, county: County, number: int, order: str, local: str, urban: bool) -> str:
    if campus.private:
        return {"primary": f"{county.short}私立启航小学", "junior": f"{county.short}私立博雅初级中学"}[campus.kind]
    if campus.boarding:
        return {"primary": f"{county.short}寄宿制小学", "junior": f"{county.short}寄宿制初级中学"}[campus.kind]
    if campus.kind == "teaching_point":
        return f"{local}教学点"
    if campus.kind == "nine_year":
        return f"{county.name}{local}九年制学校"
    if campus.kind == "complete_secondary":
        return f"{county.name}中学"
    if campus.kind == "senior":
        return f"{CITY_NAME}第{order[campus.county]}高级中学" if number == 1 and county.kind == "urban" else f"{county.name}第{order[number - 1]}高级中学"
    word = {"preschool": "幼儿园", "primary": "小学", "junior": "初级中学"}[campus.kind]
    if number == 1 and campus.kind != "junior":
        return f"{county.name}实验{word}"
    if campus.kind == "junior" and urban:
        return f"{county.name}第{order[number - 1]}{word}" if number <= 10 else f"{county.name}{local}{word}"
    return f"{county.name}第{order[number - 1]}{word}" if number <= 6 and urban else f"{county.name}{local}{word}"
