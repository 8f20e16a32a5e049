"""Today's assignment: a table of its own, or the current-school columns of the blocks; schools found by id, then name, then alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from districting.model.stages import STAGES
from districting.reading.labels import stages_of
from districting.reading.table import Found
from districting.wording import Text, text

_COLUMNS = ("block_id", "stage", "school_id")


@dataclass(frozen=True)
class SchoolFinder:
    """``ids``: (stage, id or name or alias) -> school id. ``shared``: (stage, name) -> the ids of several schools that bear it; such a name finds none."""

    ids: Mapping[tuple[str, str], str]
    shared: Mapping[tuple[str, str], tuple[str, ...]]

    def problem(self, stage: str, name: str, count: int) -> tuple[Text, Text]:
        """Why ``name`` finds no school, and what to do; ``count`` blocks name it."""
        word = text(f"word.{stage}")
        ids = self.shared.get((stage, name))
        if ids:
            return text("reading.ambiguous_current", name=name, stage=word, schools=len(ids), count=count), text("reading.give_school_code", ids=list(ids))
        return text("reading.unknown_current", name=name, stage=word, count=count), text("reading.give_alias", name=name)


def school_finder(stages: pd.DataFrame, names: pd.Series, aliases: Mapping[str, str]) -> SchoolFinder:
    """How the schools of a city are found."""
    bearers: dict[tuple[str, str], dict[str, None]] = {}
    for school_id, stage in zip(stages["school_id"], stages["stage"], strict=True):
        bearers.setdefault((stage, str(names.get(school_id, school_id))), {})[school_id] = None
    finder = {key: next(iter(ids)) for key, ids in bearers.items() if len(ids) == 1}
    finder.update({(stage, i): i for i, stage in zip(stages["school_id"], stages["stage"], strict=True)})
    shared = {key: tuple(ids) for key, ids in bearers.items() if key not in finder}
    for spelling, name in aliases.items():
        for stage in STAGES:
            if (stage, name) in finder:
                finder.setdefault((stage, spelling), finder[stage, name])
            elif (stage, name) in shared:
                shared.setdefault((stage, spelling), shared[stage, name])
    return SchoolFinder(finder, shared)


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


def match_today(rows: pd.DataFrame, finder: SchoolFinder, blocks: set[str], found: Found) -> pd.DataFrame:
    """block_id, stage, school_id; an unknown school or block is a fault, said once per spelling."""
    keys = pd.Series(list(zip(rows["stage"], rows["school"], strict=True)), index=rows.index, dtype="object")
    school = keys.map(finder.ids)
    for (stage, name), group in rows[school.isna()].groupby(["stage", "school"], sort=True):
        found.add(*finder.problem(str(stage), str(name), len(group)), row=int(group["_row"].iloc[0]), column="current_school")
    for block in sorted(set(rows["block_id"].dropna()) - blocks)[:20]:
        found.add(text("reading.unknown_block", block=block), text("reading.give_block"), column="block_id")
    out = rows.assign(school_id=school)[list(_COLUMNS)].dropna()
    twice = out.duplicated(["block_id", "stage"], keep=False)
    for block in sorted(set(out.loc[twice, "block_id"]))[:20]:
        found.add(text("reading.block_twice", block=block), text("reading.one_school"), column="block_id")
    return out.astype("str").reset_index(drop=True)
