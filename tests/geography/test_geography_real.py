"""Geometry as delivered by other people's offices."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from districting.geography import cells, dissolve, outline, rook_adjacency

pytestmark = pytest.mark.real_data
DATA = Path(os.environ.get("DISTRICTING_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def path_of(name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"DISTRICTING_REAL_DATA holds no {name}")
    return path


@pytest.fixture(scope="module")
def county():
    return gpd.read_file(path_of("bcps_sw/blocks.gpkg"), layer="blocks").to_crs("EPSG:26985")


def test_the_county_has_the_neighbours_that_buffering_finds(county):
    """Oracle: the border of one block within 1 m of the other runs over more than 3 m; 479 pairs, as published with the data."""
    shapes = np.asarray(county.geometry.array)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=1.0)
    a, b = a[a < b], b[a < b]
    length = shapely.length(shapely.intersection(shapely.boundary(shapes[a]), shapely.buffer(shapes[b], 1.0)))
    wanted = {(int(i), int(j)) for i, j in zip(a[length > 3], b[length > 3], strict=True)}
    found = rook_adjacency(county.geometry)
    assert {tuple(e) for e in found.edges[~found.linked].tolist()} == wanted
    assert len(wanted) == 479


def test_exactly_drawn_borders_of_the_county_are_marked_so(county):
    """Oracle: what is marked exact runs along within 2 cm, and every border that intersects in a line over 3 m is marked."""
    shapes = np.asarray(county.geometry.array)
    found = rook_adjacency(county.geometry)
    a, b = found.edges.T
    length = shapely.length(shapely.intersection(shapely.boundary(shapes[a]), shapely.boundary(shapes[b])))
    close = shapely.length(shapely.intersection(shapely.boundary(shapes[a]), shapely.buffer(shapes[b], 0.02)))
    assert (close[found.exact & ~found.linked] > 0.04).all()
    assert found.exact[length > 3].all()


def test_the_sliver_of_the_county_is_linked_and_nothing_is_an_island(county):
    ids = county["PBID"].astype(str).to_numpy()
    found = rook_adjacency(county.geometry, ids=ids)
    assert found.linked.sum() == 1
    assert "451" in ids[found.edges[found.linked][0]]
    assert len(found.islands) == 0
    assert found.components().max() == 0
    assert {n.problem.key for n in found.notes} == {"geography.inexact_borders", "geography.overlaps", "geography.linked_slivers", "geography.holes"}


def test_zones_of_the_county_keep_their_area_within_the_dirt(county):
    zone = pd.factorize(county["ES1516"])[0]
    shapes = np.asarray(county.geometry.array)
    found = dissolve(shapes, zone)
    blocks = np.bincount(zone, shapely.area(shapes))
    assert shapely.is_valid(found).all()
    assert np.abs(shapely.area(found) - blocks).max() < 600  # the largest gap is 488 sq m, the largest overlap 79
    assert shapely.get_num_geometries(outline(shapes)) == 1


def test_the_cells_of_the_schools_of_haidian_tile_its_streets():
    streets = gpd.read_file(path_of("haidian/subdistricts.gpkg")).to_crs("EPSG:4548")
    whole = outline(shapely.make_valid(np.asarray(streets.geometry.array)))
    junior = pd.read_csv(path_of("haidian/junior_high_schools.csv"))
    primary = pd.read_csv(path_of("haidian/primary_schools.csv"))
    lonlat = np.concatenate([junior[["lon_gcj02", "lat_gcj02"]].to_numpy(float), primary[["lon", "lat"]].to_numpy(float)])
    lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
    points = gpd.GeoSeries(gpd.points_from_xy(*lonlat.T), crs="EPSG:4326").to_crs("EPSG:4548")
    points = points[points.intersects(whole).to_numpy()]
    found = cells(np.column_stack([points.x, points.y]), whole)
    assert len(points) > 90
    assert shapely.area(found.shape).sum() == pytest.approx(whole.area, rel=1e-6)
    assert shapely.area(shapely.union_all(found.shape)) == pytest.approx(whole.area, rel=1e-6)
    graph = rook_adjacency(found.shape)
    assert len(graph.islands) == 0
