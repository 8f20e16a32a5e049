"""What the card of a block says beyond its reason: the school that is nearest, what a seat is worth, and what else the plan weighs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from districting.model.plan import Plan
from districting.outputs.explained import rule_word
from districting.planning.reasons import lost_rules, other_goals
from districting.wording import LANGUAGES, say


def far_blocks(plan: Plan, stage: str, at: Any) -> dict[str, Any]:
    """``far``: the blocks (``block``) that do not go to the nearest school, with its position (``near``) and the number of their own by distance (``nth``, 0 = not known)."""
    if not len(plan.reasons) or not {"nearest_school_id", "rank"} <= set(plan.reasons.columns):
        return {}
    rows = plan.reasons[plan.reasons["stage"] == stage]
    block = pd.Index(plan.blocks["block_id"]).get_indexer(rows["block_id"])
    near = np.asarray(at.get_indexer(rows["nearest_school_id"]), dtype=np.int64)
    keep = (block >= 0) & (near >= 0) & (rows["reason"] != "nearest").to_numpy(dtype=bool)
    nth = pd.to_numeric(rows["rank"]).astype("Int64").fillna(0).to_numpy(dtype=np.int64)
    return {"far": {"block": block[keep].tolist(), "near": near[keep].tolist(), "nth": nth[keep].tolist()}} if keep.any() else {}


def zone_prices(plan: Plan, stage: str, members: Sequence[Sequence[str]]) -> list[dict[str, int]]:
    """``price`` of each zone in metres per seat, that of its first school; nothing where the plan has none."""
    known: dict[str, float] = {}
    if len(plan.seat_prices):
        rows = plan.seat_prices[plan.seat_prices["stage"] == stage]
        known = dict(zip(rows["school_id"].astype("str"), rows["price_m"].astype("float64"), strict=True))
    found = []
    for schools in members:
        price = known.get(str(schools[0]), np.nan)
        found.append({"price": round(price)} if np.isfinite(price) and price > 0 else {})
    return found


def goals_and_rules(plan: Plan, stage: str) -> dict[str, list[dict[str, str]]]:
    """In both languages: ``goals`` besides distance that the plan weighs, and rules (``lost``) whose data are not in its file."""
    goals = [{lang: say(f"word.goal_{goal}", lang) for lang in LANGUAGES} for goal in other_goals(plan, stage)]
    rows = plan.rules[(plan.rules["decision"] == "zoning") & (plan.rules["stage"] == stage)]
    settings = dict(zip(rows["rule"].astype("str"), rows["value"].astype("str"), strict=True))
    lost = [{lang: rule_word(rule).say(lang) for lang in LANGUAGES} for rule in lost_rules(settings)]
    return {"goals": goals, "lost": lost}
