"""Explanations as lines a planner can read out: why a block goes to its school, who would move, and what every rule costs."""

from __future__ import annotations

from districting.outputs.text_table import aligned
from districting.planning.explanation import BlockExplanation, IfMoved, SchoolSeen, Shift
from districting.planning.rule_prices import RulePrices
from districting.wording import Text, say, text

SHOWN = 12
"""Rows of a list of moves shown at most."""


def block_lines(told: BlockExplanation, lang: str) -> list[str]:
    """The explanation of one block at one stage, a sentence a line."""
    name = told.name if told.name and told.name != told.block_id else ""
    head = {"stage": text(f"word.{told.stage}"), "block": told.block_id, "name": text("explain.named", name=name) if name else "", "pupils": told.pupils}
    lines = [say("explain.head", lang, **head)]
    lines += ["  " + line for line in _schools(told, lang)]
    if told.nearest is not None or not _leaves(told):
        lines.append("  " + _today(told, lang))
    lines.append(_why(told, lang))
    lines += ["  · " + cause.said.say(lang) for cause in told.causes]
    if told.assigned is not None and told.target is not None:
        if told.nearest is not None and told.nearest.zone_id != told.target.zone_id == told.assigned.zone_id and not told.named:
            lines.append("  · " + say("explain.inside_is_own", lang))
        if told.target.zone_id != told.assigned.zone_id and not told.causes:
            lines.append("  · " + say("explain.no_cause", lang, school=told.target.zone_name))
    if told.goals:
        lines.append(
            "  · " + say("explain.goals" if told.nearest is not None else "explain.goals_alone", lang, goals=[text(f"word.goal_{g}") for g in told.goals])
        )
    if told.not_carried:
        lines.append("  · " + say("explain.not_carried", lang, rules=[rule_word(r) for r in told.not_carried]))
    if told.if_moved is not None:
        lines += _if_moved(told, told.if_moved, lang)
    return lines


def _schools(told: BlockExplanation, lang: str) -> list[str]:
    """Its own school, the nearest and the one asked about; without distances, where the plan knows none."""
    own = told.assigned.school_id if told.assigned is not None else ""
    if told.nearest is None:
        lines = [] if told.assigned is None else [_school("explain.assigned_plain", told.assigned, lang)]
        if told.target is not None and told.target.school_id != own:
            key = "today_plain" if _leaves(told) else "target_plain" if told.named else "beside_plain"
            lines.append(_school(f"explain.{key}", told.target, lang))
        return lines
    lines = [] if told.assigned is None else [_school("explain.assigned", told.assigned, lang)]
    if told.nearest.school_id != own:
        lines.append(_school("explain.nearest", told.nearest, lang))
    if told.target is not None and told.target.school_id not in (told.nearest.school_id, own):
        lines.append(_school("explain.target" if told.named else "explain.nearest_inside", told.target, lang))
    return lines


def _leaves(told: BlockExplanation) -> bool:
    """Whether the school asked about is today's."""
    return told.today is not None and told.target is not None and told.today.school_id == told.target.school_id != (told.assigned or told.target).school_id


def _why(told: BlockExplanation, lang: str) -> str:
    """The reason in words, which speak of the nearest school; else what is asked."""
    if told.nearest is not None:
        return say("explain.why", lang, reason=text(f"map.why_{told.reason}"))
    if told.target is None:
        return say("explain.inside_zone", lang)
    same = told.assigned is not None and told.assigned.zone_id == told.target.zone_id
    return say("explain.is_own" if same else "explain.keeps", lang, school=told.target.zone_name)


