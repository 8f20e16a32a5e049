"""Schools that teachers wish to go to, as the column 交流意愿 names them."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

BETWEEN: Final = re.compile(r"[、,，;；/+|>\n]+")
"""What stands between the names in a cell."""


def wished_schools(teachers: pd.DataFrame, members: Any) -> list[list[int]]:
    """School-stages that each teacher names, in order; words that name no school of the stage count for nothing."""
    place: dict[tuple[str, str], int] = {}
    for i, (school, name, stage) in enumerate(zip(members["school_id"], members["name"], members["stage"], strict=True)):
        place.setdefault((str(name), stage), i)
        place[str(school), stage] = i
    out = []
    for label, stage in zip(teachers["wishes"], teachers["stage"], strict=True):
        found = [place[w.strip(), stage] for w in BETWEEN.split(label) if (w.strip(), stage) in place] if label else []
        out.append(list(dict.fromkeys(found)))
    return out
