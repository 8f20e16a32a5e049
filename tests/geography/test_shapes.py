import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.errors import DataError
from districting.geography import cells, dissolve, outline, representative_xy, rook_adjacency


def test_rows_of_a_grid_become_bars(grid):
    bars = dissolve(grid(2, 3), [0, 0, 0, 1, 1, 1])
    assert shapely.equals(bars, [shapely.box(0, 0, 300, 100), shapely.box(0, 100, 300, 200)]).all()


def test_a_label_without_blocks_is_empty_and_a_negative_label_belongs_nowhere(grid):
    found = dissolve(grid(1, 3), [2, -1, 2], 3)
    assert [shape.is_empty for shape in found] == [True, True, False]
    assert found[2].area == 20_000
    assert found[2].geom_type == "MultiPolygon"


def test_a_ring_of_blocks_keeps_its_hole(grid):
    ring = dissolve(grid(3, 3), [0, 0, 0, 0, 1, 0, 0, 0, 0])[0]
    assert len(ring.interiors) == 1
    assert ring.area == 80_000


def test_a_narrow_gap_between_blocks_of_one_zone_is_closed_and_nothing_else_grows():
    left, right = shapely.box(0, 0, 100, 100), shapely.box(100.5, 0, 200, 100)
    whole = dissolve([left, right], [0, 0])[0]
    assert whole.geom_type == "Polygon"
    assert whole.area == pytest.approx(20_000, abs=1.0)
    assert whole.bounds == pytest.approx((0, 0, 200, 100), abs=1e-6)
    assert dissolve([left, right], [0, 1])[0].area == 10_000


def test_a_gap_is_not_closed_over_a_block_of_another_zone():
    left, right, wedge = shapely.box(0, 0, 100, 100), shapely.box(100.5, 0, 200, 100), shapely.box(100.1, 0, 100.3, 60)
    found = dissolve([left, right, wedge], [0, 0, 1])
    assert shapely.area(shapely.intersection(*found)) == pytest.approx(0, abs=1e-9)
    assert found[0].area == pytest.approx(20_000 - 0.2 * 60, abs=0.01)


def test_a_gap_wider_than_the_tolerance_stays_open():
    whole = dissolve([shapely.box(0, 0, 100, 100), shapely.box(103, 0, 200, 100)], [0, 0])[0]
    assert whole.geom_type == "MultiPolygon"
    assert whole.area == 19_700


def test_a_notch_in_one_block_is_not_a_gap():
    notched = shapely.difference(shapely.box(0, 0, 100, 100), shapely.box(50, 50, 50.4, 100))
    beside = shapely.box(99.5, 0, 200, 100)
    whole = dissolve([notched, beside], [0, 0])[0]
    assert whole.area == pytest.approx(shapely.union(notched, beside).area)


def test_a_ring_that_crosses_itself_covers_both_its_loops():
    """A bow tie: two triangles of 25 sq m that cancel out in a signed area."""
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert outline([bow]).area == pytest.approx(50)
    assert outline([bow, shapely.box(10, 0, 20, 10)]).area == pytest.approx(150)


def test_overlapping_ground_counts_once():
    whole = outline([shapely.box(0, 0, 100, 100), shapely.box(99.6, 0, 200, 100)])
    assert whole.area == pytest.approx(20_000)


@given(seed=st.integers(0, 1000), count=st.integers(1, 8))
@settings(max_examples=20, deadline=None)
def test_zones_of_any_labels_keep_the_area_of_their_blocks(make_city, seed, count):
    city = make_city(40, 3, seed)
    labels = np.random.default_rng(seed).integers(0, count, 40)
    found = dissolve(city.polygons, labels, count)
    wanted = np.bincount(labels, shapely.area(city.polygons), count)
    assert shapely.area(found) == pytest.approx(wanted)
    assert shapely.is_valid(found).all()


def test_cells_tile_the_outline_and_give_each_place_to_the_nearest_point():
    area = shapely.difference(shapely.box(0, 0, 1000, 800), shapely.box(300, 300, 500, 500))
    rng = np.random.default_rng(0)
    xy = rng.uniform((0, 0), (300, 300), (12, 2))
    found = cells(xy, area)
    assert shapely.area(found.shape).sum() == pytest.approx(area.area, rel=1e-9)
    assert shapely.area(shapely.union_all(found.shape)) == pytest.approx(area.area, rel=1e-9)
    assert shapely.contains_xy(found.shape[found.cell_of_point], xy).all()
    probe = rng.uniform((0, 0), (1000, 800), (500, 2))
    probe = probe[shapely.contains_xy(area, *probe.T)]
    nearest = np.hypot(*(probe[:, None] - xy[None]).T).argmin(axis=0)
    assert shapely.contains_xy(found.shape[found.cell_of_point[nearest]], probe).all()


def test_points_in_one_place_share_a_cell_and_are_reported():
    found = cells([[10, 10], [30, 10], [10, 10]], shapely.box(0, 0, 40, 20), ids=["甲", "乙", "丙"])
    assert found.cell_of_point.tolist() == [0, 1, 0]
    assert len(found.shape) == 2
    assert "甲、丙" in found.notes[0].say("zh")


def test_groups_merge_the_cells_of_their_points():
    found = cells([[10, 10], [30, 10], [50, 10]], shapely.box(0, 0, 60, 20), groups=["b", "a", "b"])
    assert found.cell_of_point.tolist() == [0, 1, 0]
    assert shapely.area(found.shape) == pytest.approx([800, 400])


def test_points_of_different_groups_in_one_place_are_refused():
    with pytest.raises(DataError):
        cells([[10, 10], [10, 10]], shapely.box(0, 0, 60, 20), groups=["a", "b"])


def test_points_outside_or_without_coordinates_are_all_named():
    with pytest.raises(DataError) as caught:
        cells([[10, 10], [99, 10], [np.nan, 1]], shapely.box(0, 0, 40, 20))
    assert [fault.row for fault in caught.value.faults] == [2, 3]


def test_one_point_gets_the_whole_outline_and_none_get_none():
    area = shapely.box(0, 0, 40, 20)
    assert cells([[1, 1]], area).shape[0].equals(area)
    assert len(cells(np.empty((0, 2)), area).shape) == 0


def test_points_on_a_line_get_strips():
    found = cells([[5, 10], [15, 10], [25, 10]], shapely.box(0, 0, 30, 20))
    assert shapely.area(found.shape) == pytest.approx([200, 200, 200])


def test_cells_have_neighbours_like_blocks_do():
    found = cells([[5, 10], [15, 10], [25, 10]], shapely.box(0, 0, 30, 20))
    assert rook_adjacency(found.shape).edges.tolist() == [[0, 1], [1, 2]]


def test_a_representative_point_lies_inside_even_a_horseshoe():
    horseshoe = shapely.difference(shapely.box(0, 0, 30, 30), shapely.box(10, 10, 20, 30))
    assert shapely.contains_xy(horseshoe, *representative_xy([horseshoe])[0])
