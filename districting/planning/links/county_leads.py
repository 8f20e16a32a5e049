"""Who may lead an alliance inside a county, and how large the alliances of a county can be."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.school_levels import LEVELS, level_of

_UNKNOWN: Final = len(LEVELS)


def size_for(schools: int, size: tuple[int, int]) -> tuple[int, int]:
    """Least and most schools of an alliance with which ``schools`` can be divided: ``size`` where they can, else the least lowered to what an even split into as few
    alliances as the most allows gives; a single school is an alliance of one.

    >>> size_for(11, (4, 6)), size_for(7, (4, 6)), size_for(2, (4, 6)), size_for(1, (4, 6))
    ((4, 6), (3, 6), (2, 6), (1, 6))
    """
    least, most = size
    alliances = -(-schools // most)
    return (least if alliances * least <= schools else max(1, schools // alliances)), most


def lead_candidates(members: Any, needed: int) -> tuple[NDArray[np.bool_], str]:
    """(s,) school-stages that may lead, and how they were chosen: ``tier`` where the schools of tier lead suffice for the ``needed`` alliances, else ``level``.

    Where they do not, the next best schools are added until there are enough: by level (city, county, town centre, village; unknown last), then by score, then by pupils,
    then by code. ``members``: school_id, stage, tier, score, pupils, and level where known.
    """
    tier = members["tier"].fillna("").to_numpy(dtype=str) == "lead"
    ids = members["school_id"].to_numpy(dtype=str)
    able = set(ids[tier].tolist())
    if len(able) >= needed:
        return np.isin(ids, sorted(able)) & tier, "tier"
    level = members["level"].fillna("").astype("str") if "level" in members.columns else pd.Series([""] * len(members))
    frame = pd.DataFrame(
        {
            "id": ids,
            "rank": [_rank(word) for word in level],
            "score": -members["score"].fillna(-np.inf).to_numpy(dtype=np.float64),
            "pupils": -members["pupils"].fillna(0.0).to_numpy(dtype=np.float64),
        }
    )
    best = frame.groupby("id").agg({"rank": "min", "score": "min", "pupils": "sum"}).reset_index().sort_values(["rank", "score", "pupils", "id"], kind="stable")
    more = [i for i in best["id"].tolist() if i not in able][: needed - len(able)]
    return (np.isin(ids, sorted(able)) & tier) | np.isin(ids, more), "level"


def _rank(word: str) -> int:
    level = level_of(word)
    return _UNKNOWN if level is None else LEVELS.index(level)
