"""Cells of a PDF that would fill a column of a page and more stand below their row, across the table."""

import re

import pytest

from districting.outputs.report.parts import Chapter, Table
from districting.outputs.report.pdf_file import pdf_html

ESTATES = "、".join(f"花园路{i}号院" for i in range(1, 251))


def rows_of(*rows, lang="zh", wide=True):
    table = Table("表", ("序号", "学校", "小区"), rows, weights=(1.0, 5.0, 4.0), wide=wide)
    page = pdf_html([Chapter("notice", "公示", (table,))], "公示", [], [], lang)
    return re.findall(r"<tr.*?</tr>", page)[1:]


def test_a_long_list_of_estates_stands_below_its_row_with_the_number_of_its_row():
    first, below, last = rows_of([1, "第一小学", ESTATES], [2, "第二小学", "花园路1号院"])
    assert ESTATES not in first
    assert "见下行" in first
    assert 'colspan="3"' in below
    assert re.sub("<.*?>", "", below) == f"序号 1 · 小区：{ESTATES}"
    assert last == '<tr><td class="number">2</td><td>第二小学</td><td>花园路1号院</td></tr>'


@pytest.mark.parametrize("wide", [True, False])
def test_a_cell_of_a_few_lines_stays_where_it_is(wide):
    """A column of four tenths of a turned page holds 41 letters a line, an upright one 22: 40 lines are 1,640 and 880 letters."""
    inside, beyond = ("园" * n for n in ((1_640, 1_660) if wide else (880, 920)))
    assert len(rows_of([1, "第一小学", inside], wide=wide)) == 1
    assert len(rows_of([1, "第一小学", beyond], wide=wide)) == 2


def test_words_below_a_row_are_no_markup():
    below = rows_of(["<b>", "a", "<script>" * 900], lang="en")[1]
    assert "<script>" not in below
    assert "No" not in below
    assert "&lt;b&gt;" in below
