"""Blocks from points and pupils from a layer: cells beside those of shapely without barriers, areal interpolation beside tobler, on the same input."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from districting.geography.areal import overlay
from districting.geography.block_cells import block_cells
from scripts.bench_row import Row, cpu_in_turn, cpu_seconds
from scripts.synthetic_city import synthetic_city

SIDE_M = 30_000.0
ORIGIN = np.array([500_000.0, 4_000_000.0])
GRID = 142
"""Cells of the population grid along a side: about 20,000 in all."""


def winding_lines(count: int, rng: np.random.Generator) -> list[Any]:
    """Lines of 300 corners over a square, half of them from south to north; every third ends halfway."""
    along = np.linspace(-0.03, 1.03, 300) * SIDE_M
    lines = []
    for i in range(count):
        across = rng.uniform(0, SIDE_M) + 2000 * np.sin(along / 3000 + rng.uniform(0, 6)) + np.cumsum(rng.normal(0, 40, len(along)))
        xy = np.column_stack([along, across] if i % 2 else [across, along])
        lines.append(shapely.LineString(ORIGIN + xy[: 150 if i % 3 == 0 else None]))
    return lines


def cells_row(points: int, lines: int) -> Row:
    """Cells of points between barriers; stops when ground is lost or doubled."""
    rng = np.random.default_rng(0)
    barriers, xy = winding_lines(lines, rng), ORIGIN + rng.uniform(0, SIDE_M, (points, 2))
    area = shapely.box(*ORIGIN, *(ORIGIN + SIDE_M))
    found = block_cells(xy, area, barriers)
    if (
        not shapely.coverage_is_valid(np.concatenate([found.shape, found.empty]))
        or abs(shapely.area(found.shape).sum() + shapely.area(found.empty).sum() - area.area) > 1
    ):
        raise AssertionError("the cells do not fit together")
    plain = lambda: shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=area, ordered=True)), area)  # noqa: E731
    ours, theirs = cpu_in_turn(lambda: block_cells(xy, area, barriers), plain)
    remark = f"CPU; peer knows no barriers; {len(found.empty)} parts without a point, {len(found.moved)} pieces behind the ends of barriers"
    return Row(f"Voronoi cells, {points:,} points, {lines} barriers", ours, "s", 5.0, "shapely voronoi_polygons, clipped", theirs, remark)


def grid_cells(blocks: NDArray[Any]) -> NDArray[Any]:
    """A grid of squares over the blocks."""
    low_x, low_y, high_x, high_y = shapely.total_bounds(blocks)
    x, y = np.linspace(low_x - 50, high_x + 50, GRID + 1), np.linspace(low_y - 50, high_y + 50, GRID + 1)
    i, j = (a.ravel() for a in np.meshgrid(np.arange(GRID), np.arange(GRID)))
    return np.asarray(shapely.box(x[i], y[j], x[i + 1], y[j + 1]), dtype=object)


def plain_sums(cells: NDArray[Any], blocks: NDArray[Any], amount: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same by every area in common, without shortcuts."""
    cell, block = shapely.STRtree(blocks).query(cells, predicate="intersects")
    share = shapely.area(shapely.intersection(cells[cell], blocks[block])) / shapely.area(cells)[cell]
    return np.bincount(block, share * amount[cell], len(blocks)).astype(np.float64)


def interpolation_row() -> Row:
    """Pupils of 20,000 grid cells on 5,000 blocks; stops when tobler gets other numbers than its single precision explains, or a plain double sum others at all."""
    from tobler.area_weighted import area_interpolate

    blocks = synthetic_city(5000, 50, 0).polygons
    assert blocks is not None
    cells = grid_cells(blocks)
    pupils = np.random.default_rng(0).uniform(0, 40, len(cells))
    source, target = gpd.GeoDataFrame({"pupils": pupils}, geometry=cells, crs="EPSG:4548"), gpd.GeoDataFrame(geometry=blocks, crs="EPSG:4548")
    theirs_found = area_interpolate(source, target, extensive_variables=["pupils"], allocate_total=False)["pupils"].to_numpy()
    ours_found, outside = overlay(cells, blocks).moved(pupils)
    if not np.allclose(ours_found, plain_sums(cells, blocks, pupils), rtol=1e-9, atol=1e-9):
        raise AssertionError("the areas in common, added one by one, give other numbers")
    if not np.allclose(ours_found, theirs_found, rtol=1e-6, atol=1e-5):
        raise AssertionError(f"tobler differs by up to {np.abs(ours_found - theirs_found).max()}")
    if abs(ours_found.sum() + outside.sum() - pupils.sum()) > 1e-9 * pupils.sum():
        raise AssertionError("pupils were lost")
    ours, theirs = cpu_in_turn(
        lambda: overlay(cells, blocks).moved(pupils), lambda: area_interpolate(source, target, extensive_variables=["pupils"], allocate_total=False)
    )
    apart = np.abs(ours_found - theirs_found).max()
    remark = f"CPU; at most {apart:.0e} pupils apart: the peer's table holds areas in single precision; ours equals plain sums of areas to 1e-9"
    return Row(f"areal interpolation, {len(cells):,} cells on 5,000 blocks", ours, "s", None, "tobler area_interpolate", theirs, remark)


def county_row(blocks: int) -> Row:
    """One county of a synthetic province, written."""
    import tempfile

    from scripts.synthetic_province import synthetic_province

    with tempfile.TemporaryDirectory() as folder:
        taken = cpu_seconds(lambda: synthetic_province(folder, 1, blocks))
    return Row(f"synthetic county, {blocks:,} blocks, written", taken, "s", remark="CPU")


def rows(full: bool = False) -> list[Row]:
    """All rows of this bench."""
    return [cells_row(20_000, 50), interpolation_row(), county_row(20_000 if full else 5000)]
