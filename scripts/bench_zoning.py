"""Zones: published service-area instances against their reference, and a synthetic city of 20,000 blocks and 100 schools."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Literal

import numpy as np

from districting import ZoningProblem, assign_blocks, check_zoning
from districting.errors import InfeasibleError
from districting.zoning.warm_up import compile_kernels
from scripts.bench_row import Row, peak_memory_mb
from scripts.synthetic_city import synthetic_city

ROOT = Path(__file__).resolve().parents[1]


def sap_folder() -> Path:
    return (ROOT / os.environ.get("DISTRICTING_REAL_DATA", "../shared/data") / "sap").resolve()


def read_sap(name: str) -> ZoningProblem:
    """One service-area instance; a facility stands in its own unit."""
    folder = sap_folder()
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        units = list(csv.DictReader(file))
    with (folder / f"{name.split('_')[0]}_adjacency.csv").open(encoding="utf-8") as file:
        pairs = [(row["unit_a"], row["unit_b"]) for row in csv.DictReader(file)]
    position = {u["unit_id"]: i for i, u in enumerate(units)}
    seats = np.array([float(u["capacity"]) for u in units])
    xy = np.array([(float(u["x_m"]), float(u["y_m"])) for u in units])
    home = np.flatnonzero(seats > 0)
    edges = [(position[a], position[b]) for a, b in pairs]
    return ZoningProblem(demand=[float(u["demand"]) for u in units], capacity=seats[home], edges=edges, home_block=home, xy=xy, school_xy=xy[home])


def sap_rows(full: bool) -> list[Row]:
    """Mean gap to the reference; every instance in a full run, the first and last of each family otherwise."""
    path = sap_folder() / "reference.csv"
    if not path.exists():
        return [Row("service areas", float("nan"), "", remark="no real data: set DISTRICTING_REAL_DATA")]
    with path.open(encoding="utf-8") as file:
        reference = {row["instance"]: float(row["objective"]) * 1000 for row in csv.DictReader(file)}
    names = sorted(reference)
    if not full:
        names = [n for n in names if n.endswith("a")]
    gaps, seconds, broken = [], [], 0
    for name in names:
        problem = read_sap(name)
        try:
            found = assign_blocks(problem, time_limit_s=10)
        except InfeasibleError:
            broken += 1
            continue
        broken += bool(check_zoning(problem, found.school_of_block))
        gaps.append(100 * (found.objective / reference[name] - 1))
        seconds.append(found.seconds)
    remark = f"{len(names)} instances, {broken} without a sound plan, slowest {max(seconds, default=0):.1f} s"
    return [
        Row("service areas, mean gap to reference", float(np.mean(gaps)), "%", 0.5, remark=remark),
        Row("service areas, worst gap to reference", float(np.max(gaps)), "%", remark=remark),
    ]


def city_rows(kind: Literal["real", "hard"], seed: int, bridges: int | None = None) -> list[Row]:
    """20,000 blocks, 100 schools, 6 % of seats to spare, a river."""
    city = synthetic_city(20_000, 100, seed, kind, 1.06, polygons=False, bridges=bridges)
    problem = ZoningProblem(demand=city.demand, capacity=city.capacity, edges=city.edges, home_block=city.home_block, xy=city.xy, school_xy=city.school_xy)
    work = f"zones, 20k x 100 {kind}, {len(city.bridges)} bridges, seed {seed}"
    try:
        found = assign_blocks(problem, time_limit_s=30)
    except InfeasibleError as error:
        return [Row(work, float("nan"), "s", 3.0, remark=error.say("en").splitlines()[0])]
    remark = f"{len(check_zoning(problem, found.school_of_block))} rules broken, ended by {found.ended}"
    return [
        Row(work, found.seconds, "s", 3.0, remark=remark),
        Row(f"{work}: gap", 100 * found.gap, "%", 0.2, remark="to the transport bound, which knows no river"),
    ]


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for zoning."""
    compile_kernels()
    city = [row for seed in range(5 if full else 2) for row in city_rows("real", seed)] + city_rows("real", 0, bridges=6)
    memory = Row("zones, 20k x 100, peak memory", peak_memory_mb(), "MB", 1024)
    hard = city_rows("hard", 0) if full else []
    return [*city, memory, *hard, *sap_rows(full)]
