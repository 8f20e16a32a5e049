"""Chains by stage (policy R25c): every primary hangs on one junior, every junior on one senior; the district is the tree under a senior."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.district_spec import DistrictSpec
from districting.model.plan import Plan
from districting.model.solution import GroupingSolution, relative_gap
from districting.planning.district_tables import NamedDistricts, with_districts
from districting.planning.grouping_build import BuiltGrouping, build_grouping
from districting.planning.grouping_solve import record, solved
from districting.planning.offers import offers
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import text


def add_trees(plan: Plan, city: City, spec: DistrictSpec, *, private: bool) -> Plan:
    """A copy of ``plan`` with one tree per school of the highest stage: level 1 the tree, below it one level for every stage that has children.

    Nothing but the tree ties the stages, so each step is solved to its own proof and the bounds add up.

    Raises
    ------
    DataError : a stage of the tree has no school
    InfeasibleError : a school has no parent that may take it
    """
    chosen = offers(city, spec.tree, private=private)
    missing = [stage for stage in spec.tree if not (chosen.taken["stage"] == stage).any()]
    if missing:
        raise DataError([Fault(text("planning.no_stage_of_tree", stage=text(f"word.{s}")), text("planning.give_schools"), column="stage") for s in missing])
    whole = build_grouping(plan, city, spec.replace(stages=spec.tree), chosen.taken)
    steps = []
    for parent, child in zip(spec.tree, spec.tree[1:], strict=False):
        counts = {**spec.counts, parent: (1, 1), child: spec.children}
        mine = chosen.taken[chosen.taken["stage"].isin((parent, child))].reset_index(drop=True)
        built = build_grouping(plan, city, spec.replace(stages=(parent, child), centre=parent, counts=counts), mine)
        steps.append((built, solved(built, city)))
    notes = [*whole.notes, *(note for built, _ in steps for note in built.notes)]
    plan = plan.replace(
        coverage=left_out_of(plan.coverage, chosen.left_out, f"grouping.{spec.form}"),
        notes=stack(plan.notes, note_rows(notes, plan.language).drop_duplicates()),
    )
    levels = _levels(whole, steps, spec)
    for level in levels:
        plan = with_districts(plan, whole, level)
    return plan.replace(provenance=stack(plan.provenance, provenance_rows(f"grouping.{spec.form}", record(whole, _summed(steps), len(levels[0].ids)))))


def _levels(whole: BuiltGrouping, steps: list[tuple[BuiltGrouping, GroupingSolution]], spec: DistrictSpec) -> list[NamedDistricts]:
    """The trees, and under them those of every lower stage with children, over all schools of the city."""
    ids = whole.members["school_id"].to_numpy(dtype=object)
    stage = whole.members["stage"].to_numpy(dtype=str)
    parent_of = [_parents(built, found) for built, found in steps]
    levels: list[NamedDistricts] = []
    district_of: dict[str, str] = {}
    for depth, parent in enumerate(spec.tree[:-1]):
        leads = sorted(
            np.flatnonzero(stage == parent).tolist(),
            key=lambda i: (district_of.get(ids[i], ""), str(whole.units.county[whole.problem.unit_of_member[i]]), ids[i]),
        )
        above = [district_of[ids[i]] for i in leads] if depth else []
        names = [f"D{n + 1:02d}" for n in range(len(leads))] if not depth else _numbered(above)
        root = _carried([ids[i] for i in leads], ids, parent_of[depth:])
        place = {ids[i]: n for n, i in enumerate(leads)}
        label = np.full(whole.problem.unit_count, -1, dtype=np.int64)
        for i, school in enumerate(ids.tolist()):
            if school in root:
                label[whole.problem.unit_of_member[i]] = place[root[school]]
        levels.append(NamedDistricts(spec.form, tuple(names), label, np.array(leads, dtype=np.int64), np.full(len(leads), -1), depth + 1, tuple(above)))
        district_of = {school: names[place[top]] for school, top in root.items()}
    return levels


def _numbered(above: list[str]) -> list[str]:
    count: dict[str, int] = {}
    names = []
    for district in above:
        count[district] = count.get(district, 0) + 1
        names.append(f"{district}-{count[district]:02d}")
    return names


def _parents(built: BuiltGrouping, found: GroupingSolution) -> dict[str, str]:
    """School -> the school it hangs on (itself where it teaches both stages)."""
    ids = built.members["school_id"].to_numpy(dtype=object)
    label: NDArray[np.int64] = found.district_of_unit[built.problem.unit_of_member]
    return {str(ids[i]): str(ids[found.lead_of_district[label[i]]]) for i in range(len(ids))}


def _carried(leads: list[str], ids: NDArray[np.object_], parent_of: list[dict[str, str]]) -> dict[str, str]:
    """School -> the lead it hangs on through every step below."""
    root = {lead: lead for lead in leads}
    for step in parent_of:
        root |= {school: root[parent] for school, parent in step.items() if parent in root}
    return {school: root[school] for school in ids.tolist() if school in root}


def _summed(steps: list[tuple[BuiltGrouping, GroupingSolution]]) -> GroupingSolution:
    found = [f for _, f in steps]
    objective, bound = sum(f.objective for f in found), sum(f.bound for f in found)
    return dataclasses.replace(
        found[0],
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        status="optimal" if all(f.status == "optimal" for f in found) else "feasible",
        ended="proved" if all(f.ended == "proved" for f in found) else "time",
        terms={name: sum(f.terms.get(name, 0.0) for f in found) for name in {n for f in found for n in f.terms}},
        seconds=sum(f.seconds for f in found),
    )
