"""Plans on foot and by a table of distances: what the config says, what the plan carries, and what reads it.

river city     two rows of four blocks of 100 m, one pupil each, a river between the rows, one bridge at the western end
n0 n1 n2 n3    school N stands in n3, school S in s0; every school has eight seats
~~~~~~~~~~~    streets: along the middle of each row, and over the bridge at x = 50
s0 s1 s2 s3    straight, n0 is 300 m from N and 100 m from S; s3 is 100 m from N and 300 m from S, on foot 700 m and 300 m
"""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from districting.auditing import audit_plan, compare_plans
from districting.auditing.compare import different_distances
from districting.errors import DataError
from districting.model.settings import InputSpec, ProjectSettings, Settings, SolveSettings, ZoningObjective, ZoningRules, ZoningSettings
from districting.planning import plan_from_assignment
from districting.planning.block_graph import block_graph
from districting.planning.plan_part import part_of_plan
from districting.planning.plan_variants import plan_alternatives, plan_ensemble, plan_tradeoff
from districting.planning.scenarios import OpenSchool, RedrawOptions, close_school, deliver_estate, open_school
from districting.planning.streets import streets_of
from districting.planning.yearly import Base
from districting.reading.city import City
from districting.workflow import make_plan

CRS = "EPSG:4546"
NAMES = [f"n{x}" for x in range(4)] + [f"s{x}" for x in range(4)]
STREETS = [shapely.LineString([(50, 150), (350, 150)]), shapely.LineString([(50, 50), (350, 50)]), shapely.LineString([(50, 50), (50, 150)])]


def lines(shapes, **columns):
    return gpd.GeoDataFrame({**columns}, geometry=list(shapes), crs=CRS, index=range(len(shapes)))


def river_city(distance="walk", roads=None, seats=8.0, rules=None, **more):
    cells = [shapely.box(100 * x, y, 100 * x + 100, y + 100) for y in (100, 0) for x in range(4)]
    blocks = gpd.GeoDataFrame({"block_id": NAMES, "name": NAMES, "county_code": "", "entrants_primary": 1.0}, geometry=cells, crs=CRS)
    schools = gpd.GeoDataFrame(
        {"school_id": ["N", "S"], "name": ["north", "south"], "county_code": "", "town_code": "", "ownership": "public", "boarding": False},
        geometry=[shapely.Point(350, 150), shapely.Point(50, 50)],
        crs=CRS,
    )
    stages = pd.DataFrame({"school_id": ["N", "S"], "stage": "primary", "seats": seats, "plan": seats, "pupils": 8.0, "tier": "regular", "score": 75.0})
    zoning = ZoningSettings(distance=distance, rules=rules or ZoningRules())
    city = City(
        settings=Settings(project=ProjectSettings(language="en"), zoning={"primary": zoning}, solve=SolveSettings(steps=2000)),
        schools=schools,
        school_stages=stages,
        crs=CRS,
        blocks=blocks,
    )
    river = lines([shapely.LineString([(-50, 100), (450, 100)])], kind=["river"])
    return dataclasses.replace(city, roads=lines(STREETS, kind=["street"] * 3) if roads is None else roads, barriers=river, **more)


def zones(plan):
    return dict(zip(plan.blocks["block_id"], plan.blocks["zone_id_primary"], strict=True))


def metres(plan):
    return {(r.block_id, r.school_id): r.distance_m for r in plan.distances.itertuples()}


def notes(plan):
    return " | ".join(plan.notes["problem"])


@pytest.fixture(scope="module")
def on_foot():
    return make_plan(river_city())


def test_straight_the_river_counts_for_nothing_on_foot_it_does(on_foot):
    # n1 is 200 m from N and straight 141 m from S, on foot 200 m
    assert zones(on_foot)["s3"] == "P-S"
    assert metres(on_foot)["s3", "N"] == 700.0
    assert metres(on_foot)["s3", "S"] == 300.0
    assert metres(make_plan(river_city("straight")))["s3", "N"] == 100.0


def test_the_plan_says_that_its_distances_are_walked_and_carries_them(on_foot):
    assert on_foot.recorded("zoning.primary", "distance") == "walk"
    assert on_foot.distance_word("primary") == "walk"
    assert len(on_foot.distances) == 16


