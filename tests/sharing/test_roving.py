"""Weeks of roving teachers by hand, and against every timetable of small towns."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from districting.checking.sharing.roving import broken_roving
from districting.cli.commands import cli
from districting.model.roving_problem import Roving, RovingProblem, Trip
from districting.sharing import roving
from districting.sharing.roving import rove
from districting.sharing.roving_week import on_weekdays
from tests.sharing.small_town import town_config, write_town


def town(home: list[int], demand: list[int], minutes: object, *, load: int = 16, free: int | None = None, **more: object) -> RovingProblem:
    t, s = len(home), len(demand)
    way = np.full((s, s), float(minutes)) if isinstance(minutes, (int, float)) else np.array(minutes, dtype=float)
    np.fill_diagonal(way, 0.0)
    given = np.full(t, load if free is None else free)
    return RovingProblem(np.array(home, dtype=np.int64), np.full(t, load), given, np.array(demand), way, np.ones(s), **more)


def week(problem: RovingProblem, found: Roving) -> list[tuple[int, int, int, int, int]]:
    room = np.full(len(problem.demand), 100)
    visits = on_weekdays(found.trips, room, np.zeros((len(room), problem.days, 2), dtype=np.int64))
    rows = []
    for trip, (day, first, second) in zip(found.trips, visits, strict=True):
        rows.append((trip.teacher, day, first, trip.first, trip.lessons_first))
        rows += [(trip.teacher, day, second, trip.second, trip.lessons_second)] if second >= 0 else []
    return rows


def test_own_lessons_come_first_and_what_is_left_goes_where_it_is_wanted() -> None:
    found = rove(town([0], [10, 9], 15))
    assert found.at_home.tolist() == [10]
    # six lessons are left: one day away, four in one half-day and two in the other
    assert found.trips == (Trip(0, 1, 1, 4, 2, 30.0),)
    assert (found.covered, found.bound, found.minutes, found.status) == (6.0, 6.0, 30.0, "optimal")


def test_a_day_leads_to_two_schools_where_that_is_shorter() -> None:
    # home at 0, schools at 20 and 30 along one road: 20 + 10 + 30 minutes instead of 40 + 60
    found = rove(town([0], [8, 4, 4], [[0, 20, 30], [20, 0, 10], [30, 10, 0]]))
    assert found.covered == 8
    assert found.minutes == 60.0
    assert [(t.first, t.second) for t in found.trips] == [(1, 2)]


def test_nobody_goes_farther_than_the_limit_to_more_schools_than_three_or_gives_more_than_is_free() -> None:
    assert rove(town([0], [0, 8], 41)).trips == ()
    found = rove(town([0], [4, 4, 4, 4], 10))  # teaches at home, so only two others
    assert len({t.first for t in found.trips} | {t.second for t in found.trips} - {-1}) == 2
    assert found.covered == 8
    assert rove(town([0], [4, 12], 10, free=3)).covered == 3


def test_the_own_school_is_one_of_the_three_where_the_teacher_has_lessons_there_and_only_then() -> None:
    """Four schools that need a half-day each. With lessons at home two others, without them three: in the answer and when it is counted again."""
    for at_home, others in ((4, 2), (0, 3)):
        problem = town([0], [at_home, 4, 4, 4, 4], 10, load=20)
        found = rove(problem)
        assert len({row[3] for row in week(problem, found)}) == others
        assert broken_roving(problem, [at_home], [(0, d, 0, s, 4) for d, s in enumerate(range(1, 1 + others))]) == []
        assert broken_roving(problem, [at_home], [(0, d, 0, s, 4) for d, s in enumerate(range(1, 2 + others))]) == ["schools"]


def test_the_weak_school_is_served_first() -> None:
    problem = town([0], [12, 4, 4], [[0, 10, 30], [10, 0, 30], [30, 30, 0]])
    assert [t.first for t in rove(problem).trips] == [1]
    weak = RovingProblem(problem.home_of_teacher, problem.load, problem.free, problem.demand, problem.minutes, np.array([1.0, 1.0, 2.0]))
    assert [t.first for t in rove(weak).trips] == [2]


@pytest.mark.parametrize("problem", [town([], [3], 1), town([0], [0], 1), town([0, 0], [40], 1), town([0], [4, 4], np.inf)])
def test_nobody_nothing_to_spare_or_nowhere_to_go(problem: RovingProblem) -> None:
    found = rove(problem)
    assert (found.covered, found.bound, found.minutes, found.status, found.trips) == (0.0, 0.0, 0.0, "optimal", ())


def test_a_load_that_leaves_no_half_day_free_is_refused() -> None:
    with pytest.raises(ValueError, match="half of the half-days"):
        town([0], [1], 1, load=21)


TOWNS = st.tuples(
    st.lists(st.integers(0, 2), min_size=1, max_size=3),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
    st.lists(st.sampled_from([10.0, 25.0, 35.0, 50.0]), min_size=3, max_size=3),
    st.integers(1, 3),
    st.integers(2, 3),
)


@settings(max_examples=25, deadline=None)
@given(TOWNS)
def test_no_timetable_covers_more_than_the_bound_and_an_optimal_one_is_reached(case: tuple[list[int], list[int], list[float], int, int]) -> None:
    home, demand, (ab, ac, bc), free, schools = case
    assume(2 * max(ab, ac, bc) <= ab + ac + bc)  # ways are shortest ways: no detour over a third school is shorter
    problem = town(home, demand, [[0, ab, ac], [ab, 0, bc], [ac, bc, 0]], load=4, free=free, max_schools=schools, half_day_lessons=2, days=2)
    found = rove(problem)
    best, least = every_timetable(problem)
    assert broken_roving(problem, found.at_home.tolist(), week(problem, found)) == []
    assert found.covered <= best <= found.bound + 1e-6
    if found.status == "optimal":
        assert found.covered == best
        assert found.minutes == pytest.approx(least)


def every_timetable(problem: RovingProblem) -> tuple[int, float]:
    """Most lessons away and then least minutes, teacher by teacher and half-day by half-day: another model of the same rules."""
    t, s, d = len(problem.load), len(problem.demand), problem.days
    ways = {}
    for h, (a, b) in product(range(s), product(range(s), repeat=2)):
        legs = [(x, y) for x, y in ((h, a), (a, b), (b, h)) if x != y]
        if all(problem.minutes[x, y] <= problem.max_hop_minutes for x, y in legs):
            ways[h, a, b] = int(sum(problem.minutes[x, y] for x, y in legs))
    model = cp_model.CpModel()
    day = {(k, w, a, b): model.new_bool_var("") for k in range(t) for w in range(d) for h, a, b in ways if h == problem.home_of_teacher[k]}
    gives = {(k, w, half, c): model.new_int_var(0, problem.half_day_lessons, "") for k in range(t) for w in range(d) for half in (0, 1) for c in range(s)}
    goes = {(k, c): model.new_bool_var("") for k in range(t) for c in range(s)}
    for k in range(t):
        for w in range(d):
            model.add_exactly_one(v for (k2, w2, _, _), v in day.items() if (k2, w2) == (k, w))
            for half, c in product((0, 1), range(s)):
                there = [v for (k2, w2, *stops), v in day.items() if (k2, w2) == (k, w) and stops[half] == c]
                model.add(gives[k, w, half, c] <= problem.half_day_lessons * sum(there))
        for c in range(s):
            mine = [gives[k, w, half, c] for w in range(d) for half in (0, 1)]
            model.add(sum(mine) <= problem.half_day_lessons * 2 * d * goes[k, c])
        model.add(sum(goes[k, c] for c in range(s)) <= problem.max_schools)
        model.add(sum(v for (k2, *_), v in gives.items() if k2 == k) <= int(problem.load[k]))
        model.add(sum(v for (k2, _, _, c), v in gives.items() if k2 == k and c != problem.home_of_teacher[k]) <= int(problem.free[k]))
    for c in range(s):
        everybody = [v for (_, _, _, c2), v in gives.items() if c2 == c]
        own = [v for (k, _, _, c2), v in gives.items() if c2 == c and problem.home_of_teacher[k] == c]
        model.add(sum(everybody) <= int(problem.demand[c]))
        model.add(sum(own) == int(min(sum(problem.load[problem.home_of_teacher == c]), problem.demand[c])))
    away = sum(v for (k, _, _, c), v in gives.items() if c != problem.home_of_teacher[k])
    minutes = sum(ways[int(problem.home_of_teacher[k]), a, b] * v for (k, _, a, b), v in day.items())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    model.maximize(1000 * away - minutes)
    assert solver.solve(model) == cp_model.OPTIMAL
    return int(solver.value(away)), float(solver.value(minutes))


@pytest.mark.parametrize("seed", range(6))
def test_with_few_patterns_of_days_open_the_bounds_still_hold_for_weeks_of_all_patterns(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.random((6, 2)) * 25
    problem = town(sorted(rng.integers(0, 3, 4).tolist()), rng.integers(2, 12, 6).tolist(), np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)).tolist())
    every = rove(problem, nodes=10_000)
    monkeypatch.setattr(roving, "NEAR_DAYS", 2)
    few = rove(problem)
    assert few.bound >= every.covered
    assert few.covered <= every.bound + 1e-6
    assert few.minutes_bound <= few.minutes
    if every.covered >= few.covered:
        assert few.minutes_bound <= every.minutes + 1e-6
    if few.status == "optimal":
        assert (few.covered, few.minutes) == pytest.approx((every.covered, every.minutes), rel=1e-4)


def test_a_school_of_one_class_takes_one_visitor_in_a_half_day() -> None:
    given = np.zeros((2, 5, 2), dtype=np.int64)
    trips = [Trip(k, 1, -1, 4, 0, 20.0) for k in range(11)]
    visits = on_weekdays(trips, np.array([0, 4]), given)
    assert given[1].max() == 4
    assert sorted(v for v in visits if v[0] >= 0) == [(day, half, -1) for day in range(5) for half in (0, 1)]
    assert visits.count((-1, -1, -1)) == 1


def test_every_broken_rule_of_a_week_is_named() -> None:
    problem = town([0], [4, 8, 2], [[0, 10, 50], [10, 0, 10], [50, 10, 0]], load=8, free=3, max_schools=2, half_day_lessons=4, days=2)
    assert broken_roving(problem, [4], [(0, 0, 0, 1, 3)]) == []
    assert broken_roving(problem, [3], [(0, 0, 0, 1, 3)]) == ["home_first"]
    assert broken_roving(problem, [4], [(0, 0, 0, 1, 2), (0, 0, 1, 2, 1)]) == ["hop", "schools"]
    assert broken_roving(problem, [4], [(0, 0, 0, 1, 5)]) == ["free", "half_day", "load"]
    assert broken_roving(problem, [4], [(0, 0, 0, 1, 1), (0, 0, 0, 1, 1), (0, 2, 0, 1, 1)]) == ["days", "twice"]
    assert broken_roving(problem, [5], [(0, 0, 0, 1, 3)]) == ["demand", "home_first"]


CITY = town_config(
    "teachers",
    datum="wgs84",
    more="""[sharing.roving]
