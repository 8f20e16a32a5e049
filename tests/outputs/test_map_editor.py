"""The what-if editor of the page in a real browser with the network cut, on the 4 x 4 grid: blocks of 5 pupils, quarters of 20, 25 seats a school."""

from __future__ import annotations

import io
import json
import re
from importlib import resources

import pandas as pd
import pytest

from districting.outputs.map import map_html
from districting.wording import catalogue
from tests.outputs.conftest import _OWN, Opened
from tests.outputs.test_map_page import centres

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def html(grid_plan):
    return map_html(grid_plan)


@pytest.fixture(scope="module")
def opened_once(html, chromium, tmp_path_factory):
    """One page for all tests of this file; each begins on it anew."""
    file = tmp_path_factory.mktemp("editor") / "map.html"
    file.write_text(html, encoding="utf-8")
    context = chromium.new_context(offline=True, viewport={"width": 1366, "height": 768})
    found = Opened(context.new_page(), file.as_uri())
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    found.page.on("console", lambda message: found.errors.append(message.text) if message.type in ("error", "warning") and _OWN not in message.text else None)
    found.page.set_default_timeout(5000)
    found.page.goto(found.url)
    yield found
    context.close()


def begin(opened, stage="primary"):
    opened.page.reload()
    opened.view(stage)
    opened.page.keyboard.press("Escape")
    opened.page.click("#edit")


@pytest.fixture
def editor(opened_once):
    """The editor of the primary zones, with nothing kept in the browser."""
    opened_once.page.set_viewport_size({"width": 1366, "height": 768})
    opened_once.page.evaluate("localStorage.clear()")
    begin(opened_once)
    yield opened_once
    assert opened_once.errors == []


def pick(editor, plan, *blocks):
    """Clicks blocks on the map, all but the first with Shift."""
    for n, block in enumerate(blocks):
        if n:
            editor.page.keyboard.down("Shift")
        editor.click(*centres(plan)[block])
        editor.page.keyboard.up("Shift")


def status(editor):
    return editor.page.inner_text("#editor-status")


def zone_of(editor, plan):
    """Block id -> zone id in the scenario."""
    ids = editor.page.evaluate("Array.from(districting.editor.s.zoneOf('primary'), z => districting.data.zones.primary[z].id)")
    return dict(zip(plan.blocks["block_id"], ids, strict=True))


def row(editor, table, name):
    """The cells of the row whose first cell holds a name."""
    return editor.page.evaluate(
        "([t, n]) => { const r = [...document.querySelectorAll(t + ' tbody tr')].find(r => r.cells[0].textContent.includes(n)); return r ? [...r.cells].slice(1).map(c => c.innerText.replace(/\\s+/g, ' ').trim()) : null; }",
        [f"#editor-{table}", name],
    )


def to(editor, school):
    editor.page.evaluate(
        "s => { const e = document.getElementById('editor-to'); e.value = [...e.options].find(o => o.textContent.includes(s)).value; e.dispatchEvent(new Event('change')); }",
        school,
    )


def test_the_effect_is_shown_before_anything_changes_and_then_applied_undone_and_done_again(editor, grid_plan):
    before, spot = zone_of(editor, grid_plan), centres(grid_plan)["b11"]
    colours = [editor.colour(*centres(grid_plan)[b]) for b in ("b00", "b02")]
    pick(editor, grid_plan, "b11")
    to(editor, "P1")
    assert row(editor, "effect", "P1")[:4] == ["20 → 25", "25", "0", "1"]
    assert row(editor, "effect", "P3")[0] == "20 → 15"
    assert zone_of(editor, grid_plan) == before
    assert row(editor, "zones", "P1")[0] == "20"
    editor.page.click("#editor-apply")
    assert zone_of(editor, grid_plan) == before | {"b11": "P-P1"}
    assert row(editor, "zones", "P1")[0] == "25"
    assert row(editor, "totals", "与方案不同的学生") == ["0", "5"]
    assert "1个地块（5名学生）" in status(editor)
    assert editor.colour(*centres(grid_plan)["b02"]) == colours[1]
    editor.page.click("#editor-clear", force=True)
    editor.page.evaluate("districting.editor.cursor = -1; districting.editor.signs.draw()")
    assert editor.colour(*[c + d for c, d in zip(spot, (0.0002, 0.0002), strict=True)]) == colours[1]
    editor.page.click("#editor-undo")
    assert zone_of(editor, grid_plan) == before
    assert editor.colour(*[c + d for c, d in zip(spot, (0.0002, 0.0002), strict=True)]) == colours[0]
    editor.page.click("#editor-redo")
    assert zone_of(editor, grid_plan) == before | {"b11": "P-P1"}
    assert not editor.page.is_enabled("#editor-redo")


