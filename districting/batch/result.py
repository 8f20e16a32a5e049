"""The few numbers of a county's plan that a province needs, and the small file they wait in beside the plan."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.auditing.views import stage_views
from districting.measures.zoning_view import ZoningView
from districting.model.plan import Plan
from districting.model.province import CountyResult
from districting.outputs.atomic import write_json
from districting.outputs.summary import summary_tree

COUNTY_FILE: Final = "county.json"
MOST_WORST: Final = 3
_BAD: Final = ("fail", "red", "yellow", "worse")
"""Verdicts, worst first."""
_RINGS_DETAIL: Final = 150.0
"""The outline is true to such a part of its size."""
_DEGREE_DIGITS: Final = 5


def county_result(plan: Plan, code: str, seconds: float, whole: Plan | None = None) -> CountyResult:
    """What ``plan`` (the public one, where it is for the public) comes to. ``whole``: the plan with the pupils of its blocks, of which only sums are taken; None = ``plan``."""
    tree = summary_tree(plan)
    pupils, ways, ways_today = 0.0, np.zeros(2), np.zeros(2)
    for stage in plan.zoned_stages:
        views = stage_views(whole or plan, stage)
        pupils += float(views.plan.demand.sum())
        ways += _ways(views.plan)
        ways_today += _ways(views.today)
    objective, bound, gap = (math.nan if tree[key] is None else float(tree[key]) for key in ("objective", "bound", "gap"))
    return CountyResult(
        code,
        name=plan.name,
        audience=tree["audience"],
        seconds=seconds,
        schools=tree["counts"]["schools"],
        blocks=tree["counts"]["blocks"],
        pupils=pupils,
        pupil_m=float(ways[0]),
        pupils_measured=float(ways[1]),
        pupil_m_today=float(ways_today[0]),
        pupils_measured_today=float(ways_today[1]),
        over_seats=_summed(plan, "pupils_over_seats"),
        moved=_summed(plan, "pupils_moved"),
        objective=objective,
        bound=bound,
        gap=gap,
        unit=tree["unit"],
        worst=_worst(plan.findings),
        draft=tree["draft"],
        rings=_rings(plan),
    )


def _ways(view: ZoningView | None) -> NDArray[np.float64]:
    """Pupil-metres, and the pupils whose way is known."""
    if view is None:
        return np.zeros(2)
    known = np.isfinite(view.distance_m) & (view.demand > 0)
    return np.array([view.demand[known] @ view.distance_m[known], view.demand[known].sum()])


def _summed(plan: Plan, measure: str) -> float:
    rows = plan.findings
    return float(rows.loc[(rows["measure"] == measure) & (rows["scope"] == "all"), "value"].fillna(0).sum()) if len(rows) else 0.0


def _worst(findings: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """The first findings over all that break a line; then those worse than today."""
    if not len(findings):
        return ()
    rows = findings[(findings["scope"] == "all") & findings["verdict"].isin(_BAD) & findings["value"].notna()]
    rows = rows.assign(rank=[_BAD.index(v) for v in rows["verdict"]]).sort_values("rank", kind="stable").head(MOST_WORST)
    return tuple(
        {"measure": str(r["measure"]), "stage": str(r["stage"]), "value": float(r["value"]), "unit": str(r["unit"]), "verdict": str(r["verdict"])}
        for r in rows.to_dict(orient="records")
    )


def _rings(plan: Plan) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The outer rings of the county in degrees, without what is too small to see; of blocks that are points, none."""
    from districting.geography.shapes import outline

    shapes = np.asarray(plan.blocks.geometry.array) if len(plan.blocks) else np.empty(0, dtype=object)
    if not len(shapes) or not np.isin(shapely.get_type_id(shapes), (3, 6)).all():
        return ()
    from pyproj import Transformer

    whole = outline(shapes)
    west, south, east, north = shapely.bounds(whole)
    tolerance = max(east - west, north - south) / _RINGS_DETAIL
    parts = sorted((p for p in shapely.get_parts(shapely.simplify(whole, tolerance)) if p.area > tolerance**2), key=lambda p: -p.area)
    change = Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True)
    rings = []
    for part in parts:
        lon, lat = change.transform(*np.asarray(part.exterior.coords).T[:2])
        rings.append(tuple((round(float(x), _DEGREE_DIGITS), round(float(y), _DEGREE_DIGITS)) for x, y in zip(lon, lat, strict=True)))
    return tuple(rings)


def write_result(result: CountyResult, folder: Path) -> None:
    """Beside the plan; without the clock, so that the same inputs give the same bytes."""
    write_json({k: v for k, v in asdict(result).items() if k != "seconds"}, folder / COUNTY_FILE)


def read_result(folder: Path) -> CountyResult | None:
    """What :func:`write_result` wrote; None where it is missing or is not whole."""
    try:
        tree = json.loads((folder / COUNTY_FILE).read_text(encoding="utf-8"))
        numbers = {f.name: math.nan for f in fields(CountyResult) if f.type == "float" and tree.get(f.name, 0.0) is None}
        rings = tuple(tuple((float(x), float(y)) for x, y in ring) for ring in tree["rings"])
        return CountyResult(**{**tree, **numbers, "worst": tuple(tree["worst"]), "rings": rings})
    except (OSError, ValueError, TypeError, KeyError):
        return None
