"""Approved posts of every school by stage and subject: as the table says, else by pupils per post and by class (policy R36)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.teacher_settings import StaffingSettings
from districting.solvers.rounding import controlled_rounding


def approved_posts(members: Any, teachers: pd.DataFrame, given: pd.DataFrame | None, settings: StaffingSettings) -> pd.DataFrame:
    """``at`` (position in ``members``), subject, posts: rows with posts only, in the order of members and subjects.

    A school whose posts are given by subject has these; one with a row for all subjects has so many, split by subject as the teachers of the stage are (subject "" where none of
    them says one).
    """
    place = {key: i for i, key in enumerate(zip(members["school_id"], members["stage"], strict=True))}
    rows = pd.DataFrame({"school_id": [], "stage": [], "subject": [], "posts": []}) if given is None else given
    rows = rows.assign(at=[place.get(key, -1) for key in zip(rows["school_id"], rows["stage"], strict=True)])
    rows = rows[rows["at"] >= 0]
    named = rows[rows["subject"] != ""][["at", "subject", "posts"]]
    total = computed_posts(members, settings)
    whole = rows[rows["subject"] == ""]
    total[whole["at"].to_numpy(dtype=np.int64)] = whole["posts"].to_numpy(dtype=np.float64)
    parts = [named]
    for stage in members["stage"].unique():
        at = np.flatnonzero((members["stage"] == stage).to_numpy() & ~members.index.isin(named["at"]))
        share = teachers.loc[(teachers["stage"] == stage) & (teachers["main"] != ""), "main"].value_counts(normalize=True).sort_index()
        if not len(share):  # posts follow pupils and classes also where no teacher of the stage says a subject
            share = pd.Series([1.0], index=[""])
        if len(at):
            table = controlled_rounding(total[at, None] * share.to_numpy()[None, :]).table
            school, subject = np.nonzero(table)
            parts.append(pd.DataFrame({"at": at[school], "subject": share.index.to_numpy(dtype=object)[subject], "posts": table[school, subject]}))
    out = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    return out[out["posts"] > 0].astype({"posts": np.int64, "at": np.int64}).sort_values(["at", "subject"], kind="stable").reset_index(drop=True)


def computed_posts(members: Any, settings: StaffingSettings) -> NDArray[np.float64]:
    """(s,) posts by pupils, and by class in a small school, whichever are more; none where neither is known."""
    stage = members["stage"].astype("str")
    pupils = np.nan_to_num(members["pupils"].to_numpy(dtype=np.float64))
    ratio = stage.map(settings.pupils_per_post).to_numpy(dtype=np.float64)
    by_pupils = np.ceil(np.nan_to_num(pupils / ratio) - 1e-9)
    classes = np.nan_to_num(members["classes"].to_numpy(dtype=np.float64)) if "classes" in members.columns else np.zeros(len(members))
    by_class = np.ceil(classes * stage.map(settings.posts_per_class).fillna(0.0).to_numpy(dtype=np.float64) - 1e-9)
    return np.where((pupils > 0) & (pupils < settings.small_pupils), np.maximum(by_pupils, by_class), by_pupils)
