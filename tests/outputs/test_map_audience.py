"""What a page for the public must not hold, not even in its data, and what every page is as a file."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from districting.outputs.map import compare_html, map_html
from districting.outputs.map.page import explore, page_words
from districting.planning.zones import zone_shapes
from districting.wording import catalogue
from scripts.synthetic_city import synthetic_city
from tests.outputs.conftest import ODD
from tests.outputs.linked import linked_plan
from tests.planning.conftest import SCORE

WORDS = (
    "weak",
    "tier",
    "tiers",
    "score",
    "scores",
    "link",
    "links",
    "pairs",
    "curves",
    "runner",
    "chains",
    "incubation",
    "mentor",
    "partners",
    "giver",
    "taker",
    "remote",
)
CHINESE = ("薄弱", "等次", "得分", "结对", "帮扶", "受援", "内部资料", "链式", "孵化", "六好", "基地校", "差异性", "任期", "推动方式")


def ours(html):
    """The page without Leaflet, which has words of its own."""
    return re.sub(r"<(script|style)>/\* Leaflet.*?</\1>", "", html, flags=re.DOTALL)


def data(html):
    return json.loads(re.search(r'<script type="application/json" id="plan-data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_public_page_holds_no_word_and_no_number_of_strength(grid_plan, lang):
    html = map_html(grid_plan, audience="public", lang=lang)
    assert [w for w in CHINESE if w in html] == []
    assert [w for w in WORDS if re.search(rf"(?<![a-z]){w}(?![a-z])", ours(html), re.IGNORECASE)] == []
    assert [s for s in SCORE.values() if str(s + ODD) in html or f"{s + ODD:.2f}" in html or f"{s + ODD:.1f}" in ours(html)] == []
    assert "links" not in data(html)


def test_an_internal_page_is_marked_and_holds_what_the_public_one_lacks(grid_plan):
    html = map_html(grid_plan)
    content = data(html)
    assert content["audience"] == "internal"
    assert "内部资料" in html
    assert len(content["links"]["rows"]["kind"]) == len(grid_plan.links) > 0
    assert "薄弱" in html
    public, internal = page_words("public")["zh"], page_words("internal")["zh"]
    assert set(public) < set(internal)
    assert set(catalogue("map")) <= set(internal)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_links_of_every_form_leave_no_trace_on_a_public_page(grid_plan, lang):
    """No data, no word, no script and no style: all that a public page has is what it would have without links."""
    plan = linked_plan(grid_plan)
    html = map_html(plan, audience="public", lang=lang)
    secrets = (
        "Weibin",
        "Linyou",
        "Teachers",
        "t-9f3a",
        "team_exchange",
        "1.2345",
        "1.23",
        "2026–2028",
        "districtingCurves",
        "districtingInternal",
        "links-section",
    )
    assert [w for w in (*CHINESE, *secrets) if w in ours(html).replace("typeof districtingInternal === 'function') { districtingInternal(page); }", "")] == []
    assert [w for w in WORDS if re.search(rf"(?<![a-z]){w}(?![a-z])", ours(html), re.IGNORECASE)] == []
    assert [k for k in data(html)["words"][lang] if k.startswith("link_")] == []
    internal = map_html(plan, audience="internal", lang=lang)
    assert [w for w in (*CHINESE, *secrets) if w not in internal] == ["t-9f3a", "1.2345"]  # teachers stand in the workbook, and margins are rounded


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_the_same_plan_gives_the_same_bytes(grid_plan, audience):
    assert map_html(grid_plan, audience=audience) == map_html(grid_plan, audience=audience)
    assert compare_html(grid_plan, grid_plan) == compare_html(grid_plan, grid_plan)


def test_names_are_data_and_no_template_runs_them(grid_plan):
    """Text of folium elements is read as a template; a name must not be one."""
    names = ["{{ 6 * 7 }}", "{% raw %}", "{# gone #}", *grid_plan.schools["name"][3:]]
    html = map_html(grid_plan.replace(name="{{ 1 / 0 }}", schools=grid_plan.schools.assign(name=names)))
    assert [s["name"] for s in data(html)["schools"]] == names
    assert data(html)["title"] == "{{ 1 / 0 }}"


def test_explore_gives_a_folium_map_to_add_layers_to(grid_plan):
    import folium

    page = explore(grid_plan)
    assert isinstance(page, folium.Map)
    folium.CircleMarker([30, 120], radius=3).add_to(page)
    assert "circleMarker" in page.get_root().render()


def test_a_page_of_1500_blocks_is_at_most_a_megabyte_and_a_half(grid_plan):
    city = synthetic_city(1500, 40, seed=0)
    near = np.linalg.norm(city.xy[:, None] - city.school_xy[None], axis=2).argmin(axis=1)
    origin = np.array([500_000.0, 3_400_000.0])
    shapes = shapely.transform(city.polygons, lambda xy: xy + origin)
    ids, schools = [f"110101-{i:05d}" for i in range(1500)], [f"s{i}" for i in near]
    blocks = gpd.GeoDataFrame(
        {"block_id": ids, "name": "", "county_code": "110101", "zone_id_primary": [f"P-{s}" for s in schools]}, geometry=shapes, crs=grid_plan.crs
    )
    places = shapely.points(city.school_xy + origin)
    names = [f"s{i}" for i in range(40)]
    plan = type(grid_plan)(
        "城", 2026, "zh", grid_plan.crs,
        blocks=blocks,
        zones=zone_shapes(blocks, blocks["zone_id_primary"].to_numpy(dtype=object), "primary"),
        schools=gpd.GeoDataFrame({"school_id": names, "name": names, "county_code": "110101", "ownership": "public"}, geometry=places, crs=grid_plan.crs),
        zone_schools=blocks[["zone_id_primary"]].rename(columns={"zone_id_primary": "zone_id"}).assign(stage="primary", school_id=schools).drop_duplicates(),
        demand=blocks[["block_id"]].assign(stage="primary", year=2026, pupils=city.demand.astype(float)),
        seats=gpd.pd.DataFrame({"school_id": names, "stage": "primary", "seats": city.capacity.astype(float)}),
        school_stages=gpd.pd.DataFrame({"school_id": names, "stage": "primary", "tier": "", "score": np.nan, "pupils": np.nan}),
    )  # fmt: skip
    assert len(map_html(plan).encode()) <= 1_500_000
