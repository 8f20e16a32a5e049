"""Places: a hidden plan of connected zones sets every school's intake plan and seats, so that a feasible plan exists; today's zones are another, worse one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.counties import COUNTIES
from scripts.sample_city.ground import Floats, Ints
from scripts.sample_city.land import Land
from scripts.sample_city.people import STAGES, YEARS, People
from scripts.sample_city.zones import balanced, grow

CLASS_SIZE = {"preschool": 25, "primary": 45, "junior": 50, "senior": 50}
POINT_CHILDREN = 34.0
"""Children a teaching point takes in a year, where blocks are small enough."""
SLACK = 1.065
"""Places of a county and stage over the children who ask for one."""
EVEN_PART, EVEN_PART_COARSE = 0.75, 0.1
"""How far the hidden plan leans from what stands nearest towards schools of one size; little where blocks are few and large."""
HABIT, HABIT_COARSE = 0.5, 0.12
"""How far today's strong schools reach beyond their share, in widths of a block."""
MOST_FULL, LEAST_FULL = 1.5, 0.55
"""Today's fullest and emptiest school: children over places."""
ENCLAVES = 4
"""Zones of today's primaries in the detailed county that have a piece far away; half as many junior ones."""


@dataclass(frozen=True, eq=False)
class Offers:
    """Keyed by (campus position, stage): intake plan, seats, classes, pupils. ``hidden`` and ``today``: stage -> (n,) campus position of each block."""

    plan: dict[tuple[int, str], int]
    seats: dict[tuple[int, str], int]
    classes: dict[tuple[int, str], int]
    pupils: dict[tuple[int, str], int]
    hidden: dict[str, Ints]
    today: dict[str, Ints]


