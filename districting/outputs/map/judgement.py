"""Findings and left-out schools as the page lists them."""

from __future__ import annotations

import math
from typing import Any, Final

from districting.model.plan import Plan
from districting.outputs.finding_words import measure_name, scope_name
from districting.outputs.public import PUBLIC_MEASURES, PUBLIC_REASONS
from districting.outputs.summary import OFFICIAL
from districting.wording import LANGUAGES, say

_HEADLINES: Final = (
    "pupils_differing",
    "mean_distance_m",
    "p95_distance_m",
    "max_distance_m",
    "share_beyond_radius",
    "pupils_over_seats",
    "detached_pieces",
    "seat_use_cv",
    "pupils_moved",
    "share_moved",
    "districts",
    "schools_in_several_districts",
    "districts_across_counties",
    "neighbours_of_one_theme",
    "share_covered",
    *OFFICIAL,
)
_IN_THE_WORKBOOK: Final = (
    *("gini", "theil", "theil_areas", "theil_districts", "range_ratio", "line_met", "missing", "classes_in_band", "group_share", "group_apart", "group_gap"),
    *("warning", "warning_trend"),
)
"""Families of findings with a row for every indicator; but for a warning that is yellow or red, the page leaves them to the workbook of balance."""
_HEADLINE_FAMILIES: Final = ("districts_breaking", "score_range")


def findings(plan: Plan, audience: str) -> list[dict[str, Any]]:
    """The rows of the audit that say something, in words of both languages; ``head`` marks those shown first."""
    rows = []
    names = dict(zip(plan.schools["school_id"].astype("str"), plan.schools["name"].fillna("").astype("str"), strict=True))
    for row in plan.findings.to_dict(orient="records"):
        measure, family = str(row["measure"]), str(row["measure"]).partition(".")[0]
        if (audience == "public" and measure not in PUBLIC_MEASURES) or _number(row["value"]) is None:
            continue
        if family in _IN_THE_WORKBOOK and row["verdict"] not in ("yellow", "red", "trend"):
            continue
        scope, _, of = str(row["scope"]).partition(":")
        spread = (
            scope if row["unit"] in ("cv", "point") or scope in ("district", "school") else "all"
        )  # a spread is nothing without what it is between; a count speaks for itself
        spread = "named" if scope == "band" else spread
        place = {lang: names.get(of, of.rpartition(":")[2]) if spread != "named" else scope_name(str(row["scope"]), lang) for lang in LANGUAGES}
        words = {lang: say(f"map.scope_{spread}", lang, measure=measure_name(measure, lang), district=place[lang]) for lang in LANGUAGES}
        rows.append(
            {
                "words": words,
                "stage": row["stage"] or "",
                "of_districts": not row["stage"] or scope == "districts",
                "scheme": of.partition(":")[0] if scope in ("districts", "district") else "",
                "head": is_headline(measure, scope),
                "unit": row["unit"],
                "value": _number(row["value"]),
                "today": _number(row["today"]),
                "verdict": row["verdict"] or "",
            }
        )
    return rows


def is_headline(measure: str, scope: str) -> bool:
    """Whether a page shows this finding among the first; ``scope`` as in the audit."""
    of_districts = measure == "complementarity" and scope.partition(":")[0] == "districts"
    return measure in _HEADLINES or of_districts or measure.partition(".")[0] in _HEADLINE_FAMILIES


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def left_out(plan: Plan, audience: str) -> list[dict[str, Any]]:
    """Schools that a decision leaves out, one entry per school-stage and reason: of which decisions (``of``: zoning, grouping, pairing or all), and why.

    For the public without reasons that speak of strength.
    """
    rows = plan.coverage if audience == "internal" else plan.coverage[plan.coverage["reason"].isin(PUBLIC_REASONS)]
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in rows.to_dict(orient="records"):
        of = found.setdefault((str(row["name"]), str(row["stage"]), str(row["reason"])), [])
        kind = str(row.get("decision") or "all").partition(".")[0]
        of += [] if kind in of else [kind]
    return [{"name": name, "stage": stage, "reason": reason, "of": of} for (name, stage, reason), of in found.items()]
