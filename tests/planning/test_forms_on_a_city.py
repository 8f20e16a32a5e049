"""Chains, feeding and streets on a town read from files: parents, numbers, shapes and the feeder table."""

import geopandas as gpd
import pytest
import shapely

from districting.config import load_settings
from districting.planning.choices import only_grouping
from districting.reading.read_city import read_city
from districting.workflow import make_plan
from tests.cli.group_town import X, Y, school, write

CHAIN = [
    school("S", 1.5),
    school("S", 9.5),
    school("J", 0.5),
    school("J", 3.5),
    school("J", 10.5),
    school("P", 1.2),
    school("P", 2.5),
    school("P", 4.5),
    school("P", 8.5),
    school("P", 11.5),
]


def planned(folder, schools, form, lines="", **more):
    config = write(folder, schools, f'[grouping]\nform = "{form}"\n{lines}\n', **more)
    return make_plan(read_city(only_grouping(load_settings(config), form)))


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """Seniors at 1.5 and 9.5; juniors 0.5 and 3.5 hang on the first, 10.5 on the second."""
    return planned(tmp_path_factory.mktemp("chain"), CHAIN, "vertical_chain", "within_county = false")


def test_every_primary_has_one_junior_above_it_and_every_junior_one_senior(chain):
    of = {
        level: chain.memberships[chain.memberships["district_id"].isin(chain.districts.loc[chain.districts["level"] == level, "district_id"])]
        for level in (1, 2)
    }
    assert of[1].groupby("school_id")["district_id"].nunique().eq(1).all()
    assert set(of[1]["school_id"]) == {s["school_id"] for s in CHAIN}
    below = of[2][of[2]["stage"] == "primary"]
    assert below.groupby("school_id").size().eq(1).all()
    lead = of[2][of[2]["role"] == "lead"].set_index("district_id")["school_id"]
    assert dict(zip(below["school_id"], below["district_id"].map(lead), strict=True)) == {
        "S-P1.2": "S-J0.5",
        "S-P2.5": "S-J3.5",
        "S-P4.5": "S-J3.5",
        "S-P8.5": "S-J10.5",
        "S-P11.5": "S-J10.5",
    }


def test_numbers_and_parents_of_a_chain_nest(chain):
    parent = dict(zip(chain.districts["district_id"], chain.districts["parent_id"], strict=True))
    assert parent == {"D01": "", "D02": "", "D01-01": "D01", "D01-02": "D01", "D02-01": "D02"}
    top = chain.memberships[chain.memberships["district_id"].isin(["D01", "D02"])].set_index("school_id")["district_id"]
    for row in chain.memberships[chain.memberships["district_id"].str.contains("-")].to_dict(orient="records"):
        assert top[row["school_id"]] == parent[row["district_id"]]


def test_shapes_of_a_chain_nest_and_cover_the_ground_once(chain):
    shape = dict(zip(chain.districts["district_id"], chain.districts.geometry, strict=True))
    for part in ("D01-01", "D01-02", "D02-01"):
        assert shape[part].difference(shape[part[:3]].buffer(0.1)).area < 1.0
    assert shape["D01"].area + shape["D02"].area == pytest.approx(12e6, rel=1e-6)
    assert shape["D01"].intersection(shape["D02"]).area < 1.0


def nine(x):
    return [school("P", x, name="N", school_id="S-N"), school("J", x, name="N", school_id="S-N")]


@pytest.fixture(scope="module")
def fed(tmp_path_factory):
    """A nine-year school at 0.5, primaries at 2.5, 4.5 and 6.5, a junior at 7.5 outside the cells of its far primaries; 50 graduates each."""
    schools = [*nine(0.5), school("P", 2.5), school("P", 4.5), school("P", 6.5), school("J", 7.5, plan=110)]
    return planned(tmp_path_factory.mktemp("fed"), schools, "direct_feed", "fill_evenness = 0.0")


def test_a_nine_year_school_feeds_itself_and_the_feeders_add_up_to_the_graduates(fed):
    table = {(r["from_id"], r["to_id"]): r["pupils"] for r in fed.feeders.to_dict(orient="records")}
    assert table == {("S-N", "S-N"): 50.0, ("S-P2.5", "S-N"): 50.0, ("S-P4.5", "S-J7.5"): 50.0, ("S-P6.5", "S-J7.5"): 50.0}
    assert fed.feeders["from_id"].is_unique


def test_the_ground_of_a_feeding_district_is_in_one_piece(fed):
    assert [shape.geom_type for shape in fed.districts.geometry] == ["Polygon", "Polygon"]
    assert fed.districts.geometry.area.sum() == pytest.approx(12e6, rel=1e-6)


def test_a_street_without_a_school_is_part_of_a_district(tmp_path):
    plan = planned(tmp_path, [school("PL", 0.5), school("P", 1.5), school("PL", 5.5)], "street", "districts = 2", streets=[(x, x + 1) for x in range(6)])
    assert plan.districts.geometry.area.sum() == pytest.approx(6e6)
    middle = gpd.GeoSeries([shapely.Point(X + 3500, Y + 500)], crs=plan.crs).iloc[0]
    assert plan.districts.geometry.contains(middle).sum() == 1


def test_same_stage_schemes_hold_their_stage_alone_and_list_who_is_left_out(tmp_path):
    schools = [*(school("P", x + 0.5) for x in range(5)), *(school("J", x + 0.7) for x in range(4)), school("P", 9.5, ownership="民办")]
    plan = planned(tmp_path, schools, "same_stage")
    assert plan.memberships.groupby("scheme")["stage"].agg(set).to_dict() == {"same_stage_primary": {"primary"}, "same_stage_junior": {"junior"}}
    assert plan.memberships.groupby("scheme").size().to_dict() == {"same_stage_primary": 5, "same_stage_junior": 4}
    assert plan.coverage[["name", "reason", "decision"]].to_numpy().tolist() == [["P9.5", "private", "grouping.same_stage_primary"]]
