"""Floating catchments by hand, against the formula written out, and their laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.sharing.catchments import band_decay, floating_catchments, gaussian_decay


def test_one_hall_between_two_schools_by_hand():
    """The school beside the hall weighs 1, that halfway to the edge (e^-1/8 - e^-1/2) / (1 - e^-1/2); 30 hours are shared by 100 + 100 G."""
    g = (math.exp(-1 / 8) - math.exp(-1 / 2)) / (1 - math.exp(-1 / 2))
    found = floating_catchments([100, 100], [30], [[0.0], [500.0]], 1000.0)
    assert found.score.tolist() == pytest.approx([30 / (100 + 100 * g), 30 * g / (100 + 100 * g)])
    assert found.within.tolist() == [True, True]


def test_bands_by_hand():
    """Luo and Qi: weights 1, 0.68, 0.22 of the bands up to 300, 600 and 900; the edge belongs to the band."""
    found = floating_catchments([10, 10, 10, 10], [19], [[300.0], [600.0], [900.0], [901.0]], 900.0, band_decay())
    assert found.score.tolist() == pytest.approx([1.0, 0.68, 0.22, 0.0])
    assert found.within.tolist() == [True, True, True, False]


def test_a_place_at_the_very_edge_is_within_reach_though_it_weighs_nothing():
    found = floating_catchments([10], [5], [[1000.0]], 1000.0)
    assert found.within.tolist() == [True]
    assert found.score.tolist() == [0.0]
    assert np.isnan(found.ratio[0])


def test_a_venue_without_hours_is_no_venue():
    assert floating_catchments([10], [0], [[0.0]], 1000.0).within.tolist() == [False]


@pytest.mark.parametrize("bad", [([-1], [1], [[0.0]], 1.0), ([1], [float("nan")], [[0.0]], 1.0), ([1], [1], [[float("nan")]], 1.0), ([1], [1], [[0.0]], 0.0)])
def test_what_is_not_known_or_below_zero_is_refused(bad):
    with pytest.raises(ValueError, match=r"known|without gaps"):
        floating_catchments(*bad)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=4), st.lists(st.integers(0, 9), min_size=1, max_size=3), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_it_is_the_formula_and_all_supply_that_is_reached_is_handed_out(people, supply, random):
    way = [[random.choice([0.0, 250.0, 700.0, 1400.0, math.inf]) for _ in supply] for _ in people]
    found = floating_catchments(people, supply, way, 1000.0)

    def g(d):
        return (math.exp(-((d / 1000.0) ** 2) / 2) - math.exp(-0.5)) / (1 - math.exp(-0.5)) if d <= 1000.0 else 0.0

    demand = [sum(p * g(way[k][j]) for k, p in enumerate(people)) for j in range(len(supply))]
    wanted = [sum(g(way[i][j]) * supply[j] / demand[j] for j in range(len(supply)) if demand[j] > 0) for i in range(len(people))]
    np.testing.assert_allclose(found.score, wanted)
    assert found.score @ np.array(people) == pytest.approx(sum(s for s, d in zip(supply, demand, strict=True) if d > 0))
    more = floating_catchments(people, [s + 1 for s in supply], way, 1000.0)
    assert (more.score >= found.score - 1e-12).all()


def test_the_decay_falls_from_one_to_nothing():
    weight = gaussian_decay(np.linspace(0.0, 1200.0, 121), 1000.0)
    assert (weight[0], weight[100], weight[-1]) == (1.0, 0.0, 0.0)
    assert (np.diff(weight) <= 0).all()
