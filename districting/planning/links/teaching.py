"""Who teaches what where: teachers by main subject, counted by school, from the table of teachers or from the counts of the schools."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.resources import SUBJECT_TEACHERS
from districting.reading.city import City
from districting.reading.schema import column_of

_SEPARATORS: Final = re.compile(r"[、,，;；/+|]")


def main_subject(label: str) -> str:
    """The first of several subjects of a teacher.

    >>> main_subject("音乐、美术"), main_subject("")
    ('音乐', '')
    """
    return _SEPARATORS.split(label)[0].strip()


def teachers_of_stage(city: City, stage: str, school_ids: Any) -> pd.DataFrame:
    """Teachers of a stage at the given schools, ``subject`` their main one, sorted by code; no rows without a table."""
    if city.teachers is None:
        return pd.DataFrame({"teacher_id": [], "school_id": [], "stage": [], "subject": []}, dtype="str")
    rows = city.teachers[(city.teachers["stage"] == stage) & city.teachers["school_id"].isin(list(school_ids))]
    return rows.assign(subject=[main_subject(s) for s in rows["subject"]]).sort_values("teacher_id", kind="stable").reset_index(drop=True)


def subject_counts(city: City, members: Any, teachers: pd.DataFrame) -> pd.DataFrame | None:
    """Teachers of every subject (columns, sorted) at each school of ``members`` (rows, in their order); None where no table says.

    Without a table of teachers the counts of the schools table are taken (数学教师数 ...), its subjects by their Chinese names.
    """
    ids = members["school_id"].astype("str")
    if city.teachers is not None:
        named = teachers[teachers["subject"] != ""]
        counts = named.groupby(["school_id", "subject"]).size().unstack(fill_value=0)
        return counts.reindex(ids, fill_value=0).reset_index(drop=True).sort_index(axis=1)
    given = [c for c in SUBJECT_TEACHERS if c in members.columns and (members[c].fillna(0) > 0).any()]
    if not given:
        return None
    columns = {_subject_of(c): members[c].fillna(0).to_numpy(dtype=np.float64) for c in given}
    return pd.DataFrame(columns).sort_index(axis=1)


def _subject_of(column: str) -> str:
    found = column_of("schools", column)
    assert found is not None
    return found.header_zh.removesuffix("教师数")


def holds_any(title: str, parts: Sequence[str]) -> bool:
    """Whether a title holds one of ``parts``.

    >>> holds_any("正高级教师", ("高级",)), holds_any("", ("高级",))
    (True, False)
    """
    return any(part in title for part in parts)
