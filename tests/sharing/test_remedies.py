"""A remedy that a refusal names is applied as it stands, and works."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from districting.cli.commands import cli
from tests.sharing.small_town import town_config, write_town

CITY = town_config("teachers", datum="wgs84")
SCHOOLS = """学校标识码,学校名称,学段,经度,纬度,县级代码,班数,在校生数,学位数,办学性质
1,东小学,小学,108.00,34.00,610301,2,90,90,公办
2,西小学,小学,108.01,34.00,610301,3,95,90,公办
3,南小学,小学,108.02,34.00,610301,1,40,90,民办
"""
TEACHERS = "教师编号,学校标识码,学段,任教学科,本校任教年限,年龄\nT1,1,小学,音乐,9,30\nT2,2,小学,音乐,9,30\nT3,2,小学,体育,2,30\nT4,3,小学,音乐,9,30\n"


def share(folder: Path, command: str, config: str = CITY, lang: str = "zh", **files: str) -> Result:
    path = write_town(folder, config, **{"schools": SCHOOLS, "teachers": TEACHERS} | files)
    return CliRunner(env={"DISTRICTING_LANG": lang}).invoke(cli, ["share", command, path, "-o", str(folder / "out"), "--json"])


def facts(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize(("command", "act"), [("rotation", "按县交流"), ("roving", "按县走教"), ("research", "按县教研")])
def test_without_a_plan_each_command_names_its_own_key_and_that_key_works(tmp_path: Path, command: str, act: str) -> None:
    refused = share(tmp_path, command)
    assert refused.exit_code == 4
    assert act in refused.output
    found = re.search(r"sharing\.(\w+)\.scope = \"county\"", refused.output.replace('\\"', '"'))
    assert found is not None
    assert found[1] == command
    part = 'if_short = "part"\n' if command == "rotation" else ""
    facts(share(tmp_path, command, f'{CITY}[sharing.{found[1]}]\nscope = "county"\n{part}'))


@pytest.mark.parametrize("command", ["staffing", "research"])
def test_a_table_without_any_subject_is_refused_and_the_column_it_names_mends_it(tmp_path: Path, command: str) -> None:
    config = CITY + '[sharing.research]\nscope = "county"\n'
    refused = share(tmp_path, command, config, teachers=TEACHERS.replace("任教学科", "别的"))
    assert refused.exit_code == 4
    assert "任教学科" in refused.output
    facts(share(tmp_path, command, config))


def test_posts_follow_pupils_also_in_a_stage_whose_teachers_say_no_subject(tmp_path: Path) -> None:
    """90 + 95 pupils of two public primaries at 19 a post, 2 and 3 classes: 5 + 6; the junior of 135 pupils has 10 whose subject nobody says."""
    schools = SCHOOLS + "4,中学,初中,108.01,34.01,610301,3,135,150,公办\n"
    found = facts(share(tmp_path, "staffing", schools=schools, teachers=TEACHERS + "T5,4,初中,,3,40\n"))
    # fewer than 200 pupils: by class, 3 x 3.5 = 10.5
    assert (found["posts"], found["without_subject"]) == (5 + 6 + 11, 1)


@pytest.mark.parametrize("command", ["rotation", "roving"])
def test_private_schools_and_their_teachers_are_counted_as_taking_no_part(tmp_path: Path, command: str) -> None:
    result = share(tmp_path, command, CITY + f'[sharing.{command}]\nscope = "county"\n' + ('if_short = "part"\n' if command == "rotation" else ""))
    found = facts(result)
    assert (found["schools_private"], found["teachers_private"], found["schools_outside"]) == (1, 1, 0)
    assert "1所民办学校（按学段计）的1名教师" in result.output


def test_what_visitors_may_give_at_most_is_headed_as_an_upper_bound_and_areas_are_no_attendance_zones(tmp_path: Path) -> None:
    facts(share(tmp_path, "roving", CITY + '[sharing.roving]\nscope = "county"\n'))
    head = (tmp_path / "out" / "roving_areas.csv").read_text("utf-8-sig").splitlines()[0].split(",")
    assert "走教承担上限" in head
    assert "下限" not in head
    sentences = [v["zh"] for v in tomllib.loads(Path("districting/wording/sharing.toml").read_text("utf-8")).values()]
    assert not [s for s in sentences if "片区" in s]
