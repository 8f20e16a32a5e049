"""The tier of every school-stage: the planner's labels, score quantiles, or the resource lines of the quality-balance rules."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from districting.measures.balance import compliance, per_pupil
from districting.model.balance_profile import Quality
from districting.model.settings import TierSettings

_WEAK_FROM: Final = 4
"""A school that misses so many lines is weak."""


def by_label(labels: pd.Series, settings: TierSettings) -> tuple[pd.Series, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Tiers of the planner's labels (missing stays missing), and which labels no list of the config names."""
    known = {label: tier for tier in ("regular", "weak", "lead") for label in (tier, *getattr(settings, tier))}
    tier = labels.map(known).astype("str")
    return tier, (labels.notna() & tier.isna()).to_numpy(dtype=bool)


def by_score(stages: pd.DataFrame, county: pd.Series, settings: TierSettings) -> pd.Series:
    """The best ``lead_share`` of each stage and county lead, the worst ``weak_share`` are weak; missing where there is no score."""
    score = stages["score"]
    groups = [stages["stage"], county.fillna("").astype("str")]
    from_best = score.groupby(groups).rank(method="first", ascending=False)
    count = score.groupby(groups).transform("count")
    tier = pd.Series("regular", index=stages.index, dtype="str").where(score.notna())
    tier = tier.mask(from_best > count - np.floor(count * settings.weak_share + 0.5), "weak")
    return tier.mask(from_best <= np.maximum(np.floor(count * settings.lead_share + 0.5), 1), "lead")


def by_compliance(stages: pd.DataFrame, quality: Quality) -> pd.Series:
    """Lead: the school passes quality balance (six of seven lines met, the last at 85 %). Weak: four or more lines missed. Missing where an indicator is."""
    pupils = stages["pupils"].to_numpy(dtype=np.float64)
    columns = list(quality.indicators)
    values = np.column_stack([quality.indicators[c].per * per_pupil(_column(stages, c), pupils) for c in columns])
    line = np.column_stack([stages["stage"].map(quality.indicators[c].line).to_numpy(dtype=np.float64) for c in columns])
    found = compliance(values, line, quality.least_met, quality.floor)
    tier = np.where(found.passes, "lead", np.where(found.met.sum(axis=1) <= len(columns) - _WEAK_FROM, "weak", "regular"))
    return pd.Series(tier, index=stages.index, dtype="str").where(found.known)


def _column(stages: pd.DataFrame, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return stages[name].to_numpy(dtype=np.float64) if name in stages.columns else np.full(len(stages), np.nan)
