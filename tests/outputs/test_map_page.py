"""The page in a real browser with the network cut, on the 4 x 4 grid where every answer can be seen."""

from __future__ import annotations

import re

import geopandas as gpd
import pytest
import shapely

from districting.outputs.map import map_html
from districting.outputs.map.content import page_content
from tests.outputs.places import centres

pytestmark = pytest.mark.browser


def expected(plan, stage, of_block):
    """Block id -> the palette colour of its school's zone, from the plan's own tables."""
    content = page_content(plan, "internal", "zh")
    zone_of_school = {plan.schools["school_id"].iloc[s]: z for z in content["zones"][stage] for s in z["schools"]}
    return {b: content["palette"][zone_of_school[s]["colour"]] for b, s in of_block.items()}


def primary_of(plan):
    return dict(zip(plan.blocks["block_id"], plan.blocks["zone_id_primary"].str.removeprefix("P-"), strict=True))


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_asks_for_nothing_but_itself_and_complains_of_nothing(grid_plan, open_page, audience, lang):
    opened = open_page(map_html(grid_plan, audience=audience, lang=lang))
    for view in ("districts", "primary", "junior"):
        opened.view(view)
    assert opened.quiet()
    assert opened.page.evaluate("document.documentElement.lang") == ("zh-CN" if lang == "zh" else "en")
    assert opened.page.title() == f"{grid_plan.name} {grid_plan.year}"
    assert opened.page.locator("meta[name=viewport]").count() >= 1


