"""The workbook of how districts are run: what each reader may see, the mark of a draft, sheets a bureau can read."""

import openpyxl
import pandas as pd
import pytest

import districting as dt
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.public import public_plan
from districting.outputs.run_folder import write_run
from tests.planning.governance.drawn_districts import drawn_plan

LEAKS = ("薄弱", "优质校", "强弱", "得分", "等次", "捆绑", "weak", "score", "tier", "内部", "internal", "90.14", "80.14", ".137")


def cells(path):
    return {s.title: [[c for c in row if c is not None] for row in s.iter_rows(values_only=True)] for s in openpyxl.load_workbook(path)}


def said(path):
    """Everything a reader can find in a workbook: cells, names of sheets, what is printed above and below."""
    book = openpyxl.load_workbook(path)
    heads = [f"{s.oddHeader.left.text} {s.oddHeader.right.text}" for s in book]
    return "\n".join([*book.sheetnames, *heads, *(str(c) for rows in cells(path).values() for row in rows for c in row)])


@pytest.fixture(scope="module")
def plan():
    return dt.add_governance(drawn_plan())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_public_workbook_has_no_scores_and_no_word_of_strength(plan, tmp_path, lang):
    dt.write_governance(plan, tmp_path / "g.xlsx", audience="public", lang=lang)
    page = said(tmp_path / "g.xlsx").casefold()
    assert [w for w in LEAKS if w in page] == []
    dt.write_governance(plan, tmp_path / "g.xlsx", audience="internal", lang=lang)
    page = said(tmp_path / "g.xlsx").casefold()
    assert [w for w in LEAKS if w in page] != []  # the search does see them


def test_the_public_plan_has_no_score_card_and_keeps_the_rest(plan, tmp_path):
    write_plan(public_plan(plan), tmp_path / "plan.gpkg")
    back = read_plan(tmp_path / "plan.gpkg")
    assert (len(back.score_cards), len(back.charter), len(back.inspectors)) == (0, 5, 5)


def test_a_public_run_takes_the_place_of_the_scores_of_an_internal_one(grid_plan, tmp_path):
    write_run(grid_plan, tmp_path, audience="internal")
    assert "捆绑考核" in cells(tmp_path / "governance.xlsx")
    write_run(grid_plan, tmp_path, audience="public")
    assert [w for w in ("薄弱", "weak", "得分", "捆绑") if w in said(tmp_path / "governance.xlsx")] == []


def test_scores_do_not_stay_behind_where_the_next_plan_has_no_districts(grid_plan, tmp_path):
    write_run(grid_plan, tmp_path, audience="internal")
    bare = dt.Plan(grid_plan.name, grid_plan.year, "zh", grid_plan.crs)
    none = {name: getattr(bare, name) for name in ("charter", "conference", "duties", "inspectors", "mechanisms", "score_cards")}
    assert "governance.xlsx" in [p.name for p in write_run(grid_plan.replace(**none), tmp_path, audience="public")]
    assert "捆绑" not in said(tmp_path / "governance.xlsx")


def test_a_plan_without_districts_writes_no_workbook(grid_plan, tmp_path):
    none = {name: getattr(grid_plan, name).iloc[:0] for name in ("charter", "conference", "duties", "inspectors", "mechanisms", "score_cards")}
    assert "governance.xlsx" not in [p.name for p in write_run(grid_plan.replace(**none), tmp_path)]


def test_every_sheet_says_that_the_plan_is_a_draft_until_its_risk_is_assessed(plan, tmp_path):
    dt.write_governance(plan, tmp_path / "g.xlsx", audience="public")
    assert all(any("草案" in str(c) for row in rows for c in row) for rows in cells(tmp_path / "g.xlsx").values())
    assert all("草案" in s.oddHeader.left.text for s in openpyxl.load_workbook(tmp_path / "g.xlsx"))
    level = pd.DataFrame({"part": ["risk"], "key": ["level"], "value": ["low"]})
    dt.write_governance(plan.replace(provenance=pd.concat([plan.provenance, level])), tmp_path / "g.xlsx", audience="public")
    assert "草案" not in said(tmp_path / "g.xlsx")


def test_every_sheet_of_the_internal_workbook_is_marked(plan, tmp_path):
    dt.write_governance(plan, tmp_path / "g.xlsx")
    assert all(any("内部资料" in str(c) for row in rows for c in row) for rows in cells(tmp_path / "g.xlsx").values())


def test_the_charter_sheet_says_chair_members_term_and_meetings_by_name(plan, tmp_path):
    dt.write_governance(plan, tmp_path / "g.xlsx")
    head, first, second = cells(tmp_path / "g.xlsx")["章程名册"][-3:]
    assert head == ["学区", "主席（校长）", "成员学校", "席位数", "任期（年）", "任期起止", "每月会议（次）"]
    assert first == ["D01 D01学区", "A校", "N校、P校", 3, 3, "2026–2029", 1]
    assert second[1:3] == ["B校", "Q校"]


def test_two_schools_of_one_name_are_told_apart(plan, tmp_path):
    dt.write_governance(plan.replace(schools=plan.schools.assign(name="实验小学")), tmp_path / "g.xlsx")
    assert "实验小学（N）、实验小学（P）" in said(tmp_path / "g.xlsx")


def test_several_schemes_stand_side_by_side_with_their_names(tmp_path):
    plan = drawn_plan()
    both = {name: pd.concat([getattr(plan, name), getattr(plan, name).assign(scheme="theme")], ignore_index=True) for name in ("memberships", "districts")}
    dt.write_governance(dt.add_governance(plan.replace(**both)), tmp_path / "g.xlsx")
    rows = cells(tmp_path / "g.xlsx")["章程名册"]
    assert [r[0] for r in rows[-4:]] == ["联盟学区", "联盟学区", "教育主题学区", "教育主题学区"]


def test_no_column_is_narrower_than_its_header_and_no_header_is_english(plan, tmp_path):
    dt.write_governance(plan, tmp_path / "g.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "g.xlsx"):
        top = next(i for i, row in enumerate(sheet.iter_rows(values_only=True), start=1) if sum(c is not None for c in row) > 1)
        for cell in sheet[top]:
            assert not cell.value.isascii(), (sheet.title, cell.value)
            assert sheet.column_dimensions[cell.column_letter].width >= 2 * len(cell.value), (sheet.title, cell.value)


def test_the_same_plan_gives_the_same_bytes(plan, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        dt.write_governance(plan, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_tables_come_back_from_the_plan_file(plan, tmp_path):
    write_plan(plan, tmp_path / "plan.gpkg")
    back = read_plan(tmp_path / "plan.gpkg")
    assert back.charter["seat"].tolist() == [1, 2, 3, 1, 2]
    assert back.inspectors["load"].dtype == "int64"
    assert back.score_cards["tied_score"].isna().tolist() == [False, True]


def test_a_plan_file_from_before_these_tables_still_opens(plan, tmp_path):
    import sqlite3
    from contextlib import closing

    write_plan(plan, tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        for name in ("charter", "conference", "duties", "inspectors", "mechanisms", "score_cards"):
            base.execute(f"DROP TABLE {name}")
            base.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (name,))
        base.commit()
    assert len(read_plan(tmp_path / "plan.gpkg").charter) == 0
