"""What may happen to fixed zones when the forecast, the scores and the distances are off: draws, and shares of them with their intervals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

CELLS: Final = 1_000_000
"""Draws of blocks held at once by each worker."""
WORKERS: Final = 2
"""What is drawn does not depend on their number."""
Z_95: Final = 1.959963984540054
SLIP: Final = 1e-9
"""Share of the seats that counts as rounding, as in the check of the rules."""


@dataclass(frozen=True, eq=False)
class FixedZones:
    """A plan as draws see it: n blocks, z zones.

    pupils : (n,) forecast; zone : (n,) label, -1 = none; seats : (z,)
    distance_m : (n,) way to school, NaN unknown; radius_m : service radius, NaN none; limit_m : longest way allowed, inf none
    """

    pupils: NDArray[np.float64]
    zone: NDArray[np.int64]
    seats: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    radius_m: float = np.nan
    limit_m: float = np.inf


@dataclass(frozen=True, eq=False)
class Draws:
    """``load`` (d, z) pupils of each zone; ``beyond`` (d,) share of pupils beyond the radius, NaN where there is none; ``far`` (d, z) whether any pupil of the zone is beyond the limit."""

    load: NDArray[np.float64]
    beyond: NDArray[np.float64]
    far: NDArray[np.bool_]


def draw_zones(zones: FixedZones, count: int, rng: np.random.Generator, *, common: float = 0.0, dispersion: float = 0.0, travel: float = 0.0) -> Draws:
    """``count`` futures of fixed zones. The same ``rng`` gives the same draws, however many workers there are.

    Pupils of a block: forecast x (1 + ``common`` x a normal number shared by all blocks), and about that a count by chance whose variance is ``dispersion`` times its mean:
    0 none, 1 Poisson, between them a share of the Poisson deviation, beyond 1 a Poisson number of gamma mean. The distance of a block is off by the factor 1 + ``travel`` x normal.

    Raises
    ------
    ValueError : a count below 1 or an error below 0

    >>> one = FixedZones(np.array([40.0, 50.0]), np.array([0, 0]), np.array([100.0]), np.array([300.0, 600.0]), radius_m=500.0)
    >>> draw_zones(one, 2, np.random.default_rng(0)).load.tolist(), draw_zones(one, 1, np.random.default_rng(0)).beyond.round(3).tolist()
    ([[90.0], [90.0]], [0.556])
    """
    if count < 1 or min(common, dispersion, travel) < 0:
        raise ValueError("count >= 1 and errors >= 0")
    n, z = len(zones.pupils), len(zones.seats)
    each = max(1, CELLS // max(n, 1))
    sizes = [min(each, count - start) for start in range(0, count, each)]
    reach = tuple(_threshold(zones.distance_m, line, travel) for line in (zones.radius_m, zones.limit_m))

    def chunk(task: tuple[int, np.random.Generator]) -> Draws:
        pupils = _pupils(zones.pupils, task[0], task[1], common, dispersion)
        load = loads_of(pupils, zones.zone, z)
        beyond, far = _ways(zones, pupils, reach, task[1], travel)
        return Draws(load, beyond, far)

    with ThreadPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(chunk, zip(sizes, rng.spawn(len(sizes)), strict=True)))
    return Draws(np.concatenate([p.load for p in parts]), np.concatenate([p.beyond for p in parts]), np.concatenate([p.far for p in parts]))


def loads_of(pupils: NDArray[np.float64], zone: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """(d, count) pupils of each zone from draws of blocks (d, n); a block with zone -1 is in none. One pass over each draw, which a sparse product is not.

    >>> loads_of(np.array([[1.0, 2.0, 4.0, 9.0]]), np.array([1, 0, 1, -1]), 2).tolist()
    [[2.0, 5.0]]
    """
    slot = zone + 1
    out = np.empty((len(pupils), count))
    for d, draw in enumerate(pupils):
        out[d] = np.bincount(slot, draw, count + 1)[1:]
    return out


def _pupils(mean: NDArray[np.float64], count: int, rng: np.random.Generator, common: float, dispersion: float) -> NDArray[np.float64]:
    """(count, n) pupils of each block."""
    factor = np.maximum(1.0 + common * rng.standard_normal((count, 1)), 0.0)
    expected = factor * mean
    if dispersion == 0:
        return np.asarray(expected, dtype=np.float64)
    if dispersion > 1:
        spread = dispersion - 1.0
        return rng.poisson(spread * rng.standard_gamma(expected / spread)).astype(np.float64)
    drawn = rng.poisson(expected)
    if dispersion == 1:
        return drawn.astype(np.float64)
    root = np.sqrt(dispersion)
    return np.asarray((1.0 - root) * expected + root * drawn, dtype=np.float64)


def _threshold(distance_m: NDArray[np.float64], line_m: float, travel: float) -> NDArray[np.float64] | None:
    """(n,) normal number beyond which a block's distance passes the line; None where there is no line."""
    if not np.isfinite(line_m):
        return None
    known = np.isfinite(distance_m) & (distance_m > 0)
    if travel == 0:
        return np.where(known & (distance_m > line_m), -np.inf, np.inf)
    return np.where(known, (line_m / np.where(known, distance_m, 1.0) - 1.0) / travel, np.inf)


