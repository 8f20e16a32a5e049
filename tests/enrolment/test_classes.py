"""Balanced classes: sizes, sexes, means, twins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.enrolment.classes import balanced_classes, draw_teachers


def test_four_pupils_make_two_classes_of_one_mean():
    plan = balanced_classes([90, 80, 70, 60], [0, 1, 0, 1], 2)
    assert (plan.sizes.tolist(), plan.mean_gap) == ([2, 2], 0)


def test_two_thousand_pupils_come_within_half_a_mark():
    rng = np.random.default_rng(0)
    plan = balanced_classes(rng.normal(75, 12, 2000).round(1), rng.integers(0, 2, 2000), 43)
    assert np.ptp(plan.sizes) <= 1
    assert np.ptp(plan.sexes, axis=0).max() <= 1
    assert plan.mean_gap < 0.5


def test_twins_stay_together_or_apart_as_asked():
    rng = np.random.default_rng(3)
    plan = balanced_classes(rng.normal(75, 12, 90), rng.integers(0, 2, 90), 3, together=[(0, 1), (2, 3)], apart=[(4, 5, 6)])
    assert plan.class_of_pupil[0] == plan.class_of_pupil[1]
    assert plan.class_of_pupil[2] == plan.class_of_pupil[3]
    assert len(set(plan.class_of_pupil[4:7].tolist())) == 3
    assert np.ptp(plan.sizes) <= 1


def test_more_pupils_apart_than_classes_are_refused():
    with pytest.raises(ValueError, match="apart than classes"):
        balanced_classes([1, 2, 3, 4], [0, 0, 0, 0], 2, apart=[(0, 1, 2)])


def test_a_changed_list_has_another_hash():
    one, other = balanced_classes([3, 2, 1, 0], [0, 0, 1, 1], 2), balanced_classes([0, 1, 2, 3], [0, 1, 1, 0], 2)
    assert one.audit_hash != other.audit_hash
    assert one.audit_hash == balanced_classes([3, 2, 1, 0], [0, 0, 1, 1], 2).audit_hash


def test_teams_of_teachers_go_by_their_drawn_order():
    assert draw_teachers(3, [1, 2, 0]).tolist() == [1, 2, 0]
    with pytest.raises(ValueError, match="every team once"):
        draw_teachers(3, [1, 1, 0])


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(
    st.lists(st.integers(0, 100), min_size=n, max_size=n), st.lists(st.integers(0, 1), min_size=n, max_size=n), st.integers(1, n))))  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_sizes_and_sexes_never_differ_by_more_than_one(case):
    scores, sex, classes = case
    plan = balanced_classes(scores, sex, classes)
    assert np.ptp(plan.sizes) <= 1
    assert np.ptp(plan.sexes, axis=0).max() <= 1
    assert plan.sizes.sum() == len(scores)
