"""``share accessibility``: how well the pupils of each school reach shared venues, and the gap between grades of schools (policy R26)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.model.share_result import ShareResult
from districting.planning.sharing.ground import Ground, allowed, ground_of, metres
from districting.planning.sharing.venues import venues_of
from districting.reading.city import City
from districting.sharing.catchments import band_decay, floating_catchments, gaussian_decay
from districting.wording import Text, text

GROUPS = ("all", "lead", "regular", "weak", "teaching_point")
"""``teaching_point``: by type, whatever its tier; the others by tier, teaching points among them."""


def share_accessibility(city: City, plan: Plan | None = None) -> ShareResult:
    """Class-hours a week per 100 pupils that each school reaches, by kind of venue, and the share of pupils whose school reaches one within the limit.

    Raises
    ------
    DataError : no venues, a reach of nothing, or districts are asked for without a plan
    """
    reach, settings = city.settings.sharing.reach, city.settings.sharing.accessibility
    if not settings.limit_m > 0:
        raise DataError(Fault(text("sharing.no_limit"), text("sharing.give_limit"), column="sharing.accessibility"))
    ground = ground_of(city, plan, settings.stages)
    venues = venues_of(city, plan, ground_of(city, plan))
    way = np.where(allowed(ground.at, venues.at, settings.area, plan), metres(city, ground.at, venues.at, reach), np.inf)
    decay = gaussian_decay if settings.method == "gaussian" else band_decay(settings.band_weights)
    tables, groups = [], []
    placed = np.asarray(np.isfinite(ground.at.xy).all(axis=1))
    for kind, rows in venues.table.groupby("kind", sort=True):
        at = rows.index.to_numpy()
        found = floating_catchments(np.nan_to_num(ground.pupils), rows["room_hours"].to_numpy(np.float64), way[:, at], settings.limit_m, decay)
        open_way = np.where((rows["room_hours"].to_numpy() > 0)[None, :], way[:, at], np.inf)
        near = open_way.argmin(axis=1)
        shortest = open_way[np.arange(len(near)), near]
        name = np.where(np.isfinite(shortest), rows["name"].to_numpy(dtype=object)[near], "")
        per_100 = np.where(placed, 100.0 * found.score, np.nan)
        frame = pd.DataFrame({"school_id": ground.ids, "name": ground.name, "venue_kind": kind, "pupils": ground.pupils, "hours_per_100": per_100})
        tables.append(
            frame.assign(
                within=pd.Series(found.within, dtype="boolean").where(placed),
                nearest=name,
                distance_m=np.where(np.isfinite(shortest), np.round(shortest), np.nan),
            )
        )
        groups.append(_groups(city, ground, str(kind), per_100, found.within))
    table = pd.concat(tables, ignore_index=True)
    summary = pd.concat(groups, ignore_index=True)
    if city.settings.output.audience == "public":
        summary = summary[summary["group"].isin(["all", "teaching_point"])].reset_index(drop=True)
    facts = {
        "status": "measured", "method": settings.method, "limit_m": settings.limit_m, "limit_min": settings.ride_min, "mode": "vehicle", "ride_kmh": settings.ride_kmh,
        "distance": reach.distance, "unit": "class-hours a week per 100 pupils", "kinds": _facts(summary),
    }  # fmt: skip
    limit = text(
        "sharing.access_limit", minutes=settings.ride_min, kmh=settings.ride_kmh, metres=settings.limit_m, way=text(f"sharing.access_{reach.distance}")
    )
    notes = {name: text("sharing.note_with_limit", note=text(f"sharing.note_{name}"), limit=limit) for name in ("accessibility", "accessibility_groups")}
    return ShareResult({"accessibility": table, "accessibility_groups": summary}, facts, (limit, *_lines(_facts(summary))), notes)


def _groups(city: City, ground: Ground, kind: str, per_100: NDArray[np.float64], within: NDArray[np.bool_]) -> pd.DataFrame:
    """Schools of each grade with their pupils, stage by stage; a school whose place or pupils are not known counts in none."""
    stages = city.school_stages[city.school_stages["stage"].isin(city.settings.sharing.accessibility.stages)]
    school = ground.ids.get_indexer(pd.Index(stages["school_id"]))
    pupils = stages["pupils"].to_numpy(np.float64) if "pupils" in stages.columns else np.full(len(stages), np.nan)
    points = set(city.schools.loc[city.schools["school_type"] == "teaching_point", "school_id"])
    known = np.isfinite(pupils) & np.isfinite(per_100[school])
    tests = {g: (stages["tier"] == g).to_numpy() for g in ("lead", "regular", "weak")}
    tests |= {"all": np.ones(len(stages), dtype=bool), "teaching_point": stages["school_id"].isin(points).to_numpy()}
    rows: list[dict[str, Any]] = []
    for group in GROUPS:
        here = known & tests[group]
        heads = float(pupils[here].sum())
        if not here.any():
            continue
        mean = float(pupils[here] @ per_100[school[here]]) / heads if heads else np.nan
        share = float(pupils[here] @ within[school[here]]) / heads if heads else np.nan
        rows.append(
            {"venue_kind": kind, "group": group, "schools": len(set(school[here].tolist())), "pupils": heads, "within_share": share, "hours_per_100": mean}
        )
    return pd.DataFrame(rows, columns=["venue_kind", "group", "schools", "pupils", "within_share", "hours_per_100"])


def _facts(summary: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Kind -> group -> its two numbers."""
    out: dict[str, dict[str, dict[str, float]]] = {}
    for kind, group, share, hours in summary[["venue_kind", "group", "within_share", "hours_per_100"]].itertuples(index=False, name=None):
        out.setdefault(str(kind), {})[str(group)] = {"within_share": float(share), "hours_per_100": float(hours)}
    return out


def _lines(kinds: dict[str, dict[str, dict[str, float]]]) -> list[Text]:
    lines = []
    for kind, of in kinds.items():
        known = {group for group, numbers in of.items() if np.isfinite(list(numbers.values())).all()}
        if "all" in known:
            lines.append(text("sharing.access_line", kind=kind, share=of["all"]["within_share"], hours=of["all"]["hours_per_100"]))
        if {"lead", "teaching_point"} <= known:
            lead, point = of["lead"], of["teaching_point"]
            shares = {"lead": lead["within_share"], "point": point["within_share"]}
            lines.append(text("sharing.access_gap", kind=kind, **shares, lead_hours=lead["hours_per_100"], point_hours=point["hours_per_100"]))
    return lines