def _ways(
    zones: FixedZones, pupils: NDArray[np.float64], reach: tuple[NDArray[np.float64] | None, ...], rng: np.random.Generator, travel: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    count, n = pupils.shape
    off = rng.standard_normal((count, n), dtype=np.float32) if travel > 0 and any(r is not None for r in reach) else np.zeros((1, 1), dtype=np.float32)
    beyond: NDArray[np.float64] = np.full(count, np.nan)
    far: NDArray[np.bool_] = np.zeros((count, len(zones.seats)), dtype=np.bool_)
    if reach[0] is not None:
        known = np.isfinite(zones.distance_m)
        total = pupils @ known.astype(np.float64)
        outside = np.where(off > reach[0].astype(np.float32), pupils, 0.0).sum(axis=1)
        beyond = np.where(total > 0, outside / np.where(total > 0, total, 1.0), np.nan)
    if reach[1] is not None:
        outside_limit = (off > reach[1].astype(np.float32)) & (pupils > 0)
        for d in range(count):
            far[d] = np.bincount(zones.zone[outside_limit[d]] + 1, minlength=far.shape[1] + 1)[1:] > 0
    return beyond, far


def overflows(load: ArrayLike, seats: ArrayLike) -> NDArray[np.bool_]:
    """(d, z) whether a zone has more pupils than seats; equal is not over.

    >>> overflows([[100, 101]], [100, 100]).tolist()
    [[False, True]]
    """
    places = np.asarray(seats, dtype=np.float64)
    return np.asarray(np.asarray(load, dtype=np.float64) > places + SLIP * np.maximum(places, 1.0), dtype=np.bool_)


def wilson(hits: ArrayLike, count: int, z: float = Z_95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval of a share of which ``hits`` of ``count`` draws are known (Wilson 1927); within 0..1, and no point even for 0 or all hits.

    >>> low, high = wilson([0, 50], 100)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.4038], [0.037, 0.5962])
    """
    share = np.asarray(hits, dtype=np.float64) / count
    weight = z * z / count
    middle = (share + weight / 2) / (1 + weight)
    half = z * np.sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight)
    low, high = np.where(share <= 0, 0.0, middle - half), np.where(share >= 1, 1.0, middle + half)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def draw_tiers(score: ArrayLike, tier: ArrayLike, count: int, rng: np.random.Generator, error: float) -> NDArray[np.int64]:
    """(count, s) tiers 0 weak, 1 regular, 2 lead when scores are off by ``error`` points (standard deviation).

    The lines between the tiers are those that part the given tiers best. A school whose score is not known (NaN), or whose tier is not that of its side, was judged by
    more than its score and keeps its tier; so without error every tier is the given one.

    >>> draw_tiers([90.0, 70.0, 50.0], [2, 1, 0], 2, np.random.default_rng(0), 0.0).tolist()
    [[2, 1, 0], [2, 1, 0]]
    """
    points, given = np.asarray(score, dtype=np.float64), np.asarray(tier, dtype=np.int64)
    low, high = _line(points, given >= 1), _line(points, given >= 2)
    high = max(low, high)
    known = np.isfinite(points) & (_tier_of(points, low, high) == given)
    noisy = points + error * rng.standard_normal((count, len(points)))
    return np.where(known, _tier_of(noisy, low, high), given).astype(np.int64)


def _tier_of(points: NDArray[np.float64], low: float, high: float) -> NDArray[np.int64]:
    return (points >= low).astype(np.int64) + (points >= high)


def _line(points: NDArray[np.float64], upper: NDArray[np.bool_]) -> float:
    """The value that parts ``upper`` from the others with the fewest on the wrong side, halfway between two scores; -inf or inf where one side is empty."""
    known = np.isfinite(points)
    order = np.argsort(points[known], kind="stable")
    values, above = points[known][order], upper[known][order]
    if not len(values):
        return np.inf
    wrong = np.concatenate([[0], np.cumsum(above)]) + np.concatenate([np.cumsum(~above[::-1])[::-1], [0]])
    cut = np.concatenate([[-np.inf], (values[1:] + values[:-1]) / 2, [np.inf]])
    usable = np.concatenate([[True], values[1:] > values[:-1], [True]])
    return float(cut[int(np.argmin(np.where(usable, wrong, len(values) + 1)))])
