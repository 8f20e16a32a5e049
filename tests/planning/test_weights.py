"""What schools weigh in the travel of a district, on ground drawn by hand: two subdistricts side by side, 400 m long together.

west 0..200 m   east 200..400 m        P1 at 50, P2 at 250: they meet at 150
P1 . . L | P2 . . W                    juniors L at 170, W at 370: they meet at 270
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.model.settings import GroupingSettings, Settings
from districting.planning.territory import residents_around
from districting.planning.weights import school_weights
from districting.reading.city import City

CRS = "EPSG:4546"
X = {"P1": 50, "P2": 250, "L": 170, "W": 370}


def two_streets(residents=None, pupils=(np.nan,) * 4, plan=(np.nan,) * 4) -> City:
    ids = list(X)
    schools = gpd.GeoDataFrame(
        {"school_id": ids, "name": ids, "county_code": "", "town_code": "", "ownership": "public", "boarding": False},
        geometry=[shapely.Point(x, 50) for x in X.values()],
        crs=CRS,
    )
    stages = pd.DataFrame({"school_id": ids, "stage": ["primary", "primary", "junior", "junior"], "tier": ["regular", "regular", "lead", "weak"]})
    stages = stages.assign(score=[70.0, 70.0, 90.0, 60.0], pupils=pupils, seats=np.nan, plan=plan)
    admin = gpd.GeoDataFrame({"name": ["west", "east"]}, geometry=[shapely.box(0, 0, 200, 100), shapely.box(200, 0, 400, 100)], crs=CRS)
    if residents is not None:
        admin["residents"] = [float(r) for r in residents]
    return City(settings=Settings(grouping=GroupingSettings(complementarity=0.0, evenness=0.0)), schools=schools, school_stages=stages, crs=CRS, admin=admin)


def members(city):
    return city.school_stages.merge(city.schools, on="school_id")


def record(plan):
    return {key: plan.recorded("grouping.alliance", key) for key in ("unit", "objective")}


def test_a_resident_counts_once_per_stage_for_the_nearest_school():
    city = two_streets(residents=(1000, 600))
    # P1 has 150 of the 200 m of the west: 750; P2 the rest of it and all of the east: 850. L has the west and 70 m of the east: 1000 + 210
    assert residents_around(city, members(city), within_county=True) == pytest.approx([750, 850, 1210, 390])


def test_without_pupils_residents_weigh_the_travel_and_the_unit_says_so():
    plan = dt.make_plan(two_streets(residents=(1000, 600)))
    # all to the lead at 170: 750 x 120 + 850 x 80 + 390 x 200
    assert record(plan)["unit"] == "resident-metre"
    assert float(record(plan)["objective"]) == pytest.approx(90_000 + 68_000 + 78_000)
    assert any("1,600 people" in p or "1,600人" in p for p in plan.notes["problem"])
    other = dt.make_plan(two_streets(residents=(1, 1_000_000)))
    assert float(record(other)["objective"]) != pytest.approx(float(record(plan)["objective"]))


def test_without_residents_every_school_counts_once():
    plan = dt.make_plan(two_streets())
    assert record(plan) == {"unit": "school-metre", "objective": repr(120.0 + 80 + 200)}


def test_pupils_win_over_residents_and_a_school_without_any_weighs_as_the_mean_of_its_stage():
    plan = dt.make_plan(two_streets(residents=(1000, 600), pupils=(300, np.nan, 500, 100)))
    assert record(plan) == {"unit": "pupil-metre", "objective": repr(300.0 * 120 + 300 * 80 + 100 * 200)}


def test_a_stage_without_pupils_is_not_summed_with_the_plan_of_another():
    city = two_streets(residents=(1000, 600), plan=(np.nan, np.nan, 240, 120))
    assert school_weights(members(city), lambda: None).kind == "school"
    assert record(dt.make_plan(city))["unit"] == "resident-metre"
