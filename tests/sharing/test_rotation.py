"""Rotation of teachers, drawn by hand; every plan recounted, small ones against all plans there are."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from districting.checking.rotation import broken_rotation_rules, miscounted
from districting.errors import InfeasibleError
from districting.measures.balance import coefficient_of_variation
from districting.model.rotation_problem import RotationProblem, RotationSolution, Shortfall, required_backbone, required_movers
from districting.model.teacher_settings import RotationSettings
from districting.planning.sharing.short import Again, refuse_short
from districting.sharing.rotation import rotate


def town(school, backbone, *, subject=None, eligible=None, movers=2, **changes) -> RotationProblem:
    """A small area on a line, 1 km from school to school; the first school is strong, the last weak."""
    at, good = np.array(school), np.array(backbone, dtype=bool)
    s, t = int(at.max()) + 1, len(at)
    side = np.zeros(s, dtype=np.int64)
    side[0], side[-1] = 1, -1
    line = np.arange(s, dtype=float)
    problem = RotationProblem(
        stage=np.zeros(s, dtype=np.int64),
        pupils=np.full(s, 100.0),
        side=side,
        place=np.arange(s),
        distance_m=1000.0 * np.abs(line[:, None] - line[None]),
        school=at,
        subject=np.zeros(t, dtype=np.int64) if subject is None else np.array(subject),
        eligible=np.ones(t, dtype=bool) if eligible is None else np.array(eligible, dtype=bool),
        backbone=good,
        leader=np.zeros(t, dtype=bool),
        counts=np.column_stack([np.ones(t), good]),
        partner=np.full(t, -1),
        subject_change=np.ones(2, dtype=np.int64),
        staff_change=0,
        movers=movers,
        backbone_movers=1,
        most=movers,
    )
    return dataclasses.replace(problem, **changes)


def worst(problem: RotationProblem, school) -> float:
    return max(coefficient_of_variation(np.bincount(school, column, problem.schools), problem.pupils) for column in problem.counts.T if column.any())


def test_of_47_eligible_five_go_and_one_of_them_is_a_backbone_teacher() -> None:
    assert required_movers(47, 0.10) == 5
    assert required_backbone(5, 47, 20, 0.20, "rotators") == 1
    assert required_backbone(5, 47, 20, 0.20, "eligible") == 10


def test_fewer_than_ten_eligible_send_one_whatever_the_share_and_nobody_sends_nobody() -> None:
    assert [required_movers(e, 0.30) for e in (0, 1, 9, 10)] == [0, 1, 1, 3]


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_that_keeps_the_rules_has_a_smaller_worst_coefficient_or_less_travel_at_the_same_evenness(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = town(np.repeat([0, 1, 2], [3, 2, 3]), rng.random(8) < 0.5, subject=rng.integers(0, 2, 8), eligible=rng.random(8) < 0.8, backbone_movers=0)
    found = rotate(problem)
    every = [np.array(p) for p in itertools.product(range(3), repeat=8) if (np.array(p) != problem.school).sum() == 2]
    kept = [p for p in every if not broken_rotation_rules(problem, p)]
    if isinstance(found, Shortfall):
        assert not kept
        return
    assert broken_rotation_rules(problem, found.school_of_teacher) == []
    before = [coefficient_of_variation(np.bincount(problem.school, c, 3), problem.pupils) for c in problem.counts.T]

    def rises(p: np.ndarray) -> bool:
        after = [coefficient_of_variation(np.bincount(p, c, 3), problem.pupils) for c in problem.counts.T]
        return any(a > b + 1e-9 for a, b in zip(after, before, strict=True))

    fair = [p for p in kept if not rises(p)] if found.held else kept
    least = min(worst(problem, p) for p in fair)
    assert found.objective == pytest.approx(least)
    assert found.bound == pytest.approx(least)
    assert found.status == "optimal"


def test_a_backbone_teacher_of_the_strong_school_changes_with_another_of_the_same_subject() -> None:
    problem = town([0, 0, 0, 1, 1, 1], [1, 1, 0, 0, 0, 0], subject=[0, 1, 1, 1, 0, 0], subject_change=np.zeros(2, dtype=np.int64))
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    gone = np.flatnonzero(found.school_of_teacher != problem.school)
    assert len(set(problem.subject[gone].tolist())) == 1
    assert found.objective == 0.0


def test_the_weak_school_never_loses_in_number_or_in_backbone_teachers() -> None:
    problem = town([0, 0, 0, 1, 1, 1], [1, 1, 0, 1, 1, 1], staff_change=1)
    assert isinstance(rotate(problem), RotationSolution)
    broken = problem.school.copy()
    broken[[2, 3]] = [1, 0]
    # the strong school is one up and the weak one down in backbone teachers
    assert broken_rotation_rules(problem, broken) == ["direction (2)"]


def test_one_weak_school_does_not_pay_for_another() -> None:
    """The middle and the last school are weak; the middle one has too many teachers, so that evenness alone would take one from it for the last."""
    problem = town([0, 0, 0, 1, 1, 1, 1, 2, 2], [0] * 9, staff_change=1, backbone_movers=0, side=np.array([1, -1, -1]))
    free = rotate(problem)
    assert isinstance(free, RotationSolution)
    assert np.bincount(free.school_of_teacher).tolist() == [3, 3, 3]
    floored = dataclasses.replace(problem, floor=np.array([False, True, True]))
    assert broken_rotation_rules(floored, free.school_of_teacher) == ["weak_floor (1)"]
    kept = rotate(floored)
    assert isinstance(kept, RotationSolution)
    assert broken_rotation_rules(floored, kept.school_of_teacher) == []
    assert np.bincount(kept.school_of_teacher)[1] >= 4


@pytest.mark.parametrize("seed", range(3))
def test_under_a_floor_no_plan_that_keeps_the_rules_is_more_even(seed: int) -> None:
    rng = np.random.default_rng(40 + seed)
    problem = town(
        np.repeat([0, 1, 2], [3, 3, 2]), rng.random(8) < 0.5, staff_change=1, backbone_movers=0, side=np.array([1, -1, -1]), floor=np.array([False, True, True])
    )
    every = [np.array(p) for p in itertools.product(range(3), repeat=8) if (np.array(p) != problem.school).sum() == 2]
    kept = [p for p in every if not broken_rotation_rules(problem, p)]
    for p in kept:
        net = np.bincount(p, minlength=3) - np.bincount(problem.school, minlength=3)
        assert net[1:].min() >= 0
    before = [coefficient_of_variation(np.bincount(problem.school, c, 3), problem.pupils) for c in problem.counts.T]
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    fair = [
        p
        for p in kept
        if all(coefficient_of_variation(np.bincount(p, c, 3), problem.pupils) <= b + 1e-9 for c, b in zip(problem.counts.T, before, strict=True))
    ]
    assert found.objective == pytest.approx(min(worst(problem, p) for p in (fair if found.held else kept)))


def test_where_only_the_weak_have_backbone_teachers_and_few_the_shortfall_is_counted() -> None:
    problem = town([0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 0, 0], movers=2, backbone_movers=1)
    assert rotate(problem) == Shortfall(2, 0)


def test_without_exchange_in_the_subject_nobody_can_go_and_one_more_of_a_subject_lets_them() -> None:
    apart = town([0, 0, 1, 1], [1, 0, 0, 0], subject=[0, 0, 1, 1], subject_change=np.zeros(2, dtype=np.int64))
    assert rotate(apart) == Shortfall(0, 0)
    assert isinstance(rotate(dataclasses.replace(apart, subject_change=np.ones(2, dtype=np.int64))), RotationSolution)


def test_a_school_without_pupils_takes_nobody() -> None:
    problem = town([0, 0, 1, 1, 2, 2], [1, 1, 0, 0, 0, 0], pupils=np.array([100.0, 0.0, 100.0]))
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    assert not (found.school_of_teacher[found.school_of_teacher != problem.school] == 1).any()


def test_a_leadership_of_three_sends_nobody_and_one_of_four_sends_one() -> None:
    three = town([0] * 3 + [1] * 3, [0] * 6, leader=np.ones(6, dtype=bool), backbone_movers=0)
    assert rotate(three) == Shortfall(0, 0)
    four = town([0] * 4 + [1] * 4, [0] * 8, leader=np.ones(8, dtype=bool), backbone_movers=0)
    assert isinstance(rotate(four), RotationSolution)


def test_a_couple_goes_the_same_way_when_it_costs_nothing() -> None:
    partner = np.full(8, -1)
    partner[[0, 1]] = [1, 0]
    problem = town([0, 0, 0, 0, 1, 1, 1, 1], [0] * 8, partner=partner, movers=4, backbone_movers=0, eligible=[1, 1, 1, 0, 1, 1, 0, 0])
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    assert found.split_couples == 0
    assert found.school_of_teacher[[0, 1]].tolist() == [1, 1]


@pytest.mark.parametrize(("county", "named"), [([0, 0, 0, 1, 1, 1], True), ([0] * 6, False)])
def test_counties_are_named_instead_of_districts_only_where_their_schools_reach_the_shares(county: list[int], named: bool) -> None:
    """A district whose teachers all stand in one school; the county has those of the other school too, or has not."""
    alone = town([0] * 6, [0] * 6, backbone_movers=0)
    wider = town(county, [0] * 6, backbone_movers=0)
    fixed = np.zeros(2, dtype=bool)
    again = Again(lambda other: [(wider if other.scope == "county" else alone, fixed)], np.full(6, 8.0))
    with pytest.raises(InfeasibleError) as refused:
        refuse_short([("甲", alone, Shortfall(0, 0), fixed)], [(alone, fixed)], RotationSettings(), again)
    assert any('scope = "county"' in r.say("zh") for r in refused.value.relaxations) == named


def test_of_teachers_alike_the_one_who_wishes_for_the_school_goes_and_nothing_else_changes() -> None:
    """Two schools; one of four alike in the strong school goes, and only the last of them wishes for the weak one."""
    problem = town([0, 0, 0, 0, 1, 1, 1, 1], [0] * 8, backbone_movers=0)
    rank = np.zeros((8, 2), dtype=np.int64)
    rank[3, 1], rank[6, 0] = 1, 1
    wished = dataclasses.replace(problem, wish_rank=rank)
    plain, found = rotate(problem), rotate(wished)
    assert isinstance(plain, RotationSolution)
    assert isinstance(found, RotationSolution)
    assert np.flatnonzero(plain.school_of_teacher != problem.school).tolist() == [0, 4]
    assert np.flatnonzero(found.school_of_teacher != problem.school).tolist() == [3, 6]
    assert (found.wishes_met, plain.wishes_met) == (2, 0)
    assert (found.objective, found.travel_m) == (plain.objective, plain.travel_m)
    assert miscounted(wished, found) == []


def test_figures_that_are_not_those_of_the_labels_are_found() -> None:
    problem = town([0, 0, 0, 1, 1, 1], [1, 1, 0, 0, 0, 0])
    found = rotate(problem)
    assert isinstance(found, RotationSolution)
    assert miscounted(problem, found) == []
    for name, value in (("travel_m", 1.0), ("wishes_met", 1), ("objective", 0.5), ("bound", 1.0), ("travel_bound_m", 9e9)):
        assert len(miscounted(problem, dataclasses.replace(found, **{name: value}))) == 1
