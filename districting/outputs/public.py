"""What the public may see of a plan: one place where tiers, scores, pairs and everything that speaks of strength is taken out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.plan import BALANCE_TABLES, LINK_TABLES, Plan, empty_table
from districting.outputs.public_alliances import without_telling
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

PUBLIC_LINKS: Final[tuple[str, ...]] = ()
"""Kinds of links that say nothing of strong and weak; so far none."""


_INTERNAL_RULES: Final = r"(?:^|_|\.)(?:lead|regular|weak)$|^min_tiers$|^backbone_floor$"
"""Rules that count tiers, or that only make sense between strong and weak."""


_INTERNAL_COLUMNS: Final = ("quality_access_", "risk_")
"""Columns of the blocks that speak of strength, or of how settled a zone is, begin so."""


def shown_role(role: Any) -> str:
    """The role in a district as the public sees it: a school leads or is a member.

    >>> shown_role("weak"), shown_role("lead")
    ('member', 'lead')
    """
    return "lead" if role == "lead" else "member"


def public_plan(plan: Plan) -> Plan:
    """A copy of ``plan`` for publication: zones, districts with lead and members, distances and seats stay as they are.

    Out of it go tiers, scores and what they are made of, resource indicators and what is counted school by school, themes, links with the tables that come with them and what was decided about
    them (but for what the ground of their areas is made of), rules that count tiers, findings and reasons that are not named as public, and the notes of reading. Alliances inside counties go too where who is in
    none of them would tell who is in a pair; the one note that is left says so. It says of itself that it is for the public. An audit of it measures what is left.
    """
    plan, notes = without_telling(plan)
    tiers = plan.rules["rule"].astype("str").str.contains(_INTERNAL_RULES, regex=True) if len(plan.rules) else pd.Series(dtype=bool)
    part = plan.provenance["part"].astype("str")
    of_links = part.str.startswith("pairing.")
    lines = (part == "audit") & (plan.provenance["key"] != "settings.service_radius_m")
    told = ~lines & ~part.isin(["scores", "renewal"]) & ((part != "risk") | (plan.provenance["key"] == "level"))
    kept = plan.provenance[(~of_links & told) | (of_links & (plan.provenance["key"] == "territory"))]
    return plan.replace(
        memberships=plan.memberships.assign(role=[shown_role(r) for r in plan.memberships["role"]]),
        links=_rows(plan.links, plan.links["kind"].isin(PUBLIC_LINKS)),
        findings=_rows(plan.findings, plan.findings["measure"].isin(PUBLIC_MEASURES)),
        coverage=_rows(plan.coverage, plan.coverage["reason"].isin(PUBLIC_REASONS)),
        rules=_rows(plan.rules, ~tiers & ~plan.rules["decision"].astype("str").str.startswith("pairing")) if len(plan.rules) else plan.rules,
        notes=notes if len(notes) else empty_table("notes"),
        repairs=empty_table("repairs"),
        school_stages=plan.school_stages.assign(tier="", score=np.nan),
        indicators=empty_table("indicators"),
        score_weights=empty_table("score_weights"),
        **{name: empty_table(name) for name in BALANCE_TABLES},
        schools=plan.schools.assign(themes=""),
        blocks=plan.blocks[[c for c in plan.blocks.columns if not str(c).startswith(_INTERNAL_COLUMNS)]],
        score_cards=empty_table("score_cards"),
        intake=empty_table("intake"),
        sharing_effect=empty_table("sharing_effect"),
        sharing_steps=empty_table("sharing_steps"),
        **{name: empty_table(name) for name in LINK_TABLES},
        provenance=stack(kept.reset_index(drop=True), provenance_rows("run", {"audience": "public"})),
    )


def _rows(frame: Any, keep: Any) -> Any:
    return frame[keep].reset_index(drop=True) if len(frame) else frame
