"""Approved posts (核定岗位) of every school, by stage and subject (policy R36)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from districting.model.stages import STAGES
from districting.reading.finding import blank_cells, found_schools
from districting.reading.labels import stages_of
from districting.reading.load import Loaded
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import text


def posts(of: Sequence[tuple[Loaded, Any, Found, SchoolFinder]], *, lenient: bool) -> pd.DataFrame | None:
    """school_id, stage, subject ("" = the posts of all subjects together), posts: one row for each; None where there is no table."""
    parts = [_one_file(item, found, finder, lenient=lenient) for item, _, found, finder in of if {"school", "posts"} <= set(item.frame.columns)]
    return pd.concat(parts, ignore_index=True).sort_values(["stage", "school_id", "subject"], kind="stable").reset_index(drop=True) if parts else None


def _one_file(item: Loaded, found: Found, finder: SchoolFinder, *, lenient: bool) -> pd.DataFrame:
    frame = item.frame.assign(_row=item.row)
    blank_cells(frame, ("school", "posts"), found)
    out = pd.DataFrame({"posts": frame["posts"].astype(np.float64), "_row": frame["_row"]})
    out["school_id"] = found_schools(frame, "school", finder, found, key="reading.unknown_post_school", lenient=lenient)
    out["subject"] = frame["subject"].fillna("").astype("str") if "subject" in frame.columns else ""
    given = frame["stage"] if "stage" in frame.columns else pd.Series(None, index=frame.index, dtype="object")
    stages: list[str | None] = []
    for row, school, label in zip(frame["_row"], out["school_id"], given, strict=True):
        taught = [s for s in STAGES if (s, school) in finder.ids] if isinstance(school, str) else []
        said = list(stages_of(label) or ()) if isinstance(label, str) else taught
        right = len(said) == 1 and (said[0] in taught or not taught)
        stages.append(said[0] if right else None)
        if not right and (taught or isinstance(label, str)):
            found.add(text("reading.post_stage", school=str(school)), text("reading.one_stage_of_school"), row=int(row), column="stage")
    out["stage"] = stages
    known = out.dropna(subset=["school_id", "stage", "posts"])
    for row in known.loc[known.duplicated(["school_id", "stage", "subject"]), "_row"].tolist():
        found.add(text("reading.post_twice"), text("reading.one_row_of_posts"), row=int(row), column="school")
    known = known.drop_duplicates(["school_id", "stage", "subject"])
    return known[["school_id", "stage", "subject", "posts"]].astype({"school_id": "str", "stage": "str", "subject": "str"})
