"""Sheets of places: schools, blocks, districts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.views import StageViews, stage_views
from districting.outputs.report.facts import Report
from districting.outputs.scheme_names import scheme_name
from districting.outputs.workbook import Cell, Formula, Row, Sheet
from districting.wording import known, say


def heads(report: Report, *columns: str) -> tuple[str, ...]:
    """Headers in words."""
    return tuple(say(f"book.head_{c}", report.lang) for c in columns)


def sheet(report: Report, name: str, columns: tuple[str, ...], rows: list[Row]) -> Sheet:
    """A sheet with its name and note in words."""
    return Sheet(say(f"book.sheet_{name}", report.lang), columns, rows, say(f"book.note_{name}", report.lang))


def whole(value: Any) -> Cell:
    """A number without its fraction; "" where it is not known."""
    return "" if value is None or not math.isfinite(float(value)) else round(float(value))


def worded(value: Any, lang: str, file: str = "word", otherwise: str | None = None) -> str:
    """A code in words; where it has none ``otherwise``, or itself; "" where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
        return ""
    return say(f"{file}.{value}", lang) if known(f"{file}.{value}") else str(value) if otherwise is None else otherwise


def schools_sheet(report: Report) -> Sheet | None:
    """One row per school and stage: seats, pupils of its zone, use, distances, district."""
    plan, lang = report.plan, report.lang
    if not len(plan.school_stages):
        return None
    inner = report.audience == "internal"
    place = plan.schools.set_index("school_id")
    views = {stage: stage_views(plan, stage) for stage in plan.zoned_stages}
    districts = _district_names(report)
    rows: list[Row] = []
    for r in plan.school_stages.to_dict(orient="records"):
        school, stage = str(r["school_id"]), str(r["stage"])
        at = place.loc[r["school_id"]]
        row: list[Cell] = [
            school,
            report.school(school),
            say(f"word.{stage}", lang),
            *(str(at[c]) if c in place.columns and pd.notna(at[c]) else "" for c in ("county_code", "address")),
        ]
        row += [worded(r.get("tier"), lang), "" if pd.isna(r.get("score")) else round(float(r["score"]), 2)] if inner else []
        row += _load(views.get(stage), school, "I" if inner else "G", "H" if inner else "F")
        rows.append([*row, districts.get((school, stage), "")])
    columns = heads(
        report,
        "school_id",
        "school",
        "stage",
        "county",
        "address",
        *(("tier", "score") if inner else ()),
        "seats",
        "pupils",
        "use",
        "pupils_today",
        "blocks",
        "mean_m",
        "farthest_m",
        "districts",
    )
    return sheet(report, "schools", columns, rows)


def _load(views: StageViews | None, school: str, pupils_column: str, seats_column: str) -> list[Cell]:
    """Seats, pupils, use as a formula of both, pupils today, blocks, mean and farthest distance of the school's zone."""
    if views is None or school not in views.school_ids:
        return [""] * 7
    k = views.school_ids.index(school)
    mine = views.plan.school_of_block == k
    pupils, seats = float(views.plan.load[k]), float(views.plan.seats[k])
    today = None if views.today is None else float(views.today.load[k])
    metres, weight = views.plan.distance_m[mine], views.plan.demand[mine]
    measured = np.isfinite(metres) & (weight > 0)
    mean = float(np.average(metres[measured], weights=weight[measured])) if measured.any() else None
    lived = np.isfinite(metres) & ((weight > 0) | np.isnan(weight))
    far = float(metres[lived].max()) if lived.any() else None
    use: Cell = Formula(pupils / seats, f"={pupils_column}{{r}}/{seats_column}{{r}}", share=True) if seats > 0 and math.isfinite(pupils) else ""
    return [whole(seats), _pupils(pupils), use, whole(today), int(mine.sum()), whole(mean), whole(far)]


def _pupils(value: float) -> Cell:
    """Pupils with a digit behind the point where they are no whole number; "" where they are not told."""
    return "" if math.isnan(value) else round(value, 1) if value % 1 else int(value)


