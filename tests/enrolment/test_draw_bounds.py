"""Bounds of classes and quotas beside every possibility there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.enrolment_classes import check_classes
from districting.enrolment.class_bound import least_mean_gap
from districting.enrolment.classes import balanced_classes
from districting.enrolment.quota import apportion_quota


def least_of_all(scores, sex, classes, together):
    """The least gap of the means over all classes that keep the rules."""
    best = np.inf
    for rest in itertools.product(range(classes), repeat=len(scores) - 1):
        label = np.array((0, *rest))
        if not check_classes(sex, label, classes, together=together):
            means = [np.mean(np.array(scores)[label == c]) for c in range(classes)]
            best = min(best, max(means) - min(means))
    return best


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_no_classes_are_nearer_than_the_bound(seed):
    rng = np.random.default_rng(seed)
    n, classes = int(rng.integers(4, 8)), int(rng.integers(2, 4))
    scores, sex = (rng.integers(0, 6, n) * (0.5 if seed % 2 else 1.0)).tolist(), rng.integers(0, 2, n)
    if seed % 5 == 0:
        scores[0] = 40.0
    together = [rng.permutation(n)[:2].tolist()] if seed % 3 == 0 else []
    least = least_of_all(scores, sex, classes, together)
    assert least_mean_gap(scores, classes, together) <= least + 1e-9
    if not np.isfinite(least):
        return
    plan = balanced_classes(scores, sex, classes, together=together)
    assert plan.bound <= least + 1e-9 <= plan.mean_gap + 2e-9
    if plan.bound == plan.mean_gap:
        assert plan.mean_gap == pytest.approx(least, abs=1e-9)


@pytest.mark.parametrize(
    ("scores", "classes", "least"),
    [
        ([90, 80, 70, 60], 2, 0.0),  # 150 and 150
        ([90, 80, 70, 61], 2, 0.5),  # 301 marks cannot be halved
        ([90.5, 80, 70, 60], 2, 0.25),  # steps of half a mark
        ([3, 5, 7, 9, 11], 2, 0.0),  # 14 of two, 21 of three
        ([3, 4, 5, 6, 8], 2, 1 / 3),  # 26 marks: 10 of two and 16 of three are 5 and 5 1/3, 11 and 15 are 5 1/2 and 5
        ([100, 0, 0, 0], 2, 50.0),  # one pupil decides
        ([7, 7, 7], 2, 0.0),
    ],
)
def test_bounds_that_a_person_can_count(scores, classes, least):
    found = least_mean_gap(scores, classes)
    assert found <= least_of_all(scores, [0] * len(scores), classes, []) + 1e-9
    assert found == pytest.approx(least)


def test_a_grade_with_marks_in_whole_numbers_is_as_even_as_can_be():
    rng = np.random.default_rng(1)
    plan = balanced_classes(rng.integers(40, 100, 400), rng.integers(0, 2, 400), 8)
    assert plan.bound == plan.mean_gap < 0.03


def tables(rows, totals, cells):
    """All whole tables with these sums on these cells."""
    if not len(rows):
        if not any(totals):
            yield []
        return
    for row in itertools.product(*(range(min(int(rows[0]), int(t)) + 1 if c else 1) for t, c in zip(totals, cells[0], strict=True))):
        if sum(row) == rows[0]:
            for rest in tables(rows[1:], [t - v for t, v in zip(totals, row, strict=True)], cells[1:]):
                yield [row, *rest]


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_quota_is_the_nearest_of_all_tables_with_its_totals_and_says_so(seed):
    rng = np.random.default_rng(seed)
    seniors, juniors = int(rng.integers(1, 4)), int(rng.integers(2, 4))
    quotas, eligible = rng.integers(0, 6, seniors), rng.integers(1, 30, juniors)
    serves = rng.random((seniors, juniors)) < 0.7
    serves[:, 0] = True
    try:
        plan = apportion_quota(quotas, eligible, serves=serves, floor=int(rng.integers(0, 2)))
    except ValueError:
        return
    best = min(np.abs(np.array(t) - plan.exact).sum() for t in tables(quotas, plan.places.sum(axis=0).tolist(), plan.exact > 0))
    assert plan.off == pytest.approx(best, abs=1e-6)
    assert plan.bound <= best + 1e-6
    if plan.totals_kept:
        assert plan.bound == pytest.approx(plan.off)


def test_a_quota_of_a_large_city_is_proven():
    rng = np.random.default_rng(4)
    plan = apportion_quota(rng.integers(50, 400, 8), rng.integers(30, 600, 40), floor=2)
    assert plan.totals_kept
    assert plan.bound == plan.off
