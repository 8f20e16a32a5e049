import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Voronoi

from districting.errors import DataError
from districting.geography import matching, nearest_links, rook_adjacency
from districting.geography.matching import _pairs_in_runs


def kinds(found):
    return [note.problem.key for note in found.notes]


def test_a_two_by_two_grid_has_four_borders_and_no_diagonal(grid):
    found = rook_adjacency(grid(2, 2))
    assert found.edges.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert found.shared_m.tolist() == [100.0] * 4
    assert found.exact.all()
    assert not found.linked.any()
    assert found.notes == ()


def test_a_t_junction_counts_each_half_of_the_long_border():
    long, lower, upper = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 40), shapely.box(100, 40, 200, 100)
    found = rook_adjacency([long, lower, upper])
    assert found.edges.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert found.shared_m == pytest.approx([40, 60, 100])
    assert found.exact.tolist() == [False, False, True]
    assert kinds(found) == ["geography.inexact_borders"]


@pytest.mark.parametrize("shift_m", [0.6, -0.6])
def test_a_gap_and_an_overlap_within_the_tolerance_are_borders(shift_m):
    found = rook_adjacency([shapely.box(0, 0, 100, 100), shapely.box(100 + shift_m, 0, 200, 100)])
    assert found.edges.tolist() == [[0, 1]]
    assert found.shared_m == pytest.approx([100])
    assert not found.exact[0]
    assert ("geography.overlaps" in kinds(found)) == (shift_m < 0)


def test_a_gap_wider_than_the_tolerance_leaves_islands_that_are_reported():
    apart = [shapely.box(0, 0, 100, 100), shapely.box(102, 0, 200, 100)]
    found = rook_adjacency(apart, ids=["东", "西"])
    assert found.edges.shape == (0, 2)
    assert found.islands.tolist() == [0, 1]
    assert kinds(found) == ["geography.islands"]
    assert "东" in found.notes[0].say("zh")
    assert rook_adjacency(apart, tolerance_m=3).edges.tolist() == [[0, 1]]


def test_a_border_up_to_the_least_length_makes_no_neighbours():
    """Above the long block, a short piece of border (3 m, then 0.5 m drawn without the common corner) and a long one."""
    ground = shapely.Polygon([(0, 0), (100, 0), (100, 100), (97, 100), (0, 100)])
    tops = [ground, shapely.Polygon([(97, 100), (100, 100), (200, 100), (200, 200), (97, 200)]), shapely.box(0, 100, 97, 200)]
    assert rook_adjacency(tops, min_shared_m=3.0).edges.tolist() == [[0, 2], [1, 2]]
    assert rook_adjacency(tops, min_shared_m=2.9).edges.tolist() == [[0, 1], [0, 2], [1, 2]]
    dirty = [shapely.box(0, 0, 100, 100), shapely.box(99.5, 100, 200, 200), shapely.box(-100, 100, 99.5, 200)]
    assert rook_adjacency(dirty, min_shared_m=3.0).edges.tolist() == [[0, 2], [1, 2]]


def test_the_hole_of_a_ring_borders_the_block_inside_it():
    ring = shapely.Polygon(shapely.box(0, 0, 30, 30).exterior, [shapely.box(10, 10, 20, 20).exterior])
    found = rook_adjacency([ring, shapely.box(10, 10, 20, 20)])
    assert found.edges.tolist() == [[0, 1]]
    assert found.shared_m.tolist() == [40.0]
    gap = rook_adjacency([ring, shapely.box(10.5, 10.5, 19.5, 19.5)])
    assert gap.edges.tolist() == [[0, 1]]
    assert gap.shared_m[0] == pytest.approx(36, abs=0.01)


def test_a_thin_block_does_not_border_itself_and_its_far_side_is_not_its_near_side():
    """Three blocks, the middle one 0.5 m wide: left and right lie within the tolerance of each other, so all three touch."""
    found = rook_adjacency([shapely.box(0, 0, 10, 50), shapely.box(10, 0, 10.5, 50), shapely.box(10.5, 0, 20, 50)])
    assert found.edges.tolist() == [[0, 1], [1, 2]]
    assert found.exact.all()


def test_a_sliver_that_touches_at_a_point_is_linked_once_and_reported(grid):
    sliver = shapely.Polygon([(100, 100), (100.05, 100.02), (100.02, 100.05)])
    found = rook_adjacency([*grid(2, 2), sliver])
    assert found.edges[found.linked].tolist() == [[3, 4]]
    assert found.shared_m[found.linked][0] < 1
    assert "geography.linked_slivers" in kinds(found)
    assert len(found.islands) == 0


