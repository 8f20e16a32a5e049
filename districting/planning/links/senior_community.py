"""The senior community: all senior schools of the city research together, one of them the host in turn (policy R23)."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from districting.errors import Fault
from districting.geography.shapes import outline
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import PLAN_TABLES, Plan
from districting.planning.links.calendar import months_of_term
from districting.planning.offers import offers
from districting.planning.rows import note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.reading.repair import polygonal
from districting.wording import say, text

SCHEME = "senior_community"
DISTRICT = "S01"


def add_senior_community(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with one district of all senior schools on the ground of the whole city, all equal members, and a meeting in every month of term.

    Fewer than two senior schools make no community. Without any outline of the city the hosts are said and the district is not drawn, with a note.
    """
    seniors = offers(city, ("senior",), private=settings.private).taken
    if len(seniors) < 2:
        return plan
    ids = seniors["school_id"].astype("str").tolist()
    plan = plan.replace(
        support_events=stack(plan.support_events, _meetings(ids, city, settings, plan.year)),
        provenance=stack(plan.provenance, provenance_rows("pairing.base_school", {"senior_community": len(ids)})),
    )
    areas = next((f for f in (city.counties, city.admin, city.blocks) if f is not None and len(f) and polygonal(np.asarray(f.geometry.array)).all()), None)
    if areas is None:
        note = Fault(text("pairing.community_without_ground"), text("planning.give_outline"), column="inputs.admin", severity="warning")
        return plan.replace(notes=stack(plan.notes, note_rows([note], plan.language)))
    rows = {"scheme": SCHEME, "district_id": DISTRICT, "school_id": ids, "stage": "senior", "role": "member"}
    return plan.replace(districts=stack(plan.districts, _district(plan, areas)), memberships=stack(plan.memberships, pd.DataFrame(rows)))


def _district(plan: Plan, areas: Any) -> Any:
    name = say("pairing.community_name", plan.language, name=plan.name)
    columns = {"district_id": [DISTRICT], "scheme": SCHEME, "level": 1, "parent_id": "", "name": name, "theme": "", "county_code": ""}
    return gpd.GeoDataFrame(columns, geometry=[outline(areas.geometry.array)], crs=plan.crs)


def _meetings(ids: list[str], city: City, settings: PairingSettings, year: int) -> pd.DataFrame:
    """One meeting in every month of term, hosts in turn by code, everybody else a guest."""
    asked = settings.master_apprentice
    rows = []
    for turn, (of_year, month) in enumerate(months_of_term(city.settings.governance.term_months, year)):
        host = ids[turn % len(ids)]
        subject = asked.subjects[turn % len(asked.subjects)] if asked.subjects else ""
        guests = ",".join(i for i in ids if i != host)
        rows.append(("joint_research", SCHEME, "senior", of_year, month, host, guests, subject, asked.teachers * len(ids), asked.hours))
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["support_events"]))
