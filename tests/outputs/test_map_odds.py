"""Odds of admission on the page: in the list of measures, as colours, in the card; for the public too, and nowhere where seats or children are not known."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from districting.outputs.map import map_html
from districting.outputs.map.content import page_content
from districting.planning.zones import zone_shapes

SEATS = {"P1": 10.0, "P2": 25.0, "P3": 12.0, "P4": 4.0}


@pytest.fixture(scope="module")
def shared_plan(grid_plan):
    """Of the grid's primaries, 20 children each, P1 has 10 seats and P2 enough; P3 (12) and P4 (4) share a zone of 40. Today all of county A go to P3, all of B to P4."""
    blocks = grid_plan.blocks.assign(zone_id_primary=grid_plan.blocks["zone_id_primary"].replace("P-P4", "P-P3"))
    zones = zone_shapes(blocks, blocks["zone_id_primary"].to_numpy(dtype=object), "primary")
    seats = grid_plan.seats.assign(seats=[SEATS.get(s, 50.0) for s in grid_plan.seats["school_id"]])
    rest = grid_plan.zones[grid_plan.zones["stage"] != "primary"]
    return grid_plan.replace(
        blocks=blocks,
        zones=gpd.GeoDataFrame(pd.concat([zones, rest], ignore_index=True), crs=grid_plan.crs),
        zone_schools=grid_plan.zone_schools.assign(zone_id=grid_plan.zone_schools["zone_id"].replace("P-P4", "P-P3")),
        seats=seats,
    )


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_zone_has_seats_over_children_and_each_of_its_schools_a_share(shared_plan, audience):
    content = page_content(shared_plan, audience, "zh")
    found = {zone["id"]: zone["odds"] for zone in content["zones"]["primary"]}
    assert {zone: odds["any"] for zone, odds in found.items()} == {"P-P1": 0.5, "P-P2": 1.0, "P-P3": 0.4}
    assert (found["P-P3"]["lot"], found["P-P3"]["first"], found["P-P3"]["today"]) == ([0.3, 0.1], [0.3, 0.1], 0.2)  # today 80 children at 16 seats
    assert [m["stage"] for m in content["measures"] if m["name"] == "odds"] == ["primary", "junior"]


def test_no_child_or_no_seat_no_odds(shared_plan):
    junior = shared_plan.demand["stage"] == "junior"
    nobody = page_content(shared_plan.replace(demand=shared_plan.demand[~junior]), "internal", "zh")
    assert [m["stage"] for m in nobody["measures"] if m["name"] == "odds"] == ["primary"]
    seatless = page_content(
        shared_plan.replace(seats=shared_plan.seats.assign(seats=shared_plan.seats["seats"].where(shared_plan.seats["stage"] == "junior"))), "internal", "zh"
    )
    assert [m["stage"] for m in seatless["measures"] if m["name"] == "odds"] == ["junior"]
    assert not any("odds" in zone for zone in seatless["zones"]["primary"])


def test_what_is_not_certain_never_reads_as_certain(grid_plan):
    seats = grid_plan.seats.assign(seats=[19.99 if s == "P1" else 25.0 for s in grid_plan.seats["school_id"]])
    zones = page_content(grid_plan.replace(seats=seats), "internal", "zh")["zones"]["primary"]
    assert {z["id"]: z["odds"]["any"] for z in zones}["P-P1"] == 0.999


def test_the_map_paints_every_zone_by_its_class_and_the_card_tells_each_school(shared_plan, open_page):
    opened = open_page(map_html(shared_plan, audience="public", lang="en"))
    page = opened.page
    page.select_option("#view", page.evaluate("'measure:' + districting.measures.findIndex(m => m.name === 'odds' && m.stage === 'primary')"))
    page.uncheck("#schools")
    points = dict(zip(shared_plan.blocks["block_id"], gpd.GeoSeries(shared_plan.blocks.geometry.centroid, crs=shared_plan.crs).to_crs(4326), strict=True))
    kinds = page.evaluate("districting.lens().kinds.map(k => [k.colour.toUpperCase(), k.words()])")
    seen = {zone: dict(kinds)[opened.colour(points[block].x, points[block].y)] for zone, block in {"P1": "b03", "P2": "b33", "P3": "b00"}.items()}
    assert seen == {"P1": "up to 50%", "P2": "100%: a seat for every child", "P3": "up to 50%"}
    assert "the plan holds no order of priority" in page.inner_text("#legend")
    page.check("[name=time][value=today]")
    assert dict(kinds)[opened.colour(points["b33"].x, points["b33"].y)] == "up to 50%"  # today at P4, which has 16 seats with P3 for 80
    page.check("[name=time][value=plan]")
    opened.click(points["b10"].x, points["b10"].y)
    card = page.inner_text("#card")
    for said in (
        "40.0% at any school of the zone (20.0% today)",
        "school P3: 30.0% by lot; 30.0% at least as first wish",
        "school P4: 10.0% by lot; 10.0% at least as first wish",
    ):
        assert said in card
    page.click("#lang")
    assert "随机派位30.0%；第一志愿至少30.0%" in page.inner_text("#card")
    assert opened.quiet()
