"""Blocks as a graph: who borders whom, where the border is cut, where a block's middle is, how large it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.adjacency import rook_adjacency
from districting.geography.barriers import closed, cut_by_barriers
from districting.geography.block_middles import block_middles_xy
from districting.geography.point_neighbours import voronoi_neighbours
from districting.model.settings import InputSpec
from districting.planning.streets import walked_lines
from districting.reading.city import City
from districting.reading.repair import polygonal
from districting.wording import text


@dataclass(frozen=True, eq=False)
class BlockGraph:
    """n blocks.

    ``edges`` (m, 2) positions of neighbouring blocks with ``shared_m`` (m,) of border (NaN = not known); ``cut`` (m,) marks borders a barrier closes;
    ``bridges`` (b, 2) pairs that count as neighbours though they share no border; ``xy`` (n, 2) metres, NaN where a block has no place;
    ``area_m2``, ``perimeter_m`` (n,), NaN where not known.
    """

    edges: NDArray[np.int64]
    shared_m: NDArray[np.float64]
    cut: NDArray[np.bool_]
    xy: NDArray[np.float64]
    notes: tuple[Fault, ...] = ()
    bridges: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    area_m2: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    perimeter_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    @property
    def open_edges(self) -> NDArray[np.int64]:
        """Pairs that a zone may use to hang together."""
        return np.concatenate([self.edges[~self.cut], self.bridges])

    @property
    def located(self) -> bool:
        """Whether every block has a place."""
        return bool(np.isfinite(self.xy).all())


def block_graph(city: City) -> BlockGraph:
    """The graph of the city's blocks: from their outlines, from a list of borders, or from Voronoi cells of points.

    Borders that follow a barrier without a crossing are cut; ``inputs.bridges`` joins what no border joins.

    Raises
    ------
    DataError : the layer holds every block twice, or barriers are given for blocks without outlines
    """
    shapes = np.asarray(city.blocks.geometry.array, dtype=object)
    edges, shared, notes = _neighbours(city, shapes)
    if any(n.severity == "error" for n in notes):
        raise DataError(n for n in notes if n.severity == "error")
    areas = polygonal(shapes)
    cut = np.zeros(len(edges), dtype=np.bool_)
    if city.barriers is not None and len(city.barriers):
        if not areas.all():
            raise DataError(Fault(text("planning.barriers_need_outlines"), text("planning.cut_by_edges"), column="inputs.barriers"))
        cut = cut_by_barriers(edges, shapes, *_lines(city))
    bridges = _pairs(city, city.bridges) if city.bridges is not None else np.empty((0, 2), dtype=np.int64)
    return BlockGraph(edges, shared, cut, block_middles_xy(city.blocks), notes, bridges, *_measures(city, shapes, areas))


def _neighbours(city: City, shapes: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.float64], tuple[Fault, ...]]:
    if city.edges is not None:
        return _pairs(city, city.edges), city.edges["shared_m"].to_numpy(dtype=np.float64), ()
    specs: list[InputSpec] = [s for s in city.settings.inputs.get("blocks", ()) if s.neighbours == "voronoi"]
    if specs:
        reach = max(s.neighbours_reach_m or 0.0 for s in specs)
        pairs = voronoi_neighbours(block_middles_xy(city.blocks), reach)
        return pairs, np.full(len(pairs), np.nan), ()
    adjacency = rook_adjacency(shapes, ids=city.blocks["block_id"].to_numpy(dtype=object))
    files = [s.path for s in city.settings.inputs.get("blocks", ())]
    return adjacency.edges, adjacency.shared_m, tuple(dataclasses.replace(n, file="、".join(files)) for n in adjacency.notes)


def coverage_notes(city: City) -> tuple[Fault, ...]:
    """What :func:`block_graph` finds wrong with the outlines of the blocks; an error among them is what it raises."""
    if city.blocks is None or not len(city.blocks):
        return ()
    return _neighbours(city, np.asarray(city.blocks.geometry.array, dtype=object))[2]


def _pairs(city: City, table: pd.DataFrame) -> NDArray[np.int64]:
    """(m, 2) positions, smaller first."""
    position = pd.Index(city.blocks["block_id"])
    return np.sort(np.column_stack([position.get_indexer(table[c]) for c in ("block_a", "block_b")]), axis=1).astype(np.int64).reshape(-1, 2)


def _measures(city: City, shapes: NDArray[Any], areas: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Area and perimeter of every block: of its outline, else as its table says."""
    own = {"area_m2": shapely.area(shapes), "perimeter_m": shapely.length(shapes)}
    given = {name: pd.to_numeric(city.blocks[name]).to_numpy(dtype=np.float64) if name in city.blocks.columns else np.full(len(shapes), np.nan) for name in own}
    area, perimeter = (np.where(areas, own[name], given[name]) for name in own)
    return area, perimeter


def closed_barriers(city: City) -> NDArray[Any]:
    """Shapes of the barriers that nobody crosses: all but those whose column ``crossable`` says yes."""
    return closed(city.barriers)


def _lines(city: City) -> tuple[Any, Any]:
    """Barriers, and the roads that open them: those one may walk along."""
    return closed_barriers(city), walked_lines(city)
