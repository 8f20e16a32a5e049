"""The audit: every measure of a plan beside today's value and the line it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from districting.auditing.agreement import agreement_findings
from districting.auditing.complementarity import complementarity_findings
from districting.auditing.composition import composition_findings
from districting.auditing.evenness import evenness_findings
from districting.auditing.expected_quality import expected_quality_findings
from districting.auditing.sharing_effect import sharing_findings, sharing_tables
from districting.auditing.zoning import zoning_findings
from districting.model.kinds import refuse_kind
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.settings import AuditSettings


@dataclass(frozen=True, eq=False)
class Audit:
    """``findings``: tidy rows (measure, stage, scope, value, today, unit, threshold, verdict, source); ``tables``: what some of them come from, by table of the plan."""

    findings: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def value(self, measure: str, stage: str = "", scope: str = "all") -> float:
        """One value of the findings; KeyError where there is none."""
        rows = self.findings
        found = rows[(rows["measure"] == measure) & (rows["stage"] == stage) & (rows["scope"] == scope)]
        if not len(found):
            raise KeyError((measure, stage, scope))
        return float(found["value"].iloc[0])


def audit_plan(plan: Plan, settings: AuditSettings | None = None) -> Audit:
    """Measure ``plan`` against today's assignment and the lines of ``settings``. Reads nothing but the plan's tables.

    Raises
    ------
    DataError : ``plan`` is no Plan

    Returns
    -------
    Audit : verdicts are ``better``, ``worse``, ``same`` (against today), ``pass``, ``fail`` (against a line) or ``""`` (nothing to compare with)
    """
    refuse_kind(plan, Plan, "plan")
    lines = settings or AuditSettings()
    rows: list[dict[str, Any]] = []
    for stage in plan.zoned_stages:
        rows += zoning_findings(plan, stage, lines)
        rows += expected_quality_findings(plan, stage)
    rows += evenness_findings(plan, lines)
    shared = sharing_tables(plan, lines)
    rows += sharing_findings(shared, lines)
    rows += composition_findings(plan)
    rows += agreement_findings(plan)
    rows += complementarity_findings(plan, lines)
    return Audit(pd.DataFrame(rows, columns=list(PLAN_TABLES["findings"])), shared)


def with_audit(plan: Plan, settings: AuditSettings | None = None) -> Plan:
    """A copy of ``plan`` with its findings and the tables they come from."""
    audit = audit_plan(plan, settings)
    return plan.replace(findings=audit.findings, **audit.tables)