def test_the_audit_measures_with_the_same_distances_the_plan_and_today():
    today = pd.DataFrame({"block_id": NAMES, "stage": "primary", "school_id": ["N"] * 8})
    audit = audit_plan(make_plan(river_city(today=today)))
    findings = audit.findings.set_index("measure")
    # today on foot: 300+200+100+0 in the north, 400+500+600+700 in the south
    assert findings.loc["mean_distance_m", "today"] == (600 + 2200) / 8
    assert findings.loc["max_distance_m", "today"] == 700.0
    assert findings.loc["max_distance_m", "value"] == 300.0
    assert findings.loc["mean_distance_m", "value"] * 8 == pytest.approx(findings.loc["objective", "value"])


def test_the_longest_way_allowed_is_a_way_on_foot():
    plan = make_plan(river_city(rules=ZoningRules(maximum_distance_m=300.0)))
    assert {b: z for b, z in zones(plan).items() if b.startswith("s")} == dict.fromkeys(["s0", "s1", "s2", "s3"], "P-S")


def test_a_plan_on_foot_is_no_better_than_straight_in_metres():
    straight, walked = (make_plan(river_city(d)) for d in ("straight", "walk"))
    assert float(walked.recorded("zoning.primary", "objective")) >= float(straight.recorded("zoning.primary", "objective"))


def test_a_block_without_a_way_gets_its_straight_distances_and_the_notes_say_which():
    """A wall around s2, no street inside; zones may lie apart."""
    wall = lines([shapely.box(201, 1, 299, 99).exterior], kind=["wall"])
    roads = lines([STREETS[0], STREETS[2], shapely.LineString([(50, 50), (200, 50)]), shapely.LineString([(200, 50), (200, 0), (350, 0), (350, 50)])])
    plan = make_plan(dataclasses.replace(river_city(roads=roads, rules=ZoningRules(contiguous=False)), barriers=wall))
    assert "1 block(s) have no way" in notes(plan)
    assert "used: s2" in notes(plan)
    assert metres(plan)["s2", "S"] == 200.0
    assert metres(plan)["s3", "S"] == 150 + 50 + 150 + 50


def test_roads_that_most_blocks_cannot_use_are_a_fault():
    """A wall around every block."""
    walls = lines([shapely.box(100 * x + 1, y + 1, 100 * x + 99, y + 99).exterior for y in (0, 100) for x in range(4)])
    roads = lines([shapely.LineString([(0, 500), (400, 500)])])
    with pytest.raises(DataError, match="have no way to any school") as error:
        make_plan(dataclasses.replace(river_city(roads=roads), barriers=walls))
    assert error.value.faults[0].column == "zoning.primary.distance"


def test_without_a_bridge_the_notes_say_that_the_streets_fall_in_two():
    plan = make_plan(river_city(roads=lines(STREETS[:2])))
    assert "2 parts" in notes(plan)
    assert zones(plan) == {b: "P-N" if b.startswith("n") else "P-S" for b in NAMES}
    assert ("s3", "N") not in metres(plan)


def test_a_barrier_that_can_be_crossed_is_none():
    open_river = lines([shapely.LineString([(-50, 100), (450, 100)])], crossable=[True])
    closed_river = lines([shapely.LineString([(-50, 100), (450, 100)])], crossable=[False])
    roads = lines(STREETS[:2])
    assert block_graph(dataclasses.replace(river_city(roads=roads), barriers=closed_river)).cut.sum() == 4
    assert block_graph(dataclasses.replace(river_city(roads=roads), barriers=open_river)).cut.sum() == 0


def test_motorways_are_not_walked_unless_the_table_says_so():
    def pieces(**columns):
        return streets_of(river_city(roads=lines(STREETS, **columns)))

    assert len(pieces()[0].ends) == 3
    network, said = pieces(kind=["street", "motorway", "street"])
    assert len(network.ends) == 2
    assert "1 road(s) are not for walking" in said[0].say("en")
    assert len(pieces(kind=["street", "motorway", "street"], walkable=["", "yes", ""])[0].ends) == 3
    assert len(pieces(walkable=["否", "是", None])[0].ends) == 2
    assert "maybe" in pieces(walkable=["maybe", "是", None])[1][0].say("en")


