"""What a page knows of a plan, as plain lists; what the public must not see is left out here, not hidden in the browser."""

from __future__ import annotations

import math
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.auditing.views import stage_views
from districting.model.plan import Plan
from districting.outputs.map.colours import PALETTE, colour_numbers
from districting.outputs.map.topology import topology
from districting.outputs.summary import measure_name, scope_name
from districting.wording import LANGUAGES

Audience = Literal["internal", "public"]
_PUBLIC_REASONS = ("private", "boarding", "no_coordinates", "outside")
_PUBLIC_SKIPS = ("cv.", "score_range", "districts_breaking.", "objective", "bound", "gap")
"""Measures that tell of tiers, scores or single schools, or that only mean something to an analyst."""


def page_content(plan: Plan, audience: Audience, lang: str) -> dict[str, Any]:
    """Everything the page shows. Positions refer to the lists ``schools``, ``districts`` and ``zones[stage]``."""
    schools = plan.schools.reset_index(drop=True)
    at = pd.Index(schools["school_id"])
    districts = _districts(plan, at)
    ground, unit = _ground(plan, at, districts)
    return {
        "format": "page-1",
        "title": plan.name,
        "year": plan.year,
        "lang": lang,
        "audience": audience,
        "palette": list(PALETTE),
        "ground": ground,
        "unit": unit,
        "zones": {stage: _zones(plan, stage, at) for stage in plan.zoned_stages},
        "districts": districts,
        "schools": _schools(plan, schools, at, districts, audience),
        "links": _links(plan, at) if audience == "internal" else [],
        "findings": _findings(plan, audience),
        "left": _left_out(plan, audience),
        "backdrop": _backdrop(plan),
    }


def _degrees(frame: Any) -> Any:
    return gpd.GeoSeries(frame.geometry, crs=frame.crs).to_crs(4326)


def _ground(plan: Plan, at: pd.Index[Any], districts: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The areas that are drawn: the blocks, or the districts' own shapes where there are no blocks."""
    if not len(plan.blocks) or not plan.zoned_stages:
        shapes = _degrees(plan.districts) if len(plan.districts) else []
        unit = {"id": [d["id"] for d in districts], "name": [d["name"] for d in districts], "district": list(range(len(districts))), "stage": {}, "kind": "district"}
        return topology(shapes).encoded(), unit
    district_of_school = np.full(len(at) + 1, -1)
    for number, district in enumerate(districts):
        district_of_school[district["members"]] = number
    counts = {stage: plan.blocks[f"zone_id_{stage}"].nunique() for stage in plan.zoned_stages}
    base = max(counts, key=lambda s: counts[s])
    stages = {stage: _stage_of_blocks(plan, stage, at) for stage in plan.zoned_stages}
    unit = {
        "id": plan.blocks["block_id"].tolist(),
        "name": plan.blocks["name"].fillna("").tolist(),
        "district": [int(district_of_school[s]) for s in stages[base]["school"]],
        "stage": stages,
        "kind": "block",
    }
    return topology(_degrees(plan.blocks)).encoded(), unit


def _stage_of_blocks(plan: Plan, stage: str, at: pd.Index[Any]) -> dict[str, Any]:
    views = stage_views(plan, stage)
    number = np.append(at.get_indexer(list(views.school_ids)), -1)
    today = views.today.school_of_block if views.today is not None else np.full(len(plan.blocks), -1)
    zone_ids = sorted(plan.zones.loc[plan.zones["stage"] == stage, "zone_id"])
    return {
        "zone": pd.Index(zone_ids).get_indexer(plan.blocks[f"zone_id_{stage}"]).tolist(),
        "school": number[views.plan.school_of_block].tolist(),
        "today": number[today].tolist(),
        "pupils": [_short(p) for p in views.plan.demand],
        "metres": [_short(round(m)) if math.isfinite(m) else None for m in views.plan.distance_m],
        "nearest": [_short(round(m)) if math.isfinite(m) else None for m in views.plan.nearest_m],
    }


def _zones(plan: Plan, stage: str, at: pd.Index[Any]) -> list[dict[str, Any]]:
    layer = plan.zones[plan.zones["stage"] == stage].sort_values("zone_id").reset_index(drop=True)
    members = plan.zone_schools[plan.zone_schools["stage"] == stage].groupby("zone_id")["school_id"].agg(list)
    spots = _degrees(layer.set_geometry(gpd.GeoSeries(shapely.point_on_surface(np.asarray(layer.geometry.array)), crs=plan.crs)))
    colours = colour_numbers(len(layer), _touching(np.asarray(layer.geometry.array)))
    return [
        {"id": z, "schools": at.get_indexer(members[z]).tolist(), "colour": colour, "at": [round(p.y, 6), round(p.x, 6)]}
        for z, colour, p in zip(layer["zone_id"], colours, spots, strict=True)
    ]


def _districts(plan: Plan, at: pd.Index[Any]) -> list[dict[str, Any]]:
    if not len(plan.districts):
        return []
    layer = plan.districts
    spots = _degrees(layer.set_geometry(gpd.GeoSeries(shapely.point_on_surface(np.asarray(layer.geometry.array)), crs=plan.crs)))
    colours = colour_numbers(len(layer), _touching(np.asarray(layer.geometry.array)))
    rows = []
    for i, district in enumerate(layer.itertuples()):
        mine = plan.memberships[(plan.memberships["district_id"] == district.district_id) & (plan.memberships["scheme"] == district.scheme)]
        lead = mine.loc[mine["role"] == "lead", "school_id"]
        point = spots.iloc[i]
        rows.append(
            {
                "id": district.district_id,
                "name": district.name,
                "lead": int(at.get_indexer([lead.iloc[0]])[0]) if len(lead) else -1,
                "members": sorted(set(at.get_indexer(mine["school_id"]).tolist())),
                "colour": colours[i],
                "at": [round(point.y, 6), round(point.x, 6)],
            }
        )
    return rows


def _touching(shapes: NDArray[Any]) -> NDArray[np.int64]:
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=1.0)
    return np.asarray(pairs.T[pairs[0] < pairs[1]], dtype=np.int64)


