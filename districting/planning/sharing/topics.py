"""Small-topic research (小专题研究): schools that share a topic work on it together (policy R39)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.planning.sharing.research_groups import Part
from districting.planning.sharing.research_rows import Staff
from districting.reading.city import City
from districting.wording import text


def topics_of(city: City, staff: Staff) -> Part:
    """Groups of schools with one topic, stage and subject; it is led where the others have the shortest way. A topic of one school is said to stand alone."""
    columns = ["topic", "stage", "subject", "school_id", "name", "lead_school_id", "lead_school", "distance_m", "alone"]
    if city.research_topics is None:
        return Part({"topic_groups": pd.DataFrame(columns=columns)}, {"topics": None}, [text("sharing.topics_not_given")])
    place = {key: i for i, key in enumerate(zip(staff.members["school_id"], staff.members["stage"], strict=True))}
    rows = city.research_topics
    rows = rows.assign(
        at=[place.get(k, -1) for k in zip(rows["school_id"], rows["stage"], strict=True)], key=rows["topic"].str.casefold().str.split().str.join("")
    )
    parts = []
    for _, group in rows[rows["at"] >= 0].groupby(["key", "stage", "subject"], sort=True):
        at = np.sort(group["at"].to_numpy(dtype=np.int64))
        away = staff.metres(at, at)
        total = np.where(np.isnan(away).all(axis=0) & (len(at) > 1), np.inf, np.nansum(away, axis=0))
        lead = int(np.argmin(np.where(np.isfinite(staff.xy[at]).all(axis=1), total, np.inf)))
        frame = pd.DataFrame(
            {"topic": group["topic"].mode().iloc[0], "stage": group["stage"].iloc[0], "subject": group["subject"].iloc[0], "school_id": staff.school(at)}
        )
        frame = frame.assign(name=staff.school(at, "name"), lead_school_id=frame["school_id"].iloc[lead], lead_school=staff.school(at[[lead]], "name")[0])
        parts.append(frame.assign(distance_m=np.round(away[:, lead]), alone=len(at) == 1))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    alone = int(table["alone"].astype(bool).sum())
    return Part({"topic_groups": table}, {"topics": len(parts), "topics_alone": alone}, [text("sharing.topics_line", topics=len(parts), alone=alone)])
