"""The ground before any border is drawn: who owns a place, where the river runs, where the middles of blocks lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from scripts.sample_city.counties import COUNTIES, County

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOWN_RADIUS_M = 4900.0
PREFECTURE_RADIUS_M = 23_500.0
RING_SPACING_M = 330.0
RING_OFFSET_M = 120.0
BANK_SPACING_M = 190.0
BANK_SPACING_FAR_M = 480.0
BANK_OFFSET_M = 75.0
GHOST_SPACING_M = 1900.0


@dataclass(frozen=True, eq=False)
class Sites:
    """Middles of cells in metres from the origin. ``block_of_site`` (s,): several cells may make one block; -1 for the ghosts around the city.

    ``north`` (s,): which bank of the river; ``county_of_block`` (n,): position in COUNTIES.
    """

    xy: Floats
    block_of_site: Ints
    north: NDArray[np.bool_]
    county_of_block: Ints


def town_edge_m(angle: Floats) -> Floats:
    """Distance from the origin to the border of the detailed county in each direction."""
    return TOWN_RADIUS_M * (1 + 0.07 * np.cos(2 * angle + 0.6) + 0.05 * np.cos(3 * angle - 1.1) + 0.025 * np.cos(5 * angle + 0.3))


def prefecture_edge_m(angle: Floats) -> Floats:
    """Distance from the origin to the outline of the prefecture in each direction."""
    return PREFECTURE_RADIUS_M * (1 + 0.06 * np.cos(2 * angle - 0.4) + 0.05 * np.cos(3 * angle + 0.9) + 0.03 * np.cos(7 * angle))


def river_y(x: Floats) -> Floats:
    """The river's middle: it enters in the west, bends through the town south of its middle and leaves in the east."""
    u = x / 1000.0
    return 1000.0 * (-0.9 + 0.55 * np.sin(0.62 * u + 0.4) + 1.5 * np.sin(0.16 * u - 0.5) * np.tanh(np.abs(u) / 9.0) + 0.12 * np.sin(1.9 * u))


def north_of_river(xy: Floats) -> NDArray[np.bool_]:
    """Which places lie on the north bank."""
    return xy[:, 1] > river_y(xy[:, 0])


def county_at(xy: Floats) -> Ints:
    """Position in COUNTIES of the county a place belongs to: the town in the middle, the nearest centre elsewhere."""
    centres = np.array([c.centre_km for c in COUNTIES]) * 1000.0
    warped = xy + 900.0 * np.column_stack([np.sin(xy[:, 1] / 3100.0), np.sin(xy[:, 0] / 2700.0 + 1.0)])
    nearest = cKDTree(centres[1:]).query(warped)[1] + 1
    inside = np.hypot(*xy.T) < town_edge_m(np.arctan2(xy[:, 1], xy[:, 0]))
    return np.where(inside, 0, nearest).astype(np.int64)


def make_sites(rng: np.random.Generator) -> Sites:
    """Every site of the city."""
    banks, ring = _banks(rng), _ring()
    strip = np.concatenate([banks, ring])
    owner = county_at(strip)
    inner = strip[owner == 0]
    town = np.concatenate([inner, _spread(_town_cloud(rng, inner), COUNTIES[0].blocks - len(inner), rng)])
    rest = [_spread(_county_cloud(rng, i, strip), county.blocks, rng) for i, county in enumerate(COUNTIES) if i > 0]
    main = np.concatenate([town, *rest])
    county = np.repeat(np.arange(len(COUNTIES)), [len(town), *(len(r) for r in rest)])
    outer, outer_county = strip[owner > 0], owner[owner > 0]
    block = np.concatenate([np.arange(len(main)), _attach(outer, outer_county, main, county)])
    real = np.concatenate([main, outer])
    ghosts = _ghosts()
    xy = np.concatenate([real, ghosts])
    return Sites(xy, np.concatenate([block, np.full(len(ghosts), -1)]), north_of_river(xy), county)


