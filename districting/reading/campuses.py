"""School rows to campuses and their stages: types that span stages become several rows, shared resources are split by the national weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.measures.balance import split_shared
from districting.model.balance_profile import PUPIL_COUNTS
from districting.model.resources import SUBJECT_TEACHERS
from districting.model.stages import SCHOOL_TYPES, STAGES, Stage
from districting.reading.labels import OWNERSHIP, stages_of, type_of
from districting.reading.load import Loaded
from districting.reading.named import is_named
from districting.reading.table import Found
from districting.wording import text

PUPILS_OF: Final = PUPIL_COUNTS
"""Pupils of a group, counted by stage."""
STAGED: Final = ("seats", "plan", "pupils", "classes", "teachers", "graduates")
WHOLE: Final = ("score", "tier")
COUNTED: Final = ("staff", "teachers_above_degree", "backbone_teachers", "pe_art_teachers", "senior_title_teachers", "high_title_teachers", *SUBJECT_TEACHERS)
SHARED: Final = (
    *("teaching_area_m2", "sports_area_m2", "equipment_yuan", "computers", "books", "multimedia_rooms", "site_area_m2"),
    *("laboratories", "music_rooms", "art_rooms", "computer_rooms"),
)
CAMPUS: Final = (
    "school_id",
    "name",
    "county_code",
    "town_code",
    "region_code",
    "urban_rural_code",
    "ownership",
    "boarding",
    "level",
    "themes",
    "district_today",
    "town_part",
    "school_type",
    "address",
    "block_id",
)


def school_rows(loaded: list[tuple[Loaded, Any, Found]]) -> pd.DataFrame:
    """All school files as one frame with ``geometry``, ``_place`` (the Found of its file), ``_row`` and ``_stages`` (tuple)."""
    parts = []
    for item, shapes, found in loaded:
        frame: Any = item.frame.copy()
        for name in CAMPUS:
            if name not in frame.columns:
                frame[name] = pd.Series(np.nan, index=frame.index, dtype="str")
        _blank_names(item, frame, found)
        frame["name"] = frame["name"].fillna(frame["school_id"])
        frame["name"] = frame["name"].replace(dict(item.spec.aliases))
        if frame["school_id"].isna().all() and frame["name"].notna().any():
            frame["school_id"] = frame["name"]
            found.add(text("reading.name_is_id"), text("reading.give_school_id"), column="school_id", warning=True)
        frame["geometry"] = shapes if shapes is not None else None
        frame["_place"], frame["_row"] = found, item.row
        frame["_stages"] = _stages(frame, item, found)
        frame["school_type"] = _types(frame)
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def _blank_names(item: Loaded, frame: pd.DataFrame, found: Found) -> None:
    """A school without a name is called by its id, with a note; without either it is a fault."""
    if "name" not in item.frame.columns:
        return
    for i in np.flatnonzero(frame["name"].isna()):
        own = frame["school_id"].iloc[i]
        known = isinstance(own, str)
        problem = text("reading.id_for_name", value=own) if known else text("reading.blank_name")
        found.add(problem, text("reading.give_name"), row=int(item.row[i]), column="name", warning=known)


def _stages(frame: pd.DataFrame, item: Loaded, found: Found) -> list[Any]:
    """Stages of each row: the config's stage, else the stage column, else the school type."""
    if item.spec.stage is not None:
        fixed = stages_of(item.spec.stage)
        if fixed is None:
            found.add(text("reading.unknown_stage", value=item.spec.stage), text("reading.known_stages"), column="stage")
        return [fixed or ()] * len(frame)
    given = frame["stage"] if "stage" in frame.columns else pd.Series(np.nan, index=frame.index, dtype="str")
    if "type_code" in frame.columns:
        kind = frame["type_code"].where(
            frame["type_code"].map(lambda t: stages_of(t) is not None, na_action="ignore").astype("object").fillna(False).astype(bool)
        )
        # a type that spans stages says more than the one stage a register files the school under
        spans = kind.map(lambda t: len(stages_of(t) or ()) > 1, na_action="ignore").astype("object").fillna(False).astype(bool)
        given = given.mask(spans | given.isna(), kind)
    out = []
    for i, label in enumerate(given):
        stages = stages_of(label) if isinstance(label, str) else None
        if stages is None:
            column = "stage" if "stage" in frame.columns else "type_code"
            problem = text("reading.unknown_stage", value=label) if isinstance(label, str) else text("reading.no_stage")
            found.add(problem, text("reading.known_stages"), row=int(item.row[i]), column=column)
        out.append(stages or ())
    return out


