"""Who lives in the blocks: households and children of every stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.sample_city.counties import COUNTIES
from scripts.sample_city.ground import Ints
from scripts.sample_city.land import Land, fault_blocks

STAGES = ("preschool", "primary", "junior", "senior")
YEARS = {"preschool": 3, "primary": 6, "junior": 3, "senior": 3}
COHORT = {"preschool": 0.46, "primary": 1.0, "junior": 0.86, "senior": 0.5}
"""Children who ask for a public place in the first year of a stage, as a share of those who enter primary school."""
EMPTY_SHARE = 0.12
TOWN_CHILDREN_SIGMA = 0.65


@dataclass(frozen=True, eq=False)
class People:
    """(n,) households; ``entrants`` and ``pupils`` by stage, whole children."""

    households: Ints
    entrants: dict[str, Ints]
    pupils: dict[str, Ints]


def make_people(land: Land, rng: np.random.Generator) -> People:
    """Children of every block: many where the town is dense, fewer in the mountains, none where nobody lives."""
    entering = _entering(land, rng)
    children, pupils = {}, {}
    for stage in STAGES:
        noise = rng.lognormal(0, 0.18, len(entering))
        first = np.where(entering > 0, np.rint(entering * COHORT[stage] * noise), 0).astype(np.int64)
        children[stage] = entering if stage == "primary" else first
        growth = rng.uniform(0.88, 1.06, len(entering))
        pupils[stage] = np.maximum(children[stage], np.rint(children[stage] * YEARS[stage] * growth).astype(np.int64))
    households = np.rint(entering * rng.uniform(22, 36, len(entering)) + rng.integers(0, 30, len(entering)) * (entering > 0)).astype(np.int64)
    return People(households, children, pupils)


def _entering(land: Land, rng: np.random.Generator) -> Ints:
    mean = np.array([c.entrants for c in COUNTIES])[land.county]
    away = np.hypot(*(land.xy - np.array([c.centre_km for c in COUNTIES])[land.county] * 1000.0).T)
    town = land.county == 0
    pull = np.where(town, 1.25 * np.exp(-((away / 5200.0) ** 2)) + 0.25, 0.75 + 0.9 * np.exp(-((away / 2500.0) ** 2)))
    spread = np.where(town, TOWN_CHILDREN_SIGMA, 0.3)
    raw = mean * pull * rng.lognormal(0, 1, len(mean)) ** spread
    for county in range(len(COUNTIES)):
        mine = land.county == county
        raw[mine] *= mean[mine][0] / raw[mine].mean()
    children = np.maximum(1, np.rint(raw / np.where(town, 1 - EMPTY_SHARE, 1.0))).astype(np.int64)
    children[town & (rng.uniform(size=len(mean)) < EMPTY_SHARE)] = 0
    around, parted = fault_blocks(land)
    children[[around, parted]] = np.maximum(children[[around, parted]], 2)
    return children
