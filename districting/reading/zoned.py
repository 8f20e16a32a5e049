"""What the zoned stages need: pupils in every block, seats at every school that takes part. Each gap names its file, and its row where there is one."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.settings import Settings, ZoningSettings
from districting.model.stages import Stage
from districting.reading.table import Found
from districting.wording import text

_FEW: Final = 20
_HEADERS: Final = 20
Place = tuple[Any, Any, Found]


def zoned_stages(settings: Settings, blocks: list[Place], schools: list[Place], stages: pd.DataFrame, rows: pd.DataFrame, found: Found) -> None:
    """Every zoned stage has the demand and the seats that its settings ask for; no block is blank, no school that takes part has none or zero seats."""
    if settings.zoning and not settings.inputs.get("blocks"):
        found.add(text("reading.no_blocks"), text("reading.give_blocks"), column="inputs.blocks")
    for stage, zoning in settings.zoning.items():
        for item, _, place in blocks:
            _demand(item, place, stage, zoning)
        _seats(stage, zoning, schools, stages[stages["stage"] == stage], rows)


def _demand(item: Any, found: Found, stage: Stage, zoning: ZoningSettings) -> None:
    column = f"{'entrants' if zoning.demand == 'intake' else 'pupils'}_{stage}"
    if column not in item.frame.columns:
        problem = text("reading.no_demand", column=column, stage=text(f"word.{stage}"), headers=list(item.headers[:_HEADERS]))
        found.add(problem, text("reading.give_demand", table="blocks", column=column, stage=stage, other=_other(zoning)), column=column)
        return
    places = np.flatnonzero(item.frame[column].isna())
    for i in places[:_FEW]:
        found.add(text("reading.blank_number"), text("reading.fill_number"), row=int(item.row[i]), column=column)
    if len(places) > _FEW:
        found.add(text("reading.and_more", count=len(places) - _FEW), text("reading.fill_number"), column=column)


def _other(zoning: ZoningSettings) -> str:
    return "roll" if zoning.demand == "intake" else "intake"


def _seats(stage: Stage, zoning: ZoningSettings, schools: list[Place], mine: pd.DataFrame, rows: pd.DataFrame) -> None:
    column = "plan" if zoning.demand == "intake" else "seats"
    word = text(f"word.{stage}")
    if not len(mine):
        for _, _, place in schools:
            place.add(text("reading.no_school_of_stage", stage=word), text("reading.known_stages"), column="stage")
        return
    if mine[column].isna().all():
        used = {id(place) for place in rows["_place"].iloc[mine["_at"]]}
        for item, _, place in schools:
            if id(place) in used:
                problem = text("reading.no_seats", column=column, stage=word, headers=list(item.headers[:_HEADERS]))
                place.add(problem, text("reading.give_demand", table="schools", column=column, stage=stage, other=_other(zoning)), column=column)
        return
    for value, at in zip(mine[column], mine["_at"], strict=True):
        taken = (zoning.private or rows["ownership"].iloc[at] != "private") and (zoning.boarding or not rows["boarding"].iloc[at])
        if taken and not value > 0:
            name, row = str(rows["name"].iloc[at]), int(rows["_row"].iloc[at])
            if np.isnan(value):
                problem, remedy = text("reading.blank_seats", name=name, stage=word, column=column), text("reading.fill_seats", column=column, stage=stage)
            else:
                problem, remedy = text("reading.zero_seats", name=name, stage=word), text("reading.seats_or_out")
            rows["_place"].iloc[at].add(problem, remedy, row=row, column=column)
