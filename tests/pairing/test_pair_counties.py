"""County alliances a person can check, laws that every answer keeps, and an independent solver as the oracle."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from districting.checking.pairing.county import check_counties
from districting.errors import InfeasibleError
from districting.model.county_problem import CountyProblem
from districting.pairing import pair_counties
from districting.pairing.county import price_of_pins


def counties(way, **changes):
    """``way[d][r]`` metres from donor d to recipient r; donors are the first counties, recipients the others."""
    way = np.array(way, dtype=float)
    d, r = way.shape
    distance = np.zeros((d + r, d + r))
    distance[:d, d:], distance[d:, :d] = way, way.T
    first = np.arange(d + r) < d
    codes = tuple(f"C{i:02d}" for i in range(d + r))
    return dataclasses.replace(CountyProblem(first, ~first, distance, code=codes), **changes)


def pairs(found):
    return sorted(zip(found.donor_of_pair.tolist(), found.recipient_of_pair.tolist(), strict=True))


def test_the_whole_way_counts_not_the_way_of_one_pair():
    found = pair_counties(counties([[1, 2], [3, 9]]))
    assert pairs(found) == [(0, 3), (1, 2)]
    assert (found.objective, found.bound, found.gap, found.status) == (5.0, 5.0, 0.0, "optimal")


def test_needs_that_a_donor_cannot_fill_weigh_against_the_way():
    near_but_useless = np.zeros((4, 4))
    near_but_useless[0, 2] = 1.0
    problem = counties([[1, 2], [2, 5]], unmet=near_but_useless)
    assert pairs(pair_counties(problem)) == [(0, 3), (1, 2)]
    assert pairs(pair_counties(counties([[1, 2], [2, 2]], unmet=near_but_useless))) == [(0, 2), (1, 3)]
    heavy = counties([[1, 2], [2, 2]], unmet=near_but_useless, need_weight_m=10.0)
    assert pairs(pair_counties(heavy)) == [(0, 3), (1, 2)]
    assert pair_counties(heavy).objective == 4.0


def test_more_recipients_than_donors_are_shared_up_to_the_even_share():
    found = pair_counties(counties([[1, 1, 1], [9, 8, 7]]))
    assert pairs(found) == [(0, 2), (0, 3), (1, 4)]


def test_a_recipient_has_one_donor_and_spare_donors_are_named():
    found = pair_counties(counties([[5], [1], [3]]))
    assert pairs(found) == [(1, 3)]
    assert found.spare.tolist() == [0, 2]


def test_every_donor_gives_when_asked_even_to_a_recipient_that_has_one():
    found = pair_counties(counties([[5, 9], [1, 9], [3, 4]], every_donor=True))
    assert pairs(found) == [(0, 3), (1, 3), (2, 4)]
    assert not len(found.spare)


def test_every_donor_gives_when_one_would_carry_all_cheaply():
    way = [[1, 1, 1], [5, 6, 7]]
    assert pairs(pair_counties(counties(way, donor_cap=3))) == [(0, 2), (0, 3), (0, 4)]
    assert pairs(pair_counties(counties(way, donor_cap=3, every_donor=True))) == [(0, 3), (0, 4), (1, 2)]


def test_a_pin_holds_and_its_price_is_told():
    problem = counties([[1, 2], [3, 9]], pins=((0, 2),))
    assert pairs(pair_counties(problem)) == [(0, 2), (1, 3)]
    assert price_of_pins(problem) == 5.0
    assert price_of_pins(counties([[1, 2], [3, 9]])) == 0.0


def test_the_runner_up_is_the_donor_of_the_best_plan_without_the_pair():
    found = pair_counties(counties([[1, 4], [3, 4]]))
    assert found.runner_up_of_pair.tolist() == [1, 0]
    assert found.dearer_m_of_pair.tolist() == [2.0, 2.0]
    alone = pair_counties(counties([[7]]))
    assert alone.runner_up_of_pair.tolist() == [-1]
    assert np.isnan(alone.dearer_m_of_pair).all()
    assert pair_counties(counties([[1, 4], [3, 4]], pins=((0, 2),))).runner_up_of_pair.tolist()[0] == -1


def test_a_pair_beyond_the_limit_is_kept_and_flagged():
    found = pair_counties(counties([[1, 90], [90, 50]], max_distance_m=10.0))
    assert found.remote.tolist() == [False, True]


def test_equal_ways_go_by_the_codes():
    assert pairs(pair_counties(counties(np.ones((3, 3))))) == [(0, 3), (1, 4), (2, 5)]


def test_without_recipients_there_is_nothing_to_pair():
    found = pair_counties(counties(np.zeros((2, 0))))
    assert pairs(found) == []
    assert found.spare.tolist() == [0, 1]


REFUSED = {
    "donor_cap": (counties(np.ones((2, 5)), donor_cap=2), {"donor_cap": 3}, 1.0),
    "one_donor": (counties(np.ones((2, 2)), pins=((0, 2), (1, 2))), {"pins": ((0, 2),)}, 1.0),
    "pinned over the cap": (counties(np.ones((2, 2)), pins=((0, 2), (0, 3))), {"donor_cap": 2}, 1.0),
    "every_donor": (counties(np.ones((2, 2)), pins=((0, 2), (0, 3)), donor_cap=2, every_donor=True), {"every_donor": False}, 1.0),
    "pins take all donors": (counties(np.ones((3, 2)), pins=((0, 3), (1, 3), (2, 3)), every_donor=True), {"donor_cap": 2}, 1.0),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_hold_is_named_with_the_amount_and_the_relaxation_works(case):
    problem, change, amount = REFUSED[case]
    with pytest.raises(InfeasibleError) as caught:
        pair_counties(problem)
    (conflict,) = caught.value.conflicts
    assert conflict.amount == amount
    assert case in (conflict.rule, "pinned over the cap", "pins take all donors")
    (remedy,) = caught.value.relaxations
    said = remedy.say("en")
    name, value = next(iter(change.items()))
    assert name in said
    if name == "donor_cap":
        assert f">= {value}" in said
    loose = dataclasses.replace(problem, **change)
    assert check_counties(loose, *_pairs_of(pair_counties(loose))) == []


def _pairs_of(found):
    return found.donor_of_pair, found.recipient_of_pair


def test_no_donor_at_all_is_refused():
    with pytest.raises(InfeasibleError):
        pair_counties(counties(np.zeros((0, 2))))


def cheapest(problem):
    """The least cost over all subsets of pairs that keep the rules, counted by hand."""
    donors, takers = np.flatnonzero(problem.is_donor).tolist(), np.flatnonzero(problem.is_recipient).tolist()
    best = np.inf
    for chosen in product(donors, repeat=len(takers)):
        load = [chosen.count(d) for d in donors]
        keeps = all(chosen[takers.index(r)] == d for d, r in problem.pins)
        if max(load) <= problem.cap and (not problem.every_donor or min(load) >= 1) and keeps:
            best = min(best, sum(problem.cost_m[d, r] for d, r in zip(chosen, takers, strict=True)))
    return best


def metres(d, r):
    return st.lists(st.lists(st.integers(0, 50), min_size=r, max_size=r), min_size=d, max_size=d)


tables = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(lambda size: metres(*size))


@settings(max_examples=80, deadline=None)
@given(tables, st.booleans(), st.integers(0, 2))
def test_no_other_matching_is_cheaper(way, every, more):
    problem = counties(way, every_donor=every)
    problem = dataclasses.replace(problem, donor_cap=problem.cap + more)
    if problem.doubling:
        return
    found = pair_counties(problem)
    assert check_counties(problem, *_pairs_of(found)) == []
    assert found.objective == pytest.approx(cheapest(problem))
    assert found.bound == pytest.approx(found.objective)


def by_cp_sat(problem):
    """The least cost by another solver, from the rules as they stand in the policy."""
    model = cp_model.CpModel()
    donors, takers = np.flatnonzero(problem.is_donor).tolist(), np.flatnonzero(problem.is_recipient).tolist()
    x = {(d, r): model.new_bool_var(f"{d}-{r}") for d in donors for r in takers}
    for r in takers:
        gives = sum(x[d, r] for d in donors)
        if problem.doubling:
            model.add(gives >= 1)
            model.add(gives <= -(-len(donors) // len(takers)))
        else:
            model.add(gives == 1)
    for d in donors:
        carries = sum(x[d, r] for r in takers)
        model.add(carries <= problem.cap)
        model.add(carries >= int(problem.every_donor))
    for pair in problem.pins:
        model.add(x[pair] == 1)
    model.minimize(sum(round(float(problem.cost_m[p])) * v for p, v in x.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return solver.objective_value


@settings(max_examples=40, deadline=None)
@given(tables, st.booleans(), st.data())
def test_an_independent_solver_finds_the_same_cost(way, every, data):
    problem = counties(way, every_donor=every)
    d = data.draw(st.integers(0, len(way) - 1))
    r = data.draw(st.integers(0, len(way[0]) - 1)) + len(way)
    problem = dataclasses.replace(problem, pins=((d, r),)) if data.draw(st.booleans()) else problem
    found = pair_counties(problem)
    assert check_counties(problem, *_pairs_of(found)) == []
    assert found.objective == pytest.approx(by_cp_sat(problem))


@settings(max_examples=40, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_counties_changes_nothing(way, rng):
    problem = counties(way)
    order = list(range(len(problem.code)))
    rng.shuffle(order)
    shuffled = dataclasses.replace(
        problem,
        is_donor=problem.is_donor[order],
        is_recipient=problem.is_recipient[order],
        distance_m=problem.distance_m[np.ix_(order, order)],
        code=tuple(problem.code[i] for i in order),
    )
    again = [(order[d], order[r]) for d, r in pairs(pair_counties(shuffled))]
    assert sorted(again) == pairs(pair_counties(problem))


@settings(max_examples=40, deadline=None)
@given(tables)
def test_a_plan_without_a_pair_is_never_cheaper_and_a_higher_cap_never_dearer(way):
    problem = counties(way)
    found = pair_counties(problem)
    assert (np.nan_to_num(found.dearer_m_of_pair) >= 0).all()
    assert pair_counties(dataclasses.replace(problem, donor_cap=problem.cap + 1)).objective <= found.objective + 1e-9


@pytest.mark.parametrize(
    ("donors", "recipients", "changes", "rule"),
    [
        ([0], [2], {}, "one_donor"),
        ([0, 1, 1], [2, 2, 3], {}, "one_donor"),
        ([0, 0], [2, 3], {}, "donor_cap"),
        ([0, 0], [2, 3], {"donor_cap": 2, "every_donor": True}, "every_donor"),
        ([0, 1], [2, 3], {"pins": ((0, 3),)}, "pins"),
        ([0, 2], [2, 3], {}, "roles"),
    ],
)
def test_the_check_finds_every_broken_rule(donors, recipients, changes, rule):
    assert rule in {v.rule for v in check_counties(counties(np.ones((2, 2)), **changes), donors, recipients)}
