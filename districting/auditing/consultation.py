"""Comments on a plan beside the plan and beside scenarios: what each block has now, which scenario gives what was asked for, counts by block, school and subject."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.register import Register
from districting.auditing.views import StageViews, stage_views
from districting.errors import DataError, Fault
from districting.model.kinds import refuse_public
from districting.model.plan import Plan
from districting.wording import text

ANSWERS: Final = ("as_asked", "nearer", "farther", "other", "unchanged", "lost", "open")
"""What a scenario does to a comment: gives the school asked for; where none was asked for, a nearer, a farther or another school; nothing; takes away a
school that the plan gave as asked; cannot be said (no block, no stage)."""


@dataclass(frozen=True)
class Period:
    """``first`` and ``last`` day of the comments; ``days`` between them, both counted; ``least`` that are needed."""

    first: dt.date
    last: dt.date
    least: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, eq=False)
class Consultation:
    """Tables of ids, numbers and codes; words are made when they are written.

    ``comments``: one row each; ``by_block``, ``by_school``, ``by_topic``: counts; ``scenarios``: one row each; ``answers``: comment x scenario; ``facts``: counts.
    """

    comments: pd.DataFrame
    by_block: pd.DataFrame
    by_school: pd.DataFrame
    by_topic: pd.DataFrame
    scenarios: pd.DataFrame
    answers: pd.DataFrame
    facts: Mapping[str, Any]


def consult(plan: Plan, register: Register, scenarios: Mapping[str, Plan], period: Period | None = None) -> Consultation:
    """The register beside the plan and beside each scenario (label -> plan of the same blocks).

    Raises
    ------
    DataError : a scenario has other blocks than the plan
    """
    refuse_public(plan, *scenarios.values())
    blocks = pd.Index(plan.blocks["block_id"].astype("str"))
    faults = [
        Fault(text("consultation.other_blocks", name=label), text("consultation.same_blocks"), column="--scenario")
        for label, other in scenarios.items()
        if not pd.Index(other.blocks["block_id"].astype("str")).equals(blocks)
    ]
    if faults:
        raise DataError(faults)
    stages = sorted({s for s in register.stage.tolist() if s in plan.zoned_stages})
    views = {stage: stage_views(plan, stage) for stage in stages}
    comments = _comments(plan, register, views, period)
    answers = pd.DataFrame({"comment_id": register.id})
    for label, other in scenarios.items():
        theirs = {stage: stage_views(other, stage) for stage in stages if stage in other.zoned_stages}
        answers[label] = [_answer(views, theirs, *one) for one in zip(register.stage, register.block, register.asked, strict=True)]
    counted = comments[comments["block_id"] != ""]
    return Consultation(
        comments,
        _by_block(plan, counted),
        _counts(comments[comments["school_id"] != ""], ["stage", "school_id"]),
        _counts(comments, ["topic"]),
        _scenarios(plan, answers, scenarios),
        answers,
        _facts(register, comments, answers, scenarios, period),
    )


def _comments(plan: Plan, register: Register, views: Mapping[str, StageViews], period: Period | None) -> pd.DataFrame:
    ids = np.append(plan.blocks["block_id"].astype("str").to_numpy(dtype=object), "")
    reasons = plan.reasons.drop_duplicates(["stage", "block_id"]).set_index(["stage", "block_id"])["reason"]
    rows: list[dict[str, Any]] = []
    for i in range(len(register)):
        block, stage = int(register.block[i]), str(register.stage[i])
        row: dict[str, Any] = {
            "comment_id": register.id[i],
            "received": register.received[i],
            "in_time": _in_time(str(register.received[i]), period),
            "stage": stage,
            "placed": register.placed[i],
            "block_id": ids[block],
            "school_id": "",
            "distance_m": math.nan,
            "nearest_m": math.nan,
            "reason": str(reasons.get((stage, ids[block]), "")) if block >= 0 else "",
            "asked_id": register.asked[i],
            "has_asked": False,
            "topic": register.topic[i],
            "comment": register.words[i],
            "decision": register.decision[i],
            "reply": register.reply[i],
        }
        if block >= 0 and stage in views:
            of = views[stage]
            school = int(of.plan.school_of_block[block])
            row |= {"distance_m": float(of.plan.distance_m[block]), "nearest_m": float(of.plan.nearest_m[block])}
            row["school_id"] = of.school_ids[school] if school >= 0 else ""
            row["has_asked"] = bool(row["asked_id"]) and _has(of, block, str(row["asked_id"]))
        rows.append(row)
    return pd.DataFrame(rows)


def _in_time(received: str, period: Period | None) -> bool | None:
    if period is None or not received:
        return None
    return period.first <= dt.date.fromisoformat(received) <= period.last


def _has(views: StageViews, block: int, school_id: str) -> bool:
    """Whether the zone of the block has the school; a zone may have several."""
    mine, asked = int(views.plan.school_of_block[block]), pd.Index(views.school_ids).get_indexer(pd.Index([school_id]))[0]
    if mine < 0 or asked < 0:
        return False
    zone = views.plan.zone_of_school
    return bool(mine == asked if zone is None else zone[mine] == zone[asked])


def _answer(mine: Mapping[str, StageViews], theirs: Mapping[str, StageViews], stage: str, block: int, asked: str) -> str:
    if block < 0 or stage not in mine or stage not in theirs:
        return "open"
    if asked:
        had, has = _has(mine[stage], block, asked), _has(theirs[stage], block, asked)
        return "as_asked" if has else "lost" if had else _moved(mine[stage], theirs[stage], block, plainly=True)
    return _moved(mine[stage], theirs[stage], block, plainly=False)


def _moved(mine: StageViews, theirs: StageViews, block: int, *, plainly: bool) -> str:
    """What became of a block; ``plainly``: another school is another school, however near."""
    before, after = (v.school_ids[s] if (s := int(v.plan.school_of_block[block])) >= 0 else "" for v in (mine, theirs))
    if before == after:
        return "unchanged"
    less = float(theirs.plan.distance_m[block]) - float(mine.plan.distance_m[block])
    return "other" if plainly or not math.isfinite(less) else "nearer" if less < 0 else "farther"


def _counts(comments: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    made = comments.assign(asks=(comments["asked_id"] != "").astype(int), answered=((comments["reply"] != "") | (comments["decision"] != "")).astype(int))
    found = made.groupby(keys, sort=True).agg(comments=("comment_id", "size"), asks=("asks", "sum"), answered=("answered", "sum")).reset_index()
    return found.sort_values(["comments", *keys], ascending=[False, *([True] * len(keys))], kind="stable").reset_index(drop=True)


def _by_block(plan: Plan, comments: pd.DataFrame) -> pd.DataFrame:
    pupils = plan.demand[plan.demand["year"] == plan.year] if "year" in plan.demand.columns and plan.demand["year"].nunique() > 1 else plan.demand
    found = _counts(comments, ["block_id"])
    found["pupils"] = pupils.groupby("block_id")["pupils"].sum().reindex(found["block_id"]).fillna(0.0).to_numpy(dtype=np.float64)
    return found


def _scenarios(plan: Plan, answers: pd.DataFrame, scenarios: Mapping[str, Plan]) -> pd.DataFrame:
    rows = []
    for label, other in scenarios.items():
        counts = answers[label].value_counts()
        moved, blocks = _differing(plan, other)
        rows.append({"scenario": label, **{a: int(counts.get(a, 0)) for a in ANSWERS}, "blocks_changed": blocks, "pupils_changed": moved})
    return pd.DataFrame(rows, columns=["scenario", *ANSWERS, "blocks_changed", "pupils_changed"])


def _differing(plan: Plan, other: Plan) -> tuple[float, int]:
    """Pupils and blocks whose schools differ, over the stages that both zone."""
    pupils, changed = 0.0, np.zeros(len(plan.blocks), dtype=np.bool_)
    for stage in (s for s in plan.zoned_stages if s in other.zoned_stages):
        one, two = stage_views(plan, stage), stage_views(other, stage)
        names = [np.append(np.array(v.school_ids, dtype=object), "")[v.plan.school_of_block] for v in (one, two)]
        differs: NDArray[np.bool_] = names[0] != names[1]
        pupils += float(one.plan.demand[differs].sum())
        changed |= differs
    return pupils, int(changed.sum())


def _facts(register: Register, comments: pd.DataFrame, answers: pd.DataFrame, scenarios: Mapping[str, Plan], period: Period | None) -> dict[str, Any]:
    replied = (comments["reply"] != "") | (comments["decision"] != "")
    facts: dict[str, Any] = {
        "comments": len(register),
        "placed": int((register.block >= 0).sum()),
        "several_places": int((register.placed == "several").sum()),
        "not_found": int((register.placed == "nowhere").sum()),
        "asks": int((register.asked != "").sum()),
        "asked_and_given": int(comments["has_asked"].sum()),
        "replied": int(replied.sum()),
        "open": int((~replied).sum()),
        "without_stage": int(((register.block >= 0) & (comments["stage"] == "").to_numpy()).sum()),
        "blocks": int(comments.loc[comments["block_id"] != "", "block_id"].nunique()),
        "given_by": {label: int((answers[label] == "as_asked").sum()) for label in scenarios},
    }
    if period is not None:
        late = int(sum(v is False for v in comments["in_time"].tolist()))
        facts |= {"first_day": period.first.isoformat(), "last_day": period.last.isoformat(), "days": period.days, "least_days": period.least}
        facts |= {"long_enough": period.days >= period.least, "outside_the_period": late}
    return facts
