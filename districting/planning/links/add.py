"""The forms asked for, one after the other; what stands in the way of any of them is raised together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.planning.links.county import add_county_pairs
from districting.planning.links.inclusion import with_inclusion
from districting.planning.links.school import add_school_pairs
from districting.planning.links.second_level import add_second_level
from districting.reading.city import City
from districting.wording import Text

Maker = Callable[[Plan, City, PairingSettings], Plan]

MAKERS: Final[Mapping[str, Maker]] = {
    "school": add_school_pairs,
    "county": add_county_pairs,
    "second_level": add_second_level,
}
"""Form -> what adds it to a plan; the names are those of :data:`districting.pairing.FORMS`."""


def add_links(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the links of every form in ``settings.forms``, in that order: a form may build on those before it.

    At the end the table ``inclusion`` counts, over all schools, who is in any link or district of the plan.

    Raises
    ------
    DataError : what a form needs is not in the input (the faults of all forms at once)
    InfeasibleError : rules of a form cannot hold (the conflicts of all forms at once)
    """
    faults: dict[str, Fault] = {}
    conflicts: list[Conflict] = []
    relaxations: list[Text] = []
    for form in settings.forms:
        try:
            plan = MAKERS[form](plan, city, settings)
        except DataError as error:
            faults |= {f.say(): f for f in error.faults}
        except InfeasibleError as error:
            conflicts += error.conflicts
            relaxations += [r for r in error.relaxations if r not in relaxations]
    if faults:
        raise DataError(list(faults.values()))
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    return with_inclusion(plan, city, settings)