def test_the_mean_way_before_and_after_is_the_one_a_person_works_out(editor, grid_plan):
    """P1 stands in b03; its quarter b02 b03 b12 b13 lies 100, 0, 141.4, 100 m away, b11 lies 223.6 m away: 85.4 and 113.0 m a pupil."""
    pick(editor, grid_plan, "b11")
    to(editor, "P1")
    assert row(editor, "effect", "P1")[4] == "85 → 113 变差"


def test_rules_broken_by_an_edit_are_named_before_it_and_lead_to_the_place_after_it(editor, grid_plan):
    pick(editor, grid_plan, "b00", "b10")
    to(editor, "P1")
    said = editor.page.inner_text("#editor-rules")
    assert said == "✗ 新违反：片区连片：1\u2002school P1，多出1块"
    assert "学校所在地块" in editor.page.inner_text("#editor-preview-said")
    editor.page.keyboard.press("g")
    assert "b00" not in {b for b, z in zone_of(editor, grid_plan).items() if z == "P-P1"}, "the school's own block stays"
    assert "学校所在地块" in status(editor)
    listed = editor.page.locator("#editor-broken button")
    assert listed.count() == 1
    assert "编辑后新增" in listed.first.inner_text()
    assert "片区连片" in listed.first.inner_text()
    listed.first.click()
    assert editor.page.evaluate("districting.editor.picked.map(u => districting.data.unit.id[u])") == ["b10"]
    editor.page.keyboard.press("Control+z")
    assert editor.page.inner_text("#editor-broken-title") == "没有违反的规则"


def test_a_locked_block_is_not_moved_until_it_is_unlocked(editor, grid_plan):
    pick(editor, grid_plan, "b11")
    editor.page.click("#editor-lock")
    to(editor, "P1")
    assert "已锁定" in editor.page.inner_text("#editor-preview-said")
    assert not editor.page.is_enabled("#editor-apply")
    editor.page.keyboard.press("g")
    assert zone_of(editor, grid_plan)["b11"] == "P-P3"
    assert "已锁定" in status(editor)
    editor.page.keyboard.press("q")
    editor.page.click("#editor-apply")
    assert zone_of(editor, grid_plan)["b11"] == "P-P1"


def test_blocks_are_picked_by_a_box_by_search_and_by_chips_and_a_zone_by_a_click_with_alt(editor, grid_plan):
    at = {b: editor.at(*p) for b, p in centres(grid_plan).items()}
    editor.page.check("input[value=box]")
    editor.page.mouse.move(at["b01"][0] - 20, at["b01"][1] - 20)
    editor.page.mouse.down()
    editor.page.mouse.move(at["b10"][0] + 20, at["b10"][1] + 20, steps=3)
    editor.page.mouse.up()
    picked = "districting.editor.picked.map(u => districting.data.unit.id[u]).sort()"
    assert editor.page.evaluate(picked) == ["b00", "b01", "b10", "b11"]
    editor.page.check("input[value=pick]")
    editor.page.click("#editor-chips button >> nth=0")
    assert editor.page.evaluate(picked) == ["b01", "b10", "b11"]
    editor.page.fill("#editor-search", "b22")
    editor.page.keyboard.press("Enter")
    assert editor.page.evaluate(picked) == ["b01", "b10", "b11", "b22"]
    editor.page.keyboard.down("Alt")
    editor.click(*centres(grid_plan)["b33"])
    editor.page.keyboard.up("Alt")
    assert "P2" in editor.page.inner_text("#editor-preview-said")
    editor.page.check("input[value=target]")
    editor.page.click("#whole")
    editor.click(*centres(grid_plan)["b30"])
    assert "P4" in editor.page.inner_text("#editor-preview-said")


def test_zones_next_to_what_is_picked_stand_first(editor, grid_plan):
    pick(editor, grid_plan, "b10")
    groups = editor.page.evaluate(
        "[...document.querySelectorAll('#editor-to optgroup')].map(g => [g.label, [...g.children].map(o => o.textContent.slice(-2))])"
    )
    assert groups == [["相邻片区", ["P4"]], ["其他片区", ["P1", "P2"]]]


