"""The grouping decision: schools to districts of one form, added to a plan."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.grouping import district_form
from districting.grouping.baselines import baselines
from districting.model.county_words import county_words
from districting.model.district_spec import DistrictSpec
from districting.model.plan import Plan
from districting.model.settings import GroupingSettings
from districting.model.solution import GroupingSolution
from districting.planning.district_tables import named, with_districts
from districting.planning.grouping_build import BuiltGrouping, build_grouping, taken_by
from districting.planning.grouping_solve import record, solved
from districting.planning.offers import offers
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.progress import tell_part
from districting.reading.city import City
from districting.wording import Text, text


def add_districts(plan: Plan, city: City, settings: GroupingSettings) -> Plan:
    """A copy of ``plan`` with the districts of ``settings.form``; a form whose stages stand apart gives one scheme per stage (``same_stage_primary``)."""
    spec = spec_of(settings)
    tell_part("districts", spec.form)
    if spec.tree:
        from districting.planning.school_trees import add_trees

        return add_trees(plan, city, spec, private=settings.private)
    if not spec.each_stage or len(spec.stages) == 1:
        return _add(plan, city, spec, spec.form, private=settings.private)
    return _add_stages(plan, city, spec, private=settings.private)


def _add_stages(plan: Plan, city: City, spec: DistrictSpec, *, private: bool) -> Plan:
    """One scheme per stage; a stage without a school that the form takes is left out with a note, and what stands in the way names its stage."""
    faults: list[Fault] = []
    conflicts: list[Conflict] = []
    relaxations: list[Text] = []
    empty = []
    for stage in spec.stages:
        alone = spec.replace(stages=(stage,))
        of_stage = text(f"word.{stage}")
        try:
            plan = _add(plan, city, alone, f"{spec.form}_{stage}", private=private)
        except NoMembersError:
            empty.append(stage)
            plan = _without_members(plan, city, alone, f"{spec.form}_{stage}", private=private)
        except DataError as error:
            faults += error.faults
        except InfeasibleError as error:
            conflicts += [dataclasses.replace(c, problem=text("planning.of_stage", stage=of_stage, said=c.problem)) for c in error.conflicts]
            relaxations += [text("planning.of_stage", stage=of_stage, said=r) for r in error.relaxations]
    if faults:
        raise DataError({f.say(): f for f in faults}.values())
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    if len(empty) == len(spec.stages):
        raise _no_schools(spec)
    return plan


class NoMembersError(DataError):
    """No school takes part in a form."""


def _no_schools(spec: DistrictSpec) -> NoMembersError:
    if not spec.takes:
        return NoMembersError(Fault(text("planning.no_members"), text("planning.give_schools"), column="stage"))
    kinds = [text(f"grouping.kind_{key}") for key in spec.takes]
    return NoMembersError(Fault(text("planning.none_of_kinds", kinds=kinds), text("planning.give_tier"), column="tier"))


def _without_members(plan: Plan, city: City, spec: DistrictSpec, scheme: str, *, private: bool) -> Plan:
    """The plan with a note that no school of a stage takes part, and its schools named as left out."""
    chosen = offers(city, spec.stages, private=private)
    rows = chosen.taken.assign(reason="not_in_form")[["school_id", "name", "stage", "reason"]]
    note = Fault(text("planning.stage_without_members", stage=text(f"word.{spec.stages[0]}")), text("planning.give_schools"), severity="warning")
    return plan.replace(
        coverage=left_out_of(plan.coverage, stack(chosen.left_out, rows), f"grouping.{scheme}"), notes=stack(plan.notes, note_rows([note], plan.language))
    )


def spec_of(settings: GroupingSettings) -> DistrictSpec:
    """The form's preset with the planner's numbers laid over it."""
    return district_form(settings.form, settings.changes_of(settings.form))


def _add(plan: Plan, city: City, spec: DistrictSpec, scheme: str, *, private: bool) -> Plan:
    if not spec.one_zone:
        return _grouped(plan, city, spec, scheme, private=private)
    from districting.planning.shared_zones import share_zones, single_zones

    return share_zones(_grouped(single_zones(plan, city, spec), city, spec, scheme, private=private), city, spec, scheme)


def _grouped(plan: Plan, city: City, spec: DistrictSpec, scheme: str, *, private: bool) -> Plan:
    chosen = offers(city, spec.stages, private=private)
    if not len(chosen.taken) or not taken_by(chosen.taken, spec).any():
        raise _no_schools(spec)
    built = build_grouping(plan, city, spec, chosen.taken)
    plan = lay_districts(plan, built, solved(built, city), scheme, chosen.left_out)
    if city.settings.grouping is not None and city.settings.grouping.baselines:
        plan = plan.replace(provenance=stack(plan.provenance, provenance_rows(f"grouping.{scheme}", _baselines(built))))
    return plan


def lay_districts(plan: Plan, built: BuiltGrouping, found: GroupingSolution, scheme: str, left_out: Any) -> Plan:
    """A copy of ``plan`` with a solution as districts of ``scheme``; ``left_out``: coverage rows of schools that take no part."""
    plan = plan.replace(coverage=left_out_of(plan.coverage, stack(left_out, built.left_out), f"grouping.{scheme}"))
    plan = plan.replace(notes=stack(plan.notes, note_rows([*built.notes, *_no_members(found, built)], plan.language)))
    districts = named(built, found, scheme)
    plan = with_districts(plan, built, districts)
    said = record(built, found, len(districts.ids))
    return plan.replace(provenance=stack(plan.provenance, provenance_rows(f"grouping.{scheme}", said)))


def _baselines(built: BuiltGrouping) -> dict[str, float]:
    """What plain clustering makes of the same problem: the objective of each, and how often it breaks each rule."""
    out: dict[str, float] = {}
    for made in baselines(built.problem):
        out[f"baseline.{made.name}"] = made.objective
        out |= {f"baseline.{made.name}.{rule}": float(times) for rule, times in made.broken.items()}
    return out


def _no_members(found: GroupingSolution, built: BuiltGrouping) -> list[Fault]:
    """Counties whose ground is in no district, because no school of the form stands there."""
    lost: NDArray[np.bool_] = found.district_of_unit < 0
    empty = sorted(set(built.units.county[lost].tolist()))
    return [Fault(text("planning.county_without_members", county=county_words(c)), text("planning.give_schools"), severity="warning") for c in empty]
