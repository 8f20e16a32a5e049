"""Who may be asked to change schools, and why the others may not (policy R37)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.persons import sex_of
from districting.model.teacher_settings import RotationSettings
from districting.planning.links.teaching import holds_any


def principals(teachers: pd.DataFrame, settings: RotationSettings) -> NDArray[np.bool_]:
    """Heads of a school: not their deputies."""
    posts = teachers["post"].str.lower()
    return np.array([holds_any(p, settings.principal_posts) and not holds_any(p, settings.deputy_words) for p in posts], dtype=np.bool_)


def leaders(teachers: pd.DataFrame, settings: RotationSettings) -> NDArray[np.bool_]:
    """The leadership of a school."""
    return np.array([holds_any(p, settings.leader_posts) for p in teachers["post"].str.lower()], dtype=np.bool_)


def why_not(teachers: pd.DataFrame, settings: RotationSettings) -> NDArray[Any]:
    """(t,) "" for the eligible, else the first reason that stands in the way: away, exempt, years (or office), age, retirement; unknown_years, unknown_age."""
    head = principals(teachers, settings)
    years, terms, office = (teachers[c].to_numpy(dtype=np.float64) for c in ("years_here", "post_terms", "post_years"))
    office = np.where(np.isfinite(office), office, years)
    served = np.where(head, (np.nan_to_num(terms) >= settings.principal_terms) | (office >= settings.principal_years), years >= settings.min_years)
    unknown = ~np.isfinite(np.where(head, np.where(np.isfinite(terms), terms, office), years))
    sex = teachers["sex"].map(sex_of)
    limit = np.where(head, _limit(sex, settings.principal_age), _limit(sex, settings.age_limit))
    age, left = teachers["age"].to_numpy(dtype=np.float64), teachers["years_to_retirement"].to_numpy(dtype=np.float64)
    away = (teachers["home_school_id"] != "") & (teachers["home_school_id"] != teachers["school_id"])
    tests = (
        ("away", away.to_numpy(dtype=bool)),
        ("exempt", (teachers["exemptions"].str.strip() != "").to_numpy(dtype=bool)),
        ("unknown_years", unknown),
        ("years", ~served),
        ("unknown_age", ~np.isfinite(age) & np.isfinite(limit)),
        ("age", age >= limit),
        ("retirement", left < settings.years_to_retirement),
    )
    return np.select([test for _, test in tests], [name for name, _ in tests], "")


def _limit(sex: pd.Series, limits: Mapping[Any, float]) -> NDArray[np.float64]:
    """Age limit of each; the lowest where the sex is not known."""
    return sex.map(lambda s: limits.get(s, np.inf), na_action="ignore").fillna(min(limits.values(), default=np.inf)).to_numpy(dtype=np.float64)