def _banks(rng: np.random.Generator) -> Floats:
    """Pairs of sites that face each other across the river, so that borders follow it."""
    x = np.linspace(-30_000, 30_000, 60_001)
    y = river_y(x)
    along = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    stops, at = [], 0.0
    while at < along[-1]:
        stops.append(at)
        middle = np.interp(at, along, x)
        at += (BANK_SPACING_M if abs(middle) < TOWN_RADIUS_M * 1.05 else BANK_SPACING_FAR_M) * rng.uniform(0.85, 1.15)
    u = np.interp(stops, along, x)
    v = river_y(u)
    slope = (river_y(u + 1) - river_y(u - 1)) / 2
    normal = np.column_stack([-slope, np.ones(len(u))]) / np.hypot(1, slope)[:, None]
    middle = np.column_stack([u, v])
    kept = np.hypot(u, v) < prefecture_edge_m(np.arctan2(v, u)) + 400.0
    far = np.abs(u) > TOWN_RADIUS_M * 1.05
    step = np.where(far, 2.2 * BANK_OFFSET_M, BANK_OFFSET_M)[:, None] * normal
    return np.stack([middle + step, middle - step], axis=1)[kept].reshape(-1, 2)


def _ring() -> Floats:
    """Pairs of sites on both sides of the border of the detailed county, away from the river."""
    angle = np.linspace(0, 2 * np.pi, 20_001)
    edge = town_edge_m(angle)
    line = edge[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    stops = np.linspace(0, along[-1], int(along[-1] / RING_SPACING_M), endpoint=False)
    turn = np.interp(stops, along, angle)
    pairs = np.stack([(town_edge_m(turn) + s * RING_OFFSET_M)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]) for s in (-1.0, 1.0)], axis=1)
    middle = pairs.mean(axis=1)
    away = np.abs(middle[:, 1] - river_y(middle[:, 0])) > 420.0
    return pairs[away].reshape(-1, 2)


def _ghosts() -> Floats:
    angle = np.linspace(0, 2 * np.pi, int(2 * np.pi * PREFECTURE_RADIUS_M / GHOST_SPACING_M), endpoint=False)
    rings = [(prefecture_edge_m(angle) + d)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]) for d in (1400.0, 9000.0)]
    return np.concatenate(rings)


def _town_cloud(rng: np.random.Generator, taken: Floats) -> Floats:
    """Many places in the town, dense where blocks are small."""
    angle = rng.uniform(0, 2 * np.pi, 400_000)
    reach = rng.uniform(0, 1, len(angle)) ** 0.5
    spacing = 125.0 + 235.0 * reach**1.3
    kept = rng.uniform(size=len(angle)) < (125.0 / spacing) ** 2
    radius = (reach * (town_edge_m(angle) - 230.0))[kept]
    xy = radius[:, None] * np.column_stack([np.cos(angle[kept]), np.sin(angle[kept])])
    return xy[cKDTree(taken).query(xy)[0] > 110.0][:60_000]


def _county_cloud(rng: np.random.Generator, position: int, taken: Floats) -> Floats:
    """Many places in a coarse county, denser around its seat."""
    county: County = COUNTIES[position]
    box = rng.uniform(-1.1, 1.1, (500_000, 2)) * PREFECTURE_RADIUS_M
    inside = np.hypot(*box.T) < prefecture_edge_m(np.arctan2(box[:, 1], box[:, 0])) - 300.0
    xy = box[inside]
    xy = xy[county_at(xy) == position]
    reach = np.hypot(*(xy - np.array(county.centre_km) * 1000.0).T)
    kept = rng.uniform(size=len(xy)) < (0.12 + np.exp(-((reach / 2600.0) ** 2))) / 1.12
    xy = xy[kept]
    return xy[cKDTree(taken).query(xy)[0] > 420.0][:20_000]


def _spread(cloud: Floats, count: int, rng: np.random.Generator, rounds: int = 12) -> Floats:
    """``count`` sites spread over the cloud (Lloyd's rounds); each moves to the middle of the places nearest to it."""
    sites = cloud[rng.choice(len(cloud), count, replace=False)]
    for _ in range(rounds):
        nearest = cKDTree(sites).query(cloud)[1]
        number = np.maximum(np.bincount(nearest, minlength=count), 1)[:, None]
        sites = np.column_stack([np.bincount(nearest, cloud[:, d], count) for d in (0, 1)]) / number
    return sites


def _attach(strip: Floats, owner: Ints, main: Floats, county: Ints) -> Ints:
    """The block a strip cell belongs to: the nearest one of its county on its own bank."""
    block = np.empty(len(strip), dtype=np.int64)
    bank, main_bank = north_of_river(strip), north_of_river(main)
    for position in np.unique(owner):
        for side in (True, False):
            mine = np.flatnonzero((owner == position) & (bank == side))
            homes = np.flatnonzero((county == position) & (main_bank == side))
            if len(mine) == 0:
                continue
            if len(homes) == 0:
                homes = np.flatnonzero(county > 0)[main_bank[county > 0] == side]
            block[mine] = homes[cKDTree(main[homes]).query(strip[mine])[1]]
    return block