def test_a_sliver_goes_to_the_block_it_touches_longest():
    sliver = shapely.box(100, 0, 101.5, 2)
    left, above = shapely.Polygon([(0, 0), (100, 0), (100, 2), (100, 50), (0, 50)]), shapely.box(100, 2, 101.5, 50)
    found = rook_adjacency([left, above, sliver])
    assert found.edges.tolist() == [[0, 1], [0, 2]]
    assert found.linked.tolist() == [False, True]
    assert found.shared_m.tolist() == [48.0, 2.0]


def test_two_identical_blocks_are_neighbours_and_reported_as_one_outline_under_two_ids(grid):
    found = rook_adjacency([*grid(1, 2), grid(1, 1)[0]])
    assert [0, 2] in found.edges.tolist()
    assert kinds(found) == ["geography.same_shape"]


def test_a_block_inside_another_is_reported_as_overlapping():
    found = rook_adjacency([shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60)])
    assert "geography.overlaps" in kinds(found)
    assert found.edges.tolist() == [[0, 1]]
    assert found.linked.tolist() == [True]


def test_a_block_in_two_parts_borders_the_neighbours_of_both_and_is_reported(grid):
    left, middle, right = grid(1, 3)
    found = rook_adjacency([shapely.union(left, right), middle])
    assert found.edges.tolist() == [[0, 1]]
    assert found.shared_m.tolist() == [200.0]
    assert kinds(found) == ["geography.multipart"]


def test_a_collection_keeps_its_polygons():
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 10, 10), shapely.LineString([(0, 0), (5, 5)])])
    assert rook_adjacency([mixed, shapely.box(10, 0, 20, 10)]).shared_m.tolist() == [10.0]


def test_every_missing_geometry_is_named_at_once():
    with pytest.raises(DataError) as caught:
        rook_adjacency([shapely.box(0, 0, 1, 1), None, shapely.Point(0, 0), shapely.Polygon()], ids=["a", "b", "c", "d"])
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4]


def test_no_blocks_have_no_neighbours():
    found = rook_adjacency([])
    assert found.edges.shape == (0, 2)
    assert found.notes == ()


def test_reversed_rings_and_a_third_dimension_change_nothing(grid):
    squares = grid(3, 3)
    turned = [shapely.Polygon([(x, y, 7.0) for x, y in list(s.exterior.coords)[::-1]]) for s in squares]
    assert np.array_equal(rook_adjacency(turned).edges, rook_adjacency(squares).edges)
    shifted = [shapely.transform(s, lambda xy, i=i: xy + np.array([0.3 * (i % 2), 0])) for i, s in enumerate(turned)]
    same = [shapely.transform(s, lambda xy, i=i: xy + np.array([0.3 * (i % 2), 0])) for i, s in enumerate(squares)]
    assert np.array_equal(rook_adjacency(shifted).edges, rook_adjacency(same).edges)


def test_nearest_links_join_components_by_the_narrowest_gaps(grid):
    near = [shapely.transform(s, lambda xy: xy + np.array([250, 0])) for s in grid(2, 2)]
    far = [shapely.transform(s, lambda xy: xy + np.array([0, 900])) for s in grid(1, 1)]
    blocks = [*grid(2, 2), *near, *far]
    found = rook_adjacency(blocks)
    links = nearest_links(blocks, found)
    assert links.edges.tolist() == [[1, 4], [2, 8]]
    assert links.shared_m.tolist() == [0, 0]
    assert links.linked.all()


def test_the_graph_for_libpysal_keeps_edges_lengths_and_islands(grid):
    blocks = [*grid(2, 2), shapely.box(900, 900, 950, 950)]
    found = rook_adjacency(blocks)
    graph = found.to_graph()
    assert graph.isolates.tolist() == [4]
    assert graph[0].to_dict() == {1: 100.0, 2: 100.0}
    assert found.to_W().n == 5


def test_runs_of_equal_keys_give_every_pair():
    first, second = _pairs_in_runs(np.arange(6), np.array([True, True, False, True, False]))
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2), (3, 4)]


def voronoi_blocks(seed, n):
    rng = np.random.default_rng(seed)
    sites = rng.uniform(0, 1000, (n, 2))
    mirrored = np.concatenate([sites, sites * [-1, 1], sites * [1, -1], [2000, 0] - sites * [1, -1], [0, 2000] - sites * [-1, 1]])
    diagram = Voronoi(mirrored)
    cells = [diagram.vertices[diagram.regions[diagram.point_region[i]]] for i in range(n)]
    return np.array([shapely.Polygon(c) for c in cells], dtype=object)


