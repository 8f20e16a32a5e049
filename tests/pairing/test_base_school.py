"""Bases a person can check, laws that every choice keeps, and all choices tried on small cases."""

import dataclasses
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from districting.checking.pairing.base_school import broken_base_rules
from districting.errors import InfeasibleError
from districting.model.base_problem import BaseSchoolProblem
from districting.pairing import choose_bases
from districting.solvers import p_median as solver


def line(x, bases, **changes):
    """Schools on a line at ``x`` metres, one teacher each, all candidates, in one area."""
    n = len(x)
    xy = np.column_stack([np.array(x, dtype=float), np.zeros(n)])
    codes = tuple(f"S{i:02d}" for i in range(n))
    problem = BaseSchoolProblem(xy, np.ones(n), np.ones(n, dtype=bool), np.zeros(n, dtype=np.int64), bases, code=codes)
    return dataclasses.replace(problem, **{k: np.array(v) if isinstance(v, list) else v for k, v in changes.items()})


def test_the_middle_school_of_a_row_is_the_base():
    found = choose_bases(line([0, 100, 250], 1))
    assert found.base_of_member.tolist() == [1, 1, 1]
    assert (found.objective, found.bound, found.status) == (250.0, 250.0, "optimal")


def test_many_teachers_draw_the_base_to_their_school():
    assert choose_bases(line([0, 100, 200], 1, demand=[9.0, 1.0, 1.0])).base_of_member.tolist() == [0, 0, 0]


def test_every_county_has_a_base_though_two_in_the_town_were_shorter():
    x = [0, 3000, 6000, 50_000]
    assert choose_bases(line(x, 2)).is_base.tolist() == [False, True, False, True]
    found = choose_bases(line([0, 3000, 6000, 6100], 2, area=[0, 0, 0, 1]))
    assert found.is_base[3]


def test_only_a_candidate_is_a_base_and_a_far_member_is_flagged():
    found = choose_bases(line([0, 100, 40_000], 1, is_candidate=[True, False, False], max_distance_m=30_000.0))
    assert found.base_of_member.tolist() == [0, 0, 0]
    assert found.remote.tolist() == [False, False, True]


def test_a_cap_on_members_sends_some_to_the_farther_base():
    found = choose_bases(line([0, 10, 20, 1000], 2, load_cap=2, is_candidate=[False, True, False, True]))
    assert sorted(np.bincount(found.base_of_member, minlength=4).tolist()) == [0, 0, 2, 2]


def test_a_county_of_one_school_has_that_school_as_its_base():
    found = choose_bases(line([0, 10, 20, 30_000], 2, area=[0, 0, 0, 1], within_area=True))
    assert found.base_of_member[3] == 3


def test_equal_schools_are_taken_by_code_whatever_the_order_of_the_input():
    problem = line([0, 100, 200, 300], 2)
    turned = dataclasses.replace(problem, xy=problem.xy[::-1].copy(), code=problem.code[::-1])
    assert choose_bases(problem).base_of_member.tolist() == (3 - choose_bases(turned).base_of_member[::-1]).tolist()


def test_two_schools_in_one_place_may_both_be_bases_of_themselves():
    found = choose_bases(line([0, 0, 500], 3))
    assert found.base_of_member.tolist() == [0, 1, 2]
    assert found.is_base.all()


# ---- refusals: what clashes, by how much, and the least that makes it possible ----


def refused(problem):
    with pytest.raises(InfeasibleError) as caught:
        choose_bases(problem)
    return caught.value


def test_fewer_bases_than_counties_are_refused_with_the_least_number():
    problem = line([0, 1, 2, 3], 1, area=[0, 1, 2, 2])
    error = refused(problem)
    assert [(c.rule, c.amount) for c in error.conflicts] == [("bases", 2.0)]
    assert "bases >= 3" in error.relaxations[0].say("en")
    assert choose_bases(dataclasses.replace(problem, bases=3)).is_base.sum() == 3


def test_a_county_without_a_candidate_is_refused_and_any_candidate_helps():
    problem = line([0, 1, 2], 2, area=[0, 0, 1], is_candidate=[True, True, False])
    error = refused(problem)
    assert [(c.rule, c.amount) for c in error.conflicts] == [("base_in_every_area", 1.0)]
    assert 'candidates = "any"' in error.relaxations[0].say("en")
    assert choose_bases(dataclasses.replace(problem, is_candidate=np.ones(3, dtype=bool))).is_base[2]