def test_bridges_and_layers_keep_streets_apart_that_cross():
    crossing = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, -50), (50, 50)])]
    assert streets_of(river_city(roads=lines(crossing)))[0].crossings == 1
    for columns in ({"bridge": ["no", "yes"]}, {"tunnel": [None, "是"]}, {"level": ["0", "1"]}, {"kind": ["street", "桥梁"]}):
        assert streets_of(river_city(roads=lines(crossing, **columns)))[0].crossings == 0


def test_without_roads_there_is_no_way_on_foot():
    with pytest.raises(DataError, match="no road that people may walk along"):
        make_plan(dataclasses.replace(river_city(), roads=None))


TABLE = pd.DataFrame({"block_id": [*NAMES, "n0"], "school_id": ["N"] * 4 + ["S"] * 4 + ["S"], "distance_m": [900.0, 200, 100, 0, 0, 100, 200, 300, 50]})
BY_TABLE = {"distance": InputSpec("ways.csv"), "rule_tables": {"zoning.primary.distance": TABLE}}


def test_a_table_of_distances_says_what_is_allowed_and_how_far_it_is():
    plan = make_plan(river_city(**BY_TABLE))
    assert zones(plan) == {**{b: "P-N" if b.startswith("n") else "P-S" for b in NAMES}, "n0": "P-S"}
    assert plan.distance_word("primary") == "ways.csv"
    assert metres(plan)["n3", "N"] == 0.0
    assert len(plan.distances) == 9


def test_a_table_says_what_is_allowed_also_where_distance_is_no_goal():
    """n0 and n1 go to S today, which the table allows n0 alone."""
    city = river_city(**BY_TABLE, today=pd.DataFrame({"block_id": NAMES, "stage": "primary", "school_id": ["S", "S", "N", "N", *"SSSS"]}))
    zoning = dataclasses.replace(city.settings.zoning["primary"], objective=ZoningObjective(distance=0.0, stability=1.0))
    plan = make_plan(dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning={"primary": zoning})))
    assert zones(plan) == {b: "P-N" if b.startswith("n") else "P-S" for b in NAMES} | {"n0": "P-S"}


def test_a_table_serves_blocks_and_schools_without_a_place():
    city = river_city(**BY_TABLE)
    blocks, schools = city.blocks.copy(), city.schools.assign(block_id=["n3", "s0"])
    blocks["geometry"], schools["geometry"] = None, None
    edges = pd.DataFrame({"block_a": ["n0", "n1", "n2", "s0", "s1", "s2", "n0"], "block_b": ["n1", "n2", "n3", "s1", "s2", "s3", "s0"], "shared_m": 100.0})
    plan = make_plan(dataclasses.replace(city, blocks=blocks, schools=schools, edges=edges, barriers=None, roads=None))
    assert zones(plan)["n0"] == "P-S"
    names = part_of_plan(plan, "primary").block_ids
    assert names[part_of_plan(plan, "primary").problem.home_block].tolist() == ["n3", "s0"]
    grown = deliver_estate(plan, "primary", {"s3": 1.0})
    assert grown.report["distance_pupil_km"] > 0


def test_scenarios_alternatives_trade_offs_and_ensembles_use_the_ways_of_the_plan(on_foot):
    part = part_of_plan(on_foot, "primary")
    assert part.problem.distance_of([7], [0]).tolist() == [700.0]
    closed = close_school(on_foot, "primary", "N", RedrawOptions(touch="all"))
    assert closed.report["distance_pupil_km"] == pytest.approx((100 + 200 + 300 + 400 + 0 + 100 + 200 + 300) / 1000)
    assert closed.plan.distance_word("primary") == "walk"
    assert audit_plan(closed.plan).value("max_distance_m", "primary") == 400.0
    estate = deliver_estate(on_foot, "primary", {"s3": 2.0})
    assert estate.plan.distance_word("primary") == "walk"
    assert len(plan_alternatives(on_foot, "primary", 2, within=1.0, steps=2000).table) >= 1
    assert len(plan_tradeoff(on_foot, "primary", 2, steps=2000)[0].table) >= 1
    assert len(plan_ensemble(on_foot, "primary", 20, between=5, steps=2000).measures) == 20


