"""What the public may see of a plan: one place where everything is left out that is not for it."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from districting.model.plan import Plan, empty_table
from districting.outputs.public_alliances import without_telling
from districting.outputs.public_leads import without_leads
from districting.outputs.public_pupils import SMALL, school_demand, told_distances, told_reasons
from districting.outputs.public_tables import public_records, public_tables
from districting.planning.rows import provenance_rows, stack

PUBLIC_MEASURES: Final = (
    "pupils",
    "mean_distance_m",
    "p95_distance_m",
    "max_distance_m",
    "share_beyond_radius",
    "share_at_nearest",
    "pupils_over_seats",
    "detached_pieces",
    "pupils_moved",
    "share_moved",
    "blocks_moved",
    "pupils_farther",
    "blocks_without_today",
    "districts",
    "schools_in_several_districts",
    "districts_across_counties",
    "share_covered",
    "districts_short_of_places",
    "districts_in_pieces",
    "blocks_zoned_elsewhere",
)
"""Measures for the public by name, so that a new one is internal until somebody decides otherwise."""

PUBLIC_REASONS: Final = ("private", "boarding", "no_coordinates", "outside")
"""Why a school is left out, as far as the public is told."""

PUBLIC_LINK_COLUMNS: Final = ("kind", "stage", "from_id", "to_id", "channel", "term", "distance_m")
"""Columns of links.csv for the public: no difference of scores and no runner-up."""

_INTERNAL_RULES: Final = r"(?:^|_|\.)(?:lead|regular|weak)$|^min_tiers$|^backbone_floor$"
"""Rules that count tiers, or that only make sense between strong and weak."""


def public_plan(plan: Plan) -> Plan:
    """A copy of ``plan`` for publication, the same again where it is one already: zones, districts, seats, today's schools, reasons and the findings that are public.

    What is kept is listed table by table and column by column in :data:`districting.outputs.public_tables.PUBLIC_TABLES`; anything else is private, so tiers, scores and what
    they are made of, links, themes of schools, prices of seats (which tell the schools that are sought after), neighbouring blocks and distances to other schools go. So do

    - pupils of single blocks: totals of schools stand in their place (:mod:`districting.outputs.public_pupils`), and no reason tells where nobody lives;
    - leads of areas that are no school districts, as incubation areas (:mod:`districting.outputs.public_leads`);
    - rules that count tiers, findings, reasons and entries of the provenance that are not named as public, the notes of reading;
    - alliances inside counties where who is in none of them would tell who is in a pair; the one note that is left says so.

    It says of itself that it is for the public, and commands that need more refuse it. An audit of it measures what is left; its findings are those of the whole plan.
    """
    already = plan.for_public
    plan, notes = without_telling(plan)
    plan = without_leads(plan)
    tiers = plan.rules["rule"].astype("str").str.contains(_INTERNAL_RULES, regex=True) if len(plan.rules) else pd.Series(dtype=bool)
    few = plan.feeders["pupils"].astype("float64").between(0, SMALL, inclusive="neither") if len(plan.feeders) else pd.Series(dtype=bool)
    told = plan.replace(
        feeders=plan.feeders.assign(pupils=plan.feeders["pupils"].where(~few)) if few.any() else plan.feeders,
        findings=_rows(plan.findings, plan.findings["measure"].isin(PUBLIC_MEASURES)),
        coverage=_rows(plan.coverage, plan.coverage["reason"].isin(PUBLIC_REASONS)),
        rules=_rows(plan.rules, ~tiers & ~plan.rules["decision"].astype("str").str.startswith("pairing")) if len(plan.rules) else plan.rules,
        notes=plan.notes if already else notes if len(notes) else empty_table("notes"),
        school_demand=school_demand(plan),
        distances=told_distances(plan),
        reasons=told_reasons(plan.reasons),
        provenance=public_records(plan.provenance),
    )
    told = told.replace(**public_tables(told))
    return told if already else told.replace(provenance=stack(told.provenance, provenance_rows("run", {"audience": "public"})))


def _rows(frame: Any, keep: Any) -> Any:
    return frame[keep].reset_index(drop=True) if len(frame) else frame
