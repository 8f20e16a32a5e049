"""Several searches of one county: the best of them with the best bound, the same wherever they run."""

import numpy as np
import pytest

from districting.checking import check_zoning
from districting.errors import InfeasibleError
from districting.executing import working_in
from districting.model.zoning_problem import ZoningProblem
from districting.planning.starts import Start, best_of_starts, start_seed
from tests.executing.elsewhere import Elsewhere

SIDE = 6


def county(seats=70):
    """36 blocks of uneven pupils and four schools that are not where the pupils are."""
    rng = np.random.default_rng(3)
    xy = [(x, y) for y in range(SIDE) for x in range(SIDE)]
    edges = [(i, i + 1) for i in range(SIDE**2) if i % SIDE < SIDE - 1] + [(i, i + SIDE) for i in range(SIDE**2 - SIDE)]
    home = [0, 2, 14, 16]
    return ZoningProblem(demand=rng.integers(1, 13, SIDE**2), capacity=[seats] * 4, edges=edges, home_block=home, xy=xy, school_xy=[xy[h] for h in home])


def start(problem, **given):
    return Start(**{"problem": problem, "time_limit_s": 3600.0, "gap": 0.0, "seed": 5, "steps": 400, "proof_nodes": 0, "relaxing": False, **given})


def test_the_best_of_three_searches_is_the_same_here_and_elsewhere():
    first = start(county())
    here = best_of_starts(first, 3)
    far = Elsewhere()
    with working_in(far):
        there = best_of_starts(first, 3)
    assert far.done == 3
    assert here.school_of_block.tobytes() == there.school_of_block.tobytes()
    assert (here.objective, here.bound, here.gap, here.steps, here.ended) == (there.objective, there.bound, there.gap, there.steps, there.ended)
    alone = [start(county(), seed=start_seed(5, k)).solved() for k in range(3)]
    assert here.objective == min(one.objective for one in alone)
    assert here.bound == max(one.bound for one in alone) <= here.objective
    assert check_zoning(county(), here.school_of_block) == []


def test_one_start_is_the_plain_search():
    assert best_of_starts(start(county()), 1).school_of_block.tolist() == start(county()).solved().school_of_block.tolist()


def test_no_plan_is_refused_as_a_single_search_refuses_it():
    with pytest.raises(InfeasibleError) as several:
        best_of_starts(start(county(seats=20)), 2)
    with pytest.raises(InfeasibleError) as single:
        start(county(seats=20)).solved()
    assert several.value.say("en") == single.value.say("en")
