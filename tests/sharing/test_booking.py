"""Bookings of shared venues, drawn by hand, against laws and against a plain linear programme."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from districting.checking.sharing.booking import check_bookings
from districting.model.booking_problem import BookingProblem
from districting.sharing.booking import book
from districting.solvers.milp import MilpResult

MONDAY_9, MONDAY_10 = 9, 10


def problem(needed, room, metres, *, weight=None, times=None, able=None, at_once=None, kind=None, facility_kind=None, **changes):
    """Demands of schools 0, 1, ... of one kind; untimed facilities unless ``times`` gives hours of the week."""
    d, f = len(needed), len(room)
    week = np.zeros((f, 168), dtype=bool)
    for i, hours in enumerate(times or ()):
        week[i, list(hours)] = True
    can = np.ones((d, 168), dtype=bool)
    for i, hours in enumerate(able or ()):
        can[i] = np.isin(np.arange(168), list(hours))
    given = dict(
        school=np.arange(d), kind=np.zeros(d, dtype=int) if kind is None else np.array(kind), needed=np.array(needed),
        weight=np.ones(d) if weight is None else np.array(weight, dtype=float), able=can,
        facility_kind=np.zeros(f, dtype=int) if facility_kind is None else np.array(facility_kind),
        at_once=np.ones(f, dtype=int) if at_once is None else np.array(at_once), room_hours=np.array(room), timed=np.full(f, times is not None), open=week,
        metres=np.array(metres, dtype=float), allowed=np.ones((d, f), dtype=bool), inside=np.zeros((d, f), dtype=bool), classes=np.full(d, -1), limit_m=1000.0,
    )  # fmt: skip
    return BookingProblem(**{**given, **changes})


def met(found, d):
    return np.bincount(found.demand, found.hours, d).astype(int).tolist()


def test_the_weak_school_comes_first_though_it_is_farther():
    case = problem([2, 2], [3], [[10.0], [900.0]], weight=[1, 2])
    found = book(case)
    assert met(found, 2) == [1, 2]
    assert (found.objective, found.bound, found.status) == (5.0, 5.0, "optimal")
    assert check_bookings(case, found) == []


def test_as_much_as_can_be_met_comes_before_the_shortest_way():
    """School 0 could use either pool; school 1 reaches only the near one: so school 0 goes to the far one."""
    found = book(problem([1, 1], [1, 1], [[100.0, 800.0], [200.0, 5000.0]]))
    assert list(zip(found.demand.tolist(), found.facility.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert found.travel == 1000.0


def test_the_own_district_comes_before_the_shortest_way():
    inside = np.array([[False, True]])
    assert book(problem([1], [1, 1], [[100.0, 800.0]])).facility.tolist() == [0]
    assert book(problem([1], [1, 1], [[100.0, 800.0]], inside=inside)).facility.tolist() == [1]


def test_nobody_goes_beyond_the_limit_or_where_it_is_not_allowed():
    far = problem([3], [9], [[1000.1]])
    assert met(book(far), 1) == [0]
    assert met(book(dataclasses.replace(far, limit_m=1000.1)), 1) == [3]
    assert met(book(dataclasses.replace(far, limit_m=1000.1, allowed=np.array([[False]]))), 1) == [0]


def test_hours_are_those_in_which_the_venue_is_free_and_the_school_can_come():
    case = problem([5], [5], [[1.0]], times=[(MONDAY_9, MONDAY_10)], able=[(MONDAY_10, 11)])
    found = book(case)
    assert (found.hour.tolist(), found.hours.tolist()) == ([MONDAY_10], [1])
    assert check_bookings(case, found) == []


def test_a_venue_takes_so_many_classes_at_once_and_so_many_hours_in_all():
    two = problem([9, 9], [9], [[1.0], [1.0]], times=[(MONDAY_9, MONDAY_10)], at_once=[2])
    assert sum(book(two).hours) == 4
    assert sum(book(dataclasses.replace(two, room_hours=np.array([3]))).hours) == 3


def test_a_school_of_one_class_is_at_one_place_at_a_time():
    """It wants a pool and a laboratory, both free on Monday at nine only: one of the two."""
    case = problem([1, 1], [1, 1], [[1.0, 2.0]] * 2, kind=[0, 1], facility_kind=[0, 1], times=[(MONDAY_9,), (MONDAY_9,)], school=np.array([0, 0]))
    assert sum(book(case).hours) == 2
    small = dataclasses.replace(case, classes=np.array([1]))
    found = book(small)
    assert sum(found.hours) == 1
    assert check_bookings(small, found) == []
    assert check_bookings(small, book(case)) == ["classes_out"]


def test_nothing_to_share_and_nothing_needed_are_answers():
    assert book(problem([0, 3], [0], [[1.0], [1.0]])).status == "optimal"
    empty = book(problem([], [2], np.zeros((0, 1))))
    assert (empty.objective, empty.bound, empty.gap) == (0.0, 0.0, 0.0)


def test_out_of_time_the_answer_is_feasible_with_a_bound_that_holds(monkeypatch):
    """No answer of the solver at all: nobody books, and the bound is no less than the best, 5."""
    case = problem([2, 2], [3], [[10.0], [900.0]], weight=[1, 2])
    monkeypatch.setattr("districting.sharing.in_order.Milp.solve", lambda *_, **__: MilpResult("unknown", None, np.inf, -np.inf))
    found = book(case)
    assert (found.status, found.objective, found.gap) == ("feasible", 0.0, 1.0)
    assert found.bound >= 5
    assert check_bookings(case, found) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"hours": np.array([4])}, "more_than_needed"),
        ({"hours": np.array([3])}, "objective"),
        ({"hour": np.array([9])}, "times"),
        ({"objective": 7.0}, "objective"),
        ({"hours": np.array([0]), "objective": 0.0}, "hours"),
    ],
)
def test_the_check_finds_what_is_wrong(change, rule):
    case = problem([2], [9], [[1.0]])
    assert rule in check_bookings(case, dataclasses.replace(book(case), **change))


@st.composite
def small_pools(draw):
    d, f = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    number = st.integers(0, 4)
    metres = draw(st.lists(st.lists(st.sampled_from([100.0, 500.0, 1500.0]), min_size=f, max_size=f), min_size=d, max_size=d))
    weight = draw(st.lists(st.sampled_from([1.0, 2.0]), min_size=d, max_size=d))
    return problem(draw(st.lists(number, min_size=d, max_size=d)), draw(st.lists(number, min_size=f, max_size=f)), metres, weight=weight)


@given(small_pools())
@settings(max_examples=25, deadline=None)
def test_it_is_the_optimum_of_the_transport_problem_and_more_supply_never_hurts(case):
    found = book(case)
    assert check_bookings(case, found) == []
    d, f = case.metres.shape
    near = case.metres <= case.limit_m
    rows = np.vstack([np.kron(np.eye(d), np.ones(f)), np.kron(np.ones(d), np.eye(f))])
    plain = linprog(-np.repeat(case.weight, f), rows, np.concatenate([case.needed, case.room_hours]), bounds=[(0, 9 if n else 0) for n in near.ravel()])
    assert found.objective == pytest.approx(-plain.fun)
    more = book(dataclasses.replace(case, room_hours=case.room_hours + 1))
    assert more.objective >= found.objective
    assert sum(met(found, d)) == sum(met(book(dataclasses.replace(case, weight=np.ones(d))), d)), "weak schools first costs no hours in all"


@st.composite
def small_timetables(draw):
    """Two pools of one lane, each free at nine or ten or both, and three schools of one class that can come at one of these hours or both."""
    some = st.sets(st.sampled_from([MONDAY_9, MONDAY_10]), min_size=1)
    times, able = draw(st.lists(some, min_size=2, max_size=2)), draw(st.lists(some, min_size=3, max_size=3))
    metres = draw(st.lists(st.lists(st.sampled_from([100.0, 300.0, 700.0, 1500.0]), min_size=2, max_size=2), min_size=3, max_size=3))
    needed = draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))
    weight = draw(st.lists(st.sampled_from([1.0, 2.0]), min_size=3, max_size=3))
    return problem(needed, [len(t) for t in times], metres, weight=weight, times=times, able=able, classes=np.ones(3, dtype=int))


@given(small_timetables())
@settings(max_examples=30, deadline=None)
def test_no_timetable_of_two_pools_meets_more_or_as_much_with_less_travel(case):
    """Against every way to give each free hour of each pool to one school or to none."""
    cells = [(f, h) for f in range(2) for h in (MONDAY_9, MONDAY_10) if case.open[f, h]]
    best = (0.0, 0.0)
    for chosen in itertools.product(range(-1, 3), repeat=len(cells)):
        given = [(d, f, h) for d, (f, h) in zip(chosen, cells, strict=True) if d >= 0]
        apart = len({(d, h) for d, _, h in given}) == len(given)  # one class is at one place at a time
        enough = all(sum(d == x for d, *_ in given) <= case.needed[x] for x in range(3))
        if apart and enough and all(case.able[d, h] and case.metres[d, f] <= case.limit_m for d, f, h in given):
            best = min(best, (-sum(case.weight[d] for d, *_ in given), sum(case.metres[d, f] for d, f, _ in given)))
    found = book(case)
    assert check_bookings(case, found) == []
    assert (found.objective, found.bound, found.travel, found.status) == (-best[0], -best[0], best[1], "optimal")
