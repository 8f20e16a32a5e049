"""Districts in the terminal: of every scheme its form, how many districts, what is proven, and what the objective is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from districting.model.plan import SECOND_LEVEL, Plan
from districting.outputs.scheme_names import scheme_name
from districting.wording import say


def group_lines(plan: Plan, made: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """One line for each scheme of districts, with what its objective is made of where it is made of anything."""
    lines = []
    for decision in made:
        kind, _, scheme = str(decision["decision"]).partition(".")
        if (kind != "grouping" and scheme != SECOND_LEVEL) or "objective" not in decision:
            continue
        unit = say(f"word.unit_{str(decision['unit']).replace('-', '_')}", lang)
        members = plan.school_members(scheme)
        values = {
            "form": scheme_name(scheme, lang),
            "scheme": scheme,
            "districts": len(plan.school_districts(scheme)),
            "schools": members["school_id"].nunique(),
        }
        lines.append(say("summary.grouped", lang, **values, proof=proof_words(decision, unit, lang)))
        parts = {str(k).removeprefix("term."): float(v) for k, v in decision.items() if str(k).startswith("term.")}
        shown = [
            say("summary.term_part", lang, term=say(f"grouping.term_{name}", lang), value=value, share=value / float(decision["objective"]))
            for name, value in parts.items()
            if value > 0
        ]
        if shown:
            lines.append(say("summary.terms_of_group", lang, unit=unit, objective=float(decision["objective"]), parts=shown))
    return lines


def proof_words(decision: Mapping[str, Any], unit: str, lang: str) -> str:
    """How good a decision is proven to be."""
    if decision["status"] == "optimal":
        return say("summary.proven_best", lang)
    return say("summary.gap_of_group", lang, gap=float(decision["gap"]), bound=float(decision["bound"]), unit=unit)
