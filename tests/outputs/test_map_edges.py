"""Accessibility by axe-core, and plans at the edge: many districts, one, one in pieces, hostile names, a slow machine."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe

from districting.outputs.map import map_html
from tests.outputs.places import centres

HOSTILE = [
    "\"a\" 'b' `c`",
    "</script><!--<script>",
    "🏫" * 30,
    "مدرسة النور ‮abc",
    "x" * 200,
    "=cmd|' /C calc'!A0",
    "a\u0000b\ud7ff".replace("\u0000", ""),
    "‏{{7*7}}${1}",
]


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_axe_finds_nothing_at_all_with_everything_unfolded_in_either_language(grid_plan, open_page, audience):
    opened = open_page(map_html(grid_plan, audience=audience, lang="zh"))
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    opened.page.fill("#search", "school")
    bad = []
    for view in ("districts", "primary", "measure:0"):
        opened.view(view)
        opened.click(*centres(grid_plan)["b11"])
        if view == "primary":
            opened.page.click("#lang")
            assert opened.page.evaluate("document.documentElement.lang") == "en"
        found = Axe().run(opened.page).response
        assert len(found["passes"]) > 20
        bad += [(view, v["id"], v["nodes"][0]["html"][:120], v["nodes"][0].get("failureSummary", "")[:200]) for v in found["violations"]]
    assert bad == []


def layered(plan, districts):
    """The plan with other districts: rows of (id, name, shape), the first holding all schools."""
    layer = plan.districts.iloc[[0] * len(districts)].assign(
        district_id=[d for d, _, _ in districts], name=[n for _, n, _ in districts], parent_id="", geometry=[s for _, _, s in districts]
    )
    members = plan.memberships.assign(district_id=districts[0][0])
    return plan.replace(districts=gpd.GeoDataFrame(layer, geometry="geometry", crs=plan.crs).reset_index(drop=True), memberships=members)


def strips(plan, count):
    west, south, east, north = plan.blocks.total_bounds
    xs = np.linspace(west, east, count + 1)
    return [shapely.box(a, south, b, north) for a, b in pairwise(xs)]


def in_three_parts(plan):
    parts = strips(plan, 5)
    return [("A", "in parts", shapely.MultiPolygon([parts[0], parts[2], parts[4]])), ("B", "between", shapely.MultiPolygon([parts[1], parts[3]]))]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
@pytest.mark.parametrize("kind", ["sixty", "one", "parts"])
def test_districts_of_every_number_and_shape_are_numbered_without_collision(grid_plan, open_page, kind, width, height):
    rows = {
        "sixty": [(f"D{i}", f"学区{i}" + "长" * (i % 7) * 9, s) for i, s in enumerate(strips(grid_plan, 60))],
        "one": [("D", "the only one", strips(grid_plan, 1)[0])],
        "parts": in_three_parts(grid_plan),
    }[kind]
    opened = open_page(map_html(layered(grid_plan, rows)), width, height)
    assert opened.page.locator("#list button").count() == len(rows)
    boxes = opened.page.evaluate(
        "[...document.querySelectorAll('.place')].map(e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; })"
    )
    assert boxes
    assert all(a[2] <= b[0] + 0.6 or b[2] <= a[0] + 0.6 or a[3] <= b[1] + 0.6 or b[3] <= a[1] + 0.6 for i, a in enumerate(boxes) for b in boxes[:i])
    assert len(boxes) == len(rows) or opened.page.evaluate("districting.allNumbered") is False
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.quiet()


def test_neighbours_never_share_a_colour_among_sixty_districts(grid_plan):
    from districting.outputs.map.content import page_content

    rows = [(f"D{i}", "", s) for i, s in enumerate(strips(grid_plan, 60))]
    colours = [d["colour"] for d in page_content(layered(grid_plan, rows), "public", "zh")["groupings"][0]["districts"]]
    assert all(a != b for a, b in pairwise(colours))


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_hostile_names_are_text_everywhere_and_the_layout_holds(grid_plan, open_page, width, height):
    plan = grid_plan.replace(
        name=HOSTILE[1],
        schools=grid_plan.schools.assign(name=HOSTILE),
        blocks=grid_plan.blocks.assign(name=[HOSTILE[i % 8] for i in range(16)]),
        districts=grid_plan.districts.assign(name=[HOSTILE[i % 8] for i in range(len(grid_plan.districts))]),
    )
    opened = open_page(map_html(plan, lang="en"), width, height)
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for view in ("districts", "primary", "measure:0"):
        opened.view(view)
        for block in ("b01", "b20"):
            opened.click(*centres(plan)[block])
            side = "(() => { const s = document.getElementById('side'); return s.scrollWidth <= s.clientWidth; })()"
            assert opened.page.evaluate(side)
            wide = "[...document.querySelectorAll('#bar *, #side *')].filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))"
            assert opened.page.evaluate(wide) == []
    for name in HOSTILE:
        assert opened.page.evaluate("typed => districting.findAll(typed).length", name) > 0
    assert opened.page.evaluate("document.querySelectorAll('#side script, #side img').length") == 0
    assert opened.quiet()


def test_a_machine_four_times_slower_still_answers(grid_plan, open_page):
    """No clock: the page must stay right under the slowdown, not fast."""
    opened = open_page(map_html(grid_plan, lang="en"))
    opened.page.context.new_cdp_session(opened.page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    opened.view("primary")
    opened.page.fill("#search", "school P3")
    opened.page.keyboard.press("Enter")
    assert opened.page.inner_text("#card h2") == "school P3"
    opened.page.check("input[value=change]")
    assert opened.page.locator("#moves button").count() > 0
    assert opened.quiet()


def test_the_keyboard_alone_reaches_a_block_and_its_reasons(grid_plan, open_page):
    opened = open_page(map_html(grid_plan, lang="en"))
    opened.view("primary")
    opened.page.focus("#rows-title")
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector("#rows button")
    for _ in range(4):
        opened.page.keyboard.press("Tab")
        if opened.page.evaluate("document.activeElement.className") == "cell":
            break
    opened.page.keyboard.press("Enter")
    assert "why this school" in opened.page.inner_text("#card")
    assert opened.page.evaluate("document.activeElement.className") == "cell"
    assert opened.quiet()
