"""Shared courses, drawn by hand, and against all assignments."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.sharing.courses import check_courses
from districting.model.course_problem import CourseProblem
from districting.sharing.courses import link_courses


def problem(pupils, seats, *, weight=None, metres=None, **changes):
    """Schools 0.. ask for one course; givers 100.. offer it without a way or a room."""
    q, o = len(pupils), len(seats)
    facts = dict(
        school=np.arange(q), course=np.zeros(q, dtype=int), pupils=np.array(pupils), weight=np.ones(q) if weight is None else np.array(weight, dtype=float),
        room_pupils=np.zeros(q, dtype=int), giver=100 + np.arange(o), offer_course=np.zeros(o, dtype=int), seats=np.array(seats), most_schools=np.full(o, -1),
        in_room=np.zeros(o, dtype=bool), in_place=np.zeros(o, dtype=bool), metres=np.zeros((q, o)) if metres is None else np.array(metres, dtype=float),
        allowed=np.ones((q, o), dtype=bool), inside=np.zeros((q, o), dtype=bool), limit_m=1000.0,
    )  # fmt: skip
    return CourseProblem(**{**facts, **changes})


def served(found, q):
    return np.bincount(found.demand, found.pupils, q).astype(int).tolist()


def test_a_school_goes_to_one_offer_unless_it_may_be_split():
    case = problem([50], [30, 30])
    assert served(link_courses(case), 1) == [30]
    assert served(link_courses(dataclasses.replace(case, whole=False)), 1) == [50]


def test_weak_schools_come_first_and_platforms_have_no_limit():
    assert served(link_courses(problem([40, 40], [50], weight=[1, 2])), 2) == [10, 40]
    assert served(link_courses(problem([40, 40], [-1])), 2) == [40, 40]


def test_a_live_lesson_reaches_so_many_schools_and_those_with_rooms():
    live = problem([10, 20, 30], [-1], most_schools=np.array([2]), in_room=np.array([True]), room_pupils=np.array([90, 90, 15]))
    found = link_courses(live)
    assert served(found, 3) == [0, 20, 15]
    assert check_courses(live, found) == []


def test_lessons_in_place_are_near_and_the_ways_are_the_shortest():
    case = problem([10, 10], [10, 10], metres=[[100.0, 300.0], [100.0, 1500.0]], in_place=np.array([True, True]))
    found = link_courses(case)
    assert list(zip(found.demand.tolist(), found.offer.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert found.travel == 4000.0


def test_a_school_does_not_serve_itself_and_nobody_asks_is_an_answer():
    assert served(link_courses(problem([10], [10], giver=np.array([0]))), 1) == [0]
    nobody = link_courses(problem([], [10], metres=np.zeros((0, 1))))
    assert (nobody.objective, nobody.status) == (0.0, "optimal")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"pupils": np.array([41])}, "more_than_asked"),
        ({"pupils": np.array([40])}, "seats"),
        ({"pupils": np.array([0])}, "pupils"),
        ({"objective": 9.0}, "objective"),
    ],
)
def test_the_check_finds_what_is_wrong(change, rule):
    case = problem([40], [30])
    assert rule in check_courses(case, dataclasses.replace(link_courses(case), **change))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.lists(st.integers(-1, 8), min_size=1, max_size=2), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_no_assignment_serves_more(pupils, seats, live):
    """Against every way to give each school one offer or none."""
    weight = [1.0 + i % 2 for i in range(len(pupils))]
    case = problem(pupils, seats, weight=weight, most_schools=np.array([live] * len(seats)))
    found = link_courses(case)
    assert check_courses(case, found) == []
    more = dataclasses.replace(case, seats=np.where(case.seats < 0, -1, case.seats + 1))
    assert link_courses(more).objective >= found.objective
    best = 0.0
    for chosen in itertools.product(range(-1, len(seats)), repeat=len(pupils)):
        value = 0.0
        for o, most in enumerate(seats):
            mine = sorted((q for q, c in enumerate(chosen) if c == o), key=lambda q: -weight[q])
            if len(mine) > live:
                value = -1.0
                break
            left = most if most >= 0 else 99
            for q in mine:
                value += weight[q] * min(left, pupils[q])
                left -= min(left, pupils[q])
        best = max(best, value)
    assert found.objective == pytest.approx(best)