def _types(frame: pd.DataFrame) -> list[str]:
    """School type of each row: what a label says that stages alone do not (a teaching point is no primary school), else by its stages; "" where no type has them."""
    labels = [frame[c] for c in ("type_code", "stage") if c in frame.columns]
    said = [next((kind for label in row if isinstance(label, str) and (kind := type_of(label))), None) for row in zip(*labels, strict=True)] if labels else []
    by_stages: dict[tuple[str, ...], str] = {}
    for name, stages in SCHOOL_TYPES.items():
        by_stages.setdefault(stages, name)
    return [kind or by_stages.get(stages, "") for kind, stages in zip(said or [None] * len(frame), frame["_stages"], strict=True)]


def ownership_and_boarding(rows: pd.DataFrame) -> None:
    """Ownership to public or private (public where nothing is said), boarding to True or False (False where nothing is said), in place."""
    said = rows["ownership"]
    meant = said.map(
        lambda s: OWNERSHIP.get(s.casefold()) or ("private" if "民办" in s else "public" if "公办" in s or "教育" in s else None), na_action="ignore"
    )
    for i in np.flatnonzero((said.notna() & meant.isna()).to_numpy()):
        rows["_place"].iloc[i].add(
            text("reading.unknown_ownership", value=str(said.iloc[i])), text("reading.known_ownership"), row=int(rows["_row"].iloc[i]), column="ownership"
        )
    rows["ownership"] = meant.astype("object").fillna("public").astype("str")
    rows["boarding"] = rows["boarding"].map(lambda b: b is True).astype(bool)


def school_stages(rows: pd.DataFrame, weight: Mapping[Stage, float]) -> pd.DataFrame:
    """One row per school and stage, with seats, plan, pupils, classes, tier, score and resources (NaN = not given); ``_at`` is the row of ``rows``.

    ``weight``: of a pupil of each stage, where a school of several splits what its stages share (profile table ``split``).
    """
    at = np.repeat(np.arange(len(rows)), rows["_stages"].map(len).to_numpy(dtype=int))
    stage = pd.Series([s for stages in rows["_stages"] for s in stages], dtype="str")
    source = rows.iloc[at].reset_index(drop=True)
    single = (source["_stages"].map(len) == 1).to_numpy(dtype=bool)
    out = pd.DataFrame({"school_id": source["school_id"], "stage": stage, "_at": at})
    for name in (*STAGED, *WHOLE, *COUNTED, *PUPILS_OF):
        kind: Any = "str" if name == "tier" else "float64"
        total = source[name] if name in source.columns else pd.Series(np.nan, index=source.index, dtype=kind)
        value = total if name in WHOLE else total.where(single)
        for own in sorted(set(stage)):
            column = f"{name}_{own}"
            if column in source.columns:
                value = value.mask((stage == own) & source[column].notna(), source[column])
        out[name] = value.astype(kind)
    for name in (c for c in source.columns if is_named(c)):
        out[name] = source[name]
    for name in SHARED:
        if name in source.columns:
            out[name] = _split(source[name], out, single, weight)
    return out.drop(columns=[c for c in (*COUNTED, *PUPILS_OF, "graduates") if out[c].isna().all()])


def _split(total: pd.Series, out: pd.DataFrame, single: Any, weight: Mapping[Stage, float]) -> pd.Series:
    """A school's total by weighted pupils of its stages; missing where a school of several stages does not give pupils per stage."""
    at, school = np.unique(out["_at"].to_numpy(dtype=np.int64), return_inverse=True)
    taught = np.array([STAGES.index(s) for s in out["stage"]], dtype=np.int64)
    pupils = np.zeros((len(at), len(STAGES)))
    pupils[school, taught] = out["pupils"].to_numpy(dtype=np.float64)
    whole = np.full(len(at), np.nan)
    whole[school] = total.to_numpy(dtype=np.float64)
    parts = split_shared(whole, pupils, [weight.get(s, 1.0) for s in STAGES])
    return total.where(single, pd.Series(parts[school, taught], index=total.index))
