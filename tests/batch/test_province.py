"""What the counties come to together: sums and means weighted by pupils, in a workbook and on a page that runs nothing anybody wrote."""

from __future__ import annotations

import math
from html.parser import HTMLParser

import openpyxl
import pandas as pd
import pytest

from districting.model.province import CountyResult, Province
from districting.outputs.geopackage import read_plan
from districting.outputs.province import write_province
from districting.outputs.province_page import page_html, shade_lines

SQUARE = (((116.0, 36.0), (116.1, 36.0), (116.1, 36.1), (116.0, 36.1), (116.0, 36.0)),)


def county(code, pupils, mean_m, today_m=math.nan, **more):
    measured_today = 0 if math.isnan(today_m) else pupils
    today = 0.0 if math.isnan(today_m) else pupils * today_m
    numbers = {"pupils": pupils, "pupils_measured": pupils, "pupil_m": pupils * mean_m, "pupils_measured_today": measured_today, "pupil_m_today": today}
    return CountyResult(code, name=f"county {code}", **numbers, **more)


def test_totals_are_weighted_by_pupils_and_hold_only_counties_with_a_plan():
    # 300 pupils at 1,000 m and 100 at 3,000 m walk 600 km together: 1,500 m each. Today only the first county is known: 1,200 m.
    near = county("1", 300, 1000, 1200, schools=3, over_seats=4, moved=30, objective=90.0, bound=80.0, gap=1 / 9, unit="pupil-metre")
    far = county("2", 100, 3000, schools=2, over_seats=1, moved=10, objective=10.0, bound=10.0, gap=0.0, unit="pupil-metre")
    total = Province("p", (near, far, CountyResult("3", "invalid", exit_code=4, schools=9))).total
    assert (total.mean_m, total.mean_today_m, total.schools, total.over_seats, total.share_moved) == (1500, 1200, 5, 5, 0.1)
    assert (total.objective, total.bound, total.gap) == (100, 90, 0.1)


def test_gaps_of_unlike_objectives_have_no_sum_but_a_largest():
    unlike = (county("1", 1, 1, objective=9.0, bound=8.0, gap=0.2, unit="pupil-metre"), county("2", 1, 1, objective=9.0, bound=8.0, gap=0.3, unit="point"))
    total = Province("p", unlike).total
    assert total.gap == 0.3
    assert math.isnan(total.objective)
    assert math.isnan(Province("p", ()).total.mean_m)


@pytest.mark.parametrize(
    ("statuses", "code"), [(["ok"], 0), (["ok", "infeasible"], 3), (["infeasible", "invalid"], 4), (["failed", "invalid"], 1)], ids=lambda x: str(x)
)
def test_the_exit_code_says_the_worst_that_happened(statuses, code):
    assert Province("p", tuple(CountyResult(str(i), s) for i, s in enumerate(statuses))).exit_code == code


def test_the_workbook_of_a_batch_says_what_the_plans_say(serial):
    book = openpyxl.load_workbook(serial / "province.xlsx")
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    head = next(i for i, row in enumerate(rows) if row[0] == "代码")
    shown = pd.DataFrame(rows[head + 1 :], columns=rows[head])
    plans = [read_plan(serial / f"37010{i}" / "plan.gpkg") for i in (1, 2)]
    pupils = [plan.demand["pupils"].sum() for plan in plans]
    means = [plan.findings.loc[plan.findings["measure"] == "mean_distance_m", "value"].iloc[0] for plan in plans]
    assert shown["学生"].tolist() == [*pupils, sum(pupils)]
    weighted = sum(p * m for p, m in zip(pupils, means, strict=True)) / sum(pupils)
    assert shown["方案平均距离（米）"].tolist() == pytest.approx([*means, weighted])
    assert shown["地块"].tolist() == [16, 16, 32]


def test_no_cell_of_the_workbook_is_a_formula(tmp_path):
    write_province(Province("p", (CountyResult("1", name="=1+1"), CountyResult("2", "failed", trouble="=cmd"))), tmp_path / "p.xlsx")
    cells = [c for sheet in openpyxl.load_workbook(tmp_path / "p.xlsx") for row in sheet.iter_rows() for c in row]
    assert [c.data_type for c in cells if str(c.value).startswith("=")] == ["s"] * 3


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links, self.names = set(), [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]


def seen(page):
    parser = Seen()
    parser.feed(page)
    return parser


def test_hostile_names_are_shown_and_never_run():
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>$title'
    counties = (
        CountyResult("a b&\"'<c>", name=evil, rings=SQUARE, mapped=True, pupils=1, pupil_m=9, pupils_measured=1),
        CountyResult("javascript:1", "failed", evil, trouble=evil, faults_file="faults.txt"),
    )
    page = page_html(Province(evil, counties), "en")
    found = seen(page)
    assert not {"script", "img"} & found.tags
    assert not {name for name in found.names if name.startswith("on")}
    assert set(found.links) == {"a%20b%26%22%27%3Cc%3E/map.html", "javascript%3A1/faults.txt"}
    assert "&lt;script&gt;" in page
    assert "://" not in "".join(found.links)


def test_every_link_of_the_page_leads_to_a_file_beside_it(serial):
    page = (serial / "index.html").read_text("utf-8")
    links = seen(page).links
    assert set(links) == {f"37010{i}/map.html" for i in (1, 2)}
    assert all((serial / link).is_file() for link in links)
    assert page.count("<path ") == 2


def test_classes_of_ways_part_the_counties():
    ways = [500, 600, 700, 800, 900, 1000, 1100, 1200, 1300, 1400]
    lines = shade_lines([county(str(i), 1, m) for i, m in enumerate(ways)])
    assert lines == [700, 900, 1000, 1200]
    assert shade_lines([county("1", 1, 500)]) == []
