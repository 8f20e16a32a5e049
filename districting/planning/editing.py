"""Moves of a what-if edit laid on a plan: zones drawn anew, rules re-checked by the independent checker, and an honest record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from districting.checking import check_zoning
from districting.errors import DataError, Fault
from districting.measures.scenario_figures import Broken, broken_rules, figures
from districting.model.edit_ground import EditGround, EditStage, Ints
from districting.model.moves import Move, Moves
from districting.model.plan import Plan
from districting.model.rules import ChangeCap, NeighboursTogether, Rule, SizeBand, TravelGrowth, WholeUnits
from districting.planning.edit_ground import edit_ground
from districting.planning.edit_schools import GroupingEdit, moved_units, with_schools
from districting.planning.moves_in_plan import moved_labels
from districting.planning.plan_goals import measured
from districting.planning.plan_part import PlanPart, part_of_plan
from districting.planning.plan_variants import zones_today
from districting.planning.reasons import other_goals, with_reasons
from districting.planning.rows import provenance_rows
from districting.planning.scenario_tables import with_zones
from districting.wording import text

_RULE_ROWS = {"maximum_distance": "maximum_distance_m", "allowed": "within_county", "forbidden": "within_county"}
"""Rule of a check -> its row in the plan's table of rules, where the names differ."""
_NOT_ALLOWED = ("forbidden", "allowed")
"""A check's words for a pair that may not be, of which the edit says why."""