def test_a_new_school_needs_ways_that_the_plan_does_not_hold(on_foot):
    with pytest.raises(DataError) as error:
        open_school(on_foot, "primary", OpenSchool("new", 4, "s3"))
    assert error.value.faults[0].column == "distance"


def test_the_yearly_update_walks_too(on_foot):
    plan = make_plan(river_city(), Base(on_foot, "last.gpkg"))
    assert plan.distance_word("primary") == "walk"
    assert float(plan.recorded("yearly.primary", "pupils_moved")) == 0.0


def test_somebody_elses_assignment_is_measured_on_foot_or_refused(on_foot):
    given = dict.fromkeys(NAMES, "N")
    other = plan_from_assignment(on_foot, given, "primary")
    assert other.distance_word("primary") == "walk"
    assert audit_plan(other).value("max_distance_m", "primary") == 700.0
    few = on_foot.replace(distances=on_foot.distances[on_foot.distances["distance_m"] < 700])
    with pytest.raises(DataError, match="s3 - N"):
        plan_from_assignment(few, given, "primary")


def test_plans_with_other_distances_are_compared_without_a_verdict_on_them(on_foot):
    straight = make_plan(river_city("straight"))
    assert different_distances(on_foot, straight) == {"primary": ("walk", "straight")}
    rows = compare_plans(on_foot, straight).set_index("measure")
    assert rows.loc["mean_distance_m", "verdict"] == ""
    assert different_distances(on_foot, on_foot) == {}


def test_many_blocks_get_their_nearest_schools_only_and_the_same_plan(monkeypatch):
    import districting.geography.walking as module

    whole = make_plan(river_city())
    monkeypatch.setattr(module, "LARGEST_TABLE", 1)
    today = pd.DataFrame({"block_id": NAMES, "stage": "primary", "school_id": ["N"] * 8})
    near = make_plan(river_city(today=today))
    assert zones(near) == zones(whole)
    assert metres(near) == metres(whole)
    assert "nearest schools" not in notes(near)


def test_zones_keep_to_their_county_on_foot_too():
    city = river_city(rules=ZoningRules(within_county=True))
    blocks = city.blocks.assign(county_code=["A"] * 4 + ["B"] * 4)
    plan = make_plan(dataclasses.replace(city, blocks=blocks, schools=city.schools.assign(county_code=["A", "B"])))
    assert zones(plan) == {b: "P-N" if b.startswith("n") else "P-S" for b in NAMES}
    part = part_of_plan(plan, "primary")
    assert np.isinf(part.problem.distance_of([0], [1]))


def test_a_lock_holds_where_no_way_leads_and_the_notes_say_so():
    """Without the bridge s3 has no way to N, but is locked to it; zones may lie apart."""
    rules = ZoningRules(contiguous=False, locked=InputSpec("locked.csv"))
    tables = {"zoning.primary.rules.locked": pd.DataFrame({"block_id": ["s3"], "school_id": ["N"]})}
    plan = make_plan(river_city(roads=lines(STREETS[:2]), rules=rules, rule_tables=tables))
    assert zones(plan)["s3"] == "P-N"
    assert metres(plan)["s3", "N"] == 100.0
    assert "s3 - north" in notes(plan)


def test_what_holds_for_the_ways_of_two_stages_is_said_once():
    city = river_city(roads=lines([shapely.LineString([(50, 50), (100, 50)])], kind=["street"]))
    stages = pd.concat([city.school_stages, city.school_stages.assign(stage="junior")], ignore_index=True)
    settings = dataclasses.replace(city.settings, zoning={stage: ZoningSettings(distance="walk") for stage in ("primary", "junior")})
    plan = make_plan(dataclasses.replace(city, settings=settings, school_stages=stages, blocks=city.blocks.assign(entrants_junior=1.0), barriers=None))
    far = plan.notes[plan.notes["problem"].str.contains("200 m from the nearest road")]
    assert far["column"].tolist() == ["zoning.primary.distance, zoning.junior.distance"]
    assert not plan.notes.drop(columns="column").duplicated().any()
