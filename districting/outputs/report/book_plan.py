"""Sheets of the plan as a whole: summary, pairs, changes, findings, parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.views import stage_views
from districting.outputs.finding_words import measure_name, scope_name
from districting.outputs.report.book_places import heads, sheet, whole, worded
from districting.outputs.report.facts import Report
from districting.outputs.summary import decisions, summary_tree
from districting.outputs.workbook import Cell, Row, Share, Sheet
from districting.wording import known, say


def summary_sheet(report: Report) -> Sheet | None:
    """What the plan is, how good, what it changes; every number also in one of the other sheets or in summary.json."""
    plan, lang = report.plan, report.lang
    tree = summary_tree(plan)
    rows: list[Row] = [
        [say("book.item_name", lang), plan.name],
        [say("book.item_year", lang), int(plan.year)],
        *([say(f"book.item_{c}", lang), int(tree["counts"][c])] for c in ("blocks", "schools", "zones", "districts")),
    ]
    if report.audience == "internal":
        rows.append([say("book.item_pairs", lang), int(tree["counts"]["pairs"])])
    rows.append([say("book.item_broken", lang), len(tree["violations"])])
    if tree["gap"] is not None and decisions(plan):
        rows.append([say("book.item_status", lang), say(f"book.status_{tree['status']}", lang)])
        rows.append([say("book.item_gap", lang), Share(tree["gap"])])
    table = plan.findings[plan.findings["scope"] == "all"].drop_duplicates(["stage", "measure"]).set_index(["stage", "measure"]) if len(plan.findings) else None
    for stage in plan.zoned_stages if table is not None else ():
        for measure in ("pupils", "mean_distance_m", "max_distance_m", "share_beyond_radius", "pupils_over_seats", "pupils_moved", "share_moved"):
            if (stage, measure) in table.index:
                row = table.loc[(stage, measure)]
                name = say("book.of_stage", lang, stage=say(f"word.{stage}", lang), measure=measure_name(measure, lang))
                rows.append([name, _value(row["value"], row["unit"]), _value(row["today"], row["unit"])])
    return sheet(report, "summary", heads(report, "item", "value", "today_value"), [[*r, *[""] * (3 - len(r))] for r in rows])


def pairs_sheet(report: Report) -> Sheet | None:
    """Links between schools, for internal use."""
    plan, lang = report.plan, report.lang
    if report.audience != "internal" or not len(plan.links):
        return None
    names = report.school_name
    rows: list[Row] = []
    for r in plan.links.drop(columns="geometry").to_dict(orient="records"):
        ends = [names.get(str(r[f"{e}_id"])) or (str(r[f"{e}_name"]) if isinstance(r.get(f"{e}_name"), str) else str(r[f"{e}_id"])) for e in ("from", "to")]
        term = "" if pd.isna(r.get("term_from")) else f"{int(r['term_from'])}–{int(r['term_to'])}"
        gap = r.get("score_gap")
        rows.append(
            [
                *(worded(f"kind_{r['kind']}", lang, "links"), worded(r.get("stage"), lang), ends[0], ends[1], whole(r["distance_m"]) if pd.notna(r.get("distance_m")) else ""),
                *("" if pd.isna(gap) else round(float(gap), 2), worded(f"channel_{r['channel']}", lang, "links") if known(f"links.channel_{r.get('channel')}") else "", term),
            ]
        )
    return sheet(report, "pairs", heads(report, "kind", "stage", "from", "to", "distance_m", "score_gap", "channel", "term"), rows)


def changes_sheet(report: Report) -> Sheet | None:
    """Who changes school: from, to, blocks and pupils, largest first; blocks that had no school yet too."""
    plan, lang = report.plan, report.lang
    comma = "、" if lang == "zh" else ", "
    found: list[tuple[str, str, str, int, float, str]] = []
    names = plan.blocks["name"].where(plan.blocks["name"].notna() & (plan.blocks["name"] != ""), plan.blocks["block_id"]).astype(str).to_numpy() if len(plan.blocks) else np.array([])
    for stage in plan.zoned_stages:
        views = stage_views(plan, stage)
        today = plan.today[plan.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"].reindex(plan.blocks["block_id"])
        if today.isna().all():
            continue
        now = np.append(np.array(views.school_ids, dtype=object), "")[views.plan.school_of_block]
        before = today.fillna("").astype(str).to_numpy()
        groups: dict[tuple[str, str], list[int]] = {}
        for i in np.flatnonzero((before != now) & (now != "")).tolist():
            groups.setdefault((str(before[i]), str(now[i])), []).append(i)
        for (old, new), blocks in groups.items():
            found.append((stage, old, new, len(blocks), float(views.plan.demand[blocks].sum()), comma.join(names[blocks])))
    if not found:
        return None
    found.sort(key=lambda f: (f[0] != plan.zoned_stages[0], -f[4], f[1], f[2]))
    rows: list[Row] = [
        [say(f"word.{stage}", lang), report.school(old) if old else say("book.no_school_today", lang), report.school(new), count, whole(pupils), where]
        for stage, old, new, count, pupils, where in found
    ]
    return sheet(report, "changes", heads(report, "stage", "from_school", "to_school", "blocks", "pupils", "block_names"), rows)


def findings_sheet(report: Report) -> Sheet | None:
    """The findings table, as in findings.csv, in words."""
    plan, lang = report.plan, report.lang
    if not len(plan.findings):
        return None
    rows: list[Row] = [
        [
            *(measure_name(str(r["measure"]), lang), worded(r["stage"], lang), scope_name(str(r["scope"]), lang, report.school_name)),
            *(_value(r[c], r["unit"]) for c in ("value", "today", "threshold")),
            *(worded(f"verdict_{r['verdict']}", lang, "summary") if r["verdict"] else "", str(r["source"]) if isinstance(r["source"], str) else ""),
        ]
        for r in plan.findings.to_dict(orient="records")
    ]
    return sheet(report, "findings", tuple(say(f"summary.head_{c}", lang) for c in ("measure", "stage", "scope", "value", "today", "threshold", "verdict")) + heads(report, "source"), rows)


def parameters_sheet(report: Report) -> Sheet | None:
    """The rules that the plan was held to, and whether it holds them; weights, limits, seeds as they were recorded."""
    plan, lang = report.plan, report.lang
    yes = {True: say("sharing.yes", lang), False: say("sharing.no", lang)}
    rows: list[Row] = [
        [str(r["decision"]), worded(r["stage"], lang), worded(str(r["rule"]), lang, "rule"), str(r["value"]), yes[bool(r["holds"])]] for r in plan.rules.to_dict(orient="records")
    ]
    kept = plan.provenance[plan.provenance["part"].astype(str).isin(["run", "audit"])] if len(plan.provenance) else plan.provenance
    rows += [[str(r.part), "", str(r.key), str(r.value), ""] for r in kept.itertuples(index=False)]
    return sheet(report, "parameters", heads(report, "decision", "stage", "rule", "value", "holds"), rows) if rows else None


def _value(value: Any, unit: Any) -> Cell:
    """A number of a finding in its cell: shares in percent, counts whole, coefficients to three places."""
    if value is None or pd.isna(value):
        return ""
    number = float(value)
    if not np.isfinite(number):
        return "∞" if number > 0 else "-∞"
    if unit == "share":
        return Share(number)
    return round(number, 3) if unit in ("cv", "point", "1") else round(number)
