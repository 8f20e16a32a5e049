"""Schools of an edit laid on a plan: memberships, outlines of districts drawn again (after moves of blocks too), rules counted again by the independent check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from districting.checking.grouping import check_grouping
from districting.errors import DataError, Fault
from districting.geography.shapes import dissolve
from districting.measures.composition_figures import BrokenRule, broken_composition, composition
from districting.model.edit_ground import EditGround, Ints
from districting.model.edit_grouping import EditGrouping, NotEdited
from districting.model.moves import Moves, SchoolMove
from districting.model.plan import Plan
from districting.planning.edit_groupings import (
    base_of_zones,
    cells_of,
    district_of_blocks,
    finest_stage,
    layers_of,
    probe_of,
    probe_with,
    rules_of_scheme,
    spec_of_rules,
)
from districting.planning.rows import note_rows, provenance_rows, stack
from districting.wording import text

_STALE: Final = (
    *("anchors", "feeders", "charter", "conference", "duties", "inspectors", "mechanisms", "score_cards", "share_coverage", "sharing_effect", "sharing_steps"),
)
"""Tables made from the districts, which an edit does not make again."""


@dataclass(frozen=True, eq=False)
class GroupingEdit:
    """What an edit changes in one grouping. ``shifts``: school id, from district, to district; ``broken`` and ``worse`` as of a stage; districts that no longer are: ``gone``."""

    scheme: str
    shifts: tuple[tuple[str, str, str], ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    broken: tuple[BrokenRule, ...]
    worse: tuple[BrokenRule, ...]
    district_ids: tuple[str, ...]
    unchecked: tuple[str, ...]
    redrawn: bool
    gone: tuple[str, ...] = ()


def moved_units(plan: Plan, ground: EditGround, given: Moves) -> tuple[dict[str, Ints], list[Fault]]:
    """Districts of the units of each scheme that schools move in, and warnings of schools that go along.

    Raises
    ------
    DataError : a scheme, school or district that the plan does not have or that cannot be edited, or schools of one ground sent apart (every fault listed)
    """
    labels: dict[str, Ints] = {}
    sent: dict[tuple[str, int], int] = {}
    named: set[tuple[str, int]] = set()
    faults: list[Fault] = []
    school_at = {s: i for i, s in enumerate(plan.schools["school_id"].astype("str"))}
    for move in given.schools:
        fault, unit, district = _one(move, ground, school_at)
        grouping = ground.grouping(move.scheme)
        if fault is None and grouping is not None and sent.get((move.scheme, unit), district) != district:
            fault = Fault(text("edit.mates_apart", school=move.school_id), text("edit.mates_remedy"), column="schools")
        if fault is not None or grouping is None:
            faults.append(
                Fault(fault.problem, fault.remedy, given.file, "", move.row, fault.column)
                if fault
                else Fault(text("edit.malformed"), text("edit.malformed_remedy"))
            )
            continue
        sent[move.scheme, unit] = district
        named.add((move.scheme, school_at[move.school_id]))
        labels.setdefault(move.scheme, grouping.base.copy())[unit] = district
    if faults:
        raise DataError(faults)
    return labels, _along(plan, ground, sent, named)


def _one(move: SchoolMove, ground: EditGround, school_at: Mapping[str, int]) -> tuple[Fault | None, int, int]:
    grouping = ground.grouping(move.scheme)
    if grouping is None:
        why = next((g.why for g in ground.groupings if isinstance(g, NotEdited) and g.scheme == move.scheme), "unknown")
        return Fault(text("edit.unknown_scheme", scheme=move.scheme, why=text(f"edit.scheme_{why}")), text("edit.scheme_remedy"), column="schools"), -1, -1
    at = school_at.get(move.school_id, -1)
    unit = int(grouping.unit_of_school[at]) if at >= 0 else -1
    if unit < 0:
        return Fault(text("edit.unknown_school", school=move.school_id, scheme=move.scheme), text("edit.id_remedy"), column="schools"), -1, -1
    if move.to not in grouping.district_ids:
        return Fault(text("edit.unknown_district", district=move.to, scheme=move.scheme), text("edit.id_remedy"), column="schools"), -1, -1
    here = "" if grouping.base[unit] < 0 else grouping.district_ids[grouping.base[unit]]
    if move.start != here:
        said = text("edit.other_district", school=move.school_id, given=move.start, district=here)
        return Fault(said, text("edit.other_base_remedy"), column="schools"), -1, -1
    return None, unit, grouping.district_ids.index(move.to)


def _along(plan: Plan, ground: EditGround, sent: Mapping[tuple[str, int], int], named: set[tuple[str, int]]) -> list[Fault]:
    names = plan.schools["name"].astype("str").tolist()
    found = []
    for scheme, unit in sent:
        grouping = ground.grouping(scheme)
        mates = [i for i in np.flatnonzero(grouping.unit_of_school == unit).tolist() if (scheme, i) not in named] if grouping is not None else []
        if mates:
            found.append(Fault(text("edit.goes_along", schools=[names[i] for i in mates]), text("edit.mates_remedy"), column="schools", severity="warning"))
    return found


def with_schools(before: Plan, made: Plan, ground: EditGround, units: Mapping[str, Ints], zones: Mapping[str, Ints]) -> tuple[Plan, tuple[GroupingEdit, ...]]:
    """``made`` with schools in other districts and outlines that follow schools and blocks.

    Parameters
    ----------
    before : the plan before the edit; ``made``: with the new zones already
    units : scheme -> district of each unit, for the schemes with moves of schools
    zones : stage -> zone of each block
    """
    edits = []
    kept = []
    for layer, grouping in zip(layers_of(before), ground.groupings, strict=True):
        if isinstance(grouping, NotEdited):
            made, followed = _redrawn_links(before, made, layer, ground, zones)
            kept += [] if followed else [str(layer["scheme"].iloc[0])]
            continue
        label = units.get(grouping.scheme, grouping.base)
        zone = zones.get(grouping.unit_stage)
        base_zone = ground.stage(grouping.unit_stage).base if grouping.unit_stage else None
        shifted = zone is not None and base_zone is not None and bool((zone != base_zone).any())
        if (label != grouping.base).any() or shifted:
            edit = _edit(before, grouping, label, zone, ground)
            made = _laid(made, before, layer, grouping, label, edit)
            edits.append(edit)
        grounded = bool(grouping.unit_stage) or len(grouping.unit_of_block) > 0
        kept += [] if grounded else [grouping.scheme]
    return _noted(made, before, edits, kept), tuple(edits)


def _edit(before: Plan, grouping: EditGrouping, label: Ints, zone: Ints | None, ground: EditGround) -> GroupingEdit:
    stage = ground.stage(grouping.unit_stage) if grouping.unit_stage else None
    base_zone, edges = (stage.base, stage.edges) if stage is not None else (None, None)
    was = {(b.rule, b.district, b.unit): b.amount for b in broken_composition(grouping, grouping.base, base_zone, edges)}
    now = broken_composition(grouping, label, zone, edges, base_zone)
    known = {(b.rule, b.district) for b in now}
    now += [b for b in _checked(before, grouping, label, zone, edges) if (b.rule, b.district) not in known]
    worse = tuple(b for b in now if b.amount > was.get((b.rule, b.district, b.unit), 0))
    old, new = grouping.district_of_school(grouping.base), grouping.district_of_school(label)
    ids = before.schools["school_id"].astype("str").tolist()
    name = grouping.district_ids
    shifts = tuple((ids[i], name[old[i]] if old[i] >= 0 else "", name[new[i]]) for i in np.flatnonzero(old != new).tolist())
    gone = tuple(name[d] for d in sorted(set(grouping.base[grouping.base >= 0].tolist()) - set(label.tolist())))
    figures = composition(grouping, grouping.base, base_zone, edges), composition(grouping, label, zone, edges)
    grounded = bool(grouping.unit_stage) or len(grouping.unit_of_block) > 0
    return GroupingEdit(grouping.scheme, shifts, *figures, tuple(now), worse, name, grouping.unchecked, grounded, gone)


def _checked(plan: Plan, grouping: EditGrouping, label: Ints, zone: Ints | None, edges: Ints | None) -> list[BrokenRule]:
    """What the independent check of a grouping finds; a district without a lead is said by ``centre``."""
    rows = plan.memberships[(plan.memberships["scheme"] == grouping.scheme)]
    probe, member = probe_of(plan, rows)
    there = sorted(set(label[label >= 0].tolist()))
    of_member = grouping.district_of_school(label)[member]
    leads = [next((i for i in np.flatnonzero(of_member == d).tolist() if grouping.lead[member[i]]), 0) for d in there]
    spec = spec_of_rules(rules_of_scheme(plan, grouping.scheme), probe)
    problem = replace(
        probe_with(probe, spec.replace(connected=grouping.connected, radius_m=None)),
        unit_of_member=grouping.unit_of_school[member],
        edges=grouping.neighbours(zone, np.empty((0, 2), dtype=np.int64) if edges is None else edges),
        county_of_unit=grouping.county_of_unit,
        weight_of_unit=np.ones(len(label)),
        ground_of_unit=grouping.has_ground(zone),
    )
    found = check_grouping(problem, np.array([there.index(d) if d >= 0 else -1 for d in label.tolist()]), np.array(leads))
    rows_found = []
    for v in found:
        over = v.found > v.most
        amount = max(1, int(np.floor((v.found - v.most if over else v.least - v.found) + 0.5)))
        rows_found.append(BrokenRule(v.rule, there[v.district] if v.district >= 0 else -1, amount, "many" if over else "few"))
    return rows_found


def _laid(made: Plan, before: Plan, layer: Any, grouping: EditGrouping, label: Ints, edit: GroupingEdit) -> Plan:
    """Memberships, outlines, rules and the record of one scheme."""
    scheme, ids = grouping.scheme, grouping.district_ids
    of_school = dict(zip(before.schools["school_id"].astype("str"), grouping.district_of_school(label).tolist(), strict=True))
    members = made.memberships.copy()
    mine = ((members["scheme"] == scheme) & members["district_id"].isin(ids)).to_numpy(dtype=bool)
    members.loc[mine, "district_id"] = [ids[of_school[str(s)]] for s in members.loc[mine, "school_id"]]
    turned = members[mine].sort_values(["district_id", "stage", "school_id"], kind="stable").set_axis(members.index[mine])
    members.loc[mine] = turned
    rules = made.rules.copy()
    of_scheme = (rules["decision"] == f"grouping.{scheme}").to_numpy(dtype=bool)
    broken = {b.rule for b in edit.broken} | {f"spread.{b.rule}" for b in edit.broken}
    rules["holds"] = np.where(of_scheme, ~rules["rule"].isin(sorted(broken)).to_numpy(dtype=bool), rules["holds"].astype(bool).to_numpy())
    made = made.replace(memberships=members, rules=rules, provenance=_recorded(made.provenance, edit))
    return _outlined(made, before, layer, grouping, label, edit)


def _recorded(provenance: pd.DataFrame, edit: GroupingEdit) -> pd.DataFrame:
    """The proof was of other districts: nothing of it stays."""
    part = f"grouping.{edit.scheme}"
    gone = provenance["key"].isin(["status", "objective", "bound", "gap", "ended"]) | provenance["key"].astype("str").str.startswith(("term.", "baseline."))
    kept = provenance[(provenance["part"] != part) | ~gone] if edit.shifts else provenance
    record = {"status": "infeasible" if edit.broken else "feasible", "ended": "edited"} if edit.shifts else {}
    return pd.concat([kept, provenance_rows(part, record)], ignore_index=True) if record else kept


def _outlined(made: Plan, before: Plan, layer: Any, grouping: EditGrouping, label: Ints, edit: GroupingEdit) -> Plan:
    shape = None
    if grouping.unit_stage:
        rows = made.zones[made.zones["stage"] == grouping.unit_stage].set_index("zone_id").geometry
        stage_ids = [*_zone_ids(before, grouping.unit_stage)]
        shape = np.array([rows.get(z, shapely.Polygon()) for z in stage_ids] + [shapely.Polygon()] * (len(label) - len(stage_ids)), dtype=object)
    elif edit.redrawn:
        cells = cells_of(before, layer)
        shape = None if cells is None else np.concatenate([cells, np.array([shapely.Polygon()] * (len(label) - len(cells)), dtype=object)])
    return _with_outlines(made, grouping.scheme, grouping.district_ids, edit.gone, shape, label)


def _with_outlines(made: Plan, scheme: str, ids: tuple[str, ...], gone: tuple[str, ...], shape: Any, label: Ints) -> Plan:
    districts: Any = made.districts.copy()
    mine = ((districts["scheme"] == scheme) & districts["district_id"].isin(ids)).to_numpy(dtype=bool)
    if shape is not None:
        there = (label >= 0) & ~np.asarray(shapely.is_empty(shape))
        drawn = dict(zip(ids, dissolve(shape[there], label[there], len(ids)), strict=True))
        geometry = np.asarray(districts.geometry.array, dtype=object).copy()
        geometry[mine] = [drawn[str(d)] for d in districts.loc[mine, "district_id"]]
        districts = districts.set_geometry(list(geometry), crs=made.crs)
    kept = ~(mine & districts["district_id"].isin(gone).to_numpy(dtype=bool))
    return made.replace(districts=districts[kept].reset_index(drop=True))


def _zone_ids(plan: Plan, stage: str) -> tuple[str, ...]:
    from districting.planning.edit_ground import zones_of

    return zones_of(plan, stage)


def _redrawn_links(before: Plan, made: Plan, layer: Any, ground: EditGround, zones: Mapping[str, Ints]) -> tuple[Plan, bool]:
    """Districts that schools are not moved between here follow their zones, where they are made of them; whether their outlines still hold."""
    changed = [one.stage for one in ground.stages if (zones[one.stage] != one.base).any()]
    scheme = str(layer["scheme"].iloc[0])
    stages = tuple(before.memberships.loc[before.memberships["scheme"] == scheme, "stage"].unique())
    stage = ground.stage(finest_stage(before, stages))
    form, _, last = scheme.rpartition("_")
    parts = (f"grouping.{scheme}", f"pairing.{scheme}", f"pairing.{form}.{last}")
    kind = next((k for part in parts if (k := before.recorded(part, "territory"))), "")
    if kind != "zones" or not changed:
        return made, bool(kind) or not changed
    base = base_of_zones(stage, district_of_blocks(before, layer), len(layer))
    if base is None:
        return made, False
    if stage.stage not in changed:
        return made, True
    rows = made.zones[made.zones["stage"] == stage.stage].set_index("zone_id").geometry
    shape = np.array([rows.get(z, shapely.Polygon()) for z in stage.zone_ids], dtype=object)
    return _with_outlines(made, scheme, tuple(layer["district_id"].astype("str")), (), shape, base), True


def _noted(made: Plan, before: Plan, edits: list[GroupingEdit], kept: list[str]) -> Plan:
    """Says which outlines did not follow, and which tables are still those of the districts before."""
    notes = []
    schools = [e for e in edits if e.shifts]
    moved = bool(schools) or bool((made.blocks.filter(like="zone_id_") != before.blocks.filter(like="zone_id_")).to_numpy().any())
    if kept and moved:
        notes.append(Fault(text("edit.outlines_kept", schemes=sorted(set(kept))), text("variants.group_again"), severity="warning"))
    stale = [name for name in _STALE if len(getattr(made, name))]
    if schools and stale:
        notes.append(Fault(text("edit.tables_kept", tables=stale), text("variants.group_again"), severity="warning"))
    return made.replace(notes=stack(made.notes, note_rows(notes, made.language))) if notes else made
