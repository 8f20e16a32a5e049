"""The Python face says in words what it was given and what it wants."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import districting as dt
from tests.planning.strip_city import CRS, strip_city

BLOCKS = gpd.GeoDataFrame({"pupils": 1.0}, geometry=[shapely.box(100 * x, 0, 100 * x + 100, 100) for x in range(4)], index=list("abcd"), crs=CRS)
SCHOOLS = gpd.GeoDataFrame({"seats": [2.0, 2.0]}, geometry=[shapely.Point(50, 50), shapely.Point(350, 50)], index=["A", "B"], crs=CRS)


def refused(blocks, schools):
    with pytest.raises(dt.DataError) as caught:
        dt.DistrictPartitioner().fit(blocks, schools)
    return caught.value


@pytest.mark.parametrize(
    ("blocks", "schools", "said"),
    [
        (pd.DataFrame({"pupils": [1.0]}), SCHOOLS, "GeoDataFrame"),
        (BLOCKS, pd.DataFrame({"seats": [1.0]}), "GeoDataFrame"),
        (BLOCKS.iloc[:0], SCHOOLS, "blocks has no rows"),
        (BLOCKS, SCHOOLS.iloc[:0], "schools has no rows"),
        (BLOCKS.set_axis(list("abca")), SCHOOLS, "index of blocks: a"),
        (BLOCKS, SCHOOLS.set_axis(["A", "A"]), "index of schools: A"),
        (BLOCKS, SCHOOLS.set_geometry([shapely.Point(50, 50), shapely.Point(1_000_350, 50)], crs=CRS), "school 'B' lies 999,950 m"),
        (BLOCKS, SCHOOLS.set_geometry([shapely.Point(50, 50), None], crs=CRS), "no points: B"),
        (BLOCKS.assign(pupils="many"), SCHOOLS, "not a number"),
    ],
)
def test_the_estimator_refuses_what_it_cannot_use(blocks, schools, said):
    error = refused(blocks, schools)
    assert said in error.say("en")
    assert error.say("zh")


def test_the_estimator_takes_what_is_in_order():
    assert dt.DistrictPartitioner().fit_predict(BLOCKS, SCHOOLS).tolist() == ["A", "A", "B", "B"]


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (lambda: dt.audit_plan("x"), "read_plan"),
        (lambda: dt.make_plan("x"), "read_city"),
        (lambda: dt.write_plan(None, "plan.gpkg"), "read_plan"),
        (lambda: dt.explore("plan.gpkg"), "read_plan"),
        (lambda: dt.compare_plans("a", "b"), "read_plan"),
        (lambda: dt.plan_from_assignment({}, {}, "primary"), "read_plan"),
    ],
)
def test_a_wrong_kind_of_thing_is_told_with_what_to_give(call, wanted):
    with pytest.raises(dt.DataError, match=wanted):
        call()


@pytest.mark.parametrize(("lang", "other"), [("en", "zh-CN"), ("zh", "en")])
def test_a_map_speaks_the_language_of_its_plan(lang, other):
    plan = dt.make_plan(strip_city()).replace(language=lang)
    from districting.outputs.map import map_html

    assert f'"lang":"{lang}"' in dt.explore(plan).get_root().render()
    assert f'<html lang="{other}">' not in map_html(plan)


def problem(demand):
    return dt.ZoningProblem(demand=demand, capacity=[3, 3], edges=[(0, 1), (1, 2)], home_block=[0, 2], xy=[(0, 0), (1, 0), (2, 0)], school_xy=[(0, 0), (2, 0)])


@pytest.mark.parametrize(("demand", "said"), [([1, np.inf, 1], "infinite"), ([1, -1, 1], "negative number or NaN"), ([1, np.nan, 1], "negative number or NaN")])
def test_an_infinite_demand_is_called_infinite(demand, said):
    with pytest.raises(dt.DataError, match=said):
        problem(demand)


def test_labels_of_another_shape_are_told_by_their_shape():
    (found,) = dt.check_zoning(problem([1, 1, 1]), [[0], [0], [1]])
    assert "(3, 1)" in str(found.problem)
    (found,) = dt.check_zoning(problem([1, 1, 1]), [0, 1])
    assert "2" in str(found.problem)