def _district_names(report: Report) -> dict[tuple[str, str], str]:
    plan = report.plan
    if not len(plan.memberships):
        return {}
    names = dict(zip(plan.districts["district_id"].astype(str), plan.districts["name"], strict=True))
    found: dict[tuple[str, str], list[str]] = {}
    for r in plan.memberships.itertuples(index=False):
        name = names.get(str(r.district_id))
        found.setdefault((str(r.school_id), str(r.stage)), []).append(str(name) if isinstance(name, str) and name else str(r.district_id))
    return {key: ("、" if report.lang == "zh" else ", ").join(dict.fromkeys(v)) for key, v in found.items()}


def blocks_sheet(report: Report) -> Sheet | None:
    """One row per block and zoned stage: pupils, school today and in the plan, distance, nearest school, why."""
    plan, lang = report.plan, report.lang
    if not len(plan.blocks) or not plan.zoned_stages:
        return None
    rows: list[Row] = []
    public = plan.for_public
    ids, names = plan.blocks["block_id"].astype(str).tolist(), plan.blocks["name"].fillna("").astype(str).tolist()
    exceptions = plan.blocks["address_exceptions"].fillna("").astype(str).tolist() if "address_exceptions" in plan.blocks.columns else [""] * len(ids)
    for stage in plan.zoned_stages:
        views = stage_views(plan, stage)
        reasons = plan.reasons[plan.reasons["stage"] == stage].drop_duplicates("block_id").set_index("block_id") if len(plan.reasons) else pd.DataFrame()
        why = reasons["reason"].reindex(plan.blocks["block_id"]).tolist() if len(reasons) else [None] * len(ids)
        near = reasons["nearest_school_id"].reindex(plan.blocks["block_id"]).tolist() if "nearest_school_id" in reasons else [None] * len(ids)
        today = (
            plan.today[plan.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"].reindex(plan.blocks["block_id"]).tolist()
        )
        zones = plan.blocks[f"zone_id_{stage}"].tolist()
        for i, block in enumerate(ids):
            school = report.zone_name.get(str(zones[i]), "") if isinstance(zones[i], str) else ""
            k = int(views.plan.school_of_block[i])
            now = report.school(views.school_ids[k]) if k >= 0 else ""
            before = report.school(str(today[i])) if isinstance(today[i], str) else ""
            moved = say("book.changed", lang) if before and now and before != now else ""
            pupils = float(views.plan.demand[i])
            rows.append(
                [
                    *(block, names[i], say(f"word.{stage}", lang), *([] if public else [_pupils(pupils)]), before, school or now, moved),
                    *(whole(views.plan.distance_m[i]), report.school(str(near[i])) if isinstance(near[i], str) else "", whole(views.plan.nearest_m[i])),
                    *(worded(f"why_{why[i]}", lang, "map") if isinstance(why[i], str) else "", exceptions[i]),
                ]
            )
    return sheet(
        report,
        "blocks",
        heads(
            report,
            "block_id",
            "block",
            "stage",
            *(() if plan.for_public else ("pupils",)),
            "today",
            "plan",
            "changed",
            "distance_m",
            "nearest",
            "nearest_m",
            "why",
            "exceptions",
        ),
        rows,
    )


def districts_sheet(report: Report) -> Sheet | None:
    """One row per district: its leads, how many schools of each stage, who."""
    plan, lang = report.plan, report.lang
    if not len(plan.districts):
        return None
    comma = "、" if lang == "zh" else ", "
    rows: list[Row] = []
    stages = [s for s in ("preschool", "primary", "junior", "senior") if (plan.memberships["stage"] == s).any()]
    for r in plan.districts.drop(columns="geometry").to_dict(orient="records"):
        mine = plan.memberships[(plan.memberships["scheme"] == r["scheme"]) & (plan.memberships["district_id"] == r["district_id"])]
        leads = mine[mine["role"] == "lead"]["school_id"].drop_duplicates()
        name = str(r["name"]) if isinstance(r["name"], str) and r["name"] else str(r["district_id"])
        row: list[Cell] = [scheme_name(str(r["scheme"]), lang, int(r["level"])), str(r["district_id"]), name]
        row += [comma.join(report.school(str(s)) for s in leads), int(mine["school_id"].nunique())]
        row += [int((mine["stage"] == s).sum()) for s in stages]
        rows.append([*row, comma.join(report.school(str(s)) for s in mine["school_id"].drop_duplicates())])
    columns = (*heads(report, "scheme", "district_id", "district", "lead", "members"), *(say(f"word.{s}", lang) for s in stages), *heads(report, "schools"))
    return sheet(report, "districts", columns, rows)
