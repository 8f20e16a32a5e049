"""Families with children at two schools, counted from a list of children: who is at school stays, who enters goes by the zones (policy 4.3). Holds no names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.list_cells import cells_of, school_ids_of, stages_of, wrong_rows
from districting.auditing.views import StageViews
from districting.errors import DataError, Fault
from districting.measures.risk import families_parted
from districting.model.plan import Plan
from districting.model.settings import InputSpec
from districting.model.stages import STAGES
from districting.reading.enrolment_tables import Table, load_table
from districting.wording import text


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
    faults: list[Fault] = []
    table = load_table(path.parent, InputSpec(path.name), "families", faults)
    family, block = cells_of(table, "family"), cells_of(table, "block_id")
    for name, cells in (("family", family), ("block_id", block)):
        faults += wrong_rows(table, cells == "", text("risk.families_blank"), text("risk.families_fill"), name)
    position = pd.Index(plan.blocks["block_id"].astype("str")).get_indexer(pd.Index(block)).astype(np.int64)
    faults += wrong_rows(table, (block != "") & (position < 0), text("risk.families_block"), text("risk.families_mend"), "block_id")
    given = cells_of(table, "school")
    school = school_ids_of(plan, given)
    faults += wrong_rows(table, (given != "") & (school == ""), text("risk.families_school"), text("risk.families_mend"), "school")
    stage, more = _stages(table, plan)
    faults += more
    if faults:
        raise DataError(faults)
    return Families(pd.factorize(family)[0].astype(np.int64), position, school, stage)


def _stages(table: Table, plan: Plan) -> tuple[NDArray[np.object_], list[Fault]]:
    if "stage" not in table.columns:
        if len(plan.zoned_stages) == 1:
            return np.full(len(table), plan.zoned_stages[0], dtype=object), []
        return np.full(len(table), "", dtype=object), [table.fault(text("risk.families_no_stage"), text("risk.families_fill"), None, "stage")]
    found = stages_of(table)
    known = [text(f"word.{s}") for s in STAGES]
    return found, wrong_rows(table, found == "", text("risk.families_stage", known=known), text("risk.families_mend"), "stage")
