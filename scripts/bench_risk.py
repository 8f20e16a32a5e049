"""Risk of fixed zones: 1,000 futures of 20,000 blocks and 100 schools, beside a plain pandas loop on the same draws; and how long it takes to see which blocks hang by little."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting import ZoningProblem, assign_blocks
from districting.measures import risk_draws
from districting.measures.risk_draws import FixedZones, draw_zones, loads_of, overflows
from districting.planning.stability import default_steps, margins, rank_agreement, shaken
from districting.zoning.near import zones_near
from scripts.bench_row import Row, in_turn, median_seconds, seconds
from scripts.synthetic_city import synthetic_city

BLOCKS, SCHOOLS, DRAWS, RESOLVES = 20_000, 100, 1_000, 20
TARGET_S = 30.0


def town() -> FixedZones:
    """Blocks with a handful of pupils, dealt to the schools in turn, ways of up to 2 km."""
    rng = np.random.default_rng(0)
    pupils = rng.poisson(5, BLOCKS).astype(np.float64)
    label = np.arange(BLOCKS) % SCHOOLS
    return FixedZones(pupils, label, np.bincount(label, pupils, SCHOOLS) * 1.05, rng.uniform(50, 2_000, BLOCKS), radius_m=500.0, limit_m=2_500.0)


def rows(full: bool = False) -> list[Row]:
    """The section ``risk``."""
    zones, size = town(), f"{DRAWS:,} draws, {BLOCKS:,} blocks, {SCHOOLS} schools"
    pupils = np.concatenate([risk_draws._pupils(zones.pupils, DRAWS // 10, rng, 0.05, 1.0) for rng in np.random.default_rng(1).spawn(10)])
    ours, theirs = in_turn(lambda: chances(pupils, zones), lambda: plain_chances(pupils, zones))
    same = np.array_equal(chances(pupils, zones), plain_chances(pupils, zones))
    drawn, _ = median_seconds(lambda: draw_zones(zones, DRAWS, np.random.default_rng(1), common=0.05, dispersion=1.0))
    whole, _ = median_seconds(lambda: draw_zones(zones, DRAWS, np.random.default_rng(1), common=0.05, dispersion=1.0, travel=0.1))
    found = [
        Row(
            f"chance of overflow from given draws, {size}",
            ours,
            "s",
            TARGET_S,
            "pandas groupby per draw",
            theirs,
            "the same chances" if same else "OTHER CHANCES",
        ),
        Row(f"the same with the drawing, {size}", drawn, "s", TARGET_S),
        Row(f"the same with the way of every block, {size}", whole, "s", TARGET_S),
    ]
    return found + [row for n, k in (((2_000, 20), (BLOCKS, SCHOOLS)) if full else ((2_000, 20),)) for row in stability_rows(n, k)]


def chances(pupils: np.ndarray, zones: FixedZones) -> np.ndarray:
    """Share of the draws in which each school is over its seats."""
    return overflows(loads_of(pupils, zones.zone, SCHOOLS), zones.seats).mean(axis=0)


def plain_chances(pupils: np.ndarray, zones: FixedZones) -> np.ndarray:
    """The same with a groupby for every draw: what a short script does."""
    over = [pd.Series(draw).groupby(zones.zone).sum() > zones.seats * (1 + 1e-9) for draw in pupils]
    return np.mean([o.to_numpy() for o in over], axis=0)


def stability_rows(n: int, k: int) -> list[Row]:
    """Margins, and plans drawn anew, of a synthetic city that is solved first."""
    city = synthetic_city(n, k, 0, "real", 1.06, polygons=False)
    problem = ZoningProblem(demand=city.demand, capacity=city.capacity, edges=city.edges, home_block=city.home_block, xy=city.xy, school_xy=city.school_xy)
    label = assign_blocks(problem, time_limit_s=100).school_of_block
    quick, (margin, _) = median_seconds(lambda: margins(problem, label))
    spent, drawn = seconds(lambda: _anew(problem, label, 0.03))
    made = [one != label for one in drawn if one is not None]
    still = [one != label for one in _anew(problem, label, 0.0) if one is not None]
    agreement = rank_agreement(np.where(np.isinf(margin), np.nan, margin), np.any(made, axis=0))
    moved, alone = (100 * float((np.mean(m, axis=0) * problem.demand).sum() / problem.demand.sum()) for m in (made, still))
    remark = f"{len(drawn) - len(made)} without a plan; {moved:.2f} % of pupils move, {alone:.2f} % without any change; agreement of margins {agreement:.2f}"
    work = f"{n:,} blocks, {k} schools"
    return [Row(f"margins of {work}", quick, "s"), Row(f"{RESOLVES} plans drawn anew after changes of 3 %, {work}", spent, "s", remark=remark)]


def _anew(problem: ZoningProblem, label: np.ndarray, change: float) -> list[np.ndarray | None]:
    """Plans drawn anew after small changes."""
    noises = np.random.default_rng(2).spawn(RESOLVES if change else 5)
    return [zones_near(shaken(problem, label, rng, change), label, steps=default_steps(len(label)), seed=t) for t, rng in enumerate(noises)]
