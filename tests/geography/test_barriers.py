import numpy as np
import pytest
import shapely

from districting.geography import cut_by_barriers, rook_adjacency


def cut_pairs(blocks, barriers, crossings=()):
    edges = rook_adjacency(blocks).edges
    return [tuple(e) for e in edges[cut_by_barriers(edges, blocks, barriers, crossings)].tolist()]


def test_a_river_along_the_rows_cuts_all_borders_between_them(grid):
    river = shapely.LineString([(-50, 100), (350, 100)])
    assert cut_pairs(grid(2, 3), [river]) == [(0, 3), (1, 4), (2, 5)]


def test_a_bridge_opens_only_the_border_it_stands_on(grid):
    river = shapely.LineString([(-50, 100), (350, 100)])
    assert cut_pairs(grid(2, 3), [river], [shapely.Point(150, 103)]) == [(0, 3), (2, 5)]


def test_a_road_opens_the_border_where_it_crosses_but_not_where_it_runs_beside(grid):
    river = shapely.LineString([(-50, 100), (350, 100)])
    across = shapely.LineString([(250, 20), (250, 180)])
    beside = shapely.LineString([(0, 95), (300, 95)])
    assert cut_pairs(grid(2, 3), [river], [across, beside]) == [(0, 3), (1, 4)]


def test_a_river_drawn_a_little_off_the_border_still_cuts(grid):
    wavy = shapely.LineString([(-50, 95), (50, 108), (150, 92), (250, 106), (350, 98)])
    assert cut_pairs(grid(2, 3), [wavy]) == [(0, 3), (1, 4), (2, 5)]


def test_a_river_through_the_middle_of_blocks_cuts_nothing(grid):
    assert cut_pairs(grid(2, 3), [shapely.LineString([(-50, 50), (350, 50)])]) == []


def test_a_lake_between_blocks_cuts_along_its_shore():
    north, south, west = shapely.box(0, 55, 100, 100), shapely.box(0, 0, 100, 55), shapely.box(-50, 0, 0, 100)
    lake = shapely.box(20, 50, 100, 60)
    assert cut_pairs([north, south, west], [lake]) == [(0, 1)]


@pytest.mark.parametrize("nothing", [[], [None], [shapely.LineString()]])
def test_without_barriers_nothing_is_cut(grid, nothing):
    assert cut_pairs(grid(2, 2), nothing) == []


def test_no_edges_give_no_cuts():
    assert cut_by_barriers(np.empty((0, 2)), [], [shapely.LineString([(0, 0), (1, 1)])]).tolist() == []
