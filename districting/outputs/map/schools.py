"""Schools as the page shows them. Tiers and scores are for internal pages only."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from districting.auditing.views import stage_views
from districting.model.plan import Plan
from districting.outputs.map.ground import in_degrees, shapes_of
from districting.outputs.public_leads import shown_role as public_role

_MARKS: Final = {
    "lead": ("★", "#b3001b", 19),
    "weak": ("▲", "#6a3d00", 15),
    "member": ("●", "#14456b", 14),
    "regular": ("●", "#14456b", 14),
    "": ("○", "#3d4a54", 14),
}
"""Role in a district -> sign, colour, size in pixels. Shape tells the roles apart where colour does not."""

_PUBLIC_ROLES: Final = ("lead", "member")


def role_marks(audience: str) -> list[dict[str, Any]]:
    """The roles a page may show, strongest first, each with its sign."""
    shown = [r for r in _MARKS if audience == "internal" or r in (*_PUBLIC_ROLES, "")]
    return [{"role": r, "sign": _MARKS[r][0], "colour": _MARKS[r][1], "size": _MARKS[r][2]} for r in shown]


def shown_role(role: Any, audience: str) -> str:
    """The role as the audience may see it: for the public a school leads or is a member.

    >>> shown_role("weak", "public"), shown_role("weak", "internal")
    ('member', 'weak')
    """
    if audience == "public":
        return public_role(role)
    return str(role) if role in _MARKS else "member"


def schools(plan: Plan, at: Any, groupings: list[dict[str, Any]], audience: str) -> list[dict[str, Any]]:
    """One entry per school: place, stages, role by stage, districts by grouping; pupils, seats and pupils of today by stage (None = not known)."""
    points = in_degrees(shapes_of(plan.schools), plan.crs)
    rows: list[dict[str, Any]] = []
    for school_id, name, point in zip(plan.schools["school_id"], plan.schools["name"], points, strict=True):
        spot = None if point is None or point.is_empty else [round(point.y, 6), round(point.x, 6)]
        rows.append({"id": str(school_id), "name": str(name), "at": spot, "stages": [], "role": {}, "district": [[] for _ in groupings], "load": {}})
    for g, grouping in enumerate(groupings):
        for number, district in enumerate(grouping["districts"]):
            for member in district["members"]:
                rows[member]["district"][g].append(number)
    for row in plan.school_stages.itertuples():
        _add_stage(rows[_at(at, row.school_id)], row, audience)
    for row in plan.memberships.itertuples():
        rows[_at(at, row.school_id)]["role"][row.stage] = shown_role(row.role, audience)
    for stage in plan.zoned_stages if len(plan.blocks) else ():
        views = stage_views(plan, stage)
        before = np.full(len(views.school_ids), np.nan) if views.today is None else views.today.load
        for school_id, load, seats, today in zip(views.school_ids, views.plan.load, views.plan.seats, before, strict=True):
            school = rows[_at(at, school_id)]
            school["load"][stage] = [short(load), short(seats), short(today)]
            if stage not in school["stages"]:
                school["stages"].append(stage)
    return rows


def _add_stage(school: dict[str, Any], row: Any, audience: str) -> None:
    school["stages"].append(row.stage)
    if audience == "internal":
        if isinstance(row.tier, str) and row.tier:
            school.setdefault("tier", {})[row.stage] = row.tier
        if pd.notna(row.score):
            school.setdefault("score", {})[row.stage] = short(row.score)


def _at(at: Any, school_id: Any) -> int:
    return int(at.get_indexer([school_id])[0])


def short(value: Any) -> float | int | None:
    """A number in as few digits as are read: whole where it is whole, else two decimals; None where it is not known.

    >>> short(3.0), short(2.345), short(float("nan"))
    (3, 2.35, None)
    """
    number = float(value)
    if np.isnan(number):
        return None
    return int(number) if np.isfinite(number) and number == int(number) else round(number, 2)
