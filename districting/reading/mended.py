"""Blocks brought to fit together: slivers and narrow gaps are mended with a record, real overlaps are faults (rules: :mod:`districting.geography.coverage_repair`)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import Fault
from districting.geography.coverage_repair import Change, Gap, Mended, Overlap, mended_coverage
from districting.reading.repair import polygonal
from districting.reading.repair_log import RepairLog
from districting.reading.table import Found
from districting.wording import text

Source = tuple[Found, NDArray[np.int64]]
"""Where the faults of a file go, and the rows of its blocks."""

_SHOWN: Final = 3
_SAME: Final = 0.98
"""Share of the larger outline from which two overlapping blocks are one outline drawn twice."""
_LEAST_DOUBLED: Final = 8


def mended_blocks(blocks: Any, sources: list[Source], width_m: float, log: RepairLog) -> Any:
    """``blocks`` of all ``sources``, in their order, with outlines that fit together; changes go to ``log``, notes and faults to the sources."""
    shapes = np.asarray(blocks.geometry.array, dtype=object)
    if not polygonal(shapes).all() or "block_id" not in blocks.columns:
        return blocks
    names = blocks["block_id"].fillna("").to_numpy(dtype=str)
    order = np.argsort(np.argsort(names, kind="stable"), kind="stable")
    done = mended_coverage(shapes, order=order, width_m=width_m)
    if not done.changes and not done.overlaps and not done.gaps:
        return blocks
    file = np.repeat(np.arange(len(sources)), [len(row) for _, row in sources])
    row = np.concatenate([row for _, row in sources])
    for c in done.changes:
        log.add("blocks", int(row[c.block]), names[c.block], c.kind, (c.area_m2, c.x, c.y), names[c.other] if c.other >= 0 else "")
    for number, (found, _) in enumerate(sources):
        _note([c for c in done.changes if file[c.block] == number], names, found)
        _note_left([g for g in done.gaps if g.blocks and file[g.blocks[0]] == number], names, found)
    _refuse(done, shapes, names, lambda i: (sources[file[i]][0], int(row[i])))
    return blocks.set_geometry(pd.Series(done.shapes, index=blocks.index, dtype=object).to_numpy(), crs=blocks.crs)


def _note(changes: list[Change], names: NDArray[Any], found: Found) -> None:
    """One note for each kind of change, with how many, how much and the largest few."""
    for kind in dict.fromkeys(c.kind for c in changes):
        mine = sorted((c for c in changes if c.kind == kind), key=lambda c: (-abs(c.area_m2), c.block))
        largest = [_example(c, names) for c in mine[:_SHOWN]]
        problem = text(f"repair.note_{kind}", count=len(mine), area_m2=f"{sum(abs(c.area_m2) for c in mine):,.2f}", examples=largest)
        found.add(problem, text("repair.look"), column="geometry", warning=True)


def _note_left(gaps: list[Gap], names: NDArray[Any], found: Found) -> None:
    """One note for the narrow gaps that stay."""
    if gaps:
        largest = [
            text(
                "repair.gap_example",
                names=[str(names[b]) for b in g.blocks],
                area_m2=f"{g.area_m2:,.2f}",
                width_m=f"{g.width_m:.2f}",
                x=f"{g.x:.0f}",
                y=f"{g.y:.0f}",
            )
            for g in gaps[:_SHOWN]
        ]
        problem = text("repair.gaps_left", count=len(gaps), area_m2=f"{sum(g.area_m2 for g in gaps):,.2f}", examples=largest)
        found.add(problem, text("repair.gaps_left_remedy"), column="geometry", warning=True)


def _example(change: Change, names: NDArray[Any]) -> Any:
    other = names[change.other] if change.other >= 0 else "-"
    return text("repair.example", name=names[change.block], other=other, area_m2=f"{abs(change.area_m2):,.2f}", x=f"{change.x:.0f}", y=f"{change.y:.0f}")


def _refuse(done: Mended, shapes: NDArray[Any], names: NDArray[Any], place: Any) -> None:
    """A fault for every overlap that is more than a sliver; where most blocks lie on a twin, one for all of them."""
    area = shapely.area(shapes)
    same = [o for o in done.overlaps if o.area_m2 >= _SAME * max(area[o.a], area[o.b])]
    doubled = 2 * len({i for o in same for i in (o.a, o.b)}) >= len(shapes) >= _LEAST_DOUBLED
    if doubled:
        found, _ = place(same[0].a)
        shown = [f"{names[o.a]}–{names[o.b]}" for o in same[:5]]
        found.add(text("geography.doubled", count=len(same), examples=shown), text("geography.doubled_remedy"), column="geometry")
    for overlap in done.overlaps:
        if not (doubled and overlap in same):
            _overlap_fault(overlap, "same_outline" if overlap in same else "overlap", names, place)


def _overlap_fault(overlap: Overlap, key: str, names: NDArray[Any], place: Any) -> None:
    found, row = place(overlap.b)
    first, first_row = place(overlap.a)
    problem = text(
        f"repair.{key}",
        name=names[overlap.b],
        other=names[overlap.a],
        other_row=first_row if first is found else f"{first.file} {first_row}",
        area_m2=f"{overlap.area_m2:,.1f}",
        width_m=f"{overlap.width_m:.2f}",
        share=f"{overlap.share:.1%}",
        x=f"{overlap.x:.0f}",
        y=f"{overlap.y:.0f}",
    )
    # straight to the list: one block may overlap several, and each is said
    found.faults.append(Fault(problem, text(f"repair.{key}_remedy"), found.file, found.sheet, row, "geometry"))
