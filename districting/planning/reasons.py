"""Why every block goes where it goes: one word for each block, read off the labels, the seats and their prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.plan import PLAN_TABLES, Plan
from districting.model.rules import Forbidden, KeepTogether, Locked
from districting.planning.cut_blocks import cut_blocks
from districting.planning.plan_goals import measured, weights_of
from districting.planning.plan_ground import SAME, StageGround, stage_ground
from districting.planning.rows import stack
from districting.planning.zoning_build import StageProblem

REASONS: Final = (
    "nearest",
    "exception",
    "locked",
    "home_block",
    "county",
    "district",
    "forbidden",
    "nobody",
    "seats",
    "connected",
    "minimum_fill",
    "together",
    "stability",
    "goal",
    "rule",
    "open",
)
"""Every reason there is. ``district``: the block stays with the schools of its district; ``nobody``: no pupil lives there; ``rule``: a rule that the plan's tables do not carry; ``open``: nothing in the plan stands in the way."""

CARRIED: Final = (
    "seats",
    "connected",
    "home_block",
    "within_county",
    "share_zone",
    "shared_zones",
    "travel_growth_free_m",
    "excuse_islands",
    "minimum_fill",
    "maximum_distance_m",
    "seats_price",
)
"""Rules whose numbers stand in the plan's own tables."""


@dataclass(frozen=True, eq=False)
class RuleMarks:
    """What rules say of single blocks while they are at hand: ``locked`` and ``tied`` block ids, ``forbidden`` and ``outside`` (of the block's district) pairs (block id, zone id)."""

    locked: frozenset[str] = frozenset()
    tied: frozenset[str] = frozenset()
    forbidden: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    outside: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def rule_marks(problem: StageProblem, block_ids: NDArray[Any]) -> RuleMarks:
    """The marks of a stage that was just solved. ``block_ids`` (n,) of the city."""
    locked: set[str] = set()
    tied: set[str] = set()
    forbidden: set[tuple[str, str]] = set()
    outside: set[tuple[str, str]] = set()
    for _, blocks, zones, part in problem.parts:
        ids = block_ids[blocks]
        for rule in part.rules:
            if isinstance(rule, Locked):
                locked |= set(ids[np.asarray(rule.blocks, dtype=np.int64)].tolist())
            elif isinstance(rule, KeepTogether):
                group = np.asarray(rule.group_of_block)
                crowd = np.bincount(group[group >= 0], minlength=1)
                tied |= set(ids[(group >= 0) & (crowd[np.maximum(group, 0)] > 1)].tolist())
            elif isinstance(rule, Forbidden) and part.school_count == len(zones):
                names = np.array(problem.zone_ids, dtype=object)[zones[np.asarray(rule.schools, dtype=np.int64)]]
                kept = outside if rule.why == "district" else forbidden
                kept |= set(zip(ids[np.asarray(rule.blocks, dtype=np.int64)].tolist(), names.tolist(), strict=True))
    return RuleMarks(frozenset(locked), frozenset(tied), frozenset(forbidden), frozenset(outside))


def with_reasons(plan: Plan, stages: tuple[str, ...] | None = None, marks: Mapping[str, RuleMarks] | None = None) -> Plan:
    """``plan`` with the table ``reasons`` of ``stages`` (None = every zoned one) made anew. A stage whose places are not known has no rows."""
    chosen = plan.zoned_stages if stages is None else stages
    rows = plan.reasons[~plan.reasons["stage"].isin(list(chosen))].reset_index(drop=True)
    for stage in chosen:
        rows = stack(rows, reason_rows(plan, stage_ground(plan, stage), (marks or {}).get(stage)))
    return plan.replace(reasons=rows)


def reason_rows(plan: Plan, ground: StageGround, marks: RuleMarks | None = None) -> pd.DataFrame:
    """block_id, stage, reason, nearest_school_id, nearest_m, assigned_m, rank of one stage; rank 1 = no school is nearer."""
    ways = ground.ways
    if ways is None:
        return pd.DataFrame(columns=list(PLAN_TABLES["reasons"]))
    school = pd.Series(ground.school_ids, dtype="object").reindex(ways.nearest).to_numpy(dtype=object)
    rank = pd.Series(ways.nearer(ground.assigned_m) + 1, dtype="Int64").where(np.isfinite(ground.assigned_m))
    return pd.DataFrame(
        {
            "block_id": ground.block_ids,
            "stage": ground.stage,
            "reason": reasons_of(plan, ground, marks or RuleMarks()),
            "nearest_school_id": school,
            "nearest_m": np.where(np.isfinite(ways.nearest_m), ways.nearest_m, np.nan),
            "assigned_m": ground.assigned_m,
            "rank": rank,
        }
    )


