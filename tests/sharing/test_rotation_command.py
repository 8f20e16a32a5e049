"""The command that rotates teachers, on two schools a person can count; what it refuses, and that the loosening it names works."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.model.rotation_problem import required_movers
from tests.sharing.small_town import town_config, write_town

CITY = town_config(
    "teachers",
    more="""[tiers]
lead = ["优质校"]
weak = ["薄弱校"]
[sharing.rotation]
scope = "county"
""",
)


SCHOOLS = "学校标识码,学校名称,学段,县级代码,经度,纬度,在校生数,学位数,等次\n1,东小学,小学,610102,500000,3800000,100,100,优质校\n2,西小学,小学,610102,501000,3800000,100,100,薄弱校\n"


HEAD = "教师编号,学校标识码,任教学科,本校任教年限,年龄,性别,骨干教师,职称,免于交流原因\n"


def city(folder: Path, teachers: list[str], more: str = "") -> str:
    return write_town(folder, CITY + more, schools=SCHOOLS, teachers=HEAD + "\n".join(teachers) + "\n")


def row(i: int, school: int, subject: str = "语文", years: int = 8, backbone: str = "否", age: int = 30, reason: str = "") -> str:
    return f"T{i:02},{school},{subject},{years},{age},女,{backbone},一级教师,{reason}"


def run(config: str, *more: str, lang: str = "zh"):
    return CliRunner(env={"DISTRICTING_LANG": lang}).invoke(cli, ["share", "rotation", config, "--overwrite", *more])


def test_the_command_lists_moves_coefficients_and_who_is_not_eligible(tmp_path: Path) -> None:
    strong = [row(i, 1, backbone="是") for i in range(6)] + [row(6, 1, years=2), row(7, 1, age=45), row(8, 1, reason="病假"), row(9, 1, subject="")]
    weak = [row(i, 2) for i in range(10, 20)]
    result = run(city(tmp_path, strong + weak), "-o", str(tmp_path / "out"), "--json")
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout)
    assert (facts["eligible"], facts["required"], facts["rotators"], facts["backbone_required"], facts["backbone_rotators"]) == (17, 2, 2, 1, 1)
    moves = [line.split(",") for line in (tmp_path / "out" / "rotation_moves.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert [(m[5], m[7], m[10]) for m in moves] == [("1", "2", "强校（城区）到弱校（乡村）"), ("2", "1", "弱校（乡村）到强校（城区）跟岗")]
    reasons = (tmp_path / "out" / "rotation_reasons.csv").read_text("utf-8-sig").splitlines()
    assert reasons[1] == "符合条件,16"
    assert set(reasons[2:]) == {"免于交流,1", "任教（任职）年限不足,1", "超过年龄,1", "符合条件，但没有学科，不能安排,1"}
    cv = [line.split(",") for line in (tmp_path / "out" / "rotation_cv.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert [r[6] for r in cv if r[2] == "生均骨干教师数"] == ["下降"]


def test_shares_out_of_reach_are_named_with_relaxations_that_work(tmp_path: Path) -> None:
    teachers = [row(i, 1, subject="语文", backbone="是") for i in range(15)] + [row(i, 2, subject="数学") for i in range(15, 30)]
    config = city(tmp_path, teachers, "subject_change = 0\n")
    refused = run(config, "-o", str(tmp_path / "out"), lang="en")
    assert refused.exit_code == 3
    assert "3 teachers must rotate (of 30 eligible), the rules let 0 go" in refused.output
    # one teacher of each subject lets two go, and the staff may differ by one: the subjects alone are in the way
    assert "what binds: change of a school's teachers of a subject (subject_change)" in refused.output
    assert "subject_change = 2 under" in refused.output
    wider = run(city(tmp_path, teachers, "subject_change = 2\n"), "-o", str(tmp_path / "out"), "--json")
    assert json.loads(wider.stdout)["rotators"] == 4  # three are asked; four, in pairs, keep the numbers of teachers even
    assert run(city(tmp_path, teachers, "subject_change = 1\n"), "-o", str(tmp_path / "out")).exit_code == 3
    part = run(city(tmp_path, teachers, 'subject_change = 0\nif_short = "part"\n'), "-o", str(tmp_path / "out"), "--json")
    facts = json.loads(part.stdout)
    assert (facts["rotators"], facts["areas"][0]["finding"]) == (0, "part")


def test_without_teachers_or_without_a_plan_the_command_says_what_to_give(tmp_path: Path) -> None:
    config = city(tmp_path, [row(1, 1)])
    text = (tmp_path / "city.toml").read_text("utf-8")
    (tmp_path / "city.toml").write_text(text.replace('scope = "county"\n', ""), "utf-8")
    assert run(config, "-o", str(tmp_path / "out")).exit_code == 4
    (tmp_path / "city.toml").write_text(text.replace('teachers = "teachers.csv"\n', ""), "utf-8")
    result = run(config, "-o", str(tmp_path / "out"))
    assert result.exit_code == 4
    assert not (tmp_path / "out").exists()


def written(output: str) -> dict[str, str]:
    """The settings that the least loosening tells to write."""
    keys = re.search(r"no further than needed: (.*?) under", output)[1]
    return dict(pair.split(" = ") for pair in keys.split(", "))


@pytest.mark.parametrize(
    ("rules", "least"),
    [
        # all of the strong school, none of the weak one: three go one way, none of them a backbone teacher
        ("", {"subject_change": 3, "staff_change": 3, "backbone_share": 0.0}),
        # the same where staff may change as it likes: subjects and backbone teachers remain
        ("staff_change = 9\n", {"subject_change": 3, "backbone_share": 0.0}),
        ("staff_change = 9\nbackbone_share = 0.0\n", {"subject_change": 3}),
    ],
)
def test_the_rules_that_bind_are_named_with_the_least_values_that_work_and_none_smaller_does(tmp_path: Path, rules: str, least: dict[str, float]) -> None:
    teachers = [row(i, 1) for i in range(30)] + [row(i, 2, years=2) for i in range(30, 60)]
    refused = run(city(tmp_path, teachers, rules), "-o", str(tmp_path / "out"), lang="en")
    assert refused.exit_code == 3
    keys = written(refused.output)
    assert {k: float(v) for k, v in keys.items()} == least
    assert all(f"({k})" in refused.output for k in keys)

    def again(values: dict[str, str]) -> int:
        kept = [line for line in rules.splitlines() if line.split(" = ")[0] not in values]
        return run(city(tmp_path, teachers, "\n".join([*kept, *(f"{k} = {v}" for k, v in values.items())]) + "\n"), "-o", str(tmp_path / "out")).exit_code

    assert again(keys) == 0
    for name in keys:
        nearer = {"subject_change": "2", "staff_change": "2", "backbone_share": "0.01"}[name]
        assert again({**keys, name: nearer}) == 3


def test_where_only_the_weak_school_could_give_the_direction_is_named_and_no_setting(tmp_path: Path) -> None:
    teachers = [row(i, 1, years=2) for i in range(30)] + [row(i, 2) for i in range(30, 60)]
    wide = "staff_change = 9\nsubject_change = 9\nbackbone_share = 0.0\nweak_floor = false\n"
    refused = run(city(tmp_path, teachers, wide), "-o", str(tmp_path / "out"), lang="en")
    assert refused.exit_code == 3
    assert "what binds: weak schools together get no fewer than they give (direction)" in refused.output
    assert "no further than needed" not in refused.output


def test_fewer_years_in_the_school_are_named_where_they_make_enough_teachers_eligible(tmp_path: Path) -> None:
    """Ten of the strong school may go, nobody of the weak one; five of these have been there for four years, others for two."""
    tight = "staff_change = 0\nbackbone_share = 0.0\n"
    teachers = [row(i, 1) for i in range(10)] + [row(i, 2, years=4 if i < 15 else 2) for i in range(10, 20)]
    refused = run(city(tmp_path, teachers, tight), "-o", str(tmp_path / "out"), lang="en")
    assert refused.exit_code == 3
    assert "min_years = 4 under" in refused.output
    assert run(city(tmp_path, teachers, f"{tight}min_years = 4\n"), "-o", str(tmp_path / "out")).exit_code == 0


@pytest.fixture(scope="module")
def mixed() -> list[str]:
    """Twenty teachers of 语文 in each school; all of the strong one are eligible, two of them backbone teachers, and two of the weak one."""
    strong = [row(i, 1, backbone="是" if i < 2 else "否") for i in range(20)]
    return [*strong, *(row(i, 2, years=8 if i < 22 else 2) for i in range(20, 40))]


def relaxation(output: str, name: str) -> float:
    """The number that a relaxation tells to write for ``name``."""
    return float(re.search(rf"[:,] {name} = ([0-9.]+)", output)[1])


def test_the_largest_share_within_reach_is_named_and_works_and_one_teacher_more_does_not(tmp_path: Path, mixed: list[str]) -> None:
    """Staff keep their numbers, so that two of the weak school let two of the strong one go: four of 22."""
    tight = "staff_change = 0\nbackbone_share = 0.5\n"
    refused = run(city(tmp_path, mixed, f"{tight}share = 0.4\n"), "-o", str(tmp_path / "out"), lang="en")
    assert refused.exit_code == 3
    share = relaxation(refused.output, "share")
    assert "rotation share at most 18.18% instead of 40.00%" in refused.output
    assert required_movers(22, share) == 4
    eased = run(city(tmp_path, mixed, f"{tight}share = {share}\n"), "-o", str(tmp_path / "out"), "--json")
    assert json.loads(eased.stdout)["rotators"] == 4
    assert run(city(tmp_path, mixed, f"{tight}share = {5 / 22}\n"), "-o", str(tmp_path / "out")).exit_code == 3


def test_the_largest_backbone_share_within_reach_is_named_and_works(tmp_path: Path, mixed: list[str]) -> None:
    """Four go; two of them at most are backbone teachers."""
    tight = "staff_change = 0\nshare = 0.18\n"
    refused = run(city(tmp_path, mixed, f"{tight}backbone_share = 0.75\n"), "-o", str(tmp_path / "out"), lang="en")
    assert refused.exit_code == 3
    assert "backbone share at most 50.00% instead of 75.00%" in refused.output
    eased = run(city(tmp_path, mixed, f"{tight}backbone_share = {relaxation(refused.output, 'backbone_share')}\n"), "-o", str(tmp_path / "out"), "--json")
    assert json.loads(eased.stdout)["backbone_rotators"] == 2


def test_where_neither_share_alone_can_be_lowered_enough_both_are_named_and_work(tmp_path: Path, mixed: list[str]) -> None:
    """Of 22 eligible half must be backbone teachers: there are two."""
    tight = 'staff_change = 0\nbackbone_base = "eligible"\n'
    refused = run(city(tmp_path, mixed, f"{tight}share = 0.4\nbackbone_share = 0.5\n"), "-o", str(tmp_path / "out"), lang="en")
    assert refused.exit_code == 3
    shares = {name: relaxation(refused.output, name) for name in ("share", "backbone_share")}
    eased = run(city(tmp_path, mixed, tight + "".join(f"{k} = {v}\n" for k, v in shares.items())), "-o", str(tmp_path / "out"), "--json")
    facts = json.loads(eased.stdout)
    assert (facts["rotators"], facts["backbone_rotators"]) == (4, 2)


def test_wishes_bounds_and_gaps_stand_in_the_terminal_the_table_and_the_facts(tmp_path: Path) -> None:
    wish = [row(i, 1, backbone="是") + "," for i in range(9)] + [row(9, 1, backbone="是") + ",西小学"]
    config = city(tmp_path, [*wish, *(row(i, 2) + "," for i in range(10, 20))])
    table = (tmp_path / "teachers.csv").read_text("utf-8")
    (tmp_path / "teachers.csv").write_text(table.replace(HEAD, HEAD.rstrip() + ",交流意愿\n"), "utf-8")
    told = run(config, "-o", str(tmp_path / "out"))
    assert told.exit_code == 0, told.output
    assert "下限" in told.output
    assert "路程合计" in told.output
    assert "1人填了交流范围内的意愿学校，满足1人" in told.output
    facts = json.loads((tmp_path / "out" / "rotation.json").read_text("utf-8"))
    assert (facts["wishing"], facts["wishes_met"], facts["travel_proof"]) == (1, 1, "all_plans")
    assert facts["bound"] <= facts["objective"]
    assert facts["travel_bound_m"] <= facts["travel_m"] == 2000.0
    assert facts["travel_gap"] == pytest.approx(1 - facts["travel_bound_m"] / facts["travel_m"])
    moves = list(csv.DictReader((tmp_path / "out" / "rotation_moves.csv").read_text("utf-8-sig").splitlines()))
    assert {m["教师编号"]: m["意愿"] for m in moves}["T09"] == "满足"


def test_the_floor_can_be_switched_off_and_weak_schools_that_lose_are_counted(tmp_path: Path) -> None:
    """Two weak schools of eight and of four teachers beside a strong one of six: evenness would take from the first."""
    teachers = [row(i, 1) for i in range(6)] + [row(i, 2) for i in range(6, 14)] + [row(i, 3) for i in range(14, 18)]
    told = {}
    for floor in ("true", "false"):
        config = city(tmp_path, teachers, f"weak_floor = {floor}\nbackbone_share = 0.0\n")
        (tmp_path / "schools.csv").write_text(SCHOOLS + "3,南小学,小学,610102,502000,3800000,100,100,薄弱校\n", "utf-8")
        result = run(config, "-o", str(tmp_path / "out"))
        assert result.exit_code == 0, result.output
        facts = json.loads((tmp_path / "out" / "rotation.json").read_text("utf-8"))
        told[floor] = (facts["weak_schools"], facts["weak_below"], "都没有净减少" in result.output, "1所交流后教师或骨干教师净减少" in result.output)
    assert told == {"true": (2, 0, True, False), "false": (2, 1, False, True)}
