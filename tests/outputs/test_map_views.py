"""Measures in classes, changes, search by sound, reasons, the table of blocks, the sheet and tiles: on one page of the 4 x 4 grid, opened once."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.errors import DataError
from districting.outputs.map import PageOptions, map_html
from districting.outputs.map.content import page_content
from districting.outputs.map.measures import CLASSES, quantile_ends
from districting.outputs.map.search_keys import search_keys
from districting.reading.datum import wgs84_to_gcj02
from tests.outputs.places import centres
from tests.outputs.test_map_page import primary_of

ODD_NAMES = ["重庆路小学", "東風小学", "六安花园", "ＡＢ広场"]


@pytest.fixture(scope="module")
def shown(grid_plan, chromium, tmp_path_factory):
    """One page for all tests of this file: English, and four blocks with names that are read in several ways."""
    names = [*ODD_NAMES, *grid_plan.blocks["name"][4:]]
    file = tmp_path_factory.mktemp("views") / "map.html"
    file.write_text(map_html(grid_plan.replace(blocks=grid_plan.blocks.assign(name=names)), lang="en"), encoding="utf-8")
    context = chromium.new_context(offline=True, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.set_default_timeout(8000)
    page.goto(file.as_uri())
    page.wait_for_selector("#areas[data-drawn]", state="attached")
    yield page
    assert page.errors == []
    context.close()


def look(page, view, time="plan"):
    page.evaluate("([view, time]) => { districting.state.view = view; districting.state.time = time; districting.draw(); }", [view, time])


def measure(page, name, stage="primary"):
    return page.evaluate("([name, stage]) => districting.data.measures.findIndex(m => m.name === name && m.stage === stage)", [name, stage])


@given(st.lists(st.floats(0, 1e5), max_size=60))
def test_classes_rise_hold_every_value_and_none_is_empty_at_the_top(values):
    ends = quantile_ends(values, "metre")
    assert ends == sorted(set(ends))
    assert len(ends) < CLASSES
    assert not ends or max(values) > ends[-1]


def test_classes_of_many_different_values_are_about_as_large_as_each_other():
    ends = quantile_ends(list(range(0, 50_000, 7)), "metre")
    sizes = np.histogram(np.arange(0, 50_000, 7), [-1, *ends, 50_001])[0]
    assert sizes.min() > 0.97 * sizes.max()


def test_every_block_is_in_the_class_of_its_distance_then_and_now(shown, grid_plan):
    content = page_content(grid_plan, "internal", "en")
    here, at = content["unit"]["stage"]["primary"], measure(shown, "distance")
    ends = content["measures"][at]["ends"]
    was = dict(zip(here["was"]["block"], here["was"]["metres"], strict=True))
    for time, metres in (("plan", here["metres"]), ("today", [was.get(u, m) for u, m in enumerate(here["metres"])])):
        found = shown.evaluate("([m, time]) => districting.data.unit.id.map((_, u) => districting.measures[m].at(u, time))", [at, time])
        assert found == [sum(m > e for e in ends) for m in metres]
    assert was


def test_the_distance_of_today_is_measured_to_the_school_of_today(grid_plan):
    here = page_content(grid_plan, "internal", "en")["unit"]["stage"]["primary"]
    was = dict(zip(here["was"]["block"], here["was"]["metres"], strict=True))
    place = dict(zip(grid_plan.schools["school_id"], grid_plan.schools.geometry, strict=True))
    for u, block in enumerate(grid_plan.blocks.itertuples()):
        school = "P3" if block.county_code == "A" else "P4"
        assert was.get(u, here["metres"][u]) == round(block.geometry.centroid.distance(place[school]))


def test_seat_use_of_a_zone_is_its_pupils_by_its_seats(shown, grid_plan):
    look(shown, f"measure:{measure(shown, 'seat_use')}")
    content = page_content(grid_plan, "internal", "en")
    sums = shown.evaluate("(() => { const s = districting.zoneSums('primary'); return [s.load, s.seats, s.today]; })()")
    zones = [z for z in content["zones"]["primary"] if z["id"]]
    assert sums[0][: len(zones)] == [sum(content["schools"][s]["load"]["primary"][0] for s in z["schools"]) for z in zones]
    assert sum(sums[2]) == sum(content["unit"]["stage"]["primary"]["pupils"])
    assert "%" in shown.inner_text("#legend")


def test_the_legend_of_classes_counts_every_block_once_and_says_how_they_were_made(shown, grid_plan):
    for name, rule in (("distance", "Classes"), ("seat_use", "fixed ends")):
        look(shown, f"measure:{measure(shown, name)}")
        legend = shown.inner_text("#legend")
        assert sum(int(n) for n in re.findall(r"\((\d+) blocks", legend)) == len(grid_plan.blocks)
        assert rule in legend


def test_a_block_without_a_distance_is_grey_hatched_and_said_to_be_unknown(grid_plan, open_page):
    """A quarter of the grid has no zone: nothing is known of its way or its seats."""
    bare = grid_plan.blocks.assign(
        zone_id_primary=[None if b in ("b00", "b01") else z for b, z in zip(grid_plan.blocks["block_id"], grid_plan.blocks["zone_id_primary"], strict=True)]
    )
    opened = open_page(map_html(grid_plan.replace(blocks=bare), lang="en"))
    look(opened.page, f"measure:{measure(opened.page, 'distance')}")
    spots = centres(grid_plan)
    assert opened.colour(*spots["b00"]) == "#D5D8D6"
    assert opened.colours(*spots["b00"]) > 1
    assert opened.colours(*spots["b33"]) == 1
    assert "not known (hatched) (2 blocks" in opened.page.inner_text("#legend")


def test_changes_alone_are_coloured_and_say_from_where_to_where(grid_plan, open_page):
    opened = open_page(map_html(grid_plan, lang="en"))
    opened.view("primary")
    opened.page.check("input[value=change]")
    spots, school = centres(grid_plan), primary_of(grid_plan)
    today = {b: "P3" if b[1] in "01" else "P4" for b in school}
    assert {b for b in school if opened.colour(*spots[b]) != "#ECEEEC"} == {b for b in school if school[b] != today[b]}
    moved = next(b for b in school if school[b] != today[b])
    opened.click(*spots[moved])
    assert f"school {today[moved]} → school {school[moved]}" in opened.page.inner_text("#card")
    assert opened.page.locator("#moves button").first.is_visible()
    assert opened.quiet()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        *(
            ("chongqinglu", ODD_NAMES[0]),
            ("cqlxx", ODD_NAMES[0]),
            ("chongql", ODD_NAMES[0]),
            ("zhongqing", ODD_NAMES[0]),
            ("庆路", ODD_NAMES[0]),
            ("慶路", ODD_NAMES[0]),
        ),
        *(("东风", ODD_NAMES[1]), ("東風", ODD_NAMES[1]), ("dongfeng", ODD_NAMES[1]), ("DFXX", ODD_NAMES[1])),
        *(("luan", ODD_NAMES[2]), ("lahy", ODD_NAMES[2]), ("ab", ODD_NAMES[3]), ("ｂ33", "block 3 3")),
    ],
)
def test_a_name_is_found_however_it_is_typed(shown, typed, found):
    assert found in shown.evaluate("typed => districting.findAll(typed).map(h => h.kind === 'block' ? districting.data.unit.name[h.at] : '')", typed)


@pytest.mark.parametrize("typed", ["chongqq", "qxx", "lianx", "东东", "zzz"])
def test_a_name_is_not_found_by_what_it_is_not(shown, typed):
    assert shown.evaluate("typed => districting.findAll(typed).length", typed) == 0


def test_readings_are_stored_once_for_each_character_whatever_the_number_of_names():
    once, often = search_keys(ODD_NAMES), search_keys(ODD_NAMES * 500)
    assert once == often
    assert len(json.dumps(search_keys(chr(c) for c in range(0x4E00, 0x5E00)), ensure_ascii=False).encode()) < 60_000


def test_the_card_says_why_in_words_and_numbers_that_agree_with_the_plan(shown, grid_plan):
    """A block that would rather go to a full school reads its seats; the block itself is named for the command that solves again."""
    from districting.outputs.explained import block_lines
    from districting.planning.explaining import explain_block

    look(shown, "primary")
    far = shown.evaluate("districting.data.unit.stage.primary.far || {block: []}")
    for u in far["block"][:4]:
        block = grid_plan.blocks["block_id"].iloc[u]
        card = shown.evaluate("u => districting.whyLines(u, 'primary')", u)
        told = "\n".join(block_lines(explain_block(grid_plan, block, "primary"), "en"))
        assert card[0] in told
        assert f"--block {block}" in card[-1]
    near = next(u for u in range(16) if u not in far["block"])
    assert shown.evaluate("u => districting.whyLines(u, 'primary')", near)[0] == "It is the nearest school"


def test_the_table_holds_every_block_of_the_map_and_leads_to_it(shown, grid_plan):
    look(shown, "primary")
    shown.evaluate("document.getElementById('rows-box').open = true")
    shown.wait_for_selector("#rows tr >> nth=16")
    assert shown.locator("#rows tr").count() == 1 + len(grid_plan.blocks)
    look(shown, "primary", "change")
    assert shown.locator("#rows tr").count() == 1 + sum(page_content(grid_plan, "internal", "en")["unit"]["stage"]["primary"]["changed"])
    look(shown, "primary")
    shown.focus("#rows button >> nth=5")
    shown.keyboard.press("Enter")
    assert shown.inner_text("#card h2") == grid_plan.blocks["name"].iloc[5]


def test_schools_are_filtered_by_stage_and_role(shown, grid_plan):
    look(shown, "primary")
    count = "document.querySelectorAll('.school').length"
    all_of = {s: int((grid_plan.school_stages["stage"] == s).sum()) for s in ("primary", "junior")}
    assert shown.evaluate(count) == all_of["primary"]
    shown.evaluate("document.getElementById('filter').open = true")
    shown.select_option("#school-stage", "junior")
    assert shown.evaluate(count) == all_of["junior"]
    shown.select_option("#school-stage", "all")
    assert shown.evaluate(count) == len(grid_plan.schools)
    leads = shown.evaluate("districting.shownSchools().filter(i => districting.roleOf(i) === 'lead').length")
    shown.uncheck("#roles input[value=lead]")
    assert shown.evaluate(count) == len(grid_plan.schools) - leads < len(grid_plan.schools)
    shown.check("#roles input[value=lead]")
    shown.select_option("#school-stage", "")


def test_what_the_public_may_not_know_is_no_measure(grid_plan):
    blocks = grid_plan.blocks.assign(quality_access_primary="own", risk_flips_primary=0.25)
    names = {a: {m["name"] for m in page_content(grid_plan.replace(blocks=blocks), a, "zh")["measures"]} for a in ("internal", "public")}
    assert names["internal"] <= {"distance", "pupils", "seat_use", "change", "odds"}
    assert names["public"] == names["internal"] - {"pupils"}
    assert "lenses" not in page_content(grid_plan.replace(blocks=blocks), "public", "zh")


def wiped(pdf_page):
    """How often what was painted is masked by what was cleared later: by an alpha mask that is turned round."""
    found, todo = 0, [pdf_page]
    while todo:
        resources = todo.pop().get("/Resources", {})
        for state in (resources.get("/ExtGState") or {}).values():
            mask = state.get_object().get("/SMask")
            found += hasattr(mask, "get_object") and "/TR" in mask.get_object()
        todo += [x.get_object() for x in (resources.get("/XObject") or {}).values()]
    return found


@pytest.mark.parametrize(("paper", "points"), [("A4", (842, 595)), ("A3", (1191, 842))])
def test_the_sheet_is_the_paper_asked_for_and_nothing_on_it_is_wiped_out(shown, tmp_path, paper, points):
    """A canvas that is cleared while printing would mask everything under it."""
    import pypdf

    look(shown, "primary")
    shown.evaluate("paper => { const p = document.getElementById('paper'); p.value = paper; p.dispatchEvent(new Event('change')); }", paper)
    shown.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True, print_background=True)
    first = pypdf.PdfReader(tmp_path / "sheet.pdf").pages[0]
    assert (round(float(first.mediabox.width)), round(float(first.mediabox.height))) == points
    words = first.extract_text()
    for word in ("Scale about 1:", "Made on: ____", "审图号", "Year of the data: 2026", "Attendance zones, primary"):
        assert word in words
    assert wiped(first) == 0


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
def test_after_printing_the_map_shows_just_what_it_showed_before(shown, width, height):
    was, view = (
        shown.viewport_size,
        "[districting.map.getCenter().lat, districting.map.getCenter().lng, districting.map.getZoom(), districting.map.getSize().x]",
    )
    shown.set_viewport_size({"width": width, "height": height})
    shown.wait_for_function(
        "w => Math.abs(districting.map.getContainer().clientWidth - districting.map.getSize().x) < 1 && districting.map.getSize().x <= w", arg=width
    )
    shown.evaluate("districting.map.setView(districting.map.getCenter(), districting.map.getZoom() + 0.75, { animate: false })")
    before = shown.evaluate(view)
    shown.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert shown.evaluate("districting.map.getSize().x") >= 1038
    shown.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert shown.evaluate(view) == before
    shown.set_viewport_size(was)


def test_date_and_review_number_are_those_given_and_the_bytes_stay_the_same(grid_plan, open_page):
    options = PageOptions(review_number="GS(2026)0001号", made_on="2026-03-01")
    html = map_html(grid_plan, options=options)
    assert html == map_html(grid_plan, options=options)
    opened = open_page(html)
    assert "2026-03-01" in opened.page.inner_text("footer")
    assert "GS(2026)0001号" in opened.page.inner_text("footer")
    recorded = grid_plan.replace(
        provenance=pd.concat([grid_plan.provenance, pd.DataFrame({"part": ["output"], "key": ["review_number"], "value": ["S(2026)7号"]})])
    )
    assert page_content(recorded, "public", "zh")["made"] == {"date": "", "review_number": "S(2026)7号"}
    assert page_content(recorded, "public", "zh", options=options)["made"]["review_number"] == "GS(2026)0001号"


@pytest.mark.parametrize(
    "url", ["tiles/{z}/{x}/{y}.png", "https://tiles.example/{z}/{x}.png", "javascript:{z}{x}{y}", "https://t.example/{z}/{x}/{y}'; script-src *"]
)
def test_an_address_that_is_no_tile_is_refused(url):
    with pytest.raises(DataError):
        PageOptions(tiles=url).check()


def test_a_date_that_is_none_is_refused():
    with pytest.raises(DataError):
        PageOptions(made_on="last spring").check()


def test_tiles_are_the_only_thing_a_page_may_ask_for(grid_plan, open_page):
    url = "https://tiles.example/map/{z}/{x}/{y}.png"
    html = map_html(grid_plan, lang="en", options=PageOptions(tiles=url, tiles_attribution="<b>Survey & Co</b>"))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert "img-src data: blob: https://tiles.example/map/;" in policy
    assert "https:" not in re.search(r'Content-Security-Policy" content="([^"]*)"', map_html(grid_plan))[1]
    assert "tiles" not in page_content(grid_plan, "internal", "en")
    opened = open_page("<!DOCTYPE html><title>empty</title><div id='areas' data-drawn='1'></div>")
    page, asked = opened.page, []
    page.context.route("**/*", lambda route: (asked.append(route.request.url), route.abort()) if route.request.url.startswith("http") else route.continue_())
    file = opened.url.removeprefix("file://")
    with open(file, "w", encoding="utf-8") as out:
        out.write(html)
    page.goto(opened.url)
    page.wait_for_selector("#areas[data-drawn]", state="attached")
    page.wait_for_timeout(200)
    assert asked
    assert all(a.startswith("https://tiles.example/map/") for a in asked)
    assert "<b>Survey & Co</b>" in page.inner_text(".leaflet-control-attribution")
    assert url in page.inner_text("footer")
    before = len(asked)
    page.evaluate("(() => { const i = new Image(); i.src = 'https://elsewhere.example/x.png'; document.body.append(i); })()")
    page.wait_for_timeout(100)
    assert [a for a in asked[before:] if "elsewhere" in a] == []


def test_tiles_in_gcj02_get_a_content_shifted_by_the_same_rule_as_readings(grid_plan):
    """The grid stands on the equator, where nothing is shifted: it is moved to Chongqing first."""
    layers = {name: getattr(grid_plan, name) for name in ("blocks", "zones", "districts", "schools", "links")}
    plan = grid_plan.replace(**{name: layer.set_geometry(layer.geometry.translate(0, 3_270_000)) for name, layer in layers.items()})
    url = "https://t.example/{z}/{x}/{y}"
    plain, moved = (page_content(plan, "internal", "zh", options=PageOptions(tiles=url, tiles_datum=datum)) for datum in ("wgs84", "gcj02"))
    for a, b in [*zip(plain["schools"], moved["schools"], strict=True), *zip(plain["zones"]["primary"], moved["zones"]["primary"], strict=True)]:
        if a["at"]:
            lng, lat = wgs84_to_gcj02(a["at"][1], a["at"][0])
            assert b["at"] == pytest.approx([float(lat), float(lng)], abs=2e-6)
            assert b["at"] != a["at"]
    assert plain["ground"] != moved["ground"]
    assert page_content(plan, "internal", "zh")["schools"] == plain["schools"]
