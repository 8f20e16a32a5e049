"""Blocks that do not fit together, side by side with maup on the same damaged coverage; and how long reading and checking a large layer takes."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.config import load_settings
from districting.geography import rook_adjacency
from districting.geography.coverage_faults import enclosed_gaps, ground_of, overlapping
from districting.geography.coverage_repair import mended_coverage
from districting.geography.holes import thick
from districting.workflow import check_inputs
from scripts.bench_row import Row, in_turn, median_seconds, seconds
from scripts.jittered_mesh import jittered_mesh
from scripts.synthetic_city import SyntheticCity, synthetic_city

_CRS = "EPSG:4548"
_CORNER = np.array([500_000.0, 4_400_000.0])


def damaged_city(n: int, share: float = 0.1, most_m: float = 0.4, seed: int = 0) -> NDArray[Any]:
    """Voronoi blocks of which ``share`` are drawn up to ``most_m`` off to every side."""
    shapes = synthetic_city(n, max(1, n // 200), seed).polygons
    assert shapes is not None
    shapes, rng = shapes.copy(), np.random.default_rng(seed)
    for block in rng.choice(n, int(share * n), replace=False):
        shift = rng.uniform(-most_m, most_m, 2)
        shapes[block] = shapely.transform(shapes[block], lambda xy, d=shift: xy + d)
    return shapes


def counts(shapes: NDArray[Any]) -> tuple[int, int]:
    """Overlapping pairs and enclosed gaps, as this package finds them."""
    ground = ground_of(shapes)
    return len(overlapping(ground)[0]), len(enclosed_gaps(ground))


def peer_counts(shapes: NDArray[Any]) -> tuple[int, int]:
    """The same as maup's doctor counts them."""
    from maup.repair import count_overlaps, holes_of_union

    frame = gpd.GeoDataFrame(geometry=shapes, crs=_CRS)
    return count_overlaps(frame), len(holes_of_union(frame))


def peer_counts_over_1_mm(shapes: NDArray[Any]) -> tuple[int, int]:
    """Of what maup finds, that which is wider than a millimetre in the mean: the rest (most of it 1e-15 m wide) is rounding of its union."""
    import maup
    from maup.repair import holes_of_union

    frame = gpd.GeoDataFrame(geometry=shapes, crs=_CRS)
    met = maup.adjacencies(frame, warn_for_islands=False, warn_for_overlaps=False)
    return int(thick(np.asarray(met.array, dtype=object)).sum()), int(thick(np.asarray(holes_of_union(frame).array, dtype=object)).sum())


def repair_rows(n: int) -> list[Row]:
    """Counting faults, and mending them; stops where the two count differently."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it sets an option of pandas that does nothing any more
        import maup

        shapes = damaged_city(n)
        found, theirs, raw = counts(shapes), peer_counts_over_1_mm(shapes), peer_counts(shapes)
        if found != theirs:
            raise AssertionError(f"overlaps and gaps: {found} here, {theirs} by maup")
        look = in_turn(lambda: counts(shapes), lambda: peer_counts(shapes))
        series = gpd.GeoSeries(shapes, crs=_CRS)
        ours_s, mended = seconds(lambda: mended_coverage(shapes))
        theirs_s, repaired = seconds(lambda: maup.quick_repair(series, force_polygons=True))
        left, left_by_peer = counts(mended.shapes), counts(np.asarray(repaired.array, dtype=object))
    work = f"{n:,} blocks, a tenth drawn up to 0.4 m off"
    same = f"{found[0]} overlaps and {found[1]} gaps over 1 mm, the same by both (of its {raw[0]} and {raw[1]})"
    after = f"overlaps and gaps over 1 mm left: {left[0]} and {left[1]}; by the peer {left_by_peer[0]} and {left_by_peer[1]}; ours lists its {len(mended.changes)} changes"
    return [
        Row(f"faults counted, {work}", look[0], "s", None, "maup doctor's counts", look[1], same),
        Row(f"faults mended, {work}", ours_s, "s", None, "maup quick_repair", theirs_s, after),
    ]


def valid_row(city: SyntheticCity) -> Row:
    """What looking for faults costs where there are none."""
    shapes = city.polygons
    assert shapes is not None
    ours, theirs = in_turn(lambda: mended_coverage(shapes), lambda: shapely.coverage_is_valid(shapes))
    target = 1.5 if len(shapes) >= 200_000 else None
    return Row(f"valid coverage looked through, {len(shapes):,} blocks", ours, "s", target, "shapely coverage_is_valid", theirs, "comes back bit for bit")


def read_row(city: SyntheticCity) -> Row:
    """A GeoPackage of blocks and a table of schools: read, located, checked, neighbours found."""
    n, shapes = len(city.demand), city.polygons
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        moved = shapely.transform(shapes, lambda xy: xy + _CORNER)
        ids = [f"B{i:06d}" for i in range(n)]
        gpd.GeoDataFrame({"block_id": ids, "entrants_primary": city.demand.astype(float)}, geometry=moved, crs=_CRS).to_file(folder / "blocks.gpkg")
        xy, seats = city.school_xy + _CORNER, city.capacity
        names = [f"第{i}小学" for i in range(len(xy))]
        schools = {"school_id": [f"S{i:04d}" for i in range(len(xy))], "name": names, "stage": "primary", "plan": seats, "lng": xy[:, 0], "lat": xy[:, 1]}
        pd.DataFrame(schools).assign(crs=_CRS).to_csv(folder / "schools.csv", index=False)
        (folder / "config.toml").write_text('[inputs]\nschools = "schools.csv"\nblocks = "blocks.gpkg"\n[zoning.primary]\n', encoding="utf-8")
        took, (found, faults) = median_seconds(lambda: check_inputs(load_settings(folder / "config.toml")))
    if found is None:
        raise AssertionError([f.say("en") for f in faults])
    return Row(f"read and check, {n:,} blocks (GPKG)", took, "s", 6.0 if n >= 200_000 else None, remark="neighbours and repairs of outlines included")


def many_corners_row(n: int) -> Row:
    """Neighbours of blocks of 25 corners."""
    from libpysal.graph import Graph

    shapes = jittered_mesh(n).shapes
    frame = gpd.GeoSeries(shapes)
    ours, theirs = in_turn(lambda: rook_adjacency(shapes, min_shared_m=0.0), lambda: Graph.build_contiguity(frame, rook=True))
    return Row(f"adjacency, {n:,} blocks of 25 corners", ours, "s", theirs / 5, "libpysal Graph.build_contiguity", theirs, "target: a fifth of the peer")


def rows(full: bool = False) -> list[Row]:
    """All rows of this bench."""
    cities = [synthetic_city(n, n // 200, 0) for n in ((20_000, 200_000) if full else (20_000,))]
    return [
        *(make(city) for city in cities for make in (read_row, valid_row)),
        many_corners_row(200_000 if full else 20_000),
        *repair_rows(2_500 if full else 1_000),
    ]
