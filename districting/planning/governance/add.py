"""The governance tables of every scheme of a plan, from its districts, memberships, schools and school stages alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from districting.model.kinds import refuse_kind
from districting.model.plan import Plan, empty_table
from districting.model.settings import GovernanceSettings
from districting.planning.governance.areas import inspector_rows
from districting.planning.governance.profile import Profile, read_profile
from districting.planning.governance.score_cards import score_card
from districting.planning.governance.seats import charter_rows, conference_rows, principals, seats_of
from districting.planning.rows import provenance_rows, stack

TABLES = ("charter", "conference", "duties", "inspectors", "mechanisms", "score_cards")


def add_governance(plan: Plan, settings: GovernanceSettings | None = None, folder: str | Path = ".") -> Plan:
    """A copy of ``plan`` with its governance tables made anew, for every scheme it has.

    ``charter`` (one seat per principal), ``conference`` (the meetings of one school year), ``duties`` (actors and letters of RACI), ``inspectors`` (exactly one per
    school, least metres), ``mechanisms`` (owner, evidence, frequency) and ``score_cards`` (internal). ``folder``: where ``settings.profile`` is looked for.

    Raises
    ------
    DataError : ``plan`` is no Plan, ``one_principal`` names a school that is not there, or the data file does not hold together
    """
    refuse_kind(plan, Plan, "plan")
    settings = settings or GovernanceSettings()
    profile = _profile(settings, folder)
    principal_of = principals(plan.schools, settings.one_principal)
    tables: dict[str, list[Any]] = {name: [] for name in TABLES}
    kept = (
        plan.provenance[~plan.provenance["part"].astype("str").str.startswith("governance.")].reset_index(drop=True)
        if len(plan.provenance)
        else plan.provenance
    )
    for scheme in plan.memberships["scheme"].unique() if len(plan.memberships) else ():
        members, districts = plan.top_members(scheme), plan.top_districts(scheme)
        for district, rows in members.groupby(members["district_id"].astype("str"), sort=True):
            seats = seats_of(rows, principal_of)
            tables["charter"].append(charter_rows(scheme, district, seats, settings, plan.year))
            tables["conference"].append(conference_rows(scheme, district, seats, settings, plan.year))
            tables["score_cards"].append(score_card(scheme, district, rows, plan.school_stages, settings.lead_share))
        tables["duties"].append(profile.duty_rows(scheme, plan.language))
        tables["mechanisms"].append(profile.mechanism_rows(scheme, sorted(members["district_id"].astype("str").unique()), plan.language))
        inspectors, record = inspector_rows(scheme, members, districts, plan.schools, settings)
        tables["inspectors"].append(inspectors)
        kept = stack(kept, provenance_rows(f"governance.{scheme}", {f"inspectors.{k}": v for k, v in record.items()}))
    made = {name: pd.concat(parts, ignore_index=True) if parts else empty_table(name) for name, parts in tables.items()}
    return plan.replace(**made, provenance=kept)


def check_governance(plan: Plan, settings: GovernanceSettings, folder: str | Path = ".") -> None:
    """What :func:`add_governance` would refuse, said before the districts are searched for. ``plan`` needs its schools only."""
    _profile(settings, folder)
    principals(plan.schools, settings.one_principal)


def _profile(settings: GovernanceSettings, folder: str | Path) -> Profile:
    return read_profile(None if settings.profile is None else Path(folder) / settings.profile)
