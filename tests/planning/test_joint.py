"""Zones and districts that hold together, on a strip of blocks of 100 m, one primary and one junior pupil each."""

import dataclasses
from time import perf_counter
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.errors import DataError, InfeasibleError
from districting.model.settings import GroupingSettings, Settings, SolveSettings, ZoningSettings
from districting.outputs.summary import summary_lines
from districting.planning import joint_fed_bound
from districting.planning.block_graph import block_graph
from districting.planning.joint_feedback import tightened
from districting.planning.joint_juniors import by_district, zones_inside
from districting.planning.zoning_build import build_stage
from districting.planning.zoning_solve import solve_stage
from districting.wording import LANGUAGES, say
from tests.planning.strip_city import CRS, SCHOOLS, strip_city

ONE_JUNIOR = {"form": "custom", "centre": "junior", "counts": {"junior": (1, 1), "primary": (1, 0)}, "stages": ("primary", "junior")}


def town(juniors, primaries=None, blocks=12, graduates=3.0, seats=4.0, **grouping):
    """``juniors``: name -> (block, plan); the others as in strip_city."""
    base = strip_city(primaries, seats, blocks=blocks)
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


def apart():
    """Two primaries that feed two juniors, one at each end."""
    return town({"J": (0, 6), "K": (11, 6)}, {"A": 1, "B": 8}, seats=9.0, graduates=6.0, form="direct_feed", joint=True)


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
    parts = [float(plan.recorded("joint", f"gap.{part}")) for part in ("zones", "districts")]
    assert min(parts) >= 0
    assert sum(parts) == pytest.approx(got["gap"])
    assert sum(line.startswith("of the joint gap") for line in summary_lines(plan, "en")) == 1
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
    city = town({"J": (0, 3), "K": (2, 4)}, {"A": 1, "B": 4}, blocks=6, graduates=2.0, joint=True, **ONE_JUNIOR)
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
        dt.make_plan(town({"J": (0, 6), "K": (1, 6)}, {"A": 2, "B": 4}, blocks=6, graduates=2.0, joint=True, **ONE_JUNIOR))
    assert not error.value.proven
    assert "not proven" in str(error.value)


def test_where_primaries_feed_juniors_the_junior_zones_follow_from_them():
    """J stands in A's zone and so does K; B feeds K all the same. b04 goes 100 m more to B than to A and 200 m less to K than to J. K's eight blocks are four over its plan: a finding."""
    city = town({"J": (0, 9), "K": (2, 4)}, {"A": 1, "B": 8}, seats=9.0, graduates=2.0, form="direct_feed", joint=True)
    plan = dt.make_plan(city)
    assert zone(plan, "primary") == "AAAABBBBBBBB"
    assert districts(plan) == ["AJ", "BK"]
    assert {row.from_id: row.to_id for row in plan.feeders.itertuples()} == {"A": "J", "B": "K"}
    assert zone(plan, "junior") == "JJJJKKKKKKKK"
    rules = plan.rules[(plan.rules["decision"] == "zoning") & (plan.rules["stage"] == "junior")].set_index("rule")["value"]
    assert (rules["seats"], rules["connected"]) == ("soft 0", "off")
    assert plan.recorded("zoning.junior", "status") == "fed"
    over = plan.findings[(plan.findings["measure"] == "pupils_over_seats") & (plan.findings["stage"] == "junior")].iloc[0]
    assert (over["value"], over["verdict"]) == (4, "fail")
    assert set(plan.reasons.loc[plan.reasons["stage"] == "junior", "reason"]) <= {"nearest", "district"}
    got = numbers(plan)
    assert 0 <= got["bound"] <= got["objective"]


def test_a_planners_share_of_junior_seats_is_kept():
    """Each primary has six graduates and each junior five places: with 0.8 of the graduates it can be."""
    places = {"J": (2, 5), "K": (9, 5)}
    with pytest.raises(InfeasibleError):
        dt.make_plan(town(places, graduates=3.0, form="direct_feed", joint=True))
    plan = dt.make_plan(town(places, graduates=3.0, form="direct_feed", joint=True, junior_seats=0.8))
    assert float(plan.recorded("joint", "junior_seats")) == 0.8
    assert len(districts(plan)) == 2


def test_juniors_of_one_district_that_is_fed_share_a_zone():
    city = town({"J": (2, 6), "K": (9, 6)}, graduates=3.0, form="direct_feed", joint=True, counts={"junior": (2, 2), "primary": (1, 0)})
    plan = dt.make_plan(city)
    assert districts(plan) == ["ABCDJK"]
    assert plan.zone_schools.loc[plan.zone_schools["stage"] == "junior", "zone_id"].nunique() == 1
    assert zone(plan, "junior") == "J" * 12


def test_a_boarding_primary_feeds_a_junior_though_it_has_no_zone():
    city = town({"J": (2, 9), "K": (9, 9)}, graduates=3.0, form="direct_feed", joint=True)
    city = dataclasses.replace(city, schools=city.schools.assign(boarding=(city.schools["school_id"] == "B").to_numpy()))
    stages = city.school_stages.assign(plan=city.school_stages["plan"].where(city.school_stages["stage"] == "junior", 6.0))
    plan = dt.make_plan(dataclasses.replace(city, school_stages=stages))
    assert "B" in set(plan.feeders["from_id"])
    assert "P-B" not in set(plan.blocks["zone_id_primary"])


