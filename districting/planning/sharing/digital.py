"""``share digital``: how far shared lessons reach (policy R05)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.model.share_result import ShareResult
from districting.model.stages import STAGES
from districting.reading.city import City
from districting.sharing.digital import digital_reach
from districting.wording import text


def share_digital(city: City, plan: Plan | None = None) -> ShareResult:
    """Rooms per 100 pupils against the line of each stage, pupils in connected rooms, and the schools without any.

    Raises
    ------
    DataError : the schools table has no column of rooms with network multimedia
    """
    settings, rows = city.settings.sharing.digital, city.school_stages
    if "multimedia_rooms" not in rows.columns:
        raise DataError(Fault(text("sharing.needs_rooms"), text("sharing.give_rooms"), file="schools", column="multimedia_rooms"))
    rows = rows[rows["stage"].isin(list(settings.rooms_per_100))].sort_values(["stage", "school_id"], kind="stable", key=_in_order)
    names = city.schools.set_index("school_id")["name"]
    tables, facts, lines = [], {}, []
    for stage, part in rows.groupby("stage", sort=False):
        size = settings.class_size.get(str(stage), 45)
        given = part["classes"].to_numpy(np.float64) if "classes" in part.columns else np.full(len(part), np.nan)
        pupils = part["pupils"].to_numpy(np.float64)
        found = digital_reach(pupils, part["multimedia_rooms"], np.where(np.isfinite(given), given, np.ceil(pupils / size)))
        line = settings.rooms_per_100[str(stage)]
        table = part[["school_id", "stage", "pupils", "multimedia_rooms"]].assign(name=part["school_id"].map(names), rooms_per_100=found.rooms_per_100)
        tables.append(table.assign(line=line, pupils_reached=found.reached, finding=_finding(found.rooms_per_100, part["multimedia_rooms"], line)))
        counts = tables[-1]["finding"].value_counts()
        facts[str(stage)] = {"share": found.share, "schools": len(part), **{k: int(counts.get(k, 0)) for k in ("met", "below", "unconnected", "unknown")}}
        lines.append(
            text("sharing.digital_line", stage=text(f"links.stage_{stage}"), share=found.share, **{k: v for k, v in facts[str(stage)].items() if k != "share"})
        )
    columns = ["school_id", "name", "stage", "pupils", "multimedia_rooms", "rooms_per_100", "line", "pupils_reached", "finding"]
    table = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    return ShareResult({"digital": table}, {"status": "measured", "stages": facts}, tuple(lines))


def _finding(per_100: np.ndarray, rooms: pd.Series, line: float) -> np.ndarray:
    known = np.isfinite(per_100)
    return np.select([~known, rooms.to_numpy(np.float64) == 0, per_100 >= line], ["unknown", "unconnected", "met"], "below")


def _in_order(column: pd.Series) -> pd.Series:
    return column.map(list(STAGES).index) if column.name == "stage" else column