scope = "county"
lessons_per_class = { "音乐" = 2.0 }
""",
)
SCHOOLS = """学校标识码,学校名称,学段,经度,纬度,县级代码,班数,学位数
1,东小学,小学,108.00,34.00,610301,2,90
2,西小学,小学,108.01,34.00,610301,3,90
3,南小学,小学,108.02,34.00,610301,,90
4,北小学,小学,108.03,34.00,,1,90
"""
TEACHERS = "教师编号,学校标识码,学段,任教学科\nT1,1,小学,音乐\nT2,2,小学,\nT3,4,小学,音乐\n"


def told(folder: Path, teachers: str = TEACHERS) -> Any:
    write_town(folder, CITY, schools=SCHOOLS, teachers=teachers)
    return CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(cli, ["share", "roving", str(folder / "city.toml"), "-o", str(folder / "out"), "--json"])


def test_the_command_covers_what_it_can_and_names_who_takes_no_part(tmp_path: Path) -> None:
    """东小学 needs 4 lessons and has one teacher of 16; 西小学 needs 6 and has none; 南小学 gives no classes; 北小学 lies in no county."""
    result = told(tmp_path)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["lessons_needed"], found["by_own"], found["by_visitors"], found["uncovered"], found["status"]) == (10, 4, 6, 0, "optimal")
    assert (found["schools_outside"], found["schools_without_classes"], found["teachers_without_subject"]) == (1, 1, 1)
    for words in ("1所学校（学段）不在任何学区或县区", "1所学校（学段）没有班数", "1名教师没有学科"):
        assert words in result.output
    rows = (tmp_path / "out" / "roving_timetable.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[3:5] for row in rows] == [["T1", "东小学"]] * 2
    assert sorted(int(row.rsplit(",", 1)[1]) for row in rows) == [2, 4]


def test_a_table_in_which_nobody_teaches_the_subject_is_refused_with_the_column(tmp_path: Path) -> None:
    result = told(tmp_path, TEACHERS.replace("任教学科", "别的"))
    assert result.exit_code == 4
    assert "音乐" in result.output
    assert not (tmp_path / "out").exists()
