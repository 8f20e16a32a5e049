"""Ways on foot: hand-drawn streets with known lengths, laws, and networkx as the oracle."""

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from districting.geography.street_access import Barriers, street_access
from districting.geography.street_network import street_network
from districting.geography.walking import walking


def line(*points):
    return shapely.LineString(points)


def walk(streets, block, school, barriers=()):
    return float(walking(street_network(streets), [block], [school], barriers).table_m()[0, 0])


RIVER = line((-500, 50), (1500, 50))
BANKS = [line((0, 0), (1000, 0)), line((0, 100), (1000, 100)), line((0, 0), (0, 100))]
"""Two streets on the banks of a river, joined by one bridge at their western ends."""


def test_a_river_with_one_bridge_makes_the_way_five_times_the_straight_line():
    assert walk(BANKS, (200, 0), (200, 100), [RIVER]) == 500.0
    assert walk(BANKS, (200, 0), (200, 100)) == 500.0


def test_legs_to_the_street_and_from_it_are_counted():
    assert walk(BANKS, (200, -30), (200, 140), [RIVER]) == 30 + 500 + 40


def test_a_leg_never_crosses_a_barrier_but_goes_to_a_farther_street():
    # the northern street is 30 m away behind the river, the southern 70 m
    wide = [line((0, 0), (1000, 0)), line((0, 100), (1000, 100)), line((0, 0), (0, 100))]
    assert walk(wide, (400, 70), (400, 0), [line((-500, 80), (1500, 80))]) == 70.0
    assert walk(wide, (400, 70), (400, 100), [line((-500, 80), (1500, 80))]) == 70 + 400 + 100 + 400


def test_a_school_nearer_than_the_two_legs_to_the_street_is_walked_to_straight():
    far_street = [line((0, 1000), (5000, 1000))]
    assert walk(far_street, (0, 0), (300, 0)) == 300.0
    assert walk(far_street, (0, 0), (300, 0), [line((150, -50), (150, 50))]) == 1000 + 300 + 1000


def test_a_bridge_does_not_meet_the_street_below_it():
    below, above = line((0, 0), (200, 0)), line((100, -50), (100, 50))
    schools = [(100, 50), (200, 0)]
    assert walking(street_network([below, above]), [(0, 0)], schools).table_m().tolist() == [[150.0, 200.0]]
    assert walking(street_network([below, above], [0, 1]), [(0, 0)], schools).table_m().tolist() == [[np.inf, 200.0]]


def test_streets_that_cross_without_a_common_point_are_joined_and_counted():
    network = street_network([line((0, 0), (100, 0)), line((50, -50), (50, 50)), line((20, -50), (20, 50))])
    assert (network.crossings, network.parts, len(network.ends)) == (2, 1, 7)


def test_an_end_on_the_middle_of_a_street_or_just_before_it_is_joined():
    touching = street_network([line((0, 0), (100, 0)), line((50, 0), (50, 80))])
    short = street_network([line((0, 0), (100, 0)), line((50, 0.4), (50, 80))])
    apart = street_network([line((0, 0), (100, 0)), line((50, 0.6), (50, 80))])
    assert [n.parts for n in (touching, short, apart)] == [1, 1, 2]
    assert [n.loose_ends for n in (touching, short, apart)] == [1, 1, 0]


def test_a_corner_of_one_street_on_the_middle_of_another_joins_them():
    network = street_network([line((0, 0), (100, 0)), line((20, 50), (50, 0), (80, 50))])
    assert (network.parts, network.loose_ends) == (1, 1)


def test_a_stray_footpath_is_left_out_and_said():
    network = street_network([line((0, 0), (1000, 0)), line((500, 20), (520, 20))])
    assert (network.parts, network.stray_pieces, network.stray_m) == (1, 1, 20.0)
    assert walk([line((0, 0), (1000, 0)), line((500, 20), (520, 20))], (510, 30), (0, 0)) == 30 + 510


def test_a_part_of_the_streets_without_a_school_is_passed_over():
    ways = walking(street_network([line((0, 0), (100, 0)), line((0, 50), (100, 50))]), [[0, 40]], [[100, 0]])
    assert ways.idle_parts == 1
    assert ways.table_m().tolist() == [[140.0]]


def test_streets_in_two_parts_have_no_way_between_them():
    ways = walking(street_network([line((0, 0), (100, 0)), line((0, 500), (100, 500))]), [[0, 0], [0, 500]], [[100, 0], [100, 500]])
    assert ways.table_m().tolist() == [[100.0, np.inf], [np.inf, 100.0]]
    assert ways.near_m().toarray().tolist() == [[100.0, 0.0], [0.0, 100.0]]


def test_a_barrier_drawn_in_two_lines_that_touch_has_no_gap():
    closed = Barriers([line((0, 50), (50, 50)), line((50, 50), (100, 50))])
    assert closed.between([[50, 0]], [[50, 100]]).tolist() == [True]


