"""The grouping decision: schools to districts of one form, added to a plan."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.checking.grouping import check_grouping
from districting.errors import DataError, DistrictingError, Fault
from districting.grouping import district_form, group_units
from districting.grouping.baselines import baselines
from districting.model.county_words import county_words
from districting.model.district_spec import DistrictSpec
from districting.model.plan import Plan
from districting.model.settings import GroupingSettings
from districting.model.solution import GroupingSolution
from districting.planning.district_tables import named, with_districts
from districting.planning.grouping_build import BuiltGrouping, build_grouping
from districting.planning.offers import offers
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import text

DEFAULT_TIME_LIMIT_S = 60.0


def add_districts(plan: Plan, city: City, settings: GroupingSettings) -> Plan:
    """A copy of ``plan`` with the districts of ``settings.form``; a form whose stages stand apart gives one scheme per stage (``same_stage_primary``)."""
    spec = spec_of(settings)
    if spec.tree:
        from districting.planning.school_trees import add_trees

        return add_trees(plan, city, spec, private=settings.private)
    if not spec.each_stage or len(spec.stages) == 1:
        return _add(plan, city, spec, spec.form, settings)
    for stage in spec.stages:
        plan = _add(plan, city, spec.replace(stages=(stage,)), f"{spec.form}_{stage}", settings)
    return plan


def spec_of(settings: GroupingSettings) -> DistrictSpec:
    """The form's preset with the planner's numbers laid over it."""
    return district_form(settings.form, settings.changes_of(settings.form))


def _add(plan: Plan, city: City, spec: DistrictSpec, scheme: str, settings: GroupingSettings) -> Plan:
    chosen = offers(city, spec.stages, private=settings.private)
    if not len(chosen.taken):
        raise DataError(Fault(text("planning.no_members"), text("planning.give_schools"), column="stage"))
    built = build_grouping(plan, city, spec, chosen.taken)
    found = solved(built, city)
    plan = plan.replace(coverage=left_out_of(plan.coverage, stack(chosen.left_out, built.left_out), f"grouping.{scheme}"))
    plan = plan.replace(notes=stack(plan.notes, note_rows([*built.notes, *_no_members(found, built)], plan.language)))
    districts = named(built, found, scheme)
    plan = with_districts(plan, built, districts)
    said = record(built, found, len(districts.ids)) | (_baselines(built) if settings.baselines else {})
    return plan.replace(provenance=stack(plan.provenance, provenance_rows(f"grouping.{scheme}", said)))


def solved(built: BuiltGrouping, city: City) -> GroupingSolution:
    """The solution of a problem, its rules counted again by code that shares nothing with the solver."""
    solve = city.settings.solve
    found = group_units(built.problem, time_limit_s=solve.time_limit_s or DEFAULT_TIME_LIMIT_S, gap=solve.gap)
    broken = check_grouping(built.problem, found.district_of_unit, found.lead_of_district, found.theme_of_district)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    return found


def record(built: BuiltGrouping, found: GroupingSolution, districts: int) -> dict[str, Any]:
    """What the provenance says of a grouping."""
    return {
        "status": found.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "unit": built.weights.unit,
        "ended": found.ended,
        "territory": built.units.kind,
        "districts": districts,
        "source": built.problem.spec.source,
        **{f"term.{k}": v for k, v in found.terms.items()},
    }


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
