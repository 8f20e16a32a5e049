"""What if: a school opens, a school closes, an estate is delivered. Only the zones around the change are redrawn; everything else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking import check_zoning
from districting.errors import Conflict, DataError, DistrictingError, Fault, InfeasibleError
from districting.model.plan import Plan
from districting.model.settings import SolveSettings
from districting.model.solution import relative_gap
from districting.planning.neighbourhood import DEFAULT_STABILITY_M, LocalChange, redraw_around
from districting.planning.plan_goals import cost_goals, measured, unit_of
from districting.planning.plan_part import PlanPart, counties_of, part_of_plan
from districting.planning.rows import note_rows, stack
from districting.planning.scenario_tables import lay_down, with_more_pupils, with_school, without_school
from districting.planning.zoning_names import names_in_refusals
from districting.wording import Text, text


@dataclass(frozen=True)
class OpenSchool:
    """A new school in the block ``block_id``; its id is its name unless one is given."""

    name: str
    seats: float
    block_id: str
    school_id: str = ""


@dataclass(frozen=True)
class CloseSchool:
    """A school of the stage that takes nobody any more."""

    school_id: str


@dataclass(frozen=True)
class DeliverEstate:
    """``pupils`` more of the stage in the block ``block_id``."""

    block_id: str
    pupils: float


Change = OpenSchool | CloseSchool | DeliverEstate


@dataclass(frozen=True, eq=False)
class Scenario:
    """The plan after the changes, and per county touched what was redrawn. ``report``: pupils_moved, pupils_moved_free, price_pupil_km (against the free plan
    found), price_at_most_pupil_km (against the bound of every free plan), gap, zones_touched, zones_changed; distances are those of the counties touched.
    Where the plan knows no distances, goal_value, goal_price and goal_price_at_most stand in for them, in the ``unit`` of the plan's own goals.
    ``rules_not_held`` names rules of the plan that its file does not carry, so that the scenario could not keep them.
    """

    plan: Plan
    changes: tuple[LocalChange, ...]
    report: dict[str, Any]


@dataclass(frozen=True)
class RedrawOptions:
    """How far a change may reach (see :data:`districting.planning.neighbourhood.TOUCH_RINGS`), metres that a pupil's move weighs, and when to stop."""

    touch: str = "neighbours"
    stability_m: float = DEFAULT_STABILITY_M
    solve: SolveSettings = field(default_factory=SolveSettings)
    seed: int = 0


def open_school(plan: Plan, stage: str, school: OpenSchool, options: RedrawOptions | None = None) -> Scenario:
    """Carve the zone of a new school; see :func:`apply_changes`."""
    return apply_changes(plan, stage, [school], options)


def close_school(plan: Plan, stage: str, school_id: str, options: RedrawOptions | None = None) -> Scenario:
    """Share out the zone of a school that closes; see :func:`apply_changes`."""
    return apply_changes(plan, stage, [CloseSchool(school_id)], options)


def deliver_estate(plan: Plan, stage: str, pupils_of_block: dict[str, float], options: RedrawOptions | None = None) -> Scenario:
    """More pupils in some blocks; see :func:`apply_changes`."""
    return apply_changes(plan, stage, [DeliverEstate(b, p) for b, p in pupils_of_block.items()], options)


def apply_changes(plan: Plan, stage: str, changes: Sequence[Change], options: RedrawOptions | None = None) -> Scenario:
    """A copy of ``plan`` after all the changes together, its findings emptied (they are measured anew by the audit).

    Zones that do not border the zone of a change keep exactly their blocks. Today of the new plan is the plan given.

    Raises
    ------
    DataError : an unknown block or school, a school id that is taken, no seats or pupils
    InfeasibleError : no plan within these zones; offers the least widening that gives one
    """
    options = options or RedrawOptions()
    changes = [_with_id(plan, stage, change) for change in changes]
    _refuse_unknown(plan, stage, changes)
    changed, seeds = plan, []
    for change in changes:
        changed, blocks = _edit(changed, stage, change)
        seeds += blocks
    position = pd.Index(plan.blocks["block_id"]).get_indexer(pd.Index(seeds)).astype(np.int64)
    codes = counties_of(plan, stage)
    found: list[tuple[PlanPart, LocalChange]] = []
    conflicts: list[Conflict] = []
    offers: list[Text] = []
    for county in sorted(set(codes[position].tolist())):
        part = part_of_plan(changed, stage, county)
        try:
            found.append((part, _redraw(plan, changed, part, position, options)))
        except InfeasibleError as error:
            conflicts += error.conflicts
            offers += [o for o in error.relaxations if o not in offers]
    if conflicts:
        raise InfeasibleError(conflicts, offers)
    report = _report(found, plan, stage)
    changed = _with_warning(changed, sorted({rule for part, _ in found for rule in part.not_held}))
    after = lay_down(
        plan, changed, stage, found, {"changes": "; ".join(_named(c) for c in changes), "touch": options.touch, **report, **_goals(plan, stage, found)}
    )
    return Scenario(after, tuple(local for _, local in found), report)


def _with_id(plan: Plan, stage: str, change: Change) -> Change:
    """The change with the id of a school that is given by its name, where only one school of the stage has it."""
    if not isinstance(change, CloseSchool):
        return change
    here = plan.zone_schools.loc[plan.zone_schools["stage"] == stage, "school_id"]
    named = plan.schools[plan.schools["school_id"].isin(here) & (plan.schools["name"] == change.school_id)]["school_id"].tolist()
    return CloseSchool(named[0]) if change.school_id not in set(here) and len(named) == 1 else change


