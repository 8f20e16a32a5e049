"""Links in the terminal and in the workbook: of every form how many, how far from the best that is proven, how many remote, how many schools left without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from districting.model.plan import Plan
from districting.outputs.decisions import decisions
from districting.outputs.link_looks import coded, kinds_in
from districting.outputs.numbers import share_words
from districting.outputs.text_table import aligned
from districting.wording import catalogue, say

_COLUMNS = ("form", "stage", "links", "remote", "left_out", "margin", "objective", "bound", "unit", "gap", "status")
_ALWAYS = ("form", "links", "remote", "left_out")
_RIGHT = ("links", "remote", "left_out", "margin", "objective", "bound", "gap")


def links_by_kind(plan: Plan) -> dict[str, int]:
    """Form -> number of its links, in the order of the forms."""
    return {kind: int((plan.links["kind"] == kind).sum()) for kind in kinds_in(plan.links)}


def link_lines(plan: Plan, made: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """An aligned table with a line for every pairing decision that makes links; columns that say nothing are left out.

    Forms that make districts are said with the districts.
    """
    rows = [_row(plan, d, lang) for d in made if str(d["decision"]).partition(".")[0] == "pairing"]
    proven = {row["form"] for row in rows if row["status"]}  # what else is recorded of these forms is no decision of its own
    rows = [row for row in rows if row["links"] and (row["status"] or (row["links"] != "0" and row["form"] not in proven))]
    if not rows:
        return []
    shown = [c for c in _COLUMNS if c in _ALWAYS or any(row[c] for row in rows)]
    head = [say(f"summary.link_{c}", lang) for c in shown]
    return aligned([head, *([row[c] for c in shown] for row in rows)], right=[n for n, c in enumerate(shown) if c in _RIGHT])


def proof_of_form(plan: Plan, kind: str, lang: str) -> str:
    """How many links a form has and how good they are proven to be, stage by stage; the count alone where nothing was recorded."""
    said = []
    for made in decisions(plan):
        if _form_of(made) == kind and "objective" in made:
            row = _row(plan, made, lang)
            stage = say("summary.link_of_stage", lang, stage=row["stage"]) if row["stage"] else ""
            numbers = {c: row[c] for c in ("links", "objective", "bound", "unit", "gap", "status")}
            said.append(say("summary.link_proof", lang, stage=stage, **numbers))
    return (" / ".join(said)) or say("summary.link_count", lang, count=int((plan.links["kind"] == kind).sum()))


def _form_of(made: Mapping[str, Any]) -> str:
    kind, _, rest = str(made["decision"]).partition(".")
    return rest.partition(".")[0] if kind == "pairing" else ""


def _row(plan: Plan, made: Mapping[str, Any], lang: str) -> dict[str, str]:
    """The cells of one decision, in words; links of the decision are those of its form and, where it names one, its stage."""
    decision = str(made["decision"])
    form, _, stage = decision.partition(".")[2].partition(".")
    mine = plan.links[(plan.links["kind"] == form) & ((plan.links["stage"] == stage) | (not stage))] if len(plan.links) else plan.links
    margin = pd.to_numeric(mine["score_margin"]).min() if len(mine) and "score_margin" in mine.columns else None
    left = int((plan.coverage["decision"] == decision).sum()) if len(plan.coverage) and "decision" in plan.coverage.columns else 0
    unit, status = str(made.get("unit", "")), str(made.get("status", ""))
    word = f"unit_{unit.replace('-', '_')}"
    return {
        "form": coded("kind", form, lang),
        "stage": coded("stage", stage, lang),
        "links": f"{len(mine) or int(made['pairs']):,}" if len(mine) or "pairs" in made else "",
        "remote": f"{int(mine['remote'].fillna(False).astype(bool).sum()) if len(mine) else 0:,}",
        "left_out": f"{left:,}",
        "margin": "" if margin is None or pd.isna(margin) else f"{float(margin):.2f}",
        "objective": _amount(made.get("objective")),
        "bound": _amount(made.get("bound")),
        "unit": say(f"word.{word}", lang) if word in catalogue("word") else unit,
        "gap": share_words(float(made["gap"])) if "gap" in made else "",
        "status": say(f"summary.status_{status}", lang) if f"status_{status}" in catalogue("summary") else status,
    }


def _amount(value: Any) -> str:
    """Whole numbers of large amounts, four digits of small ones."""
    return "" if value is None else f"{float(value):,.0f}" if abs(float(value)) >= 1000 else f"{float(value):.4g}"
