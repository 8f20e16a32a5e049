"""The whole risk assessment of a plan: what it puts at risk, how likely its rules are to break, which blocks are unsettled, and the level (policy R41, 4.3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.auditing.families import Families
from districting.auditing.finding import finding
from districting.auditing.quality_access import StageAccess, access_columns, stage_access
from districting.auditing.risk import StageRisk, plan_level, recorded_risk, risk_findings, stage_risk
from districting.auditing.risk_odds import DRAWS, SchemeOdds, StageOdds, odds_findings, scheme_odds, stage_odds
from districting.errors import DataError, Fault
from districting.model.kinds import refuse_kind, refuse_public
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.risk_rules import LEVELS, RiskRules
from districting.model.settings import AuditSettings
from districting.planning.rows import provenance_rows, stack
from districting.planning.stability import RESOLVES, Stability, stability_map
from districting.wording import text

FRAGILE_M: Final = 100.0
"""Margin in metres per pupil up to which a block counts as unsettled."""
_FAMILIES: Final = (
    *("risk", "risk_level", "distance_change", "zones_over_expected", "chance_any_rule_breaks", "chance_breaks", "chance_tier_rule_breaks"),
    *("share_beyond_radius_p95", "share_unsettled", "share_flipping", "share_flipping_unchanged", "margin_agreement"),
)
"""Families of the rows that an assessment writes anew."""


@dataclass(frozen=True, eq=False)
class RiskOptions:
    """``draws`` futures, ``resolves`` plans drawn anew per stage (0 = none), ``steps`` of each; the same ``seed`` gives the same bytes."""

    draws: int = DRAWS
    resolves: int = RESOLVES
    steps: int | None = None
    seed: int = 0
    audit: AuditSettings = field(default_factory=AuditSettings)


@dataclass(frozen=True, eq=False)
class RiskAssessment:
    """Per zoned stage what was found, per scheme of districts the chances; ``level`` of the plan (a position in ``LEVELS``, -1 where nothing can be judged).

    ``plan``: the plan with these rows among its findings, columns for the map in its blocks, and the level in its provenance (it is no draft any more).
    """

    plan: Plan
    rules: RiskRules
    options: RiskOptions
    risks: Mapping[str, StageRisk]
    odds: Mapping[str, StageOdds]
    schemes: Mapping[str, SchemeOdds]
    stability: Mapping[str, Stability]
    access: Mapping[str, StageAccess]
    level: int


def assess_risk(plan: Plan, rules: RiskRules | None = None, options: RiskOptions | None = None, families: Families | None = None) -> RiskAssessment:
    """Assess ``plan`` from its own tables, and from the list of ``families`` where there is one. ``rules``: None = those that the plan records.

    Raises
    ------
    DataError : ``plan`` is no Plan or has no zones
    """
    refuse_kind(plan, Plan, "plan")
    refuse_public(plan)
    if not plan.zoned_stages:
        raise DataError(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy")))
    rules, given = rules or recorded_risk(plan), options or RiskOptions()
    radius = {stage: given.audit.service_radius_m.get(stage, math.nan) for stage in plan.zoned_stages}
    streams = iter(np.random.default_rng(given.seed).spawn(2 * len(plan.zoned_stages) + 1))
    risks = {stage: stage_risk(plan, stage, rules, families) for stage in plan.zoned_stages}
    odds = {stage: stage_odds(plan, stage, rules.errors, next(streams), draws=given.draws, radius_m=radius[stage]) for stage in plan.zoned_stages}
    names = [str(s) for s in plan.districts["scheme"].unique()] if len(plan.districts) else []
    of_schemes = next(streams).spawn(len(names)) if names else []
    chances = {name: scheme_odds(plan, name, rules.errors, own, draws=given.draws) for name, own in zip(names, of_schemes, strict=True)}
    settled = {
        stage: stability_map(plan, stage, own, change=rules.change, resolves=given.resolves, steps=given.steps)
        for stage, own in zip(plan.zoned_stages if given.resolves else (), streams, strict=False)
    }
    near = {stage: stage_access(plan, stage, radius[stage]) for stage in plan.zoned_stages}
    made = RiskAssessment(
        plan=plan,
        rules=rules,
        options=given,
        risks=risks,
        odds=odds,
        schemes={k: v for k, v in chances.items() if v is not None},
        stability={k: v for k, v in settled.items() if v is not None},
        access={k: v for k, v in near.items() if v is not None},
        level=plan_level(risks),
    )
    return RiskAssessment(**{**made.__dict__, "plan": _assessed(made)})


def stability_findings(stability: Mapping[str, Stability]) -> list[dict[str, Any]]:
    """Rows of the findings table about unsettled blocks and how well their margins tell them."""
    rows: list[dict[str, Any]] = []
    for stage, one in stability.items():
        total = float(one.pupils.sum())
        unsettled = float(one.pupils[one.margin_m <= FRAGILE_M].sum()) / total if total else math.nan
        rows.append(finding("share_unsettled", unsettled, "share", stage=stage))
        rows.append(finding("share_flipping", one.flipping_share, "share", stage=stage))
        rows.append(finding("share_flipping_unchanged", one.still_share, "share", stage=stage))
        if not math.isnan(one.agreement):
            rows.append(finding("margin_agreement", one.agreement, "1", stage=stage))
    return rows


def _assessed(made: RiskAssessment) -> Plan:
    plan = made.plan
    rows = risk_findings(plan, made.rules, made.risks) + odds_findings(made.odds, made.schemes) + stability_findings(made.stability)
    old = plan.findings[~plan.findings["measure"].astype("str").str.partition(".")[0].isin(_FAMILIES)] if len(plan.findings) else plan.findings
    findings = stack(old.reset_index(drop=True), pd.DataFrame(rows, columns=list(PLAN_TABLES["findings"])))
    errors = {f"error.{k}": v for k, v in vars(made.rules.errors).items()}
    record = {"draws": made.options.draws, "resolves": made.options.resolves, "seed": made.options.seed, **errors}
    if made.level >= 0:
        record = {"level": LEVELS[made.level], **record}
    kept = plan.provenance[plan.provenance["part"] != "risk"].reset_index(drop=True)
    columns: dict[str, Any] = {}
    for stage, found in made.access.items():
        columns |= access_columns(stage, found)
    for stage, one in made.stability.items():
        columns |= {f"risk_margin_m_{stage}": np.where(np.isfinite(one.margin_m), one.margin_m, np.nan), f"risk_flips_{stage}": one.flips}
    return plan.replace(findings=findings, provenance=stack(kept, provenance_rows("risk", record)), blocks=plan.blocks.assign(**columns))
