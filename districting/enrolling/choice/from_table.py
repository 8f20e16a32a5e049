"""A table of zones, one school a row, as a choice: every zone is one block, and distances are not known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from districting.enrolling.lottery.wishes import folded
from districting.errors import DataError, Fault
from districting.model.choice_problem import NONE, ChoiceTown
from districting.model.settings import InputSpec
from districting.reading.enrolment_tables import first_few, load_table
from districting.wording import text


def town_of_table(path: str | Path) -> ChoiceTown:
    """Read columns zone, school, seats (招生计划), score and pupils; the pupils of a zone stand in one of its rows, or the same in all.

    Raises
    ------
    DataError : every fault of the table
    """
    path = Path(path)
    table = load_table(path.parent, InputSpec(path.name), "enrolment_zones")
    faults: list[Fault] = []
    for name in ("zone_id", "school", "plan"):
        blank = np.flatnonzero(table.columns[name].isna().to_numpy())
        faults += table.faults([int(i) for i in blank], text("enrolment.blank"), text("enrolment.fill_cell"), name)
    seen: dict[str, int] = {}
    for i, school in enumerate(table.columns["school"]):
        if isinstance(school, str) and seen.setdefault(folded(school), i) != i:
            faults.append(table.fault(text("enrolment.school_twice", school=school), text("enrolment.school_twice_remedy"), i, "school"))
    zones = list(dict.fromkeys(z for z in table.columns["zone_id"] if isinstance(z, str)))
    pupils = table.columns.get("pupils", pd.Series(np.nan, index=range(len(table))))
    count = []
    for zone in zones:
        at = np.flatnonzero((table.columns["zone_id"] == zone).to_numpy())
        said = pupils.iloc[at].dropna().unique()
        if len(said) > 1:
            faults.append(table.fault(text("choice.pupils_differ", zone=zone), text("choice.pupils_differ_remedy"), int(at[0]), "pupils"))
        count.append(int(said[0]) if len(said) else 0)
    if faults:
        raise DataError(first_few(faults))
    zone_of_school = pd.Index(zones).get_indexer(pd.Index(table.columns["zone_id"]))
    width = int(np.bincount(zone_of_school).max())
    options = np.full((len(zones), width), NONE, dtype=np.int32)
    for z in range(len(zones)):
        mine = np.flatnonzero(zone_of_school == z)
        options[z, : len(mine)] = mine
    return ChoiceTown(
        options,
        np.full(options.shape, np.nan),
        np.zeros(options.shape, dtype=np.uint8),
        np.array(count, dtype=np.int64),
        np.arange(len(zones)),
        table.columns["plan"].to_numpy(dtype=np.int64),
        table.columns["score"].to_numpy(dtype=np.float64) if "score" in table.columns else np.full(len(table), np.nan),
        block_ids=tuple(zones),
        school_names=tuple(str(s) for s in table.columns["school"]),
    )
