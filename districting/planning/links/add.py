"""The forms asked for, one after the other; what stands in the way of any of them is raised together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.model.renewal import Renewal
from districting.planning.links.base_school import add_base_schools
from districting.planning.links.chain import add_mentor_chains
from districting.planning.links.county import add_county_pairs
from districting.planning.links.difference import add_difference_pairs
from districting.planning.links.drive import with_drives
from districting.planning.links.inclusion import with_inclusion
from districting.planning.links.incubation import add_incubation
from districting.planning.links.master_apprentice import add_master_apprentice
from districting.planning.links.renewal import from_now_on, refuse_old, weigh_links
from districting.planning.links.renewal_rows import settled, with_apprentice_terms, with_area_centres, with_outcomes, with_renewals
from districting.planning.links.school import add_school_pairs
from districting.planning.links.second_level import add_second_level
from districting.planning.links.six_shares import add_six_shares
from districting.planning.links.uds import add_uds_communities
from districting.planning.yearly import Base
from districting.progress import tell_part
from districting.reading.city import City
from districting.wording import Text, text

Maker = Callable[[Plan, City, PairingSettings], Plan]
RenewingMaker = Callable[[Plan, City, PairingSettings, Renewal], Plan]

MAKERS: Final[Mapping[str, Maker]] = {
    "school": add_school_pairs,
    "county": add_county_pairs,
    "incubation": add_incubation,
    "second_level": add_second_level,
    "chain": add_mentor_chains,
    "difference": add_difference_pairs,
    "base_school": add_base_schools,
    "uds": add_uds_communities,
    "master_apprentice": add_master_apprentice,
    "six_shares": add_six_shares,
}
"""Form -> what adds it to a plan; the names are those of :data:`districting.pairing.FORMS`."""

RENEWING: Final[Mapping[str, RenewingMaker]] = {
    "school": add_school_pairs,
    "county": add_county_pairs,
    "chain": add_mentor_chains,
}
"""Form -> its maker that holds to a :class:`~districting.model.renewal.Renewal`: links that stand are pinned, others forbidden, graduates left out.

A form that is not here is made anew; links that it makes again go on with their terms, and those that are not in what it makes are listed as ended,
``not_taken``."""

BESIDES: Final[Mapping[str, Callable[[Plan, Base], Plan]]] = {"master_apprentice": with_apprentice_terms, "incubation": with_area_centres}
"""Form -> what a renewal says of its tables besides the links."""


def add_links(plan: Plan, city: City, settings: PairingSettings, old: Base | None = None) -> Plan:
    """A copy of ``plan`` with the links of every form in ``settings.forms``, in that order: a form may build on those before it.

    Links between schools say what drives them; the table ``inclusion`` counts, over all schools, who is in any link or district of the plan.

    ``old``: an older plan to renew (R13). Its links are weighed by :func:`districting.pairing.renewal.weigh_terms`; those that go on stand, the others end as the
    table ``renewals`` says, and every link gets an ``outcome``: kept, renewed, rematched or new. A school that has no other giver goes on with its old one. ``score_gap`` of a kept link is the gap at the start of its
    term, by which it will be weighed; its ``score_margin`` is of today.

    Raises
    ------
    DataError : what a form needs is not in the input (the faults of all forms at once), or the older plan cannot be renewed
    InfeasibleError : rules of a form cannot hold (the conflicts of all forms at once); says so where they could without the links that stand
    """
    if old is not None:
        refuse_old(old, city, settings)
        settings = from_now_on(city, settings)
    faults: dict[str, Fault] = {}
    conflicts: list[Conflict] = []
    relaxations: list[Text] = []
    weighed: list[pd.DataFrame] = []
    for form in settings.forms:
        tell_part("links", form)
        try:
            if old is None:
                plan = MAKERS[form](plan, city, settings)
            else:
                renewal, rows = weigh_links(old, city, settings, form)
                plan = _renewed(plan, city, settings, form, renewal)
                rows = settled(rows, plan, form)
                plan = with_outcomes(plan, form, rows, held=form in RENEWING)
                plan = BESIDES[form](plan, old) if form in BESIDES else plan
                weighed.append(rows)
        except DataError as error:
            faults |= {f.say(): f for f in error.faults}
        except InfeasibleError as error:
            conflicts += error.conflicts
            relaxations += [r for r in error.relaxations if r not in relaxations]
    if faults:
        raise DataError(list(faults.values()))
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    plan = plan if old is None else with_renewals(plan, old, pd.concat(weighed, ignore_index=True), city, settings)
    return with_inclusion(with_drives(plan, city, settings), city, settings)


def _renewed(plan: Plan, city: City, settings: PairingSettings, form: str, renewal: Renewal) -> Plan:
    """The links of ``form`` under a renewal. Where no plan holds to it and one exists without it, that is said.

    A taker that may not have its old giver and finds no other is free to have the old one again.
    """
    maker = RENEWING.get(form)
    if maker is None:
        return MAKERS[form](plan, city, settings)
    while True:
        made = _held(maker, plan, city, settings, renewal)
        links = made.links[made.links["kind"] == form]
        carried = set(zip(links["stage"], links["to_id"], strict=True))
        alone = {key for key in renewal.forbidden if (key[0], key[2]) not in carried | renewal.graduated}
        if not alone:
            return made
        renewal = dataclasses.replace(renewal, forbidden=renewal.forbidden - alone)


def _held(maker: RenewingMaker, plan: Plan, city: City, settings: PairingSettings, renewal: Renewal) -> Plan:
    try:
        return maker(plan, city, settings, renewal)
    except InfeasibleError as error:
        if not renewal.asks:
            raise
        try:
            maker(plan, city, settings, Renewal(graduated=renewal.graduated))
        except (InfeasibleError, DataError):
            raise error from None
        counts = {"standing": len(renewal.standing), "forbidden": len(renewal.forbidden)}
        conflict = Conflict("renewal", float(sum(counts.values())), "pair", text("pairing.renewal_in_way", **counts))
        raise InfeasibleError([*error.conflicts, conflict], [*error.relaxations, text("pairing.end_early")]) from None
