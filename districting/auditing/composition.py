"""Findings about districts: the composition rules counted again from the membership table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from districting.auditing.finding import finding
from districting.model.plan import SECOND_LEVEL, Plan
from districting.model.stages import STAGES, area_of_code, kind_of_stages

SWITCHED_OFF = ("private", "boarding")
"""Reasons of the coverage table that are the planner's choice."""


def composition_findings(plan: Plan) -> list[dict[str, Any]]:
    """Districts that break each counted rule (0 = none), schools in no or several districts, districts across a county line."""
    rows: list[dict[str, Any]] = []
    for scheme in plan.districts["scheme"].unique() if len(plan.districts) else ():
        rows += _scheme_rows(plan, str(scheme))
    return rows


def _scheme_rows(plan: Plan, scheme: str) -> list[dict[str, Any]]:
    members = plan.school_members(scheme).merge(plan.school_stages[["school_id", "stage", "tier"]], on=["school_id", "stage"], how="left")
    members = members.assign(kind=_kind(plan, members), area=_area(plan, members))
    districts = plan.school_districts(scheme)["district_id"]
    scope, source = f"districts:{scheme}", plan.recorded(f"grouping.{scheme}", "source") or ""
    rows = [finding("districts", float(len(districts)), "district", scope=scope, source=source)]
    repeated = _neighbours_of_one_theme(plan.school_districts(scheme))
    if repeated is not None:
        rows.append(finding("neighbours_of_one_theme", float(repeated), "pair", scope=scope, source=source))
    rules = plan.rules[plan.rules["decision"] == f"grouping.{scheme}"]
    for rule, value in zip(rules["rule"], rules["value"], strict=True):
        if ".." in value and rule != "districts":
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
    return [*rows, _coverage(plan, members, scheme)]


def _coverage(plan: Plan, members: pd.DataFrame, scheme: str) -> dict[str, Any]:
    """The share of school-stages that a district of the scheme holds. Those that the planner leaves at level 1 lower the share and miss no target."""
    apart = len(_only_above(plan, scheme))
    lost = len(_uncovered(plan, members, scheme))
    covered = len(members) / max(1, len(members) + apart + lost)
    target = {"threshold": 1.0, "verdict": "fail" if lost else "pass"} if lost or not apart else {}
    return finding("share_covered", covered, "share", scope=f"districts:{scheme}", source="宝鸡城乡教育联盟", **target)


def _only_above(plan: Plan, scheme: str) -> pd.DataFrame:
    """School-stages in a county alliance of the scheme and in no alliance inside a county."""
    if scheme != SECOND_LEVEL:
        return plan.memberships.iloc[:0]
    below = pd.MultiIndex.from_frame(plan.school_members(scheme)[["school_id", "stage"]])
    above = plan.top_members(scheme)
    return above[~pd.MultiIndex.from_frame(above[["school_id", "stage"]]).isin(below)]


def _uncovered(plan: Plan, members: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """School-stages of the form that are in none of its districts; who they are and why stands in the plan's coverage table.

    Those that the planner's own switches leave out (private or boarding schools) do not count: they are named, not missed.
    """
    if not len(plan.coverage):
        return plan.coverage
    of = plan.coverage["decision"] if "decision" in plan.coverage.columns else ""
    mine = plan.coverage[(of == f"grouping.{scheme}") | (of == f"pairing.{scheme}") | (of == "all") | (of == "")] if not isinstance(of, str) else plan.coverage
    mine = mine[~mine["reason"].isin(SWITCHED_OFF)]
    grouped = pd.MultiIndex.from_frame(members[["school_id", "stage"]])
    left = mine[mine["stage"].isin(members["stage"].unique())].drop_duplicates(["school_id", "stage"])
    return left[~pd.MultiIndex.from_frame(left[["school_id", "stage"]]).isin(grouped)]


def _broken(members: pd.DataFrame, districts: pd.Series[str], rule: str, value: str) -> int:
    """Districts that hold fewer or more than ``low..high`` of what ``rule`` counts: rows of a stage, or schools of a tier, a kind, an area or at all."""
    low, _, high = value.partition("..")
    stage, _, tier = rule.partition("_")
    if stage in STAGES:
        count = members[(members["stage"] == stage) & ((members["tier"] == tier) if tier else True)].groupby("district_id").size()
    else:
        fits = members if rule == "school" else members[(members["tier"] == rule) | (members["kind"] == rule) | (members["area"] == rule)]
        count = fits.groupby("district_id")["school_id"].nunique()
    held = count.reindex(districts, fill_value=0).to_numpy()
    return int(np.count_nonzero((held < int(low)) | (held > (int(high) if high else np.inf))))


def _kind(plan: Plan, members: pd.DataFrame) -> Any:
    """The type of a school that teaches several stages of the scheme (``nine_year`` ...), ``teaching_point``, empty for the others."""
    taught = members.groupby("school_id")["stage"].agg(kind_of_stages)
    points = plan.schools.loc[plan.schools["school_type"] == "teaching_point", "school_id"] if "school_type" in plan.schools.columns else ()
    return np.where(members["school_id"].isin(points), "teaching_point", taught.reindex(members["school_id"]).to_numpy())


def _area(plan: Plan, members: pd.DataFrame) -> Any:
    """Urban, fringe or rural, by the urban-rural code of the statistics bureau."""
    if "urban_rural_code" not in plan.schools.columns:
        return ""
    code = plan.schools.set_index("school_id")["urban_rural_code"].reindex(members["school_id"])
    return np.array([area_of_code(c) for c in code], dtype=str)


def _neighbours_of_one_theme(districts: Any) -> int | None:
    """Pairs of districts that share a border and a theme, counted from their outlines; None where districts have no themes."""
    theme = districts["theme"].fillna("").to_numpy(dtype=str) if "theme" in districts.columns else np.array([], dtype=str)
    if not (theme != "").any():
        return None
    shape = np.asarray(districts.geometry.array, dtype=object)
    a, b = shapely.STRtree(shape).query(shape, predicate="intersects")
    alike = (a < b) & (theme[a] == theme[b]) & (theme[a] != "")
    border = shapely.length(shapely.intersection(shapely.boundary(shape[a[alike]]), shapely.boundary(shape[b[alike]])))
    return int(np.count_nonzero(border > 0))


def _crossing(plan: Plan, members: pd.DataFrame, rules: pd.DataFrame) -> int | None:
    if "on" not in rules.loc[rules["rule"] == "within_county", "value"].tolist():
        return None
    county = plan.schools.set_index("school_id")["county_code"]
    frame = members.assign(county=county.reindex(members["school_id"]).to_numpy())
    return int((frame[frame["county"].fillna("") != ""].groupby("district_id")["county"].nunique() > 1).sum())
