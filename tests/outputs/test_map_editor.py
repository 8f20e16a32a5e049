"""The what-if editor of the page in a real browser with the network cut, on the 4 x 4 grid: blocks of 5 pupils, quarters of 20, 25 seats a school."""

from __future__ import annotations

import pytest

from tests.outputs.editor_page import pick, row, status, to, zone_of
from tests.outputs.places import centres

pytestmark = pytest.mark.browser


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