def test_every_block_is_painted_in_the_colour_of_its_zone_at_every_zoom(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    for stage, prefix in (("primary", "P-"), ("junior", "J-")):
        opened.view(stage)
        school = dict(zip(grid_plan.blocks["block_id"], grid_plan.blocks[f"zone_id_{stage}"].str.removeprefix(prefix), strict=True))
        want = expected(grid_plan, stage, school)
        assert len(set(want.values())) > 1
        for zoom_by in (0, 0.5, -1):
            opened.page.evaluate("by => districting.map.setZoom(districting.map.getZoom() + by, {animate: false})", zoom_by)
            assert {b: opened.colour(*p) for b, p in centres(grid_plan).items()} == want


def test_districts_are_painted_apart_and_as_the_plan_says(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    content = page_content(grid_plan, "internal", "zh")
    colour = {d["id"]: content["palette"][d["colour"]] for d in content["groupings"][0]["districts"]}
    home = grid_plan.districts.set_index("district_id").geometry
    for block, spot, shape in zip(grid_plan.blocks["block_id"], centres(grid_plan).values(), grid_plan.blocks.geometry, strict=True):
        district = home.index[home.contains(shape.centroid)][0]
        assert opened.colour(*spot) == colour[district], block
    assert len(set(colour.values())) == len(grid_plan.districts) > 1


def test_the_switch_to_today_repaints_only_the_blocks_that_move(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    opened.view("primary")
    before = {b: opened.colour(*p) for b, p in centres(grid_plan).items()}
    opened.page.check("input[value=today]")
    after = {b: opened.colour(*p) for b, p in centres(grid_plan).items()}
    school, today = primary_of(grid_plan), {b: "P3" if b[1] in "01" else "P4" for b in before}
    assert after == expected(grid_plan, "primary", today)
    assert {b for b in before if before[b] != after[b]} == {b for b in before if school[b] != today[b]} != set()


def test_blocks_that_change_school_are_hatched_and_no_others(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    opened.view("primary")
    school = primary_of(grid_plan)
    hatched = {b for b, p in centres(grid_plan).items() if opened.colours(*p) > 1}
    assert hatched == {b for b in school if school[b] != ("P3" if b[1] in "01" else "P4")}
    assert "40" in opened.page.inner_text("#legend")  # 8 blocks of 5 entrants
    opened.view("junior")
    assert all(opened.colours(*p) == 1 for p in centres(grid_plan).values())


def test_panning_and_zooming_keep_the_canvas_under_the_map(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    opened.view("primary")
    want = expected(grid_plan, "primary", primary_of(grid_plan))
    opened.page.mouse.move(400, 400)
    opened.page.mouse.down()
    opened.page.mouse.move(490, 350, steps=4)
    opened.page.mouse.up()
    opened.page.mouse.wheel(0, -120)
    opened.page.wait_for_timeout(600)
    shown = {b: p for b, p in centres(grid_plan).items() if 10 < opened.at(*p)[0] < 1010 and 60 < opened.at(*p)[1] < 755}
    assert len(shown) >= 4
    assert {b: opened.colour(*p) for b, p in shown.items()} == {b: want[b] for b in shown}


@pytest.mark.parametrize(("typed", "title"), [("school W", "school W"), ("P3", "school P3"), ("block 2 1", "block 2 1"), ("b33", "block 3 3")])
def test_search_finds_schools_and_blocks_by_name_and_id_and_goes_there(grid_plan, open_page, typed, title):
    opened = open_page(map_html(grid_plan))
    opened.page.fill("#search", typed)
    opened.page.click("#found button")
    assert title in opened.page.inner_text("#card h2")
    x, y = {"school W": (150, 150), "school P3": (50, 50), "block 2 1": (250, 150), "block 3 3": (350, 350)}[title]
    spot = gpd.GeoSeries([shapely.Point(x, y)], crs=grid_plan.crs).to_crs(4326).iloc[0]
    box = opened.page.evaluate("(() => { const c = districting.map.getCenter(); return [c.lng, c.lat]; })()")
    assert box == pytest.approx([spot.x, spot.y], abs=1e-5)
    opened.page.fill("#search", "nobody")
    assert opened.page.inner_text("#found") == "没有找到"
    assert opened.quiet()


@pytest.mark.parametrize(
    ("keys", "title"), [(["Enter"], "school P1"), (["ArrowDown", "Enter"], "school P1"), (["ArrowDown", "ArrowDown", "Enter"], "school P2")]
)
def test_the_search_is_answered_from_the_keyboard(grid_plan, open_page, keys, title):
    opened = open_page(map_html(grid_plan))
    opened.page.fill("#search", "school P")
    for key in keys:
        opened.page.keyboard.press(key)
    opened.page.wait_for_selector("#card:not([hidden])")
    assert opened.page.inner_text("#card h2") == title
    assert opened.quiet()


def test_the_arrows_lead_back_to_the_field_and_escape_clears_it(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    opened.page.fill("#search", "school P")
    for key in ("ArrowDown", "ArrowUp"):
        opened.page.keyboard.press(key)
    assert opened.page.evaluate("document.activeElement.id") == "search"
    opened.page.keyboard.press("Escape")
    assert opened.page.input_value("#search") == ""
    assert opened.page.inner_text("#found") == ""


@pytest.mark.parametrize("zoom", [0, -2])
def test_schools_look_as_in_the_legend_at_every_zoom_and_stay_legible(grid_plan, open_page, zoom):
    opened = open_page(map_html(grid_plan))
    for view in ("districts", "primary"):
        opened.view(view)
        opened.page.evaluate("by => districting.map.setZoom(districting.map.getZoom() + by, { animate: false })", zoom)
        look = """(where) => [...new Set([...document.querySelectorAll(where)].map(e => {
          const c = getComputedStyle(e), disc = e.classList.contains('disc');
          return [e.textContent, c.color, c.backgroundColor, disc ? c.width + c.height + c.boxShadow : c.fontSize].join(' | ');
        }))].sort()"""
        marks, legend = opened.page.evaluate(look, ".school .sign"), opened.page.evaluate(look, "#legend .sign")
        assert marks
        assert set(marks) <= set(legend)
        discs = opened.page.evaluate("[...document.querySelectorAll('.school .disc')].map(e => [e.offsetWidth, getComputedStyle(e).boxShadow])")
        assert discs
        assert all(width >= 8 and "255, 255, 255" in rim for width, rim in discs)


def test_a_finger_gets_the_card_alone_and_a_mouse_its_tip_again(grid_plan, open_page):
    opened = open_page(map_html(grid_plan), 390, 844, has_touch=True, is_mobile=True)
    opened.view("primary")
    opened.page.touchscreen.tap(*opened.at(*centres(grid_plan)["b01"]))
    opened.page.wait_for_selector("#card:not([hidden])")
    assert "b01" in opened.page.inner_text("#card")
    assert opened.page.is_hidden("#tip")
    opened.page.wait_for_timeout(100)
    card = opened.page.locator("#card").bounding_box()
    assert 0 <= card["y"] < 844
    opened.page.locator(".school").first.dispatch_event("mouseover")
    assert opened.page.is_hidden("#tip")
    assert opened.quiet()


@pytest.mark.parametrize("name", ["Baltimore SW 2017 elementary redistricting", "示范市中心城区义务教育学校学区划分调整方案"])
@pytest.mark.parametrize("audience", ["internal", "public"])
def test_the_title_is_whole_on_a_telephone(grid_plan, open_page, name, audience):
    opened = open_page(map_html(grid_plan.replace(name=name), audience=audience, lang="en"), 390, 844)
    fits = opened.page.evaluate(
        "(() => { const h = document.getElementById('title'); return [h.scrollWidth <= h.clientWidth, h.scrollHeight <= h.clientHeight + 1, h.offsetHeight <= 46]; })()"
    )
    assert fits == [True, True, True]


def test_the_language_button_turns_every_sentence(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    for view in ("districts", "primary"):
        opened.view(view)
        opened.click(*centres(grid_plan)["b00"])
        opened.page.click("#lang")
        said = opened.page.inner_text("#side").replace("审图号", "")
        for name in grid_plan.districts["name"]:  # the plan's own names are not translated
            said = said.replace(name, "")
        assert not re.search(r"[\u4e00-\u9fff]", said)
        assert opened.page.evaluate("document.documentElement.lang") == "en"
        english = opened.page.locator("[data-word]").all_text_contents()
        opened.page.click("#lang")
        chinese = opened.page.locator("[data-word]").all_text_contents()
        assert len(english) >= 6
        assert all(a != b for a, b in zip(english, chinese, strict=True))


def test_a_tooltip_follows_the_mouse_and_a_click_opens_the_card(grid_plan, open_page):
    opened = open_page(map_html(grid_plan, lang="en"))
    opened.view("primary")
    opened.page.mouse.move(*opened.at(*centres(grid_plan)["b10"]))
    tip = opened.page.inner_text("#tip")
    assert "block 1 0" in tip
    assert "school P3" in tip
    opened.page.mouse.move(5, 300, steps=5)
    assert opened.page.is_hidden("#tip")
    opened.click(*centres(grid_plan)["b01"])
    opened.page.wait_for_selector("#card:not([hidden])")
    card = opened.page.inner_text("#card")
    assert "b01" in card
    assert "school P3" in card
    assert "It is the nearest school" in card
    opened.view("districts")
    opened.page.click(".school >> nth=0")
    assert "school" in opened.page.inner_text("#card h2")


def test_a_row_of_the_list_zooms_to_its_district(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    wide = opened.page.evaluate("districting.map.getZoom()")
    assert opened.page.locator("#list button").count() == len(grid_plan.districts)
    opened.page.click("#list button >> nth=0")
    assert opened.page.evaluate("districting.map.getZoom()") >= wide
    west, south, east, north = grid_plan.districts.iloc[[0]].to_crs(4326).total_bounds
    shown = opened.page.evaluate("(() => { const b = districting.map.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; })()")
    assert shown[0] <= west < east <= shown[2]
    assert shown[1] <= south < north <= shown[3]


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 768), (1920, 1080)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_sticks_out_of_the_screen(grid_plan, open_page, width, height, lang):
    opened = open_page(map_html(grid_plan, lang=lang), width, height)
    for view in ("districts", "primary"):
        opened.view(view)
        opened.click(*centres(grid_plan)["b11"])
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        wide = "[...document.querySelectorAll('#bar *, #side *')].filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))"
        assert opened.page.evaluate(wide) == []
        assert opened.page.evaluate("document.getElementById('side').scrollWidth <= document.getElementById('side').clientWidth")


def test_the_keyboard_reaches_every_control(grid_plan, open_page):
    opened = open_page(map_html(grid_plan))
    opened.view("primary")
    opened.page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(12):
        opened.page.keyboard.press("Tab")
        reached.append(opened.page.evaluate("document.activeElement.id || document.activeElement.value"))
    assert reached[:2] == ["lang", "view"]
    assert {"schools", "links", "search"} <= set(reached)
    assert opened.page.evaluate("[...document.querySelectorAll('input, select')].every(e => e.labels.length === 1)")
    assert opened.page.locator("[role=region][aria-label]").count() == 1


HOSTILE = [
    "</script><script>window.hacked=1</script>",
    "\"quoted\" & 'single'",
    "<img src=x onerror=window.hacked=1>",
    "مدرسة النور",
    "学校🏫👩‍🏫",
    "长" * 200,
    "a\u2028b",
    "${1}{{x}}",
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_breaks_the_page_or_runs_in_it(grid_plan, open_page, lang):
    plan = grid_plan.replace(
        name=HOSTILE[0], schools=grid_plan.schools.assign(name=HOSTILE), blocks=grid_plan.blocks.assign(name=[HOSTILE[i % 8] for i in range(16)])
    )
    opened = open_page(map_html(plan, lang=lang), 390, 844)
    for view in ("districts", "primary"):
        opened.view(view)
        opened.click(*centres(plan)["b02"])
    opened.page.fill("#search", "<")
    assert opened.page.locator("#found button").count() > 0
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.inner_text("#title") == HOSTILE[0]
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.page.evaluate("districting.data.schools.map(s => s.name)") == HOSTILE
    assert opened.quiet()


def without(plan, *tables):
    return plan.replace(**{t: getattr(plan, t).iloc[:0] for t in tables})


def variants(plan):
    """Name -> plans that lack something, each of which some command makes."""
    zones = ["zone_id_primary", "zone_id_junior"]
    no_zones = without(plan, "zones", "zone_schools", "today", "demand", "seats").replace(blocks=plan.blocks.drop(columns=zones))
    one = plan.replace(
        blocks=plan.blocks.drop(columns="zone_id_junior"), **{t: getattr(plan, t)[getattr(plan, t)["stage"] != "junior"] for t in ("zones", "zone_schools")}
    )
    return {
        "districts of cells": no_zones.replace(blocks=plan.blocks.iloc[:0]),
        "districts beside blocks": no_zones,
        "no districts": without(plan, "districts", "memberships", "links"),
        "no today": without(plan, "today"),
        "one stage": one,
        "no backdrop": without(plan, "backdrop"),
        "no findings": without(plan, "findings", "coverage"),
        "only pairs": without(no_zones, "districts", "memberships"),
        "only schools": without(no_zones, "districts", "memberships", "links", "blocks", "backdrop"),
    }


@pytest.mark.parametrize(
    "kind",
    ["districts of cells", "districts beside blocks", "no districts", "no today", "one stage", "no backdrop", "no findings", "only pairs", "only schools"],
)
def test_a_plan_that_lacks_something_opens_all_the_same(grid_plan, open_page, kind):
    opened = open_page(map_html(variants(grid_plan)[kind]))
    for view in opened.page.evaluate("[...document.querySelectorAll('#view option')].map(o => o.value)"):
        opened.view("districts" if view.startswith("grouping") else view)
        opened.click(*centres(grid_plan)["b11"])
    assert opened.page.locator(".school").count() > 0
    opened.page.click("#lang")
    assert opened.quiet()


def test_a_block_too_small_to_draw_does_not_blow_up_the_view(grid_plan, open_page):
    """The real world has blocks of a few square centimetres: they are listed and have no shape on the page."""
    sliver = shapely.box(0, 0, 0.001, 0.001)
    shapes = [sliver if b == "b33" else g for b, g in zip(grid_plan.blocks["block_id"], grid_plan.blocks.geometry, strict=True)]
    opened = open_page(map_html(grid_plan.replace(blocks=grid_plan.blocks.set_geometry(gpd.GeoSeries(shapes, crs=grid_plan.crs)))))
    assert opened.page.evaluate("districting.map.getZoom()") > 14
    assert opened.quiet()


def test_the_printed_page_shows_map_legend_and_list(grid_plan, open_page, tmp_path):
    opened = open_page(map_html(grid_plan, lang="en"))
    file = tmp_path / "page.pdf"
    opened.page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    assert file.read_bytes().startswith(b"%PDF")
    assert opened.quiet()