def test_two_zones_of_one_colour_that_come_to_touch_are_told_apart_again(editor, grid_plan):
    zones = "districting.data.zones.primary"
    of_plan = editor.page.evaluate(f"{zones}.map(z => z.colour)")
    editor.page.evaluate(f"{zones}[3].colour = {zones}[0].colour")
    first = editor.page.evaluate(f"{zones}.map(z => z.colour)")
    pick(editor, grid_plan, "b21")
    to(editor, "P2")
    editor.page.keyboard.press("g")
    assert editor.page.evaluate(f"{zones}.map(z => z.colour)") == first, "P1 and P4 still meet nowhere"
    pick(editor, grid_plan, "b11")
    to(editor, "P1")
    editor.page.keyboard.press("g")
    pick(editor, grid_plan, "b10")
    to(editor, "P4")
    editor.page.keyboard.press("g")
    after = editor.page.evaluate(f"{zones}.map(z => z.colour)")
    assert after[0] != after[3]
    assert len(set(after)) == 4
    assert after[1:3] == first[1:3]
    editor.page.click("#edit")
    assert editor.page.evaluate(f"{zones}.map(z => z.colour)") == of_plan


def test_the_draft_comes_back_and_scenarios_are_saved_opened_renamed_and_deleted(editor, grid_plan):
    page = editor.page
    pick(editor, grid_plan, "b11")
    to(editor, "P1")
    page.click("#editor-apply")
    page.evaluate("document.querySelectorAll('#editor details').forEach(d => { d.open = true; })")
    page.click("#editor-save")
    assert status(editor) == "请先填写情景名称"
    page.fill("#editor-author", "王某")
    page.fill("#editor-name", "甲 </script>")
    page.click("#editor-save")
    assert "尚未保存" not in page.inner_text("#editor-kept")
    page.click("#editor-undo")
    assert "与保存的“甲 </script>”不同" in page.inner_text("#editor-kept")
    with page.expect_download() as got:
        page.click("#editor-json")
    assert got.value.suggested_filename.endswith("_有改动.json"), "a file of other content does not bear the name of the saved scenario alone"
    begin(editor)
    assert zone_of(editor, grid_plan)["b11"] == "P-P3", "the draft was undone"
    page.evaluate("document.querySelectorAll('#editor details').forEach(d => { d.open = true; })")
    page.click("#editor-open")
    assert status(editor) == "已打开“甲 </script>”：与方案相比调整了1个地块"
    assert zone_of(editor, grid_plan)["b11"] == "P-P1"
    assert page.input_value("#editor-author") == "王某"
    begin(editor)
    assert status(editor) == "已恢复上次的草稿：与方案相比调整了1个地块"
    page.evaluate("document.querySelectorAll('#editor details').forEach(d => { d.open = true; })")
    page.fill("#editor-name", "乙")
    page.click("#editor-rename")
    assert page.evaluate("[...document.getElementById('editor-saved').options].map(o => o.value)") == ["乙"]
    page.click("#editor-delete")
    assert "再按一次" in status(editor)
    page.click("#editor-delete")
    assert status(editor) == "已删除“乙”"
    page.click("#editor-reset")
    assert zone_of(editor, grid_plan)["b11"] == "P-P3"


def test_two_scenarios_stand_side_by_side_and_the_blocks_that_differ_are_hatched(editor, grid_plan):
    pick(editor, grid_plan, "b11", "b10")
    to(editor, "P4")
    editor.page.keyboard.press("g")
    editor.page.click("#editor-compare summary")
    editor.page.click("#editor-compare-go")
    assert status(editor) == "“方案”与“现在”有2个地块不同，在地图上用斜线标出"
    assert row(editor, "compared", "P4·学生") == ["20", "30"]
    assert row(editor, "compared", "超员") == ["0", "5"]
    hatched = {b for b, p in centres(grid_plan).items() if editor.colours(p[0] + 0.0002, p[1] + 0.0002) > 1}
    assert hatched == {"b11", "b10"}
    editor.page.click("#editor-compare-end")
    assert {b for b, p in centres(grid_plan).items() if editor.colours(p[0] + 0.0002, p[1] + 0.0002) > 1} == set()


