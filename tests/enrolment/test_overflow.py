"""Overflow: who is placed where when a school is full; against every assignment on small cases; the independent check; dwellings."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.enrolment_overflow import check_overflow
from districting.enrolment.overflow import locked_dwellings, place_overflow, solve_overflow
from districting.enrolment.overflow_groups import beside_groups
from districting.enrolment.overflow_rows import rows_of
from districting.model.overflow_problem import OverflowProblem


def problem_of(metres, slots, scope, *, grade=None, room=None, group=None, last=None):
    metres, slots = np.array(metres, dtype=float), np.array(slots)
    slots = slots[:, None] if slots.ndim == 1 else slots
    n = len(metres)
    return OverflowProblem(
        metres, np.array(scope), np.zeros(n, dtype=int) if grade is None else np.array(grade), slots,
        slots.sum(axis=1) if room is None else np.array(room), np.full(n, -1) if group is None else np.array(group),
        np.zeros(n, dtype=bool) if last is None else np.array(last),
    )  # fmt: skip


def test_the_own_district_comes_before_a_nearer_school_elsewhere():
    found = place_overflow([[3000.0, 500.0]], [1, 1], [[0, 2]])
    assert (found.school_of_pupil.tolist(), found.scope_of_pupil.tolist(), found.distance_m.tolist()) == ([0], [0], [3000.0])


def test_with_one_seat_near_both_the_other_goes_where_it_costs_least():
    assert place_overflow([[100.0, 300.0], [200.0, 900.0]], [1, 5], [[0, 1], [0, 1]]).school_of_pupil.tolist() == [1, 0]


def test_who_finds_no_seat_is_said():
    found = place_overflow([[100.0], [50.0]], [1], [[0], [0]])
    assert found.school_of_pupil.tolist() == [-1, 0]
    assert found.spare_left.tolist() == [0]


def test_siblings_are_seated_at_one_school():
    found = place_overflow([[100.0, 900.0]] * 3, [1, 2], [[0, 1]] * 3, group=[7, 7, -1])
    assert found.school_of_pupil.tolist() == [1, 1, 0]


def test_twins_who_find_no_two_seats_wait_while_single_pupils_are_seated():
    # two seats that three single pupils want first; the twins would need both
    found = place_overflow([[300.0], [200.0], [250.0], [900.0], [900.0]], [2], [[0], [0], [0], [1], [1]], group=[-1, -1, -1, 1, 1])
    assert found.school_of_pupil.tolist() == [-1, 0, 0, -1, -1]


def test_siblings_of_two_grades_need_a_seat_in_each():
    """A has two seats in the first grade and none in the second; B one in each."""
    found = place_overflow([[100.0, 900.0]] * 2, [[2, 0], [1, 1]], [[0, 1]] * 2, group=[7, 7], grade=[0, 1])
    assert found.school_of_pupil.tolist() == [1, 1]


def test_a_school_at_its_cap_takes_no_more_though_grades_have_seats():
    found = place_overflow([[100.0, 900.0]] * 3, [[2, 2], [9, 9]], [[0, 1]] * 3, grade=[0, 1, 1], room=[2, 9])
    assert sorted(found.school_of_pupil.tolist()) == [0, 0, 1]


def test_who_comes_last_gets_what_the_others_leave_even_if_that_costs_more():
    found = place_overflow([[10.0, 20.0], [500.0, 9000.0]], [1, 1], [[0, 0], [0, 0]], last=[True, False])
    assert found.school_of_pupil.tolist() == [1, 0]


def test_a_group_comes_last_when_one_of_it_does():
    found = place_overflow([[10.0]] * 3, [2], [[0]] * 3, group=[4, 4, -1], last=[True, False, False])
    assert found.school_of_pupil.tolist() == [-1, -1, 0]


def test_a_dwelling_is_locked_for_six_years_and_open_to_the_same_family():
    register = [("d1", "f1", 2020), ("d2", "f2", 2021)]
    assert locked_dwellings(["d1", "d2", "d2", "d3"], ["f9", "f9", "f2", "f9"], 2026, register).tolist() == [False, True, False, False]


def test_one_who_transferred_into_grade_five_holds_the_seat_for_two_years():
    register = [("d1", "f1", 2024), ("d2", "f1", 2025)]
    assert locked_dwellings(["d1", "d2"], ["f9", "f9"], 2026, register, years=[2, 2]).tolist() == [False, True]


cases = st.integers(1, 4).flatmap(lambda n: st.tuples(
    st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=n, max_size=n),
    st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(-1, 3), min_size=3, max_size=3), min_size=n, max_size=n),
    st.lists(st.integers(-1, 1), min_size=n, max_size=n), st.lists(st.integers(0, 1), min_size=n, max_size=n),
    st.lists(st.integers(0, 4), min_size=3, max_size=3), st.lists(st.booleans(), min_size=n, max_size=n)))  # fmt: skip


@given(cases, st.booleans())
@settings(max_examples=120, deadline=None)
def test_no_assignment_seats_more_or_seats_them_in_better_scopes_or_nearer(case, bundled):
    """Every assignment is tried: first the number seated, then those in the first scope, the second ..., then the way; those who come last beside the others as placed."""
    metres, slots, scope, group, grade, room, last = (np.array(c) for c in case)
    group = group if bundled else np.full(len(group), -1)
    problem = problem_of(metres, slots, scope, group=group, grade=grade, room=room, last=last)
    found = solve_overflow(problem)
    mine = found.school_of_pupil.tolist()
    mates = [[j for j in range(len(group)) if j == i or (group[i] >= 0 and group[j] == group[i])] for i in range(len(group))]
    late = [any(last[j] for j in mates[i]) for i in range(len(group))]

    def key(choice, turn):
        rows = [(i, s) for i, s in enumerate(choice) if s >= 0 and late[i] == turn]
        worst = [max(int(scope[j, s]) for j in mates[i]) for i, s in rows]
        return (-len(rows), *(-worst.count(k) for k in range(4)), sum(int(metres[i, s]) for i, s in rows))

    def fits(choice):
        together = all(choice[i] == choice[j] for i in range(len(choice)) for j in mates[i])
        held = all(sum(c == s and g == k for c, g in zip(choice, grade, strict=True)) <= slots[s][k] for s in range(3) for k in range(2))
        return together and held and all(choice.count(s) <= room[s] for s in range(3)) and all(s < 0 or scope[i, s] >= 0 for i, s in enumerate(choice))

    every = [c for c in itertools.product(range(-1, 3), repeat=len(metres)) if fits(c)]
    first = [tuple(-1 if late[i] else s for i, s in enumerate(c)) for c in every]
    kept = [c for c in every if all(late[i] or c[i] == mine[i] for i in range(len(mine)))]
    assert fits(tuple(mine))
    assert key(mine, False) == min(key(c, False) for c in first)
    assert key(mine, True) == min(key(c, True) for c in kept)
    assert (found.status, found.gap) == ("optimal", 0.0)
    assert check_overflow(problem, found.school_of_pupil, found.scope_of_pupil) == []


def test_one_in_the_first_scope_outweighs_two_in_the_second():
    """Pupil 0 may go to A (first) or B (second), pupil 1 to B (second) or C (last); B has one seat."""
    found = place_overflow([[9.0, 1.0, np.inf], [np.inf, 1.0, 1.0]], [1, 1, 1], [[0, 1, -1], [-1, 1, 3]])
    assert found.school_of_pupil.tolist() == [0, 1]


@pytest.mark.parametrize("few", [1, 10**9])
def test_many_pupils_cost_no_more_than_the_transport_bound_and_arcs_left_out_at_first_come_in(few, monkeypatch):
    """One scope for all: the least travel is that of a plain assignment of pupils to seats."""
    from scipy.optimize import linear_sum_assignment

    monkeypatch.setattr("districting.enrolment.overflow_solve.FEW", few)
    monkeypatch.setattr("districting.enrolment.overflow_solve.NEAREST", 1)
    rng = np.random.default_rng(3)
    metres, seats = rng.integers(1, 10_000, (120, 20)).astype(float), rng.integers(0, 8, 20)
    found = solve_overflow(problem_of(metres, seats, np.zeros((120, 20), dtype=int)))
    wide = np.repeat(metres, seats, axis=1)
    rows, columns = linear_sum_assignment(wide)
    assert (found.school_of_pupil >= 0).sum() == len(rows)
    assert found.objective == pytest.approx(wide[rows, columns].sum())
    assert found.bound == pytest.approx(found.objective)


def test_when_the_time_is_up_groups_stay_whole_seats_are_held_and_the_bound_is_true():
    rng = np.random.default_rng(1)
    group = np.array([0, 0, 1, 1, 1, *[-1] * 15])
    problem = problem_of(rng.random((20, 5)), rng.integers(0, 4, 5), np.zeros((20, 5), dtype=int), group=group)
    rows = rows_of(problem, np.arange(20), problem.slots, problem.room)
    late, best = beside_groups(rows), solve_overflow(problem)
    assert not late.proven
    assert late.bound <= best.objective
    assert late.count[rows.arc_whole].sum() <= 2
    taken = np.bincount(rows.arc_school, weights=late.count * rows.arc_weight, minlength=5)
    assert (taken <= problem.room).all()
    assert (late.count * rows.arc_weight).sum() == min(20, problem.room.sum())


@pytest.mark.parametrize(
    ("label", "scope", "rule"),
    [([0, 0, -1], [0, 0, -1], "slots"), ([1, -1, -1], [2, -1, -1], "reach"), ([0, -1, 2], [1, -1, 2], "scope"), ([-1, -1, 2], [-1, -1, 2], "left_out"),
     ([2, 0, -1], [2, 0, -1], "lock"), ([0, 2, -1], [0, 2, -1], "group"), ([0, 5, 0], [0, 0, 0], "labels")],
)  # fmt: skip
def test_the_check_finds_what_is_wrong(label, scope, rule):
    """Three pupils; A has one seat (first scope), B is out of reach, C one seat (third scope). The first comes last."""
    metres, within = [[1.0, np.inf, 3.0]] * 3, [[0, 1, 2]] * 3
    group = [-1, -1, -1] if rule != "group" else [3, 3, -1]
    problem = problem_of(metres, [1, 1, 1], within, group=group, last=[rule == "lock", False, False])
    assert [v.rule for v in check_overflow(problem, np.array(label), np.array(scope))][:1] == [rule]


def test_the_check_finds_a_pupil_passed_over_and_a_school_over_its_cap():
    problem = problem_of([[1.0, 2.0]], [1, 1], [[0, 1]])
    assert [v.rule for v in check_overflow(problem, np.array([1]), np.array([1]))] == ["order"]
    capped = problem_of([[1.0]] * 2, [[1, 1]], [[0]] * 2, grade=[0, 1], room=[1])
    assert [v.rule for v in check_overflow(capped, np.array([0, 0]), np.array([0, 0]))] == ["room"]


def test_nobody_to_place_is_an_empty_plan():
    assert place_overflow(np.empty((0, 2)), [1, 1], np.empty((0, 2))).spare_left.tolist() == [1, 1]


@pytest.mark.parametrize("wrong", [{"spare": [-1]}, {"grade": [3]}, {"room": [-1]}, {"group": [0, 0]}])
def test_seats_and_grades_that_do_not_fit_are_refused(wrong):
    with pytest.raises(ValueError, match=r"spare|grade"):
        place_overflow([[1.0]], **{"spare": [1], "scope": [[0]], **wrong})
