"""How far a score may move before a pair changes: moving less never changes it, moving more does; held against every plan there is."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from districting.errors import InfeasibleError
from districting.model.pairing_problem import PairingProblem
from districting.pairing import pair_schools
from tests.pairing.test_pair_schools import schools

BEYOND = 1e-4
ROUNDING = 1e-8


def yardstick(problem):
    """Spread and reference gap at the given scores, counted by hand."""
    spread = float(problem.score.std()) or 1.0
    gaps = [
        problem.score[d] - problem.score[r]
        for d in np.flatnonzero(problem.is_donor)
        for r in np.flatnonzero(problem.is_recipient)
        if problem.score[d] > problem.score[r]
    ]
    return spread, (max(gaps) if problem.gap_goal == "wide" else sum(gaps) / len(gaps))


def stands(problem, rule, score, pair):
    """Whether ``pair`` is in a plan that no plan beats at these scores."""
    donors, recipients = np.flatnonzero(problem.is_donor).tolist(), np.flatnonzero(problem.is_recipient).tolist()
    spread, reference = rule
    options = [[d for d in donors if score[d] > score[r]] for r in recipients]
    served = [k for k in range(len(recipients)) if options[k]]
    best = {True: (99, np.inf), False: (99, np.inf)}
    for plan in product(*(options[k] for k in served)):
        if max((plan.count(d) for d in plan), default=0) > problem.donor_cap:
            continue
        remote, cost = 0, 0.0
        for k, d in zip(served, plan, strict=True):
            distance = float(np.hypot(*(problem.xy[d] - problem.xy[recipients[k]])))
            gap = score[d] - score[recipients[k]]
            cost += distance + problem.gap_weight_m / spread * (reference - gap if problem.gap_goal == "wide" else abs(gap - reference))
            remote += distance > problem.max_distance_m
        has = pair in {(d, recipients[k]) for k, d in zip(served, plan, strict=True)}
        best[has] = min(best[has], (remote, cost))
    with_it, without = best[True], best[False]
    if with_it[0] == 99:
        return False
    return with_it[0] < without[0] or (with_it[0] == without[0] and with_it[1] <= without[1] + ROUNDING)


def held(problem, rule, pair, move):
    """Whether the pair stands when the donor's or the recipient's score moves by ``move`` up or down."""
    found = []
    for school in pair:
        for sign in (-1.0, 1.0):
            score = problem.score.copy()
            score[school] += sign * move
            found.append(stands(problem, rule, score, pair))
    return all(found)


numbers = st.integers(0, 40)
problems = st.builds(
    lambda score, x, cap, goal, weight, most: dataclasses.replace(
        schools(score, [1000 * v for v in x], 3), donor_cap=cap, gap_goal=goal, gap_weight_m=float(weight), max_distance_m=1000.0 * most
    ),
    st.lists(numbers, min_size=6, max_size=6),
    st.lists(numbers, min_size=6, max_size=6),
    st.sampled_from([1, 2, 3]),
    st.sampled_from(["wide", "alike"]),
    st.sampled_from([0, 900, 5000, 40_000]),
    st.sampled_from([15, 100]),
)


@settings(max_examples=250, deadline=None)
@given(problems)
def test_moving_less_never_changes_the_pair_and_moving_more_does(problem):
    try:
        found = pair_schools(problem)
    except InfeasibleError:
        return
    if not len(found.donor_of_pair):
        return
    rule = yardstick(problem)
    assert found.margins_exact
    for d, r, margin in zip(found.donor_of_pair.tolist(), found.recipient_of_pair.tolist(), found.score_margin_of_pair.tolist(), strict=True):
        assert 0 <= margin <= problem.score[d] - problem.score[r] + 1e-9
        for share in (0.1, 0.5, 0.9, 0.999):
            assert held(problem, rule, (d, r), share * margin), (d, r, margin, share)
        assert not held(problem, rule, (d, r), margin + BEYOND), (d, r, margin)


@settings(max_examples=150, deadline=None)
@given(problems)
def test_the_margin_of_many_pairs_is_never_above_the_exact_one(problem):
    from districting.pairing import school

    try:
        found = pair_schools(problem)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(school, "EXACT_AT_MOST", 0)
            safe = pair_schools(problem)
    except InfeasibleError:
        return
    assert not safe.margins_exact or not len(safe.donor_of_pair)
    assert safe.donor_of_pair.tolist() == found.donor_of_pair.tolist()
    assert (safe.score_margin_of_pair >= 0).all()
    assert (safe.score_margin_of_pair <= found.score_margin_of_pair + 1e-6).all()


def resolved(problem, rule, score, pair):
    """As ``stands``, by scipy with the pair forced and forbidden: for cities too large for every plan; nobody is remote."""
    spread, reference = rule
    donors, recipients = np.flatnonzero(problem.is_donor), np.flatnonzero(problem.is_recipient)
    gap = score[donors][None, :] - score[recipients][:, None]
    distance = np.hypot(*(problem.xy[recipients][:, None] - problem.xy[donors][None]).transpose(2, 0, 1))
    wanted = reference - gap if problem.gap_goal == "wide" else np.abs(gap - reference)
    cost = np.where(gap > 0, distance + problem.gap_weight_m / spread * wanted, np.inf)
    cost = np.repeat(cost[np.isfinite(cost).any(axis=1)], problem.donor_cap, axis=1)
    row = int(np.flatnonzero(recipients[(gap > 0).any(axis=1)] == pair[1])[0]) if (gap[recipients == pair[1]] > 0).any() else None
    if row is None:
        return False
    own = np.repeat(donors == pair[0], problem.donor_cap)
    best = []
    for barred in (~own, own):
        priced = cost.copy()
        priced[row, barred] = np.inf
        try:
            best.append(priced[linear_sum_assignment(priced)].sum())
        except ValueError:
            best.append(np.inf)
    return best[0] < np.inf and best[0] <= best[1] + 1e-7


@pytest.mark.parametrize(("goal", "cap", "seed"), [("wide", 1, 0), ("alike", 1, 1), ("wide", 2, 2), ("alike", 2, 3), ("alike", 3, 4)])
def test_margins_of_forty_pairs_hold_against_solving_again(goal, cap, seed):
    rng = np.random.default_rng(seed)
    donor = np.arange(65) < 25 + 20 * (cap == 1)
    score = np.where(donor, 75.0, 62.0) + rng.uniform(-9, 9, 65)
    problem = PairingProblem(score, donor, ~donor, rng.uniform(0, 40_000, (65, 2)), donor_cap=cap, gap_goal=goal, gap_weight_m=8000.0)
    found = pair_schools(problem)
    rule = yardstick(problem)
    for d, r, margin in zip(found.donor_of_pair.tolist(), found.recipient_of_pair.tolist(), found.score_margin_of_pair.tolist(), strict=True):
        for move, stand in ((0.5 * margin, True), (0.999 * margin, True), (margin + BEYOND, False)):
            held_here = []
            for school in (d, r):
                for sign in (-1.0, 1.0):
                    moved = score.copy()
                    moved[school] += sign * move
                    held_here.append(resolved(problem, rule, moved, (d, r)))
            assert all(held_here) is stand, (d, r, margin, move)


def test_a_margin_a_person_can_check():
    # both donors 100 m and 160 m from the only recipient; spread of 90, 90, 60 is sqrt(200); 60 m are worth 60 / 1000 of a spread in points
    found = pair_schools(schools([90, 90, 60], [0, 260, 100], 2, gap_weight_m=1000.0))
    assert found.donor_of_pair.tolist() == [0]
    assert found.score_margin_of_pair[0] == pytest.approx(0.06 * np.sqrt(200))


def test_a_pair_without_another_donor_stands_until_the_donor_is_no_longer_stronger():
    assert pair_schools(schools([90, 60], [0, 100], 1)).score_margin_of_pair.tolist() == [30.0]


def test_equal_prices_leave_no_margin():
    found = pair_schools(schools([90, 90, 60], [0, 200, 100], 2, gap_weight_m=1000.0))
    assert found.score_margin_of_pair.tolist() == pytest.approx([0.0])


def test_a_hundred_and_one_pairs_have_a_lower_bound_of_their_margins():
    rng = np.random.default_rng(3)
    first = np.arange(202) < 101
    score = np.where(first, 80.0, 60.0) + rng.uniform(-5, 5, 202)
    problem = PairingProblem(score, first, ~first, rng.uniform(0, 50_000, (202, 2)), gap_weight_m=5000.0, gap_goal="alike")
    found = pair_schools(problem)
    assert not found.margins_exact
    assert (found.score_margin_of_pair >= 0).all()
    assert found.score_margin_of_pair.max() > 0


def test_scores_that_differ_by_one_rounding_are_two_stretches_of_the_move():
    found = pair_schools(PairingProblem(np.array([74.1, 52.6, 63.1, np.nextafter(63.1, 0)]), *sides_of(4, 1), np.zeros((4, 2)), donor_cap=3))
    assert found.score_margin_of_pair.tolist() == pytest.approx([21.5, 11.0, 11.0])


def sides_of(count, donors):
    first = np.arange(count) < donors
    return first, ~first


close = st.builds(
    lambda scores, twins, x, cap, goal, weight, first: schools(
        close_scores(scores, twins), [1000 * v for v in x], first, donor_cap=cap, gap_goal=goal, gap_weight_m=float(weight)
    ),
    st.lists(st.integers(300, 900), min_size=6, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([-1, 0, 1])), min_size=1, max_size=3),
    st.lists(numbers, min_size=6, max_size=6),
    st.sampled_from([2, 3, 5]),
    st.sampled_from(["wide", "alike"]),
    st.sampled_from([0, 100, 5000, 40_000]),
    st.sampled_from([1, 2, 3]),
)


def close_scores(scores, twins):
    """Scores of one decimal, some of them one rounding apart from another."""
    found = [v / 10 for v in scores]
    for a, b, sign in twins:
        found[a] = float(np.nextafter(found[b], sign * np.inf)) if sign else found[b]
    return found


@settings(max_examples=150, deadline=None)
@given(close)
def test_margins_hold_where_scores_are_one_rounding_apart(problem):
    assume(problem.score.std() > 1e-6)
    try:
        found = pair_schools(problem)
    except InfeasibleError:
        return
    if not len(found.donor_of_pair):
        return
    rule = yardstick(problem)
    for d, r, margin in zip(found.donor_of_pair.tolist(), found.recipient_of_pair.tolist(), found.score_margin_of_pair.tolist(), strict=True):
        for share in (0.1, 0.5, 0.9, 0.999):
            assert margin < 1e-9 or held(problem, rule, (d, r), share * margin), (d, r, margin, share)
        assert not held(problem, rule, (d, r), margin + BEYOND), (d, r, margin)
