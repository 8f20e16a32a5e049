"""The deliverables (policy 4.2) that a plan's own tables allow, each as a chapter."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from districting.outputs.finding_words import measure_name, scope_name, shown_value
from districting.outputs.report.facts import Report
from districting.outputs.report.notice import closings, draft_mark, signature
from districting.outputs.report.parts import Chapter, Heading, Para, Part, Table
from districting.outputs.report.words import bounds_text
from districting.outputs.scheme_names import scheme_name
from districting.outputs.workbook import Cell, Share
from districting.wording import catalogue, known, say

_SHOWN_MEASURES = (
    *("pupils", "mean_distance_m", "p95_distance_m", "max_distance_m", "share_at_nearest", "share_beyond_radius", "pupils_over_seats", "detached_pieces"),
    *("pupils_moved", "share_moved", "blocks_moved", "pupils_farther"),
)


def zoning_chapter(report: Report) -> Chapter:
    """(1) 划片方案: principles, every zone with its bounds, what changes, closing."""
    lang, parts = report.lang, draft_mark(report)
    parts += [Heading(say("report.zoning_principles", lang)), *_items(_principles(report))]
    for stage, zones in report.zones.items():
        word = say(f"word.{stage}", lang)
        parts.append(Heading(say("report.zoning_zones", lang, stage=word)))
        rows: list[list[Cell]] = [[z.number, report.schools(z.school_ids), bounds_text(report, z), len(z.block_ids), *_now(z)] for z in zones]
        heads = tuple(say(f"report.column_{c}", lang) for c in ("number", "name", "area", "blocks", "pupils", "seats"))
        parts.append(Table(word, heads, rows, weights=(1, 4, 10, 1.5, 1.5, 1.5)))
    parts += [Heading(say("report.zoning_changes", lang)), *_changes(report)]
    parts += [Heading(say("report.notes", lang)), *_items(closings(report)), *signature(report)]
    return _chapter(report, "zoning", parts)


def districts_chapter(report: Report) -> Chapter:
    """(2) 学区组建方案: members, lead, committee, what is shared."""
    lang, plan, parts = report.lang, report.plan, draft_mark(report)
    for scheme in dict.fromkeys(plan.districts["scheme"].astype(str)):
        name = scheme_name(scheme, lang)
        rows = _district_rows(report, scheme)
        parts += [Heading(name), Para(say("report.districts_intro", lang, scheme=name, districts=len(rows)))]
        heads = tuple(say(f"report.column_{c}", lang) for c in ("district", "lead", "members", "schools"))
        parts.append(Table(name, heads, rows, weights=(4, 4, 10, 1.3)))
        charter = plan.charter[plan.charter["scheme"] == scheme] if len(plan.charter) else plan.charter
        if len(charter):
            parts += _committee(report, name, charter)
        shares = plan.mechanisms[plan.mechanisms["scheme"] == scheme] if len(plan.mechanisms) else plan.mechanisms
        if len(shares):
            listed = shares.drop_duplicates(["mechanism", "name", "owner_name", "evidence", "frequency"])
            cells = [[str(r.name), str(r.owner_name), str(r.evidence), str(r.frequency)] for r in listed.itertuples(index=False)]
            heads = tuple(say(f"governance.head_{c}", lang) for c in ("mechanism", "owner", "evidence", "frequency"))
            parts += [Heading(say("report.districts_sharing", lang, scheme=name), 3), Table(f"{say('governance.sheet_mechanisms', lang)} {name}", heads, cells)]
    return _chapter(report, "districts", parts + signature(report))


def feeders_chapter(report: Report) -> Chapter:
    """(3) 对口入学表."""
    lang, feeders = report.lang, report.plan.feeders
    order = feeders.sort_values(["to_id", "from_id"], kind="stable")
    rows: list[list[Cell]] = [
        [report.school(str(r.to_id)), str(r.to_id), report.school(str(r.from_id)), str(r.from_id), _whole(r.pupils)] for r in order.itertuples(index=False)
    ]
    heads = tuple(say(f"report.column_{c}", lang) for c in ("junior", "school_id", "primary", "school_id", "graduates"))
    return _chapter(report, "feeders", [*draft_mark(report), Table(say("report.sheet_feeders", lang), heads, rows)])


def seats_chapter(report: Report) -> Chapter:
    """(4) 学位供需与预警表: pupils over seats year by year, with the level, and what it is no basis for."""
    lang, parts = report.lang, draft_mark(report)
    parts.append(Para(say("report.seats_rule", lang, yellow=f"{report.rules.yellow:.0%}", red=f"{report.rules.red:.0%}")))
    for stage, zones in report.zones.items():
        word = say(f"word.{stage}", lang)
        years = sorted({s.year for z in zones for s in z.seats})
        if not years:
            continue
        if len(years) < 3:
            parts.append(Para(say("report.seats_years", lang, stage=word, years=[str(y) for y in years]), "note"))
        heads = [say(f"report.column_{c}", lang) for c in ("number", "name", "seats")]
        for year in years:
            heads += [say(f"report.column_year_{c}", lang, year=year) for c in ("pupils", "ratio", "level")]
        rows: list[list[Cell]] = []
        for z in zones:
            if z.seats:
                cells = [
                    c
                    for s in z.seats
                    for c in (_whole(s.pupils), Share(s.ratio) if math.isfinite(s.ratio) else "–", "" if math.isnan(s.pupils) else _level(s.level, lang))
                ]
                rows.append([z.number, report.schools(z.school_ids), _whole(z.seats[0].seats), *cells])
        parts.append(Table(word, tuple(heads), rows, weights=(1, 5, 1.5, *(1.5 for _ in heads[3:]))))
    parts.append(Para(say("report.seats_caveat", lang), "note"))
    return _chapter(report, "seats", parts)


def risk_chapter(report: Report) -> Chapter:
    """(9) 风险评估: the level, and the measures behind it that the audience may see."""
    lang, plan = report.lang, report.plan
    level = plan.recorded("risk", "level") or ""
    parts = [*draft_mark(report), Para(say("report.risk_level", lang, level=say(f"risk.level_{level}", lang)))]
    parts += [Heading(say("report.risk_effects", lang)), findings_table(report, say("report.sheet_effects", lang), _SHOWN_MEASURES)]
    others = [
        m for m in dict.fromkeys(plan.findings["measure"].astype(str)) if m.startswith(("risk", "chance_", "zones_over", "distance_change", "share_unsettled"))
    ]
    if others:
        parts.append(findings_table(report, say("report.doc_risk", lang), tuple(others)))
    parts.append(Para(say("report.risk_more", lang), "note"))
    return _chapter(report, "risk", parts)


def consultation_chapter(report: Report) -> Chapter:
    """(10) 征求意见稿 and 起草说明."""
    lang, name, year = report.lang, report.plan.name, report.plan.year
    stages = ("、" if lang == "zh" else ", ").join(say(f"word.{s}", lang) for s in report.zones)
    parts = draft_mark(report)
    parts += [
        Heading(say("report.consult_title", lang, name=name, year=year, stages=stages)),
        Para(say("report.consult_intro", lang, stages=stages, year=year)),
    ]
    parts += [Para(say("report.consult_days", lang, days=int(report.rules.consult_days))), Para(say("report.consult_ways", lang)), *signature(report)]
    parts += [Heading(say("report.draft_note", lang)), Heading(say("report.draft_why", lang), 3), Para(say("report.draft_why_text", lang, stages=stages))]
    parts += [Heading(say("report.draft_how", lang), 3), *_items(_principles(report)), *_items(_proofs(report))]
    parts += [Heading(say("report.draft_effect", lang), 3), *_changes(report)]
    parts += [Heading(say("report.draft_next", lang), 3), *_items([say(f"report.draft_next_{i}", lang) for i in (1, 2, 3)])]
    return _chapter(report, "consultation", parts)


def log_chapter(report: Report) -> Chapter:
    """(12) 数据质量日志: notes of reading (internal), schools left out, fingerprints of inputs, versions, how every decision ended."""
    lang, plan, parts = report.lang, report.plan, draft_mark(report)
    if len(plan.notes):
        heads = tuple(say(f"report.column_{c}", lang) for c in ("file", "sheet", "row", "column", "problem", "remedy"))
        rows: list[list[Cell]] = [[_text(r[c]) for c in ("file", "sheet", "row", "column", "problem", "remedy")] for r in plan.notes.to_dict(orient="records")]
        parts.append(Table(say("report.sheet_notes", lang), heads, rows))
    if len(plan.coverage):
        rows = [[_text(r["school_id"]), _text(r["name"]), _word(r["stage"], lang), _reason(r["reason"], lang)] for r in plan.coverage.to_dict(orient="records")]
        heads = tuple(say(f"report.column_{c}", lang) for c in ("school_id", "name", "stage", "reason"))
        parts.append(Table(say("report.sheet_left_out", lang), heads, rows))
    kept = plan.provenance[plan.provenance["part"].astype(str).str.match(r"^(run|input|version|zoning\.|grouping\.)")]
    rows = [[str(r.part), str(r.key), _text(r.value)] for r in kept.itertuples(index=False)]
    heads = tuple(say(f"report.column_{c}", lang) for c in ("part", "entry", "value"))
    parts.append(Table(say("report.sheet_provenance", lang), heads, rows))
    return _chapter(report, "log", parts)


def findings_table(report: Report, name: str, measures: tuple[str, ...]) -> Table:
    """Findings of these measures over the whole plan, with today's and the line."""
    lang = report.lang
    rows: list[list[Cell]] = [
        [
            *(measure_name(str(r["measure"]), lang), _word(r["stage"], lang), scope_name(str(r["scope"]), lang), shown_value(r["value"], r["unit"])),
            *(shown_value(r["today"], r["unit"]), shown_value(r["threshold"], r["unit"])),
        ]
        for r in report.plan.findings.to_dict(orient="records")
        if r["measure"] in measures and (str(r["scope"]) == "all" or str(r["scope"]).startswith("band:"))
    ]
    return Table(name, tuple(say(f"summary.head_{c}", lang) for c in ("measure", "stage", "scope", "value", "today", "threshold")), rows)


