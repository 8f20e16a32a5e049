"""Engines of a choice: textbook cases drawn by hand, laws of stability and strategy, the lottery and every stable matching as oracles."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.choice import justified_envy, overfilled
from districting.enrolment.choice.engines import CHOICE_ENGINES, gains_by_another_order, run_engine, school_of
from districting.enrolment.draw import allot
from districting.enrolment.hall import groups_of
from districting.model.choice_problem import ChoiceProblem
from districting.model.draw_list import DrawEntry, DrawList, DrawSchool

DEFERRED = ("deferred_acceptance", "deferred_acceptance_schools")
WISH_BY_WISH = ("preference_first", "preference_then_priority_then_number")


def problem_of(lists, seats, tiers=None, numbers=None, rest=None):
    """``lists`` of wishes; ``tiers`` (n, s) priority of each pupil at each school; ``rest``: further options."""
    n, s = len(lists), len(seats)
    rest = rest or [[] for _ in lists]
    w = max(len(a) + len(b) for a, b in zip(lists, rest, strict=True))
    options, tier = np.full((n, w), -1, dtype=np.int32), np.zeros((n, w), dtype=np.uint8)
    for i, row in enumerate([*a, *b] for a, b in zip(lists, rest, strict=True)):
        options[i, : len(row)] = row
        tier[i, : len(row)] = [(tiers if tiers is not None else np.zeros((n, s), dtype=int))[i][a] for a in row]
    return ChoiceProblem(
        options,
        np.array([len(a) for a in lists], dtype=np.int64),
        tier,
        np.array(numbers if numbers is not None else range(n)),
        np.array(seats, dtype=np.int64),
    )


def outcome(engine, problem):
    return school_of(problem, run_engine(engine, problem)).tolist()


def priorities(order_of_school, n):
    """Priorities (n, s) from one order of pupils per school."""
    return [[order.index(i) for order in order_of_school] for i in range(n)]


ROTH = problem_of([[1, 0, 2], [0, 1, 2], [0, 1, 2]], [1, 1, 1], tiers=priorities([[0, 2, 1], [1, 0, 2], [1, 0, 2]], 3))
"""Abdulkadiroglu and Soenmez 2003, example 1: three pupils, three schools; s1 likes i1, i3, i2, the two others i2, i1, i3."""


def test_the_textbook_case_has_one_stable_outcome_which_pupils_would_trade_away():
    assert outcome("deferred_acceptance", ROTH) == [0, 1, 2]
    assert outcome("deferred_acceptance_schools", ROTH) == [0, 1, 2]


def test_the_textbook_case_under_boston_gives_first_wishes_and_envy():
    """i1 gets s2, i3 gets s1 by priority over i2, who is left with s3 though s2 would take i2 before i1."""
    got = run_engine("preference_then_priority_then_number", ROTH)
    assert school_of(ROTH, got).tolist() == [1, 2, 0]
    envy = justified_envy(ROTH, got)
    assert (envy.pairs, envy.wasted, envy.envious.tolist()) == (1, 0, [False, True, False])
    assert gains_by_another_order(ROTH, got, by_priority=True).tolist() == [False, True, False]


def test_pupils_and_schools_proposing_differ_where_wishes_and_priorities_cross():
    crossed = problem_of([[0, 1], [1, 0]], [1, 1], tiers=[[1, 0], [0, 1]])
    assert outcome("deferred_acceptance", crossed) == [0, 1]
    assert outcome("deferred_acceptance_schools", crossed) == [1, 0]


def test_without_priorities_deferred_acceptance_is_the_order_of_numbers():
    problem = problem_of([[0, 1], [0, 1], [1, 0]], [1, 1], numbers=[2, 0, 1])
    assert outcome("deferred_acceptance", problem) == outcome("number_first", problem) == outcome("deferred_acceptance_schools", problem) == [-1, 0, 1]


def test_a_first_wish_beats_a_better_number_only_wish_by_wish():
    """Pupil 0 is drawn first, loses nothing; pupil 1 misses school 0 and finds school 1 taken by its first-wisher, who was drawn last."""
    problem = problem_of([[0, 1], [0, 1], [1, 0]], [1, 1])
    assert outcome("preference_first", problem) == [0, -1, 1]
    assert outcome("number_first", problem) == [0, 1, -1]


def test_those_left_over_take_what_has_room_by_number():
    problem = problem_of([[0], [0], [0]], [1, 1, 5], numbers=[2, 0, 1], rest=[[1, 2], [1, 2], [1, 2]])
    for engine in CHOICE_ENGINES:
        assert outcome(engine, problem) == [2, 0, 1]


def test_no_pupils_no_wishes_and_schools_without_seats():
    for engine in CHOICE_ENGINES:
        assert outcome(engine, problem_of([[], [0]], [0, 3])) == [-1, -1]
        empty = ChoiceProblem(np.empty((0, 0), np.int32), np.empty(0, np.int64), np.empty((0, 0), np.uint8), np.empty(0, np.int64), np.ones(2, np.int64))
        assert outcome(engine, empty) == []


@st.composite
def problems(draw, most=6, schools=4):
    s = draw(st.integers(1, schools))
    n = draw(st.integers(1, most))
    lists = [draw(st.permutations(range(s)))[: draw(st.integers(0, s))] for _ in range(n)]
    seats = draw(st.lists(st.integers(0, 3), min_size=s, max_size=s))
    tiers = draw(st.lists(st.lists(st.integers(0, 2), min_size=s, max_size=s), min_size=n, max_size=n))
    return problem_of(lists, seats, tiers, draw(st.permutations(range(n))))


@st.composite
def bundled(draw, most=6, schools=4):
    """Some of the pupils are twins or three siblings."""
    problem = draw(problems(most, schools))
    return replace(problem, size=np.array(draw(st.lists(st.integers(1, 3), min_size=len(problem.number), max_size=len(problem.number)))))


def test_twins_at_the_last_seat_enter_together_and_nobody_after_them():
    """Two seats: pupil 0 takes one, the twins the other; the third pupil finds none. Deferred acceptance lets the twins go for a better claim, and whole."""
    twins = replace(problem_of([[0], [0], [0]], [2]), size=np.array([1, 2, 1]))
    for engine in CHOICE_ENGINES:
        assert outcome(engine, twins) == [0, 0, -1]
        assert overfilled(twins, run_engine(engine, twins)) == 0
    late = replace(problem_of([[0, 1], [0], [0]], [2, 1], numbers=[2, 0, 1]), size=np.array([2, 1, 1]))
    for engine in CHOICE_ENGINES:
        assert outcome(engine, late) == [1, 0, 0]
    assert overfilled(late, np.array([0, 0, 0])) == 1


@given(bundled(most=8))
def test_with_bundles_deferred_acceptance_leaves_no_envy_and_goes_beyond_seats_by_a_bundle_only(problem):
    for engine in CHOICE_ENGINES:
        got = run_engine(engine, problem)
        assert overfilled(problem, got) == 0
        assert (got < problem.wishes).all()
    for engine in DEFERRED:
        envy = justified_envy(problem, run_engine(engine, problem))
        assert (envy.pairs, envy.wasted) == (0, 0)


@settings(max_examples=60, deadline=None)
@given(bundled(most=4, schools=3))
def test_with_bundles_pupils_proposing_is_best_among_all_stable_outcomes_for_pupils(problem):
    """Stable, told from schools alone: a school takes in order of claims until its seats are reached."""
    n = len(problem.wishes)
    lists = [[*problem.options[i, : problem.wishes[i]].tolist(), -1] for i in range(n)]
    claim = [{int(a): (int(problem.tier[i, j]), int(problem.number[i])) for j, a in enumerate(lists[i][:-1])} for i in range(n)]

    def takes(school, asking):
        inside, taken = 0, set()
        for i in sorted(asking, key=lambda i: claim[i][school]):
            if inside < problem.seats[school]:
                taken.add(i)
                inside += problem.size[i]
        return taken

    def holds(match):
        for a in range(len(problem.seats)):
            inside = {i for i in range(n) if match[i] == a}
            wishing = {i for i in range(n) if a in claim[i] and lists[i].index(a) < lists[i].index(match[i])}
            if takes(a, inside) != inside or any(i in takes(a, inside | {i}) for i in wishing):
                return False
        return True

    found = [m for m in itertools.product(*lists) if holds(m)]
    best = outcome("deferred_acceptance", problem)
    rank = np.array([[lists[i].index(m[i]) for i in range(n)] for m in found])
    assert [lists[i].index(best[i]) for i in range(n)] == rank.min(axis=0).tolist()
    assert tuple(outcome("deferred_acceptance_schools", problem)) in found


@given(problems())
def test_every_engine_keeps_seats_and_gives_only_what_was_wished(problem):
    for engine in CHOICE_ENGINES:
        got = run_engine(engine, problem)
        assert overfilled(problem, got) == 0
        assert (got < problem.wishes).all()


@given(problems(most=12))
def test_deferred_acceptance_leaves_no_envy_and_no_wasted_seat(problem):
    for engine in DEFERRED:
        envy = justified_envy(problem, run_engine(engine, problem))
        assert (envy.pairs, envy.wasted) == (0, 0)


def stable(problem, schools):
    """Told from schools alone, pair by pair."""
    n = len(schools)
    rank = [{int(a): j for j, a in enumerate(problem.options[i, : problem.wishes[i]])} for i in range(n)]
    claim = [{a: (int(problem.tier[i, j]), int(problem.number[i])) for a, j in rank[i].items()} for i in range(n)]
    inside = {a: [i for i in range(n) if schools[i] == a] for a in range(len(problem.seats))}
    if any(len(inside[a]) > problem.seats[a] for a in inside):
        return False
    for i in range(n):
        for a, j in rank[i].items():
            likes = schools[i] == -1 or j < rank[i][schools[i]]
            if likes and (len(inside[a]) < problem.seats[a] or any(claim[k][a] > claim[i][a] for k in inside[a])):
                return False
    return True


@settings(max_examples=60, deadline=None)
@given(problems(most=4, schools=3))
def test_among_all_stable_outcomes_pupils_get_their_best_and_under_schools_proposing_their_worst(problem):
    n = len(problem.wishes)
    lists = [[*problem.options[i, : problem.wishes[i]].tolist(), -1] for i in range(n)]
    found = [m for m in itertools.product(*lists) if stable(problem, m)]
    rank = np.array([[lists[i].index(m[i]) for i in range(n)] for m in found])
    best, worst = outcome("deferred_acceptance", problem), outcome("deferred_acceptance_schools", problem)
    assert [lists[i].index(best[i]) for i in range(n)] == rank.min(axis=0).tolist()
    assert [lists[i].index(worst[i]) for i in range(n)] == rank.max(axis=0).tolist()


def gainers(engine, problem):
    """Pupils who get a better wish by some other order of some of their wishes: every misreport is run."""
    truth = run_engine(engine, problem)
    found = []
    for i in range(len(problem.wishes)):
        length = int(problem.wishes[i])
        mine, tier = problem.options[i, :length].tolist(), problem.tier[i, :length].tolist()
        held = int(truth[i]) if truth[i] >= 0 else length
        gains = False
        for order in (p for k in range(length + 1) for p in itertools.permutations(range(length), k)):
            options, tiers, wishes = problem.options.copy(), problem.tier.copy(), problem.wishes.copy()
            options[i, : len(order)], tiers[i, : len(order)], wishes[i] = [mine[j] for j in order], [tier[j] for j in order], len(order)
            options[i, len(order) :] = -1
            got = int(run_engine(engine, ChoiceProblem(options, wishes, tiers, problem.number, problem.seats, problem.size))[i])
            gains |= got >= 0 and order[got] < held
        found.append(gains)
    return found


@settings(max_examples=40, deadline=None)
@given(problems(most=5, schools=3))
def test_no_misreport_pays_where_pupils_propose_or_numbers_come_first(problem):
    for engine in ("deferred_acceptance", "number_first"):
        assert not any(gainers(engine, problem))


@settings(max_examples=60, deadline=None)
@given(st.one_of(problems(most=5, schools=3), bundled(most=5, schools=3)))
def test_who_gains_wish_by_wish_is_told_without_running_again(problem):
    for engine in WISH_BY_WISH:
        got = run_engine(engine, problem)
        told = gains_by_another_order(problem, got, by_priority=engine != "preference_first")
        assert told.tolist() == gainers(engine, problem)


@given(bundled(most=8), st.sampled_from(["preference_first", "number_first", "preference_then_priority_then_number"]))
def test_engines_agree_with_those_of_the_lottery(problem, engine):
    """In the lottery a pupil's tier is one and the same everywhere; here the highest is 0, there 1. Without tiers all three must agree."""
    same = problem.tier[:, :1] if engine == "preference_then_priority_then_number" and problem.tier.shape[1] else np.zeros((len(problem.wishes), 1), np.uint8)
    problem = ChoiceProblem(problem.options, problem.wishes, np.repeat(same, problem.options.shape[1], axis=1), problem.number, problem.seats, problem.size)
    heads = np.cumsum(problem.sizes) - problem.sizes
    entries = tuple(
        DrawEntry("", int(heads[i]), int(same[i, 0]) + 1, (), (), tuple(int(a) for a in problem.options[i, : problem.wishes[i]]))
        for i in np.repeat(np.arange(len(problem.wishes)), problem.sizes)
    )
    schools = tuple(DrawSchool("", f"S{a}", int(seats)) for a, seats in enumerate(problem.seats))
    draw = DrawList({}, engine, "ascending", 10, "overfill", schools, entries, (("a", "x"), ("b", "x"), ("c", "x")))
    groups = groups_of(draw)
    ranks = problem.number.tolist()
    hall = allot(draw, groups, ranks, logged=False)
    placed = [-1 if s is None else s for s in hall.school_of]
    assert placed == outcome(engine, problem)


@settings(max_examples=30, deadline=None)
@given(problems(most=12))
def test_the_library_matching_finds_the_same_stable_outcomes(problem):
    games = pytest.importorskip("matching.games")
    n = len(problem.wishes)
    residents = {i: [int(a) for a in problem.options[i, : problem.wishes[i]] if problem.seats[a] > 0] for i in range(n)}
    residents = {i: wishes for i, wishes in residents.items() if wishes}
    if not residents:
        return
    at = {(i, int(problem.options[i, j])): (int(problem.tier[i, j]), int(problem.number[i])) for i in residents for j in range(problem.wishes[i])}
    hospitals = {a: sorted((i for i in residents if a in residents[i]), key=lambda i: at[i, a]) for a in {a for w in residents.values() for a in w}}
    capacities = {a: int(problem.seats[a]) for a in hospitals}
    for optimal, engine in (("resident", "deferred_acceptance"), ("hospital", "deferred_acceptance_schools")):
        solved = games.HospitalResident.create_from_dictionaries(residents, hospitals, capacities).solve(optimal=optimal)
        theirs = {i.name: a.name for a, inside in solved.items() for i in inside}
        assert [theirs.get(i, -1) for i in range(n)] == outcome(engine, problem)
