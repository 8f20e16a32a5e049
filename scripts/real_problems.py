"""Zoning problems of the real data sets, as their READMEs describe them: read where they stand, never copied."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer
from scipy.spatial import Voronoi

from districting import ZoningProblem
from districting.model.goals import Balance, Compactness, Goal
from districting.model.rules import Rule, Seats

ROOT = Path(__file__).resolve().parents[1]
METRES_PER_FOOT = 1200 / 3937  # US survey foot
LONGEST_RIDGE_M = 900.0
"""Shaker Heights has points only: Voronoi neighbours farther apart than this are no neighbours (its blocks are 100-300 m apart)."""


def real_folder(name: str) -> Path:
    """Folder of a real data set; it may be missing."""
    return (ROOT / os.environ.get("DISTRICTING_REAL_DATA", "../shared/data") / name).resolve()


def read_sap(name: str) -> ZoningProblem:
    """One service-area instance; a facility stands in its own unit."""
    folder = real_folder("sap")
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


def read_lcps(level: Literal["elem", "mid", "high"], from_today: bool = True) -> ZoningProblem:
    """Loudoun County: 0.7 x balance + 0.3 x compactness, connected, own unit kept, seats only in the balance (Biswas et al. 2020)."""
    folder = real_folder("lcps")
    units = pd.read_csv(folder / "units.csv", dtype={"unit": str})
    edges = pd.read_csv(folder / "edges.csv", dtype={"unit_a": str, "unit_b": str})
    zone = units[f"zone_{level}"]
    schools = gpd.read_file(folder / "schools.gpkg")
    schools = schools[schools["SCH_CODE"].isin(zone.unique())].sort_values("SCH_CODE")
    position = {unit: i for i, unit in enumerate(units["unit"])}
    number = {code: j for j, code in enumerate(schools["SCH_CODE"])}
    return ZoningProblem(
        demand=units[f"pop_{level}"],
        capacity=schools["CAPACITY"].astype(float),
        edges=[(position[a], position[b]) for a, b in zip(edges["unit_a"], edges["unit_b"], strict=True)],
        home_block=[position[unit] for unit in schools["STDYAREA"]],
        area_m2=units["area_ft2"] * METRES_PER_FOOT**2,
        perimeter_m=units["perimeter_ft"] * METRES_PER_FOOT,
        shared_border_m=edges["shared_ft"] * METRES_PER_FOOT,
        today=[number[code] for code in zone] if from_today else None,
        objectives=(Balance(0.7), Compactness(0.3)),
        rules=(Seats(hard=False),),
    )


def read_shaker(objectives: tuple[Goal, ...], rules: tuple[Rule, ...]) -> tuple[ZoningProblem, np.ndarray]:
    """Shaker Heights: white and other pupils of 424 block points; seats do not bind. Also the published labels."""
    folder = real_folder("shaker_heights_oh")
    blocks, schools = pd.read_csv(folder / "blocks.csv", dtype=str), pd.read_csv(folder / "schools.csv", dtype=str)
    to_metres = Transformer.from_crs(4326, 32617, always_xy=True)
    xy = np.column_stack(to_metres.transform(blocks["block_centroid_long"].astype(float), blocks["block_centroid_lat"].astype(float)))
    school_xy = np.column_stack(to_metres.transform(schools["long"].astype(float), schools["lat"].astype(float)))
    number = {code: j for j, code in enumerate(schools["NCESSCH"])}
    near = Voronoi(xy).ridge_points
    near = near[np.hypot(*(xy[near[:, 0]] - xy[near[:, 1]]).T) < LONGEST_RIDGE_M]
    pupils = blocks["num_total_to_school"].astype(float).to_numpy()
    problem = ZoningProblem(
        demand=pupils,
        capacity=np.full(len(schools), pupils.sum()),
        edges=near,
        home_block=[int(np.hypot(*(xy - at).T).argmin()) for at in school_xy],
        xy=xy,
        school_xy=school_xy,
        today=[number[code] for code in blocks["school_current"]],
        group_counts=blocks["num_white_to_school"].astype(float),
        objectives=objectives,
        rules=(Seats(hard=False), *rules),
    )
    return problem, np.array([number[code] for code in blocks["school_published"]])
