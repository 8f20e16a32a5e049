"""Incubation areas in the terminal: how many, of what size, what is proven, who crosses a county border and who is far away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from districting.model.plan import Plan
from districting.outputs.scheme_names import scheme_name
from districting.outputs.summary_groups import proof_words
from districting.wording import say

NAMED = 3


def incubation_lines(plan: Plan, made: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """What a planner wants to see of every stage that was divided."""
    lines = []
    names = dict(zip(plan.schools["school_id"].astype(str), plan.schools["name"].astype(str), strict=True)) if len(plan.schools) else {}
    for decision in made:
        kind, _, stage = str(decision["decision"]).rpartition(".")
        if kind != "pairing.incubation" or "objective" not in decision:
            continue
        unit = say(f"word.unit_{str(decision['unit']).replace('-', '_')}", lang)
        values = {k: decision[k] for k in ("schools", "areas", "smallest", "largest")}
        size = say(f"pairing.size_{decision['size']}", lang)
        lines.append(
            say("pairing.incubated", lang, form=scheme_name(f"incubation_{stage}", lang), size=size, proof=proof_words(decision, unit, lang), **values)
        )
        ids = str(plan.recorded(str(decision["decision"]), "crossing_ids") or "").split()
        shown = [names.get(i, i) for i in ids[:NAMED]]
        said = say("summary.some_names" if len(ids) > NAMED else "summary.all_names", lang, names=shown)
        lines.append(say("pairing.crossing", lang, count=len(ids), names=said) if ids else say("pairing.crossing_none", lang))
        if decision["remote"]:
            lines.append(say("pairing.remote_members", lang, count=decision["remote"], metres=float(decision["max_distance_m"])))
    return lines
