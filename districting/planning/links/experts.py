"""Experts of every base: who of its members' teachers leads research in the subject (R23: 专家引领)."""

from __future__ import annotations

import pandas as pd

from districting.model.pairing_settings import BaseSchoolSettings
from districting.model.plan import PLAN_TABLES
from districting.planning.links.teaching import holds_any

REASONS = ("expert", "backbone", "senior_title")
"""Why a teacher is on the list, the strongest first."""


def expert_rows(teachers: pd.DataFrame, of: pd.DataFrame, subject: str, stage: str, asked: BaseSchoolSettings) -> pd.DataFrame:
    """At most ``asked.experts`` rows of every base, by reason, then way to the base, then code.

    ``teachers`` of the stage; ``of`` school_id, base_id, distance_m of the members; ``subject`` "" takes all subjects.
    """
    columns = list(PLAN_TABLES["experts"])
    rows = teachers if not len(teachers) or subject == "" else teachers[teachers["subject"] == subject]
    if not len(rows):
        return pd.DataFrame(columns=columns)
    rows = rows.assign(
        rank=[
            0 if expert else 1 if backbone else 2 if holds_any(title, asked.expert_titles) else 3
            for expert, backbone, title in zip(rows["expert"], rows["backbone"], rows["title"], strict=True)
        ]
    )
    rows = rows[rows["rank"] < len(REASONS)].merge(of, on="school_id", validate="many_to_one")
    rows = rows.sort_values(["base_id", "rank", "distance_m", "teacher_id"], kind="stable").groupby("base_id", sort=False).head(asked.experts)
    return rows.assign(stage=stage, reason=[REASONS[r] for r in rows["rank"]])[columns].reset_index(drop=True)
