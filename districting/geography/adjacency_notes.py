"""What a planner should know about the blocks' borders: inexact borders, overlaps, slivers, islands, blocks in several parts, holes, outlines that stand twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.errors import Fault
from districting.geography.holes import holes
from districting.geography.matching import Matches
from districting.geography.rings import RingEdges, name_of
from districting.wording import text

_SHOWN: Final = 5
_LEAST_DOUBLED: Final = 8
_SAME: Final = 0.98
"""Share of the larger outline from which two overlapping blocks are one outline drawn twice."""


def adjacency_notes(
    shapes: NDArray[Any], edges: RingEdges, matches: Matches, tree: Any, found: Any, ids: Sequence[Any] | NDArray[Any] | None, lines: NDArray[Any]
) -> tuple[Fault, ...]:
    """One warning for each kind of fault, with how many and the first few by name."""
    notes = []

    def add(kind: str, rows: NDArray[np.int64], *, severity: Literal["error", "warning"] = "warning", **values: Any) -> None:
        if len(rows):
            shown = [name_of(ids, int(i)) if np.ndim(i) == 0 else "–".join(name_of(ids, int(j)) for j in i) for i in rows[:_SHOWN]]
            problem = text(f"geography.{kind}", count=len(rows), examples=shown, **values)
            notes.append(Fault(problem, text(f"geography.{kind}_remedy"), column="geometry", severity=severity))

    add("inexact_borders", found.edges[~found.exact & ~found.linked])
    pairs, area_m2 = overlaps(shapes, edges, matches, tree, lines)
    same = area_m2 >= _SAME * shapely.area(shapes)[pairs].max(axis=1, initial=0.0)
    if 2 * len(np.unique(pairs[same])) >= len(shapes) >= _LEAST_DOUBLED:
        add("doubled", pairs[same], severity="error")
    else:
        add("same_shape", pairs[same])
    add("overlaps", pairs[~same], area_m2=f"{area_m2[~same].max(initial=0.0):.1f}")
    add("linked_slivers", found.edges[found.linked])
    _add_islands(notes, shapes, tree, found.islands, ids)
    _add_multipart(notes, shapes, ids)
    around, hole_m2 = holes(tree, lines, np.unique(edges.block[matches.alone]))
    add("holes", around, area_m2=f"{hole_m2.max(initial=0.0):,.0f}")
    return tuple(notes)


def _add_islands(notes: list[Fault], shapes: NDArray[Any], tree: Any, islands: NDArray[np.int64], ids: Sequence[Any] | NDArray[Any] | None) -> None:
    """Blocks without a neighbour, each with the block that lies nearest."""
    if not len(islands):
        return
    shown = []
    for i in islands[:_SHOWN]:
        (_, near), metres = tree.query_nearest(shapes[[i]], exclusive=True, return_distance=True)
        if len(near):
            values = {"block": name_of(ids, int(i)), "near": name_of(ids, int(near.min())), "metres": f"{float(metres[0]):,.1f}"}
            shown.append(text("geography.island_beside", **values))
        else:
            shown.append(text("geography.island_alone", block=name_of(ids, int(i))))
    notes.append(
        Fault(text("geography.islands", count=len(islands), examples=shown), text("geography.islands_remedy"), column="geometry", severity="warning"),
    )


def _add_multipart(notes: list[Fault], shapes: NDArray[Any], ids: Sequence[Any] | NDArray[Any] | None) -> None:
    """Blocks in several parts, each with the areas of its parts."""
    several = np.flatnonzero(shapely.get_num_geometries(shapes) > 1)
    if not len(several):
        return
    shown = []
    for i in several[:_SHOWN]:
        areas = -np.sort(-shapely.area(shapely.get_parts(shapes[i])))
        shown.append(text("geography.parts", block=name_of(ids, int(i)), count=len(areas), areas=[f"{a:,.0f}" for a in areas[:_SHOWN]]))
    notes.append(
        Fault(text("geography.multipart", count=len(several), examples=shown), text("geography.multipart_remedy"), column="geometry", severity="warning"),
    )


def overlaps(
    shapes: NDArray[Any], edges: RingEdges, matches: Matches, tree: Any, lines: NDArray[Any], *, over_m2: float = 0.01
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of blocks that cover the same ground, largest first, and how much, in square metres.

    Only blocks that draw an edge alone, or draw one on the same side as another block, can overlap; a clean coverage has none to look at but its rim.
    """
    rim = np.flatnonzero(matches.alone)
    a, b = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if len(rim):
        u, b = tree.query(lines, predicate="intersects")
        a = edges.block[rim[u]]
    same = matches.same_way
    a = np.concatenate([a, edges.block[matches.first[same]]])
    b = np.concatenate([b, edges.block[matches.second[same]]])
    pair = np.unique(np.column_stack([np.minimum(a, b), np.maximum(a, b)])[a != b], axis=0)
    both = np.unique(pair)
    sound = shapes.copy()
    sound[both] = shapely.make_valid(shapes[both])
    area = shapely.area(shapely.intersection(sound[pair[:, 0]], sound[pair[:, 1]]))
    order = np.lexsort((pair[:, 1], pair[:, 0], -area))
    order = order[area[order] > over_m2]
    return pair[order], area[order]
