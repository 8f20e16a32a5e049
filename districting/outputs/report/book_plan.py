"""Sheets of the plan as a whole: summary, pairs, changes, findings, parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.outputs.decisions import decisions
from districting.outputs.finding_words import measure_name, scope_name
from districting.outputs.report.book_places import heads, sheet, whole, worded
from districting.outputs.report.facts import Report
from districting.outputs.report.moves import block_names, moves_of
from districting.outputs.summary import summary_tree
from districting.outputs.workbook import Cell, Row, Share, Sheet
from districting.wording import known, say


def summary_sheet(report: Report) -> Sheet | None:
    """What the plan is, how good, what it changes; every number also in one of the other sheets or in summary.json."""
    plan, lang = report.plan, report.lang
    tree = summary_tree(plan)
    rows: list[Row] = [
        [say("book.item_name", lang), plan.name],
        [say("book.item_year", lang), int(plan.year)],
    ]
    rows += [[say(f"book.item_{c}", lang), int(tree["counts"][c])] for c in ("blocks", "schools", "zones", "districts")]
    if report.audience == "internal":
        rows.append([say("book.item_pairs", lang), int(tree["counts"]["pairs"])])
    rows.append([say("book.item_broken", lang), len(tree["violations"])])
    if tree["gap"] is not None and decisions(plan):
        rows.append([say("book.item_status", lang), say(f"book.status_{tree['status']}", lang)])
        rows.append([say("book.item_gap", lang), Share(tree["gap"])])
    rows += _headlines(report)
    return sheet(report, "summary", heads(report, "item", "value", "today_value"), [[*r, *[""] * (3 - len(r))] for r in rows])


MOST_NAMES = 100
"""Names of blocks in one cell of the sheet of changes."""
_HEADLINES = ("pupils", "mean_distance_m", "max_distance_m", "share_beyond_radius", "pupils_over_seats", "pupils_moved", "share_moved")


def _headlines(report: Report) -> list[Row]:
    """Stage by stage the numbers asked for first, with today's."""
    plan, lang = report.plan, report.lang
    of = plan.findings[plan.findings["scope"] == "all"] if len(plan.findings) else plan.findings
    found = {(str(r["stage"]), str(r["measure"])): r for r in of.to_dict(orient="records")}
    return [
        [
            say("book.of_stage", lang, stage=say(f"word.{stage}", lang), measure=measure_name(measure, lang)),
            _value(r["value"], r["unit"]),
            _value(r["today"], r["unit"]),
        ]
        for stage in plan.zoned_stages
        for measure in _HEADLINES
        if (r := found.get((stage, measure))) is not None
    ]


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
                *(
                    worded(f"kind_{r['kind']}", lang, "links"),
                    worded(r.get("stage"), lang),
                    ends[0],
                    ends[1],
                    whole(r["distance_m"]) if pd.notna(r.get("distance_m")) else "",
                ),
                *(
                    "" if pd.isna(gap) else round(float(gap), 2),
                    worded(f"channel_{r['channel']}", lang, "links") if known(f"links.channel_{r.get('channel')}") else "",
                    term,
                ),
            ]
        )
    return sheet(report, "pairs", heads(report, "kind", "stage", "from", "to", "distance_m", "score_gap", "channel", "term"), rows)


def changes_sheet(report: Report) -> Sheet | None:
    """Who changes school: from, to, blocks and pupils, largest first; blocks that had no school yet too."""
    plan, lang = report.plan, report.lang
    rows: list[Row] = []
    for stage in plan.zoned_stages:
        for move in moves_of(plan, stage) or ():
            old = report.school(move.old) if move.old else say("book.no_school_today", lang)
            names = block_names(plan, move.blocks, lang, MOST_NAMES)
            rows.append([say(f"word.{stage}", lang), old, report.school(move.new), len(move.blocks), whole(move.pupils), names])
    if not rows:
        return None
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
    return sheet(
        report,
        "findings",
        tuple(say(f"summary.head_{c}", lang) for c in ("measure", "stage", "scope", "value", "today", "threshold", "verdict")) + heads(report, "source"),
        rows,
    )


def parameters_sheet(report: Report) -> Sheet | None:
    """The rules that the plan was held to, and whether it holds them; weights, limits, seeds as they were recorded."""
    plan, lang = report.plan, report.lang
    yes = {True: say("sharing.yes", lang), False: say("sharing.no", lang)}
    rows: list[Row] = [
        [
            _decision(str(r["decision"]), lang),
            worded(r["stage"], lang),
            worded(f"rule_{r['rule']}", lang, "explain", str(r["rule"])),
            str(r["value"]),
            yes[bool(r["holds"])],
        ]
        for r in plan.rules.to_dict(orient="records")
    ]
    kept = (
        plan.provenance[plan.provenance["part"].astype(str).isin(["run", "audit"] if report.audience == "internal" else ["run"])]
        if len(plan.provenance)
        else plan.provenance
    )
    rows += [[str(r.part), "", str(r.key), str(r.value), ""] for r in kept.itertuples(index=False)]
    return sheet(report, "parameters", heads(report, "decision", "stage", "rule", "value", "holds"), rows) if rows else None


def _decision(name: str, lang: str) -> str:
    """What was decided in words, whatever its stage or form."""
    key = f"book.decision_{name.partition('.')[0]}"
    return say(key, lang) if known(key) else name


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
