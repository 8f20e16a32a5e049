"""The report of a risk assessment as text: what changes, for how many, how likely rules are to break, the level, what to do (policy 4.3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from districting.auditing.risk import bands_of
from districting.auditing.risk_assessment import FRAGILE_M, RiskAssessment
from districting.auditing.risk_odds import Chance, StageOdds
from districting.measures.quality_access import NEAR, OWN, access_share
from districting.model.risk_rules import FRAMES, LEVELS
from districting.outputs.numbers import share_words
from districting.outputs.scheme_names import scheme_name
from districting.outputs.workbook import Share
from districting.wording import catalogue, say

_EVEN_CHANCE = 0.5 - 1e-9
_NAMED = 5
"""Schools named beside a rule."""


def level_word(level: int, lang: str) -> str:
    """A level in words.

    >>> level_word(2, "zh"), level_word(-1, "en")
    ('高', 'cannot be judged')
    """
    return say(f"risk.level_{LEVELS[level] if level >= 0 else 'unknown'}", lang)


def chance_words(chance: Chance) -> dict[str, float]:
    """A chance with its interval, for JSON."""
    return {"share": chance.share, "low": chance.low, "high": chance.high}


def indicator_rows(made: RiskAssessment, lang: str, *, numbers: bool = False) -> list[list[Any]]:
    """frame, indicator, stage, value (in words, or a number), line of medium, line of high, level of every indicator with a line; by frame."""
    rows: list[list[Any]] = []
    for frame in FRAMES:
        for name, line in made.rules.levels.items():
            for stage, one in made.risks.items() if line.frame == frame else ():
                value, _, unit = one.facts.get(name, (math.nan, math.nan, ""))
                signs = ["> " if beyond else "≥ " for beyond in line.above]
                lines = [sign + _shown(v, unit or _unit_of(made, name)) for sign, v in zip(signs, (line.medium, line.high), strict=True)]
                words = [say(f"risk.frame_{frame}", lang), _name(name, lang), say(f"word.{stage}", lang)]
                shown = _number(value, unit) if numbers else _shown(value, unit)
                rows.append([*words, shown, *lines, level_word(one.level_of[name], lang)])
    return rows


def odds_lines(made: RiskAssessment, lang: str) -> list[str]:
    """Sentences on chances, stage by stage, and of the districts."""
    lines = []
    for stage, one in made.odds.items():
        lines.append(say("risk.over_line", lang, stage=say(f"word.{stage}", lang), draws=one.draws, over=one.over_count, **_chance(one.any_rule)))
        drawn = {rule: c for rule, c in one.rules.items() if c.low != c.high}
        for rule, c in sorted(drawn.items(), key=lambda item: -item[1].share):
            lines.append("  " + say("risk.rule_line", lang, rule=rule_word(rule, lang), **_chance(c)))
            lines += ["    " + said for said in _drivers_line(one, rule, lang)]
        sure = {rule: c for rule, c in one.rules.items() if rule not in drawn}
        if sure:
            broken = [rule_word(r, lang) for r, c in sure.items() if c.share > 0]
            held = say("risk.sure_broken", lang, rules=broken) if broken else say("risk.sure_held", lang)
            lines.append("  " + say("risk.sure_line", lang, rules=[rule_word(r, lang) for r in sure], held=held))
        if not math.isnan(one.beyond[1]):
            low, median, high = (share_words(b) for b in one.beyond)
            lines.append("  " + say("risk.beyond_line", lang, low=low, median=median, high=high))
    for scheme, found in made.schemes.items():
        lines.append(say("risk.scheme_line", lang, scheme=scheme_name(scheme, lang), points=made.rules.errors.score, **_chance(found.any_rule)))
    return lines


def drivers(one: StageOdds, rule: str) -> list[tuple[str, float]]:
    """(schools of the zone, share of draws in which it breaks the rule), the most responsible first; ties by the id of the zone."""
    share = one.breaking.get(rule, np.zeros(0))
    order: list[int] = np.lexsort((one.zone_ids.astype(str), -share)).tolist() if len(share) else []
    return [(one.names[z], float(share[z])) for z in order if share[z] > 0]


def _drivers_line(one: StageOdds, rule: str, lang: str) -> list[str]:
    found = drivers(one, rule)
    if not found:
        return []
    named = [say("risk.driver", lang, school=name, share=f"{share:.1%}") for name, share in found[:_NAMED]]
    rest = len(found) - len(named)
    more = say("risk.drivers_more", lang, count=rest) if rest else ""
    return [say("risk.drivers_line", lang, schools=named, more=more)]


def stability_lines(made: RiskAssessment, lang: str) -> list[str]:
    """Sentences on how settled blocks are, and how far their margins tell it."""
    lines = []
    for stage, one in made.stability.items():
        shares = {"change": share_words(made.rules.change), "flips": share_words(one.flipping_share), "still": share_words(one.still_share)}
        lines.append(say("risk.stability_line", lang, stage=say(f"word.{stage}", lang), made=one.resolves, **shares))
        if one.without_plan:
            lines.append("  " + say("risk.stability_lost", lang, lost=one.without_plan))
        if not math.isnan(one.agreement):
            caught, precise = (share_words(v) if not math.isnan(v) else "–" for v in one.caught(FRAGILE_M))
            lines.append("  " + say("risk.agreement_line", lang, agreement=one.agreement, line=FRAGILE_M, caught=caught, precise=precise))
    return lines or [say("risk.no_stability", lang)]


def report_text(made: RiskAssessment, lang: str) -> str:
    """The report as Markdown."""
    plan, errors = made.plan, made.rules.errors
    parts = [say("risk.report_title", lang, name=plan.name, year=plan.year), say("risk.report_mark", lang), say("risk.report_what", lang)]
    parts += [" ".join(_what(made, stage, lang)) if lang == "en" else "".join(_what(made, stage, lang)) for stage in made.risks]
    parts.append(say("risk.report_seats", lang))
    for stage, one in made.risks.items():
        counts = {"red": one.facts["zones_red"][0], "yellow": one.facts["zones_yellow"][0]}
        lines = {"red_line": f"{made.rules.red:.0%}", "yellow_line": f"{made.rules.yellow:.0%}"}
        parts.append(say("risk.seats_warned", lang, stage=say(f"word.{stage}", lang), **counts, **lines))
    parts.append(say("risk.errors_line", lang, common=f"{errors.common:.0%}", dispersion=errors.dispersion, travel=f"{errors.travel:.0%}"))
    parts.append("\n".join(_bullets(odds_lines(made, lang))))
    parts += [say("risk.report_stability", lang), "\n".join(_bullets(stability_lines(made, lang)))]
    parts += [say("risk.report_levels", lang), "\n".join(_frames(made, lang))]
    parts += [say("risk.report_level", lang, level=level_word(made.level, lang)), _why(made, lang)]
    parts += [say("risk.report_measures", lang), "\n".join(f"{i}. {m}" for i, m in enumerate(_measures(made, lang), start=1))]
    return "\n\n".join(parts) + "\n"


def _bullets(lines: list[str]) -> list[str]:
    return [" " * (len(line) - len(line.lstrip())) + f"- {line.strip()}" for line in lines]


def _what(made: RiskAssessment, stage: str, lang: str) -> list[str]:
    one, word = made.risks[stage], say(f"word.{stage}", lang)
    pupils = float(made.odds[stage].pupils.sum()) + one.facts["pupils_without_zone"][0]
    if "share_moved" not in one.facts:
        said = [say("risk.what_no_today", lang, stage=word, pupils=pupils)]
    else:
        share = one.facts["share_moved"][0]
        said = [say("risk.what_moved", lang, stage=word, pupils=pupils, moved=one.moved_pupils, share=share_words(share), blocks=one.moved_blocks)]
    bands = [_band(low, high, count, lang) for low, high, count in bands_of(one, made.rules) if count]
    said += [say("risk.what_distance", lang, bands=bands)] if bands else []
    for key, name in (("across", "pupils_across"), ("across_road", "pupils_across_road"), ("communities", "communities_split")):
        if name in one.facts:
            value, today, _ = one.facts[name]
            said.append(say(f"risk.what_{key}_only", lang, value=value) if math.isnan(today) else say(f"risk.what_{key}", lang, value=value, today=today))
    if "families_counted" in one.facts:
        value, today, _ = one.facts["families_counted"]
        known = {} if math.isnan(today) else {"today": today}
        said.append(say(f"risk.what_families_counted{'' if known else '_only'}", lang, value=value, **known))
    if "families_parted" in one.facts:
        said.append(say("risk.what_families", lang, share=f"{made.rules.sibling_share:.0%}", value=one.facts["families_parted"][0]))
    access = made.access.get(stage)
    if access is not None:
        own, near = (share_words(access_share(access.plan, access.pupils, least)) for least in (OWN, NEAR))
        if access.today is None:
            said.append(say("risk.what_access_only", lang, value=own, near=near))
        else:
            said.append(say("risk.what_access", lang, value=own, near=near, today=share_words(access_share(access.today, access.pupils, OWN))))
    return said


def _band(low: float, high: float, pupils: float, lang: str) -> str:
    if math.isinf(low):
        return say("risk.band_below", lang, high=-high, pupils=pupils)
    if math.isinf(high):
        return say("risk.band_above", lang, low=low, pupils=pupils)
    return say("risk.band_between", lang, low=low, high=high, pupils=pupils)


def _frames(made: RiskAssessment, lang: str) -> list[str]:
    lines = []
    for frame in FRAMES:
        found = [(stage, name, level) for stage, one in made.risks.items() for name, level in one.level_of.items() if made.rules.levels[name].frame == frame]
        items = [_item(made, stage, name, lang) for stage, name, level in found if level >= 0] or [say("risk.levels_none", lang)]
        level = max((level for *_, level in found), default=-1)
        lines.append(say("risk.levels_row", lang, frame=say(f"risk.frame_{frame}", lang), level=level_word(level, lang), items=_listed(items, lang)))
    return lines


def _listed(items: list[str], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(items)


def _item(made: RiskAssessment, stage: str, name: str, lang: str) -> str:
    one = made.risks[stage]
    value, _, unit = one.facts[name]
    words = {"stage": say(f"word.{stage}", lang), "indicator": _name(name, lang), "value": _shown(value, unit)}
    return say("risk.levels_item", lang, level=level_word(one.level_of[name], lang), **words)


def _why(made: RiskAssessment, lang: str) -> str:
    if made.level <= 0:
        return say("risk.why_low" if made.level == 0 else "risk.why_unknown", lang)
    items = [_item(made, stage, name, lang) for stage, one in made.risks.items() for name, level in one.level_of.items() if level == made.level]
    return say("risk.why_level", lang, items=_listed(items, lang))


def _measures(made: RiskAssessment, lang: str) -> list[str]:
    raised = [name for name in made.rules.levels if any(one.level_of[name] > 0 for one in made.risks.values())]
    said = [say(f"risk.measure_{name}", lang) for name in raised]
    likely = sum(int((one.overflow >= _EVEN_CHANCE).sum()) for one in made.odds.values())
    said += [say("risk.measure_overflow", lang, count=likely)] if likely else []
    pupils = sum(float(one.pupils.sum()) for one in made.stability.values())
    loose = sum(float(one.pupils[one.margin_m <= FRAGILE_M].sum()) for one in made.stability.values())
    said += [say("risk.measure_unsettled", lang, share=share_words(loose / pupils))] if loose else []
    return [*said, say("risk.measure_always", lang, days=made.rules.consult_days)]


def _chance(chance: Chance) -> dict[str, str]:
    return {"chance": f"{chance.share:.1%}", "low": f"{chance.low:.1%}", "high": f"{chance.high:.1%}"}


def rule_word(rule: str, lang: str) -> str:
    """A rule in words."""
    return say(f"explain.rule_{rule}", lang) if f"rule_{rule}" in catalogue("explain") else rule


def _name(indicator: str, lang: str) -> str:
    return say(f"measure.of_{indicator}", lang)


def _number(value: float, unit: str) -> Share | float | str:
    """The cell of a workbook."""
    if not math.isfinite(value):
        return _shown(value, unit)
    return Share(value) if unit == "share" else value


def _unit_of(made: RiskAssessment, name: str) -> str:
    return next((one.facts[name][2] for one in made.risks.values() if name in one.facts), "share" if name.startswith("share") else "")


def _shown(value: Any, unit: str) -> str:
    if math.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞"
    return share_words(value) if unit == "share" else f"{value:,.0f}"
