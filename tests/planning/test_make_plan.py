"""The whole job on the city drawn in conftest, where every answer can be seen."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.model.settings import Settings
from districting.planning import plan_from_assignment
from tests.planning.conftest import CRS, PLACES, campus
from tests.planning.strip_city import strip_city


def with_settings(city, **changes):
    return dataclasses.replace(city, settings=dataclasses.replace(city.settings, **changes))


def test_each_primary_gets_its_quarter_of_the_grid(grid_city):
    plan = dt.make_plan(grid_city)
    zone = plan.blocks.set_index("block_id")["zone_id_primary"]
    assert set(zone[["b00", "b10", "b01", "b11"]]) == {"P-P3"}
    assert set(zone[["b22", "b32", "b23", "b33"]]) == {"P-P2"}
    assert zone.value_counts().tolist() == [4, 4, 4, 4]


def test_zones_stay_inside_their_county_unless_the_rule_is_lifted(grid_city, rules):
    plan = dt.make_plan(grid_city)
    school = plan.schools.set_index("school_id")["county_code"]
    owner = plan.blocks["zone_id_junior"].str.removeprefix("J-").map(school)
    assert (owner == plan.blocks["county_code"]).all()
    # without P1 county A has 25 seats for 40 entrants, the city 75 for 80: short inside the county and across it
    short = dataclasses.replace(grid_city, school_stages=grid_city.school_stages[grid_city.school_stages["school_id"] != "P1"])
    with pytest.raises(dt.InfeasibleError) as caught:
        dt.make_plan(short)
    assert sum(c.amount for c in caught.value.conflicts) == 15
    with pytest.raises(dt.InfeasibleError) as caught:
        dt.make_plan(with_settings(short, zoning={"primary": rules(within_county=False)}, grouping=None, pairing=None))
    assert sum(c.amount for c in caught.value.conflicts) == 5


def test_a_county_without_a_school_is_named(grid_city):
    gone = grid_city.school_stages[~grid_city.school_stages["school_id"].isin(["P1", "P3"])]
    with pytest.raises(dt.InfeasibleError, match="40 pupils") as caught:
        dt.make_plan(dataclasses.replace(grid_city, school_stages=gone))
    assert caught.value.relaxations


def test_a_county_that_has_only_a_code_is_not_read_as_a_number_of_schools(grid_city):
    stages = grid_city.school_stages[grid_city.school_stages["school_id"] != "P1"]
    coded = {name: getattr(grid_city, name).replace({"county_code": {"A": "2", "B": "3"}}) for name in ("blocks", "schools")}
    with pytest.raises(dt.InfeasibleError) as caught:
        dt.make_plan(dataclasses.replace(grid_city, **coded, counties=None, school_stages=stages))
    assert caught.value.say("zh").startswith("县区（代码2）小学：需求40人")
    assert caught.value.say("en").startswith("county 2 primary")


def test_two_schools_in_one_block_are_refused_by_name_and_may_share_a_zone(grid_city, rules):
    schools, stages = campus({**PLACES, "P5": (0, 3, "primary", "regular")})
    crowded = with_settings(dataclasses.replace(grid_city, schools=schools, school_stages=stages), zoning={"primary": rules()}, grouping=None, pairing=None)
    with pytest.raises(dt.InfeasibleError, match="school P1, school P5"):
        dt.make_plan(crowded)
    plan = dt.make_plan(with_settings(crowded, zoning={"primary": rules(share_zone=True)}))
    together = plan.zone_schools.groupby("zone_id")["school_id"].agg(set)
    assert {"P1", "P5"} in together.tolist()
    assert len(together) == 4


def test_private_and_boarding_schools_are_listed_with_the_reason(grid_city):
    schools = grid_city.schools.assign(ownership=["private", *["public"] * 7], boarding=[False, True, *[False] * 6])
    loose = with_settings(dataclasses.replace(grid_city, schools=schools), grouping=None, pairing=None)
    loose = dataclasses.replace(loose, blocks=loose.blocks.assign(entrants_primary=3.0))
    plan = dt.make_plan(loose)
    assert dict(zip(plan.coverage["school_id"], plan.coverage["reason"], strict=True)) == {"P1": "private", "P2": "boarding"}
    assert set(plan.coverage["decision"]) == {"zoning.primary"}
    assert set(plan.zone_schools.loc[plan.zone_schools["stage"] == "primary", "school_id"]) == {"P3", "P4"}


def test_missing_demand_or_seats_name_the_column_and_the_remedy(grid_city):
    with pytest.raises(dt.DataError, match="entrants_primary"):
        dt.make_plan(dataclasses.replace(grid_city, blocks=grid_city.blocks.drop(columns="entrants_primary")))
    with pytest.raises(dt.DataError, match="plan"):
        dt.make_plan(dataclasses.replace(grid_city, school_stages=grid_city.school_stages.assign(plan=np.nan)))


def test_a_distance_that_is_not_built_is_refused_and_not_replaced_by_another(grid_city):
    zoning = {"primary": dataclasses.replace(grid_city.settings.zoning["primary"], distance="walk")}
    with pytest.raises(dt.DataError, match="walk"):
        dt.make_plan(with_settings(grid_city, zoning=zoning))


def test_districts_have_a_lead_a_weak_junior_and_primaries_of_their_own_county(grid_city):
    plan = dt.make_plan(grid_city)
    members = plan.memberships.groupby("district_id")["school_id"].agg(set).tolist()
    assert sorted(members, key=sorted) == [{"L", "W", "P1", "P3"}, {"M", "V", "P2", "P4"}]
    assert plan.memberships.set_index("school_id")["role"].to_dict() == {"L": "lead", "W": "weak", "M": "lead", "V": "weak"} | dict.fromkeys(
        ["P1", "P2", "P3", "P4"], "member"
    )
    halves = plan.districts.geometry.area.tolist()
    assert halves == [80_000, 80_000]


def test_pairs_join_strong_with_weak_and_show_the_runner_up(grid_city):
    links = dt.make_plan(grid_city).links.set_index("to_id")
    assert links["from_id"].to_dict() == {"W": "L", "V": "M"} or links["from_id"].to_dict() == {"W": "M", "V": "L"}
    # L-W and M-V are 100 m each; W-M is 100 m too, L-V 300: the sum 200 beats 400
    assert links.loc["W", "from_id"] == "L"
    assert links.loc["V", "distance_m"] == 100
    assert links["score_gap"].tolist() == [30, 30]


def test_without_zones_districts_stand_on_the_cells_of_their_schools(grid_city):
    streets = gpd.GeoDataFrame({"name": ["all"], "residents": [1600.0]}, geometry=[shapely.box(0, 0, 400, 400)], crs=CRS)
    city = dataclasses.replace(grid_city, blocks=None, admin=streets, settings=Settings(grouping=grid_city.settings.grouping))
    plan = dt.make_plan(city)
    assert plan.recorded("grouping.alliance", "territory") == "cells"
    assert plan.districts.geometry.area.sum() == pytest.approx(160_000)
    assert len(plan.zones) == 0


def test_a_school_without_a_tier_is_named_before_anything_is_grouped(grid_city):
    stages = grid_city.school_stages.assign(tier=lambda f: f["tier"].where(f["school_id"] != "W"))
    with pytest.raises(dt.DataError, match="school W"):
        dt.make_plan(dataclasses.replace(grid_city, school_stages=stages))


def test_somebody_elses_assignment_becomes_a_plan_that_can_be_compared(grid_city):
    plan = dt.make_plan(grid_city)
    today = grid_city.today.set_index("block_id")["school_id"]
    theirs = plan_from_assignment(plan, today, "primary")
    assert set(theirs.zone_schools.loc[theirs.zone_schools["stage"] == "primary", "school_id"]) == {"P3", "P4"}
    rows = dt.compare_plans(plan, theirs).set_index(["measure", "stage"])
    assert rows.loc[("pupils_differing", "primary"), "b"] == 40
    assert rows.loc[("pupils_over_seats", "primary"), "b"] == 30
    by_name = today.map(lambda i: f"school {i}")
    assert (plan_from_assignment(plan, by_name, "primary").blocks["zone_id_primary"] == theirs.blocks["zone_id_primary"]).all()


def test_every_fault_of_an_assignment_is_listed(grid_city):
    plan = dt.make_plan(grid_city)
    broken = pd.Series({"b00": "P1", "nowhere": "P1", "b01": "Hogwarts"})
    with pytest.raises(dt.DataError) as caught:
        plan_from_assignment(plan, broken, "primary")
    assert len(caught.value.faults) == 1 + 1 + 14


def test_the_estimator_gives_the_index_back(grid_city):
    blocks = grid_city.blocks.set_index("block_id").rename(columns={"entrants_primary": "pupils"})
    schools = grid_city.schools.merge(grid_city.school_stages, on="school_id").query("stage == 'primary'").set_index("school_id")
    schools = schools.drop(columns="seats").rename(columns={"plan": "seats"})
    labels = dt.DistrictPartitioner().fit_predict(blocks, schools)
    assert labels.index.equals(blocks.index)
    assert labels["b00"] == "P3"
    with pytest.raises(dt.DataError):
        dt.DistrictPartitioner().fit(blocks.to_crs(4326), schools.to_crs(4326))


@pytest.mark.parametrize(("cap", "said"), [(199.5, "0.5 m beyond it"), (199.999, "0.1 m beyond it"), (150.0, "50 m beyond it")])
def test_a_refusal_of_a_city_without_counties_begins_with_the_stage_and_says_metres_that_are_not_zero(rules, cap, said):
    city = with_settings(strip_city({"A": 1, "B": 4, "C": 7, "D": 9}), zoning={"primary": rules(maximum_distance_m=cap)})
    with pytest.raises(dt.InfeasibleError) as caught:
        dt.make_plan(city)
    lines = caught.value.say("en").splitlines()
    assert lines[0].startswith("primary: ")
    assert said in lines[0]
    assert "widen the distance limit to 200 m" in caught.value.say("en")
    assert caught.value.say("zh").startswith("小学：")


def test_a_column_that_is_not_there_hides_no_other_of_the_same_or_another_stage(grid_city, rules):
    stages = {"primary": rules(keep_together="nocol", whole_units="norcol"), "junior": rules(forecast=("nope",))}
    with pytest.raises(dt.DataError) as caught:
        dt.make_plan(with_settings(grid_city, zoning=stages, grouping=None, pairing=None))
    wanted = ["zoning.junior.rules.forecast", "zoning.primary.rules.keep_together", "zoning.primary.rules.whole_units"]
    assert sorted(f.column for f in caught.value.faults) == wanted
