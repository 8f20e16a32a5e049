"""Findings about what districts share: how much of their members' shortfalls others of the district cover, and who gives what to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.auditing.finding import against_today, finding
from districting.measures.cover import Cover, cover_of, covered_share
from districting.measures.district_view import DistrictView
from districting.measures.registry import DISTRICT_MEASURES
from districting.model.plan import Plan
from districting.model.settings import AuditSettings
from districting.planning.profile import Resources, resources_of

TODAY_SCHEME: Final = "today"
"""Scheme of the districts that stand today, in a plan that holds them."""

GIFT_COLUMNS: Final = ("scheme", "district_id", "school_id", "stage", "resource", "shortfall", "cover", "giver_id", "giver_stage")
_KEY: Final = ["school_id", "stage"]


@dataclass(frozen=True, eq=False)
class _Members:
    """Members of one scheme (scheme, district_id, school_id, stage), what they have, and what covers them under the scheme."""

    rows: pd.DataFrame
    resources: Resources
    view: DistrictView
    cover: Cover


def complementarity_findings(plan: Plan, settings: AuditSettings) -> list[dict[str, Any]]:
    """Per scheme, in all and for each district, the share of shortfalls that is covered; undefined (NaN) where nobody is short of anything.

    ``today`` is the same members before: as today's districts (scheme ``today``) cover them, else each school alone, which covers nothing.
    A plan without resources, such as one for the public, has no such findings.
    """
    rows: list[dict[str, Any]] = []
    for scheme in plan.memberships["scheme"].unique():
        members = _members(plan, str(scheme), settings.weak_weight)
        if members.resources.names:
            rows += _scheme_rows(plan, str(scheme), members)
    return rows


def who_gives_what(plan: Plan) -> pd.DataFrame:
    """Who covers whose shortfall: one row per member and resource it is short of, those that nobody covers included (``giver_id`` empty).

    Returns
    -------
    scheme, district_id, school_id, stage, resource, shortfall and cover (standard deviations of the stage), giver_id, giver_stage: the member that has most to spare.
    For internal use: it tells strong from weak.
    """
    parts = []
    for scheme in plan.memberships["scheme"].unique():
        members = _members(plan, str(scheme), 1.0)
        member, resource = np.nonzero(members.cover.shortfall > 0)
        if not len(member):
            continue
        giver = members.cover.giver[member, resource]
        rows = members.rows.iloc[member].reset_index(drop=True)
        amounts = {"shortfall": members.cover.shortfall[member, resource], "cover": members.cover.cover[member, resource]}
        by = {f"giver_{c}": np.where(giver >= 0, members.rows[k].to_numpy(dtype=object)[giver], "") for c, k in (("id", "school_id"), ("stage", "stage"))}
        parts.append(rows.assign(resource=np.array(members.resources.names, dtype=object)[resource], **amounts, **by))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(GIFT_COLUMNS))
    return table[list(GIFT_COLUMNS)]


def _members(plan: Plan, scheme: str, weak_weight: float) -> _Members:
    of_scheme = plan.top_members(scheme)[["scheme", "district_id", *_KEY]]
    profile = _profile(plan, of_scheme[_KEY].drop_duplicates())
    resources = resources_of(profile)
    rows = of_scheme.reset_index(drop=True)
    at = pd.MultiIndex.from_frame(profile[_KEY]).get_indexer(pd.MultiIndex.from_frame(rows[_KEY]))
    view = DistrictView(
        resources.z[at],
        pd.factorize(rows["district_id"])[0].astype(np.int64),
        pd.factorize(rows["school_id"])[0].astype(np.int64),
        np.where(profile["tier"].to_numpy(dtype=object)[at] == "weak", weak_weight, 1.0),
        resources.weight,
    )
    return _Members(rows, resources, view, cover_of(view))


def _profile(plan: Plan, members: pd.DataFrame) -> pd.DataFrame:
    """One row per school-stage: pupils, tier, themes and every indicator of the plan as a column."""
    wide = plan.indicators.pivot(index=_KEY, columns="indicator", values="value").reset_index() if len(plan.indicators) else pd.DataFrame(columns=_KEY)
    themes = plan.schools[["school_id", "themes"]] if "themes" in plan.schools.columns else pd.DataFrame(columns=["school_id", "themes"])
    found = members.merge(plan.school_stages[[*_KEY, "tier", "pupils"]].drop_duplicates(_KEY), on=_KEY, how="left").merge(wide, on=_KEY, how="left")
    return found.merge(themes.drop_duplicates("school_id"), on="school_id", how="left").sort_values(_KEY, kind="stable").reset_index(drop=True)


def _scheme_rows(plan: Plan, scheme: str, members: _Members) -> list[dict[str, Any]]:
    before = _before(plan, scheme, members)
    measure = DISTRICT_MEASURES["complementarity"]
    rows = []
    for district in ("", *dict.fromkeys(members.rows["district_id"])):
        mine = (members.rows["district_id"] == district).to_numpy() if district else np.ones(len(members.rows), dtype=np.bool_)
        view = members.view.of(mine)
        value = measure.function(view)
        lacking = members.cover.shortfall[mine]
        today = covered_share(Cover(lacking, np.minimum(lacking, before[mine]), np.full(lacking.shape, -1)), view)
        scope = f"district:{scheme}:{district}" if district else f"districts:{scheme}"
        verdict = against_today(value, today, measure.better, measure.unit)
        rows.append(finding("complementarity", value, measure.unit, scope=scope, today=today, verdict=verdict, source=measure.source))
    return rows


def _before(plan: Plan, scheme: str, members: _Members) -> Any:
    """(s, r) what covers every member of ``scheme`` in today's districts; 0 for a school that is in none."""
    cover = np.zeros_like(members.cover.cover)
    rows = plan.memberships[plan.memberships["scheme"] == TODAY_SCHEME].drop_duplicates(_KEY)
    if scheme == TODAY_SCHEME or not len(rows):
        return cover
    at = pd.MultiIndex.from_frame(rows[_KEY]).get_indexer(pd.MultiIndex.from_frame(members.rows[_KEY]))
    district = np.where(at >= 0, pd.factorize(rows["district_id"])[0][at], -1).astype(np.int64)
    today = DistrictView(members.view.resources, district, members.view.school, members.view.weight, members.view.resource_weight)
    return cover_of(today).cover
