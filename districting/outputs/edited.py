"""The difference an edit makes, in words and as the object of ``--json``."""

from __future__ import annotations

from typing import Any

from districting.grouping.keys import KEYS
from districting.measures.scenario_figures import Broken, shown
from districting.outputs.scheme_names import scheme_name
from districting.planning.edit_schools import GroupingEdit
from districting.planning.editing import EditedPlan, StageEdit
from districting.wording import say

_SHOWN_IDS = 5
_OWN_WORDS = ("whole", "allowed", "within_county", "known_way")
"""Rules that are no setting, and have their words with the edits."""


def edited_lines(found: EditedPlan, lang: str) -> list[str]:
    """Lines for the terminal: who moves, figures before and after, rules broken, what could not be checked."""
    lines = [fault.say(lang) for fault in found.warnings]
    for stage in found.stages:
        lines += _stage_lines(stage, found.parts, lang)
    for grouping in found.groupings:
        lines += _grouping_lines(grouping, lang)
    return lines or [say("edit.nothing", lang)]


def _stage_lines(stage: StageEdit, parts: int, lang: str) -> list[str]:
    total, before = stage.after["total"], stage.before["total"]
    pupils = shown(total["moved_pupils"], parts, _digits(parts))
    lines = [say("edit.stage", lang, stage=say(f"word.{stage.stage}", lang), blocks=total["moved_blocks"], pupils=pupils)]
    for old, new, blocks, moved, ids in stage.shifts:
        named = ", ".join(ids[:_SHOWN_IDS]) + (" …" if len(ids) > _SHOWN_IDS else "")
        lines.append(say("edit.shift", lang, old=old or "-", new=new, blocks=blocks, pupils=moved, ids=named))
    if total["mean_dm"] is not None and before["mean_dm"] is not None:
        lines.append(say("edit.mean", lang, before=shown(before["mean_dm"], 10, 0), after=shown(total["mean_dm"], 10, 0)))
    if total["unmeasured"]:
        lines.append(say("edit.unmeasured", lang, pupils=shown(total["unmeasured"], parts, _digits(parts))))
    lines.append(say("edit.over", lang, before=shown(before["over"], parts, _digits(parts)), after=shown(total["over"], parts, _digits(parts))))
    lines += [_broken_line(b, stage, parts, lang) for b in stage.broken]
    if stage.unchecked:
        lines.append(say("edit.unchecked", lang, rules=list(stage.unchecked)))
    return lines


def _grouping_lines(edit: GroupingEdit, lang: str) -> list[str]:
    lines = [say("edit.grouping", lang, scheme=scheme_name(edit.scheme, lang), schools=len(edit.shifts))]
    lines += [say("edit.school_shift", lang, school=school, old=old or "-", new=new) for school, old, new in edit.shifts]
    before, after = (side["total"]["spread_h"] for side in (edit.before, edit.after))
    if edit.shifts and before is not None and after is not None:
        lines.append(say("edit.spread", lang, before=shown(before, 100, 1), after=shown(after, 100, 1)))
    lines += [say("edit.district_gone", lang, district=d) for d in edit.gone]
    for b in edit.broken:
        size = shown(b.amount, 10, 0) if b.unit == "decimetre" else b.amount
        district = edit.district_ids[b.district] if b.district >= 0 else "-"
        key = "edit.district_broken_before" if b.in_plan else "edit.district_broken"
        lines.append(say(key, lang, rule=composition_rule(b.rule, lang), district=district, amount=say(f"edit.amount_{b.unit}", lang, n=size)))
    if edit.unchecked:
        lines.append(say("edit.unchecked", lang, rules=list(edit.unchecked)))
    return lines


def composition_rule(rule: str, lang: str) -> str:
    """The name of a rule of composition: what it counts, or what it asks."""
    return say(f"{'grouping.kind' if rule in KEYS else 'editor.composition'}_{rule}", lang)


def _digits(parts: int) -> int:
    return 0 if parts == 1 else 1


def _broken_line(broken: Broken, stage: StageEdit, parts: int, lang: str) -> str:
    unit = {"decimetre": 10, "pupil": parts}.get(broken.unit, 1)
    amount = shown(broken.amount, unit, _digits(parts) if broken.unit == "pupil" else 0)
    zone = stage.zone_ids[broken.zone] if broken.zone >= 0 else "-"
    key = "edit.broken_before" if broken.in_plan else "edit.broken"
    return say(
        key,
        lang,
        rule=say(f"{'edit.rule_' if broken.rule in _OWN_WORDS else 'rules.'}{broken.rule}", lang),
        zone=zone,
        amount=amount,
        unit=say(f"edit.unit_{broken.unit}", lang),
    )


def edited_json(found: EditedPlan, lang: str) -> dict[str, Any]:
    """Figures as the page has them: pupils in parts (``pupil_parts`` to a pupil), distances in decimetres."""
    return {
        "pupil_parts": found.parts,
        "stages": [_stage_json(stage) for stage in found.stages],
        "groupings": [_grouping_json(edit) for edit in found.groupings],
        "violations": sorted({*(b.rule for s in found.stages for b in s.broken), *(b.rule for g in found.groupings for b in g.broken)}),
        "warnings": [fault.as_json(lang) for fault in found.warnings],
    }


def _grouping_json(edit: GroupingEdit) -> dict[str, Any]:
    return {
        "scheme": edit.scheme,
        "moves": [{"school_id": s, "from": old, "to": new} for s, old, new in edit.shifts],
        "before": edit.before["total"],
        "after": edit.after["total"],
        "broken": [{**b.as_json(), "district": edit.district_ids[b.district] if b.district >= 0 else ""} for b in edit.broken],
        "unchecked": list(edit.unchecked),
        "outlines_redrawn": edit.redrawn,
        "districts_gone": list(edit.gone),
    }


def _stage_json(stage: StageEdit) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "moves": [{"from": o, "to": n, "blocks": b, "pupils": p, "block_ids": list(ids)} for o, n, b, p, ids in stage.shifts],
        "before": stage.before["total"],
        "after": stage.after["total"],
        "broken": [{**b.as_json(), "zone": stage.zone_ids[b.zone] if b.zone >= 0 else "", "blocks": len(b.blocks)} for b in stage.broken],
        "unchecked": list(stage.unchecked),
    }
