"""A change touches only the zones around it; what that costs is measured; where it cannot be done, the least widening is named."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting import check_zoning
from districting.errors import InfeasibleError
from districting.planning.neighbourhood import redraw_around, rings_around
from tests.planning.drawn_grids import grid

LINE = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
"""A line of twelve blocks, four zones of three, schools at 1, 4, 7, 10."""


def line(seats, homes=(1, 4, 7, 10), **changes):
    return grid(1, 12, list(homes), seats, **changes)


def test_rings_go_outwards_from_the_change():
    problem = line([3.0] * 4)
    assert rings_around(problem.edges, LINE, [0], 4).tolist() == [0, 1, 2, 3]
    assert rings_around(problem.edges, LINE, [5], 4).tolist() == [1, 0, 1, 2]


def test_rings_of_a_closed_zone_start_at_its_neighbours():
    closed = np.where(LINE == 1, -1, LINE)
    assert rings_around(line([3.0] * 4).edges, closed, [3, 4, 5], 4).tolist() == [1, -1, 1, 2]


def test_an_estate_in_the_first_zone_pushes_one_block_to_the_second():
    """Two more pupils in block 0 of a zone with four seats: block 2 goes next door, the rest stays."""
    demand = np.ones(12)
    demand[0] += 2
    problem = line([4.0, 4.0, 3.0, 3.0], demand=demand)
    change = redraw_around(problem, LINE, [0])
    assert change.solution.school_of_block.tolist() == [0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert change.moved == 1
    assert change.changed.tolist() == [True, True, False, False]
    assert change.price_pupil_m == pytest.approx(0)


def test_a_new_school_takes_its_own_block_and_what_is_nearer_at_that_weight():
    """A school opens in block 6 beside school 2 in 7; only it and the zones around block 6 change."""
    problem = line([3.0, 3.0, 3.0, 3.0, 3.0], homes=(1, 4, 7, 10, 6))
    change = redraw_around(problem, LINE, [6], stability_m=10.0)
    label = change.solution.school_of_block
    assert check_zoning(problem, label) == []
    assert label[6] == 4
    assert label[:3].tolist() == [0, 0, 0]
    assert change.changed.tolist()[0] is False


def test_where_the_neighbours_have_no_room_the_least_widening_is_named():
    """Three more pupils at the end of the line, the only free seats at the other end: every zone in between has to shift."""
    demand = np.ones(12)
    demand[0] += 1
    problem = line([3.0, 3.0, 3.0, 4.0], demand=demand)
    with pytest.raises(InfeasibleError) as refused:
        redraw_around(problem, LINE, [0])
    assert refused.value.conflicts[0].amount > 0
    assert "ring 3" in refused.value.say("en")
    assert redraw_around(problem, LINE, [0], touch="all").moved >= 3


def test_where_nothing_helps_no_widening_is_offered():
    demand = np.ones(12)
    demand[0] += 5
    with pytest.raises(InfeasibleError) as refused:
        redraw_around(line([3.0] * 4, demand=demand), LINE, [0])
    assert "every zone" in refused.value.say("en")
    assert "全部片区" in refused.value.say("zh")


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_opening_a_school_never_changes_a_zone_that_is_no_neighbour(seed):
    """7 x 7 blocks, five schools at random, zones by the solver; a sixth opens in a random free block."""
    rng = np.random.default_rng(seed)
    places = rng.choice(49, 6, replace=False).tolist()
    before_problem = grid(7, 7, places[:5], [14.0] * 5)
    from districting import assign_blocks

    try:
        before = assign_blocks(before_problem, steps=5000, seed=seed).school_of_block
        problem = grid(7, 7, places, [14.0] * 6)
        change = redraw_around(problem, before, [places[5]], stability_m=20.0)
    except InfeasibleError:
        return
    label = change.solution.school_of_block
    assert check_zoning(problem, label) == []
    host = before[places[5]]
    beside = {int(before[b]) for a, b in problem.edges if before[a] == host} | {int(before[a]) for a, b in problem.edges if before[b] == host}
    for zone in set(range(5)) - beside - {int(host)}:
        assert (np.flatnonzero(label == zone) == np.flatnonzero(before == zone)).all()
    assert change.moved == (label != before).sum()
    assert change.price_pupil_m >= -1e-6
    assert change.solution.bound <= change.solution.objective
