"""Every finding about balance, stage by stage, and the table of each school against each line."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pandas as pd

from districting.auditing.balance.conditions import class_findings, school_findings, staff_findings, zone_findings
from districting.auditing.balance.groups import group_findings
from districting.auditing.balance.inequality import coefficient_findings, inequality_findings
from districting.auditing.balance.lines import line_findings
from districting.auditing.balance.warning import warning_findings
from districting.auditing.finding import finding
from districting.measures.balance.population import COMPULSORY, Population, population, quality_columns
from districting.model.balance_profile import BalanceProfile
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.settings import AuditSettings
from districting.model.stages import STAGES
from districting.reading.balance_profile import balance_profile, profile_of_text, profile_text

RECORD = "audit"
"""Part of the provenance that says what a plan was held to."""
_FILES = ("proximity", "intake", "risk")
"""Settings that name a file beside the config: what it held is in the plan."""
SETTING = "settings."
"""Before the name of a setting of ``[audit]`` in it."""


def recorded_settings(plan: Plan) -> AuditSettings:
    """The settings that the plan was audited with; the defaults where it says nothing."""
    said = {f.name: plan.recorded(RECORD, f"{SETTING}{f.name}") for f in dataclasses.fields(AuditSettings)}
    return AuditSettings(**{name: json.loads(value) for name, value in said.items() if value is not None})


def recorded_profile(plan: Plan) -> BalanceProfile:
    """The lines of balance that the plan was held to; those of the package where it says nothing."""
    said = plan.recorded(RECORD, "balance")
    return balance_profile() if said is None else profile_of_text(said)


def record_of(settings: AuditSettings, profile: BalanceProfile) -> dict[str, str]:
    """Key -> value of the provenance: what :func:`recorded_settings` and :func:`recorded_profile` read."""
    each = {f"{SETTING}{name}": json.dumps(value, ensure_ascii=False) for name, value in dataclasses.asdict(settings).items() if name not in _FILES}
    return {**each, "balance": profile_text(profile)}


def balance_findings(plan: Plan, profile: BalanceProfile) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Findings of every stage with indicators, and ``school_lines``. A plan without indicators has neither: there is nothing to measure."""
    rows: list[dict[str, Any]] = []
    tables = [pd.DataFrame(columns=list(PLAN_TABLES["school_lines"]))]
    measured: list[Population] = []
    given = set(plan.indicators["stage"]) if len(plan.indicators) else set()
    for stage in (s for s in STAGES if s in given):
        of = population(plan, stage, profile)
        measured.append(of)
        official = stage in COMPULSORY and bool(set(of.columns) & (set(profile.basic.indicators) | set(profile.quality.indicators)))
        rows += _counted(of, profile) if official else []
        rows += coefficient_findings(plan, of, profile)
        if not official:
            continue
        lines, table = line_findings(of, profile)
        rows += lines
        tables += [table] if len(table) else []
        rows += inequality_findings(plan, of, profile)
        rows += class_findings(plan, of, profile) + staff_findings(of, profile) + zone_findings(plan, of, profile)
        rows += group_findings(of, profile) + warning_findings(plan, of, profile)
    if any(quality_columns(of, profile) for of in measured):
        rows += school_findings(plan, measured, profile)
    return rows, pd.concat(tables[1:] or tables, ignore_index=True)


def _counted(of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """Schools that are measured, and those that are not, reason by reason."""
    more = {"stage": of.stage, "scope": "schools", "source": profile.exclusions.source}
    rows = [finding("schools_measured", float(len(of.school_ids)), "school", **more)]
    return rows + [finding(f"schools_excluded.{why}", float(count), "school", **more) for why, count in sorted(of.excluded.items())]
