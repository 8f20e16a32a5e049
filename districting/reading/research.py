"""Training that schools ask for and the topics that they study (policy R39)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from districting.model.stages import STAGES
from districting.reading.finding import blank_cells, found_schools
from districting.reading.labels import stages_of
from districting.reading.pools import Place, whole_numbers
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import text


def training_demand(of: Sequence[Place], *, lenient: bool) -> pd.DataFrame | None:
    """school_id, stage, subject ("" = any), topic, people; None where there is no table. Rows of one school, stage, subject and topic are added up."""
    rows = _rows(of, ("topic", "people"), lenient=lenient)
    if rows is None:
        return None
    summed = rows[rows["people"] > 0].groupby(["school_id", "stage", "subject", "topic"], sort=True)["people"].sum()
    return summed.astype(np.int64).reset_index()


def research_topics(of: Sequence[Place], *, lenient: bool) -> pd.DataFrame | None:
    """school_id, stage, subject ("" = any), topic: each once; None where there is no table."""
    rows = _rows(of, ("topic",), lenient=lenient)
    return None if rows is None else rows.drop_duplicates().sort_values(["topic", "stage", "school_id", "subject"], kind="stable").reset_index(drop=True)


def _rows(of: Sequence[Place], asked: tuple[str, ...], *, lenient: bool) -> pd.DataFrame | None:
    parts = []
    for item, _, found, finder in of:
        if not {"school", *asked} <= set(item.frame.columns):
            continue
        frame = item.frame.assign(_row=item.row)
        blank_cells(frame, ("school", *asked), found)
        whole_numbers(frame, tuple(c for c in asked if c == "people"), found)
        out = frame[list(asked)].assign(school_id=found_schools(frame, "school", finder, found, key="reading.unknown_pool_school", lenient=lenient))
        out["subject"] = frame["subject"].fillna("").astype("str") if "subject" in frame.columns else ""
        out["stage"] = _stages(frame, out["school_id"], finder, found)
        parts.append(out.dropna(subset=["school_id", "stage", *asked]))
    return pd.concat(parts, ignore_index=True)[["school_id", "stage", "subject", *asked]] if parts else None


def _stages(frame: pd.DataFrame, schools: pd.Series, finder: SchoolFinder, found: Found) -> list[str | None]:
    """The stage as given, else that of a school of one stage."""
    given = frame["stage"] if "stage" in frame.columns else pd.Series(None, index=frame.index, dtype="object")
    out: list[str | None] = []
    for row, school, label in zip(frame["_row"], schools, given, strict=True):
        taught = [s for s in STAGES if (s, school) in finder.ids] if isinstance(school, str) else []
        said = list(stages_of(label) or ()) if isinstance(label, str) else taught
        right = len(said) == 1 and (said[0] in taught or not taught)
        out.append(said[0] if right else None)
        if not right and (taught or isinstance(label, str)):
            found.add(text("reading.demand_stage", school=str(school)), text("reading.one_stage_of_demand"), row=int(row), column="stage")
    return out
