"""The neutral ensemble: only lawful plans, in the proportions it promises, the same for the same seed, and honest about plans that break a rule."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from districting import check_zoning
from districting.errors import DataError
from districting.model.rules import ChangeCap, Forbidden, KeepTogether, MinimumFill, NeighboursTogether
from districting.planning.chain_diagnostics import effective_size, split_r_hat
from districting.planning.ensemble import ensemble
from tests.planning.drawn_grids import grid, quarters

DEMAND = np.array([1.0, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1])


def spanning_trees(problem, label) -> float:
    """Product over zones of the number of spanning trees (Kirchhoff)."""
    product_of_trees = 1.0
    for zone in range(problem.school_count):
        blocks = np.flatnonzero(label == zone)
        place = {int(b): i for i, b in enumerate(blocks)}
        laplace = np.zeros((len(blocks), len(blocks)))
        for a, b in problem.edges.tolist():
            if a in place and b in place:
                i, j = place[a], place[b]
                laplace[[i, j], [i, j]] += 1
                laplace[[i, j], [j, i]] -= 1
        product_of_trees *= np.linalg.det(laplace[1:, 1:]) if len(blocks) > 1 else 1.0
    return product_of_trees


def all_lawful(problem) -> list[tuple[int, ...]]:
    """Every labelling that keeps each school's own block and passes the check."""
    own = dict(zip(problem.home_block.tolist(), range(problem.school_count), strict=True))
    choices = [[own[b]] if b in own else range(problem.school_count) for b in range(problem.block_count)]
    return [x for x in product(*choices) if not check_zoning(problem, np.array(x))]


def test_plans_come_in_proportion_to_their_spanning_trees_with_unequal_seats():
    """3 x 4 blocks, three schools with 5, 6 and 6 seats, 14 pupils: all lawful plans are listed by hand and the chain visits each as often as it should."""
    problem = grid(3, 4, [0, 3, 9], [5.0, 6.0, 6.0], demand=DEMAND)
    weight = {x: spanning_trees(problem, np.array(x)) for x in all_lawful(problem)}
    drawn = ensemble(problem, size=8000, between=12, steps=3000)
    seen = Counter(map(tuple, drawn.labels.tolist()))
    assert set(seen) <= set(weight)
    share = sum(weight.values())
    apart = sum(abs(seen[x] / 8000 - w / share) for x, w in weight.items()) / 2
    assert apart < 0.06
    assert drawn.mixed


@pytest.mark.parametrize(
    "rules",
    [
        (MinimumFill(0.6),),
        (Forbidden([1, 2, 13], [0, 0, 3]),),
        (ChangeCap(0.25),),
        (KeepTogether(np.where(np.isin(np.arange(36), [8, 9, 14, 15]), 0, -1)),),
    ],
    ids=["minimum_fill", "forbidden", "change_cap", "keep_together"],
)
def test_every_plan_drawn_obeys_every_rule(rules):
    problem = grid(6, 6, [0, 5, 30, 35], [9.0, 12.0, 10.0, 11.0], today=quarters(), rules=rules)
    drawn = ensemble(problem, size=80, between=60, steps=20_000)
    assert len({tuple(x) for x in drawn.labels.tolist()}) > 5
    for label in drawn.labels:
        assert check_zoning(problem, label) == []


def test_same_seed_same_bytes_another_seed_other_plans():
    problem = grid(6, 6, [0, 5, 30, 35], [9.0, 12.0, 10.0, 11.0])
    a, b, c = (ensemble(problem, size=40, seed=s, steps=20_000) for s in (1, 1, 2))
    assert a.labels.tobytes() == b.labels.tobytes()
    assert a.measures.equals(b.measures)
    assert a.labels.tobytes() != c.labels.tobytes()


def test_the_best_plan_is_nearer_than_all_drawn_and_an_unlawful_today_is_placed_and_named():
    """Today everybody of the upper half goes to one school: over its seats; it is placed by its measures all the same."""
    problem = grid(6, 6, [0, 5, 30, 35], [10.0] * 4, today=np.where(quarters() < 2, 0, 2))
    drawn = ensemble(problem, {"ours": quarters()}, 200, between=200, steps=20_000)
    places = drawn.places.set_index(["plan", "measure"])
    assert places.loc[("ours", "mean_distance_m"), "share_below"] <= 0.05
    assert places.loc["ours", "lawful"].all()
    assert not places.loc["today", "lawful"].any()
    assert "seats" in places.loc[("today", "pupils_moved"), "broken"]
    assert places.loc[("today", "pupils_moved"), "share_below"] == 0


def test_what_the_chain_cannot_hold_is_refused_by_name():
    problem = grid(6, 6, [0, 5, 30, 35], [10.0] * 4, today=quarters())
    for changed in (problem.replace(contiguous=False), problem.replace(keep_home=False), problem.replace(rules=(NeighboursTogether(0.5),))):
        with pytest.raises(DataError):
            ensemble(changed, size=40)
    with pytest.raises(DataError, match="few"):
        ensemble(problem, size=4)


def test_chains_that_agree_have_r_hat_one_and_their_full_size():
    values = np.random.default_rng(0).normal(size=(4, 500))
    assert split_r_hat(values) == pytest.approx(1, abs=0.02)
    assert effective_size(values) == pytest.approx(2000, rel=0.2)


def test_a_slow_chain_is_worth_fewer_plans():
    """First-order autoregression with coefficient 0.9: (1 - 0.9) / (1 + 0.9) of the draws, 1 in 19."""
    rng = np.random.default_rng(1)
    values = np.zeros((4, 5000))
    for t in range(1, 5000):
        values[:, t] = 0.9 * values[:, t - 1] + rng.normal(size=4)
    assert effective_size(values) == pytest.approx(20_000 / 19, rel=0.25)


def test_chains_that_disagree_say_so():
    values = np.random.default_rng(2).normal(size=(4, 200)) + np.array([[0.0], [0.0], [5.0], [5.0]])
    assert split_r_hat(values) > 1.5
    assert effective_size(values) < 20


def test_nothing_varies_nothing_is_claimed():
    assert np.isnan(split_r_hat(np.ones((4, 50))))
    assert np.isnan(effective_size(np.ones((4, 50))))
