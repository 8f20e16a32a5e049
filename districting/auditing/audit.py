"""The audit: every measure of a plan beside today's value and the line it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from districting.auditing.agreement import agreement_findings
from districting.auditing.balance.monitor import RECORD, balance_findings, record_of, recorded_profile, recorded_settings
from districting.auditing.complementarity import complementarity_findings
from districting.auditing.composition import composition_findings
from districting.auditing.evenness import score_findings
from districting.auditing.expected_quality import expected_quality_findings
from districting.auditing.proximity import proximity_findings
from districting.auditing.proximity_lines import Lines, lines_record, recorded_lines
from districting.auditing.quality_access import access_findings
from districting.auditing.risk import RISK, recorded_risk, risk_findings
from districting.auditing.sharing_effect import sharing_findings, sharing_tables
from districting.auditing.sharing_rates import rates_with
from districting.auditing.zoning import zoning_findings
from districting.model.balance_profile import BalanceProfile
from districting.model.kinds import refuse_kind
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.risk_rules import RiskRules
from districting.model.settings import AuditSettings
from districting.progress import tell_part
from districting.reading.risk_profile import rules_text

_RATES: Final = "sharing"
"""Part of the provenance that records the rates of sharing."""


@dataclass(frozen=True, eq=False)
class Audit:
    """What was found.

    findings : tidy rows (measure, stage, scope, value, today, unit, threshold, verdict, source)
    school_lines : every school against every line of balance
    sharing : what of the gap between schools sharing closes, by table of the plan
    rates : share of each indicator that is assumed to be lent, and ``reach_m``; empty where nobody shares
    """

    findings: pd.DataFrame
    school_lines: pd.DataFrame
    sharing: Mapping[str, pd.DataFrame]
    rates: Mapping[str, float] = field(default_factory=dict)

    def laid_on(self, plan: Plan) -> Plan:
        """``plan`` with these tables."""
        kept = plan.provenance[plan.provenance["part"] != _RATES] if len(plan.provenance) else plan.provenance
        record = pd.DataFrame({"part": _RATES, "key": list(self.rates), "value": [str(v) for v in self.rates.values()]}, dtype="str")
        provenance = pd.concat([f for f in (kept, record) if len(f)], ignore_index=True) if len(record) else kept
        return plan.replace(findings=self.findings, school_lines=self.school_lines, provenance=provenance, **self.sharing)

    def value(self, measure: str, stage: str = "", scope: str = "all") -> float:
        """One value of the findings; KeyError where there is none."""
        rows = self.findings
        found = rows[(rows["measure"] == measure) & (rows["stage"] == stage) & (rows["scope"] == scope)]
        if not len(found):
            raise KeyError((measure, stage, scope))
        return float(found["value"].iloc[0])


def audit_plan(plan: Plan, settings: AuditSettings | None = None, profile: BalanceProfile | None = None, near: Lines | None = None) -> Audit:
    """Measure ``plan`` against today's assignment and the lines of ``settings``, ``profile`` and ``near`` (enrolment near home). Reads nothing but the plan's tables.

    ``settings``, ``profile``, ``near``: None = those that the plan was made with, as it records them; of a plan that records none, those of the package.

    Raises
    ------
    DataError : ``plan`` is no Plan, or the file of lines does not hold together

    Returns
    -------
    Audit : verdicts are ``better``, ``worse``, ``same`` (against today), ``pass``, ``fail`` (against a line), ``yellow``, ``red``, ``trend`` (early warning),
        ``unknown``, ``single``, ``few`` (not known, one school, too few schools) or ``""`` (nothing to compare with)
    """
    refuse_kind(plan, Plan, "plan")
    lines, profile = settings or recorded_settings(plan), profile or recorded_profile(plan)
    rows: list[dict[str, Any]] = []
    for stage in plan.zoned_stages:
        rows += zoning_findings(plan, stage, lines)
        rows += expected_quality_findings(plan, stage)
        rows += access_findings(plan, stage, lines, profile)
    rows += proximity_findings(plan, near or recorded_lines(plan))
    balance, school_lines = balance_findings(plan, profile)
    rows += balance
    shared = sharing_tables(plan, lines, profile)
    rows += sharing_findings(shared, profile)
    rows += score_findings(plan)
    rows += composition_findings(plan)
    whole = not plan.for_public  # which has neither neighbours nor pupils of blocks
    rows += agreement_findings(plan) if whole else []
    rows += complementarity_findings(plan, lines)
    rows += risk_findings(plan, recorded_risk(plan)) if whole else []
    return Audit(pd.DataFrame(rows, columns=list(PLAN_TABLES["findings"])), school_lines, shared, _rates(shared, lines))


def _rates(shared: Mapping[str, pd.DataFrame], settings: AuditSettings) -> dict[str, float]:
    """The rates of the indicators that were shared, in the order of the table."""
    used = list(dict.fromkeys(shared["sharing_effect"]["indicator"].astype("str")))
    rates = rates_with(settings.shared, settings.shared_reach_m)
    return {"reach_m": rates.reach_m, **{name: rates.indicators[name].share for name in used}} if used else {}


def audited(plan: Plan, settings: AuditSettings, profile: BalanceProfile, near: Lines | None = None, risk: RiskRules | None = None) -> Plan:
    """``plan`` with its findings, the table of schools against lines, and a record of what it was held to. ``near``, ``risk``: None = as the plan records them."""
    tell_part("audit")
    kept = plan.provenance[plan.provenance["part"] != RECORD] if len(plan.provenance) else plan.provenance
    lines = near or recorded_lines(plan)
    said = {**record_of(settings, profile), **lines_record(lines), RISK: rules_text(risk or recorded_risk(plan))}
    record = pd.DataFrame({"part": RECORD, "key": list(said), "value": list(said.values())})
    provenance = pd.concat([kept, record], ignore_index=True) if len(kept) else record
    return audit_plan(plan, settings, profile, lines).laid_on(plan.replace(provenance=provenance))
