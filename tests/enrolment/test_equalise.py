"""Schools exchanged among shared zones: cases drawn by hand, every assignment tried as an oracle, and the rules recounted."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.shared_zones import expected_of_zones, sharing_breaches
from districting.enrolling.choice import equalised
from districting.enrolment.choice.equalise import equalise
from districting.errors import DataError
from districting.model.sharing_problem import SharingProblem
from tests.enrolment.choice_plans import plan_of


def problem_of(seats, quality, today, zones, allowed=None, pupils=None):
    seats, today = np.array(seats, dtype=float), np.array(today)
    held = np.bincount(today, seats, minlength=zones)
    pupils = held if pupils is None else np.array(pupils, dtype=float)
    allowed = np.ones((zones, len(seats)), dtype=bool) if allowed is None else np.array(allowed, dtype=bool)
    allowed[today, np.arange(len(seats))] = True
    return SharingProblem(pupils, seats, np.array(quality, dtype=float), today, allowed, np.minimum(pupils, held))


def off(problem, zone):
    """Points a pupil off the mean, school by school; every school may stand in every zone, so that there is one mean."""
    mean = sum(problem.seats * problem.quality) / sum(problem.seats)
    total = 0.0
    for z in range(len(problem.pupils)):
        total += abs(sum(problem.seats[s] * (problem.quality[s] - mean) for s in range(len(zone)) if zone[s] == z))
    return total / max(sum(problem.pupils), 1.0)


def test_strong_schools_are_spread_and_no_more_schools_move_than_must():
    """Three zones with a pair each: 90 80 | 75 75 | 70 60. The middle one is at the mean of 75 and is left alone."""
    problem = problem_of([1] * 6, [90, 80, 75, 75, 70, 60], [0, 0, 1, 1, 2, 2], 3)
    found = equalise(problem)
    assert (found.before, found.objective, found.bound, found.status) == (pytest.approx(40 / 6), 0.0, 0.0, "optimal")
    assert expected_of_zones(problem, found.zone_of_school).tolist() == [75.0, 75.0, 75.0]
    assert found.zone_of_school[2:4].tolist() == [1, 1]
    assert (found.zone_of_school != problem.today).sum() == 2


def test_parts_of_the_town_are_held_to_their_own_means():
    """Two counties without a common school, 90 and 80 there, 60 and 50 here: one zone each, nothing to exchange, nothing off."""
    apart = np.kron(np.eye(2), np.ones((1, 2)))
    found = equalise(problem_of([1] * 4, [90, 80, 60, 50], [0, 0, 1, 1], 2, allowed=apart))
    assert (found.before, found.objective, found.zone_of_school.tolist()) == (0.0, 0.0, [0, 0, 1, 1])


def test_seats_for_the_pupils_of_a_zone_go_before_likeness():
    """Two seats at 90 in the first zone, one at 60 in the second, two and one pupils: the exchange would leave the first short of a seat."""
    assert equalise(problem_of([2, 1], [90, 60], [0, 1], 2)).zone_of_school.tolist() == [0, 1]


@st.composite
def problems(draw):
    zones, schools = draw(st.integers(2, 3)), draw(st.integers(3, 5))
    today = [*range(zones), *draw(st.lists(st.integers(0, zones - 1), min_size=schools - zones, max_size=schools - zones))] if schools >= zones else []
    seats = draw(st.lists(st.integers(1, 4), min_size=schools, max_size=schools))
    quality = draw(st.lists(st.integers(50, 99), min_size=schools, max_size=schools))
    return problem_of(seats, quality, today, zones, pupils=draw(st.lists(st.integers(0, 6), min_size=zones, max_size=zones)))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_no_assignment_of_all_is_better(problem):
    found = equalise(problem)
    assert sharing_breaches(problem, found.zone_of_school) == []
    every = itertools.product(range(len(problem.pupils)), repeat=len(problem.seats))
    best = min(off(problem, z) for z in every if not sharing_breaches(problem, np.array(z)))
    assert found.status == "optimal"
    assert off(problem, found.zone_of_school) == pytest.approx(best, abs=1e-5)
    assert found.objective == pytest.approx(best, abs=1e-5)
    assert found.before == pytest.approx(off(problem, problem.today), abs=1e-5)


def test_a_search_that_is_cut_short_keeps_its_rules_and_its_bound():
    rng = np.random.default_rng(3)
    problem = problem_of(rng.integers(50, 400, 30), rng.uniform(50, 95, 30), np.arange(30) % 6, 6)
    found = equalise(problem, nodes=1)
    assert sharing_breaches(problem, found.zone_of_school) == []
    assert found.bound <= found.objective <= found.before
    assert (found.gap > 0) == (found.status == "feasible")


def test_what_today_breaks_is_refused():
    with pytest.raises(ValueError, match="today"):
        equalise(problem_of([1, 1], [90, np.nan], [0, 1], 2))


def test_schools_of_a_plan_stay_within_reach():
    """Single zones: A (90) for b1 and b2, B (70) for b3 and b4. An exchange changes nothing between zones, so nobody moves; of a plan without scores nothing is said."""
    plan = plan_of(shared=False)
    for reach in (100.0, 9000.0):
        found = equalised(plan, "junior", reach)
        assert found.solution.zone_of_school.tolist() == [0, 1]
        assert found.problem.allowed.sum() == (2 if reach < 1000 else 4)
    with pytest.raises(DataError):
        equalised(plan_of(shared=False, scores=(90.0, None)), "junior", 9000.0)
    twice = plan.zone_schools.iloc[[0]].assign(zone_id="zb")
    with pytest.raises(DataError):
        equalised(plan.replace(zone_schools=type(twice)([*plan.zone_schools.to_dict("records"), *twice.to_dict("records")])), "junior", 9000.0)
