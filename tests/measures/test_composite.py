"""Scores out of indicators: cases worked by hand, laws, and the first component against two independent ways to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from districting.measures.composite import entropy_composite, pca_composite, points, standardised, weighted_composite

TABLES = arrays(np.float64, (7, 3), elements=st.integers(0, 40).map(float))
DRAWN = np.random.default_rng(3).normal(size=(30, 4)) @ np.array([[2.0, 1, 1, 0], [0, 1, 0, 0], [0, 0, 0.5, 0], [0, 0, 0, 0.3]])


def test_a_value_that_is_everywhere_the_same_is_average_whatever_rounding_does():
    assert standardised(np.array([0.1, 0.1, 0.1]), np.zeros(3)).tolist() == [0.0, 0.0, 0.0]


def test_given_weights_are_scaled_to_one_over_the_columns_that_vary():
    found = weighted_composite(np.array([[1.0, 4.0, 7.0], [3.0, 2.0, 7.0]]), np.array([6.0, 2.0, 99.0]))
    assert found.weight.tolist() == [0.75, 0.25, 0.0]
    assert found.score.tolist() == [-0.5, 0.5]  # z is (-1, 1) and (1, -1)


def test_entropy_weights_by_hand():
    found = entropy_composite(np.array([[0.0, 0.0], [10.0, 4.0], [10.0, 0.0]]))
    share = np.array([1 - np.log(2) / np.log(3), 1.0])  # p = (0, 1/2, 1/2) and (0, 1, 0)
    assert found.weight == pytest.approx(share / share.sum())
    assert found.score == pytest.approx([0.0, 1.0, found.weight[0]])


def test_an_indicator_that_tells_schools_apart_weighs_more():
    nearly_alike, apart = [9.0, 9.0, 9.0, 8.0, 9.0], [1.0, 9.0, 2.0, 1.0, 1.0]
    alike, differing = entropy_composite(np.column_stack([nearly_alike, apart])).weight
    assert differing > alike


@pytest.mark.parametrize("make", [entropy_composite, pca_composite, lambda v: weighted_composite(v, np.ones(v.shape[1]))])
def test_a_constant_column_gets_weight_0_and_changes_no_score(make):
    with_constant = make(np.column_stack([DRAWN, np.full(len(DRAWN), 0.1)]))
    assert with_constant.weight[-1] == 0.0
    assert with_constant.score == pytest.approx(make(DRAWN).score)
    nothing = make(np.full((4, 2), 0.1))
    assert (nothing.weight.tolist(), nothing.score.tolist()) == ([0.0, 0.0], [0.0] * 4)


@given(TABLES)
def test_entropy_weights_sum_to_one_and_none_is_negative(values):
    weight = entropy_composite(values).weight
    assert (weight >= 0).all()
    assert weight.sum() == pytest.approx(1.0 if np.ptp(values, axis=0).any() else 0.0)


@given(TABLES, st.sampled_from([0.01, 7.0, 1e6]))
def test_the_unit_of_an_indicator_changes_no_weight(values, factor):
    for make in (entropy_composite, lambda v: weighted_composite(v, np.array([1.0, 2.0, 3.0]))):
        assert make(values * [factor, 1.0, 1.0]).weight == pytest.approx(make(values).weight)
        assert make(values * [factor, 1.0, 1.0]).score == pytest.approx(make(values).score)


def test_the_first_component_is_that_of_scikit_learn():
    theirs = PCA().fit(StandardScaler().fit_transform(DRAWN))
    found = pca_composite(DRAWN)
    assert np.abs(found.loading) == pytest.approx(np.abs(theirs.components_[0]))
    assert found.explained == pytest.approx(theirs.explained_variance_ratio_[0])
    assert np.abs(found.score) == pytest.approx(np.abs(theirs.transform(StandardScaler().fit_transform(DRAWN))[:, 0]))


def test_the_first_component_is_the_eigenvector_of_the_correlations():
    values, vectors = np.linalg.eigh(np.corrcoef(DRAWN.T))
    found = pca_composite(DRAWN)
    assert np.abs(found.loading) == pytest.approx(np.abs(vectors[:, -1]))
    assert found.explained == pytest.approx(values[-1] / values.sum())
    assert found.weight.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_more_is_better_whichever_way_the_component_comes(sign):
    rising = np.column_stack([sign * np.arange(5.0), sign * np.arange(5.0) ** 2])
    found = pca_composite(rising)
    assert found.loading.sum() > 0
    assert found.score.argmax() == (4 if sign > 0 else 0)


def test_points_run_from_0_to_100_and_keep_the_distances():
    assert points(np.array([1.0, 2.0, 5.0])).tolist() == [0.0, 25.0, 100.0]
    assert points(np.array([0.3])).tolist() == [50.0]
