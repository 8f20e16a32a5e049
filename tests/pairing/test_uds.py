"""U-D-S communities: cases a person can check, brute force over all plans of a few schools, and every rule counted again."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.pairing.uds import check_uds
from districting.errors import InfeasibleError
from districting.model.uds_problem import UdsProblem
from districting.pairing import uds_communities


def schools(kinds, x, universities=(0.0,), bureau=None, stage=None, **changes):
    """One letter a school: L lead, W weak and rural, w weak in town, R rural, T neither; on a line at ``x`` metres, as the universities are."""
    n = len(kinds)
    zeros = np.zeros(n, dtype=int)
    problem = UdsProblem(
        xy=np.column_stack([np.array(x, dtype=float), np.zeros(n)]),
        stage=zeros if stage is None else np.array(stage),
        bureau=zeros if bureau is None else np.array(bureau),
        is_lead=np.array([k == "L" for k in kinds]),
        is_weak=np.array([k in "Ww" for k in kinds]),
        is_rural=np.array([k in "WR" for k in kinds]),
        university_xy=np.column_stack([np.array(universities, dtype=float), np.zeros(len(universities))]),
        code=tuple(f"S{i:02d}" for i in range(n)),
    )
    return dataclasses.replace(problem, **changes)


def test_a_lead_takes_the_weak_and_the_rural_and_leaves_the_others():
    problem = schools("LWRT", [100, 200, 300, 400])
    found = uds_communities(problem)
    assert found.community_of_school.tolist() == [0, 0, 0, -1]
    assert found.objective == 100 + (200 + 100) + (300 + 200)
    assert (found.covered, found.covered_rural, found.status) == (2, 2, "optimal")
    assert check_uds(problem, found) == []


def test_rural_schools_come_before_weak_ones_in_town():
    found = uds_communities(schools("LwwWR", [0, 1, 2, 50, 60], member_cap=2))
    assert found.community_of_school.tolist() == [0, -1, -1, 0, 0]
    assert found.reason.tolist() == ["", "communities_full", "communities_full", "", ""]


def test_a_community_without_a_weak_school_is_none():
    problem = schools("LRLW", [0, 1, 2, 3], bureau=[0, 0, 1, 1])
    found = uds_communities(problem)
    assert found.community_of_school.tolist() == [-1, -1, 0, 0]
    assert found.reason.tolist() == ["", "no_weak_school", "", ""]


def test_a_rural_school_gives_way_where_each_community_needs_a_weak_one():
    """Two leads, one place each: the rural school alone fills none, so the weak one of the town is taken."""
    found = uds_communities(schools("LLRw", [0, 1, 2, 3], member_cap=1))
    assert found.community_of_school.tolist()[2:] == [-1, 0]


def test_every_stage_and_bureau_keeps_to_itself():
    found = uds_communities(schools("LWLWW", [0, 10, 0, 10, 5], stage=[0, 0, 1, 1, 1], bureau=[0, 0, 0, 0, 1]))
    assert len(found.lead_of_community) == 2
    assert found.community_of_school[4] == -1
    assert found.reason[4] == "no_quality_school"


def test_the_nearest_university_is_taken_until_it_is_full():
    near = schools("LWLW", [0, 0, 10, 10], universities=(0, 100), bureau=[0, 0, 1, 1])
    assert uds_communities(near).university_of_community.tolist() == [0, 0]
    shared = uds_communities(dataclasses.replace(near, university_cap=1))
    assert shared.university_of_community.tolist() == [0, 1]


def test_a_university_elsewhere_costs_no_way():
    found = uds_communities(schools("LW", [0, 70], universities=(np.nan,)))
    assert found.objective == 70.0


def test_lead_and_weak_apart_is_refused_and_the_citys_bureau_mends_it():
    apart = schools("LW", [0, 70], bureau=[0, 1])
    with pytest.raises(InfeasibleError) as caught:
        uds_communities(apart)
    assert "bureau = city" in caught.value.relaxations[0].say("en")
    assert len(uds_communities(dataclasses.replace(apart, bureau=np.zeros(2, dtype=int))).lead_of_community) == 1
    with pytest.raises(InfeasibleError) as caught:
        uds_communities(schools("LW", [0, 70], stage=[0, 1]))
    assert not caught.value.relaxations


def test_the_check_finds_every_rule_that_is_broken():
    problem = schools("LWLTW", [0, 1, 2, 3, 4], bureau=[0, 0, 0, 1, 0], stage=[0, 0, 0, 0, 1], member_cap=1, university_cap=1)
    found = uds_communities(schools("LWLTW", [0, 1, 2, 3, 4], member_cap=1))
    two = dataclasses.replace(found, lead_of_community=np.array([0, 2]), university_of_community=np.array([0, 0]))
    assert check_uds(problem, dataclasses.replace(two, community_of_school=np.array([0, 0, 1, 1, 0]))) == [
        "member_cap", "one_bureau", "one_stage", "university_cap", "weak_or_rural", "weak_school",
    ]  # fmt: skip
    astray = dataclasses.replace(two, community_of_school=np.array([0, 0, 1, -1, -1]), university_of_community=np.array([0, 5]))
    assert check_uds(problem, astray) == ["one_university", "weak_school"]
    assert check_uds(problem, dataclasses.replace(two, lead_of_community=np.array([1, 2]), community_of_school=np.array([0, 0, 1, -1, 1]))) == [
        "one_quality_school", "one_stage", "university_cap", "weak_or_rural", "weak_school",
    ]  # fmt: skip
    assert check_uds(problem, dataclasses.replace(found, community_of_school=np.full(5, -1))) == ["labels"]


def by_hand(problem):
    """(rural covered, covered, metres) of the best of all plans: every lead shut or with a university, every other school with a lead or none."""
    leads, targets = np.flatnonzero(problem.is_lead).tolist(), np.flatnonzero(problem.is_target).tolist()
    place, university = problem.xy[:, 0], problem.university_xy[:, 0]
    best = (0, 0, 0.0)
    for opened in product([-1, *range(len(university))], repeat=len(leads)):
        if any(opened.count(u) > problem.university_cap for u in range(len(university))):
            continue
        for joined in product([-1, *range(len(leads))], repeat=len(targets)):
            members = {k: [t for t, j in zip(targets, joined, strict=True) if j == k] for k in range(len(leads))}
            if any(
                (members[k] and opened[k] < 0)
                or (opened[k] >= 0 and not any(problem.is_weak[t] for t in members[k]))
                or len(members[k]) > problem.member_cap
                or any(problem.bureau[t] != problem.bureau[leads[k]] for t in members[k])
                for k in members
            ):
                continue
            ways = [
                abs(place[leads[k]] - university[opened[k]]) + sum(abs(place[t] - university[opened[k]]) + abs(place[t] - place[leads[k]]) for t in members[k])
                for k in members
                if opened[k] >= 0
            ]
            rural = sum(bool(problem.is_rural[t]) for m in members.values() for t in m)
            plan = (rural, sum(map(len, members.values())), -float(sum(ways)))
            best = max(best, plan)
    return best[0], best[1], -best[2]


drawn = st.tuples(
    st.lists(st.sampled_from("WwRT"), min_size=1, max_size=4),
    st.lists(st.integers(0, 500), min_size=6, max_size=6),
    st.lists(st.integers(0, 1), min_size=6, max_size=6),
    st.integers(1, 2),
    st.integers(1, 3),
    st.integers(1, 2),
)


@settings(max_examples=80, deadline=None)
@given(drawn)
def test_no_other_plan_covers_more_or_goes_shorter_ways(case):
    kinds, x, bureau, university_cap, member_cap, count = case
    n = len(kinds) + 2
    caps = {"university_cap": university_cap, "member_cap": member_cap}
    problem = schools(["L", "L", *kinds], x[:n], universities=(0, 300)[:count], bureau=bureau[:n], **caps)
    try:
        found = uds_communities(problem)
    except InfeasibleError:
        assert by_hand(problem)[1] == 0
        return
    assert (found.covered_rural, found.covered) == by_hand(problem)[:2]
    assert found.objective == pytest.approx(by_hand(problem)[2])
    assert found.bound == pytest.approx(found.objective)
    assert check_uds(problem, found) == []


@settings(max_examples=30, deadline=None)
@given(drawn, st.permutations(range(6)))
def test_the_order_of_the_schools_changes_nothing(case, order):
    kinds, x, bureau, university_cap, member_cap, count = case
    kinds = ["L", "L", *kinds, *"WWWW"][:6]
    problem = schools(kinds, x, universities=(0, 300)[:count], bureau=bureau, university_cap=university_cap, member_cap=member_cap)
    index = np.array(order)
    fields = ("xy", "stage", "bureau", "is_lead", "is_weak", "is_rural")
    turned = dataclasses.replace(problem, **{f: getattr(problem, f)[index] for f in fields}, code=tuple(problem.code[i] for i in order))
    try:
        first = uds_communities(problem)
    except InfeasibleError:
        return
    second = uds_communities(turned)
    assert second.reason.tolist() == first.reason[index].tolist()
    assert second.objective == pytest.approx(first.objective)
    assert (second.community_of_school < 0).tolist() == (first.community_of_school[index] < 0).tolist()


@settings(max_examples=40, deadline=None)
@given(drawn)
def test_a_plan_without_time_covers_as_much_and_its_bound_holds(case):
    kinds, x, bureau, university_cap, member_cap, count = case
    n = len(kinds) + 2
    caps = {"university_cap": university_cap, "member_cap": member_cap}
    problem = schools(["L", "L", *kinds], x[:n], universities=(0, 300)[:count], bureau=bureau[:n], **caps)
    try:
        hasty = uds_communities(problem, time_limit_s=1e-9)
    except InfeasibleError:
        return
    patient = uds_communities(problem)
    assert (hasty.covered_rural, hasty.covered) == (patient.covered_rural, patient.covered)
    assert hasty.bound <= patient.objective + 1e-6
    assert check_uds(problem, hasty) == []
