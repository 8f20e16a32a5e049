"""A grouping problem solved, its rules counted again, and what the provenance says of it."""

from __future__ import annotations

from typing import Any

from districting.checking.grouping import check_grouping
from districting.errors import DistrictingError
from districting.grouping import group_units
from districting.model.solution import GroupingSolution
from districting.planning.grouping_build import BuiltGrouping
from districting.reading.city import City
from districting.wording import text

DEFAULT_TIME_LIMIT_S = 60.0


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
