"""Rows of the plan's ``links``: whoever makes links names the ends, and everything else that a row holds is filled in here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from districting.model.pairing_settings import PairingSettings
from districting.model.plan import PLAN_TABLES, Plan
from districting.planning.rows import stack

_DEFAULT: Mapping[str, Any] = {
    **dict.fromkeys(("stage", "channel", "subject", "runner_up_id", "drive", "outcome"), ""),
    **dict.fromkeys(("from_kind", "to_kind"), "school"),
    **dict.fromkeys(("distance_m", "score_gap", "score_margin", "gain_from", "gain_to"), np.nan),
    **dict.fromkeys(("remote", "pinned"), False),
}
"""What a row holds where its maker says nothing. ``outcome`` is ``new``, ``kept``, ``renewed`` or ``rematched`` where an older plan was renewed."""


def with_links(plan: Plan, rows: pd.DataFrame, settings: PairingSettings, spots: Mapping[tuple[str, str], Any] | None = None) -> Plan:
    """A copy of ``plan`` with ``rows`` behind its links, sorted by kind, stage, giver and taker.

    ``rows`` need ``kind``, ``from_id``, ``to_id``; every other column of the table is filled with its default, the terms from ``settings``, the names and the line
    from giver to taker from the plan's schools. ``spots``: (kind of end, id) -> shapely Point in the plan's CRS, or None, for ends that are no schools
    (``county``, ``university``); ``distance_m`` is the length of the line where the maker gives none.
    """
    if not len(rows):
        return plan
    rows = rows.assign(**{c: v for c, v in _DEFAULT.items() if c not in rows.columns}).reset_index(drop=True)
    start = settings.term_from if settings.term_from is not None else plan.year
    term = {"term": settings.term_years, "term_from": start, "term_to": start + settings.term_years - 1}
    rows = rows.assign(**{c: v for c, v in term.items() if c not in rows.columns})
    names = {("school", str(i)): str(n) for i, n in zip(plan.schools["school_id"], plan.schools["name"], strict=True)}
    where = {("school", str(i)): p for i, p in zip(plan.schools["school_id"], plan.schools["geometry"], strict=True)} | dict(spots or {})
    for end in ("from", "to"):
        keys = list(zip(rows[f"{end}_kind"], rows[f"{end}_id"], strict=True))
        if f"{end}_name" not in rows.columns:
            rows[f"{end}_name"] = [names.get(k, k[1]) for k in keys]
        rows[f"_{end}"] = pd.Series([where.get(k) for k in keys], index=rows.index, dtype="object")
    lines = [_line(a, b) for a, b in zip(rows["_from"], rows["_to"], strict=True)]
    lengths = [np.nan if line is None else line.length for line in lines]
    rows["distance_m"] = rows["distance_m"].astype(np.float64).where(rows["distance_m"].notna(), pd.Series(lengths, index=rows.index, dtype=np.float64))
    frame = rows[[c for c in PLAN_TABLES["links"] if c != "geometry"]]
    frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(lines, index=frame.index, crs=plan.crs), crs=plan.crs)
    frame = frame.sort_values(["kind", "stage", "subject", "from_id", "to_id"], kind="stable").reset_index(drop=True)
    return plan.replace(links=stack(plan.links, frame))


def _line(a: Any, b: Any) -> Any:
    """The line from giver to taker; None where one of them has no place."""
    if a is None or b is None or shapely.is_empty(a) or shapely.is_empty(b):
        return None
    return shapely.LineString([(a.x, a.y), (b.x, b.y)])
