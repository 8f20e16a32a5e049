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

from districting.geography.street_network import StreetNetwork, street_network
from districting.geography.walking import walking
from districting.planning.streets import NOT_ON_FOOT
from districting.reading.osm_extract import osm_layers
from scripts.bench_row import Row

EXTRACT = Path(__file__).resolve().parents[1] / "../shared/data/liechtenstein_osm/liechtenstein.osm.pbf"
SIDE, SCHOOLS, NEAREST = 447, 1000, 8


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


def large_network() -> StreetNetwork:
    """A grid of 200,000 corners moved by chance, a tenth of its streets missing."""
    rng = np.random.default_rng(0)
    n = SIDE * SIDE
    xy = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1).reshape(n, 2) * 100.0 + rng.uniform(-30, 30, (n, 2))
    at = np.arange(n).reshape(SIDE, SIDE)
    ends = np.concatenate([np.column_stack([a.ravel(), b.ravel()]) for a, b in ((at[:, :-1], at[:, 1:]), (at[:-1], at[1:]))])
    return StreetNetwork(xy, ends[rng.random(len(ends)) < 0.9], np.zeros(n, dtype=np.int64), 1)


def nearest_row() -> Row:
    """The nearest schools of every corner; stops where the two disagree by more than a metre."""
    import pandana

    network = large_network()
    xy, ends, corners = network.xy, network.ends, np.unique(network.ends)
    school = np.random.default_rng(1).choice(corners, SCHOOLS, replace=False)
    walking(StreetNetwork(xy[:2], np.array([[0, 1]]), np.zeros(2, dtype=np.int64), 1), xy[:1], xy[1:2]).near_m(1)  # compiled before the clock starts
    ours, near = cpu_seconds(lambda: walking(network, xy[corners], xy[school]).near_m(NEAREST))

    def peer() -> Any:
        made = pandana.Network(*(pd.Series(c) for c in (*xy.T, *ends.T)), pd.DataFrame({"m": network.length_m}))
        made.set_pois("school", 50_000.0, NEAREST, *(pd.Series(c) for c in xy[school].T))
        return made.nearest_pois(50_000.0, "school", num_pois=NEAREST)

    theirs, table = cpu_seconds(peer)
    mine = np.full((len(corners), NEAREST), np.nan)
    row = np.repeat(np.arange(len(corners)), np.diff(near.indptr))
    mine[row, np.arange(near.nnz) - near.indptr[row]] = near.data
    whole = (np.diff(near.indptr) == NEAREST) & (table.to_numpy()[corners] < 50_000.0).all(axis=1)
    apart = np.abs(np.sort(mine[whole], axis=1) - np.sort(table.to_numpy()[corners][whole], axis=1)).max()
    if apart > 1.0:
        raise AssertionError(f"pandana and the search from the schools differ by {apart:.1f} m")
    remark = f"CPU seconds with the network made; the same {int(whole.sum()):,} x {NEAREST} metres within {apart:.2f} m"
    return Row(f"walk, {len(xy):,} corners x {SCHOOLS:,} schools, {NEAREST} nearest", ours, "s", 10.0, "pandana 0.8", theirs, remark)


def rows(full: bool = False) -> list[Row]:
    """The extract where it is there, and the large network."""
    out = []
    if EXTRACT.is_file():
        took, table = cpu_seconds(lambda: from_extract(EXTRACT))
        size = f"{table.shape[0]:,} buildings x {table.shape[1]} schools, {np.isfinite(table).mean():.0%} with a way"
        out.append(Row("extract of Liechtenstein to walking metres", took, "s", 2.0, remark=f"CPU seconds; {size}"))
    return [*out, nearest_row()]