def test_what_is_exported_is_read_back_by_pandas_and_by_the_page(editor, grid_plan, tmp_path):
    page, before = editor.page, zone_of(editor, grid_plan)
    pick(editor, grid_plan, "b11")
    to(editor, "P1")
    page.click("#editor-apply")
    page.evaluate("document.querySelectorAll('#editor details').forEach(d => { d.open = true; })")
    page.fill("#editor-note", "小区整体划入")
    files = {}
    for kind in ("csv", "json"):
        with page.expect_download() as got:
            page.click(f"#editor-{kind}")
        files[kind] = tmp_path / got.value.suggested_filename
        got.value.save_as(files[kind])
    text = files["csv"].read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count(b"\r\n") == 17
    table = pd.read_csv(io.BytesIO(text), dtype=str)
    now = dict(zip(table["block_id"], table["zone_id"], strict=True))
    assert {b: z for b, z in now.items() if before[b] != z} == {"b11": "P-P1"}
    moves = json.loads(files["json"].read_text("utf-8"))
    assert moves["moves"] == [["primary", "b11", "P-P3", "P-P1"]]
    assert moves["note"] == "小区整体划入"
    assert moves["base"]["key"] == page.evaluate("districting.editor.s.key")
    page.click("#editor-reset")
    page.set_input_files("#editor-file", files["json"])
    page.wait_for_function("document.getElementById('editor-status').textContent.includes('调整了1个地块')")
    assert zone_of(editor, grid_plan) == before | {"b11": "P-P1"}
    for change, why in (
        ({"base": moves["base"] | {"key": "0" * 64}}, "不是针对本方案的文件"),
        ({"moves": 3}, "不是调整文件"),
        ({"moves": [["primary", "b99", "x", "P-P1"]]}, "没有这个地块"),
        ({"locks": [["primary"]]}, "locks应为列表"),
        ({"schools": "x"}, "schools应为列表"),
    ):
        (tmp_path / "bad.json").write_text(json.dumps(moves | change), "utf-8")
        page.set_input_files("#editor-file", tmp_path / "bad.json")
        page.wait_for_function("w => document.getElementById('editor-status').textContent.includes(w)", arg=why)
        assert zone_of(editor, grid_plan) == before | {"b11": "P-P1"}, "what cannot be loaded leaves the scenario as it is"


def test_the_table_of_zones_is_one_stop_of_the_keyboard_and_the_arrows_go_from_row_to_row(editor):
    page = editor.page
    stops = "[...document.querySelectorAll('#editor-zones button')].map(b => b.tabIndex)"
    assert page.evaluate(stops) == [0, -1, -1, -1]
    page.focus("#editor-zones button")
    for key, at in (("ArrowDown", 1), ("End", 3), ("ArrowDown", 3), ("ArrowUp", 2), ("Home", 0)):
        page.keyboard.press(key)
        assert page.evaluate(f"[...document.querySelectorAll('#editor-zones button')].indexOf(document.activeElement) === {at}"), key
    page.keyboard.press("End")
    assert page.evaluate(stops) == [-1, -1, -1, 0]


def tab_to(page, ident):
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == ident:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {ident}")


def test_the_keyboard_alone_does_all_of_it(opened_once, grid_plan):
    page, keys = opened_once.page, opened_once.page.keyboard
    page.evaluate("localStorage.clear()")
    page.reload()
    opened_once.view("primary")
    tab_to(page, "edit")
    keys.press("Enter")
    tab_to(page, "editor-search")
    keys.type("b11")
    keys.press("Enter")
    tab_to(page, "editor-list")
    keys.press("ArrowRight")
    assert page.evaluate("districting.data.unit.id[districting.editor.cursor]") == "b21"
    keys.press(" ")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "editor-to"
    keys.press("ArrowDown")
    assert "2个地块" in page.inner_text("#editor-preview-said") or "1个地块" in page.inner_text("#editor-preview-said")
    keys.press("Enter")
    moved = zone_of(opened_once, grid_plan)
    assert moved != zone_of_plan(grid_plan)
    assert page.evaluate("document.activeElement.id") == "editor-list"
    keys.press("Control+z")
    assert zone_of(opened_once, grid_plan) == zone_of_plan(grid_plan)
    keys.press("Control+Shift+z")
    assert zone_of(opened_once, grid_plan) == moved
    keys.press("Control+z")
    keys.press("Control+y")
    assert zone_of(opened_once, grid_plan) == moved
    assert opened_once.errors == []


