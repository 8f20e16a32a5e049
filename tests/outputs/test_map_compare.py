"""The page of a comparison: plans side by side, checked on the grid that is known by heart."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import districting as dt
from districting.errors import DataError
from districting.outputs.finding_words import shown_difference, shown_value
from districting.outputs.geopackage import write_plan
from districting.outputs.map import compare_html
from districting.outputs.map.compare_content import compare_content, same_ground
from districting.planning import plan_from_assignment
from tests.cli.test_commands import call
from tests.outputs.places import centres
from tests.outputs.test_map_edges import HOSTILE
from tests.outputs.test_map_page import primary_of, variants, without

SPOT = """([k, lng, lat]) => {
  const m = districting.maps[k].map, c = m.getContainer().querySelector('canvas[id^=areas]'), r = c.getBoundingClientRect(), f = m.getContainer().getBoundingClientRect();
  const p = m.latLngToContainerPoint([lat, lng]), by = c.width / r.width;
  const d = c.getContext('2d').getImageData(Math.round((p.x + f.x - r.x) * by) - 7, Math.round((p.y + f.y - r.y) * by) - 7, 15, 15).data, count = {};
  for (let i = 0; i < d.length; i += 4) { const k = [d[i], d[i + 1], d[i + 2]].join(); count[k] = (count[k] || 0) + 1; }
  const all = Object.keys(count).sort((a, b) => count[b] - count[a]);
  return [all[0], all.length];
}"""
VIEWS = "districting.maps.map(m => [m.map.getCenter().lat, m.map.getCenter().lng, m.map.getZoom()])"


@pytest.fixture(scope="module")
def moved(grid_plan):
    """In plan B b10 goes to P4 instead of P3, and b21 to P1 instead of its own; it knows no juniors and no districts."""
    school = primary_of(grid_plan)
    plan = variants(plan_from_assignment(grid_plan, school | {"b10": "P4", "b21": "P1"}, "primary"))["one stage"]
    return without(plan, "districts", "memberships", "links").replace(name="乙案")


@pytest.fixture(scope="module")
def pair(grid_plan, moved, chromium, tmp_path_factory):
    """One page for the tests that only look and click."""
    file = tmp_path_factory.mktemp("compare") / "page.html"
    file.write_text(compare_html(grid_plan, moved), encoding="utf-8")
    context = chromium.new_context(offline=True, viewport={"width": 1366, "height": 768})
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("request", lambda r: wrong.append(r.url) if r.url != file.as_uri() else None)
    page.set_default_timeout(8000)
    page.goto(file.as_uri())
    page.wait_for_selector("#areas[data-drawn]", state="attached")
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def page(pair):
    """The page as it opens: whole map, primary zones, Chinese."""
    pair.reload()
    pair.wait_for_selector("#areas-1[data-drawn]", state="attached")
    return pair


def place(page, k, lng, lat):
    script = "([k, x, y]) => { const m = districting.maps[k].map, p = m.latLngToContainerPoint([y, x]), b = m.getContainer().getBoundingClientRect(); return [p.x + b.x, p.y + b.y]; }"
    return page.evaluate(script, [k, lng, lat])


def test_each_canvas_shows_its_plan_in_the_colours_of_the_schools_and_both_hatch_what_differs(page, grid_plan):
    spots, school = centres(grid_plan), primary_of(grid_plan)
    seen = {k: {b: page.evaluate(SPOT, [k, *spots[b]]) for b in spots} for k in (0, 1)}
    for k in (0, 1):
        assert {b for b in spots if seen[k][b][1] > 1} == {"b10", "b21"}
    of = {school[b]: seen[0][b][0] for b in spots if b not in ("b10", "b21")}
    assert len(set(of.values())) == 4
    assert {b: seen[0][b][0] for b in spots} == {b: of[s] for b, s in school.items()}
    assert {b: seen[1][b][0] for b in spots} == {b: of[s] for b, s in (school | {"b10": "P4", "b21": "P1"}).items()}
    page.uncheck("#hatch")
    assert page.evaluate(SPOT, [1, *spots["b10"]])[1] == 1
    above = "districting.maps.map(m => [...m.map.getContainer().querySelectorAll('.leaflet-overlay-pane canvas')].map(c => c.id.startsWith('areas')))"
    assert page.evaluate(above) == [[True, False]] * 2  # the schools' canvas lies on the areas


def test_both_maps_are_drawn_from_one_ground(grid_plan, moved):
    html = compare_html(grid_plan, moved)
    assert html.count('"format":"arcs-2"') == 1
    assert compare_html(grid_plan, moved) == html


@pytest.mark.parametrize("lead", [0, 1])
def test_whichever_map_is_moved_or_zoomed_the_other_shows_the_same_and_then_both_rest(page, lead):
    before = page.evaluate(VIEWS)
    page.evaluate("k => districting.maps[k].map.setZoom(districting.maps[k].map.getZoom() + 1)", lead)
    x, y = place(page, lead, *page.evaluate("(() => { const c = districting.map.getCenter(); return [c.lng, c.lat]; })()"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y + 30, steps=4)
    held = page.evaluate(VIEWS)
    page.mouse.up()
    assert np.allclose(held[0], held[1], atol=2e-5)
    for _ in range(60):  # the thrown map glides on for a while
        if page.evaluate(f"'' + {VIEWS}[0] === '' + {VIEWS}[1]"):
            break
        page.wait_for_timeout(50)
    after = page.evaluate(VIEWS)
    page.wait_for_timeout(100)
    assert page.evaluate(VIEWS) == after
    assert after[0][2] == before[0][2] + 1
    assert after[0][:2] != before[0][:2]
    page.click("#whole")
    assert page.evaluate(VIEWS)[0] == page.evaluate(VIEWS)[1]


def test_who_moves_is_what_compare_plans_counts_and_a_press_goes_there(page, grid_plan, moved):
    rows = dt.compare_plans(grid_plan, moved)
    pupils = rows.loc[rows["measure"] == "pupils_differing", "b"].iloc[0]
    moves = page.evaluate("districting.moves.map(m => [m.pupils, m.units.map(u => districting.data.unit.id[u])])")
    assert sum(p for p, _ in moves) == pupils == 10
    assert sorted(b for _, blocks in moves for b in blocks) == ["b10", "b21"]
    assert "10名学生，2个地块" in page.inner_text("#moves-title")
    row = page.locator("#moves button", has_text="school P3 → school P4")
    row.focus()
    page.keyboard.press("Enter")
    assert row.get_attribute("aria-pressed") == "true"
    assert page.evaluate(VIEWS)[0] == page.evaluate(VIEWS)[1]
    spots = centres(grid_plan)
    assert [page.evaluate(SPOT, [k, *spots["b10"]])[1] > 1 for k in (0, 1)] == [True, True]
    assert page.evaluate("districting.marked.reduce((a, b) => a + b)") == 1
    page.keyboard.press("Enter")
    assert page.evaluate("districting.marked.reduce((a, b) => a + b)") == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_of_findings_is_that_of_the_terminal(page, grid_plan, moved, lang):
    if lang == "en":
        page.click("#lang")
        assert page.evaluate("document.documentElement.lang") == "en"
    page.evaluate("document.getElementById('other').open = true")
    page.wait_for_selector("#other-findings tbody tr")
    cells = "[...document.querySelectorAll('#findings tbody tr, #other-findings tbody tr')].map(r => [...r.cells].slice(1).map(c => c.textContent.trim()))"
    verdicts = {"zh": {"better": "改善", "worse": "变差", "same": "持平", "": ""}, "en": {"better": "better", "worse": "worse", "same": "same", "": ""}}[lang]
    wanted = []
    for r in dt.compare_plans(grid_plan, moved).to_dict(orient="records"):
        a, b, difference = *(shown_value(r[c], r["unit"]) for c in ("a", "b")), shown_difference(r["difference"], r["unit"], lang)
        wanted.append([a or "—", b or "—", f"{difference} {verdicts[r['verdict']]}".strip()])
    assert sorted(page.evaluate(cells)) == sorted(wanted)
    assert page.locator("#findings tbody tr").count() > 3


def test_a_click_on_either_map_tells_the_school_under_every_plan(page, grid_plan):
    for k in (0, 1):
        page.mouse.click(*place(page, k, *centres(grid_plan)["b10"]))
        lines = page.evaluate("[...document.querySelectorAll('#card tr')].map(r => [...r.cells].map(c => c.textContent))")
        assert lines[0][1:] == ["方案甲", "方案乙"]
        assert lines[1] == ["小学学校", "school P3", "school P4"]
        assert [lines[3][0], lines[3][2]] == ["初中学校", "—"]
        assert page.locator("#card td.differs").first.inner_text() == "school P4"
        page.evaluate("districting.shown = null; districting.drawCard()")


def test_seats_stand_side_by_side_zone_by_zone(page, grid_plan):
    rows = page.evaluate("[...document.querySelectorAll('#seats tbody tr')].map(r => [...r.cells].map(c => c.textContent))")
    found = {re.search(r"P\d", r[0]).group(): r[1:] for r in rows}
    assert len(found) == 4
    assert {s: cells[0] for s, cells in found.items()} == dict.fromkeys(found, "20人/25位 80.0%")
    assert found["P3"][1] != found["P3"][0]
    assert found["P4"][1].startswith("25人/25位") or found["P4"][1].startswith("20人/25位")


def test_a_stage_or_scheme_that_a_plan_lacks_is_said_and_its_map_is_plain(page, grid_plan):
    page.select_option("#view", label="初中招生片区")
    assert "此方案没有这一项" in page.inner_text(".pane:nth-child(2) h2")
    spots = centres(grid_plan)
    assert len({page.evaluate(SPOT, [1, *spots[b]])[0] for b in spots}) == 1
    assert page.inner_text("#moves") == "没有不同。"


def test_the_keyboard_alone_finds_a_block_and_moves_the_maps(page):
    page.focus("#search")
    page.keyboard.type("b10")
    page.keyboard.press("Enter")
    assert "school P4" in page.inner_text("#card")
    page.focus("#rows-box summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#rows tbody tr")
    assert page.locator("#rows tbody tr").count() == 2
    page.focus("#rows tbody button")
    page.keyboard.press("Enter")
    assert page.locator("#card td.differs").count() > 0
    assert page.evaluate("districting.maps.map(m => m.map.getContainer().tabIndex)") == [0, 0]


def test_maps_on_paper_are_as_large_whatever_the_window_and_the_view_comes_back(page):
    sizes = []
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("w => districting.map.getSize().x === districting.map.getContainer().clientWidth && districting.map.getSize().x <= w", arg=width)
        page.evaluate("districting.map.setZoom(districting.map.getZoom() + 0.75, { animate: false })")
        before = page.evaluate(VIEWS)
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        sizes.append(page.evaluate("districting.maps.map(m => [m.map.getSize().x, m.map.getSize().y])"))
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.evaluate(VIEWS)[0] == before[0]
    assert sizes[0] == sizes[1]
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_axe_finds_nothing_and_everything_fits(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; }); districting.showUnit(4);")
    page.fill("#search", "school")
    found = Axe().run(page).response
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    boxes = page.evaluate("districting.maps.map(m => { const b = m.map.getContainer().getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })")
    assert boxes[0][2:] == pytest.approx(boxes[1][2:], abs=1)
    assert boxes[0][0] == boxes[1][0] if size[0] < 760 else boxes[0][1] == boxes[1][1]
    page.set_viewport_size({"width": 1366, "height": 768})


def test_four_plans_of_hostile_names_stand_side_by_side_and_a_pair_can_be_chosen(grid_plan, moved, open_page, tmp_path):
    from pypdf import PdfReader

    odd = grid_plan.replace(
        name=HOSTILE[1],
        schools=grid_plan.schools.assign(name=HOSTILE),
        blocks=grid_plan.blocks.assign(name=[HOSTILE[i % 8] for i in range(16)]).iloc[::-1].reset_index(drop=True),
    )
    opened = open_page(compare_html(odd, moved, grid_plan, moved.replace(name=HOSTILE[4]), lang="en"))
    page = opened.page
    assert page.locator(".pane").count() == 4
    assert page.evaluate("document.querySelectorAll('#side script, #side img, .pane script').length") == 0
    assert HOSTILE[1] in page.inner_text(".pane:nth-child(1) h2")
    assert page.locator("#moves li.head").count() == 2  # the third plan is the first with its blocks in another order
    page.select_option("#pair", label="Plan A and Plan C")
    assert page.inner_text("#moves") == "Nothing differs."
    assert len(set(map(str, page.evaluate(VIEWS)))) == 1
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    first = PdfReader(tmp_path / "page.pdf").pages[0]
    assert [round(float(v)) for v in first.mediabox[2:]] == [842, 595]
    assert "Hatched" in first.extract_text()
    assert page.evaluate("!document.body.classList.contains('paper')")
    assert opened.quiet()


def test_plans_without_blocks_are_compared_over_the_ground_their_districts_cut_out(grid_plan, open_page):
    bare = variants(grid_plan)["districts beside blocks"]
    bare = bare.replace(blocks=bare.blocks.iloc[:0])
    opened = open_page(compare_html(bare, bare))
    assert opened.page.evaluate("districting.data.unit.kind") == "district"
    assert opened.page.inner_text("#moves") == "没有不同。"
    opened.page.mouse.click(*place(opened.page, 1, *centres(grid_plan)["b11"]))
    assert opened.page.is_visible("#card")
    assert opened.quiet()


def test_a_district_is_matched_by_ground_and_one_that_shares_less_stands_alone():
    """District 0 of B takes most of A's 1; district 1 of B is the rest of A's 1 and none of A's 0 but a hectare."""
    first, other, area = np.array([0, 0, 1, 1, 1, -1]), np.array([2, 1, 0, 0, 1, 1]), np.array([9.0, 1.0, 5.0, 5.0, 3.0, 99.0])
    assert same_ground(first, other, area, 3).tolist() == [1, -1, 0]


