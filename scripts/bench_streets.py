"""From an OpenStreetMap extract to walking distances, and the nearest schools of every point of a large street network beside pandana."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.geography.street_network import StreetNetwork, street_network
from districting.geography.walking import walking
from districting.planning.streets import NOT_ON_FOOT
from districting.reading.osm_extract import osm_layers
from scripts.bench_row import Row

EXTRACT = Path(__file__).resolve().parents[1] / "../shared/data/liechtenstein_osm/liechtenstein.osm.pbf"
LARGE, SMALL = (447, 1000), (142, 100)
"""Corners along a side, and schools."""
NEAREST = 8


def cpu_seconds(function: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of all threads together: what else runs on the machine does not count."""
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def from_extract(path: Path) -> Any:
    """Walking metres from every building to every school of an extract."""
    layers = osm_layers(path, ("roads", "buildings", "schools", "barriers"), path.name)
    metres = {name: gpd.GeoSeries(layer.shapes, crs=4326).to_crs(32632).to_numpy() for name, layer in layers.items()}
    walked = np.array([r["walkable"] != "no" and (r["walkable"] == "yes" or r["kind"] not in NOT_ON_FOOT) for r in layers["roads"].rows])
    network = street_network(metres["roads"][walked], by_points=np.ones(int(walked.sum()), dtype=np.bool_))
    places = (shapely.get_coordinates(shapely.centroid(metres[name])) for name in ("buildings", "schools"))
    return walking(network, *places, metres["barriers"]).table_m()


def grid_network(side: int) -> StreetNetwork:
    """A grid of streets 100 m apart, its corners moved by chance, a tenth of its streets missing."""
    rng = np.random.default_rng(0)
    n = side * side
    xy = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(n, 2) * 100.0 + rng.uniform(-30, 30, (n, 2))
    at = np.arange(n).reshape(side, side)
    ends = np.concatenate([np.column_stack([a.ravel(), b.ravel()]) for a, b in ((at[:, :-1], at[:, 1:]), (at[:-1], at[1:]))])
    return StreetNetwork(xy, ends[rng.random(len(ends)) < 0.9], np.zeros(n, dtype=np.int64), 1)


def nearest_row(side: int, schools: int, beside: bool) -> Row:
    """The nearest schools of every corner; ``beside`` pandana, stopping where the two disagree by more than a metre."""
    network = grid_network(side)
    xy, corners = network.xy, np.unique(network.ends)
    school = np.random.default_rng(1).choice(corners, schools, replace=False)
    walking(StreetNetwork(xy[:2], np.array([[0, 1]]), np.zeros(2, dtype=np.int64), 1), xy[:1], xy[1:2]).near_m(1)  # compiled before the clock starts
    ours, near = cpu_seconds(lambda: walking(network, xy[corners], xy[school]).near_m(NEAREST))
    work, remark = f"walk, {len(xy):,} corners x {schools:,} schools, {NEAREST} nearest", "CPU seconds, places on the streets found too"
    target = 10.0 if (side, schools) == LARGE else None
    if not beside:
        return Row(work, ours, "s", target, remark=remark)
    theirs, table = cpu_seconds(lambda: by_pandana(network, xy[school]))
    count, apart = compared(near, table[corners])
    if apart > 1.0:
        raise AssertionError(f"pandana and the search from the schools differ by {apart:.1f} m")
    return Row(
        work,
        ours,
        "s",
        target,
        "pandana",
        theirs,
        f"{remark}; the same {count:,} x {NEAREST} metres within {apart:.2f} m; most of the peer's time builds its hierarchy",
    )


FARTHEST_M = 50_000.0


def by_pandana(network: StreetNetwork, school_xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 8) metres, network and hierarchy made on the way."""
    import pandana

    made = pandana.Network(*(pd.Series(c) for c in (*network.xy.T, *network.ends.T)), pd.DataFrame({"m": network.length_m}))
    made.set_pois("school", FARTHEST_M, NEAREST, *(pd.Series(c) for c in school_xy.T))
    return np.asarray(made.nearest_pois(FARTHEST_M, "school", num_pois=NEAREST), dtype=np.float64)


def compared(near: Any, table: NDArray[np.float64]) -> tuple[int, float]:
    """Corners for which both found all, and the largest difference in metres."""
    mine = np.full(table.shape, np.nan)
    mine[np.repeat(np.arange(len(table)), np.diff(near.indptr)), np.arange(near.nnz) - np.repeat(near.indptr[:-1], np.diff(near.indptr))] = near.data
    whole = (np.diff(near.indptr) == NEAREST) & (table < FARTHEST_M).all(axis=1)
    return int(whole.sum()), float(np.abs(np.sort(mine[whole], axis=1) - np.sort(table[whole], axis=1)).max())


def rows(full: bool = False) -> list[Row]:
    """The extract where it is there, and the networks; pandana takes minutes for the large one."""
    out = []
    if EXTRACT.is_file():
        took, table = cpu_seconds(lambda: from_extract(EXTRACT))
        size = f"{table.shape[0]:,} buildings x {table.shape[1]} schools, {np.isfinite(table).mean():.0%} with a way"
        out.append(Row("extract of Liechtenstein to walking metres", took, "s", 2.0, remark=f"CPU seconds; {size}"))
    return [*out, nearest_row(*SMALL, beside=True), nearest_row(*LARGE, beside=full)]
