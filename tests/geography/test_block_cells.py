"""Points become blocks: hand-drawn places, a river, and the laws of a coverage."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from districting.errors import DataError
from districting.geography import cut_by_barriers, rook_adjacency
from districting.geography.block_cells import block_cells, hull_outline

SQUARE = shapely.box(0, 0, 100, 100)
CORNERS = [[20, 20], [80, 20], [20, 80], [80, 80]]


def areas(found):
    return shapely.area(found.shape).round(6).tolist()


def corners_of(shape):
    return set(map(tuple, shapely.get_coordinates(shape).tolist()))


def test_four_points_and_no_river_get_a_quarter_each():
    found = block_cells(CORNERS, SQUARE)
    assert areas(found) == [2500.0] * 4
    assert rook_adjacency(found.shape).edges.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_a_river_through_the_town_moves_the_border_from_halfway_to_the_river():
    found = block_cells(CORNERS, SQUARE, [shapely.LineString([(-10, 30), (110, 30)])])
    assert areas(found) == [1500.0, 1500.0, 3500.0, 3500.0]
    assert found.moved.size == found.empty.size == 0


def test_borders_that_meet_the_river_from_either_bank_are_corners_on_both():
    found = block_cells([[20, 20], [50, 80]], SQUARE, [shapely.LineString([(0, 30), (100, 30)])])
    south, north = block_cells([[20, 20], [60, 20], [50, 80]], SQUARE, [shapely.LineString([(0, 30), (100, 30)])]).shape[[0, 2]]
    assert areas(found) == [3000.0, 7000.0]
    assert (40.0, 30.0) in corners_of(south) & corners_of(north)  # the border between the two southern points ends there


def test_the_ground_behind_the_end_of_a_river_goes_to_the_point_on_that_side():
    """The river ends at x = 60. North of it, left of the diagonal, the point in the south-west is nearest, but a walker from the north-east gets there dry."""
    found = block_cells([[20, 20], [80, 20], [80, 80]], SQUARE, [shapely.LineString([(0, 50), (60, 50)])])
    assert areas(found) == [2500.0, 2500.0, 5000.0]
    assert found.moved_to.tolist() == [2]
    assert shapely.area(found.moved).tolist() == [1250.0]


def test_an_island_without_a_point_stays_empty_and_is_listed():
    lake = shapely.box(40, 40, 60, 60)
    found = block_cells(CORNERS, SQUARE, [lake])
    assert areas(found) == [2400.0] * 4
    assert [e.equals(lake) for e in found.empty] == [True]


def test_a_river_drawn_as_its_two_banks_is_one_border_that_a_bridge_opens():
    """Two lines 10 m apart: the strip between them goes to the cells beside it, so that north and south are neighbours, cut but for the bridge."""
    town, points = shapely.box(0, 0, 400, 400), [[100, 100], [300, 100], [100, 300], [300, 300]]
    banks = [shapely.LineString([(-10, y), (410, y)]) for y in (195, 205)]
    found = block_cells(points, town, banks)
    assert found.empty.size == 0
    assert sum(areas(found)) == town.area
    assert set(shapely.get_type_id(found.shape)) == {shapely.GeometryType.POLYGON}
    edges = rook_adjacency(found.shape).edges
    assert {(0, 2), (1, 3)} <= set(map(tuple, edges.tolist()))
    bridge = shapely.LineString([(100, 150), (100, 250)])
    cut = dict(zip(map(tuple, edges.tolist()), cut_by_barriers(edges, found.shape, banks, [bridge]).tolist(), strict=True))
    assert (cut[(0, 1)], cut[(2, 3)], cut[(0, 2)], cut[(1, 3)]) == (False, False, False, True)


def test_points_in_one_place_share_its_ground_and_nobody_is_lost():
    found = block_cells([[50, 50], [50, 50], [50, 50], [10, 10]], SQUARE)
    alone = block_cells([[50, 50], [10, 10]], SQUARE)
    assert found.together == ((0, 1, 2),)
    assert (shapely.area(found.shape) > 0).all()
    assert sum(areas(found)[:3]) == pytest.approx(areas(alone)[0], abs=60)  # half a metre along a border of some 110 m


def test_points_in_one_place_touch_each_other():
    found = block_cells([[50, 50], [50, 50], [50, 50], [10, 10]], SQUARE)
    assert {(0, 1), (0, 2), (1, 2)} <= set(map(tuple, rook_adjacency(found.shape).edges.tolist()))


def test_a_point_outside_is_named_with_its_row():
    with pytest.raises(DataError) as error:
        block_cells([[50, 50], [150, 50]], SQUARE, ids=["in", "out"])
    assert [(f.row, f.problem.values["point"]) for f in error.value.faults] == [(2, "out")]


def test_one_point_takes_all_and_no_point_takes_nothing():
    assert areas(block_cells([[3, 3]], SQUARE)) == [10_000.0]
    assert areas(block_cells(np.empty((0, 2)), SQUARE)) == []


def test_points_on_a_line_have_an_outline_around_it():
    around, wider_m = hull_outline([[0, 0], [100, 0], [200, 0]])
    assert wider_m == 100.0
    found = block_cells([[0, 0], [100, 0], [200, 0]], around)
    assert sum(areas(found)) == pytest.approx(around.area, abs=1)


@st.composite
def towns(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.integers(2, 25))
    points = rng.integers(1, 40, (n, 2)) * 25.0 + rng.integers(0, 2, (n, 2)) * 0.37  # some in one place, many on a grid
    lines = [shapely.LineString(rng.uniform(-100, 1100, (draw(st.integers(2, 4)), 2))) for _ in range(draw(st.integers(0, 4)))]
    return points + np.array([500_000.0, 4_000_000.0]), [shapely.transform(line, lambda c: c + np.array([500_000.0, 4_000_000.0])) for line in lines]


TOWN = shapely.box(500_000, 4_000_000, 501_010, 4_001_010)


@settings(max_examples=30, deadline=None)
@given(towns())
def test_cells_fit_together_cover_all_ground_and_hold_their_points(town):
    points, lines = town
    found = block_cells(points, TOWN, lines)
    assert shapely.is_valid(found.shape).all()
    assert shapely.coverage_is_valid(np.concatenate([found.shape, found.empty]))
    assert shapely.area(found.shape).sum() + shapely.area(found.empty).sum() == pytest.approx(TOWN.area, abs=20)  # 1 mm along the rim
    assert shapely.distance(found.shape, shapely.points(points)).max() < 1.0


@settings(max_examples=15, deadline=None)
@given(towns())
def test_no_cell_lies_on_both_sides_of_a_barrier_that_runs_through(town):
    points, _ = town
    wall = shapely.LineString([(499_000, 4_000_490.2), (502_000, 4_000_507.9)])
    found = block_cells(points, TOWN, [wall])
    cut = shapely.get_parts(shapely.polygonize([shapely.node(shapely.union_all([wall, TOWN.boundary]))]))
    on = shapely.area(shapely.intersection(found.shape[:, None], cut[None, :]))
    assert (np.minimum(*on.T) < 2.0).all()


@settings(max_examples=15, deadline=None)
@given(towns(), st.integers(0, 1000))
def test_without_barriers_every_place_lies_in_the_cell_of_its_nearest_point(town, seed):
    points, _ = town
    places = np.random.default_rng(seed).uniform(1, 1009, (50, 2)) + np.array([500_000.0, 4_000_000.0])
    found = block_cells(points, TOWN)
    metres = cKDTree(points).query(places)[0]
    at, cell = shapely.STRtree(found.shape).query(shapely.points(places), predicate="intersects")
    own = np.hypot(*(places[at] - points[cell]).T)
    assert (own <= metres[at] + 1.5).all()  # points in one place are moved 0.5 m apart
    assert len(np.unique(at)) == len(places)
