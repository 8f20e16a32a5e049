"""The tied assessment of a district (捆绑考核): lead and members are judged together. For internal use only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.model.plan import PLAN_TABLES


def score_card(scheme: str, district: str, members: Any, scores: Any, lead_share: float) -> pd.DataFrame:
    """One row: ``lead_share`` x the lead's score + (1 - ``lead_share``) x the mean of the other schools' scores.

    Every school counts once, with the mean of its stages that take part; several leads count with their mean. Schools without a score are counted
    beside, not guessed. Without a lead, or without any score on one of the two sides, there is no tied score.

    Parameters
    ----------
    members : rows school_id, stage, role of the district
    scores : rows school_id, stage, score (NaN = none)
    """
    rows = members[["school_id", "stage", "role"]].merge(scores[["school_id", "stage", "score"]], on=["school_id", "stage"], how="left")
    leads = set(rows.loc[rows["role"] == "lead", "school_id"])
    of_school = pd.to_numeric(rows["score"]).groupby(rows["school_id"].astype("str")).mean()
    led = of_school[of_school.index.isin(leads)]
    others = of_school[~of_school.index.isin(leads)]
    lead, mean = (float(s.mean()) if s.notna().any() else np.nan for s in (led, others))
    missing = int(of_school.isna().sum())
    tied = lead_share * lead + (1 - lead_share) * mean
    row = (scheme, district, ",".join(sorted(leads)), lead, mean, int(others.notna().sum()), missing, lead_share, tied)
    return pd.DataFrame([row], columns=list(PLAN_TABLES["score_cards"]))
