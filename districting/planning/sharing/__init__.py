"""Sharing: from a City, and a Plan where districts are needed, to arrays, and back to a ShareResult."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.model.share_result import ShareResult
from districting.progress import tell_part
from districting.reading.city import City
from districting.wording import text

SHARERS: Final[Mapping[str, str]] = {
    "roving": "districting.planning.sharing.roving:share_roving",
    "facilities": "districting.planning.sharing.facilities:share_facilities",
    "accessibility": "districting.planning.sharing.accessibility:share_accessibility",
    "courses": "districting.planning.sharing.courses:share_courses",
    "ledger": "districting.planning.sharing.ledger:share_ledger",
    "digital": "districting.planning.sharing.digital:share_digital",
    "upgrade": "districting.planning.sharing.upgrade:share_upgrade",
    "rotation": "districting.planning.sharing.rotation:share_rotation",
    "staffing": "districting.planning.sharing.staffing:share_staffing",
    "research": "districting.planning.sharing.research:share_research",
}
"""Command -> where its maker stands: a function of (City, Plan or None) that gives a ShareResult."""


def share(name: str, city: City, plan: Plan | None = None) -> ShareResult:
    """The result of one command of ``share``; ``plan`` gives the districts, and zones where they are needed.

    Raises
    ------
    DataError : a table, a column or the plan that it needs is missing
    InfeasibleError : its rules cannot hold together
    """
    tell_part("sharing", name)
    module, _, function = SHARERS[name].partition(":")
    maker: Callable[[City, Plan | None], ShareResult] = getattr(import_module(module), function)
    return maker(city, plan)


def needed_plan(plan: Plan | None) -> Plan:
    """The plan, or what to do where none was given."""
    if plan is None:
        raise DataError(Fault(text("sharing.needs_plan"), text("sharing.give_plan"), column="--plan"))
    return plan
