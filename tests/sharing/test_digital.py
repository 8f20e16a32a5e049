"""How far lessons over the network reach, drawn by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.sharing.digital import digital_reach
from tests.sharing.small_town import town_config, write_town

CITY = town_config()
SCHOOLS = """学校标识码,学校名称,学段,x,y,在校生数,班数,网络多媒体教室数,学位数
1,东小学,小学,500000,3800000,900,20,10,900
2,西小学,小学,501000,3800000,90,2,0,90
3,南小学,小学,500000,3801000,100,2,,90
4,北小学,小学,500000,3802000,90,2,3,90
"""


def test_a_room_serves_one_class_at_a_time() -> None:
    found = digital_reach([900.0, 400.0], [10.0, 20.0], [20.0, 10.0])
    assert found.reached.tolist() == [450.0, 400.0]
    assert found.share == 850 / 1300
    np.testing.assert_allclose(found.rooms_per_100, [10 / 9, 5.0])


def test_a_school_whose_rooms_are_not_known_counts_in_neither_sum() -> None:
    found = digital_reach([100.0, 100.0], [1.0, np.nan], [2.0, 2.0])
    assert found.share == 0.5
    assert np.isnan(found.reached[1])
    assert np.isnan(found.rooms_per_100[1])


def test_nobody_anywhere_is_no_share() -> None:
    assert np.isnan(digital_reach([0.0], [3.0], [0.0]).share)


def test_numbers_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match=">= 0"):
        digital_reach([10.0], [-1.0], [1.0])


def test_the_command_names_who_is_below_the_line_who_has_no_room_and_who_is_not_known(tmp_path: Path) -> None:
    write_town(tmp_path, CITY, schools=SCHOOLS)
    result = CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(cli, ["share", "digital", str(tmp_path / "city.toml"), "-o", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0, result.output
    stage = json.loads(result.stdout)["stages"]["primary"]
    assert stage == {"share": 0.5, "schools": 4, "met": 1, "below": 1, "unconnected": 1, "unknown": 1}
    rows = (tmp_path / "out" / "digital.csv").read_text("utf-8-sig").splitlines()
    assert [row.rsplit(",", 1)[1] for row in rows[1:]] == ["不足", "没有接通", "不详", "达标"]
    assert len(openpyxl.load_workbook(tmp_path / "out" / "digital.xlsx").sheetnames) == 1


def test_without_the_column_the_command_says_what_to_add(tmp_path: Path) -> None:
    write_town(tmp_path, CITY, schools=SCHOOLS.replace("网络多媒体教室数", "别的"))
    result = CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(cli, ["share", "digital", str(tmp_path / "city.toml"), "-o", str(tmp_path / "out")])
    assert result.exit_code == 4
    assert "网络多媒体教室数" in result.output
    assert not (tmp_path / "out").exists()
