"""Baltimore County south-west with the 2017 seats: our plan, its bound, and the curve of pupils moved against distance beside 22 options people drew."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import districting as dt
from districting import assign_blocks, check_zoning
from districting.planning.pareto import pareto
from districting.planning.plan_part import part_of_plan
from districting.planning.plan_variants import zones_today
from scripts.baltimore import write_config
from scripts.bench_row import Row
from scripts.real_problems import real_folder


def problem_today(data: Path) -> dt.ZoningProblem:
    """The zoning problem with today's zones."""
    with tempfile.TemporaryDirectory() as folder:
        config = write_config(Path(folder), data, "CAP2017", "Old Catonsville ES", "NewCatonsville ES")
        plan = dt.make_plan(dt.read_city(config))
    part = part_of_plan(plan, "primary")
    return part.problem.replace(today=zones_today(plan, part))


def best_official_m(data: Path) -> float:
    """Mean metres of the nearest option that people drew."""
    with (data / "option_metrics.csv").open(encoding="utf-8") as file:
        return min(float(row["mean_dist_m"]) for row in csv.DictReader(file) if row["option"].startswith("Opt"))


def rows(full: bool = False) -> list[Row]:
    """The plan, and each point of the curve."""
    data = real_folder("bcps_sw")
    if not data.exists():
        return [Row("Baltimore", float("nan"), "", remark="no real data: set DISTRICTING_REAL_DATA")]
    problem = problem_today(data)
    found = assign_blocks(problem, time_limit_s=60)
    pupils = float(problem.demand.sum())
    broken = len(check_zoning(problem, found.school_of_block))
    out = [
        Row("Baltimore 2017: gap to a bound that knows whole blocks and connectedness", 100 * found.gap, "%", 0.1, remark=f"{found.status}, {broken} broken"),
        Row("Baltimore 2017: mean distance", found.objective / pupils, "m", 1085, "nearest of 22 official options", best_official_m(data)),
    ]
    front = pareto(problem, points=9 if full else 5)
    for _, point in front.table.iterrows():
        remark = f"gap {100 * point['gap']:.3f} %"
        out.append(Row(f"Baltimore curve: {point['stability']:.0f} pupils moved", point["distance"] / pupils, "m", remark=remark))
    return out
