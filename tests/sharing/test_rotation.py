"""Rotation of teachers, drawn by hand; every plan recounted, small ones against all plans there are."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from districting.checking.rotation import broken_rotation_rules, miscounted
from districting.cli.commands import cli
from districting.errors import InfeasibleError
from districting.measures.balance import coefficient_of_variation
from districting.model.rotation_problem import RotationProblem, RotationSolution, Shortfall, required_backbone, required_movers
from districting.model.teacher_settings import RotationSettings
from districting.planning.sharing.short import Again, refuse_short
from districting.sharing.rotation import rotate


def town(school, backbone, *, subject=None, eligible=None, movers=2, **changes) -> RotationProblem:
    """A small area on a line, 1 km from school to school; the first school is strong, the last weak."""
    at, good = np.array(school), np.array(backbone, dtype=bool)
    s, t = int(at.max()) + 1, len(at)
    side = np.zeros(s, dtype=np.int64)
    side[0], side[-1] = 1, -1
    line = np.arange(s, dtype=float)
    problem = RotationProblem(
        stage=np.zeros(s, dtype=np.int64),
        pupils=np.full(s, 100.0),
        side=side,
        place=np.arange(s),
        distance_m=1000.0 * np.abs(line[:, None] - line[None]),
        school=at,
        subject=np.zeros(t, dtype=np.int64) if subject is None else np.array(subject),
        eligible=np.ones(t, dtype=bool) if eligible is None else np.array(eligible, dtype=bool),
        backbone=good,
        leader=np.zeros(t, dtype=bool),
        counts=np.column_stack([np.ones(t), good]),
        partner=np.full(t, -1),
        subject_change=np.ones(2, dtype=np.int64),
        staff_change=0,
        movers=movers,
        backbone_movers=1,
        most=movers,
    )
    return dataclasses.replace(problem, **changes)


def worst(problem: RotationProblem, school) -> float:
    return max(coefficient_of_variation(np.bincount(school, column, problem.schools), problem.pupils) for column in problem.counts.T if column.any())


def test_of_47_eligible_five_go_and_one_of_them_is_a_backbone_teacher() -> None:
    assert required_movers(47, 0.10) == 5
    assert required_backbone(5, 47, 20, 0.20, "rotators") == 1
    assert required_backbone(5, 47, 20, 0.20, "eligible") == 10


def test_fewer_than_ten_eligible_send_one_whatever_the_share_and_nobody_sends_nobody() -> None:
    assert [required_movers(e, 0.30) for e in (0, 1, 9, 10)] == [0, 1, 1, 3]


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_that_keeps_the_rules_has_a_smaller_worst_coefficient_or_less_travel_at_the_same_evenness(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = town(np.repeat([0, 1, 2], [3, 2, 3]), rng.random(8) < 0.5, subject=rng.integers(0, 2, 8), eligible=rng.random(8) < 0.8, backbone_movers=0)
    found = rotate(problem)
    every = [np.array(p) for p in itertools.product(range(3), repeat=8) if (np.array(p) != problem.school).sum() == 2]
    kept = [p for p in every if not broken_rotation_rules(problem, p)]
    if isinstance(found, Shortfall):
        assert not kept
        return
    assert broken_rotation_rules(problem, found.school_of_teacher) == []
    before = [coefficient_of_variation(np.bincount(problem.school, c, 3), problem.pupils) for c in problem.counts.T]

    def rises(p: np.ndarray) -> bool:
        after = [coefficient_of_variation(np.bincount(p, c, 3), problem.pupils) for c in problem.counts.T]
        return any(a > b + 1e-9 for a, b in zip(after, before, strict=True))

    fair = [p for p in kept if not rises(p)] if found.held else kept
    least = min(worst(problem, p) for p in fair)
    assert found.objective == pytest.approx(least)
    assert found.bound == pytest.approx(least)
    assert found.status == "optimal"


def test_a_backbone_teacher_of_the_strong_school_changes_with_another_of_the_same_subject() -> None:
    problem = town([0, 0, 0, 1, 1, 1], [1, 1, 0, 0, 0, 0], subject=[0, 1, 1, 1, 0, 0], subject_change=np.zeros(2, dtype=np.int64))
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    gone = np.flatnonzero(found.school_of_teacher != problem.school)
    assert len(set(problem.subject[gone].tolist())) == 1
    assert found.objective == 0.0


def test_the_weak_school_never_loses_in_number_or_in_backbone_teachers() -> None:
    problem = town([0, 0, 0, 1, 1, 1], [1, 1, 0, 1, 1, 1], staff_change=1)
    assert isinstance(rotate(problem), RotationSolution)
    broken = problem.school.copy()
    broken[[2, 3]] = [1, 0]
    # the strong school is one up and the weak one down in backbone teachers
    assert broken_rotation_rules(problem, broken) == ["direction (2)"]


def test_one_weak_school_does_not_pay_for_another() -> None:
    """The middle and the last school are weak; the middle one has too many teachers, so that evenness alone would take one from it for the last."""
    problem = town([0, 0, 0, 1, 1, 1, 1, 2, 2], [0] * 9, staff_change=1, backbone_movers=0, side=np.array([1, -1, -1]))
    free = rotate(problem)
    assert isinstance(free, RotationSolution)
    assert np.bincount(free.school_of_teacher).tolist() == [3, 3, 3]
    floored = dataclasses.replace(problem, floor=np.array([False, True, True]))
    assert broken_rotation_rules(floored, free.school_of_teacher) == ["weak_floor (1)"]
    kept = rotate(floored)
    assert isinstance(kept, RotationSolution)
    assert broken_rotation_rules(floored, kept.school_of_teacher) == []
    assert np.bincount(kept.school_of_teacher)[1] >= 4


@pytest.mark.parametrize("seed", range(3))
def test_under_a_floor_no_plan_that_keeps_the_rules_is_more_even(seed: int) -> None:
    rng = np.random.default_rng(40 + seed)
    problem = town(
        np.repeat([0, 1, 2], [3, 3, 2]), rng.random(8) < 0.5, staff_change=1, backbone_movers=0, side=np.array([1, -1, -1]), floor=np.array([False, True, True])
    )
    every = [np.array(p) for p in itertools.product(range(3), repeat=8) if (np.array(p) != problem.school).sum() == 2]
    kept = [p for p in every if not broken_rotation_rules(problem, p)]
    for p in kept:
        net = np.bincount(p, minlength=3) - np.bincount(problem.school, minlength=3)
        assert net[1:].min() >= 0
    before = [coefficient_of_variation(np.bincount(problem.school, c, 3), problem.pupils) for c in problem.counts.T]
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    fair = [
        p
        for p in kept
        if all(coefficient_of_variation(np.bincount(p, c, 3), problem.pupils) <= b + 1e-9 for c, b in zip(problem.counts.T, before, strict=True))
    ]
    assert found.objective == pytest.approx(min(worst(problem, p) for p in (fair if found.held else kept)))


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


def test_where_only_the_weak_have_backbone_teachers_and_few_the_shortfall_is_counted() -> None:
    problem = town([0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 0, 0], movers=2, backbone_movers=1)
    assert rotate(problem) == Shortfall(2, 0)


def test_without_exchange_in_the_subject_nobody_can_go_and_one_more_of_a_subject_lets_them() -> None:
    apart = town([0, 0, 1, 1], [1, 0, 0, 0], subject=[0, 0, 1, 1], subject_change=np.zeros(2, dtype=np.int64))
    assert rotate(apart) == Shortfall(0, 0)
    assert isinstance(rotate(dataclasses.replace(apart, subject_change=np.ones(2, dtype=np.int64))), RotationSolution)


def test_a_school_without_pupils_takes_nobody() -> None:
    problem = town([0, 0, 1, 1, 2, 2], [1, 1, 0, 0, 0, 0], pupils=np.array([100.0, 0.0, 100.0]))
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    assert not (found.school_of_teacher[found.school_of_teacher != problem.school] == 1).any()


def test_a_leadership_of_three_sends_nobody_and_one_of_four_sends_one() -> None:
    three = town([0] * 3 + [1] * 3, [0] * 6, leader=np.ones(6, dtype=bool), backbone_movers=0)
    assert rotate(three) == Shortfall(0, 0)
    four = town([0] * 4 + [1] * 4, [0] * 8, leader=np.ones(8, dtype=bool), backbone_movers=0)
    assert isinstance(rotate(four), RotationSolution)


def test_a_couple_goes_the_same_way_when_it_costs_nothing() -> None:
    partner = np.full(8, -1)
    partner[[0, 1]] = [1, 0]
    problem = town([0, 0, 0, 0, 1, 1, 1, 1], [0] * 8, partner=partner, movers=4, backbone_movers=0, eligible=[1, 1, 1, 0, 1, 1, 0, 0])
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    assert found.split_couples == 0
    assert found.school_of_teacher[[0, 1]].tolist() == [1, 1]


CITY = """
[project]
name = "小城"
year = 2026
crs = "EPSG:4545"
[inputs]
schools = "schools.csv"
teachers = "teachers.csv"
[inputs.datum]
schools = "EPSG:4545"
[tiers]
lead = ["优质校"]
weak = ["薄弱校"]
[sharing.rotation]
scope = "county"
"""
SCHOOLS = "学校标识码,学校名称,学段,县级代码,经度,纬度,在校生数,学位数,等次\n1,东小学,小学,610102,500000,3800000,100,100,优质校\n2,西小学,小学,610102,501000,3800000,100,100,薄弱校\n"
HEAD = "教师编号,学校标识码,任教学科,本校任教年限,年龄,性别,骨干教师,职称,免于交流原因\n"


def city(folder: Path, teachers: list[str], more: str = "") -> str:
    (folder / "city.toml").write_text(CITY + more, "utf-8")
    (folder / "schools.csv").write_text(SCHOOLS, "utf-8")
    (folder / "teachers.csv").write_text(HEAD + "\n".join(teachers) + "\n", "utf-8")
    return str(folder / "city.toml")


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


@pytest.mark.parametrize(("county", "named"), [([0, 0, 0, 1, 1, 1], True), ([0] * 6, False)])
def test_counties_are_named_instead_of_districts_only_where_their_schools_reach_the_shares(county: list[int], named: bool) -> None:
    """A district whose teachers all stand in one school; the county has those of the other school too, or has not."""
    alone = town([0] * 6, [0] * 6, backbone_movers=0)
    wider = town(county, [0] * 6, backbone_movers=0)
    fixed = np.zeros(2, dtype=bool)
    again = Again(lambda other: [(wider if other.scope == "county" else alone, fixed)], np.full(6, 8.0))
    with pytest.raises(InfeasibleError) as refused:
        refuse_short([("甲", alone, Shortfall(0, 0), fixed)], [(alone, fixed)], RotationSettings(), again)
    assert any('scope = "county"' in r.say("zh") for r in refused.value.relaxations) == named


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


def test_of_teachers_alike_the_one_who_wishes_for_the_school_goes_and_nothing_else_changes() -> None:
    """Two schools; one of four alike in the strong school goes, and only the last of them wishes for the weak one."""
    problem = town([0, 0, 0, 0, 1, 1, 1, 1], [0] * 8, backbone_movers=0)
    rank = np.zeros((8, 2), dtype=np.int64)
    rank[3, 1], rank[6, 0] = 1, 1
    wished = dataclasses.replace(problem, wish_rank=rank)
    plain, found = rotate(problem), rotate(wished)
    assert isinstance(plain, RotationSolution)
    assert isinstance(found, RotationSolution)
    assert np.flatnonzero(plain.school_of_teacher != problem.school).tolist() == [0, 4]
    assert np.flatnonzero(found.school_of_teacher != problem.school).tolist() == [3, 6]
    assert (found.wishes_met, plain.wishes_met) == (2, 0)
    assert (found.objective, found.travel_m) == (plain.objective, plain.travel_m)
    assert miscounted(wished, found) == []


def test_figures_that_are_not_those_of_the_labels_are_found() -> None:
    problem = town([0, 0, 0, 1, 1, 1], [1, 1, 0, 0, 0, 0])
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    assert miscounted(problem, found) == []
    for name, value in (("travel_m", 1.0), ("wishes_met", 1), ("objective", 0.5), ("bound", 1.0), ("travel_bound_m", 9e9)):
        assert len(miscounted(problem, dataclasses.replace(found, **{name: value}))) == 1


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
