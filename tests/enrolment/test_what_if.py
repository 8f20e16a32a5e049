"""Opening, closing, enlarging on a line of blocks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.enrolment.forecast import seat_outlook
from districting.enrolment.what_if import SeatWorld, close, demand_of_zones, enlarge, least_classes, open_school, share


def line(children=((4.0, 4.0), (4.0, 4.0), (4.0, 6.0), (4.0, 6.0))):
    """Blocks at 0, 1, 2, 3 km; schools at 0 and 3 km with 10 seats, two blocks each."""
    at = np.arange(4)[:, None]
    return SeatWorld(
        np.array([[0, 0], [0, 0], [1, 1], [1, 1]]), np.array(children), np.full((2, 2), 10.0), abs(at - np.array([0, 3])) * 1000.0, np.ones((2, 2), dtype=bool)
    )


def test_enlarging_holds_from_its_year_on():
    assert enlarge(line(), 1, 5, since=1).seats.tolist() == [[10, 10], [10, 15]]


def test_the_blocks_of_a_closed_school_go_to_the_nearest_open_one_from_its_year_on():
    world = close(line(), 0, since=1)
    assert world.demand.tolist() == [[8, 0], [8, 20]]
    assert world.seats[0].tolist() == [10, 0]


def test_two_schools_close_and_nobody_goes_to_a_closed_one():
    world = close(close(line(), 0), 1)
    assert (world.zone == -1).all()


def test_a_new_school_takes_the_nearest_that_come_nearer_while_it_has_no_warning():
    """A school at 2 km of 8 seats: room for 7.2 children; block 2 brings 6, block 1 would bring 4 more."""
    world = open_school(line(), np.array([2000.0, 1000.0, 0.0, 1000.0]), 8)
    assert world.zone[:, 1].tolist() == [0, 0, 2, 1]
    assert seat_outlook(world.demand, world.seats).level[2].tolist() == [0, 0]


def test_classes_are_rounded_up():
    assert [least_classes(np.array([n]), 45) for n in (0, 1, 45, 46)] == [0, 1, 1, 2]


@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=4, max_size=4), st.integers(1, 30), st.integers(0, 1))
@settings(deadline=None)
def test_no_child_is_lost_or_doubled(children, seats, since):
    world = line(np.array(children, dtype=float))
    opened = open_school(world, np.array([2000.0, 1000.0, 0.0, 1000.0]), seats, since)
    for other in (opened, close(world, 0, since), close(opened, 1, since), share(world, 0, 1, since), share(opened, 2, 0, since)):
        assert np.allclose(other.demand.sum(axis=0), world.children.sum(axis=0))
    assert (seat_outlook(opened.demand, opened.seats).level[2] == 0).all()


def test_demand_by_zone_counts_each_year_by_itself():
    zone = np.array([[0, 1], [1, -1]])
    assert demand_of_zones(zone, np.array([[1.0, 2.0], [3.0, 4.0]]), 2).tolist() == [[1, 0], [3, 2]]
