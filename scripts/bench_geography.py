"""Geometry side by side with its peers on a synthetic city: borders against libpysal, merging against geopandas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from districting.geography import dissolve, nearest_candidates, rook_adjacency
from scripts.bench_row import Row, in_turn
from scripts.synthetic_city import SyntheticCity, synthetic_city


def adjacency_row(city: SyntheticCity) -> Row:
    """Rook neighbours with border lengths; stops when the two disagree about who borders whom."""
    from libpysal.graph import Graph

    frame = gpd.GeoSeries(city.polygons)
    found, graph = rook_adjacency(city.polygons, min_shared_m=0.0), Graph.build_contiguity(frame, rook=True)
    focal, neighbor = (graph.adjacency.index.get_level_values(i).to_numpy() for i in (0, 1))
    pairs = np.column_stack([focal, neighbor])[focal < neighbor]
    if not np.array_equal(pairs[np.lexsort(pairs.T[::-1])], found.edges):
        raise AssertionError(f"libpysal finds {len(pairs)} pairs of neighbours, edge hashing {len(found.edges)}")
    ours, theirs = in_turn(lambda: rook_adjacency(city.polygons, min_shared_m=0.0), lambda: Graph.build_contiguity(frame, rook=True), 5)
    return Row(
        f"adjacency, {len(city.demand):,} blocks",
        ours,
        "s",
        theirs / 10,
        "libpysal Graph.build_contiguity",
        theirs,
        "same pairs; ours gives border lengths too; target: a tenth of the peer",
    )


def dissolve_row(city: SyntheticCity) -> Row:
    """Zones from blocks; stops when the areas differ."""
    zone = nearest_candidates(city.xy, city.school_xy, 1)[0][:, 0]
    frame, k = gpd.GeoDataFrame({"zone": zone}, geometry=city.polygons), len(city.school_xy)
    if not np.allclose([shape.area for shape in dissolve(city.polygons, zone, k)], frame.dissolve("zone").area):
        raise AssertionError("the merged zones differ in area")
    ours, theirs = in_turn(lambda: dissolve(city.polygons, zone, k), lambda: frame.dissolve("zone"), 5)
    return Row(f"dissolve, {len(zone):,} blocks", ours, "s", None, "geopandas dissolve (default)", theirs, "ours checks every result")


def rows(full: bool = False) -> list[Row]:
    """All rows of this bench."""
    sizes = (20_000, 200_000) if full else (20_000,)
    return [row for n in sizes for city in [synthetic_city(n, n // 200, 0)] for row in (adjacency_row(city), dissolve_row(city))]
