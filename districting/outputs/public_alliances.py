"""Alliances inside counties for the public: whoever is missing below a county must not tell who is in a pair."""

from __future__ import annotations

from typing import Any

import pandas as pd

from districting.errors import Fault
from districting.model.plan import PLAN_TABLES, SECOND_LEVEL, Plan
from districting.planning.rows import note_rows
from districting.wording import text


def tells_of_pairs(plan: Plan) -> bool:
    """Whether a school stands in a county alliance and in no alliance inside its county: the strong and weak schools of the pairs do where ``linked`` names them."""
    below = pd.MultiIndex.from_frame(plan.school_members(SECOND_LEVEL)[["school_id", "stage"]])
    above = pd.MultiIndex.from_frame(plan.top_members(SECOND_LEVEL)[["school_id", "stage"]])
    return bool((~above.isin(below)).any())


def without_telling(plan: Plan) -> tuple[Plan, pd.DataFrame]:
    """A copy of ``plan`` without the alliances inside counties, and a note that says so, where they tell of pairs; else the plan and no note.

    Every row that speaks of them goes: leaving out the memberships of some would show who they are by their absence.
    """
    if not len(plan.districts) or not tells_of_pairs(plan):
        return plan, note_rows([], plan.language)
    kept: dict[str, Any] = {name: _others(getattr(plan, name), "scheme") for name, columns in PLAN_TABLES.items() if "scheme" in columns}
    scopes = (f"districts:{SECOND_LEVEL}", f"district:{SECOND_LEVEL}:")
    findings, part = plan.findings, f"pairing.{SECOND_LEVEL}"
    if len(findings):
        findings = findings[~findings["scope"].astype("str").str.startswith(scopes)].reset_index(drop=True)
    provenance = plan.provenance[plan.provenance["part"] != part].reset_index(drop=True)
    note = Fault(text("grouping.alliances_not_public"), text("grouping.place_all_below"), column="second_level", severity="warning")
    return plan.replace(**kept, findings=findings, provenance=provenance), note_rows([note], plan.language)


def _others(table: Any, column: str) -> Any:
    return table[table[column] != SECOND_LEVEL].reset_index(drop=True) if len(table) else table
