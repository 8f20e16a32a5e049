"""Families with children at two schools, counted from a list of children: who is at school stays, who enters goes by the zones (policy 4.3). Holds no names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.views import StageViews
from districting.errors import DataError, Fault
from districting.measures.risk import families_parted
from districting.model.plan import Plan
from districting.model.settings import InputSpec
from districting.model.stages import STAGES
from districting.reading.enrolment_tables import Table, first_few, load_table
from districting.wording import Text, say, text


@dataclass(frozen=True, eq=False)
class Families:
    """c children: ``family`` number, ``block`` position in the plan, ``school_id`` of the school they are at ("" = they enter), ``stage``."""

    family: NDArray[np.int64]
    block: NDArray[np.int64]
    school_id: NDArray[np.object_]
    stage: NDArray[np.object_]

    def parted(self, stage: str, views: StageViews) -> tuple[float, float]:
        """Families with a child entering ``stage`` whose children of the stage go to several schools, under the plan and under today's zones (NaN where not known)."""
        mine = self.stage == stage
        family, block, own = self.family[mine], self.block[mine], self.school_id[mine]
        enters = own == ""
        counted = np.isin(family, family[enters])
        at = pd.Index(views.school_ids).get_indexer(pd.Index(own)).astype(np.int64)

        def under(school_of_block: NDArray[np.int64]) -> float:
            school = np.where(enters, school_of_block[block], at)
            return float(families_parted(family[counted], school[counted]))

        return under(views.plan.school_of_block), math.nan if views.today is None else under(views.today.school_of_block)


def read_families(path: str | Path, plan: Plan) -> Families:
    """Read the list of children at ``path``: family, block, school (blank = will enter) and, where the plan zones several stages, stage.

    Raises
    ------
    DataError : every fault; none of them holds a cell of the list
    """
    path = Path(path)
    table = load_table(path.parent, InputSpec(path.name), "families")
    faults: list[Fault] = []
    family, block = _cells(table, "family"), _cells(table, "block_id")
    for name, cells in (("family", family), ("block_id", block)):
        faults += _wrong(table, cells == "", text("risk.families_blank"), text("risk.families_fill"), name)
    position = pd.Index(plan.blocks["block_id"].astype("str")).get_indexer(pd.Index(block)).astype(np.int64)
    faults += _wrong(table, (block != "") & (position < 0), text("risk.families_block"), text("risk.families_mend"), "block_id")
    given = _cells(table, "school")
    school = _school_ids(plan, given)
    faults += _wrong(table, (given != "") & (school == ""), text("risk.families_school"), text("risk.families_mend"), "school")
    stage, more = _stages(table, plan)
    faults += more
    if faults:
        raise DataError(faults)
    return Families(pd.factorize(family)[0].astype(np.int64), position, school, stage)


def _cells(table: Table, name: str) -> NDArray[np.object_]:
    """(c,) cells as text without blanks around; "" where there is none."""
    cells = table.columns.get(name)
    if cells is None:
        return np.full(len(table), "", dtype=object)
    return cells.astype("object").map(lambda v: str(v).strip(), na_action="ignore").fillna("").to_numpy(dtype=object)


def _school_ids(plan: Plan, given: NDArray[np.object_]) -> NDArray[np.object_]:
    """(c,) id of each school that is named by its id or by a name that one school has; else ""."""
    ids = plan.schools["school_id"].astype("str")
    alone = ~plan.schools["name"].duplicated(keep=False)
    known = dict(zip(plan.schools.loc[alone, "name"].astype("str"), ids[alone], strict=True)) | dict(zip(ids, ids, strict=True))
    return np.array([known.get(g, "") for g in given.tolist()], dtype=object)


def _stages(table: Table, plan: Plan) -> tuple[NDArray[np.object_], list[Fault]]:
    if "stage" not in table.columns:
        if len(plan.zoned_stages) == 1:
            return np.full(len(table), plan.zoned_stages[0], dtype=object), []
        return np.full(len(table), "", dtype=object), [table.fault(text("risk.families_no_stage"), text("risk.families_fill"), None, "stage")]
    words = {say(f"word.{s}", lang): s for s in STAGES for lang in ("zh", "en")} | {s: s for s in STAGES}
    found = np.array([words.get(w, "") for w in _cells(table, "stage").tolist()], dtype=object)
    known = [text(f"word.{s}") for s in STAGES]
    return found, _wrong(table, found == "", text("risk.families_stage", known=known), text("risk.families_mend"), "stage")


def _wrong(table: Table, wrong: NDArray[np.bool_], problem: Text, remedy: Text, column: str) -> list[Fault]:
    places: Sequence[int] = np.flatnonzero(wrong).tolist()
    return first_few([table.fault(problem, remedy, i, column) for i in places])
