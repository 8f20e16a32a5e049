"""Draws of splits, quotas and classes: the same again from their records, whole in every rule, fair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.enrolment_classes import check_classes
from districting.checking.enrolment_quotas import check_draw, check_quota, check_split
from districting.enrolment.class_draw import ClassList, class_lines
from districting.enrolment.classes import balanced_classes
from districting.enrolment.inside import draw_inside
from districting.enrolment.quota import apportion_quota
from districting.enrolment.quota_draw import QuotaList, quota_lines
from districting.enrolment.records import draw_record, verify_other
from districting.enrolment.split import split_graduates
from districting.enrolment.split_draw import SplitList, split_lines
from districting.enrolment.spread import spread
from districting.errors import DataError


def a_split(pupils=6):
    """One primary of six, three places at each of two juniors; the first two are twins."""
    count = np.array([[[3, 3, 0]]])
    bundle = (0, 0, *range(2, pupils))
    return SplitList(
        {"name": "例"},
        (("p", "小学"),),
        (("a", "甲"), ("b", "乙")),
        ("",),
        count,
        tuple(f"{i:016x}" for i in range(pupils)),
        (0,) * pupils,
        (0,) * pupils,
        bundle,
    )


def lines_of_each():
    quota = QuotaList(
        {"name": "例"}, ("一高", "二高"), ("甲", "乙", "丙"), (30, 7), (120, 80, 50), (1.0, 1.0, 1.2), np.array([[1, 1, 1], [0, 1, 1]], dtype=bool), 1, "draw"
    )
    classes = ClassList({}, 2, ("aa", "bb", "cc", "dd"), (0, 1, 0, 1), (90.0, 80.5, 70.0, 60.0), (1, 1, 0, 0), (0, 0, 0, 0), ("G1", "G2"))
    return [split_lines(a_split()), quota_lines(quota), class_lines(classes)]


def test_a_changed_list_of_classes_is_named_by_its_line_without_a_score():
    record = draw_record(lines_of_each()[2], "384")
    record["frozen"][-1] = record["frozen"][-1].replace("60.0", "61.5")
    with pytest.raises(DataError) as error:
        verify_other(record)
    (fault,) = error.value.faults
    assert fault.row == len(record["frozen"])
    assert "pupil | 4" in fault.say("en")
    assert "61.5" not in fault.say("en")


@pytest.mark.parametrize("published", ["３８４", "٣٨٤", " 384"])
def test_a_seed_that_only_looks_alike_is_told_apart(published):
    with pytest.raises(DataError) as error:
        verify_other(draw_record(split_lines(a_split()), "384"), seed=published)
    assert error.value.faults[0].remedy.key == "enrolment.seed_alike_remedy"


@pytest.mark.parametrize(
    ("at", "change"), [(2, "primary\t2\tp\t小学"), (-1, "pupil\t6\t0\t1\t1\t9"), (-1, "pupil\t6\t0\t1\t1"), (-1, "x\t1"), (6, "quota\t1\t1\t1\t4")]
)
def test_a_line_that_is_none_of_the_format_is_named_though_committed_to(at, change):
    from districting.enrolment.frozen import commitment_of, line_checks

    lines = split_lines(a_split())
    record = draw_record(lines, "384")
    at %= len(lines)
    lines[at] = change
    with pytest.raises(DataError) as error:
        verify_other({**record, "frozen": lines, "commitment": commitment_of(lines), "frozen_checks": line_checks(lines)}, file="R.json")
    (fault,) = error.value.faults
    assert (fault.file, fault.column, fault.row) == ("R.json", "frozen", at + 1)


def test_another_seed_gives_another_draw():
    lines = split_lines(a_split())
    assert len({str(draw_record(lines, str(s))["results"]) for s in range(30)}) > 5


def test_twins_of_a_split_share_a_number_and_a_junior_under_every_seed():
    lines = split_lines(a_split())
    for seed in range(60):
        record = draw_record(lines, f"seed {seed}")
        assert record["numbers"][0] == record["numbers"][1]
        assert record["results"][0] == record["results"][1]
        assert sorted(record["results"]) == [1, 1, 1, 2, 2, 2]


def test_every_pupil_of_a_primary_has_the_same_chance():
    """2,000 seeds, 6 pupils alone, 3 of 6 places at the first junior: chi-square with 5 degrees of freedom below 20.5 (p > 0.001)."""
    one = a_split()
    lines = split_lines(SplitList(one.labels, one.primaries, one.juniors, one.strata, one.count, one.tokens, one.primary, one.stratum, tuple(range(6))))
    hits = np.zeros(6)
    for seed in range(2000):
        hits += np.array([r == 1 for r in draw_record(lines, str(seed))["results"]])
    assert ((hits - 1000) ** 2 / 1000).sum() < 20.5


def test_twins_of_two_sexes_stay_together_though_no_junior_has_a_place_for_both_sexes():
    """Two boys' places at the first junior, two girls' at the second: a boy's and a girl's place are exchanged."""
    junior = draw_inside([[2, 0], [0, 2]], [0, 1, 2, 3], [0, 1, 2, 3], bundles=[(0, 2)], stratum=[0, 0, 1, 1])
    assert junior[0] == junior[2]
    assert np.bincount(junior).tolist() == [2, 2]


@given(st.integers(0, 10_000))
@settings(max_examples=120, deadline=None)
def test_a_draw_gives_every_junior_its_number_and_breaks_no_bundle_that_fits(seed):
    rng = np.random.default_rng(seed)
    count = rng.integers(0, 5, (2, 3))
    n = int(count.sum())
    kind = rng.permutation(np.repeat([0, 1], count.sum(axis=1)))
    bundles = [(0, 1)] if n >= 2 else []
    junior = draw_inside(count, rng.permutation(n), rng.permutation(n), bundles, kind)
    broken, apart = check_draw(count.sum(axis=0), junior, bundles)
    assert not broken
    assert not (apart and count.sum(axis=0).max() >= 2)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_split_by_strata_is_whole_in_every_direction(seed):
    rng = np.random.default_rng(seed)
    graduates, plans = rng.integers(0, 20, (int(rng.integers(1, 4)), 2)), rng.integers(1, 25, int(rng.integers(1, 4)))
    plan = split_graduates(graduates, plans)
    assert check_split(graduates, plans, plan.pupils, plan.left_over) == []
    assert plan.off >= plan.bound - 1e-9
    assert (np.abs(plan.pupils.sum(axis=1) - plan.target.sum(axis=1)) < 1 + 1e-6).all()


@given(st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_a_quota_keeps_seniors_floors_and_districts_and_rounds_every_junior_once(seed):
    rng = np.random.default_rng(seed)
    seniors, juniors = int(rng.integers(1, 5)), int(rng.integers(1, 8))
    quotas, eligible = rng.integers(0, 40, seniors), rng.integers(0, 60, juniors)
    serves, floor = rng.random((seniors, juniors)) < 0.7, int(rng.integers(0, 3))
    rounding = "draw" if seed % 2 else "largest_remainder"
    try:
        plan = apportion_quota(quotas, eligible, serves=serves, floor=floor, rounding=rounding, order=rng.permutation(juniors))
    except ValueError:
        allowed = serves & (eligible > 0)
        lonely = (quotas[~allowed.any(axis=1)] > 0).any()
        assert lonely or not eligible.sum() or floor
        return
    assert check_quota(quotas, eligible, plan.places, serves=serves, floor=floor) == []
    assert (np.abs(plan.places.sum(axis=0) - plan.exact.sum(axis=0)) < 1 + 1e-6).all()


def test_the_draw_of_what_is_left_goes_to_each_junior_with_a_remainder_alike():
    """Policy 2.7 (Harbin): 14.4, 9.6 and 6.0 leave one place between the first two, whatever their remainders."""
    first = [apportion_quota([30], [120, 80, 50], rounding="draw", order=order).places.tolist() for order in ([0, 1, 2], [2, 1, 0])]
    assert first == [[[15, 9, 6]], [[14, 10, 6]]]


def test_largest_remainders_decide_the_totals_of_the_juniors():
    """17 places over 50:30:20 are 8.5, 5.1, 3.4; the largest remainder takes the last place, whatever the seniors."""
    assert apportion_quota([10, 7], [50, 30, 20]).places.sum(axis=0).tolist() == [9, 5, 3]


def test_a_table_that_its_empty_cells_forbid_is_none():
    assert spread([[1, 0], [0, 1]], [2, 1], [1, 2]) is None
    assert spread([[1, 1], [0, 1]], [2, 1], [2, 1]).round(9).tolist() == [[2, 0], [0, 1]]


def brute_force(sex, classes, together, apart):
    """Whether any classes of like size and sexes keep the groups."""
    import itertools

    return any(not check_classes(sex, np.array(label), classes, together=together, apart=apart) for label in itertools.product(range(classes), repeat=len(sex)))


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_groups_are_kept_where_they_can_be(seed):
    rng = np.random.default_rng(seed)
    n, classes = int(rng.integers(4, 9)), 2
    sex, order = rng.integers(0, 2, n), rng.permutation(n).tolist()
    together, apart = [order[:2]], [order[2:4]]
    try:
        plan = balanced_classes(rng.integers(0, 100, n), sex, classes, together=together, apart=apart)
    except ValueError:
        assert not brute_force(sex, classes, together, apart)
        return
    assert check_classes(sex, plan.class_of_pupil, classes, together=together, apart=apart) == []


def test_checks_find_what_is_broken():
    assert [v.rule for v in check_split([2, 2], [2, 2], [[2, 0], [0, 1]], [0, 1])] == ["left_over"]
    assert [v.rule for v in check_split([2], [1], [[2]], [0])] == ["plan"]
    assert [v.rule for v in check_quota([2], [1, 1], [[2, 0]], floor=1)] == ["floor"]
    assert [v.rule for v in check_quota([2], [1, 1], [[1, 1]], serves=[[True, False]])] == ["serves"]
    assert [v.rule for v in check_classes([0, 0, 0, 0], [0, 0, 0, 1], 2)] == ["size", "sex"]
    assert [v.rule for v in check_classes([0, 1], [0, 1], 2, together=[[0, 1]])] == ["together"]
    assert [v.rule for v in check_classes([0, 1, 0, 1], [0, 0, 1, 1], 2, apart=[[0, 1]])] == ["apart"]
