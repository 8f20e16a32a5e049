"""Who can reach the what-if editor: keyboard, languages, fingers, readers of the screen; and who is not given it."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from districting.outputs.map import map_html
from districting.wording import catalogue
from tests.outputs.editor_page import pick, status, to, zone_of, zone_of_plan
from tests.outputs.places import centres

pytestmark = pytest.mark.browser


def tab_to(page, ident):
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == ident:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {ident}")


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


def test_a_finger_adds_block_by_block(editor_html, grid_plan, open_page):
    opened = open_page(editor_html, 390, 844, has_touch=True)
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
