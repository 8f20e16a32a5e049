"""Time of a forecast for 20,000 blocks and 10 years: the arrays alone, tables to warnings, and writing every file. The plan is in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from districting.enrolling.forecast import load_forecast, make_forecast
from districting.enrolment.forecast import ForecastProblem, forecast_pupils
from districting.model.plan import Plan
from districting.outputs.forecast import write_forecast
from scripts.bench_row import Row, median_seconds

BLOCKS, SCHOOLS, YEARS = 20_000, 100, 10
TARGET_S = 2.0


def bench_plan() -> Plan:
    """Blocks on a grid, dealt to the schools in turn."""
    ids, schools = [f"b{i:05d}" for i in range(BLOCKS)], [str(i) for i in range(SCHOOLS)]
    places = [shapely.Point(i % 200 * 100, i // 200 * 100) for i in range(BLOCKS)]
    ground = {"block_id": ids, "name": ids, "county_code": "", "zone_id_primary": [f"P-{i % SCHOOLS}" for i in range(BLOCKS)]}
    return Plan(
        "bench",
        2026,
        "zh",
        "EPSG:4546",
        blocks=gpd.GeoDataFrame(ground, geometry=places, crs="EPSG:4546"),
        schools=gpd.GeoDataFrame({"school_id": schools, "name": schools}, geometry=places[:SCHOOLS], crs="EPSG:4546"),
        zone_schools=pd.DataFrame({"zone_id": [f"P-{s}" for s in schools], "stage": "primary", "school_id": schools}),
        demand=pd.DataFrame({"block_id": ids, "stage": "primary", "year": 2026, "pupils": 1.0}),
        seats=pd.DataFrame({"school_id": schools, "stage": "primary", "seats": 4000.0}),
    )


def rows() -> list[Row]:
    """The rows of the section ``enrolment`` about forecasts."""
    rng = np.random.default_rng(0)
    size = f"{BLOCKS:,} blocks x {YEARS} years"
    rolls = rng.poisson(20, (BLOCKS, 6)) * 1.0
    problem = ForecastProblem(births=rng.poisson(20, (BLOCKS, YEARS)) * 1.0, roll=rolls, progression=np.full(5, 0.99))
    alone, _ = median_seconds(lambda: forecast_pupils(problem))
    with tempfile.TemporaryDirectory() as name:
        folder, plan = Path(name), bench_plan()
        table = pd.DataFrame(rng.poisson(20, (BLOCKS, YEARS)), columns=[f"{2026 + y}入学" for y in range(YEARS)])
        table.assign(地块编号=plan.blocks["block_id"]).to_csv(folder / "births.csv", index=False)
        (folder / "forecast.toml").write_text('plan = "plan.gpkg"\ndata_date = "2026-03-01"\nbirths = "births.csv"\n', encoding="utf-8")
        read, made = median_seconds(lambda: make_forecast(load_forecast(folder / "forecast.toml"), plan))
        written, _ = median_seconds(lambda: write_forecast(folder / "out", made, [], "zh"))
    return [
        Row(f"forecast alone, {size}, 6 grades, 3 scenarios", alone, "s", TARGET_S),
        Row(f"forecast, {size}: tables to warnings", read, "s", TARGET_S),
        Row(f"forecast, {size}: every file written", written, "s"),
    ]
