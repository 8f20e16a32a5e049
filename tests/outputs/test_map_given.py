"""Numbers of blocks from a table of one's own are painted as a measure, on internal pages only."""

import pytest

from districting.errors import DataError
from districting.outputs.map import PageOptions, map_html
from districting.outputs.map.given import given_measures, read_values


@pytest.fixture
def table(tmp_path):
    def write(text: str, encoding: str = "utf-8"):
        (tmp_path / "values.csv").write_bytes(text.encode(encoding))
        return tmp_path / "values.csv"

    return write


def test_every_column_is_a_measure_of_every_stage_and_blanks_stay_unknown(grid_plan, table):
    values = read_values(table("地块编号,意见数,机会\nb00,2,0.5\nb01,,0.25\n", "gb18030"))
    made = given_measures(values, ["b00", "b01", "b02"], ("primary", "junior"))
    assert [(m["title"], m["stage"]) for m in made] == [("意见数", "primary"), ("意见数", "junior"), ("机会", "primary"), ("机会", "junior")]
    assert made[0]["values"] == [2.0, None, None]
    assert (made[2]["ends"], made[2]["rule"]) == ([0.25], "values")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("地块编号,意见数\nb00,2\nb00,3\n", ["given.twice"]),
        ("地块编号,意见数\nb00,many\nb01,inf\n", ["given.no_number", "given.no_number"]),
        ("地块编号\nb00\n", ["given.columns"]),
        ("地块编号," + ",".join("abcdefg") + "\nb00" + ",1" * 7 + "\n", ["given.columns"]),
    ],
)
def test_what_cannot_be_painted_is_refused_with_its_place(table, text, keys):
    with pytest.raises(DataError) as caught:
        read_values(table(text))
    assert [f.problem.key for f in caught.value.faults] == keys


def test_a_table_of_other_blocks_is_refused(table):
    with pytest.raises(DataError) as caught:
        given_measures(read_values(table("地块编号,n\nzz,1\n")), ["b00"], ("primary",))
    assert caught.value.faults[0].problem.key == "given.no_block"


def test_the_page_paints_the_column_and_the_public_page_does_not_have_it(grid_plan, table, open_page):
    values = read_values(table("地块编号,<b>意见数\nb00,2\nb33,5\n"))
    opened = open_page(map_html(grid_plan, options=PageOptions(values=values)))
    titles = opened.page.eval_on_selector_all("#view option", "options => options.map(o => [o.text, o.value])")
    value = next(v for t, v in titles if t == "<b>意见数：小学")
    opened.page.select_option("#view", value)
    legend = opened.page.inner_text("#legend")
    assert "2（1个地块" in legend
    assert "5（1个地块" in legend
    assert "没有数据" in legend
    assert opened.quiet()
    assert "意见数" not in map_html(grid_plan, audience="public", options=PageOptions(values=values))
