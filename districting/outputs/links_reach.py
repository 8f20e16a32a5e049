"""How far a chain of mentors reaches: of every school at its head, how many schools and pupils stand below it, and how deep."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from districting.model.plan import Plan


class Reach(NamedTuple):
    """``schools`` and ``pupils`` are those below the root; ``pupils`` is None where a school of them has none on record. ``depth``: links from the root down."""

    stage: str
    root_id: str
    root_name: str
    schools: int
    pupils: float | None
    depth: int


def chain_reach(plan: Plan) -> list[Reach]:
    """One entry per stage and root of the links of kind ``chain``, widest reach first; computed from the links alone."""
    chains = plan.links[plan.links["kind"] == "chain"] if len(plan.links) else plan.links
    found: list[Reach] = []
    for stage, rows in chains.groupby("stage", sort=False) if len(chains) else ():
        pupils = _pupils(plan, str(stage))
        names = dict(zip(plan.schools["school_id"], plan.schools["name"], strict=True))
        taught: dict[str, list[str]] = {str(m): [str(t) for t in group] for m, group in rows.groupby("from_id", sort=True)["to_id"]}
        for root in sorted(set(taught) - set(rows["to_id"].astype("str"))):
            below, depth = _below(root, taught)
            known = [pupils.get(s) for s in below]
            total = None if any(p is None for p in known) else float(sum(p for p in known if p is not None))
            found.append(Reach(str(stage), root, str(names.get(root) or root), len(below), total, depth))
    return sorted(found, key=lambda r: (r.stage, -r.schools, r.root_id))


def _below(root: str, taught: dict[str, list[str]]) -> tuple[list[str], int]:
    """The schools below a root, level by level, and the number of levels."""
    seen, level, depth = {root: None}, [root], 0
    while level := [s for mentor in level for s in taught.get(mentor, ()) if s not in seen]:
        seen |= dict.fromkeys(level)
        depth += 1
    return list(seen)[1:], depth


def _pupils(plan: Plan, stage: str) -> dict[str, float]:
    rows = plan.school_stages
    if stage and len(rows):
        rows = rows[rows["stage"] == stage]
    known = rows[pd.to_numeric(rows["pupils"]).notna()] if len(rows) else rows
    return {str(school): float(pupils) for school, pupils in known.groupby("school_id")["pupils"].sum().items()} if len(known) else {}
