"""What a school is like, as numbers that can be compared within its stage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import Fault
from districting.measures.composite import standardised
from districting.model.resources import RESOURCES, kind_of_resource, theme_column
from districting.reading.scores import per_pupil
from districting.wording import text

_BETWEEN_TAGS: Final = re.compile(r"[；;、,，|\n]+")


@dataclass(frozen=True, eq=False)
class Resources:
    """Resource vectors of school-stages.

    names : (r,) the columns: resource totals, then ``theme:TAG``
    z : (s, r) per pupil (theme tags: 0 or 1), standardised within the stage; 0 (= average) where missing or where the stage does not vary
    weight : (r,) what a column counts: subjects together as one resource, theme tags together as one, any other column as one each
    missing : (s, r) True where a school did not say
    """

    names: tuple[str, ...]
    z: NDArray[np.float64]
    weight: NDArray[np.float64]
    missing: NDArray[np.bool_]


def standard_scores(members: Any) -> NDArray[np.float64]:
    """(s,) the planner's score standardised within the stage; the tier (lead 1, regular 0, weak -1) where no school of the stage has a score."""
    score = members["score"].to_numpy(dtype=np.float64, copy=True)
    stage = members["stage"].to_numpy(dtype=str)
    by_tier = members["tier"].map({"lead": 1.0, "regular": 0.0, "weak": -1.0}).to_numpy(dtype=np.float64)
    for name in np.unique(stage):
        mine = stage == name
        if not np.isfinite(score[mine]).any():
            score[mine] = by_tier[mine]
    return standardised(score, stage)


def resource_notes(found: Resources) -> list[Fault]:
    """A note for every resource that some schools did not say; they count as average."""
    notes = []
    for column, count in zip(found.names, found.missing.sum(axis=0).tolist(), strict=True):
        if count:
            problem = text("planning.resource_missing", column=column, count=count)
            notes.append(Fault(problem, text("planning.fill_resource"), column=column, severity="warning"))
    return notes


def resources_of(members: Any) -> Resources:
    """Resources and theme tags of school-stages; ``members`` has stage, pupils, whichever of ``RESOURCES`` are given, and ``themes`` where known."""
    stage = members["stage"].to_numpy(dtype=str)
    raw = per_pupil(members, [c for c in RESOURCES if c in members.columns and members[c].notna().any()])
    tags = theme_tags(members["themes"]) if "themes" in members.columns else {}
    columns = raw | {theme_column(tag): borne for tag, borne in tags.items()}
    kinds = pd.Series([kind_of_resource(name) for name in columns], dtype="str")
    values = np.column_stack(list(columns.values())) if columns else np.zeros((len(members), 0))
    z = np.column_stack([standardised(v, stage) for v in values.T]) if columns else values
    weight = 1.0 / kinds.map(kinds.value_counts()).to_numpy(dtype=np.float64)
    return Resources(tuple(columns), z, np.asarray(weight, dtype=np.float64), ~np.isfinite(values))


def theme_tags(themes: Any) -> dict[str, NDArray[np.float64]]:
    """Tag -> (s,) 1 where a school bears it, 0 elsewhere; tags stand apart by ``；;、,，`` or a line break, and are in the order of their first school.

    >>> {tag: borne.tolist() for tag, borne in theme_tags(pd.Series(["科技教育、戏曲", None, "戏曲; 足球"])).items()}
    {'科技教育': [1.0, 0.0, 0.0], '戏曲': [1.0, 0.0, 1.0], '足球': [0.0, 0.0, 1.0]}
    """
    of_school = [[t.strip() for t in _BETWEEN_TAGS.split(v) if t.strip()] if isinstance(v, str) else [] for v in themes]
    known = list(dict.fromkeys(t for tags in of_school for t in tags))
    return {tag: np.array([float(tag in tags) for tags in of_school]) for tag in known}
