"""First sets of centres: every exchange counted at once is what counting it alone gives, and several starts find what one misses."""

import numpy as np
import pytest

from districting.model.incubation_problem import IncubationProblem
from districting.pairing import incubation_areas
from districting.pairing.incubation.case import case_of
from districting.pairing.incubation.centres import exchange_values, good_centres


def spread(seed, schools, incubators, areas, side=80_000):
    rng = np.random.default_rng(seed)
    xy, pupils = rng.uniform(0, side, (schools, 2)), rng.integers(50, 1500, schools).astype(float)
    incubator = np.zeros(schools, dtype=bool)
    incubator[rng.choice(schools, incubators, replace=False)] = True
    return IncubationProblem(xy, incubator, areas, weight=pupils, size=np.ones(schools))


@pytest.mark.parametrize("seed", range(20))
def test_all_exchanges_counted_at_once_are_those_counted_one_by_one(seed):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 100, (7, 12)).round()
    cost[3] = cost[2]
    chosen = np.sort(rng.choice(7, int(rng.integers(1, 7)), replace=False))
    value = exchange_values(cost, chosen)
    for out in range(len(chosen)):
        for into in range(7):
            after = [*np.delete(chosen, out), into]
            assert value[out, into] == (np.inf if into in chosen else pytest.approx(cost[after].min(axis=0).sum()))


def test_sets_come_cheapest_first_and_none_is_bettered_by_an_exchange():
    case = case_of(spread(1, 150, 30, 5))
    sets = good_centres(case)
    totals = [total for total, _ in sets]
    assert totals == sorted(totals)
    assert len({tuple(centres) for _, centres in sets}) == len(sets) > 1
    for total, centres in sets:
        assert total == pytest.approx(case.cost[centres].min(axis=0).sum())
        assert exchange_values(case.cost, centres).min() >= total * (1 - 1e-9)


def test_two_hundred_incubators_are_within_one_per_cent_of_the_bound():
    assert incubation_areas(spread(2, 600, 200, 12), gap=0.01).ended in ("gap", "proved")
