"""Findings about districts: the composition rules counted again from the membership table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.finding import finding
from districting.model.plan import Plan

_SOURCE = {"alliance": "呼和浩特学区制（新华社 2014-03-20）"}


SWITCHED_OFF = ("private", "boarding")
"""Reasons of the coverage table that are the planner's choice."""


def composition_findings(plan: Plan) -> list[dict[str, Any]]:
    """Districts that break each counted rule (0 = none), schools in no or several districts, districts across a county line."""
    rows: list[dict[str, Any]] = []
    for scheme in plan.districts["scheme"].unique() if len(plan.districts) else ():
        rows += _scheme_rows(plan, str(scheme))
    return rows


def _scheme_rows(plan: Plan, scheme: str) -> list[dict[str, Any]]:
    members = plan.memberships[plan.memberships["scheme"] == scheme].merge(
        plan.school_stages[["school_id", "stage", "tier"]], on=["school_id", "stage"], how="left"
    )
    districts = plan.districts.loc[plan.districts["scheme"] == scheme, "district_id"]
    scope, source = f"districts:{scheme}", _SOURCE.get(scheme, "")
    rows = [finding("districts", float(len(districts)), "district", scope=scope, source=source)]
    rules = plan.rules[plan.rules["decision"] == f"grouping.{scheme}"]
    for rule, value in zip(rules["rule"], rules["value"], strict=True):
        if ".." in value:
            broken = _broken(members, districts, rule, value)
            rows.append(
                finding(
                    f"districts_breaking.{rule}", float(broken), "district", scope=scope, threshold=0.0, verdict="pass" if not broken else "fail", source=source
                )
            )
    twice = members.groupby(["school_id", "stage"])["district_id"].nunique()
    rows.append(
        finding(
            "schools_in_several_districts",
            float((twice > 1).sum()),
            "school",
            scope=scope,
            threshold=0.0,
            verdict="pass" if (twice <= 1).all() else "fail",
            source=source,
        )
    )
    crossing = _crossing(plan, members, rules)
    if crossing is not None:
        rows.append(
            finding(
                "districts_across_counties", float(crossing), "district", scope=scope, threshold=0.0, verdict="pass" if not crossing else "fail", source=source
            )
        )
    covered = len(members) / (len(members) + len(_uncovered(plan, members, scheme)))
    rows.append(finding("share_covered", covered, "share", scope=scope, threshold=1.0, verdict="pass" if covered == 1.0 else "fail", source="宝鸡城乡教育联盟"))
    return rows


def _uncovered(plan: Plan, members: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """School-stages of the form that are in none of its districts; who they are and why stands in the plan's coverage table.

    Those that the planner's own switches leave out (private or boarding schools) do not count: they are named, not missed.
    """
    if not len(plan.coverage):
        return plan.coverage
    of = plan.coverage["decision"] if "decision" in plan.coverage.columns else ""
    mine = plan.coverage[(of == f"grouping.{scheme}") | (of == "all") | (of == "")] if not isinstance(of, str) else plan.coverage
    mine = mine[~mine["reason"].isin(SWITCHED_OFF)]
    grouped = pd.MultiIndex.from_frame(members[["school_id", "stage"]])
    left = mine[mine["stage"].isin(members["stage"].unique())].drop_duplicates(["school_id", "stage"])
    return left[~pd.MultiIndex.from_frame(left[["school_id", "stage"]]).isin(grouped)]


def _broken(members: pd.DataFrame, districts: pd.Series[str], rule: str, value: str) -> int:
    stage, _, tier = rule.partition("_")
    low, _, high = value.partition("..")
    counted = members[(members["stage"] == stage) & ((members["tier"] == tier) if tier else True)]
    count = counted.groupby("district_id").size().reindex(districts, fill_value=0).to_numpy()
    return int(np.count_nonzero((count < int(low)) | (count > (int(high) if high else np.inf))))


def _crossing(plan: Plan, members: pd.DataFrame, rules: pd.DataFrame) -> int | None:
    if "on" not in rules.loc[rules["rule"] == "within_county", "value"].tolist():
        return None
    county = plan.schools.set_index("school_id")["county_code"]
    frame = members.assign(county=county.reindex(members["school_id"]).to_numpy())
    return int((frame[frame["county"].fillna("") != ""].groupby("district_id")["county"].nunique() > 1).sum())
