"""Masters and apprentices a person can check, laws, and all matchings tried on small cases."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.pairing.apprentices import broken_apprentice_rules
from districting.model.apprentice_problem import MASTERS_FULL, NO_MASTER, NONE_ALLOWED, ApprenticeProblem
from districting.pairing import match_apprentices


def row(schools, masters, apprentices, **changes):
    """Schools on a line at metres ``schools``; ``masters`` and ``apprentices`` as (school, subject)."""
    xy = np.column_stack([np.array(schools, dtype=float), np.zeros(len(schools))])
    m, a = np.array(masters, dtype=np.int64).reshape(-1, 2), np.array(apprentices, dtype=np.int64).reshape(-1, 2)
    return dataclasses.replace(ApprenticeProblem(xy, m[:, 0], m[:, 1], a[:, 0], a[:, 1]), **changes)


def test_each_learns_from_the_near_master_of_the_subject():
    found = match_apprentices(row([0, 100, 300, 1000], [(0, 0), (3, 0), (1, 1)], [(1, 0), (2, 0), (2, 1)]))
    assert found.master_of_apprentice.tolist() == [0, 0, 2]
    assert (found.objective, found.bound, found.gap) == (100.0 + 300.0 + 200.0, 600.0, 0.0)


def test_a_fourth_apprentice_goes_to_the_farther_master():
    found = match_apprentices(row([0, 10, 5000], [(0, 0), (2, 0)], [(1, 0)] * 4))
    assert sorted(np.bincount(found.master_of_apprentice).tolist()) == [1, 3]


def test_why_an_apprentice_has_no_master_is_told():
    found = match_apprentices(row([0, 100], [(0, 0), (1, 1)], [(1, 2), (0, 0), (0, 1), (0, 1)], cap=1))
    assert found.master_of_apprentice.tolist()[:2] == [-1, -1]
    assert found.reason.tolist()[:2] == [NO_MASTER, NONE_ALLOWED]
    assert sorted(found.reason.tolist()[2:]) == [0, MASTERS_FULL]


def test_a_master_of_the_own_school_is_taken_only_where_that_is_allowed():
    problem = row([0, 100], [(0, 0), (1, 0)], [(0, 0)])
    assert match_apprentices(problem).master_of_apprentice.tolist() == [1]
    assert match_apprentices(dataclasses.replace(problem, own_school=True)).objective == 0.0


def test_pairs_keep_to_their_county_where_that_is_asked():
    problem = row([0, 100, 9000], [(1, 0), (2, 0)], [(0, 0)], county=np.array([0, 1, 0]))
    assert match_apprentices(problem).master_of_apprentice.tolist() == [1]


def test_a_remote_pair_is_flagged_and_taken_only_when_nothing_nearer_is_left():
    problem = row([0, 100, 40_000], [(1, 0), (2, 0)], [(0, 0), (0, 0)], cap=1, max_distance_m=30_000.0)
    assert match_apprentices(problem).remote.tolist().count(True) == 1
    assert not match_apprentices(dataclasses.replace(problem, cap=2)).remote.any()


def test_masters_of_one_school_share_their_apprentices_evenly():
    found = match_apprentices(row([0, 10], [(0, 0), (0, 0), (0, 0)], [(1, 0)] * 6))
    assert np.bincount(found.master_of_apprentice).tolist() == [2, 2, 2]


@pytest.mark.parametrize(("masters", "apprentices"), [([], [(0, 0)]), ([(0, 0)], []), ([], [])])
def test_nobody_on_one_side_is_no_error(masters, apprentices):
    found = match_apprentices(row([0], masters, apprentices))
    assert (found.master_of_apprentice == -1).all()
    assert found.objective == 0.0


def test_the_independent_check_names_every_broken_rule():
    problem = row([0, 10], [(0, 0)], [(0, 0), (1, 1), (1, 0)], cap=1, county=np.array([0, 1]))
    assert broken_apprentice_rules(problem, np.array([0, 0, 0])) == ["cap", "own_school", "same_subject", "within_county"]
    assert broken_apprentice_rules(problem, np.array([-1, -1, -1])) == []


@st.composite
def problems(draw):
    schools = draw(st.integers(1, 4))
    where, subject = st.integers(0, schools - 1), st.integers(0, 1)
    masters = draw(st.lists(st.tuples(where, subject), max_size=3))
    apprentices = draw(st.lists(st.tuples(where, subject), max_size=4))
    at = draw(st.lists(st.integers(0, 50), min_size=schools, max_size=schools))
    county = draw(st.one_of(st.none(), st.lists(st.integers(0, 1), min_size=schools, max_size=schools).map(np.array)))
    return row(at, masters, apprentices, cap=draw(st.integers(1, 3)), own_school=draw(st.booleans()), county=county, max_distance_m=20.0)


def worth(problem, choice):
    """(apprentices without a master, remote pairs, metres): less is better in this order."""
    paired = [(a, m) for a, m in enumerate(choice) if m >= 0]
    ways = [abs(problem.xy[problem.apprentice_school[a], 0] - problem.xy[problem.master_school[m], 0]) for a, m in paired]
    return len(choice) - len(paired), sum(w > problem.max_distance_m for w in ways), float(sum(ways))


@given(problems())
@settings(max_examples=150, deadline=None)
def test_no_other_matching_pairs_more_or_is_nearer(problem):
    found = match_apprentices(problem)
    assert broken_apprentice_rules(problem, found.master_of_apprentice) == []
    choices = product(range(-1, len(problem.master_school)), repeat=len(problem.apprentice_school))
    best = min(worth(problem, c) for c in choices if not broken_apprentice_rules(problem, np.array(c, dtype=np.int64)))
    mine = worth(problem, found.master_of_apprentice.tolist())
    assert mine[:2] == best[:2]
    assert mine[2] == pytest.approx(best[2])
    assert found.objective == pytest.approx(mine[2])
    assert ((found.reason == 0) == (found.master_of_apprentice >= 0)).all()
