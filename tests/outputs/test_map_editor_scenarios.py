"""Scenarios of the what-if editor in a real browser: kept, compared, exported and read again, on the grid of test_map_editor.py."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from tests.outputs.editor_page import begin, pick, row, status, to, zone_of
from tests.outputs.places import centres

pytestmark = pytest.mark.browser


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
