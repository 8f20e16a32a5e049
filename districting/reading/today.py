"""Today's assignment: a table of its own, or the current-school columns of the blocks; schools found by id, then name, then alias."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from districting.model.stages import STAGES
from districting.reading.labels import stages_of
from districting.reading.table import Found
from districting.wording import text

_COLUMNS = ("block_id", "stage", "school_id")


def school_finder(stages: pd.DataFrame, names: pd.Series, aliases: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """(stage, id or name or alias) -> school id. A name that two schools of a stage share finds neither."""
    finder: dict[tuple[str, str], str] = {}
    shared: set[tuple[str, str]] = set()
    for school_id, stage in zip(stages["school_id"], stages["stage"], strict=True):
        key = (stage, str(names.get(school_id, school_id)))
        shared |= {key} if finder.get(key, school_id) != school_id else set()
        finder[key] = school_id
    for key in shared:
        del finder[key]
    finder.update({(stage, i): i for i, stage in zip(stages["school_id"], stages["stage"], strict=True)})
    for spelling, name in aliases.items():
        for stage in STAGES:
            if (stage, name) in finder:
                finder.setdefault((stage, spelling), finder[stage, name])
    return finder


def today_rows(frame: pd.DataFrame, row: Any, zoned: tuple[str, ...], found: Found) -> pd.DataFrame:
    """block_id, stage, school, _row of a ``today`` table. Without a stage column the one zoned stage is meant."""
    if "stage" in frame.columns:
        said = frame["stage"].map(lambda s: (stages_of(s) or (None,))[0], na_action="ignore")
        for i in np.flatnonzero(said.isna()):
            found.add(text("reading.unknown_stage", value=str(frame["stage"].iloc[i])), text("reading.known_stages"), row=int(row[i]), column="stage")
    elif len(zoned) == 1:
        said = pd.Series(zoned[0], index=frame.index)
    else:
        found.add(text("reading.today_without_stage"), text("reading.known_stages"), column="stage")
        said = pd.Series(np.nan, index=frame.index)
    rows = pd.DataFrame({"block_id": frame["block_id"], "stage": said, "school": frame["school"], "_row": row})
    return rows.dropna(subset=["stage", "school"]).reset_index(drop=True)


def block_rows(frame: pd.DataFrame, row: Any, zoned: tuple[str, ...], found: Found) -> pd.DataFrame:
    """block_id, stage, school, _row from ``current_school`` and ``current_school_STAGE`` of the blocks."""
    parts = []
    for stage in STAGES:
        column = f"current_school_{stage}"
        if column not in frame.columns and "current_school" in frame.columns and zoned == (stage,):
            column = "current_school"
        if column in frame.columns:
            parts.append(pd.DataFrame({"block_id": frame["block_id"], "stage": stage, "school": frame[column], "_row": row}))
    if not parts:
        if "current_school" in frame.columns and len(zoned) != 1:
            found.add(text("reading.current_without_stage"), text("reading.name_stage_column"), column="current_school", warning=True)
        return pd.DataFrame({"block_id": [], "stage": [], "school": [], "_row": []})
    return pd.concat(parts, ignore_index=True).dropna(subset="school").reset_index(drop=True)


def match_today(rows: pd.DataFrame, finder: Mapping[tuple[str, str], str], blocks: set[str], found: Found) -> pd.DataFrame:
    """block_id, stage, school_id; an unknown school or block is a fault, said once per spelling."""
    keys = pd.Series(list(zip(rows["stage"], rows["school"], strict=True)), index=rows.index, dtype="object")
    school = keys.map(finder)
    for (stage, name), group in rows[school.isna()].groupby(["stage", "school"], sort=True):
        found.add(
            text("reading.unknown_current", name=name, stage=text(f"word.{stage}"), count=len(group)),
            text("reading.give_alias", name=name),
            row=int(group["_row"].iloc[0]),
            column="current_school",
        )
    for block in sorted(set(rows["block_id"].dropna()) - blocks)[:20]:
        found.add(text("reading.unknown_block", block=block), text("reading.give_block"), column="block_id")
    out = rows.assign(school_id=school)[list(_COLUMNS)].dropna()
    twice = out.duplicated(["block_id", "stage"], keep=False)
    for block in sorted(set(out.loc[twice, "block_id"]))[:20]:
        found.add(text("reading.block_twice", block=block), text("reading.one_school"), column="block_id")
    return out.astype("str").reset_index(drop=True)
