"""Loudoun County's high schools from tables and shared borders alone: the plan file is enough to explain, to draw others and to open a school."""

import geopandas as gpd
import pandas as pd
import pytest

import districting as dt
from districting.model.settings import SolveSettings
from districting.outputs.geopackage import read_plan, write_plan
from districting.planning.if_moved import MoveOptions
from districting.planning.plan_variants import plan_ensemble
from districting.planning.scenarios import OpenSchool, RedrawOptions, open_school
from scripts.real_problems import METRES_PER_FOOT

pytestmark = pytest.mark.real_data
LIGHT = SolveSettings(steps=20_000)
CONFIG = """
[project]
name = "Loudoun"
year = 2026
language = "en"
[inputs]
schools = "schools.csv"
blocks = "blocks.csv"
edges = "edges.csv"
[zoning.senior]
demand = "roll"
objective = { distance = 0.0, scale = "plain", balance = 0.7, compactness = 0.3 }
rules = { seats = "soft", seats_price = 0 }
[solve]
steps = 50000
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory, real_data):
    folder, source = tmp_path_factory.mktemp("lcps"), real_data / "lcps"
    units, edges = (pd.read_csv(source / name, dtype={"unit": str, "unit_a": str, "unit_b": str}) for name in ("units.csv", "edges.csv"))
    schools = gpd.read_file(source / "schools.gpkg")
    schools = schools[schools["SCH_CODE"].isin(units["zone_high"])]
    blocks = {"block_id": units["unit"], "pupils_senior": units["pop_high"], "current_school_senior": units["zone_high"]}
    measures = {"area_m2": units["area_ft2"] * METRES_PER_FOOT**2, "perimeter_m": units["perimeter_ft"] * METRES_PER_FOOT}
    pd.DataFrame(blocks | measures).to_csv(folder / "blocks.csv", index=False)
    borders = {"block_a": edges["unit_a"], "block_b": edges["unit_b"], "shared_m": edges["shared_ft"] * METRES_PER_FOOT}
    pd.DataFrame(borders).to_csv(folder / "edges.csv", index=False)
    campus = {"school_id": schools["SCH_CODE"], "name": schools["NAME"], "stage": "senior", "seats": schools["CAPACITY"], "block_id": schools["STDYAREA"]}
    pd.DataFrame(campus).to_csv(folder / "schools.csv", index=False)
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    write_plan(dt.make_plan(dt.read_city(folder / "config.toml")), folder / "plan.gpkg")
    return read_plan(folder / "plan.gpkg"), dict(zip(schools["SCH_CODE"], schools["STDYAREA"], strict=True))


def test_every_school_stands_in_the_unit_the_county_says(plan):
    made, unit = plan
    assert dict(zip(made.schools["school_id"], made.schools["home_block_id"], strict=True)) == unit


def test_a_unit_that_lies_apart_from_todays_school_can_be_joined_to_it(plan):
    """CL01 reaches Tuscarora over CL02, CL03 and CL04, none of them another school's: there is such a plan, as seats only have weight in the balance."""
    told = dt.explain_block(plan[0], "CL01", to="THS", options=MoveOptions(solve=LIGHT))
    assert told.nearest is None
    assert told.if_moved is not None
    assert told.if_moved.found
    assert "CL01" in told.if_moved.shifts[0].block_ids


def test_drawn_plans_and_a_new_school_need_no_map(plan):
    made, _ = plan
    drawn = plan_ensemble(made, "senior", 8, steps=2_000)
    assert "compactness" in drawn.measures
    assert "mean_distance_m" not in drawn.measures
    after = open_school(made, "senior", OpenSchool("New HS", 1200, "CL01"), RedrawOptions(solve=LIGHT)).plan
    assert after.blocks.set_index("block_id")["zone_id_senior"]["CL01"] == "S-New HS"
    assert len(after.distances) == 0
