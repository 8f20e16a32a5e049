"""The audit: every measure of a plan beside today's value and the line it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from districting.auditing.agreement import agreement_findings
from districting.auditing.complementarity import complementarity_findings
from districting.auditing.composition import composition_findings
from districting.auditing.evenness import evenness_findings
from districting.auditing.expected_quality import expected_quality_findings
from districting.auditing.proximity import proximity_findings
from districting.auditing.proximity_lines import read_lines
from districting.auditing.zoning import zoning_findings
from districting.model.kinds import refuse_kind
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.settings import AuditSettings


@dataclass(frozen=True, eq=False)
class Audit:
    """``findings``: tidy rows (measure, stage, scope, value, today, unit, threshold, verdict, source)."""

    findings: pd.DataFrame

    def value(self, measure: str, stage: str = "", scope: str = "all") -> float:
        """One value of the findings; KeyError where there is none."""
        rows = self.findings
        found = rows[(rows["measure"] == measure) & (rows["stage"] == stage) & (rows["scope"] == scope)]
        if not len(found):
            raise KeyError((measure, stage, scope))
        return float(found["value"].iloc[0])


def audit_plan(plan: Plan, settings: AuditSettings | None = None, *, folder: str | Path = ".") -> Audit:
    """Measure ``plan`` against today's assignment and the lines of ``settings``. Reads nothing but the plan's tables and the lines of enrolment near home
    (``settings.proximity``, looked for in ``folder``; without it those of the package).

    Raises
    ------
    DataError : ``plan`` is no Plan, or the file of lines does not hold together

    Returns
    -------
    Audit : verdicts are ``better``, ``worse``, ``same`` (against today), ``pass``, ``fail`` (against a line) or ``""`` (nothing to compare with)
    """
    refuse_kind(plan, Plan, "plan")
    lines = settings or AuditSettings()
    near = read_lines(None if lines.proximity is None else Path(folder) / lines.proximity, plan.year)
    rows: list[dict[str, Any]] = []
    for stage in plan.zoned_stages:
        rows += zoning_findings(plan, stage, lines)
        rows += expected_quality_findings(plan, stage)
    rows += proximity_findings(plan, near)
    rows += evenness_findings(plan, lines)
    rows += composition_findings(plan)
    rows += agreement_findings(plan)
    rows += complementarity_findings(plan, lines)
    return Audit(pd.DataFrame(rows, columns=list(PLAN_TABLES["findings"])))