def _redraw(plan: Plan, changed: Plan, part: PlanPart, seeds: NDArray[np.int64], options: RedrawOptions) -> LocalChange:
    before = zones_before(plan, part)
    inside = np.flatnonzero(np.isin(part.blocks, seeds))
    with names_in_refusals(changed, part):
        local = redraw_around(part.problem, before, inside, touch=options.touch, stability_m=options.stability_m, solve=options.solve, seed=options.seed)
    broken = check_zoning(part.problem, local.solution.school_of_block)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    return local


def zones_before(plan: Plan, part: PlanPart) -> NDArray[np.int64]:
    """(n,) zones of the unchanged plan as positions in ``part``, -1 where the zone is no more."""
    ids = plan.blocks[f"zone_id_{part.stage}"].iloc[part.blocks].astype("str")
    return pd.Index(part.zone_ids).get_indexer(ids).astype(np.int64)


def _edit(plan: Plan, stage: str, change: Change) -> tuple[Plan, list[str]]:
    """The plan's tables after a change, before any zone moves, and the blocks where it happens."""
    if isinstance(change, OpenSchool):
        return with_school(plan, stage, change.school_id or change.name, change.name, change.seats, change.block_id), [change.block_id]
    if isinstance(change, CloseSchool):
        return without_school(plan, stage, change.school_id)
    return with_more_pupils(plan, stage, change.block_id, change.pupils), [change.block_id]


def _refuse_unknown(plan: Plan, stage: str, changes: Sequence[Change]) -> None:
    faults = []
    if stage not in plan.zoned_stages:
        faults.append(Fault(text("variants.stage_without_zones", stage=text(f"word.{stage}")), text("variants.make_zones"), column="stage"))
    if not changes:
        faults.append(Fault(text("variants.no_change"), text("variants.give_change")))
    blocks, schools = set(plan.blocks["block_id"]), set(plan.schools["school_id"])
    here = set(plan.zone_schools.loc[plan.zone_schools["stage"] == stage, "school_id"])
    for change in changes:
        if isinstance(change, CloseSchool):
            if change.school_id not in here:
                faults.append(Fault(text("planning.unknown_school", name=change.school_id), text("planning.give_school_id"), column="school_id"))
            continue
        if change.block_id not in blocks:
            faults.append(Fault(text("planning.unknown_block", block=change.block_id), text("planning.give_block_id"), column="block_id"))
        amount = change.seats if isinstance(change, OpenSchool) else change.pupils
        if not 0 < amount < np.inf:
            faults.append(Fault(text("variants.not_positive", given=amount), text("variants.give_positive")))
        if isinstance(change, OpenSchool):
            new = change.school_id or change.name
            if new in schools or not new:
                faults.append(Fault(text("variants.school_taken", school=new), text("variants.give_other_id"), column="school_id"))
            schools.add(new)
            if plan.distance_word(stage) != "straight":
                faults.append(Fault(text("variants.no_distance_to_new"), text("variants.run_with_new_school"), column="distance"))
    if faults:
        raise DataError(faults)


def _goals(plan: Plan, stage: str, found: list[tuple[PlanPart, LocalChange]]) -> dict[str, float]:
    """The weights of the goals that stand in for distances, so that the plan after it can be weighed like the plan before."""
    return {} if measured(plan, stage) else {f"goal.{g.name}": g.weight for g in cost_goals(found[0][0].problem)}


def _report(found: list[tuple[PlanPart, LocalChange]], plan: Plan, stage: str) -> dict[str, Any]:
    """Sums over the counties touched."""
    local = [change for _, change in found]
    objective, bound = sum(c.solution.objective for c in local), sum(c.solution.bound for c in local)
    metres = sum(c.distance_pupil_m for c in local)
    price, at_most = sum(c.price_pupil_m for c in local), metres - sum(c.free.bound for c in local)
    cost: dict[str, Any] = {"distance_pupil_km": metres / 1000, "price_pupil_km": price / 1000, "price_at_most_pupil_km": at_most / 1000}
    if not measured(plan, stage):
        cost = {"goal_value": metres, "goal_price": price, "goal_price_at_most": at_most, "unit": unit_of(plan, stage)}
    return {
        "pupils_moved": sum(c.moved for c in local),
        "pupils_moved_free": sum(c.moved_free for c in local),
        **cost,
        "objective": objective,
        "bound": bound,
        "gap": relative_gap(objective, bound),
        "zones_touched": int(sum(c.touched.sum() for c in local)),
        "zones_changed": int(sum(c.changed.sum() for c in local)),
        "rules_not_held": " ".join(sorted({rule for part, _ in found for rule in part.not_held})),
    }


def _with_warning(plan: Plan, not_held: list[str]) -> Plan:
    """A note on rules that the scenario could not hold because the plan file does not carry what they need."""
    if not not_held:
        return plan
    said = Fault(text("variants.rules_not_held", rules=not_held), text("variants.rules_not_held_remedy"), severity="warning")
    return plan.replace(notes=stack(plan.notes, note_rows([said], plan.language)))


def _named(change: Change) -> str:
    if isinstance(change, OpenSchool):
        return f"open {change.school_id or change.name} {change.seats:g} {change.block_id}"
    if isinstance(change, CloseSchool):
        return f"close {change.school_id}"
    return f"estate {change.block_id} {change.pupils:g}"
