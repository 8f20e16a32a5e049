"""Files of a risk assessment: the report, a workbook, one JSON and the plan with its level; and its lines in the terminal."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from districting.auditing.quality_access import WORDS
from districting.auditing.risk_assessment import FRAGILE_M, RiskAssessment
from districting.auditing.risk_odds import StageOdds
from districting.model.risk_rules import LEVELS
from districting.outputs.atomic import atomic_paths, write_json, write_text
from districting.outputs.geopackage import write_plan
from districting.outputs.numbers import tidied
from districting.outputs.risk_report import chance_words, drivers, indicator_rows, level_word, odds_lines, report_text, rule_word, stability_lines
from districting.outputs.text_table import aligned
from districting.outputs.workbook import Row, Share, Sheet, marks_of, write_book
from districting.wording import say

FILES: Final = ("risk_report.md", "risk.xlsx", "risk.json", "plan.gpkg")
_SHOWN: Final = 10


def risk_lines(made: RiskAssessment, lang: str) -> list[str]:
    """The terminal: the level, every indicator beside its lines, chances, the fullest schools, and how settled blocks are."""
    plan = made.plan
    head = [say(f"risk.head_{c}", lang) for c in ("frame", "indicator", "stage", "value", "medium", "high", "level")]
    lines = [say("risk.headline", lang, name=plan.name, year=plan.year, level=level_word(made.level, lang))]
    lines += aligned([head, *indicator_rows(made, lang)], right=(3, 4, 5))
    lines += odds_lines(made, lang)
    rows = fullest_rows(made, lang)
    if rows:
        columns = [say(f"risk.head_{c}", lang) for c in ("stage", "school", "pupils", "seats", "range", "chance", "interval")]
        lines += [say("risk.fullest_head", lang), *aligned([columns, *rows], right=(2, 3, 4, 5, 6))]
    return lines + stability_lines(made, lang)


def fullest_rows(made: RiskAssessment, lang: str) -> list[list[str]]:
    """The zones most likely over their seats, of all stages."""
    found = [(-float(one.overflow[z]), stage, str(one.zone_ids[z]), z) for stage, one in made.odds.items() for z in np.flatnonzero(one.overflow > 0).tolist()]
    return [[say(f"word.{stage}", lang), *_zone_cells(made.odds[stage], z)] for _, stage, _, z in sorted(found)[:_SHOWN]]


def _zone_cells(one: StageOdds, z: int) -> list[str]:
    span = f"{one.load_p05[z]:,.0f}–{one.load_p95[z]:,.0f}"
    return [one.names[z], f"{one.pupils[z]:,.0f}", f"{one.seats[z]:,.0f}", span, f"{one.overflow[z]:.1%}", f"{one.low[z]:.1%}–{one.high[z]:.1%}"]


def risk_json(made: RiskAssessment) -> dict[str, Any]:
    """The JSON of an assessment."""
    stages = {}
    for stage, one in made.risks.items():
        odds = made.odds[stage]
        stages[stage] = {
            "level": LEVELS[one.level] if one.level >= 0 else None,
            "indicators": {name: {"value": value, "today": today, "unit": unit} for name, (value, today, unit) in one.facts.items()},
            "levels": {name: LEVELS[level] if level >= 0 else None for name, level in one.level_of.items()},
            "rules": {rule: chance_words(chance) for rule, chance in odds.rules.items()},
            "breaking": {rule: _breaking_json(odds, rule) for rule in odds.breaking},
            "any_rule": chance_words(odds.any_rule),
            "zones_over_expected": odds.over_count,
            "share_beyond_radius": dict(zip(("p05", "p50", "p95"), odds.beyond, strict=True)),
            "zones": [_zone_json(odds, z) for z in range(len(odds.zone_ids))],
            "stability": _stability_json(made, stage),
        }
    tree = {
        "level": LEVELS[made.level] if made.level >= 0 else None,
        "draws": made.options.draws,
        "seed": made.options.seed,
        "errors": vars(made.rules.errors),
        "stages": stages,
        "districts": {
            name: {"any_rule": chance_words(o.any_rule), "rules": {r: chance_words(c) for r, c in o.rules.items()}} for name, o in made.schemes.items()
        },
    }
    return dict(tidied(tree))


def _breaking_json(one: StageOdds, rule: str) -> dict[str, float]:
    """Zone -> share of draws in which it breaks the rule, where it ever does."""
    share = one.breaking[rule]
    return {str(one.zone_ids[z]): float(share[z]) for z in np.flatnonzero(share > 0).tolist()}


def _zone_json(one: StageOdds, z: int) -> dict[str, Any]:
    return {
        "zone_id": str(one.zone_ids[z]),
        "pupils": float(one.pupils[z]),
        "seats": float(one.seats[z]),
        "pupils_p05": float(one.load_p05[z]),
        "pupils_p95": float(one.load_p95[z]),
        "overflow": {"share": float(one.overflow[z]), "low": float(one.low[z]), "high": float(one.high[z])},
    }


def _stability_json(made: RiskAssessment, stage: str) -> dict[str, Any] | None:
    one = made.stability.get(stage)
    if one is None:
        return None
    caught, precise = one.caught(FRAGILE_M)
    return {
        "plans": one.resolves,
        "without_plan": one.without_plan,
        "share_flipping": one.flipping_share,
        "share_flipping_unchanged": one.still_share,
        "agreement": one.agreement,
        "margin_line_m": FRAGILE_M,
        "caught": caught,
        "precise": precise,
    }


def write_risk(folder: str | Path, made: RiskAssessment, lang: str) -> list[Path]:
    """Write :data:`FILES` into ``folder``, all or none. The same plan, parameters and seed give the same bytes.

    Raises
    ------
    OutputError : a file cannot be written; what stood there is unchanged
    """
    paths = [Path(folder) / name for name in FILES]
    with atomic_paths(paths) as (report, book, tree, plan):
        write_text(report_text(made, lang), report)
        sheets = [_levels_sheet(made, lang), _rules_sheet(made, lang), _seats_sheet(made, lang), *_block_sheets(made, lang)]
        titles = {"name": made.plan.name, "year": made.plan.year}
        write_book(book, sheets, lambda sheet: say("risk.sheet_title", lang, sheet=sheet.name, **titles), marks_of(made.plan, "internal", lang))
        write_json(risk_json(made), tree)
        write_plan(made.plan, plan)
    return paths


def _levels_sheet(made: RiskAssessment, lang: str) -> Sheet:
    columns = tuple(say(f"risk.head_{c}", lang) for c in ("frame", "indicator", "stage", "value", "medium", "high", "level"))
    return Sheet(say("risk.sheet_levels", lang), columns, [tuple(r) for r in indicator_rows(made, lang, numbers=True)], say("risk.note_levels", lang))


def _rules_sheet(made: RiskAssessment, lang: str) -> Sheet:
    """Every rule that draws can break: how likely, and below it the schools that do, each with its share of the draws."""
    columns = tuple(say(f"risk.head_{c}", lang) for c in ("stage", "rule", "school", "breaks", "interval"))
    rows: list[Row] = []
    for stage, one in made.odds.items():
        for rule in one.breaking:
            chance, words = one.rules[rule], [say(f"word.{stage}", lang), rule_word(rule, lang)]
            rows.append([*words, say("risk.any_school", lang), Share(chance.share), f"{chance.low:.1%}–{chance.high:.1%}"])
            rows += [[*words, name, Share(share), ""] for name, share in drivers(one, rule)]
    return Sheet(say("risk.sheet_rules", lang), columns, rows, say("risk.note_rules", lang, draws=made.options.draws))


def _seats_sheet(made: RiskAssessment, lang: str) -> Sheet:
    columns = tuple(say(f"risk.head_{c}", lang) for c in ("stage", "zone", "school", "pupils", "seats", "range", "chance", "interval"))
    rows: list[Row] = []
    for stage, one in made.odds.items():
        for z in np.lexsort((one.zone_ids.astype(str), -one.overflow)).tolist():
            name, _, _, span, _, interval = _zone_cells(one, z)
            rows.append(
                [say(f"word.{stage}", lang), str(one.zone_ids[z]), name, float(one.pupils[z]), float(one.seats[z]), span, Share(one.overflow[z]), interval]
            )
    return Sheet(say("risk.sheet_seats", lang), columns, rows, say("risk.note_seats", lang, draws=made.options.draws))


def _block_sheets(made: RiskAssessment, lang: str) -> list[Sheet]:
    """Per stage the blocks with pupils, the least settled first; with access where it is known."""
    sheets = []
    for stage in made.risks:
        settled, access = made.stability.get(stage), made.access.get(stage)
        if settled is None and access is None:
            continue
        ids = made.plan.blocks["block_id"].astype("str").to_numpy(dtype=object)
        pupils = settled.pupils if settled is not None else access.pupils if access is not None else np.zeros(len(ids))
        margin = settled.margin_m if settled is not None else np.full(len(ids), math.nan)
        heads = ["block", "pupils"] + (["margin", "rival", "flips"] if settled is not None else []) + (["access", "access_today"] if access is not None else [])
        order = np.lexsort((ids, np.where(np.isnan(margin), np.inf, margin)))
        rows: list[Row] = []
        for i in order[pupils[order] > 0].tolist():
            row: list[Any] = [str(ids[i]), float(pupils[i])]
            if settled is not None:
                row += [round(float(margin[i]), 1) if np.isfinite(margin[i]) else "", str(settled.rival[i]), Share(settled.flips[i])]
            if access is not None:
                row += [_access(int(access.plan[i]), lang), "" if access.today is None else _access(int(access.today[i]), lang)]
            rows.append(row)
        name = f"{say('risk.sheet_blocks', lang)} {say(f'word.{stage}', lang)}"
        sheets.append(Sheet(name, tuple(say(f"risk.head_{c}", lang) for c in heads), rows, say("risk.note_blocks", lang)))
    return sheets


def _access(number: int, lang: str) -> str:
    return say(f"risk.access_{WORDS[number]}", lang)
