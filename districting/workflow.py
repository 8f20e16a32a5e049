"""The whole job, one line per arrow: files -> City -> zones -> districts -> pairs -> findings. Read this page first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from districting.auditing.audit import audited
from districting.auditing.intake import with_intake
from districting.auditing.proximity_lines import read_lines
from districting.auditing.quality_access import with_access
from districting.config import load_settings
from districting.errors import DataError, Fault
from districting.model.kinds import refuse_kind
from districting.model.plan import Plan
from districting.model.settings import Settings
from districting.planning import add_districts, add_joint, add_links, add_zones, start_plan
from districting.planning.block_graph import coverage_notes
from districting.planning.governance import add_governance, check_governance
from districting.planning.walk_check import walk_faults
from districting.planning.yearly import Base, add_price, start_from
from districting.reading.balance_profile import balance_of
from districting.reading.city import City
from districting.reading.read_city import look_at_city
from districting.reading.read_city import read_city as read_tables
from districting.reading.risk_profile import risk_rules_of
from districting.wording import text


def read_city(config: str | Path, overrides: Mapping[str, Any] | None = None) -> City:
    """Read everything ``config`` names into a checked City.

    Raises
    ------
    DataError : every fault found, each with file, sheet, row, column and remedy
    """
    return read_tables(load_settings(config, overrides))


def check_inputs(settings: Settings) -> tuple[City | None, tuple[Fault, ...]]:
    """The City (None where it is not usable) and everything found: in the tables, in how the outlines of the blocks fit together, and in the ways on foot, as :func:`make_plan` does."""
    city, faults, _ = inspect_inputs(settings)
    return city, faults


def inspect_inputs(settings: Settings) -> tuple[City | None, tuple[Fault, ...], City | None]:
    """As :func:`check_inputs`; the third is the City even where errors stand, for the record of what was repaired in it."""
    looked_at, faults = look_at_city(settings)
    city = None if any(f.severity == "error" for f in faults) else looked_at
    notes = () if city is None else coverage_notes(city)
    if city is not None and not any(n.severity == "error" for n in notes):
        notes += walk_faults(city)
    usable = not any(n.severity == "error" for n in notes)
    return city if usable else None, tuple(sorted((*faults, *notes), key=lambda f: f.severity != "error")), looked_at


def make_plan(city: City, base: Base | None = None, renew: Base | None = None) -> Plan:
    """Zones for every stage the settings zone, districts and pairs where the settings ask for them, and the findings.

    ``base`` (last year's plan, see :func:`districting.planning.yearly.base_of`) makes it a yearly update: its zones are today's, and every move is weighed.
    ``renew`` (an older plan, made the same way) has its links weighed at the end of their terms: they go on, are matched anew or graduate.

    Raises
    ------
    DataError : ``city`` is no City, or a column that a decision needs is missing
    InfeasibleError : no plan obeys the hard rules; names them, the amounts and the least relaxations
    """
    refuse_kind(city, City, "city")
    if base is not None:
        city = start_from(city, base)
    settings = city.settings
    if renew is not None and settings.pairing is None:
        raise DataError(Fault(text("pairing.renew_without"), text("pairing.renew_with"), file=renew.name, column="pairing"))
    profile = balance_of(settings)
    plan = start_plan(city)
    near = read_lines(None if settings.audit.proximity is None else settings.folder / settings.audit.proximity, plan.year)
    risk = risk_rules_of(settings)
    intake = None if settings.audit.intake is None else settings.folder / settings.audit.intake
    if intake is not None:
        with_intake(plan, intake)  # what is wrong with it is said before the long search
    if settings.grouping is not None:
        check_governance(plan, settings.governance, settings.folder)
    if settings.grouping is not None and settings.grouping.joint:
        plan = add_joint(plan, city)
    else:
        plan = add_zones(plan, city, tuple(settings.zoning)) if settings.zoning else plan
        plan = add_districts(plan, city, settings.grouping) if settings.grouping is not None else plan
    if settings.grouping is not None:
        plan = add_governance(plan, settings.governance, settings.folder)
    if settings.pairing is not None:
        plan = add_links(plan, city, settings.pairing, renew)
    if base is not None:
        plan = add_price(plan, city, base)
    if intake is not None:
        plan = with_intake(plan, intake)
    return audited(with_access(plan, settings.audit, profile), settings.audit, profile, near, risk)
