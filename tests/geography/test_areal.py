"""Numbers move from one layer to another and none is lost."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.geography.areal import overlay
from districting.model.rounding import largest_remainder

WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)


def test_a_census_area_is_divided_by_ground():
    """60 of its 80 metres lie in the west, 20 in the east: 30 and 10 of its 40 pupils."""
    found = overlay([shapely.box(40, 0, 120, 100)], [WEST, EAST])
    on_blocks, outside = found.moved([40.0])
    assert on_blocks.tolist() == [30.0, 10.0]
    assert outside.tolist() == [0.0]


def test_what_lies_beyond_the_blocks_is_told_by_source():
    found = overlay([shapely.box(150, 0, 250, 100), shapely.box(300, 0, 400, 100)], [WEST, EAST])
    on_blocks, outside = found.moved([10.0, 7.0])
    assert on_blocks.tolist() == [0.0, 5.0]
    assert outside.tolist() == [5.0, 7.0]


def test_buildings_draw_the_pupils_to_where_people_live():
    """A bungalow of 100 m2 in the west, a tower of 100 m2 with nine storeys in the east; a shed half outside the area counts half."""
    area, houses = shapely.box(50, 0, 150, 100), [shapely.box(60, 10, 70, 20), shapely.box(110, 10, 120, 20)]
    assert overlay([area], [WEST, EAST], buildings=houses).moved([50.0])[0].tolist() == [25.0, 25.0]
    assert overlay([area], [WEST, EAST], buildings=houses, floors=[1, 9]).moved([50.0])[0].tolist() == [5.0, 45.0]
    shed = shapely.box(145, 0, 155, 10)
    assert overlay([area], [WEST, EAST], buildings=[houses[0], shed]).moved([30.0])[0].tolist() == pytest.approx([20.0, 10.0])


def test_an_area_without_buildings_is_divided_by_ground():
    areas = [shapely.box(50, 0, 150, 50), shapely.box(50, 50, 150, 100)]
    found = overlay(areas, [WEST, EAST], buildings=[shapely.box(60, 10, 70, 20)])
    assert found.by_buildings.tolist() == [True, False]
    assert found.moved([8.0, 6.0])[0].tolist() == [11.0, 3.0]


def test_a_point_counts_in_the_block_it_lies_in_and_on_a_border_in_the_first():
    points = shapely.points([[10, 10], [100, 50], [500, 500]])
    on_blocks, outside = overlay(points, [WEST, EAST]).moved([3.0, 4.0, 5.0])
    assert on_blocks.tolist() == [7.0, 0.0]
    assert outside.tolist() == [0.0, 0.0, 5.0]


def test_ground_under_two_blocks_counts_once():
    on_blocks, outside = overlay([WEST], [WEST, WEST]).moved([9.0])
    assert on_blocks.tolist() == [4.5, 4.5]
    assert outside.tolist() == [0.0]


@st.composite
def layers(draw):
    """Blocks of a grid, sources of another grid that reaches beyond them, a value each, a few houses."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))

    def grid(low, high, count):
        x, y = (np.sort(rng.uniform(low, high, count)) for _ in "xy")
        return np.array([shapely.box(a, c, b, d) for a, b in pairwise(x) for c, d in pairwise(y)], dtype=object)

    blocks, sources = grid(0, 1000, draw(st.integers(2, 5))), grid(-200, 1200, draw(st.integers(2, 5)))
    at = rng.uniform(0, 1000, (draw(st.integers(0, 12)), 2))
    houses = shapely.box(at[:, 0], at[:, 1], at[:, 0] + 15, at[:, 1] + 10)
    return blocks, sources, rng.uniform(0, 500, len(sources)), houses, rng


@settings(max_examples=40, deadline=None)
@given(layers())
def test_nothing_is_lost_and_rounding_keeps_the_total(drawn):
    blocks, sources, amount, houses, _ = drawn
    for found in (overlay(sources, blocks), overlay(sources, blocks, buildings=houses)):
        on_blocks, outside = found.moved(amount)
        assert on_blocks.sum() + outside.sum() == pytest.approx(amount.sum(), rel=1e-9)
        assert (on_blocks >= 0).all()
        assert (outside >= 0).all()
        both = np.append(on_blocks, outside.sum())
        whole = largest_remainder(both, round(float(both.sum())))
        assert whole.sum() == round(float(amount.sum()))
        assert np.abs(whole - both).max() < 1


@settings(max_examples=25, deadline=None)
@given(layers())
def test_a_grid_that_equals_the_blocks_changes_nothing(drawn):
    blocks, _, _, houses, rng = drawn
    amount = rng.uniform(0, 500, len(blocks))
    for found in (overlay(blocks, blocks), overlay(blocks, blocks, buildings=houses)):
        assert found.moved(amount)[0] == pytest.approx(amount, rel=1e-9, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(layers(), st.floats(0.1, 0.9))
def test_cutting_a_source_in_two_changes_nothing(drawn, at):
    blocks, sources, amount, _, _ = drawn
    x0, y0, x1, y1 = sources[0].bounds
    middle = x0 + at * (x1 - x0)
    halves = np.append(sources[1:], [shapely.box(x0, y0, middle, y1), shapely.box(middle, y0, x1, y1)])
    cut = np.append(amount[1:], [at * amount[0], (1 - at) * amount[0]])
    assert overlay(halves, blocks).moved(cut)[0] == pytest.approx(overlay(sources, blocks).moved(amount)[0], rel=1e-9, abs=1e-6)