def test_blocks_kept_in_their_district_have_that_as_their_reason():
    """b02 stands nearest to A, whose district has no junior place for it, and goes to B; the junior zones as such lie inside the districts, and J is full."""
    city = town({"J": (0, 2), "K": (5, 4)}, {"A": 1, "B": 4}, blocks=6, graduates=2.0, joint=True, **ONE_JUNIOR)
    plan = dt.make_plan(city)
    assert zone(plan, "primary") == "AABBBB"
    reason = plan.reasons.set_index(["stage", "block_id"])["reason"]
    assert (reason["primary", "b02"], reason["junior", "b02"]) == ("district", "seats")
    assert "forbidden" not in set(plan.reasons["reason"])
    for lang in LANGUAGES:
        assert say("map.why_district", lang) != say("map.why_forbidden", lang)


def test_the_bound_of_zones_and_feeders_is_that_of_counting_by_hand():
    """Blocks go to the nearer of A (b01) and B (b08); J stands in b00 and K in b11, each with places for one primary's graduates: A feeds J and B feeds K."""
    plan = dt.make_plan(apart())
    walks = sum(min(abs(x - 1), abs(x - 8)) * 100 for x in range(12))
    ways = sum(x * 100 for x in range(5)) + sum((11 - x) * 100 for x in range(5, 12))
    got = {key: float(plan.recorded("joint", key)) for key in ("objective.primary", "bound.primary", "bound.districts")}
    assert got["objective.primary"] == walks
    assert got["bound.primary"] + got["bound.districts"] == pytest.approx(walks + ways, rel=1e-3)


def test_a_bound_from_few_triples_at_a_time_holds_too(monkeypatch):
    whole = float(dt.make_plan(apart()).recorded("joint", "bound"))
    for name, value in (("AS_A_WHOLE", 0), ("FIRST_TRIPLES", 1), ("MORE_TRIPLES", 1)):
        monkeypatch.setattr(joint_fed_bound, name, value)
    assert 0.9 * whole <= float(dt.make_plan(apart()).recorded("joint", "bound")) <= whole * (1 + 1e-6)


def test_a_district_without_zones_for_its_own_juniors_gives_a_zone_to_its_neighbour():
    """Two pupils and two seats that cannot be zoned count a little more, so that the same district is not offered again; with nine seats something else is in the way."""
    stage_load = np.array([1.0, 1, 1, 1])
    stage = SimpleNamespace(demand=stage_load, seats=np.array([2.0, 2.0]))
    factor = tightened(stage, np.array([0, 0, 1, 1]), np.array([0, 1]), [1])
    assert factor[:2].tolist() == [1, 1]
    assert factor[2] * 2 > 2
    assert tightened(SimpleNamespace(demand=stage_load, seats=np.array([2.0, 9.0])), np.array([0, 0, 1, 1]), np.array([0, 1]), [1]) is None


def test_districts_are_zoned_one_by_one_and_those_that_cannot_be_are_named():
    """Two districts of six blocks: in the first, J and K have just the seats for their blocks; with one seat less at K there are no zones."""
    city = town({"J": (0, 2), "K": (4, 4), "L": (8, 6)})
    stage = build_stage(city, block_graph(city), "junior")
    free = solve_stage(stage, city.settings.solve, 0, {})
    of_block = np.array([0] * 6 + [1] * 6)
    of_offer = np.array([{"J": 0, "K": 0, "L": 1}[s] for s in stage.offers.taken["school_id"]])
    assert by_district(stage)
    made, failed = zones_inside(stage, free, of_block, of_offer, city.settings.solve, 0)
    assert failed == {}
    assert "".join(stage.zone_ids[z][-1] for z in made.zone_of_block) == "JJKKKKLLLLLL"
    short = np.where(stage.offers.taken["school_id"] == "K", 3.0, stage.seats)
    parts = tuple((c, b, z, p.replace(capacity=short)) for c, b, z, p in stage.parts)
    elsewhere = dataclasses.replace(free, zone_of_block=free.zone_of_block[::-1].copy())
    _, failed = zones_inside(dataclasses.replace(stage, parts=parts), elsewhere, of_block, of_offer, city.settings.solve, 0)
    assert list(failed) == [0]


def test_a_joint_plan_keeps_to_the_time_limit():
    begin = perf_counter()
    city = town(SHORT, joint=True, **ONE_JUNIOR)
    plan = dt.make_plan(dataclasses.replace(city, settings=dataclasses.replace(city.settings, solve=SolveSettings(time_limit_s=2.0))))
    assert districts(plan) == ["AJ", "BCDK"]
    assert perf_counter() - begin < 5.0


def test_joint_refuses_forms_without_ground_and_stages_that_are_not_zoned():
    with pytest.raises(DataError, match="primary zones"):
        dt.make_plan(town(SHORT, form="theme", joint=True))
    city = town(SHORT, joint=True, **ONE_JUNIOR)
    city = dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning={"primary": ZoningSettings()}))
    with pytest.raises(DataError, match="junior zones"):
        dt.make_plan(city)
    assert set(SCHOOLS) == set("ABCD")
