"""What stands in the file of a page: nothing internal for the public, the same bytes twice, small enough to send."""

from __future__ import annotations

import re
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from districting.model.plan import Plan
from districting.outputs.map import compare_html, map_html
from districting.outputs.map.colours import colour_numbers
from districting.outputs.map.content import _add_closed, page_content
from districting.outputs.map.ground import drawn_shapes, pieces, touching
from districting.outputs.map.page import page_words
from scripts.synthetic_city import synthetic_city

CRS = "EPSG:4546"
INTERNAL = re.compile(r"\bweak\b|薄弱|\btiers?\b|等次|\bscores?\b|得分|帮扶|结对|runner|\branks?\b|内部资料|\blinks\b", re.IGNORECASE)


def own_part(html: str) -> str:
    """The page without Leaflet, whose code is the same on every page."""
    return re.sub(r"<(script|style)>/\* Leaflet.*?</\1>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_for_the_public_holds_no_word_and_no_number_of_strength(grid_plan, lang):
    """Every score of the grid ends in .137 (rounded: .14); no district, block or school of it is called anything like the words sought."""
    public, internal = (own_part(map_html(grid_plan, audience=audience, lang=lang)) for audience in ("public", "internal"))
    assert {m.group() for m in INTERNAL.finditer(public)} == set()
    assert ".14" not in public
    assert {"weak", "tier", "score", "links", "等次", "帮扶"} <= {m.group() for m in INTERNAL.finditer(internal)}
    assert ".14" in internal


def test_a_weak_school_is_a_member_for_the_public(grid_plan):
    seen = {audience: {s["id"]: s["role"] for s in page_content(grid_plan, audience, "zh")["schools"]} for audience in ("public", "internal")}
    assert seen["internal"]["W"] == {"junior": "weak"}
    assert seen["public"]["W"] == {"junior": "member"}
    assert seen["public"]["L"] == seen["internal"]["L"] == {"junior": "lead"}
    assert "links" not in page_content(grid_plan, "public", "zh")


def test_the_same_plan_gives_the_same_bytes(grid_plan):
    assert map_html(grid_plan) == map_html(grid_plan)
    assert compare_html(grid_plan, grid_plan) == compare_html(grid_plan, grid_plan)


def test_the_numbers_of_the_page_are_those_of_the_plan(grid_plan):
    """Pupils marked as changing, and the load of every school, agree with the findings and the blocks."""
    content = page_content(grid_plan, "internal", "zh")
    here = content["unit"]["stage"]["primary"]
    moved = sum(p for p, changed in zip(here["pupils"], here["changed"], strict=True) if changed)
    rows = grid_plan.findings
    assert moved == rows.loc[(rows["measure"] == "pupils_moved") & (rows["stage"] == "primary"), "value"].iloc[0]
    assert [s["load"]["primary"][0] for s in content["schools"] if "primary" in s["load"]] == [20, 20, 20, 20]


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_block_says_why_it_goes_where_it_goes(grid_plan, audience):
    """On the grid everybody goes to the nearest primary; b00 made to go to P1 while P3 is full is told so, to the public too."""
    rows = grid_plan.reasons.assign(
        reason=["seats" if (b, s) == ("b00", "primary") else "nearest" for b, s in zip(grid_plan.reasons["block_id"], grid_plan.reasons["stage"], strict=True)]
    )
    content = page_content(grid_plan.replace(reasons=rows), audience, "zh")
    here = content["unit"]["stage"]["primary"]
    said = dict(zip(content["unit"]["id"], [here["reasons"][w] for w in here["why"]], strict=True))
    assert {b for b, word in said.items() if word == "seats"} == {"b00"}
    assert "最近的学校学位已满" in map_html(grid_plan, audience=audience)
    assert "why" not in page_content(grid_plan.replace(reasons=rows.iloc[:0]), audience, "zh")["unit"]["stage"]["primary"]


def synthetic_plan(n: int, k: int) -> Plan:
    city = synthetic_city(n, k, seed=3)
    school = np.asarray(shapely.STRtree(shapely.points(city.school_xy)).nearest(shapely.points(city.xy)))
    ids, schools = [f"B{i:05d}" for i in range(n)], [f"S{i:03d}" for i in range(k)]
    zone_id = [f"P-S{s:03d}" for s in school]
    blocks = gpd.GeoDataFrame(
        {"block_id": ids, "name": [f"示范花园{i}号院" for i in range(n)], "county_code": "1", "zone_id_primary": zone_id}, geometry=city.polygons, crs=CRS
    )
    zones = blocks.dissolve("zone_id_primary").reset_index().rename(columns={"zone_id_primary": "zone_id"}).assign(stage="primary")
    each = {"stage": "primary", "school_id": schools}
    return Plan(
        name="合成",
        year=2026,
        language="zh",
        crs=CRS,
        blocks=blocks,
        zones=zones[["zone_id", "stage", "geometry"]],
        schools=gpd.GeoDataFrame(
            {"school_id": schools, "name": schools, "county_code": "1", "ownership": "public"}, geometry=shapely.points(city.school_xy), crs=CRS
        ),
        zone_schools=pd.DataFrame({"zone_id": [f"P-{s}" for s in schools], **each}),
        school_stages=pd.DataFrame({**each, "tier": "", "score": np.nan, "pupils": np.nan}),
        demand=pd.DataFrame({"block_id": ids, "stage": "primary", "year": 2026, "pupils": city.demand.astype(float)}),
        seats=pd.DataFrame({**each, "seats": city.capacity.astype(float)}),
        edges=pd.DataFrame({"block_a": np.array(ids)[city.edges[:, 0]], "block_b": np.array(ids)[city.edges[:, 1]], "shared_m": city.shared_m, "cut": False}),
        today=pd.DataFrame({"block_id": ids, "stage": "primary", "school_id": np.array(schools)[(school + (np.arange(n) % 9 == 0)) % k]}),
    )


def test_a_page_of_1500_blocks_is_at_most_a_megabyte_and_a_half():
    assert len(map_html(synthetic_plan(1500, 40)).encode()) <= 1_500_000


def test_cleaning_for_the_eye_closes_gaps_and_overlaps_and_moves_nothing_far():
    """A vertex missing on one side, an overlap of 1 m: afterwards the shared border is one line, and no area changes by more than the overlap."""
    left = shapely.Polygon([(0, 0), (100, 0), (101, 50), (100, 100), (0, 100)])
    right = shapely.box(100, 0, 200, 100)
    drawn = drawn_shapes(np.array([left, right]))
    assert shapely.coverage_is_valid(drawn)
    assert np.abs(shapely.area(drawn) - shapely.area([left, right])).max() <= 100
    assert touching(drawn).tolist() == [[0, 1]]


def test_shapes_cut_by_two_layers_know_their_place_in_both():
    """Halves west and east against halves south and north: four quarters."""
    box = shapely.box
    shapes, at = pieces([np.array([box(0, 0, 50, 100), box(50, 0, 100, 100)]), np.array([box(0, 0, 100, 50), box(0, 50, 100, 100)])])
    assert sorted(at.tolist()) == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert [shapely.area(s) for s in shapes] == [2500] * 4


@pytest.mark.parametrize("seed", range(4))
def test_neighbours_never_share_a_colour_on_a_planar_map(seed):
    shapes = np.asarray(synthetic_city(120, 8, seed=seed).polygons, dtype=object)
    edges = touching(shapes)
    colour = np.array(colour_numbers(len(shapes), edges))
    assert (colour[edges[:, 0]] != colour[edges[:, 1]]).all()


def test_what_sharing_closes_in_a_district_is_told_inside_only():
    columns = ["scheme", "district_id", "stage", "indicator", "before", "after"]
    rows = [
        ("alliance", "D1", "primary", "books", 0.4, 0.3),
        ("alliance", "D1", "primary", "computers", 0.6, 0.5),
        ("alliance", "", "primary", "books", 0.5, 0.1),
    ]
    grouping = {"scheme": "alliance", "districts": [{"id": "D1"}, {"id": "D2"}]}
    _add_closed(grouping, SimpleNamespace(sharing_effect=pd.DataFrame(rows, columns=columns)))
    assert grouping["districts"][0]["closed"] == pytest.approx({"primary": 0.2})  # 1 - 0.8 / 1.0
    assert "closed" not in grouping["districts"][1]
    assert "gap_closed" in page_words("internal")["zh"]
    assert "gap_closed" not in page_words("public")["zh"]
