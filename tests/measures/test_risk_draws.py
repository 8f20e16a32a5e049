"""Draws of fixed zones against what is known in closed form, and their limits without error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import districting.measures.risk_draws as draws_module
from districting.measures.risk_draws import FixedZones, draw_tiers, draw_zones, overflows, wilson

COUNT = 4_000


def zones(pupils, label, seats, **more):
    distance = more.pop("distance_m", np.full(len(pupils), 100.0))
    return FixedZones(np.array(pupils, dtype=float), np.array(label), np.array(seats, dtype=float), np.array(distance, dtype=float), **more)


def within(share, chance):
    """Whether a share of COUNT draws is what a chance gives, but for one case in 15,000."""
    return abs(share - chance) <= 4 * np.sqrt(max(chance * (1 - chance), 1e-4) / COUNT)


def test_without_error_a_school_overflows_in_every_draw_or_in_none_and_full_is_not_over():
    found = draw_zones(zones([60, 40, 30, 31], [0, 0, 1, 2], [100, 29, 31]), 50, np.random.default_rng(0))
    assert overflows(found.load, [100, 29, 31]).mean(axis=0).tolist() == [0.0, 1.0, 0.0]


def test_blocks_that_come_as_chance_has_it_overflow_as_the_poisson_law_of_their_sum_says():
    pupils = np.tile([3.0, 7.0, 0.0, 12.0], 4)
    found = draw_zones(zones(pupils, np.zeros(16, dtype=int), [95.0]), COUNT, np.random.default_rng(1), dispersion=1.0)
    assert within(overflows(found.load, [95.0]).mean(), stats.poisson.sf(95, pupils.sum()))
    assert (found.load == np.round(found.load)).all()


def test_an_error_common_to_all_blocks_overflows_as_the_normal_law_says_and_moves_all_schools_together():
    found = draw_zones(zones([90.0, 180.0], [0, 1], [95.0, 190.0]), COUNT, np.random.default_rng(2), common=0.05)
    over = overflows(found.load, [95.0, 190.0])
    assert within(over[:, 0].mean(), stats.norm.sf((95 / 90 - 1) / 0.05))
    assert (over[:, 0] == over[:, 1]).all()


@pytest.mark.parametrize("dispersion", [0.25, 1.0, 3.0])
def test_the_variance_of_a_school_is_its_dispersion_times_its_pupils_and_the_mean_stays(dispersion):
    load = draw_zones(zones([2.0, 5.0, 40.0] * 5, [0] * 15, [1.0]), COUNT, np.random.default_rng(3), dispersion=dispersion).load[:, 0]
    mean = 235.0
    assert abs(load.mean() - mean) < 4 * np.sqrt(dispersion * mean / COUNT)
    assert load.var() / (dispersion * mean) == pytest.approx(1.0, abs=0.12)


def test_the_chance_that_any_block_is_beyond_the_limit_is_that_of_independent_errors():
    way = np.array([800.0, 900.0, 950.0, 1000.0])
    found = draw_zones(zones([1, 1, 1, 1], [0] * 4, [9], distance_m=way, limit_m=1000.0), COUNT, np.random.default_rng(4), travel=0.1)
    stays = stats.norm.cdf((1000.0 / way - 1.0) / 0.1)
    assert within(found.far.any(axis=1).mean(), 1.0 - stays.prod())


def test_without_error_the_share_beyond_the_radius_is_that_of_the_plan_and_unknown_ways_do_not_count():
    town = zones([10, 30, 60], [0, 0, 0], [100], distance_m=[501.0, 500.0, np.nan], radius_m=500.0, limit_m=600.0)
    found = draw_zones(town, 3, np.random.default_rng(0))
    assert found.beyond.tolist() == [0.25] * 3
    assert not found.far.any()
    assert np.isnan(draw_zones(zones([1], [0], [1]), 1, np.random.default_rng(0)).beyond).all()


def test_the_same_seed_gives_the_same_bytes_however_many_workers_there_are(monkeypatch):
    town = zones(np.arange(40.0), np.arange(40) % 3, [300.0] * 3, radius_m=90.0)
    monkeypatch.setattr(draws_module, "CELLS", 400)
    made = []
    for workers in (1, 3, 3):
        monkeypatch.setattr(draws_module, "WORKERS", workers)
        found = draw_zones(town, 95, np.random.default_rng(7), common=0.1, dispersion=2.0, travel=0.2)
        made.append(found.load.tobytes() + found.beyond.tobytes())
    assert made[0] == made[1] == made[2]
    other = draw_zones(town, 95, np.random.default_rng(8), common=0.1, dispersion=2.0, travel=0.2)
    assert other.load.tobytes() != made[0][: other.load.nbytes]


def test_blocks_without_a_zone_and_zones_without_blocks_are_no_fault():
    found = draw_zones(zones([5.0, 7.0], [-1, 1], [10.0, 10.0, 0.0]), 2, np.random.default_rng(0))
    assert found.load.tolist() == [[0.0, 7.0, 0.0]] * 2


def test_no_draws_or_an_error_below_nothing_are_refused():
    for more in ({"count": 0}, {"common": -0.1}, {"travel": -1.0}):
        with pytest.raises(ValueError, match="errors >= 0"):
            draw_zones(zones([1], [0], [1]), more.pop("count", 1), np.random.default_rng(0), **more)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_the_interval_of_a_share_is_that_of_wilson_as_another_library_has_it(case):
    count, hits = case
    low, high = wilson(hits, count)
    other = stats.binomtest(hits, count).proportion_ci(method="wilson")
    assert float(low) == pytest.approx(other.low, abs=1e-9)
    assert float(high) == pytest.approx(other.high, abs=1e-9)


@given(st.lists(st.tuples(st.integers(40, 100), st.sampled_from([0, 1, 2])), min_size=1, max_size=15))
@settings(max_examples=60)
def test_without_error_every_school_keeps_its_tier_even_where_tiers_do_not_follow_scores(schools):
    score, tier = np.array(schools).T
    assert (draw_tiers(score, tier, 3, np.random.default_rng(0), 0.0) == tier).all()


def test_a_school_at_the_line_between_tiers_changes_in_half_of_the_draws_and_one_that_is_not_scored_never():
    found = draw_tiers([80.0, 70.0, 10.0, np.nan], [2, 1, 0, 2], COUNT, np.random.default_rng(5), 5.0)
    assert within((found[:, 0] == 1).mean(), stats.norm.sf(1.0))
    assert (found[:, 3] == 2).all()
    assert (found[:, 2] == 0).all()
