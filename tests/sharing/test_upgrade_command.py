"""``share upgrade`` on four small primaries of 100 pupils, drawn by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from districting.cli.commands import cli
from tests.sharing.small_town import town_config, write_town

CITY = town_config(
    "upgrades",
    more="""[sharing.upgrade]
budget_yuan = 50
price_yuan = { multimedia_rooms = 20, sports_area_m2 = 30 }
step = { sports_area_m2 = 50 }
curve_steps = 2
[audit.balance.quality]
least_met = 7
""",
)
# 100 pupils need 3 rooms (2.3), 750 m2 of sports, 450 m2 of teaching, 4.2 / 1 / 0.9 teachers, 200,000 yuan of equipment
SCHOOLS = """学校标识码,学校名称,学段,x,y,在校生数,学位数,高于规定学历教师数,骨干教师数,体艺教师数,教学及辅助用房面积,体育运动场馆面积,教学仪器设备值,网络多媒体教室数
1,东小学,小学,500000,3800000,100,90,5,1,1,450,750,200000,1
2,西小学,小学,501000,3800000,100,90,5,1,1,450,700,200000,3
3,南小学,小学,500000,3801000,100,90,5,1,1,450,700,200000,3
4,北小学,小学,500000,3802000,100,90,5,1,1,450,750,200000,3
5,中小学,小学,500500,3802000,100,90,5,1,1,450,750,200000,
"""
UPGRADES = "学校,指标,单价,最多增加\n南小学,体育运动场馆面积,,0\n东小学,网络多媒体教室数,15,\n"


def run(folder: Path, config: str = CITY, upgrades: str = UPGRADES) -> Result:
    write_town(folder, config, schools=SCHOOLS, upgrades=upgrades)
    return CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(
        cli, ["share", "upgrade", str(folder / "city.toml"), "-o", str(folder / "out"), "--json", "--overwrite"]
    )


def test_the_budget_buys_what_it_can_and_every_other_school_has_its_reason(tmp_path: Path) -> None:
    # east: two rooms at its own price of 15 = 30; west: 50 m2 = 30; south has no land; north passes; the rooms of the last are not known. 50 pays for one of two
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout)
    assert facts["outcomes"] == {"chosen": 1, "passes": 1, "budget": 1, "cannot": 1, "missing": 1}
    assert (facts["spent_yuan"], facts["all_pass_yuan"], facts["objective"], facts["bound"], facts["status"]) == (30, 60, 100, 100, "optimal")
    table = pd.read_csv(tmp_path / "out" / "upgrade_schools.csv", dtype=str).set_index("学校")
    assert sorted(table.loc[["东小学", "西小学"], "结果"]) == sorted(["选中", "预算不及"])
    assert table.loc["东小学", "增加"] == "网络多媒体教室数2"
    assert table.loc["南小学", ["结果", "受阻于"]].tolist() == ["无法达标", "体育运动场馆面积"]
    assert table.loc["中小学", ["结果", "受阻于"]].tolist() == ["缺数据", "网络多媒体教室数"]
    curve = pd.read_csv(tmp_path / "out" / "upgrade_curve.csv")
    assert curve["预算（元）"].tolist() == [0, 30, 50, 60]
    assert curve["达标学校学生"].tolist() == [100, 200, 200, 300]
    assert curve["上界"].tolist() == [100, 200, 200, 300]


def test_one_line_may_stay_at_the_floor_and_then_costs_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, CITY.replace("least_met = 7", "least_met = 6"))
    facts = json.loads(result.stdout)
    assert facts["outcomes"]["passes"] == 3  # 700 of 750 m2 is above 85 %: west and south pass as they are
    spared = pd.read_csv(tmp_path / "out" / "upgrade_spared.csv", dtype=str)
    assert spared["学校"].tolist() == ["西小学", "南小学"]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("multimedia_rooms = 20", "books = 20", "sharing.upgrade.price_yuan.books"),
        ("sports_area_m2 = 50", "sports_area_m2 = 0", "sharing.upgrade.step.sports_area_m2"),
        ("budget_yuan = 50", "budget_yuan = -1", "sharing.upgrade.budget_yuan"),
    ],
)
def test_a_number_that_makes_no_sense_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    result = run(tmp_path, CITY.replace(old, new))
    assert result.exit_code == 4
    assert named in result.output


def test_without_any_price_the_command_says_what_to_give(tmp_path: Path) -> None:
    bare = CITY.replace("price_yuan = { multimedia_rooms = 20, sports_area_m2 = 30 }\n", "")
    result = run(tmp_path, bare, "学校,指标,最多增加\n南小学,体育运动场馆面积,0\n")
    assert result.exit_code == 4
    assert "price_yuan" in result.output


def test_an_unknown_school_or_indicator_of_the_table_is_a_fault_with_its_row(tmp_path: Path) -> None:
    result = run(tmp_path, upgrades="学校,指标,最多增加\n无名小学,体育运动场馆面积,0\n东小学,食堂,1\n东小学,图书册数,1\n")
    assert result.exit_code == 4
    assert "无名小学" in result.output
    assert "食堂" in result.output
