"""The rules of a lottery as a choice: its real pupils, wishes, tiers, twins and schools, run under every engine before the draw."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from districting.enrolling.choice.stated import as_bundles
from districting.enrolling.lottery import freeze
from districting.model.choice_problem import NONE, ChoiceTown
from districting.model.lottery_rules import LotteryRules
from districting.reading.lottery_rules import load_rules
from districting.wording import Text, text


def town_of_rules(path: str | Path) -> tuple[ChoiceTown, tuple[Text, ...], LotteryRules]:
    """One zone of all schools; blocks are those of the pupils, one where the table names none. With it what of the rules counts for nothing here, and the rules.

    The tier of a pupil is its priority at every school; beyond the wishes the schools of ``default_order`` are offered in that order, and without it none.

    Raises
    ------
    DataError : every fault of the rules and tables; none holds an id or a name
    """
    rules = load_rules(path)
    frozen = freeze(rules)
    draw = frozen.draw
    schools = len(draw.schools)
    names = sorted(set(frozen.blocks))
    block = np.searchsorted(np.array(names), np.array(frozen.blocks)).astype(np.int64)
    stated = np.full((len(draw.entries), max((len(e.wishes) for e in draw.entries), default=0)), NONE, dtype=np.int32)
    for i, entry in enumerate(draw.entries):
        named = [w for w in entry.wishes if w is not None]
        stated[i, : len(named)] = named
    rest = [s for s in range(schools) if s not in draw.default_order]
    order = np.array([*draw.default_order, *rest], dtype=np.int32)
    further = np.isin(np.arange(schools), np.array(draw.default_order, dtype=np.int64))
    shape = (len(names), schools)
    town = ChoiceTown(
        np.broadcast_to(order, shape).copy(),
        np.full(shape, np.nan),
        np.zeros(shape, dtype=np.uint8),
        np.bincount(block, minlength=len(names)).astype(np.int64),
        np.zeros(len(names), dtype=np.int64),
        np.array([s.plan for s in draw.schools], dtype=np.int64),
        np.full(schools, np.nan),
        stated=stated,
        block_of_pupil=block,
        tier_of_pupil=np.array([min(e.tier - 1, 255) for e in draw.entries], dtype=np.uint8),
        further=further,
        block_ids=tuple(names),
        school_names=tuple(s.name for s in draw.schools),
        school_ids=tuple(s.id for s in draw.schools),
    )
    return as_bundles(town, np.array([e.bundle for e in draw.entries], dtype=np.int64)), tuple(_remarks(rules)), rules


def _remarks(rules: LotteryRules) -> list[Text]:
    """What of the rules the comparison does not follow."""
    found = []
    if rules.reserved:
        found.append(text("choice.remark_reserved", seats=sum(r.seats for r in rules.reserved)))
    if rules.order_keys:
        found.append(text("choice.remark_order_keys"))
    if rules.engine in ("batched", "single_school"):
        found.append(text("choice.remark_engine", engine=rules.engine))
    if rules.bundle == "skip":
        found.append(text("choice.remark_skip"))
    return found
