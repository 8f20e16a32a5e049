"""Who changes school, read off a plan: from, to, which blocks, how many pupils."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.auditing.views import stage_views
from districting.model.plan import Plan
from districting.wording import say


@dataclass(frozen=True)
class Move:
    """Blocks (positions in the plan) that go from the school ``old`` ("" = none today) to ``new``, and their ``pupils``, NaN where those of blocks are not told."""

    old: str
    new: str
    blocks: tuple[int, ...]
    pupils: float


def moves_of(plan: Plan, stage: str) -> list[Move] | None:
    """The moves of a stage, most pupils first (most blocks, where pupils are not told); None where nothing is known of today."""
    views = stage_views(plan, stage)
    today = plan.today[plan.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"].reindex(plan.blocks["block_id"])
    if today.isna().all():
        return None
    now = np.append(np.array(views.school_ids, dtype=object), "")[views.plan.school_of_block]
    before = today.fillna("").astype(str).to_numpy()
    groups: dict[tuple[str, str], list[int]] = {}
    for i in np.flatnonzero((before != now) & (now != "")).tolist():
        groups.setdefault((str(before[i]), str(now[i])), []).append(i)
    found = [Move(old, new, tuple(blocks), float(views.plan.demand[blocks].sum())) for (old, new), blocks in groups.items()]
    return sorted(found, key=lambda m: (-m.pupils if views.told else -len(m.blocks), m.old, m.new))


def block_names(plan: Plan, blocks: tuple[int, ...], lang: str, most: int) -> str:
    """Names of blocks, ids where they have none; of very many the first ``most`` and how many there are."""
    rows = plan.blocks.iloc[list(blocks)]
    names = [str(n) if isinstance(n, str) and n else str(i) for n, i in zip(rows["name"], rows["block_id"], strict=True)]
    words = ("、" if lang == "zh" else ", ").join(names[:most])
    return words if len(names) <= most else say("book.more_names", lang, names=words, count=len(names))
