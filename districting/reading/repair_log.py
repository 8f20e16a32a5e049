"""The record of what reading changed in outlines: one row for each change, with the block, the place and the area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from districting.errors import Fault
from districting.model.plan import PLAN_TABLES
from districting.model.settings import Settings
from districting.wording import text

KINDS: Final = ("validity", "duplicate_vertices", "overlap", "crumb", "gap", "open_gap")
"""What may be done to an outline, in the order in which it is told."""
_NUMBERS: Final = ("area_m2", "x", "y")


@dataclass(eq=False)
class RepairLog:
    """Changes in the order they are made. Columns: those of the plan's table ``repairs``."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, layer: str, row: int, block: str, kind: str, change: tuple[float, float, float], other: str = "") -> None:
        """``change``: area in m2 (less than 0: ground was given up), and where, in metres of the work's CRS. ``row`` as the file's own program counts."""
        area_m2, x, y = change
        self.rows.append({"layer": layer, "row": str(row), "block_id": block, "kind": kind, "other_id": other, "area_m2": area_m2, "x": x, "y": y})

    def table(self) -> pd.DataFrame:
        """All changes."""
        return repairs_table(self.rows)


def repairs_table(rows: Iterable[dict[str, Any]] = ()) -> pd.DataFrame:
    """Rows of changes as a table with the plan's columns.

    >>> list(repairs_table().columns)
    ['layer', 'row', 'block_id', 'kind', 'other_id', 'area_m2', 'x', 'y']
    """
    frame = pd.DataFrame(list(rows), columns=list(PLAN_TABLES["repairs"]))
    return frame.astype({c: "float64" if c in _NUMBERS else "str" for c in frame.columns})


def repair_counts(repairs: pd.DataFrame) -> dict[str, int]:
    """Kind -> how many, without those that did not occur."""
    found = repairs["kind"].value_counts()
    return {kind: int(found[kind]) for kind in KINDS if kind in found.index}


def refusals(repairs: pd.DataFrame, settings: Settings) -> tuple[Fault, ...]:
    """One error for every change, for those who ask to refuse instead."""
    files = {table: "、".join(spec.path for spec in specs) for table, specs in settings.inputs.items()}
    return tuple(
        Fault(
            text(
                "repair.would",
                name=str(r["block_id"]),
                what=text(f"repair.did_{r['kind']}", other=str(r["other_id"])),
                area_m2=f"{r['area_m2']:+,.2f}",
                x=f"{r['x']:.2f}",
                y=f"{r['y']:.2f}",
            ),
            text("repair.would_remedy"),
            file=files.get(str(r["layer"]), ""),
            row=int(r["row"]),
            column="geometry",
        )
        for r in repairs.to_dict(orient="records")
    )
