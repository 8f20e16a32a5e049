"""Choice in shared zones over many draws: the model of tastes, equal access, and what is read from a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.enrolling.choice import ChoiceRules, refuse_unknown, town_of_plan
from districting.enrolling.choice.from_plan import whole_pupils
from districting.enrolment.choice import CHOICE_ENGINES, gain_before_draw, simulate_choice
from districting.enrolment.choice.simulate import access
from districting.enrolment.choice.tastes import drawn_problem, stated_problem, systematic_utility
from districting.errors import DataError
from districting.model.choice_problem import ChoiceTown, Tastes
from tests.enrolment.choice_plans import BLOCKS, plan_of

SAME = Tastes(quality_weight=1.0, distance_weight=0.0, noise=0.0)
"""All like the better school better, wherever they live."""


def town_of(pupils, options, seats, quality, metres=None, zone=None, **more):
    options = np.array(options, dtype=np.int32)
    metres = np.full(options.shape, 500.0) if metres is None else np.array(metres, dtype=np.float64)
    tier = np.array(more.pop("tier", np.zeros(options.shape)), dtype=np.uint8)
    zone = np.zeros(len(pupils), dtype=np.int64) if zone is None else np.array(zone)
    return ChoiceTown(options, metres, tier, np.array(pupils), zone, np.array(seats), np.array(quality, dtype=np.float64), **more)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=5), st.lists(st.integers(0, 5), min_size=2, max_size=3), st.sampled_from(sorted(CHOICE_ENGINES)))
def test_where_all_blocks_have_the_same_lottery_the_variance_is_nought(pupils, seats, engine):
    town = town_of(pupils, [list(range(len(seats)))] * len(pupils), seats, np.linspace(90, 60, len(seats)))
    for tastes in (SAME, Tastes(1.0, 0.0, 5.0)):
        variance = simulate_choice(town, tastes, engines=[engine], draws=5).outcomes[0].access.variance
        assert variance == 0.0 or np.isnan(variance)


def test_two_zones_of_one_school_each_keep_the_difference_between_them():
    """Six pupils at 90, two at 70: mean 85, variance 6/8 * 25 + 2/8 * 225 = 75, none of it inside zones."""
    town = town_of([6, 2], [[0], [1]], [6, 2], [90.0, 70.0], zone=[0, 1])
    found = simulate_choice(town, SAME, draws=3).outcomes[0].access
    assert (found.mean, found.variance, found.within_zones, found.noise) == (85.0, 75.0, 0.0, 0.0)


def test_priority_for_the_near_keeps_the_blocks_apart_and_a_pure_number_does_not():
    """Two blocks, two pupils each, two seats at each school: with priority for block 0 at the good school, block 0 has it and block 1 never has."""
    town = town_of([2, 2], [[0, 1], [0, 1]], [2, 2], [90.0, 70.0], tier=[[0, 1], [1, 0]])
    found = {o.engine: o for o in simulate_choice(town, SAME, draws=200).outcomes}
    for engine in ("preference_then_priority_then_number", "deferred_acceptance", "deferred_acceptance_schools"):
        assert found[engine].quality_of_block.tolist() == [90.0, 70.0]
        assert found[engine].access.variance == 100.0
        assert found[engine].envy_pairs == 0.0
    for engine in ("preference_first", "number_first"):
        assert found[engine].access.variance < 1.0
        assert found[engine].envious > 0.2
    assert np.isnan(found["deferred_acceptance_schools"].strategic)


def test_seats_that_do_not_suffice_leave_so_many_unplaced():
    for outcome in simulate_choice(town_of([5], [[0, 1]], [1, 2], [90.0, 70.0]), SAME, draws=4).outcomes:
        assert outcome.unplaced == pytest.approx(2 / 5)
        assert outcome.first_wish == pytest.approx(1 / 5)
        assert outcome.mean_rank == pytest.approx((1 + 2 + 2) / 3)
        assert outcome.wasted == 0.0


def test_the_share_of_the_model_is_the_logit_of_its_utilities():
    """Noise of the Gumbel law makes the share of first wishes exp(u1) / (exp(u1) + exp(u2)): here 2 points and 1 km, so u1 - u2 = 0.5 * 2 - 1 * 1.5 = -0.5."""
    town = town_of([20_000], [[0, 1]], [20_000, 20_000], [92.0, 90.0], metres=[[2500.0, 1000.0]])
    tastes = Tastes(0.5, 1.0, 1.0)
    problem, metres = drawn_problem(town, tastes, systematic_utility(town, tastes), np.random.default_rng(1))
    share = float((problem.options[:, 0] == 0).mean())
    assert share == pytest.approx(1 / (1 + np.exp(0.5)), abs=4 * np.sqrt(0.25 / 20_000))
    assert set(metres[problem.options == 0].tolist()) == {2500.0}


def test_a_short_list_keeps_the_rest_of_the_zone_nearest_first():
    town = town_of([1], [[2, 0, 1, 3]], [1, 1, 1, 1], [60.0, 61.0, 62.0, 90.0], metres=[[100.0, 200.0, 300.0, 400.0]])
    problem, metres = drawn_problem(town, Tastes(1.0, 0.0, 0.0, 1), systematic_utility(town, SAME), np.random.default_rng(0))
    assert (problem.options[0].tolist(), problem.wishes.tolist()) == ([3, 2, 0, 1], [1])
    assert metres[0].tolist() == [400.0, 100.0, 200.0, 300.0]


def test_stated_wishes_come_first_and_blanks_are_passed_over():
    town = town_of([2], [[0, 1, 2]], [1, 1, 1], [1.0, 2.0, 3.0], stated=np.array([[2, -1], [1, 0]], dtype=np.int32), block_of_pupil=np.zeros(2, dtype=np.int64))
    problem, _ = stated_problem(town, np.arange(2))
    assert problem.options.tolist() == [[2, 0, 1], [1, 0, 2]]
    assert problem.wishes.tolist() == [1, 2]
    with pytest.raises(ValueError, match="outside"):
        stated_problem(replace(town, stated=np.array([[3, 0], [1, 0]], dtype=np.int32)), np.arange(2))


def test_the_same_seed_gives_the_same_result_and_another_seed_another():
    town = town_of([9, 4], [[0, 1], [1, 0]], [6, 5], [90.0, 70.0])
    first, again, other = (simulate_choice(town, Tastes(), draws=5, seed=s).outcomes for s in (3, 3, 4))
    for a, b in zip(first, again, strict=True):
        assert repr(a) == repr(b)
    assert any(repr(a) != repr(b) for a, b in zip(first, other, strict=True))


def test_chance_of_few_draws_is_taken_off_the_variance():
    assert access(np.array([90.0, 70.0]), np.array([1, 1]), np.zeros(2, int), 0.0, np.array([30.0, 10.0])).variance == pytest.approx(80.0)
    assert access(np.array([90.0, 70.0]), np.array([1, 1]), np.zeros(2, int), 0.0, np.array([300.0, 300.0])).variance == 0.0


def test_no_draws_and_unknown_engines_are_refused():
    town = town_of([1], [[0]], [1], [1.0])
    with pytest.raises(ValueError, match="draw"):
        simulate_choice(town, draws=0)
    with pytest.raises(ValueError, match="CHOICE_ENGINES"):
        simulate_choice(town, engines=["best"])
    for bad in ({"noise": -1.0}, {"quality_weight": float("nan")}, {"most_wishes": -1}):
        with pytest.raises(ValueError, match="finite"):
            Tastes(**bad)


def test_a_plan_gives_options_nearest_first_with_its_own_metres_before_straight_ones():
    town = town_of_plan(plan_of(), "junior")
    assert town.options.tolist() == [[0, 1], [0, 1], [1, 0], [1, 0]]
    assert town.distance_m.tolist() == [[120.0, 3000.0], [1000.0, 2000.0], [1000.0, 2000.0], [0.0, 3000.0]]
    assert (town.pupils.tolist(), town.seats.tolist(), town.quality.tolist()) == ([2, 2, 2, 2], [4, 4], [90.0, 70.0])
    assert town.block_ids == BLOCKS
    assert town.before["today"].tolist() == [0, 0, 1, 1]


def test_a_shared_zone_where_all_want_the_better_school_levels_what_single_zones_keep_apart():
    """Before, either way: 90, 90, 70, 70: variance 100, mean way (120 + 1000 + 1000 + 0) / 4. After: 80 everywhere."""
    town = town_of_plan(plan_of(), "junior", single=plan_of(shared=False))
    found = simulate_choice(town, SAME, engines=["number_first"], draws=50)
    for name in ("today", "single"):
        assert (found.before[name].mean, found.before[name].variance, found.before[name].mean_m) == (80.0, 100.0, 530.0)
    assert found.outcomes[0].access.mean == pytest.approx(80.0)
    assert found.outcomes[0].access.variance < 3.0


def test_priorities_of_a_plan():
    assert town_of_plan(plan_of(), "junior", ChoiceRules("today")).tier.tolist() == [[0, 1], [0, 1], [0, 1], [0, 1]]
    assert town_of_plan(plan_of(), "junior", ChoiceRules("near", near_m=2000.0)).tier.tolist() == [[0, 1], [0, 0], [0, 0], [0, 1]]
    with pytest.raises(DataError):
        town_of_plan(plan_of(today=None), "junior", ChoiceRules("today"))


def test_a_radius_takes_far_schools_away_but_never_the_nearest():
    town = town_of_plan(plan_of(), "junior", ChoiceRules(within_m=500.0))
    assert town.options.tolist() == [[0, -1], [0, -1], [1, -1], [1, -1]]
    assert town_of_plan(plan_of(), "junior", ChoiceRules(within_m=2000.0)).options.tolist() == [[0, -1], [0, 1], [1, 0], [1, -1]]
    for outcome in simulate_choice(town, SAME, draws=2).outcomes:
        assert outcome.access.variance == 100.0


def test_what_the_model_needs_and_a_plan_lacks_is_said():
    for plan, tastes in (
        (plan_of(scores=(90.0, None)), SAME),
        (plan_of(straight=False), Tastes()),
        (plan_of(pupils=(0.0, 0.0, 0.0, 0.0)), SAME),
    ):
        with pytest.raises(DataError) as caught:
            refuse_unknown(town_of_plan(plan, "junior"), tastes)
        assert len(caught.value.faults) == 1
    refuse_unknown(town_of_plan(plan_of(scores=(90.0, None)), "junior"), Tastes(quality_weight=0.0))
    for bad in (lambda: town_of_plan(plan_of(), "primary"), lambda: town_of_plan(plan_of(), "junior", single=plan_of())):
        with pytest.raises(DataError):
            bad()


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(-1, 3)), min_size=1, max_size=30))
def test_rounding_forecasts_keeps_every_zone_to_half_a_pupil(rows):
    pupils, zone = (np.array(c) for c in zip(*rows, strict=True))
    counts = whole_pupils(pupils, zone)
    assert (counts >= 0).all()
    assert (np.abs(counts - np.where(zone >= 0, pupils, 0)) < 1 + 1e-9).all()
    for z in set(zone.tolist()) - {-1}:
        assert abs(counts[zone == z].sum() - pupils[zone == z].sum()) <= 0.5 + 1e-9


def test_before_the_draw_naming_a_safe_school_first_pays_wish_by_wish_alone():
    """Ten pupils, A > B > C for all, one seat at A and at B: truth gives 0.1 * 1 + 0.1 * 2 + 0.8 * 3 = 2.7, B first gives 2: 0.7 ranks."""
    town = town_of([10], [[0, 1, 2]], [1, 1, 8], [90.0, 80.0, 70.0])
    for engine in CHOICE_ENGINES:
        found = gain_before_draw(town, SAME, engine=engine, sample=10, draws=400)
        pays = engine.startswith("preference")
        assert (found.sample, found.share, found.all_orders) == (10, float(pays), True)
        assert found.mean_gain == pytest.approx(0.7 if pays else 0.0, abs=0.1)


def test_before_the_draw_nothing_pays_where_all_get_their_first_wish():
    town = town_of([6], [[0, 1, 2, 3]], [6, 1, 1, 1], [90.0, 80.0, 70.0, 60.0])
    found = gain_before_draw(town, SAME, sample=50, draws=10)
    assert (found.sample, found.share, found.mean_gain, found.all_orders) == (6, 0.0, 0.0, False)
    with pytest.raises(ValueError, match="four draws"):
        gain_before_draw(town, SAME, draws=3)
