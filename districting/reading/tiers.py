"""The tier of every school-stage: the planner's labels, score quantiles, or the resource lines of the quality-balance rules."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.settings import TierSettings

LINES: Final = {
    "teachers_above_degree": (100.0, {"primary": 4.2, "junior": 5.3}),
    "backbone_teachers": (100.0, {"primary": 1.0, "junior": 1.0}),
    "pe_art_teachers": (100.0, {"primary": 0.9, "junior": 0.9}),
    "teaching_area_m2": (1.0, {"primary": 4.5, "junior": 5.8}),
    "sports_area_m2": (1.0, {"primary": 7.5, "junior": 10.2}),
    "equipment_yuan": (1.0, {"primary": 2000.0, "junior": 2500.0}),
    "multimedia_rooms": (100.0, {"primary": 2.3, "junior": 2.4}),
}
"""Indicator -> (per how many pupils, line per stage): 教督〔2017〕6号, article 6."""

_MET_LEAST: Final = 6
_NEAR: Final = 0.85


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


def by_compliance(stages: pd.DataFrame) -> pd.Series:
    """Lead: at least six of seven lines met and the last at 85 % of its line. Weak: four or more lines missed. Missing where an indicator is."""
    ratio = np.full((len(stages), len(LINES)), np.nan)
    for j, (name, (per, line)) in enumerate(LINES.items()):
        if name in stages.columns:
            wanted = stages["stage"].map(line).to_numpy(dtype=np.float64)
            pupils = stages["pupils"].to_numpy(dtype=np.float64)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio[:, j] = stages[name].to_numpy(dtype=np.float64) / pupils * per / wanted
    known = np.isfinite(ratio).all(axis=1)
    met = (ratio >= 1.0).sum(axis=1)
    passes = known & (met >= _MET_LEAST) & (np.nan_to_num(ratio) >= _NEAR).all(axis=1)
    tier = np.where(passes, "lead", np.where(met <= len(LINES) - 4, "weak", "regular"))
    return pd.Series(tier, index=stages.index, dtype="str").where(known)