def test_a_point_shut_in_by_barriers_reaches_no_street():
    access = street_access(street_network(BANKS), [[500, 300]], Barriers([shapely.box(450, 250, 550, 350).exterior]))
    assert np.isinf(access.leg_m[0])


def test_of_two_streets_between_the_same_corners_the_shorter_counts():
    assert walk([line((0, 0), (50, 300), (100, 0)), line((0, 0), (100, 0))], (0, 0), (100, 0)) == 100.0


def test_nothing_on_foot_without_streets():
    assert len(street_network([]).ends) == 0
    assert len(street_network([shapely.Point(0, 0), None, shapely.LineString()]).ends) == 0


def streets_by_chance(rng, side=6):
    """Streets of a grid, some missing, with corners moved: drawn corner by corner, so that they share points."""
    place = {(x, y): (100 * x + rng.uniform(-30, 30), 100 * y + rng.uniform(-30, 30)) for x in range(side) for y in range(side)}
    steps = [((x, y), (x + dx, y + dy)) for x, y in place for dx, dy in ((1, 0), (0, 1)) if (x + dx, y + dy) in place]
    return [line(place[a], place[b]) for a, b in steps if rng.random() < 0.8]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_a_way_is_never_shorter_than_the_straight_line_and_the_bounded_search_finds_the_nearest(seed):
    rng = np.random.default_rng(seed)
    blocks, schools = rng.uniform(0, 500, (30, 2)), rng.uniform(0, 500, (8, 2))
    ways = walking(street_network(streets_by_chance(rng)), blocks, schools, [line((250, -100), (250, 300))])
    table = ways.table_m()
    straight = np.hypot(*(blocks[:, None] - schools[None]).transpose(2, 0, 1))
    assert (table >= straight).all()
    near = ways.near_m(3)
    held = np.where(near.toarray() > 0, near.toarray(), np.inf)
    assert_allclose(np.sort(held, axis=1)[:, :3], np.sort(table, axis=1)[:, :3])
    block, school = np.nonzero(np.isfinite(table))
    assert_allclose(ways.pairs_m(block, school), table[block, school])


def oracle(network, start, end):
    """Networkx on the same pieces, the two points tied to every corner they could leave the streets at."""
    graph = nx.Graph()
    for (a, b), metres in zip(network.ends.tolist(), network.length_m.tolist(), strict=True):
        if metres < graph.get_edge_data(a, b, {"weight": np.inf})["weight"]:
            graph.add_edge(a, b, weight=metres)
    return nx.dijkstra_path_length(graph, start, end)


@pytest.mark.parametrize("seed", range(5))
def test_networkx_finds_the_same_ways_between_corners(seed):
    rng = np.random.default_rng(seed)
    network = street_network([*streets_by_chance(rng), line((-20, 250), (520, 260))])
    corners = rng.choice(np.flatnonzero(network.part == np.bincount(network.part[network.part >= 0]).argmax()), 8, replace=False)
    table = walking(network, network.xy[corners], network.xy[corners]).table_m()
    expected = [[oracle(network, a, b) for b in corners.tolist()] for a in corners.tolist()]
    assert_allclose(table, expected, atol=1e-6)


def test_more_streets_never_make_a_way_longer():
    rng = np.random.default_rng(3)
    streets = streets_by_chance(rng)
    corners = shapely.get_coordinates(streets[:10])[::2]
    fewer = walking(street_network(streets), corners, corners).table_m()
    more = walking(street_network([*streets, line((0, 0), (500, 500))]), corners, corners).table_m()
    assert (more <= fewer + 1e-6).all()


def test_the_streets_of_liechtenstein_carry_every_building_to_every_school(real_data):
    """Networkx agrees on the largest part; measured on the extract: 13 parts, 12 of them strays (47 km of 967)."""
    import geopandas as gpd

    file = real_data / "liechtenstein_osm" / "liechtenstein.gpkg"
    if not file.is_file():
        pytest.skip("no streets of Liechtenstein among the real data")
    streets, buildings, schools = (gpd.read_file(file, layer=name).to_crs(32632) for name in ("streets", "buildings", "schools"))
    level = [float(given) if isinstance(given, str) else 0.0 for given in streets["layer"]]
    network = street_network(streets.geometry, level)
    assert network.parts == 1
    assert network.stray_pieces >= 10
    assert network.stray_m < 0.06 * network.length_m.sum()
    xy = np.column_stack([buildings.centroid.x, buildings.centroid.y])
    school_xy = np.column_stack([schools.geometry.x, schools.geometry.y])
    table = walking(network, xy, school_xy).table_m()
    straight = np.hypot(*(xy[:, None] - school_xy[None]).transpose(2, 0, 1))
    assert np.isfinite(table).all()
    assert (table >= straight).all()
    assert 1.1 < (table.sum() / straight.sum()) < 1.6
    corners = np.random.default_rng(0).choice(np.unique(network.ends), 4, replace=False)
    found = walking(network, network.xy[corners], network.xy[corners]).table_m()
    assert_allclose(found, [[oracle(network, a, b) for b in corners.tolist()] for a in corners.tolist()], atol=1e-6)
