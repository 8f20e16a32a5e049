"""The workbook of a report: its numbers are those of the findings, its seat use is a formula, nothing in it runs, the public sees no strength."""

import openpyxl
import pytest

from districting.auditing.views import stage_views
from districting.outputs.report.book import book_sheets, write_workbook
from districting.outputs.report.facts import make_report
from districting.outputs.workbook import Share


@pytest.fixture(scope="module")
def plan(grid_plan):
    """The grid with one school named like a formula and one block that holds what no workbook may."""
    schools = grid_plan.schools.copy()
    schools.loc[schools["school_id"] == "P3", "name"] = "=cmd|' /C calc'!A0"
    blocks = grid_plan.blocks.copy()
    blocks.loc[blocks.index[0], "name"] = "a\x00b=1+1"
    return grid_plan.replace(schools=schools, blocks=blocks)


def cells(path, *, formulas=False):
    book = openpyxl.load_workbook(path, data_only=not formulas)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def head_of(rows, first):
    at = next(i for i, row in enumerate(rows) if row[0] == first)
    return at, {name: i for i, name in enumerate(rows[at])}


def test_sheets_stand_in_order_and_the_log_comes_last(plan):
    names = [s.name for s in book_sheets(make_report(plan, "internal", "zh"))]
    assert names[:8] == ["汇总", "学校", "地块", "学区", "结对", "变动清单", "审计结论", "参数"]
    assert len(names) > 8


def test_seat_use_is_a_formula_whose_value_is_pupils_over_seats(plan, tmp_path):
    for audience in ("internal", "public"):
        path = tmp_path / f"{audience}.xlsx"
        write_workbook(make_report(plan, audience, "zh"), path)
        values, rules = cells(path)["学校"], cells(path, formulas=True)["学校"]
        at, column = head_of(values, "学校标识码")
        used = 0
        for value, rule in zip(values[at + 1 :], rules[at + 1 :], strict=True):
            if not rule[column["学位使用率"]]:
                continue
            pupils, seats = rule[column["学位使用率"]].lstrip("=").split("/")
            row = values.index(value) + 1
            assert [c[1:] for c in (pupils, seats)] == [str(row)] * 2
            letters = {name: openpyxl.utils.get_column_letter(i + 1) for name, i in column.items()}
            assert (pupils[0], seats[0]) == (letters["学生"], letters["学位"])
            assert value[column["学位使用率"]] == pytest.approx(value[column["学生"]] / value[column["学位"]])
            used += 1
        assert used


def test_the_summary_repeats_the_findings(plan):
    sheet = next(s for s in book_sheets(make_report(plan, "internal", "en")) if s.name == "Summary")
    of = plan.findings[(plan.findings["stage"] == "primary") & (plan.findings["scope"] == "all")].set_index("measure")["value"]
    rows = {str(row[0]): row[1] for row in sheet.rows}
    moved = next(v for k, v in rows.items() if k.startswith("primary: ") and isinstance(v, Share) and v == pytest.approx(of["share_moved"]))
    assert moved == pytest.approx(of["share_moved"])
    assert round(of["mean_distance_m"]) in rows.values()


def test_changes_hold_every_pupil_whose_school_changes(plan):
    sheet = next(s for s in book_sheets(make_report(plan, "internal", "zh")) if s.name == "变动清单")
    views = stage_views(plan, "primary")
    differs = views.plan.school_of_block != views.today.school_of_block
    assert sum(row[4] for row in sheet.rows if row[0] == "小学") == round(views.plan.demand[differs].sum())
    assert sum(row[3] for row in sheet.rows if row[0] == "小学") == differs.sum()


def test_text_stays_text_and_the_same_report_gives_the_same_bytes(plan, tmp_path):
    for name in ("one", "two"):
        write_workbook(make_report(plan, "internal", "zh"), tmp_path / f"{name}.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "one.xlsx")
    rules = [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert rules
    assert all("cmd" not in str(rule) for rule in rules)
    assert any(c.value == "=cmd|' /C calc'!A0" and c.data_type == "s" for sheet in book for row in sheet.iter_rows() for c in row)
    ids = [c for row in book["地块"].iter_rows(min_row=6) for c in row[:1]]
    assert all(c.data_type == "s" for c in ids if c.value is not None)


def test_the_public_workbook_has_no_links_and_no_strength(plan):
    sheets = book_sheets(make_report(plan, "public", "zh"))
    assert "结对" not in [s.name for s in sheets]
    said = " ".join(str(c) for s in sheets for row in [s.columns, *s.rows] for c in row)
    for word in ("等次", "得分", "薄弱", "weak", "tier", "score", "结对帮扶", ".137"):
        assert word not in said, word