def rule_lines(prices: RulePrices, lang: str) -> list[str]:
    """The price of every rule as a table, then the dearest seats."""
    km = {"distance": prices.distance_m / 1000, "least": prices.least_m / 1000, "bound": prices.bound_m / 1000}
    lines = [say("explain.rules_head", lang, stage=text(f"word.{prices.stage}"), **km)]
    head = [say(f"explain.column_{c}", lang) for c in ("rule", "setting", "price", "interval")]
    rows = []
    for r in prices.rules:
        setting = _setting(r.rule, r.setting, lang)
        rows.append([rule_word(r.rule).say(lang), setting, f"{_zero(r.value_m / 1000):,.1f}", f"{_zero(r.low_m / 1000):,.1f} … {_zero(r.high_m / 1000):,.1f}"])
    lines += aligned([head, *rows], right=(2, 3))
    lines.append(say("explain.rules_note", lang))
    if prices.not_carried:
        lines.append(say("explain.rules_not_carried", lang, rules=[rule_word(r) for r in prices.not_carried]))
    if prices.without_plan:
        lines.append(say("explain.rules_without_plan", lang, rules=[rule_word(r) for r in prices.without_plan]))
    if prices.seat_prices:
        lines.append(say("explain.seats_head", lang))
        lines += ["  " + say("explain.seats_line", lang, school=name, price=price) for _, name, price in prices.seat_prices]
    return lines


def rule_word(rule: str) -> Text:
    """A rule's name in words."""
    return text(f"explain.rule_{rule}")


def _zero(number: float) -> float:
    """A rounding error is no minus."""
    return 0.0 if abs(number) < 0.05 else number


def _school(key: str, school: SchoolSeen, lang: str) -> str:
    metres = text("explain.metres", metres=school.distance_m, rank=school.rank) if school.distance_m is not None else text("explain.no_metres")
    zone = text("explain.shared", zone=school.zone_name) if school.zone_name != school.name else ""
    return say(key, lang, school=school.name, metres=metres, zone=zone, seats=school.seats or 0.0, load=school.load or 0.0)


def _today(told: BlockExplanation, lang: str) -> str:
    if told.today is None:
        return say("explain.today_unknown", lang)
    same = told.assigned is not None and told.today.school_id == told.assigned.school_id
    return say("explain.today_same" if same else "explain.today", lang, school=told.today.name)


def _if_moved(told: BlockExplanation, moved: IfMoved, lang: str) -> list[str]:
    assert told.target is not None
    target = told.target.zone_name
    if not moved.found:
        lines = [say("explain.none_proved" if moved.proved else "explain.none_found", lang, school=target)]
        return lines + ["  · " + sentence.say(lang) for sentence in moved.why]
    others = moved.blocks_moved - 1
    values = {"school": target, "blocks": moved.blocks_moved, "others": others, "pupils": moved.pupils_moved, "zones": moved.zones_changed}
    lines = [say("explain.moved_alone" if others == 0 else "explain.moved", lang, **values)]
    lines += ["  · " + _shift(s, lang) for s in moved.shifts[:SHOWN]]
    if len(moved.shifts) > SHOWN:
        lines.append("  · " + say("explain.more_shifts", lang, count=len(moved.shifts) - SHOWN))
    if moved.change_pupil_m is None or moved.low_pupil_m is None:
        return lines if moved.change_goals is None else [*lines, say("explain.change_goals", lang, change=moved.change_goals)]
    change, low = _zero(moved.change_pupil_m / 1000), _zero(moved.low_pupil_m / 1000)
    lines.append(say(f"explain.change_{_kind(change, low)}", lang, change=change, low=low, size=abs(low)))
    return lines


def _kind(change: float, low: float) -> str:
    """What the bound proves of a change: that it is the least, how much it is at least, that it is no saving, or nothing of the kind."""
    if change - low < 0.05:
        return "exact"
    return "more" if low > 0 else "none" if low == 0 else "open"


def _shift(shift: Shift, lang: str) -> str:
    ids = list(shift.block_ids[:5])
    return say("explain.shift", lang, of=shift.from_name or "-", to=shift.to_name, blocks=shift.blocks, pupils=shift.pupils, ids=ids)


def _setting(rule: str, given: str, lang: str) -> str:
    if rule == "goals":
        goals = [text(f"word.goal_{w}") if w in _GOALS else rule_word(w) for w in given.split()]
        return say("word.list_separator", lang).join(g.say(lang) for g in goals)
    return say("explain.setting_on", lang) if given == "on" else given


_GOALS = ("distance", "stability", "balance", "compactness", "mix", "border")
