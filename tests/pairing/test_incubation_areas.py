"""Incubation areas a person can check, the best of tiny cities by trying all, an independent solver on small ones, and laws that every answer keeps."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from districting.checking.pairing.incubation import check_incubation
from districting.errors import DistrictingError, InfeasibleError
from districting.model.incubation_problem import IncubationProblem
from districting.pairing import FORMS, incubation_areas
from tests.pairing.incubation_cases import any_tiny, by_trying_all, drawn, triangle_edges


def on_a_line(x, incubators, areas, **changes):
    """Schools at ``x`` metres along a road, one pupil each, those at ``incubators`` may be centres."""
    n = len(x)
    xy = np.column_stack([np.array(x, dtype=float), np.zeros(n)])
    problem = IncubationProblem(xy, np.isin(np.arange(n), incubators), areas, weight=np.ones(n), size=np.ones(n))
    return dataclasses.replace(problem, **changes)


def centres(found):
    return found.centre_of_school.tolist()


def test_the_form_is_listed():
    assert "incubation" in FORMS


def test_two_clumps_are_two_areas_around_the_middle_incubators():
    found = incubation_areas(on_a_line([0, 100, 200, 900, 1000, 1200], [0, 1, 4], 2))
    assert centres(found) == [1, 1, 1, 4, 4, 4]
    assert (found.objective, found.bound, found.status, found.ended) == (500.0, 500.0, "optimal", "proved")


def test_sizes_hold_though_the_nearest_incubator_is_another():
    """Five of six schools are nearest to incubator 0; with 30 % either way an area holds 3 (2.1 to 3.9 schools), so two of them travel far."""
    found = incubation_areas(on_a_line([0, 10, 20, 30, 40, 1000], [0, 5], 2))
    assert sorted(centres(found)) == [0, 0, 0, 5, 5, 5]
    assert centres(found)[3:] == [5, 5, 5]
    loose = incubation_areas(on_a_line([0, 10, 20, 30, 40, 1000], [0, 5], 2, tolerance=0.7))
    assert centres(loose) == [0, 0, 0, 0, 0, 5]


def test_another_incubator_may_be_a_plain_member():
    found = incubation_areas(on_a_line([0, 10, 20, 500, 510, 520], [0, 1, 2, 4], 2))
    assert centres(found) == [1, 1, 1, 4, 4, 4]


def test_pupils_weigh_travel_where_they_are_given():
    """The centre moves to the school with most pupils."""
    x = [0, 100, 200, 300]
    assert centres(incubation_areas(on_a_line(x, [0, 1], 1, weight=np.array([10.0, 1.0, 1.0, 1.0])))) == [0, 0, 0, 0]
    assert centres(incubation_areas(on_a_line(x, [0, 1], 1))) == [1, 1, 1, 1]


def test_sizes_count_in_pupils_where_that_is_asked():
    """A school of 300 pupils is an area by itself; the mean is 300, and three of 100 make the other."""
    problem = on_a_line([0, 10, 20, 30], [0, 1], 2, size=np.array([300.0, 100.0, 100.0, 100.0]))
    assert centres(incubation_areas(problem)) == [0, 1, 1, 1]


def test_an_area_does_not_reach_across_a_county_border_where_that_is_ruled_out():
    x = [0, 100, 200, 300, 400, 500]
    county = np.array([0, 0, 0, 0, 1, 1])
    problem = on_a_line(x, [0, 5], 2, tolerance=0.4, allowed=county[:, None] == county[None, :])
    assert centres(incubation_areas(problem)) == [0, 0, 0, 0, 5, 5]


def test_connected_areas_do_not_leap_over_a_school_of_another():
    """Loose: the school at 300 is alone beyond those of incubator 3. The chain of neighbours leaves no way round."""
    xy = np.array([(0, 0), (100, 0), (200, 0), (210, 0), (310, 0), (5, 5)], dtype=float)
    chain = np.array([(0, 5), (0, 1), (1, 2), (2, 3), (3, 4)])
    problem = IncubationProblem(xy, np.array([True, False, False, True, False, False]), 2, weight=np.ones(6), size=np.ones(6), edges=chain)
    found = incubation_areas(problem)
    assert check_incubation(problem, found.centre_of_school) == []
    assert found.objective == pytest.approx(by_trying_all(problem))


@pytest.mark.parametrize("seed", range(72))
def test_the_best_of_all_plans_is_found_and_proven_in_tiny_cities(seed):
    problem = any_tiny(seed)
    best = by_trying_all(problem)
    if not np.isfinite(best):
        with pytest.raises(InfeasibleError) as caught:
            incubation_areas(problem)
        assert caught.value.proven
        return
    found = incubation_areas(problem)
    assert found.objective == pytest.approx(best, rel=1e-9, abs=1e-6)
    assert found.status == "optimal"
    assert found.bound <= best * (1 + 1e-9) + 1e-6
    assert check_incubation(problem, found.centre_of_school) == []


def by_cp_sat(problem):
    """Least travel by another solver, metres rounded to thousandths of a weight-metre."""
    n = len(problem.size)
    at = np.flatnonzero(problem.is_incubator)
    cost = np.hypot(*(problem.xy[at][:, None] - problem.xy[None]).transpose(2, 0, 1)) * problem.weight
    mean = problem.size.sum() / problem.areas
    low, high = int(np.ceil((1 - problem.tolerance) * mean - 1e-9)), int(np.floor((1 + problem.tolerance) * mean + 1e-9))
    model = cp_model.CpModel()
    x = [[model.new_bool_var("") for _ in range(n)] for _ in at]
    for i in range(n):
        model.add_exactly_one(x[j][i] for j in range(len(at)))
    for j, centre in enumerate(at.tolist()):
        for i in range(n):
            model.add_implication(x[j][i], x[j][centre])
        held = sum(int(problem.size[i]) * x[j][i] for i in range(n))
        model.add(held >= low).only_enforce_if(x[j][centre])
        model.add(held <= high).only_enforce_if(x[j][centre])
    model.add(sum(x[j][c] for j, c in enumerate(at.tolist())) == problem.areas)
    model.minimize(sum(round(1000 * cost[j, i]) * x[j][i] for j in range(len(at)) for i in range(n)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return solver.objective_value / 1000


@pytest.mark.parametrize(("size", "seed"), [("schools", 0), ("schools", 1), ("pupils", 2)])
def test_another_solver_agrees_on_small_cities(size, seed):
    problem = drawn(30, 8, 4, seed, size=size)
    found = incubation_areas(problem)
    assert found.objective == pytest.approx(by_cp_sat(problem), rel=1e-6)
    assert found.status == "optimal"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["schools", "pupils"]), st.booleans(), st.integers(1, 4))
def test_every_answer_keeps_the_rules_and_stands_above_its_bound(seed, size, connected, areas):
    problem = drawn(25, 6, areas, seed, size=size, connected=connected, tolerance=0.5)
    try:
        found = incubation_areas(problem, time_limit_s=3.0)
    except InfeasibleError:
        assume(False)
    label = found.centre_of_school
    assert check_incubation(problem, label) == []
    assert len(set(label.tolist())) == areas
    travel = (problem.weight * np.hypot(*(problem.xy - problem.xy[label]).T)).sum()
    assert found.objective == pytest.approx(travel)
    assert found.bound <= found.objective
    assert 0 <= found.gap <= 1


def test_connected_areas_cost_at_least_what_loose_ones_do():
    loose = drawn(60, 12, 5, 4)
    tied = dataclasses.replace(loose, edges=triangle_edges(loose.xy))
    assert incubation_areas(tied).objective >= incubation_areas(loose).bound


def test_the_order_of_the_input_does_not_change_the_areas():
    problem = dataclasses.replace(drawn(24, 6, 3, 5), code=tuple(f"S{i:02d}" for i in range(24)))
    shuffled = np.random.default_rng(0).permutation(24)
    other = dataclasses.replace(
        problem,
        xy=problem.xy[shuffled],
        is_incubator=problem.is_incubator[shuffled],
        weight=problem.weight[shuffled],
        size=problem.size[shuffled],
        code=tuple(problem.code[i] for i in shuffled),
    )
    label = shuffled[incubation_areas(other).centre_of_school]
    assert label[np.argsort(shuffled)].tolist() == incubation_areas(problem).centre_of_school.tolist()


def test_schools_in_one_place_are_ties_and_still_make_areas():
    n = 6
    problem = IncubationProblem(np.zeros((n, 2)), np.arange(n) < 3, 3, weight=np.ones(n), size=np.ones(n))
    first, again = incubation_areas(problem), incubation_areas(problem)
    assert first.objective == first.bound == 0.0
    assert check_incubation(problem, first.centre_of_school) == []
    assert centres(first) == centres(again)


def test_too_few_incubators_are_counted_and_fewer_areas_work():
    problem = on_a_line([0, 10, 20, 30], [0, 3], 3)
    with pytest.raises(InfeasibleError) as caught:
        incubation_areas(problem)
    (conflict,) = caught.value.conflicts
    assert (conflict.rule, conflict.amount) == ("areas", 1.0)
    assert "areas = 2" in caught.value.relaxations[0].say("en")
    assert len(set(centres(incubation_areas(dataclasses.replace(problem, areas=2))))) == 2


@pytest.mark.parametrize("size", ["schools", "pupils"])
def test_sizes_that_cannot_hold_come_with_the_least_tolerance_that_works(size):
    problem = drawn(7, 4, 3, 11, size=size, tolerance=0.01)
    with pytest.raises(InfeasibleError) as caught:
        incubation_areas(problem)
    offered = caught.value.relaxations[0].values["tolerance"]
    assert caught.value.proven
    assert caught.value.conflicts[0].amount == pytest.approx(offered - 0.01)
    assert incubation_areas(dataclasses.replace(problem, tolerance=offered)).status == "optimal"
    assert np.isfinite(by_trying_all(dataclasses.replace(problem, tolerance=offered)))
    assert not np.isfinite(by_trying_all(dataclasses.replace(problem, tolerance=offered - 0.001)))


def test_a_county_without_an_incubator_is_refused_and_crossing_is_offered():
    county = np.array([0, 0, 0, 1])
    problem = on_a_line([0, 10, 20, 30], [0, 1], 2, allowed=county[:, None] == county[None, :])
    with pytest.raises(InfeasibleError) as caught:
        incubation_areas(problem)
    assert [(c.rule, c.amount) for c in caught.value.conflicts] == [("incubators", 1.0)]
    assert "within_county = false" in caught.value.relaxations[-1].say("en")
    assert incubation_areas(dataclasses.replace(problem, allowed=None)).status == "optimal"


def test_more_parts_of_the_map_than_areas_are_refused():
    problem = on_a_line([0, 10, 500, 510], [0, 2], 1, edges=np.array([(0, 1), (2, 3)]))
    with pytest.raises(InfeasibleError) as caught:
        incubation_areas(problem)
    assert [(c.rule, c.amount) for c in caught.value.conflicts] == [("areas", 1.0)]
    assert centres(incubation_areas(dataclasses.replace(problem, areas=2))) == [0, 0, 2, 2]


def test_a_school_of_size_nought_is_refused():
    with pytest.raises(DistrictingError):
        incubation_areas(on_a_line([0, 10], [0], 1, size=np.array([1.0, 0.0])))


def test_a_clock_that_is_over_gives_an_honest_gap():
    found = incubation_areas(drawn(400, 30, 8, 3), time_limit_s=0.01)
    assert found.bound <= found.objective
    assert found.status == "feasible" or found.gap <= 1e-6


def test_all_that_can_be_told_at_once_is_told_and_every_offer_makes_a_plan():
    # two counties: 3 of 4 schools' incubators in the first, none in the second; 4 areas are asked for
    county = np.array([0, 0, 0, 0, 1, 1])
    within = county[:, None] == county[None, :]
    problem = on_a_line([0, 10, 20, 30, 40, 50], [0, 2, 3], 4, allowed=within, tolerance=1.0)
    with pytest.raises(InfeasibleError) as caught:
        incubation_areas(problem)
    assert [(c.rule, c.amount) for c in caught.value.conflicts] == [("areas", 1.0), ("incubators", 2.0)]
    together = caught.value.relaxations[0].say("en")
    assert "within_county = false" in together
    assert "areas = 3" in together
    assert not any(r.say("en").startswith("draw 3") for r in caught.value.relaxations)
    assert len(set(centres(incubation_areas(dataclasses.replace(problem, allowed=None, areas=3))))) == 3


def test_a_number_of_areas_is_offered_only_where_its_sizes_hold_within_counties():
    # a county of 2 schools and one of 10: two areas would be of 2 and 10; three of 2, 5 and 5 are within half of the mean of 4
    county = np.array([0] * 2 + [1] * 10)
    problem = on_a_line(list(range(0, 120, 10)), [0, 3, 6, 9], 1, allowed=county[:, None] == county[None, :], tolerance=0.5)
    with pytest.raises(InfeasibleError) as caught:
        incubation_areas(problem)
    assert [(c.rule, c.amount) for c in caught.value.conflicts] == [("areas", 1.0)]
    first, second = (r.say("en") for r in caught.value.relaxations)
    assert first.endswith("(areas = 3)")
    assert "within_county = false" in second
    assert len(set(centres(incubation_areas(dataclasses.replace(problem, areas=3))))) == 3