def reasons_of(plan: Plan, ground: StageGround, marks: RuleMarks) -> NDArray[Any]:
    """(n,) one of ``REASONS`` for each block, the first that holds. Seats come before connectedness unless the prices say that the nearest is worth its price."""
    assert ground.ways is not None
    ways, label, n = ground.ways, ground.label, len(ground.label)
    near = np.where(ways.nearest >= 0, ground.zone_of_school[np.maximum(ways.nearest, 0)], -1)
    here = np.maximum(label, 0)
    room = (ground.seats - ground.load)[near] >= ground.pupils - SAME * np.maximum(ground.seats[near], 1.0)
    room |= not ground.seats_bind
    worth = ways.nearest_m + ground.price_m[near] < ground.assigned_m + ground.price_m[here] - SAME * np.maximum(ground.assigned_m, 1.0)
    apart = _apart(ground, near, (near != label) & (room | worth))
    dear = ~room & ~(apart & worth)
    fill = minimum_pupils(ground)
    ids = ground.block_ids
    pairs = pd.MultiIndex.from_arrays([ids, ground.zone_ids[near]]) if marks.forbidden or marks.outside else None
    tests = {
        "nearest": (near == label) | (ways.nearest_m >= ground.assigned_m * (1 - SAME)) | (near < 0) | (label < 0),
        "exception": ground.excepted,
        "locked": _among(ids, marks.locked),
        "home_block": (ground.home[here] == np.arange(n)) & ground.holds("home_block"),
        "county": ground.county_of_block != ground.county_of_block[ground.home[near]],
        "district": np.zeros(n, dtype=np.bool_) if pairs is None or not marks.outside else pairs.isin(list(marks.outside)),
        "forbidden": np.zeros(n, dtype=np.bool_) if pairs is None or not marks.forbidden else pairs.isin(list(marks.forbidden)),
        "nobody": ground.pupils <= 0,
        "seats": dear,
        "connected": apart,
        "minimum_fill": ground.load[here] - ground.pupils < fill[here] - SAME,
        "together": _among(ids, marks.tied),
    }
    reason = np.full(n, "open", dtype=object)
    reason[:] = _rest(plan, ground)
    stays = np.zeros(n, dtype=np.bool_) if not stability_weighs(plan, ground.stage) else _stays(plan, ground)
    reason[stays] = "stability"
    for name, holds in reversed(tests.items()):
        reason[holds] = name
    return reason


def other_goals(plan: Plan, stage: str) -> tuple[str, ...]:
    """Goals besides distance that the plan's zoning of the stage weighs, by name."""
    rows = plan.provenance[plan.provenance["part"] == f"zoning.{stage}"]
    weighs = rows[rows["key"].str.startswith("weight.") & (pd.to_numeric(rows["value"], errors="coerce") > 0)]["key"]
    found = {key.removeprefix("weight.") for key in weighs} - {"distance", "seats_over"}
    if not measured(plan, stage):
        found |= set(weights_of(plan, stage))
    if len(plan.provenance[plan.provenance["part"] == f"scenario.{stage}"]):
        found.add("stability")
    return tuple(sorted(found))


def stability_weighs(plan: Plan, stage: str) -> bool:
    """Whether leaving a school has a price in the plan."""
    return "stability" in other_goals(plan, stage)


def rules_not_carried(ground: StageGround) -> tuple[str, ...]:
    """Rules of the stage that the plan's tables only name."""
    return lost_rules(ground.rules)


def lost_rules(rules: Mapping[str, str]) -> tuple[str, ...]:
    """Of the rules of a stage with their settings, those that the plan's tables only name.

    >>> lost_rules({"seats": "on", "locked": "3 blocks", "forbidden": "off"})
    ('locked',)
    """

    def lost(rule: str, value: str) -> bool:
        return value != "off" and (rule not in CARRIED or (rule == "maximum_distance_m" and not _is_number(value)))

    return tuple(sorted(rule for rule, value in rules.items() if lost(rule, value)))


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _rest(plan: Plan, ground: StageGround) -> str:
    """What is left where no single rule stands in the way of the nearest school."""
    if other_goals(plan, ground.stage):
        return "goal"
    return "rule" if rules_not_carried(ground) else "open"


def _apart(ground: StageGround, near: NDArray[np.int64], asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n,) blocks that would be an island in the nearest school's zone, or whose leaving would part their own; True nowhere but where ``asked``."""
    n = len(near)
    if not ground.holds("connected"):
        return np.zeros(n, dtype=np.bool_)
    a, b = ground.joined().T
    beside = np.zeros(n, dtype=np.bool_)
    beside[a[ground.label[b] == near[a]]] = True
    beside[b[ground.label[a] == near[b]]] = True
    leaves = asked & beside & (ground.label >= 0)
    return asked & (~beside | cut_blocks(ground.joined(), ground.label, np.unique(ground.label[leaves])))


def minimum_pupils(ground: StageGround) -> NDArray[np.float64]:
    """(z,) pupils that each zone must keep."""
    given = ground.rules.get("minimum_fill", "off")
    return ground.seats * (float(given) if _is_number(given) else 0.0)


def _stays(plan: Plan, ground: StageGround) -> NDArray[np.bool_]:
    """(n,) blocks whose zone is that of today's school."""
    rows = plan.today[plan.today["stage"] == ground.stage].drop_duplicates("block_id").set_index("block_id")["school_id"]
    school = pd.Index(ground.school_ids).get_indexer(pd.Index(rows.reindex(ground.block_ids)))
    return (school >= 0) & (ground.zone_of_school[np.maximum(school, 0)] == ground.label)


def _among(ids: NDArray[Any], chosen: frozenset[str]) -> NDArray[np.bool_]:
    return np.isin(ids, list(chosen)) if chosen else np.zeros(len(ids), dtype=np.bool_)