def test_the_keyboard_alone_draws_a_box_locks_saves_compares_and_exports(editor):
    page, keys = editor.page, editor.page.keyboard
    page.fill("#editor-search", "b21")
    keys.press("Enter")
    tab_to(page, "editor-list")
    keys.press("Escape")
    for key in ("b", "ArrowUp", "ArrowRight", "b"):  # a box from b21 to b32
        keys.press(key)
    assert page.evaluate("districting.editor.picked.map(u => districting.data.unit.id[u]).sort()") == ["b21", "b22", "b31", "b32"]
    keys.press("q")
    keys.press("d")
    first = page.inner_text("#editor-preview-said")
    keys.press("e")
    assert page.inner_text("#editor-preview-said") != first
    assert "已锁定" in first
    keys.press("a")
    assert not page.is_visible("#editor-preview")
    keys.press("q")
    tab_to(page, "editor-clear")
    for part in ("scenarios", "compare", "files"):
        page.focus(f"#editor-{part} summary")
        keys.press("Enter")
    page.focus("#editor-list")
    tab_to(page, "editor-name")
    keys.type("gqda")
    tab_to(page, "editor-save")
    keys.press("Enter")
    assert status(editor) == "已保存为“gqda”", "letters typed into a field are no commands"
    tab_to(page, "editor-compare-go")
    keys.press("Enter")
    assert page.is_visible("#editor-compared")
    tab_to(page, "editor-csv")
    with page.expect_download():
        keys.press("Enter")


def zone_of_plan(plan):
    return dict(zip(plan.blocks["block_id"], plan.blocks["zone_id_primary"], strict=True))


def test_both_languages_say_everything_and_the_reader_may_switch_while_editing(editor, grid_plan):
    pick(editor, grid_plan, "b11")
    to(editor, "P1")
    editor.page.evaluate("document.querySelectorAll('#editor details').forEach(d => { d.open = true; })")
    assert editor.page.inner_text("#editor-title") == "编辑方案：小学"
    editor.page.click("#lang")
    text = editor.page.inner_text("#editor")
    assert "Edit the plan" in text
    assert "1 block(s) (5 pupils) go to" in text
    assert "20 → 25" in text
    assert not re.search("[\u4e00-\u9fff]", text)
    assert "editor_" not in text
    assert "undefined" not in text
    editor.page.click("#lang")
    assert "editor_" not in editor.page.inner_text("#editor")


def test_every_word_the_editor_says_is_in_the_catalogue_and_none_is_idle():
    said = set()
    for file in (
        "editor.js",
        "editor_pick.js",
        "editor_signs.js",
        "editor_effect.js",
        "editor_store.js",
        "editor_schools.js",
        "editor_ground.js",
        "internal.js",
        "editor.html",
    ):
        said |= set(re.findall(r"[\"'](?:editor_)?([a-z_]+)[\"']", resources.files("districting.outputs.map").joinpath("assets", file).read_text("utf-8")))
    words = set(catalogue("editor"))
    families = ("why_", "key_", "amount_", "rule_", "composition_", "column_")
    assert {w for w in words if not w.startswith(families)} <= said
    used = r"(?:ed\.)?(?:word|fill)\('([a-z_]+)'"
    asked = set()
    for file in ("editor.js", "editor_pick.js", "editor_effect.js", "editor_store.js"):
        text = resources.files("districting.outputs.map").joinpath("assets", file).read_text("utf-8").replace("page.word(", "").replace("page.fill(", "")
        asked |= set(re.findall(used, text))
    assert {w for w in asked if not w.endswith("_")} <= words


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_axe_finds_nothing_serious_in_the_editor_and_all_fits_the_screen(editor, grid_plan, size):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = editor.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("districting.editor.pick.set([5, 6])")
    to(editor, "P1")
    page.evaluate("document.querySelectorAll('#editor details').forEach(d => { d.open = true; })")
    page.evaluate("document.getElementById('editor-compare-go').click()")
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found if v["impact"] in ("serious", "critical")] == []
    side = page.locator("#side").bounding_box()
    assert side["x"] >= 0
    assert side["x"] + side["width"] <= size[0]
    assert page.evaluate("document.getElementById('side').scrollWidth <= document.getElementById('side').clientWidth")


def test_a_finger_adds_block_by_block(html, grid_plan, open_page):
    opened = open_page(html, 390, 844, has_touch=True)
    opened.view("primary")
    opened.page.tap("#edit")
    opened.page.tap("#whole")
    for block in ("b11", "b12"):
        opened.page.touchscreen.tap(*opened.at(*centres(grid_plan)[block]))
    assert opened.page.evaluate("districting.editor.picked.map(u => districting.data.unit.id[u])") == ["b11", "b12"]
    assert opened.quiet()