@pytest.mark.parametrize("within", [False, True])
def test_full_bases_are_refused_and_either_relaxation_works(within):
    problem = line([0, 1, 2, 3, 4, 5, 6], 2, area=[0, 0, 0, 0, 0, 1, 1], load_cap=2, within_area=within)
    error = refused(problem)
    assert [c.rule for c in error.conflicts] == ["load_cap"]
    bases, cap = (int(r.say("en").split(">= ")[1].rstrip(")")) for r in error.relaxations)
    for changed in (dataclasses.replace(problem, bases=bases), dataclasses.replace(problem, load_cap=cap)):
        assert broken(changed, choose_bases(changed)) == []
    assert refused(dataclasses.replace(problem, bases=bases - 1))
    assert refused(dataclasses.replace(problem, load_cap=cap - 1))


def test_more_bases_than_candidates_are_refused_with_the_number_there_is():
    error = refused(line([0, 1, 2], 3, is_candidate=[True, True, False]))
    assert [(c.rule, c.amount) for c in error.conflicts] == [("candidates", 1.0)]
    assert "bases <= 2" in error.relaxations[0].say("en")


# ---- laws and oracle ----


def broken(problem, found):
    return broken_base_rules(problem, found.base_of_member, found.is_base)


def test_the_independent_check_names_every_broken_rule():
    problem = line([0, 1, 2, 3], 1, area=[0, 0, 1, 1], is_candidate=[True, False, True, True], load_cap=2, within_area=True)
    wrong = broken_base_rules(problem, np.array([1, 1, 1, 0]), np.array([False, True, True, False]))
    assert wrong == ["base_of_base", "base_of_member", "bases", "candidates", "load_cap", "within_area"]
    assert broken_base_rules(problem, np.array([0, 0, 0, 0]), np.array([True, False, False, False])) == ["base_in_every_area", "load_cap", "within_area"]


@st.composite
def problems(draw):
    n = draw(st.integers(2, 8))
    place = st.integers(0, 30)
    xy = np.array([(draw(place), draw(place)) for _ in range(n)], dtype=float)
    area = np.array([draw(st.integers(0, 1)) for _ in range(n)])
    candidate = np.array([draw(st.booleans()) or i == 0 for i in range(n)])
    cap = draw(st.one_of(st.none(), st.integers(1, n)))
    demand = np.array([float(draw(st.integers(1, 5))) for _ in range(n)])
    return BaseSchoolProblem(xy, demand, candidate, area, draw(st.integers(1, 4)), cap, draw(st.booleans()), 20.0)


def least_by_trying(problem):
    """The least cost over all sets of bases, members assigned at least cost; None where no set does."""
    n = len(problem.demand)
    cost = problem.demand[None, :] * np.hypot(*(problem.xy[:, None, :] - problem.xy[None, :, :]).transpose(2, 0, 1))
    if problem.within_area:
        cost = np.where(problem.area[:, None] == problem.area[None, :], cost, 1e12)
    best = None
    for bases in combinations(np.flatnonzero(problem.is_candidate).tolist(), problem.bases):
        if set(problem.area.tolist()) - {int(problem.area[b]) for b in bases}:
            continue
        rest = [i for i in range(n) if i not in bases]
        places = [b for b in bases for _ in range((problem.load_cap or n) - 1)]
        if len(places) < len(rest):
            continue
        rows, columns = linear_sum_assignment(cost[np.ix_(places, rest)].T) if rest else ([], [])
        total = sum(cost[places[c], rest[r]] for r, c in zip(rows, columns, strict=True))
        if total < 1e11 and (best is None or total < best):
            best = total
    return best


@given(problems())
@settings(max_examples=150, deadline=None)
def test_no_other_choice_is_shorter_and_a_refusal_means_there_is_none(problem):
    least = least_by_trying(problem)
    try:
        found = choose_bases(problem)
    except InfeasibleError:
        assert least is None
        return
    assert broken(problem, found) == []
    assert found.status == "optimal"
    assert found.objective == pytest.approx(least, abs=1e-6)
    assert found.bound <= found.objective + 1e-9


@pytest.mark.parametrize("largest", [0, 10**9])
def test_the_bound_holds_on_a_large_case_with_and_without_the_programme(largest, monkeypatch):
    monkeypatch.setattr(solver, "_LARGEST_PROGRAMME", largest)
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 30_000, (150, 2))
    problem = BaseSchoolProblem(xy, rng.integers(1, 9, 150).astype(float), rng.random(150) < 0.4, rng.integers(0, 5, 150), 12)
    found = choose_bases(problem)
    assert broken(problem, found) == []
    assert 0 <= found.gap < (1e-6 if largest else 0.05)
