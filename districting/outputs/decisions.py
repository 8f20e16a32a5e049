"""What a plan's provenance says of its decisions, as numbers: status, objective, bound, gap, goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from districting.model.plan import Plan

_TERM_KEYS = ("term", "unit", "weight")


def decisions(plan: Plan) -> list[dict[str, Any]]:
    """One entry per decision of the plan, from its provenance: status, objective, bound, gap, unit, steps, seed, how it ended."""
    found = []
    for part in plan.provenance["part"].unique():
        kind = str(part).split(".")[0]
        if kind in ("zoning", "grouping", "pairing"):
            rows = plan.provenance[plan.provenance["part"] == part]
            record = {str(k): _number(v) if not str(k).startswith("unit") else v for k, v in zip(rows["key"], rows["value"], strict=True)}
            terms = _terms(record)
            goals = {f"{key}.{name}" for key in _TERM_KEYS for name in terms.get("terms", {})}
            found.append({"decision": str(part), **{k: v for k, v in record.items() if k not in goals}, **terms})
    return found


def joint_record(plan: Plan) -> dict[str, Any]:
    """What the provenance says of zones and districts solved together; empty where they were not."""
    rows = plan.provenance[plan.provenance["part"] == "joint"] if len(plan.provenance) else plan.provenance
    return {str(k): _number(v) for k, v in zip(rows["key"], rows["value"], strict=True)}


def _terms(record: Mapping[str, Any]) -> dict[str, Any]:
    """The goals of a zoning: value in its own unit, weight, and what it adds to the objective."""
    names = [k.removeprefix("weight.") for k in record if k.startswith("weight.")]
    terms = {
        n: {
            "value": record[f"term.{n}"],
            "unit": str(record[f"unit.{n}"]),
            "weight": record[f"weight.{n}"],
            "weighted": record[f"term.{n}"] * record[f"weight.{n}"],
        }
        for n in names
    }
    return {"terms": terms} if terms else {}


def all_terms(made: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Goals over several zonings: values and what they add to the objective summed; the weight is null where stages weigh a goal differently."""
    out: dict[str, dict[str, Any]] = {}
    for name, term in ((n, t) for d in made for n, t in d.get("terms", {}).items()):
        known = out.get(name)
        if known is None:
            out[name] = dict(term)
            continue
        known["weight"] = known["weight"] if known["weight"] == term["weight"] else None
        known["value"], known["weighted"] = known["value"] + term["value"], known["weighted"] + term["weighted"]
    return out


def _number(value: str) -> Any:
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value