def make_offers(land: Land, people: People, campuses: list[Campus], rng: np.random.Generator) -> Offers:
    """Plans, seats, classes and rolls of every school and stage."""
    offers = Offers({}, {}, {}, {}, {}, {})
    arcs, free_arcs = land.arcs(), land.arcs(cut_too=True)
    for stage in STAGES:
        hidden = np.full(len(land.shapes), -1, dtype=np.int64)
        today = hidden.copy()
        for position, county in enumerate(COUNTIES):
            mine = np.array([i for i, c in enumerate(campuses) if c.county == position and stage in c.stages and c.zoned])
            blocks = land.county == position
            homes = np.array([campuses[i].block for i in mine])
            demand = np.where(blocks, people.entrants[stage], 0)
            scale = float(np.sqrt(land.area_m2[blocks].mean()))
            share = _shares(
                grow(arcs, homes, np.zeros(len(homes))), demand, [campuses[i] for i in mine], EVEN_PART if county.detailed else EVEN_PART_COARSE, rng
            )
            zone = balanced(arcs, homes, demand, share, 0.8 * scale)
            hidden[blocks] = mine[zone[blocks]]
            _set_places(offers, stage, mine, zone, (demand, np.where(blocks, people.pupils[stage], 0)), rng)
            width = scale * (HABIT if county.detailed else HABIT_COARSE)
            fit = (demand, np.array([offers.plan[i, stage] for i in mine]))
            habit = _today(free_arcs, homes, [campuses[i] for i in mine], width, fit, rng)
            if county.detailed and stage in ("primary", "junior"):
                habit = _with_enclaves(habit, land, homes, ENCLAVES if stage == "primary" else ENCLAVES // 2, rng)
            today[blocks] = mine[habit[blocks]]
        offers.hidden[stage], offers.today[stage] = hidden, today
        _set_rolls(offers, stage, people, campuses, rng)
    return offers


def _shares(natural: Ints, demand: Ints, campuses: list[Campus], even: float, rng: np.random.Generator) -> Floats:
    """Wanted sizes: between an even share and what stands nearest; teaching points are small."""
    load = np.bincount(natural[natural >= 0], demand[natural >= 0], len(campuses))
    share = ((1 - even) * load + even * load.mean()) * rng.lognormal(0, 0.2 * even, len(campuses))
    points = np.array([c.kind == "teaching_point" for c in campuses])
    return np.where(points, np.minimum(share, POINT_CHILDREN), share)


def _set_places(offers: Offers, stage: str, mine: Ints, zone: Ints, children: tuple[Ints, Ints], rng: np.random.Generator) -> None:
    entrants, roll = children
    held = zone >= 0
    load = np.bincount(zone[held], entrants[held], len(mine)).astype(np.int64)
    rolls = np.bincount(zone[held], roll[held], len(mine)).astype(np.int64)
    total = int(np.ceil(SLACK * load.sum()))
    extra = load * rng.uniform(0.7, 1.3, len(mine))
    spare = np.floor((total - load.sum()) * extra / extra.sum()).astype(np.int64)
    spare[np.argsort(-load, kind="stable")[: total - int(load.sum()) - int(spare.sum())]] += 1
    for k, campus in enumerate(mine.tolist()):
        plan = int(load[k] + spare[k])
        offers.plan[campus, stage] = plan
        offers.seats[campus, stage] = max(plan * YEARS[stage], int(np.ceil(1.02 * rolls[k])))
        offers.classes[campus, stage] = YEARS[stage] * int(np.ceil(plan / CLASS_SIZE[stage]))


def _today(arcs: list[list[tuple[int, float]]], homes: Ints, campuses: list[Campus], width_m: float, fit: tuple[Ints, Ints], rng: np.random.Generator) -> Ints:
    """Zones as they grew over the years: strong schools reach too far, nobody counted places exactly, the river was not asked."""
    demand, plan = fit
    pull = {"lead": 0.0, "regular": 1.1, "weak": 1.7}
    start = np.array([4.0 if c.kind == "teaching_point" else pull[c.tier] for c in campuses]) * width_m + rng.uniform(0, 1.2, len(campuses)) * width_m
    noisy = [[(b, m * f) for (b, m), f in zip(near, rng.lognormal(0, 0.3, len(near)), strict=True)] for near in arcs]
    for _ in range(60):
        zone = grow(noisy, homes, start)
        zone[homes] = np.arange(len(homes))
        full = np.bincount(zone[zone >= 0], demand[zone >= 0], len(homes)) / plan
        if full.max() <= MOST_FULL and full.min() >= LEAST_FULL:
            break
        start += width_m * 0.4 * np.where(full > MOST_FULL, 1.0, np.where(full < LEAST_FULL, -1.0, 0.0))
    return zone


def _with_enclaves(zone: Ints, land: Land, homes: Ints, count: int, rng: np.random.Generator) -> Ints:
    """Gives a few blocks to a school that is not their neighbour's, as old estates keep their old school."""
    out = zone.copy()
    near: dict[int, list[int]] = {}
    for a, b in land.edges.tolist():
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    inside = np.flatnonzero((land.county == 0) & (np.hypot(*land.xy.T) < 3200))
    for seed in rng.choice(np.setdiff1d(inside, homes), count, replace=False).tolist():
        away = np.hypot(*(land.xy[homes] - land.xy[seed]).T)
        school = int(np.argsort(away, kind="stable")[min(6, len(homes) - 1)])
        for block in [seed, *near[seed][:3]]:
            if block not in homes and land.county[block] == 0:
                out[block] = school
    return out


def _set_rolls(offers: Offers, stage: str, people: People, campuses: list[Campus], rng: np.random.Generator) -> None:
    """Pupils on the roll follow today's zones; private and boarding schools teach the few who left them. Full schools teach large classes."""
    zone = offers.today[stage]
    roll = np.bincount(zone, people.pupils[stage], len(campuses))
    years = YEARS[stage]
    for position, campus in enumerate(campuses):
        if stage not in campus.stages:
            continue
        key = (position, stage)
        if not campus.zoned:
            offers.plan[key] = int(rng.integers(2, 4)) * CLASS_SIZE[stage]
            offers.seats[key] = offers.plan[key] * years
            offers.classes[key] = offers.plan[key] // CLASS_SIZE[stage] * years
            offers.pupils[key] = int(offers.seats[key] * rng.uniform(0.82, 0.95))
            continue
        pupils = max(round(roll[position] * rng.uniform(0.93, 0.99)), 6)
        most = CLASS_SIZE[stage] + 15
        built = offers.classes[key]
        used = years * int(np.ceil(pupils / years / (CLASS_SIZE[stage] - 3)))
        offers.pupils[key] = pupils
        offers.classes[key] = max(min(built, used), int(np.ceil(pupils / most)))
