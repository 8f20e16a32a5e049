"""Blocks as a graph: who borders whom, where the border is cut, and where a block's middle is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.errors import Fault
from districting.geography.adjacency import rook_adjacency
from districting.geography.barriers import cut_by_barriers
from districting.reading.city import City


@dataclass(frozen=True, eq=False)
class BlockGraph:
    """``edges`` (m, 2) positions of neighbouring blocks with the length of their shared border; ``cut`` marks borders a barrier closes."""

    edges: NDArray[np.int64]
    shared_m: NDArray[np.float64]
    cut: NDArray[np.bool_]
    xy: NDArray[np.float64]
    notes: tuple[Fault, ...] = ()

    @property
    def open_edges(self) -> NDArray[np.int64]:
        """Edges that a zone may use to hang together."""
        return self.edges[~self.cut]


def block_graph(city: City) -> BlockGraph:
    """The graph of the city's blocks; borders that follow a barrier without a crossing are cut."""
    geometry = np.asarray(city.blocks.geometry.array)
    adjacency = rook_adjacency(geometry, ids=city.blocks["block_id"].to_numpy(dtype=object))
    cut = np.zeros(len(adjacency.edges), dtype=np.bool_)
    if city.barriers is not None and len(city.barriers):
        cut = cut_by_barriers(adjacency.edges, geometry, *_lines(city))
    middle = city.blocks.geometry.centroid
    xy = np.column_stack([middle.x.to_numpy(), middle.y.to_numpy()])
    return BlockGraph(adjacency.edges, adjacency.shared_m, cut, xy, adjacency.notes)


def _lines(city: City) -> tuple[Any, Any]:
    barriers = np.asarray(city.barriers.geometry.array)
    crossings = np.asarray(city.roads.geometry.array) if city.roads is not None else np.array([], dtype=object)
    return barriers, crossings
