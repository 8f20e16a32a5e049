"""The town of ``share staffing``: schools, teachers and posts, and what was decided so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(eq=False)
class Town:
    """s school-stages, t teachers, p posts, and what was decided.

    post_school (p,), post_subject (p,), left (p,) places; county, district (s,) text, "" = none; subjects_of, wishes_of: per teacher in order;
    post (t,) -1 none; round_ (t,) "" none; wish (t,) 1 = the first, 0 = not by wish
    """

    members: Any
    teachers: pd.DataFrame
    posts: pd.DataFrame
    distance_m: NDArray[np.float64]
    county: NDArray[Any]
    district: NDArray[Any]
    subjects_of: list[list[str]]
    wishes_of: list[list[int]]
    rank: NDArray[np.int64]
    left: NDArray[np.int64]
    post: NDArray[np.int64]
    round_: NDArray[Any]
    wish: NDArray[np.int64]

    def at_school(self, t: int) -> int:
        """School-stage where a teacher teaches."""
        return int(self.teachers["_at"].iloc[t])
