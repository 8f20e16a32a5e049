import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.geography import distances, nearest_candidates, straight_distance_m


def by_hand(xy, school_xy, m):
    table = np.array([[np.hypot(*(np.subtract(b, s))) for s in school_xy] for b in xy])
    order = np.argsort(table, axis=1, kind="stable")[:, :m]
    return order, np.take_along_axis(table, order, axis=1)


def test_the_nearest_come_first_and_ties_in_the_order_of_the_schools():
    school, distance_m = nearest_candidates([[0, 0]], [[5, 0], [0, 3], [3, 0], [-3, 0]], 3)
    assert school.tolist() == [[1, 2, 3]]
    assert distance_m.tolist() == [[3, 3, 3]]


def test_more_than_there_are_gives_all():
    assert nearest_candidates([[0, 0]], [[1, 0], [2, 0]], 9)[0].shape == (1, 2)


@given(seed=st.integers(0, 1000), m=st.integers(1, 12))
@settings(max_examples=30, deadline=None)
def test_every_way_gives_the_same_answer(seed, m):
    """Law: the whole table, chunks of it, and the tree agree, ties on a coarse grid included."""
    rng = np.random.default_rng(seed)
    xy, school_xy = rng.integers(0, 6, (50, 2)).astype(float), rng.integers(0, 6, (14, 2)).astype(float)
    wanted = by_hand(xy, school_xy, m)
    with pytest.MonkeyPatch.context() as patch:
        for limit in (10**9, 30, 1):
            patch.setattr(distances, "_CHUNK_CELLS", limit)
            school, distance_m = nearest_candidates(xy, school_xy, m)
            assert np.array_equal(school, wanted[0])
            assert distance_m == pytest.approx(wanted[1])


def test_no_schools_or_no_blocks_give_empty_tables():
    assert nearest_candidates(np.empty((0, 2)), [[0, 0]], 1)[0].shape == (0, 1)
    assert nearest_candidates([[0, 0]], np.empty((0, 2)), 1)[0].shape == (1, 0)


def test_the_whole_table_holds_straight_distances():
    assert straight_distance_m([[0, 0], [3, 0]], [[0, 4]]).tolist() == [[4.0], [5.0]]