@dataclass(frozen=True, eq=False)
class StageEdit:
    """What the moves change in one stage. ``shifts``: from zone, to zone, blocks, pupils, block ids; ``before`` and ``after`` as the page's figures;
    ``broken``: every rule broken after the edit, ``worse``: those of them that the plan did not break, or not so far; ``unchecked``: rules not in the file.
    """

    stage: str
    shifts: tuple[tuple[str, str, int, float, tuple[str, ...]], ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    broken: tuple[Broken, ...]
    worse: tuple[Broken, ...]
    zone_ids: tuple[str, ...]
    unchecked: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class EditedPlan:
    """``plan``: the plan after the moves, not audited yet; ``stages``: what changed, for the stages with moves; ``warnings``: of reading the moves."""

    plan: Plan
    stages: tuple[StageEdit, ...]
    warnings: tuple[Fault, ...]
    parts: int
    groupings: tuple[GroupingEdit, ...] = ()

    @property
    def lawful(self) -> bool:
        """No rule is broken that the plan kept."""
        return not any([*(s.worse for s in self.stages), *(g.worse for g in self.groupings)])


def apply_moves(plan: Plan, moves: Moves | Mapping[str, str], stage: str | None = None) -> EditedPlan:
    """``plan`` with blocks in other zones and schools in other districts; districts are drawn again, links and what is known of today stay as they are.

    Parameters
    ----------
    moves : of :func:`districting.read_moves`, or block id -> zone or school id
    stage : which the moves are for, where they do not say it; may be left out of a plan with one stage

    Raises
    ------
    DataError : the moves are for another plan, or name what it does not have (every fault at once)

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> ground = gpd.GeoDataFrame({"block_id": ["a", "b", "c"], "name": "", "county_code": "", "zone_id_primary": ["P-s", "P-t", "P-t"]},
    ...                           geometry=[shapely.box(x, 0, x + 100, 100) for x in (0, 100, 200)], crs="EPSG:4546")
    >>> schools = gpd.GeoDataFrame({"school_id": ["s", "t"], "name": ["s", "t"], "county_code": "", "ownership": "", "home_block_id": ["a", "c"]},
    ...                            geometry=[shapely.Point(90, 50), shapely.Point(250, 50)], crs="EPSG:4546")
    >>> plan = Plan("town", 2026, "en", "EPSG:4546", blocks=ground, schools=schools,
    ...             zone_schools=pd.DataFrame({"zone_id": ["P-s", "P-t"], "stage": "primary", "school_id": ["s", "t"]}),
    ...             demand=pd.DataFrame({"block_id": ["a", "b", "c"], "stage": "primary", "year": 2026, "pupils": [2.0, 1.0, 1.0]}),
    ...             seats=pd.DataFrame({"school_id": ["s", "t"], "stage": "primary", "seats": [2.0, 4.0]}),
    ...             edges=pd.DataFrame({"block_a": ["a", "b"], "block_b": ["b", "c"], "shared_m": 100.0, "cut": False}))
    >>> edited = apply_moves(plan, {"b": "s"})
    >>> edited.plan.blocks["zone_id_primary"].tolist(), [(b.rule, b.amount) for b in edited.stages[0].worse]
    (['P-s', 'P-s', 'P-t'], [('seats', 1)])
    """
    ground = edit_ground(plan)
    if stage is not None and stage not in plan.zoned_stages:
        said = text("edit.unknown_stage", stage=stage, stages=list(plan.zoned_stages))
        raise DataError(Fault(said, text("edit.stage_remedy"), column="stage"))
    given = moves if isinstance(moves, Moves) else Moves(tuple(Move(i, "", str(b), str(z)) for i, (b, z) in enumerate(moves.items(), start=1)))
    alone = plan.zoned_stages[0] if len(plan.zoned_stages) == 1 else None
    labels, warnings = moved_labels(plan, ground, given, stage or alone)
    units, along = moved_units(plan, ground, given)
    changed = [one for one in ground.stages if (labels[one.stage] != one.base).any() or _below_moved(one, ground, labels)]
    made = plan
    for one in changed:
        made = with_zones(made, one.stage, np.array(one.zone_ids, dtype=object)[labels[one.stage]])
        made = with_reasons(made, (one.stage,))
    edits = tuple(_edit(plan, made, ground, one, labels) for one in changed)
    for edit in edits:
        made = _recorded(plan, made, edit, ground.stage(edit.stage))
    made, groupings = with_schools(plan, made, ground, units, labels)
    return EditedPlan(_with_record(made, ground, given, (edits, groupings), labels), edits, (*warnings, *along), ground.pupil_parts, groupings)


def _below_moved(one: EditStage, ground: EditGround, labels: Mapping[str, Ints]) -> bool:
    """Whether zones of a lower stage that this one keeps whole are others now."""
    return bool(one.whole_below) and bool((labels[one.whole_below] != ground.stage(one.whole_below).base).any())


def _edit(before: Plan, after: Plan, ground: EditGround, one: EditStage, labels: Mapping[str, Ints]) -> StageEdit:
    label, parts = labels[one.stage], ground.pupil_parts
    low_before = ground.stage(one.whole_below).base if one.whole_below else None
    low_after = labels[one.whole_below] if one.whole_below else None
    was = _all_broken(before, one, one.base, low_before, parts)
    now = _all_broken(after, one, label, low_after, parts)
    amount = {(b.rule, b.zone): b.amount for b in was}
    now = [Broken(b.rule, b.zone, b.blocks, b.amount, b.unit, (b.rule, b.zone) in amount) for b in now]
    worse = tuple(b for b in now if b.amount > amount.get((b.rule, b.zone), 0))
    shifts = _shifts(one, label, ground)
    return StageEdit(one.stage, shifts, figures(one, one.base), figures(one, label), tuple(now), worse, one.zone_ids, one.unchecked)


def _all_broken(plan: Plan, one: EditStage, label: Ints, below: Ints | None, parts: int) -> list[Broken]:
    """The page's list, and what the independent checker finds beyond it."""
    found = broken_rules(one, label, below, parts)
    known = {(b.rule, b.zone) for b in found}
    part = part_of_plan(plan, one.stage)
    problem = _full_problem(plan, part, one, below)
    at = {z: i for i, z in enumerate(one.zone_ids)}
    for violation in check_zoning(problem, part.label):
        zone = at[str(part.zone_ids[violation.school])] if violation.school >= 0 else -1
        if (violation.rule, zone) in known or (violation.rule in _NOT_ALLOWED and any(b.rule in ("within_county", "known_way") for b in found)):
            continue
        scale = {"pupil": parts, "metre": 10}.get(violation.unit, 1)
        unit = "decimetre" if violation.unit == "metre" else violation.unit
        amount = max(1, int(np.floor(violation.amount * scale + 0.5)))
        found.append(Broken(violation.rule, zone, violation.blocks, amount, unit))
    return found


def _full_problem(plan: Plan, part: PlanPart, one: EditStage, below: Ints | None) -> Any:
    """The plan's problem with today's zones and the rules against today that its table of rules names."""
    before = zones_today(plan, part)
    if not (before >= 0).any():
        return part.problem
    rows = plan.rules[(plan.rules["decision"] == "zoning") & (plan.rules["stage"] == one.stage)]
    value = dict(zip(rows["rule"].astype("str"), rows["value"].astype("str"), strict=True))
    more: list[Rule] = []
    if len(one.growth_dm):
        more.append(TravelGrowth(float(value["travel_growth"]), float(value.get("travel_growth_free_m", 0.0))))
    if len(one.low):
        more.append(SizeBand(*(float(v) for v in value["size_band"].split())))
    if one.cap >= 0:
        more.append(ChangeCap(float(value["change_cap"])))
    if len(one.beside):
        more.append(NeighboursTogether(float(value["neighbours_together"])))
    if below is not None:
        more.append(WholeUnits(below))
    return part.problem.replace(today=before, rules=(*part.problem.rules, *more))


def _shifts(one: EditStage, label: Ints, ground: EditGround) -> tuple[tuple[str, str, int, float, tuple[str, ...]], ...]:
    """Zone to zone, most pupils first."""
    rows: dict[tuple[str, str], list[int]] = {}
    for block in np.flatnonzero(label != one.base).tolist():
        old = "" if one.base[block] < 0 else one.zone_ids[one.base[block]]
        rows.setdefault((old, one.zone_ids[label[block]]), []).append(block)
    found = [
        (old, new, len(blocks), float(one.pupils[blocks].sum()) / ground.pupil_parts, tuple(ground.block_ids[b] for b in blocks))
        for (old, new), blocks in rows.items()
    ]
    return tuple(sorted(found, key=lambda r: (-r[3], r[0], r[1])))


def _recorded(before: Plan, made: Plan, edit: StageEdit, one: EditStage) -> Plan:
    """The proof after the edit: the bound is one of the same problem and stays; the gap is that of the zones as they are now. Where other goals than distance
    were weighed, or a rule is broken, nothing is proved of these zones, and no gap is stated. Seat prices prove the bound, and stay with it.
    """
    part = f"zoning.{edit.stage}"
    old = made.provenance
    gone = {"status", "objective", "gap", "ended", "steps"}
    record: dict[str, Any] = {"status": "feasible" if not edit.broken else "infeasible", "ended": "edited"}
    bound = before.recorded(part, "bound")
    if bound is not None and before.recorded(part, "unit") == "pupil-metre" and not other_goals(before, edit.stage) and measured(before, edit.stage):
        objective = _objective(made, one)
        record |= {"objective": objective, "term.distance": objective}
        gone.add("term.distance")
        if not edit.broken:
            record["gap"] = max(0.0, (objective - float(bound)) / objective) if objective > 0 else 0.0
    else:
        gone |= {"bound"} | {str(k) for k in old.loc[old["part"] == part, "key"] if str(k).startswith("term.")}
    kept = old[(old["part"] != part) | ~old["key"].isin(sorted(gone))]
    broken = {_RULE_ROWS.get(b.rule, b.rule) for b in edit.broken}
    rules = made.rules.copy()
    mine = ((rules["decision"] == "zoning") & (rules["stage"] == edit.stage)).to_numpy(dtype=bool)
    rules["holds"] = np.where(mine, ~rules["rule"].isin(sorted(broken)).to_numpy(dtype=bool), rules["holds"].astype(bool).to_numpy())
    return made.replace(provenance=pd.concat([kept, provenance_rows(part, record)], ignore_index=True), rules=rules)


def _objective(plan: Plan, one: EditStage) -> float:
    """Pupils times metres of the zones as they are, pairs that are not allowed included."""
    part = part_of_plan(plan, one.stage)
    known = np.flatnonzero((part.label >= 0) & (part.problem.demand > 0))
    metres = part.problem.distance_of(known, part.label[known])
    banned = known[~np.isfinite(metres)]
    zone = pd.Index(one.zone_ids).get_indexer(pd.Index(part.zone_ids[part.label[banned]].astype("str"))).astype(np.int64)
    metres[~np.isfinite(metres)] = np.maximum(one.metres_dm(part.blocks[banned], zone), 0) / 10
    return float((part.problem.demand[known] * metres).sum())


def _with_record(
    made: Plan, ground: EditGround, given: Moves, edited: tuple[tuple[StageEdit, ...], tuple[GroupingEdit, ...]], labels: Mapping[str, Ints]
) -> Plan:
    """What was moved, by whom and why. The risk was assessed of other zones, so that the plan is a draft again."""
    edits, groupings = edited
    if not edits and not groupings:
        return made
    earlier = made.provenance["part"].astype("str").str.fullmatch(r"edit\.\d+")
    number = len(set(made.provenance.loc[earlier, "part"])) + 1
    rows = [
        [one.stage, ground.block_ids[b], one.zone_ids[one.base[b]] if one.base[b] >= 0 else "", one.zone_ids[labels[one.stage][b]]]
        for one in ground.stages
        for b in np.flatnonzero(labels[one.stage] != one.base).tolist()
    ]
    record: dict[str, Any] = {"base_key": ground.key, "file": given.file, "author": given.author, "note": given.note, "blocks": len(rows)}
    record |= {
        "rules_broken": " ".join(sorted({*(b.rule for e in edits for b in e.broken), *(b.rule for g in groupings for b in g.broken)})),
        "moves": json.dumps(rows, ensure_ascii=False),
    }
    shifts = [[g.scheme, *shift] for g in groupings for shift in g.shifts]
    record |= {"schools": json.dumps(shifts, ensure_ascii=False)} if shifts else {}
    kept = made.provenance[made.provenance["part"] != "risk"]
    return made.replace(provenance=pd.concat([kept, provenance_rows(f"edit.{number}", record)], ignore_index=True), findings=made.findings.iloc[:0])
