"""What a school is like, as numbers that can be compared within its stage."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from districting.errors import Fault
from districting.wording import text

RESOURCES: Final = (
    "teachers",
    "teachers_above_degree",
    "backbone_teachers",
    "pe_art_teachers",
    "senior_title_teachers",
    "teaching_area_m2",
    "sports_area_m2",
    "equipment_yuan",
    "multimedia_rooms",
    "computers",
    "books",
)
"""Resource totals that count for complementarity, per pupil (indicators of 教督〔2012〕3号 and 教督〔2017〕6号)."""


def standardised(values: NDArray[np.float64], group: NDArray[Any]) -> NDArray[np.float64]:
    """(value - mean) / deviation within each group; 0 where the value is missing or the group does not vary."""
    out = np.zeros(len(values))
    for name in np.unique(group):
        mine = (group == name) & np.isfinite(values)
        spread = values[mine].std() if mine.any() else 0.0
        if spread > 0:
            out[mine] = (values[mine] - values[mine].mean()) / spread
    return out


def standard_scores(members: Any) -> NDArray[np.float64]:
    """(s,) the planner's score standardised within the stage; the tier (lead 1, regular 0, weak -1) where no school of the stage has a score."""
    score = members["score"].to_numpy(dtype=np.float64, copy=True)
    stage = members["stage"].to_numpy(dtype=str)
    by_tier = members["tier"].map({"lead": 1.0, "regular": 0.0, "weak": -1.0}).to_numpy(dtype=np.float64)
    for name in np.unique(stage):
        mine = stage == name
        if not np.isfinite(score[mine]).any():
            score[mine] = by_tier[mine]
    return standardised(score, stage)


def resource_vectors(members: Any) -> tuple[NDArray[np.float64], list[Fault]]:
    """(s, r) resources per pupil, standardised within the stage; 0 (= average) where missing, with a note."""
    stage = members["stage"].to_numpy(dtype=str)
    pupils = members["pupils"].to_numpy(dtype=np.float64)
    given = [c for c in RESOURCES if c in members.columns and members[c].notna().any()]
    columns = []
    notes = []
    for column in given:
        total = members[column].to_numpy(dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            per_pupil = np.where(pupils > 0, total / pupils, np.nan)
        missing = int((~np.isfinite(per_pupil)).sum())
        if missing:
            notes.append(
                Fault(text("planning.resource_missing", column=column, count=missing), text("planning.fill_resource"), column=column, severity="warning")
            )
        columns.append(standardised(per_pupil, stage))
    return (np.column_stack(columns) if columns else np.zeros((len(members), 0))), notes