@given(seed=st.integers(0, 10_000), n=st.integers(3, 60))
@settings(max_examples=40, deadline=None)
def test_drawn_meshes_have_the_neighbours_that_intersection_finds(seed, n):
    """Law: on a clean mesh the shared length is the length of the intersection of the two polygons."""
    blocks = voronoi_blocks(seed, n)
    found = rook_adjacency(blocks)
    a, b = np.triu_indices(n, 1)
    length = shapely.length(shapely.intersection(blocks[a], blocks[b]))
    sure = np.abs(length - 3.0) > 0.05
    expected = {(int(i), int(j)) for i, j in zip(a[sure & (length > 3)], b[sure & (length > 3)], strict=True)}
    got = {(int(i), int(j)) for i, j in found.edges[~found.linked]}
    unsure = {(int(i), int(j)) for i, j in zip(a[~sure], b[~sure], strict=True)}
    assert expected <= got <= expected | unsure
    lookup = {(int(i), int(j)): s for i, j, s in zip(a, b, length, strict=True)}
    assert found.shared_m == pytest.approx([lookup[tuple(e)] for e in found.edges.tolist()], abs=0.05)


@given(seed=st.integers(0, 10_000), shake_m=st.floats(0.02, 0.3))
@settings(max_examples=25, deadline=None)
def test_shaken_meshes_keep_their_long_borders(seed, shake_m):
    """Law: redrawing every block with corners off by up to 0.3 m loses no border over 10 m and makes none up."""
    blocks = voronoi_blocks(seed, 30)
    clean = rook_adjacency(blocks)
    rng = np.random.default_rng(seed)
    shaken = [shapely.Polygon(c + rng.uniform(-shake_m, shake_m, c.shape)) for c in (shapely.get_coordinates(b)[:-1] for b in blocks)]
    found = {tuple(e) for e in rook_adjacency(shaken).edges.tolist()}
    long = {tuple(e) for e, s in zip(clean.edges.tolist(), clean.shared_m, strict=True) if s > 10}
    near = {tuple(e) for e in rook_adjacency(blocks, tolerance_m=2.0, min_shared_m=0.0).edges.tolist()}
    assert long <= found
    stray = found - near
    assert all(shapely.distance(blocks[a], blocks[b]) < 2 for a, b in stray)


@given(order=st.permutations(range(9)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_blocks_only_renames_the_neighbours(order):
    squares = [shapely.box(c * 10, r * 10, c * 10 + 10, r * 10 + 10) for r in range(3) for c in range(3)]
    found = rook_adjacency([squares[i] for i in order])
    named = {tuple(sorted((order[a], order[b]))) for a, b in found.edges.tolist()}
    assert named == {tuple(e) for e in rook_adjacency(squares).edges.tolist()}


@pytest.mark.parametrize("seed", [0, 1])
def test_a_synthetic_city_has_the_neighbours_libpysal_finds(make_city, seed):
    import geopandas as gpd
    from libpysal.graph import Graph

    city = make_city(2_000, 10, seed)
    graph = Graph.build_contiguity(gpd.GeoSeries(city.polygons), rook=True)
    focal, neighbor = (graph.adjacency.index.get_level_values(i).to_numpy() for i in (0, 1))
    theirs = {(int(a), int(b)) for a, b in zip(focal, neighbor, strict=True) if a < b}
    ours = {tuple(e) for e in rook_adjacency(city.polygons, min_shared_m=0.0).edges.tolist()}
    assert ours == theirs


def test_a_synthetic_city_has_the_neighbours_it_was_made_with(make_city):
    city = make_city(3_000, 10, 3)
    found = rook_adjacency(city.polygons)
    assert np.array_equal(found.edges, city.edges)
    assert found.shared_m == pytest.approx(city.shared_m)
    assert kinds(found) == ["geography.holes"]  # squares without a block that this city was made with


def test_edges_whose_hashes_clash_are_told_apart(grid, monkeypatch):
    """A hash that is the same for every edge, and one that knows two values: the neighbours stay who they are."""
    blocks = [*grid(4, 3), *grid(1, 1)]
    expected = rook_adjacency(blocks)
    for hashes in (1, 2):
        monkeypatch.setattr(matching, "_mixed", lambda lo, hi, n=hashes: ((lo + hi) % n).astype(np.uint64) << np.uint64(60))
        found = rook_adjacency(blocks)
        assert found.edges.tolist() == expected.edges.tolist()
        assert found.shared_m.tolist() == expected.shared_m.tolist()
        assert kinds(found) == kinds(expected)


def test_pairs_too_many_for_one_number_are_the_same_pairs(monkeypatch):
    a, b = np.random.default_rng(0).integers(0, 40, (2, 500))
    pairs, place = matching.distinct_pairs(a, b, 40)
    assert [tuple(p) for p in pairs.tolist()] == sorted({(min(p), max(p)) for p in zip(a.tolist(), b.tolist(), strict=True)})
    assert np.array_equal(pairs[place], np.sort(np.column_stack([a, b]), axis=1))
    monkeypatch.setattr(matching, "_WORD", 0)
    for fast, slow in zip((pairs, place), matching.distinct_pairs(a, b, 40), strict=True):
        assert np.array_equal(fast, slow)
