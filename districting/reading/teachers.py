"""Teachers by code: school, stage, subject, years, title and what they may be asked for (policy 3.5, 3.5b)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.persons import sex_of
from districting.model.stages import STAGES
from districting.reading import checks
from districting.reading.finding import FEW, blank_cells, found_schools
from districting.reading.labels import stages_of
from districting.reading.load import Loaded
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import text

_TEXTS: Final = ("subject", "sex", "title", "wishes", "exemptions", "post", "partner_id", "licence")
_NUMBERS: Final = ("years_here", "years_teaching", "age", "hours_free", "post_years", "post_terms", "years_to_retirement", "points", "above_degree")
_FLAGS: Final = ("backbone", "expert")
TEACHERS: Final = ("teacher_id", "school_id", "stage", "subject", "years_here", "years_teaching", "age", "sex", "backbone", "expert", "title", "hours_free")
"""Columns of the City's teachers, before ``wishes``, ``exemptions`` and ``STAFFED``."""
STAFFED: Final = ("post", "post_years", "post_terms", "partner_id", "home_school_id", "years_to_retirement", "above_degree", "licence", "points")
"""What rotation and staffing ask besides."""


def teachers(of: Sequence[tuple[Loaded, Any, Found, SchoolFinder]], *, lenient: bool) -> pd.DataFrame | None:
    """All files of teachers as one table with school ids and one stage each; None where there is none.

    Texts that are not given are "", numbers NaN, flags False. ``lenient``: schools may have been left out by ``where``, and so may their teachers.
    """
    parts = [_one_file(item, found, finder, lenient=lenient) for item, _, found, finder in of if {"teacher_id", "school"} <= set(item.frame.columns)]
    if not parts:
        return None
    return pd.concat(parts, ignore_index=True).sort_values(["teacher_id"], kind="stable").reset_index(drop=True)


def _one_file(item: Loaded, found: Found, finder: SchoolFinder, *, lenient: bool) -> pd.DataFrame:
    frame = item.frame.assign(_row=item.row)
    checks.duplicates(frame["teacher_id"], item.row, "teacher_id", found, masked=True)
    blank_cells(frame, ("school",), found)
    out = pd.DataFrame({"teacher_id": frame["teacher_id"], "_row": frame["_row"]})
    out["school_id"] = found_schools(frame, "school", finder, found, key="reading.unknown_teacher_school", lenient=lenient)
    if "sex" in frame.columns:
        _sexes(frame, found)
    out["stage"] = _stages(frame, out, finder, found)
    for name in _TEXTS:
        out[name] = frame[name].fillna("").astype("str") if name in frame.columns else ""
    for name in _NUMBERS:
        out[name] = pd.to_numeric(frame[name]).astype(np.float64) if name in frame.columns else np.nan
    for name in _FLAGS:
        out[name] = frame[name].map(bool, na_action="ignore").fillna(False).to_numpy(dtype=bool) if name in frame.columns else False
    home = "home_school" in frame.columns
    out["home_school_id"] = found_schools(frame, "home_school", finder, found, key="reading.unknown_teacher_school", lenient=lenient).fillna("") if home else ""
    kept = out.dropna(subset=["teacher_id", "school_id", "stage"])
    return kept[[*TEACHERS, "wishes", "exemptions", *STAFFED]].astype({c: "str" for c in ("teacher_id", "school_id", "stage", "home_school_id", *_TEXTS)})


def _sexes(frame: pd.DataFrame, found: Found) -> None:
    """A fault for every word that is no sex: the sex decides the age up to which a teacher may be asked to change schools. "未知" and "0" stand for not known."""
    unsaid = frame["sex"].isna() | frame["sex"].isin(["0", "9", "未知", "不详", "unknown"])
    wrong = (~unsaid & frame["sex"].map(sex_of, na_action="ignore").isna()).to_numpy(dtype=bool)
    for i in np.flatnonzero(wrong)[:FEW]:
        found.add(text("reading.unknown_sex"), text("reading.known_sexes"), row=int(frame["_row"].iloc[i]), column="sex")
    if int(wrong.sum()) > FEW:
        found.add(text("reading.and_more", count=int(wrong.sum()) - FEW), text("reading.known_sexes"), column="sex")


def _stages(frame: pd.DataFrame, out: pd.DataFrame, finder: SchoolFinder, found: Found) -> list[str | None]:
    """The stage of every teacher: as given, else that of a school of one stage."""
    given = frame["stage"] if "stage" in frame.columns else pd.Series(None, index=frame.index, dtype="object")
    taught = {school: [s for s in STAGES if (s, school) in finder.ids] for school in out["school_id"].dropna().unique()}
    stages: list[str | None] = []
    wrong: list[tuple[int, Any]] = []
    for row, school, label in zip(frame["_row"], out["school_id"], given, strict=True):
        at = taught.get(school, []) if isinstance(school, str) else []
        said = (stages_of(label) or ()) if isinstance(label, str) else tuple(at)
        stages.append(said[0] if len(said) == 1 else None)
        if len(said) == 1 and at and said[0] not in at:
            wrong.append((row, text("reading.teacher_of_other_stage", school=school, stage=text(f"word.{said[0]}"))))
        elif len(said) != 1 and (isinstance(label, str) or at):
            wrong.append((row, text("reading.teacher_without_stage", school=str(school))))
    for row, problem in wrong[:FEW]:
        found.add(problem, text("reading.one_stage_of_school"), row=int(row), column="stage")
    if len(wrong) > FEW:
        found.add(text("reading.and_more", count=len(wrong) - FEW), text("reading.one_stage_of_school"), column="stage")
    return stages
