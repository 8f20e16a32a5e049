"""Small faults of a coverage are mended with a record, large ones reported; drawn by hand, and laws over random coverages."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.geography.coverage_faults import enclosed_gaps, ground_of, overlapping
from districting.geography.coverage_repair import mended_coverage
from scripts.jittered_mesh import jittered_mesh


def box(west, south, east, north):
    return shapely.box(west, south, east, north)


def mended(*shapes, **given):
    found = mended_coverage(np.array(shapes, dtype=object), **given)
    again = mended_coverage(found.shapes, **given)
    assert again.changes == ()  # what is mended stays mended
    assert all(a is b for a, b in zip(again.shapes, found.shapes, strict=True))
    return found


def record(found):
    return [(c.kind, c.block, c.other, round(c.area_m2, 2)) for c in found.changes]


LEFT, RIGHT = box(0, 0, 100, 100), box(100, 0, 200, 100)
ABOVE, BELOW = box(0, 100, 200, 200), box(0, -100, 200, 0)


def test_a_valid_coverage_comes_back_as_the_very_objects_it_was():
    shapes = [LEFT, RIGHT, ABOVE, BELOW]
    found = mended(*shapes)
    assert (found.changes, found.overlaps) == ((), ())
    assert all(a is b for a, b in zip(found.shapes, shapes, strict=True))


def test_an_overlap_of_one_centimetre_goes_to_the_block_that_comes_first_where_both_edges_are_as_long():
    found = mended(LEFT, box(99.99, 0, 200, 100))
    assert record(found) == [("overlap", 1, 0, -1.0)]
    assert found.shapes[0] is LEFT
    assert found.shapes[1].equals(RIGHT)
    change = found.changes[0]
    assert 99.99 < change.x < 100
    assert 0 < change.y < 100


def test_the_names_decide_who_comes_first():
    found = mended(LEFT, box(99.99, 0, 200, 100), order=np.array([1, 0]))
    assert record(found) == [("overlap", 0, 1, -1.0)]


def test_the_sliver_goes_to_the_block_with_the_longer_edge_along_it():
    # the second reaches 0.5 m into the first: the first meets the sliver along the crooked line, the second along its own straight one, which is shorter
    crooked = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (99.5, 75), (99.9, 50), (99.5, 25)])
    found = mended(crooked, LEFT)
    assert [c[:3] for c in record(found)] == [("overlap", 0, 1)]
    assert found.shapes[1] is LEFT
    assert found.shapes[0].equals(RIGHT)


def test_a_crumb_that_is_cut_off_goes_to_the_neighbour_along_it():
    # the tip of the first, 0.4 m wide, reaches through the second, which is 0.6 m thick there, into a notch of the third
    first = shapely.union_all([LEFT, box(100, 50, 100.9, 50.4)])
    second = shapely.union_all([box(100, 0, 100.6, 60), box(100, 60, 200, 100)])
    third = box(100.6, 0, 200, 60).difference(box(100.6, 50, 100.9, 50.4))
    found = mended(first, second, third)
    assert [c[:3] for c in record(found)] == [("overlap", 0, 1), ("crumb", 0, 2), ("crumb", 2, 0)]
    assert shapely.area(found.shapes).tolist() == pytest.approx([10_000, 4036, 5964])


def test_a_narrow_gap_goes_to_the_neighbour_with_the_longest_border():
    # 0.5 m x 100 m between left and right, closed above and below; the left has all of the 100 m, the right is two blocks
    found = mended(LEFT, box(100.5, 0, 200, 40), box(100.5, 40, 200, 100), ABOVE, BELOW)
    assert record(found) == [("gap", 0, 2, 50.0)]
    assert found.shapes[0].area == pytest.approx(10_050)
    assert shapely.union_all(found.shapes).area == pytest.approx(60_000)


def test_a_gap_that_is_open_at_its_ends_is_closed_where_the_blocks_touch_nowhere():
    found = mended(LEFT, box(100.5, 0, 200, 100))
    assert record(found) == [("open_gap", 0, 1, 50.0)]


def test_a_valley_between_blocks_that_share_a_corner_is_no_gap():
    wedge = shapely.Polygon([(100, 0), (200, 0), (200, 100), (101, 100)])
    found = mended(LEFT, wedge)
    assert found.changes == ()


@pytest.mark.parametrize("gap_m", [1.2, 20])
def test_a_wider_gap_stays(gap_m):
    found = mended(LEFT, box(100 + gap_m, 0, 200, 100), ABOVE, BELOW)
    assert found.changes == ()
    assert len(enclosed_gaps(ground_of(found.shapes))) == 1


def test_the_narrow_end_of_a_wide_gap_stays_with_it():
    # a pond of 50 m x 20 m that narrows to 0.5 m x 80 m
    pond = shapely.Polygon([(100, 0), (150, 0), (150, 20), (100.5, 20), (100.5, 100), (100, 100)])
    found = mended(LEFT, RIGHT.difference(pond), ABOVE, BELOW)
    assert found.changes == ()


def test_a_gap_that_is_large_beside_its_neighbours_stays():
    found = mended(box(0, 0, 10, 10), box(10.9, 0, 20, 10), box(0, 10, 20, 20), box(0, -10, 20, 0))
    assert found.changes == ()  # 0.9 m x 10 m is 9 % of the first


def test_a_real_overlap_is_reported_with_amount_and_place_and_nothing_is_changed():
    found = mended(LEFT, box(90, 0, 200, 100))
    assert found.changes == ()
    (overlap,) = found.overlaps
    assert (overlap.a, overlap.b, overlap.area_m2, overlap.share) == (0, 1, 1000.0, 0.1)
    assert overlap.width_m == pytest.approx(10)
    assert 90 < overlap.x < 100
    assert 0 < overlap.y < 100


def test_a_narrow_overlap_that_is_much_of_a_small_block_is_reported():
    found = mended(LEFT, box(99.2, 0, 110, 100))
    assert found.changes == ()
    assert [round(o.share, 3) for o in found.overlaps] == [0.074]


def test_a_block_under_two_ids_and_one_that_lies_inside_it_are_all_reported():
    found = mended(LEFT, LEFT, box(40, 40, 60, 60))
    assert [(o.a, o.b, o.area_m2) for o in found.overlaps] == [(0, 1, 10_000.0), (0, 2, 400.0), (1, 2, 400.0)]


def test_an_island_and_a_block_of_two_parts_are_left_alone():
    apart = shapely.multipolygons([box(500, 0, 600, 100), box(700, 0, 800, 100)])
    found = mended(LEFT, RIGHT, apart)
    assert found.changes == ()
    assert found.shapes[2] is apart


def test_a_width_of_0_mends_nothing():
    found = mended(LEFT, box(99.99, 0, 200, 100), width_m=0)
    assert found.changes == ()
    assert len(found.overlaps) == 1


def test_no_blocks_are_no_fault():
    assert mended().changes == ()


SIDE = 6


def damaged(data, most_m):
    """A grid of squares of 100 m; some are drawn up to ``most_m`` off, on whole decimetres."""
    cells = [[100 * x, 100 * y, 100 * x + 100, 100 * y + 100] for x in range(SIDE) for y in range(SIDE)]
    for cell in data.draw(st.lists(st.integers(0, SIDE * SIDE - 1), max_size=8, unique=True)):
        cells[cell] = [c + data.draw(st.integers(-most_m * 10, most_m * 10)) / 10 for c in cells[cell]]
    return np.array([box(*c) for c in cells], dtype=object)


@given(st.data())
@settings(max_examples=12, deadline=None)
def test_after_repair_no_two_blocks_overlap_no_ground_is_lost_and_the_untouched_are_untouched(data):
    shapes = damaged(data, 0.4)
    found = mended_coverage(shapes)
    assert found.overlaps == ()
    assert shapely.is_valid(found.shapes).all()
    assert len(overlapping(ground_of(found.shapes))[0]) == 0
    before, after = shapely.union_all(shapes), shapely.union_all(found.shapes)
    filled = sum(c.area_m2 for c in found.changes if "gap" in c.kind)
    assert after.area == pytest.approx(before.area + filled, abs=0.05)
    assert before.difference(after).area < 0.01
    assert shapely.area(found.shapes).sum() == pytest.approx(after.area, abs=0.05)
    for block in range(len(shapes)):
        changed = sum(c.area_m2 for c in found.changes if c.block == block)
        assert found.shapes[block].area == pytest.approx(shapes[block].area + changed, abs=1e-6)  # the record is exact
        assert (found.shapes[block] is shapes[block]) == (block not in {c.block for c in found.changes})
    again = mended_coverage(found.shapes)
    assert again.changes == ()


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_overlaps_and_gaps_are_those_of_all_pairs_and_of_the_whole_union(data):
    shapes = damaged(data, 30)
    ground = ground_of(shapes)
    pairs = [(i, j) for i in range(len(shapes)) for j in range(i) if shapes[i].intersection(shapes[j]).area > 0]
    assert sorted(tuple(reversed(p)) for p in pairs) == [tuple(p) for p in overlapping(ground)[0].tolist()]
    free = shapely.get_parts(box(-100, -100, 800, 800).difference(shapely.union_all(shapes)))
    assert len(enclosed_gaps(ground)) == len(free) - 1  # all but the ground around


@given(st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_a_crooked_valid_coverage_comes_back_bit_for_bit(seed):
    shapes = jittered_mesh(60, seed).shapes
    found = mended_coverage(shapes)
    assert all(a is b for a, b in zip(found.shapes, shapes, strict=True))


def test_after_repair_the_geometry_library_s_own_cleaning_moves_no_ground():
    rng = np.random.default_rng(0)
    shapes = jittered_mesh(100).shapes
    for i in rng.choice(100, 20, replace=False):
        shapes[i] = shapely.transform(shapes[i], lambda xy: xy + rng.uniform(-0.4, 0.4, 2))
    found = mended(*shapes)
    assert {c.kind for c in found.changes} >= {"overlap", "gap"}
    assert len(enclosed_gaps(ground_of(found.shapes))) == 0
    cleaned = shapely.coverage_clean(found.shapes, gap_width=1.0, snapping_distance=0.001)
    moved = shapely.area(shapely.symmetric_difference(found.shapes, cleaned))
    assert (moved < 0.001 * shapely.length(found.shapes)).all()  # a millimetre along the border: what the cleaning snaps together


def redrawn(seed, side=5, step_m=300.0, most_m=0.3):
    """Crooked blocks whose corners every block draws anew, up to ``most_m`` off in both directions."""
    rng = np.random.default_rng(seed)
    at = np.array([440_000.0, 4_417_000.0])
    corner = {(i, j): at + step_m * np.array([i, j]) + rng.uniform(-80, 80, 2) for i in range(side + 1) for j in range(side + 1)}
    around = ((0, 0), (1, 0), (1, 1), (0, 1))
    return [shapely.Polygon([corner[i + a, j + b] + rng.uniform(-most_m, most_m, 2) for a, b in around]) for j in range(side) for i in range(side)]


@pytest.mark.parametrize("seed", [1, 3, 15, 19])
def test_blocks_whose_corners_are_all_redrawn_keep_no_narrow_hole(seed):
    found = mended_coverage(np.array(redrawn(seed), dtype=object))
    rings = shapely.get_rings(shapely.get_parts([shapely.union_all(found.shapes)]))[1:]
    holes = shapely.polygons(rings)
    assert not [h.area for h in holes if 2 * h.area > 0.001 * h.length]
    assert found.gaps == ()


def test_a_narrow_gap_that_stays_is_told_with_its_blocks_amount_and_width():
    ring = [box(0, 0, 10, 10), box(10.8, 0, 20, 10), box(0, 10, 20, 20), box(0, -10, 20, 0)]
    found = mended(*ring)  # 8 m2 are more than 5 % of any block beside it
    assert found.changes == ()
    (gap,) = found.gaps
    assert (sorted(gap.blocks), round(gap.area_m2, 3), round(gap.width_m, 1)) == ([0, 1, 2, 3], 8.0, 0.8)
    assert mended(*ring, width_m=0).gaps == found.gaps
