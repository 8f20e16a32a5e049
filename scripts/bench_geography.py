"""Geometry side by side with its peers on a synthetic city: borders against libpysal, merging against geopandas. Runs are interleaved; medians are given."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from synthetic_city import SyntheticCity, synthetic_city

from districting.geography import dissolve, nearest_candidates, rook_adjacency


class Row(NamedTuple):
    """``seconds`` is ours; ``ratio`` = the peer's seconds / ours; ``target`` is the least ratio wanted."""

    name: str
    seconds: float
    ratio: float
    peer: str
    target: float


def adjacency_row(city: SyntheticCity, runs: int = 5) -> Row:
    """Rook neighbours with border lengths; stops when the two disagree about who borders whom."""
    from libpysal.graph import Graph

    frame = gpd.GeoSeries(city.polygons)
    ours, theirs, found, graph = _interleaved(lambda: rook_adjacency(city.polygons, min_shared_m=0.0), lambda: Graph.build_contiguity(frame, rook=True), runs)
    focal, neighbor = (graph.adjacency.index.get_level_values(i).to_numpy() for i in (0, 1))
    pairs = np.column_stack([focal, neighbor])[focal < neighbor]
    if not np.array_equal(pairs[np.lexsort(pairs.T[::-1])], found.edges):
        raise AssertionError(f"libpysal finds {len(pairs)} pairs of neighbours, edge hashing {len(found.edges)}")
    return Row(f"adjacency, {len(city.demand):,} blocks", ours, theirs / ours, "libpysal Graph.build_contiguity", 10.0)


def dissolve_row(city: SyntheticCity, runs: int = 5) -> Row:
    """Zones from blocks; stops when the areas differ."""
    zone = nearest_candidates(city.xy, city.school_xy, 1)[0][:, 0]
    frame, k = gpd.GeoDataFrame({"zone": zone}, geometry=city.polygons), len(city.school_xy)
    ours, theirs, found, merged = _interleaved(lambda: dissolve(city.polygons, zone, k), lambda: frame.dissolve("zone"), runs)
    if not np.allclose([shape.area for shape in found], merged.area):
        raise AssertionError("the merged zones differ in area")
    return Row(f"dissolve, {len(zone):,} blocks", ours, theirs / ours, "geopandas dissolve (default)", 5.0)


def rows(n: int = 20_000, k: int = 100, seed: int = 0, runs: int = 5) -> list[Row]:
    """All rows of this bench."""
    city = synthetic_city(n, k, seed)
    return [adjacency_row(city, runs), dissolve_row(city, runs)]


def _interleaved(ours: Callable[[], Any], theirs: Callable[[], Any], runs: int) -> tuple[float, float, Any, Any]:
    """Median seconds of each, taken in turns after one warm-up, and what each found."""
    found, other = ours(), theirs()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for call, times in zip((ours, theirs), seconds, strict=True):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return statistics.median(seconds[0]), statistics.median(seconds[1]), found, other


if __name__ == "__main__":
    for row in rows():
        print(f"{row.name:55s} {row.seconds:8.3f} s  {row.ratio:6.1f}x {row.peer} (target {row.target:g}x)")