def _chapter(report: Report, key: str, parts: list[Part]) -> Chapter:
    return Chapter(key, say(f"report.doc_{key}", report.lang), tuple(parts))


def _items(words: list[str]) -> list[Part]:
    return [Para(f"{i}. {w}", "item") for i, w in enumerate(words, start=1)]


def _principles(report: Report) -> list[str]:
    """What the zoning holds to, from the rules recorded in the plan."""
    lang, rules = report.lang, report.plan.rules
    said = [say("report.principle_nearness", lang)]
    on = rules[rules["decision"].astype(str).str.startswith("zoning") & rules["holds"].astype(bool)] if len(rules) else rules
    for rule in dict.fromkeys(on["rule"].astype(str)):
        if known(f"explain.rule_{rule}"):
            said.append(say("report.principle_rule", lang, rule=catalogue("explain")[f"rule_{rule}"][lang]))
    return said


def _proofs(report: Report) -> list[str]:
    said = []
    for stage in report.zones:
        gap, status = report.plan.recorded(f"zoning.{stage}", "gap"), report.plan.recorded(f"zoning.{stage}", "status")
        if gap is not None and status is not None:
            word = say(f"word.{stage}", report.lang)
            said.append(
                say("report.proof_optimal", report.lang, stage=word)
                if status == "optimal"
                else say("report.proof_gap", report.lang, stage=word, gap=f"{float(gap):.2%}")
            )
    return said


