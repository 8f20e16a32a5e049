"""Zones and districts that hold together, on a strip of blocks of 100 m, one primary and one junior pupil each."""

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.errors import DataError, InfeasibleError
from districting.model.settings import GroupingSettings, Settings, ZoningSettings
from tests.planning.strip_city import CRS, SCHOOLS, strip_city

ONE_JUNIOR = {"form": "custom", "centre": "junior", "counts": {"junior": (1, 1), "primary": (1, 0)}, "stages": ("primary", "junior")}


def town(juniors, primaries=None, blocks=12, graduates=3.0, **grouping):
    """``juniors``: name -> (block, plan); the others as in strip_city."""
    base = strip_city(primaries, blocks=blocks)
    schools = gpd.GeoDataFrame(
        {"school_id": list(juniors), "name": [f"junior {j}" for j in juniors], "county_code": "", "town_code": "", "ownership": "public", "boarding": False},
        geometry=[shapely.Point(100 * x + 50, 50) for x, _ in juniors.values()],
        crs=CRS,
    )
    stages = pd.DataFrame(
        {
            "school_id": list(juniors),
            "stage": "junior",
            "seats": 99.0,
            "plan": [float(p) for _, p in juniors.values()],
            "pupils": 18.0,
            "tier": "regular",
            "score": 75.0,
        }
    )
    return dataclasses.replace(
        base,
        schools=pd.concat([base.schools, schools], ignore_index=True),
        school_stages=pd.concat([base.school_stages.assign(pupils=6 * graduates), stages], ignore_index=True),
        blocks=base.blocks.assign(entrants_junior=1.0),
        settings=Settings(zoning={"primary": ZoningSettings(), "junior": ZoningSettings()}, grouping=GroupingSettings(**grouping)),
    )


def districts(plan):
    return sorted("".join(sorted(group)) for _, group in plan.memberships.groupby("district_id")["school_id"])


def zone(plan, stage):
    """The school of every block, in a row."""
    return "".join(z[-1] for z in plan.blocks[f"zone_id_{stage}"])


def found(plan, measure):
    return float(plan.findings.loc[plan.findings["measure"] == measure, "value"].iloc[0])


def numbers(plan):
    return {key: float(plan.recorded("joint", key)) for key in ("rounds", "objective", "bound", "gap")}


SHORT = {"J": (2, 4), "K": (9, 9)}
"""J is nearest for A and B, whose six graduates are two more than its places."""


def test_zones_first_leaves_a_district_short_and_says_so():
    plan = dt.make_plan(town(SHORT, **ONE_JUNIOR))
    assert districts(plan) == ["ABJ", "CDK"]
    assert zone(plan, "junior") == "JJJJKKKKKKKK"
    assert (found(plan, "districts_short_of_places"), found(plan, "junior_places_missing")) == (1, 2)
    assert (found(plan, "blocks_zoned_elsewhere"), found(plan, "pupils_zoned_elsewhere"), found(plan, "districts_in_pieces")) == (2, 2, 0)


def test_joint_gives_the_short_district_fewer_primaries():
    plan = dt.make_plan(town(SHORT, joint=True, **ONE_JUNIOR))
    assert districts(plan) == ["AJ", "BCDK"]
    assert zone(plan, "primary") == "AAAABBCCCDDD"  # b03 walks 100 m more to A than to B, and 500 m less to J than to K
    assert zone(plan, "junior") == "JJJJKKKKKKKK"
    assert [found(plan, m) for m in ("districts_short_of_places", "blocks_zoned_elsewhere", "districts_in_pieces")] == [0, 0, 0]
    got = numbers(plan)
    assert got["bound"] <= got["objective"]
    assert 0 <= got["gap"] < 1
    homes = (100 + 0 + 100 + 200) + (0 + 100) + 2 * 200.0
    ways = (200 + 100 + 0 + 100) + sum(abs(x - 9) * 100 for x in range(4, 12))
    groups = 18 * 100.0 + 18 * (500 + 200 + 100)
    assert got["objective"] == pytest.approx(homes + ways + groups)


def test_with_nothing_in_conflict_joint_is_zones_then_groups():
    calm = {"J": (2, 6), "K": (9, 6)}
    apart, joint = (dt.make_plan(town(calm, joint=j, **ONE_JUNIOR)) for j in (False, True))
    assert districts(apart) == districts(joint) == ["ABJ", "CDK"]
    assert zone(apart, "primary") == zone(joint, "primary")
    assert zone(apart, "junior") == zone(joint, "junior")
    whole = sum(float(apart.recorded(part, "objective")) for part in ("zoning.primary", "zoning.junior", "grouping.custom"))
    got = numbers(joint)
    assert (got["rounds"], got["objective"]) == (1, pytest.approx(whole))
    assert got["bound"] <= got["objective"]


def test_two_juniors_in_one_primary_zone_are_parted_by_redrawing_it():
    city = town({"J": (0, 3), "K": (2, 4)}, {"A": 1, "B": 4}, blocks=6, graduates=2.0, form="direct_feed", joint=True)
    plan = dt.make_plan(city)
    assert zone(plan, "primary") == "AABBBB"
    assert zone(plan, "junior") == "JJKKKK"
    assert districts(plan) == ["AJ", "BK"]
    assert numbers(plan)["rounds"] == 2


def test_zones_are_redrawn_where_no_whole_zones_fit_the_junior_seats():
    """J has room for two junior pupils and A's own zone holds three: A gives b02 to B, and B no more than its four seats."""
    city = town({"J": (0, 2), "K": (5, 4)}, {"A": 1, "B": 4}, blocks=6, graduates=2.0, joint=True, **ONE_JUNIOR)
    plan = dt.make_plan(city)
    assert zone(plan, "primary") == "AABBBB"
    assert zone(plan, "junior") == "JJKKKK"
    got = numbers(plan)
    assert got["rounds"] == 2
    assert got["bound"] <= got["objective"]


def test_too_few_places_in_the_city_is_proven():
    with pytest.raises(InfeasibleError) as error:
        dt.make_plan(town({"J": (2, 6), "K": (9, 6)}, graduates=4.0, joint=True, **ONE_JUNIOR))
    assert error.value.proven


def test_what_the_rounds_do_not_find_is_not_called_impossible():
    """J stands behind A's own block, K on it: each district needs a primary, and B can never reach J."""
    with pytest.raises(InfeasibleError) as error:
        dt.make_plan(town({"J": (0, 6), "K": (1, 6)}, {"A": 2, "B": 4}, blocks=6, graduates=2.0, form="direct_feed", joint=True))
    assert not error.value.proven
    assert "not proven" in str(error.value)


def test_joint_refuses_forms_without_ground_and_stages_that_are_not_zoned():
    with pytest.raises(DataError, match="primary zones"):
        dt.make_plan(town(SHORT, form="theme", joint=True))
    city = town(SHORT, joint=True, **ONE_JUNIOR)
    city = dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning={"primary": ZoningSettings()}))
    with pytest.raises(DataError, match="junior zones"):
        dt.make_plan(city)
    assert set(SCHOOLS) == set("ABCD")
