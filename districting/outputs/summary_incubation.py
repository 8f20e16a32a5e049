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
        across = _across(plan, stage)
        said = say("summary.some_names" if len(across) > NAMED else "summary.all_names", lang, names=across[:NAMED])
        lines.append(say("pairing.crossing", lang, count=len(across), names=said) if across else say("pairing.crossing_none", lang))
        if decision["remote"]:
            lines.append(say("pairing.remote_members", lang, count=decision["remote"], metres=float(decision["max_distance_m"])))
    return lines


def _across(plan: Plan, stage: str) -> list[str]:
    """Names of schools in another county than the incubator of their area."""
    links = plan.links[(plan.links["kind"] == "incubation") & (plan.links["stage"] == stage)] if len(plan.links) else plan.links
    county = plan.schools.set_index("school_id")["county_code"].fillna("")
    ends = [county.reindex(links[end]).fillna("").to_numpy(dtype=str) for end in ("from_id", "to_id")]
    return [str(n) for n in links["to_name"][(ends[0] != ends[1]) & (ends[0] != "") & (ends[1] != "")]]