def _changes(report: Report) -> list[Part]:
    table = findings_table(report, say("report.sheet_effects", report.lang), _SHOWN_MEASURES)
    if not table.rows:
        return [Para(say("report.no_findings", report.lang))]
    parts: list[Part] = [table]
    if not len(report.plan.today):
        parts.append(Para(say("report.no_today", report.lang), "note"))
    return parts


def _district_rows(report: Report, scheme: str) -> list[list[Cell]]:
    plan = report.plan
    members = plan.memberships[plan.memberships["scheme"] == scheme]
    rows: list[list[Cell]] = []
    for r in plan.districts[plan.districts["scheme"] == scheme].itertuples(index=False):
        mine = members[members["district_id"] == r.district_id]
        lead = list(dict.fromkeys(mine.loc[mine["role"] == "lead", "school_id"].astype(str)))
        others = [i for i in dict.fromkeys(mine["school_id"].astype(str)) if i not in lead]
        rows.append([f"{r.district_id} {_text(r.name)}".strip(), report.schools(lead), report.schools(others), len(lead) + len(others)])
    return rows


def _committee(report: Report, name: str, charter: Any) -> list[Part]:
    lang = report.lang
    rows: list[list[Cell]] = []
    for district, seats in charter.groupby("district_id", sort=False):
        first = seats.iloc[0]
        term = f"{first['term_from']}–{first['term_to']}"
        rows.append([str(district), report.school(str(first["school_id"])), len(seats), term, int(first["meetings_per_month"])])
    heads = tuple(say(f"governance.head_{c}", lang) for c in ("district", "chair", "seats", "term", "meetings_per_month"))
    return [Heading(say("report.districts_committee", lang, scheme=name), 3), Table(f"{say('governance.sheet_charter', lang)} {name}", heads, rows)]


def _now(zone: Any) -> list[Cell]:
    return [_whole(zone.now.pupils), _whole(zone.now.seats)] if zone.now is not None else ["", ""]


def _whole(value: Any) -> Cell:
    return "" if pd.isna(value) else int(value) if float(value) == round(float(value)) else round(float(value), 1)


def _level(level: str, lang: str) -> str:
    return str(say(f"report.level_{level}", lang)) if level else str(say("report.level_none", lang))


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA else str(value)


def _word(name: Any, lang: str) -> str:
    return str(say(f"word.{name}", lang)) if known(f"word.{name}") else _text(name)


def _reason(reason: Any, lang: str) -> str:
    return str(say(f"map.reason_{reason}", lang)) if known(f"map.reason_{reason}") else _text(reason)
