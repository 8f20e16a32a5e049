import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


@pytest.mark.parametrize(("n", "k", "seed"), [(16, 2, 28), (60, 5, 0), (400, 8, 1), (5_000, 25, 5)])
@pytest.mark.parametrize("river", [True, False])
def test_blocks_tile_connected_ground_and_hold_their_schools(make_city, n, k, seed, river):
    city = make_city(n, k, seed, river=river)
    assert len(city.polygons) == n
    assert shapely.is_valid(city.polygons).all()
    assert shapely.coverage_is_valid(city.polygons)
    a, b = city.edges.T
    assert connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(n, n)), directed=False)[0] == 1
    assert shapely.contains_xy(city.polygons[city.home_block], city.school_xy).all()
    assert len(set(city.home_block.tolist())) == k
    assert city.xy == pytest.approx(shapely.get_coordinates(shapely.centroid(city.polygons)))


@pytest.mark.parametrize("kind", ["real", "hard"])
def test_seats_add_up_and_pupils_look_like_a_city(make_city, kind):
    city = make_city(20_000, 100, 0, kind, 1.06)
    assert city.capacity.sum() == np.ceil(1.06 * city.demand.sum())
    assert (city.capacity >= city.demand[city.home_block]).all()
    assert city.demand.mean() == pytest.approx(6, rel=0.05)
    assert (city.demand == 0).mean() == pytest.approx(0.15, abs=0.01)


def test_blocks_across_the_river_are_neighbours_only_at_bridges(make_city):
    city = make_city(2_000, 10, 1)
    wet = city.river.buffer(2000).area > 0 and shapely.crosses(
        shapely.linestrings(np.stack([city.xy[city.edges[:, 0]], city.xy[city.edges[:, 1]]], axis=1)), city.river
    )
    middles = (city.xy[city.edges[wet, 0]] + city.xy[city.edges[wet, 1]]) / 2
    assert 0 < wet.sum() <= len(city.bridges)
    assert all(np.hypot(*(city.bridges - m).T).min() < 100 for m in middles)


def test_the_same_seed_gives_the_same_city_and_another_gives_another(make_city):
    one, two, other = make_city(500, 9, 4), make_city(500, 9, 4), make_city(500, 9, 5)
    assert shapely.to_wkb(one.polygons).tolist() == shapely.to_wkb(two.polygons).tolist()
    assert np.array_equal(one.capacity, two.capacity)
    assert not np.array_equal(one.demand, other.demand)


def test_leaving_the_polygons_out_changes_nothing_else(make_city):
    full, bare = make_city(500, 9, 4), make_city(500, 9, 4, polygons=False)
    assert bare.polygons is None
    assert all(np.array_equal(getattr(full, f), getattr(bare, f)) for f in ("demand", "xy", "school_xy", "home_block", "capacity", "edges", "shared_m"))
