"""Zones: published service-area instances against their reference, and a synthetic city of 20,000 blocks and 100 schools."""

from __future__ import annotations

import csv
import statistics
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from districting import ZoningProblem, assign_blocks, check_zoning
from districting.errors import InfeasibleError
from districting.solvers.transport import price_bound
from districting.zoning.warm_up import compile_kernels
from scripts.bench_row import Row, peak_memory_mb
from scripts.real_problems import read_sap, real_folder
from scripts.synthetic_city import synthetic_city

__all__ = ["read_sap", "rows"]


QUICK_SAP = ("zys_13a", "zys_15a", "gys_37a", "gys_40a", "gy2s_18a", "gy2s_21a")


def sap_rows(full: bool) -> list[Row]:
    """Mean gap to the reference; every instance in a full run, two of each family otherwise."""
    path = real_folder("sap") / "reference.csv"
    if not path.exists():
        return [Row("service areas", float("nan"), "", remark="no real data: set DISTRICTING_REAL_DATA")]
    with path.open(encoding="utf-8") as file:
        reference = {row["instance"]: float(row["objective"]) * 1000 for row in csv.DictReader(file)}
    names = sorted(reference)
    if not full:
        names = [n for n in names if n in QUICK_SAP]
    gaps, seconds, broken = [], [], 0
    for name in names:
        problem = read_sap(name)
        try:
            found = assign_blocks(problem, time_limit_s=60)
        except InfeasibleError:
            broken += 1
            continue
        broken += bool(check_zoning(problem, found.school_of_block))
        gaps.append(100 * (found.objective / reference[name] - 1))
        seconds.append(found.seconds)
    remark = f"{len(names)} instances, {broken} without a sound plan, slowest {max(seconds, default=0):.1f} s"
    return [
        Row("service areas, mean gap to reference", float(np.mean(gaps)), "%", 0.02, "best published heuristic (HGA+), whole collection", 0.047, remark),
        Row("service areas, worst gap to reference", float(np.max(gaps)), "%", 0.1, remark=remark),
    ]


@dataclass(frozen=True)
class Size:
    """A synthetic city and what is to be reached: median seconds, median and largest gap in percent."""

    blocks: int
    schools: int
    kind: Literal["real", "hard"]
    seeds: int
    seconds: float
    gap: float
    worst_gap: float


SIZES = (
    Size(2_000, 20, "real", 5, 0.3, 0.08, 0.2),
    Size(20_000, 100, "real", 5, 1.5, 0.05, 0.1),
    Size(20_000, 100, "hard", 3, 3.0, 0.1, 0.1),
    Size(200_000, 1_000, "real", 1, 20.0, 0.25, 0.25),
    Size(200_000, 1_000, "hard", 1, 60.0, 1.0, 1.0),
)


def problem_of(size: Size, seed: int, bridges: int | None = None) -> ZoningProblem:
    """6 % of seats to spare, a river."""
    city = synthetic_city(size.blocks, size.schools, seed, size.kind, 1.06, polygons=False, bridges=bridges)
    return ZoningProblem(demand=city.demand, capacity=city.capacity, edges=city.edges, home_block=city.home_block, xy=city.xy, school_xy=city.school_xy)


def city_rows(size: Size, bridges: int | None = None) -> list[Row]:
    """Seconds and gaps over the seeds."""
    work = f"zones, {size.blocks:,} x {size.schools:,} {size.kind}{'' if bridges is None else f', {bridges} bridges only'}"
    seconds, gaps, broken, over = [], [], 0, 0.0
    for seed in range(size.seeds):
        problem = problem_of(size, seed, bridges)
        try:
            found = assign_blocks(problem, time_limit_s=100)
        except InfeasibleError as error:
            over = max(over, max(c.amount for c in error.conflicts))
            continue
        seconds.append(found.seconds)
        gaps.append(100 * (1 - price_bound(problem, found.seat_price_m) / found.objective))
        broken += len(check_zoning(problem, found.school_of_block))
    if not gaps:
        return [Row(work, float("nan"), "s", size.seconds, remark=f"no plan; {over:.0f} pupils over at the least")]
    remark = f"median of {len(gaps)} of {size.seeds} seeds, {broken} rules broken"
    return [
        Row(work, statistics.median(seconds), "s", size.seconds, remark=remark),
        Row(f"{work}: median gap", statistics.median(gaps), "%", size.gap, remark="to the transport bound that the seat prices evaluate to"),
        Row(f"{work}: largest gap", max(gaps), "%", size.worst_gap),
    ]


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for zoning."""
    compile_kernels()
    chosen = SIZES if full else SIZES[:4]
    city = [row for size in chosen for row in city_rows(size)]
    memory = Row(f"zones, up to {chosen[-1].blocks:,} blocks, peak memory", peak_memory_mb(), "MB", 2048)
    few = city_rows(replace(SIZES[1], seeds=2), bridges=6)
    return [*city, memory, *few, *sap_rows(full)]