def _schools(plan: Plan, schools: Any, at: pd.Index[Any], districts: list[dict[str, Any]], audience: Audience) -> list[dict[str, Any]]:
    located = schools.geometry.notna() & ~schools.geometry.is_empty
    points = _degrees(schools.set_geometry(schools.geometry))
    rows: list[dict[str, Any]] = []
    for i, school in enumerate(schools.itertuples()):
        spot = [round(points.iloc[i].y, 6), round(points.iloc[i].x, 6)] if located.iloc[i] else None
        rows.append({"id": school.school_id, "name": school.name, "at": spot, "stages": [], "role": "", "district": -1, "load": {}})
    for number, district in enumerate(districts):
        for member in district["members"]:
            rows[member]["district"] = number
    for row in plan.school_stages.itertuples():
        school = rows[int(at.get_indexer([row.school_id])[0])]
        school["stages"].append(row.stage)
        if audience == "internal":
            school.setdefault("tier", {})[row.stage] = row.tier if isinstance(row.tier, str) else ""
            school.setdefault("score", {})[row.stage] = _short(row.score) if isinstance(row.score, (int, float)) and math.isfinite(row.score) else None
    strength = {"": 0, "member": 1, "weak": 2, "lead": 3}
    for row in plan.memberships.itertuples():
        school = rows[int(at.get_indexer([row.school_id])[0])]
        role = "member" if audience == "public" and row.role == "weak" else row.role
        school["role"] = max(school["role"], role, key=lambda r: strength.get(r, 0))
    for stage in plan.zoned_stages:
        views = stage_views(plan, stage)
        for school_id, load, seats in zip(views.school_ids, views.plan.load, views.plan.seats, strict=True):
            rows[int(at.get_indexer([school_id])[0])]["load"][stage] = [_short(load), _short(seats)]
    return rows


def _links(plan: Plan, at: pd.Index[Any]) -> list[dict[str, Any]]:
    return [
        {
            "kind": r.kind,
            "stage": r.stage,
            "from": int(at.get_indexer([r.from_id])[0]),
            "to": int(at.get_indexer([r.to_id])[0]),
            "metres": round(float(r.distance_m)),
            "gap": round(float(r.score_gap), 1),
            "remote": bool(r.remote),
            "runner": int(at.get_indexer([r.runner_up_id])[0]),
        }
        for r in plan.links.itertuples()
    ]


def _findings(plan: Plan, audience: Audience) -> list[dict[str, Any]]:
    rows = []
    for f in plan.findings.to_dict(orient="records"):
        if audience == "public" and str(f["measure"]).startswith(_PUBLIC_SKIPS):
            continue
        words = {lang: [measure_name(str(f["measure"]), lang), scope_name(str(f["scope"]), lang)] for lang in LANGUAGES}
        numbers = {key: None if math.isnan(f[key]) else float(f[key]) for key in ("value", "today", "threshold")}
        rows.append({"words": words, "stage": f["stage"], "unit": f["unit"], "verdict": f["verdict"], **numbers})
    return rows


def _left_out(plan: Plan, audience: Audience) -> list[dict[str, str]]:
    rows = plan.coverage if audience == "internal" else plan.coverage[plan.coverage["reason"].isin(_PUBLIC_REASONS)]
    return [{"name": str(r.name), "stage": str(r.stage), "reason": str(r.reason)} for r in rows.itertuples(index=False)]


def _backdrop(plan: Plan) -> list[dict[str, Any]]:
    """Lines drawn under or over the areas: county borders, roads, barriers."""
    if not len(plan.backdrop):
        return []
    wanted = plan.backdrop[plan.backdrop["kind"].isin(["outline", "county", "road", "barrier"])]
    shown = wanted.set_geometry(wanted.geometry.simplify(10)) if len(wanted) else wanted
    rows = []
    for kind, shape in zip(shown["kind"], _degrees(shown), strict=True):
        lines = shapely.get_parts(shapely.boundary(shape) if shape.geom_type.endswith("Polygon") else shape)
        rows += [{"kind": kind, "line": [[round(y, 5), round(x, 5)] for x, y in shapely.get_coordinates(line).tolist()]} for line in lines]
    return rows


def _short(value: Any) -> float | int:
    number = float(value)
    return int(number) if number == int(number) else round(number, 2)