def test_leaving_the_editor_shows_the_plan_again_and_a_page_for_the_public_has_no_editor(editor, grid_plan):
    pick(editor, grid_plan, "b11")
    to(editor, "P1")
    editor.page.keyboard.press("g")
    editor.page.click("#edit")
    assert editor.page.evaluate("districting.data.unit.stage.primary.zone.map(z => districting.data.zones.primary[z].id)") == list(
        zone_of_plan(grid_plan).values()
    )
    assert not editor.page.is_visible("#editor")
    editor.page.evaluate("districting.data.edit.groupings[0] = { scheme: 'alliance', why: 'tree' }")
    editor.page.select_option("#view", "grouping:0")
    assert not editor.page.is_enabled("#edit")
    assert editor.page.get_attribute("#edit", "title") == catalogue("edit")["scheme_tree"]["zh"]
    public = map_html(grid_plan, audience="public")
    assert all(sign not in public for sign in ('id="editor', "#editor", "editor_", '"edit":', "function districtingEditor", "function districtingScenario"))


def test_a_school_goes_to_another_district_with_its_ground_and_is_undone_saved_and_shown(editor, grid_plan):
    page = editor.page
    page.click("#edit")
    page.select_option("#view", "grouping:0")
    page.click("#edit")
    before = page.evaluate("[districting.data.unit.group[0].slice(), districting.editor.s.schoolMoves()]")
    of = dict(zip(grid_plan.memberships["school_id"], grid_plan.memberships["district_id"], strict=True))
    page.select_option(
        "#editor-school-list", label=page.evaluate("[...document.getElementById('editor-school-list').options].find(o => o.text.includes('P1')).text")
    )
    other = page.evaluate("[...document.getElementById('editor-district').options].map(o => o.value).find(v => v !== '-1')")
    page.select_option("#editor-district", other)
    assert page.is_visible("#editor-school-preview")
    assert page.evaluate("districting.editor.s.schoolMoves()") == []
    page.click("#editor-school-apply")
    moved = page.evaluate("districting.editor.s.schoolMoves()")
    assert ["alliance", "P1", of["P1"]] in [m[:3] for m in moved]
    assert page.evaluate("districting.data.unit.group[0]") != before[0]
    page.click("#editor-undo")
    assert page.evaluate("[districting.data.unit.group[0], districting.editor.s.schoolMoves()]") == before
    page.click("#editor-redo")
    assert page.evaluate("JSON.parse(localStorage.getItem('districting.scenarios.' + districting.editor.s.key)).auto.schools") == moved
    page.click("#edit")
    assert page.evaluate("districting.data.unit.group[0]") == before[0]


def test_a_table_of_two_columns_is_loaded_and_today_is_one_of_the_scenarios(editor, grid_plan):
    page = editor.page
    page.click("#editor-files summary")
    page.set_input_files("#editor-file", {"name": "t.csv", "mimeType": "text/csv", "buffer": "地块,学校\r\nb11,P1\r\nb10,0\r\nzz,P1\r\n".encode("gb18030")})
    page.wait_for_function("districting.editor.s.moves().length === 1")
    assert zone_of(editor, grid_plan)["b11"] == "P-P1"
    assert "1条没有采用" in status(editor)
    page.click("#editor-compare summary")
    page.select_option("#editor-left", "today:")
    page.click("#editor-compare-go")
    assert "现状" in page.inner_text("#editor-differ")


def test_a_table_finds_lost_leading_zeros_again_as_python_does(editor):
    found = editor.page.evaluate(
        "districtingMovesOfTable('\\ufeffblock_id,zone_id\\r\\n1,007\\r\\n2,7\\r\\n\\'=3,7\\r\\n4,9,x\\r\\n', ['001', '002', '0002', '=3', '4'], [['007', 0], ['9', 1]])"
    )
    assert found["rows"] == [[0, 0], [3, 0]]
    assert [(r["row"], r["why"]) for r in found["refused"]] == [(2, "unknown_block"), (4, "not_two")]


def test_a_plan_that_cannot_be_edited_says_why_beside_a_button_that_is_off(chromium, grid_plan, tmp_path):
    from districting.outputs.map.content import page_content
    from districting.outputs.map.page import finished, framed

    content = {k: v for k, v in page_content(grid_plan, "internal", "zh").items() if k != "edit"}
    file = tmp_path / "no.html"
    file.write_text(finished(framed({**content, "no_edit": {"zh": ["数太大"], "en": ["too large"]}}), "x", "zh"), encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    assert not page.is_enabled("#edit")
    assert page.inner_text("#edit-why") == "不能编辑：数太大"
    context.close()
