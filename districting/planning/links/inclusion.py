"""Who is included (policy R11, "力争将所有学校纳入"): of all schools of every stage, those in any link or district of the plan; the target is all of them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.model.stages import STAGES
from districting.planning.links.counties import county_of_schools, known_counties
from districting.planning.rows import EVERYTHING, left_out_of, provenance_rows, stack
from districting.reading.city import City

DECISION: Final = "pairing.inclusion"
KEY: Final = ["school_id", "stage"]


def with_inclusion(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the table ``inclusion`` (stage, county, schools, covered, share) and the schools that are in nothing named in ``coverage``.

    Every school counts at each of its stages: those below 100 pupils, teaching points, preschools and seniors too, and those that cannot be placed. Private schools count
    only where the switch ``private`` lets them take part. A school is covered at a stage by a link with another school or a university (a link without a stage covers all of its
    stages) or by membership in a district. A link between two counties covers no school of theirs by itself. Schools left out by a form of this decision, or of
    everything, for a reason that is said already are not named twice. Called again, it counts anew.
    """
    rows = _schools(city, settings)
    covered = pd.MultiIndex.from_frame(rows[KEY]).isin(_covered(plan)) if len(rows) else np.zeros(0, dtype=bool)
    rows = rows.assign(covered=covered)
    table = rows.groupby(["stage", "county_code"], sort=True).agg(schools=("covered", "size"), covered=("covered", "sum")).reset_index()
    table = table.assign(share=table["covered"] / table["schools"], order=table["stage"].map(list(STAGES).index))
    table = table.sort_values(["order", "county_code"], kind="stable").drop(columns="order").reset_index(drop=True)
    left = rows[~covered].assign(reason="in_no_alliance")[["school_id", "name", "stage", "reason"]]
    coverage = plan.coverage[plan.coverage["decision"] != DECISION].reset_index(drop=True) if len(plan.coverage) else plan.coverage
    count = {"schools": len(rows), "covered": int(covered.sum()), "share": float(covered.mean()) if len(rows) else 1.0}
    provenance = plan.provenance[plan.provenance["part"] != DECISION].reset_index(drop=True) if len(plan.provenance) else plan.provenance
    return plan.replace(
        inclusion=table[["stage", "county_code", "schools", "covered", "share"]],
        coverage=left_out_of(coverage, _unsaid(left, coverage), DECISION),
        provenance=stack(provenance, provenance_rows(DECISION, count)),
    )


def _schools(city: City, settings: PairingSettings) -> pd.DataFrame:
    """Every school-stage that counts, with the id of its county; in the order of stages and codes."""
    campus = city.schools[["school_id", "name", "county_code", "ownership", "geometry"]]
    rows = city.school_stages[KEY].merge(campus, on="school_id", how="left", validate="many_to_one")
    if not settings.private:
        rows = rows[(rows["ownership"] != "private").to_numpy(dtype=bool)].reset_index(drop=True)
    rows = rows.assign(county_code=county_of_schools(city, rows, known_counties(city)))
    return pd.DataFrame(rows[[*KEY, "name", "county_code"]]).sort_values(["stage", "school_id"], kind="stable").reset_index(drop=True)


def _covered(plan: Plan) -> set[tuple[str, str]]:
    """(school, stage) of every member of a district and every end of a link."""
    held = set(zip(plan.memberships["school_id"].astype(str), plan.memberships["stage"].astype(str), strict=True)) if len(plan.memberships) else set()
    stages_of: dict[str, list[str]] = {str(school): list(rows) for school, rows in plan.school_stages.groupby("school_id")["stage"]}
    for end in ("from", "to") if len(plan.links) else ():
        mine: Any = plan.links[plan.links[f"{end}_kind"] == "school"]
        for school, stage in zip(mine[f"{end}_id"].astype(str), mine["stage"].fillna("").astype(str), strict=True):
            held |= {(school, stage)} if stage in STAGES else {(school, s) for s in stages_of.get(school, ())}
    return held


def _unsaid(left: pd.DataFrame, coverage: Any) -> pd.DataFrame:
    """Those whose reason stands in no row of a form of links, or of everything."""
    if not len(coverage):
        return left
    of = coverage["decision"].astype(str)
    said = coverage[(of == EVERYTHING) | of.str.startswith("pairing.")]
    return left[~pd.MultiIndex.from_frame(left[KEY]).isin(pd.MultiIndex.from_frame(said[KEY]))]