def test_plans_of_other_blocks_or_too_many_plans_are_refused(grid_plan, moved):
    short = grid_plan.replace(blocks=grid_plan.blocks.iloc[1:].reset_index(drop=True))
    with pytest.raises(DataError, match="b00"):
        compare_html(grid_plan, moved, short)
    with pytest.raises(DataError, match="4"):
        compare_html(*[grid_plan] * 5)


def test_pupils_and_schools_of_a_plan_in_another_order_are_those_of_the_same_blocks(grid_plan, moved):
    turned = moved.replace(blocks=moved.blocks.iloc[::-1].reset_index(drop=True))
    rows = [dt.compare_plans(grid_plan, moved)]
    one, other = (compare_content((grid_plan, plan), rows, "zh")["views"][0]["plans"][1] for plan in (moved, turned))
    assert json.dumps([one["of"], one["school"], one["metres"]]) == json.dumps([other["of"], other["school"], other["metres"]])


def test_the_command_compares_three_plans_and_its_rows_stay_what_they_were(grid_plan, moved, tmp_path):
    files = [tmp_path / f"{name}.gpkg" for name in ("a", "b", "a")]
    write_plan(grid_plan, files[0])
    write_plan(moved, files[1])
    target = tmp_path / "page.html"
    three = call("compare", *files, "-o", target, "--json")
    assert three.exit_code == 0, three.output
    told = json.loads(three.stdout)
    rows = dt.compare_plans(grid_plan, moved)
    assert [list(row) for row in told["comparison"]] == [list(rows.columns)] * len(rows)
    assert [row["verdict"] for row in told["comparison"]] == rows["verdict"].tolist()
    assert [row["b"] for row in told["more"][0]["comparison"] if row["measure"] == "pupils_differing"] == [0.0, 0.0]
    assert "a.gpkg (plan C) against a.gpkg" in three.stderr
    assert "districtingCompare(" in target.read_text("utf-8")
    assert call("compare", *[files[0]] * 5).exit_code == 4
