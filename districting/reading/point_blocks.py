"""Blocks given as points (addresses, compounds): each gets the ground nearest to it, inside the outline and on its own side of every barrier."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError
from districting.geography.barriers import closed
from districting.geography.block_cells import BlockCells, block_cells, hull_outline
from districting.geography.block_middles import POINT_COLUMNS
from districting.geography.shapes import outline
from districting.model.settings import InputSpec, Settings
from districting.reading.graph import place_faults, somewhere, without_outlines
from districting.reading.load import Loaded
from districting.reading.places import distance_outside_m
from districting.reading.repair import polygonal
from districting.reading.table import Found
from districting.wording import Text, text

_FEW: Final = 20
_SHOWN: Final = 5
_LEAST_SHOWN_M2: Final = 1.0
_POINTS: Final = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
Shapes = NDArray[Any]


def with_cells(settings: Settings, files: list[Loaded], moved: list[Any], places: list[Found], layers: Mapping[str, Any]) -> tuple[list[Loaded], list[Any]]:
    """The files with cells in place of the points of blocks, where such are wanted; ``moved``: their shapes in the metre CRS."""
    mine = [i for i, item in enumerate(files) if item.table == "blocks" and moved[i] is not None]
    wanted = [i for i in mine if _wanted(settings, files[i].spec, moved[i])]
    if not wanted:
        return files, moved
    if len(wanted) < len(mine):
        for i in set(mine) - set(wanted):
            places[i].add(text("cells.mixed"), text("cells.mixed_remedy"), column="geometry")
    points = [_points(files[i], moved[i], places[i]) for i in wanted]
    whole, said = _outline([p for part in points for p in part if p is not None], layers)
    inside = [_held(part, whole, files[i], places[i], settings.project.outside_tolerance_m) for part, i in zip(points, wanted, strict=True)]
    good = all(part is not None for part in inside)
    drawn = _cells(inside, whole, layers, [(files[i], places[i]) for i in wanted], said) if good and whole is not None else None
    files, moved, at = list(files), list(moved), 0
    for i, part in zip(wanted, points, strict=True):
        # without cells there are faults: any ground will do, it only keeps later checks from repeating them
        moved[i] = np.full(len(part), whole, dtype=object) if drawn is None else drawn.shape[at : at + len(part)]
        at += len(part)
        if drawn is not None:
            xy = shapely.get_coordinates(part)
            files[i] = dataclasses.replace(files[i], frame=files[i].frame.assign(**dict(zip(POINT_COLUMNS, xy.T, strict=True))))
    return files, moved


def _wanted(settings: Settings, spec: InputSpec, shapes: Shapes) -> bool:
    if spec.cells is not None or without_outlines(settings):
        return spec.cells == "voronoi"
    known = shapes[~shapely.is_missing(shapes)]
    points = bool(len(known)) and bool(np.isin(shapely.get_type_id(known), _POINTS).all())
    return points and any(zoning.rules.contiguous for zoning in settings.zoning.values())


def _names(item: Loaded) -> NDArray[Any]:
    return next((item.frame[c] for c in ("block_id", "name") if c in item.frame.columns), pd.Series(item.row)).to_numpy(dtype=object)


def _points(item: Loaded, shapes: Shapes, found: Found) -> Shapes:
    """One point a row, None where there is none; rows of another kind are faults."""
    out = np.full(len(shapes), None, dtype=object)
    shapes = somewhere(shapes)
    one = np.isin(shapely.get_type_id(shapes), _POINTS) & (shapely.get_num_geometries(shapes) == 1) & ~shapely.is_empty(shapes)
    out[one] = shapely.centroid(shapes[one])
    names = _names(item)
    place_faults(shapes, names, item.row, found)
    other = np.flatnonzero(~one & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    for i in other[:_FEW]:
        found.add(text("cells.no_point", name=str(names[i])), text("cells.no_point_remedy"), row=int(item.row[i]), column="geometry")
    if len(other) > _FEW:
        found.add(text("reading.and_more", count=len(other) - _FEW), text("cells.no_point_remedy"), column="geometry")
    return out


def _outline(points: list[Any], layers: Mapping[str, Any]) -> tuple[Any, Text]:
    """What is divided, and in words where it comes from: streets, else counties, else the convex hull of the points."""
    for name in ("admin", "counties"):
        layer = layers[name]
        if layer is not None and len(layer) and polygonal(np.asarray(layer.geometry.array)).all():
            return outline(np.asarray(layer.geometry.array)), text(f"cells.by_{name}")
    if not points:
        return None, text("cells.by_admin")
    whole, wider_m = hull_outline(shapely.get_coordinates(points))
    return whole, text("cells.by_hull", metres=f"{wider_m:.0f}")


def _held(points: Shapes, whole: Any, item: Loaded, found: Found, tolerance_m: float) -> NDArray[np.float64] | None:
    """(p, 2) the points, those outside by no more than the tolerance moved onto the outline; None where one is missing or lies too far outside, which is a fault."""
    if whole is None:
        return None
    away = distance_outside_m(points, np.array([whole], dtype=object))
    far, names = np.flatnonzero(away > tolerance_m), _names(item)
    for i in far[:_FEW]:
        problem = text("cells.outside", name=str(names[i]), metres=f"{away[i]:,.0f}")
        found.add(problem, text("cells.outside_remedy", metres=f"{np.ceil(away[i]):.0f}"), row=int(item.row[i]), column="lng")
    if len(far) > _FEW:
        found.add(text("reading.and_more", count=len(far) - _FEW), text("cells.outside_remedy", metres=f"{np.ceil(away[far].max()):.0f}"), column="lng")
    if len(far) or shapely.is_missing(points).any():
        return None
    xy = shapely.get_coordinates(points)
    near = np.flatnonzero(away > 0)
    if len(near):
        xy[near] = shapely.get_coordinates(shapely.line_interpolate_point(shapely.shortest_line(points[near], whole), 1.0, normalized=True))
    return xy


def _cells(inside: list[Any], whole: Any, layers: Mapping[str, Any], files: list[tuple[Loaded, Found]], said: Text) -> BlockCells | None:
    """The cells of all files together, with notes on how they came about; None where a point has no room, which is a fault."""
    names = np.concatenate([_names(item) for item, _ in files])
    rows = [(item, found, at) for item, found in files for at in range(len(item.frame))]
    barriers = closed(layers["barriers"])
    xy = np.concatenate(inside)
    whole = _reaching(whole, xy)
    try:
        drawn = block_cells(xy, whole, barriers, ids=names)
    except DataError as error:
        for fault in error.faults:
            item, found, at = rows[(fault.row or 1) - 1]
            found.add(fault.problem, fault.remedy, row=int(item.row[at]), column="lng")
        return None
    found = files[0][1]
    _note(
        found,
        text("cells.drawn", count=len(names), outline=said, barriers=text("cells.barriers" if len(barriers) else "cells.no_barriers", count=len(barriers))),
        text("cells.drawn_remedy"),
    )
    for place in drawn.together[:_FEW]:
        _note(found, text("cells.together", count=len(place), names=[str(names[i]) for i in place[:_SHOWN]]), text("cells.together_remedy"))
    if len(drawn.together) > _FEW:
        _note(found, text("reading.and_more", count=len(drawn.together) - _FEW), text("cells.together_remedy"))
    _empty(drawn, found)
    if len(drawn.moved):
        problem = text("cells.cut_off", count=len(drawn.moved), hectares=_hectares(drawn.moved), names=sorted({str(names[i]) for i in drawn.moved_to})[:_SHOWN])
        _note(found, problem, text("cells.cut_off_remedy"))
    return drawn


def _reaching(whole: Any, xy: NDArray[np.float64]) -> Any:
    """The outline; points that were moved onto it may stand a rounding error outside."""
    return whole if shapely.intersects_xy(whole, *xy.T).all() else shapely.buffer(whole, 0.01, join_style="mitre")


def _empty(drawn: BlockCells, found: Found) -> None:
    """Land that no point lies on: how much, and where its largest pieces are, in the metre CRS of the work."""
    large = drawn.empty[shapely.area(drawn.empty) >= _LEAST_SHOWN_M2]
    if not len(large):
        return
    order = np.argsort(-shapely.area(large), kind="stable")[:_SHOWN]
    spots = [
        text("cells.spot", x=f"{p.x:.0f}", y=f"{p.y:.0f}", hectares=_hectares(large[[i]]))
        for i, p in zip(order, shapely.point_on_surface(large[order]), strict=True)
    ]
    _note(found, text("cells.empty", count=len(large), hectares=_hectares(large), spots=spots), text("cells.empty_remedy"))


def _hectares(shapes: Shapes) -> str:
    return f"{shapely.area(shapes).sum() / 1e4:,.1f}"


def _note(found: Found, problem: Text, remedy: Text) -> None:
    found.add(problem, remedy, column="geometry", warning=True)
