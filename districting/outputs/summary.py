"""The run in numbers: as JSON, and as the few lines a planner reads in the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from districting.model.draft_mark import is_draft
from districting.model.estimate_mark import estimated_columns
from districting.model.plan import Plan
from districting.model.resources import RESOURCES
from districting.model.solution import relative_gap
from districting.outputs.decisions import all_terms, decisions, joint_record
from districting.outputs.finding_words import finding_lines, shown_value, word_of
from districting.outputs.numbers import tidied
from districting.outputs.text_table import aligned
from districting.wording import say

OFFICIAL = ("basic_composite", "coefficients_over_line", "schools_passing")
"""What balance monitoring comes to."""
_HEADLINES = (
    "mean_distance_m",
    "p95_distance_m",
    "max_distance_m",
    "share_beyond_radius",
    "pupils_over_seats",
    "detached_pieces",
    "pupils_moved",
    "share_moved",
    "seat_use_cv",
    "cv_mean_shared",
    "gap_closed",
    "gap",
    "districts_breaking",
    "schools_in_several_districts",
    "districts_across_counties",
    "neighbours_of_one_theme",
    "share_covered",
    "expected_quality_range",
    "single_quality_range",
    "most_hot_schools",
    "districts_short_of_places",
    "districts_short_of_share",
    "districts_in_pieces",
    "blocks_zoned_elsewhere",
    "complementarity",
    *OFFICIAL,
)

_NOT_PUBLIC = (*OFFICIAL, "complementarity", "cv_mean_shared", "gap_closed", "expected_quality_range", "single_quality_range", "most_hot_schools")


def summary_tree(plan: Plan) -> dict[str, Any]:
    """The object of ``--json`` and summary.json, without timing: same inputs and seed, same bytes.

    ``objective``, ``bound`` and ``gap`` are those of the zoning where there is one, else of the grouping, else of the pairing, summed over its decisions. Decisions of
    several units, or some that are minimised and some maximised, have no sum: then objective and bound are null, the unit is empty, and the gap is the largest of theirs.
    """
    from districting.outputs.summary_links import links_by_kind

    made = decisions(plan)
    main = next(
        (group for kind in ("zoning", "grouping", "pairing") if (group := [d for d in made if d["decision"].startswith(kind) and "objective" in d])), []
    )
    tree = {
        "name": plan.name,
        "year": plan.year,
        "audience": plan.recorded("run", "audience") or "internal",
        "draft": is_draft(plan),
        "status": "optimal" if main and all(d["status"] == "optimal" for d in main) else "feasible",
        **_proof(main),
        "terms": all_terms(main),
        "steps": int(sum(d.get("steps", 0) for d in main)),
        "seed": int(plan.recorded("run", "seed") or 0),
        "violations": plan.rules.loc[~plan.rules["holds"].astype(bool), "rule"].tolist() if len(plan.rules) else [],
        "counts": {
            "blocks": len(plan.blocks),
            "schools": len(plan.schools),
            "zones": len(plan.zones),
            "districts": len(plan.districts),
            "pairs": len(plan.links),
            "links_by_kind": links_by_kind(plan),
        },
        "left_out": plan.coverage.to_dict(orient="records"),
        "notes": len(plan.notes),
        **({"estimated": columns} if (columns := estimated_columns(plan)) else {}),
        "decisions": made,
        **({"joint": joint} if (joint := joint_record(plan)) else {}),
        "findings": [_without_nan(row) for row in plan.findings.to_dict(orient="records")],
    }
    return dict(tidied(tree))


def _proof(main: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Objective, bound, gap and unit of decisions together; of unlike ones the largest gap alone."""
    units, senses = {str(d["unit"]) for d in main}, {str(d.get("sense", "min")) for d in main}
    if len(units) > 1 or len(senses) > 1:
        return {"objective": None, "bound": None, "gap": max(float(d["gap"]) for d in main), "unit": ""}
    objective, bound = sum(d["objective"] for d in main), sum(d["bound"] for d in main)
    gap = relative_gap(bound, objective) if senses == {"max"} else relative_gap(objective, bound)
    return {"objective": objective, "bound": bound, "gap": gap, "unit": "".join(units)}


def summary_lines(plan: Plan, lang: str, audience: str = "internal") -> list[str]:
    """What a planner wants to see first. For the public without complementarity and what scores are made of."""
    from districting.outputs.summary_groups import group_lines
    from districting.outputs.summary_inclusion import county_lines, inclusion_lines
    from districting.outputs.summary_incubation import incubation_lines
    from districting.outputs.summary_links import link_lines
    from districting.outputs.summary_renewal import renewal_lines

    top = sum(len(plan.school_districts(s)) for s in plan.districts["scheme"].unique()) if len(plan.districts) else 0
    counts = {"blocks": len(plan.blocks), "schools": len(plan.schools), "zones": len(plan.zones), "districts": top}
    counts |= {"pairs": len(plan.links)} if audience == "internal" else {}
    lines = [say("summary.summary_counts" if audience == "internal" else "summary.summary_counts_public", lang, name=plan.name, year=plan.year, **counts)]
    lines += group_lines(plan, decisions(plan), lang)
    lines += link_lines(plan, decisions(plan), lang) if audience == "internal" else []
    lines += county_lines(plan, lang) if audience == "internal" else []
    lines += incubation_lines(plan, decisions(plan), lang)
    lines += finding_lines(_headlines(plan.findings, audience), lang)
    lines += _remarks(plan, lang)
    lines += renewal_lines(plan, decisions(plan), lang) if audience == "internal" else []
    if joint := joint_record(plan):
        numbers = {key: joint[key] for key in ("rounds", "objective", "bound", "gap")}
        lines.append(say("summary.joint", lang, price=joint["price.primary"] + joint["price.junior"], **numbers))
        if "gap.zones" in joint:
            lines.append(say("summary.joint_gap", lang, gap=joint["gap"], zones=joint["gap.zones"], districts=joint["gap.districts"]))
    lines += term_lines(plan, lang)
    lines += score_lines(plan, lang) if audience == "internal" else []
    lines += inclusion_lines(plan, lang) if audience == "internal" else []
    lines += left_out_lines(plan, lang)
    if columns := estimated_columns(plan):
        lines.append(say("osm.estimated_line", lang, columns=columns))
    if is_draft(plan):
        lines.append(say("governance.draft", lang))
    if audience == "public":  # the one thing noted in a public plan is what it leaves out
        lines += [say("fault.line", lang, problem=p, remedy=r) for p, r in zip(plan.notes["problem"], plan.notes["remedy"], strict=True)]
    elif len(plan.notes):
        lines.append(say("summary.summary_notes", lang, count=len(plan.notes)))
    return lines


def _headlines(findings: pd.DataFrame, audience: str) -> pd.DataFrame:
    """The rows shown first, over all districts and not for each of them."""
    if not len(findings):
        return findings
    family = findings["measure"].str.partition(".")[0]
    hidden = findings["scope"].str.startswith("district:") | (family.isin(_NOT_PUBLIC) & (audience == "public"))
    return findings[family.isin(_HEADLINES) & ~hidden & findings["value"].notna()]


def score_lines(plan: Plan, lang: str) -> list[str]:
    """What the scores are made of, where they are made of indicators: weight and, of a component, loading."""
    if not len(plan.score_weights):
        return []
    method = str(plan.score_weights["method"].iloc[0])
    head = [say(f"summary.head_{c}", lang) for c in ("indicator", "stage", "weight", "loading")]
    body = [
        [indicator_name(str(row["indicator"]), lang), word_of(str(row["stage"]), lang), shown_value(row["weight"], "share"), shown_value(row["loading"], "1")]
        for row in plan.score_weights.to_dict(orient="records")
    ]
    lines = [say("summary.scores_made", lang, method=say(f"summary.scores_{method}", lang)), *aligned([head, *body], right=(2, 3))]
    for stage in dict.fromkeys(plan.score_weights["stage"]):
        share = plan.recorded("scores", f"explained.{stage}")
        if share is not None:
            lines.append(say("summary.scores_explained", lang, stage=word_of(str(stage), lang), share=shown_value(float(share), "share")))
    return lines


def indicator_name(indicator: str, lang: str) -> str:
    """One of our resources in words; a column of the planner's own by its header."""
    return say(f"measure.of_{indicator}", lang) if indicator in RESOURCES else indicator


def _remarks(plan: Plan, lang: str) -> list[str]:
    """What the districts are made of where no zones were drawn, what weighs their schools, and pairs that were asked for and not found."""
    lines = []
    for made in decisions(plan):
        kind, _, rest = str(made["decision"]).partition(".")
        if kind in ("grouping", "pairing") and made.get("territory") == "cells":
            lines.append(say("summary.cells_beside_zones" if len(plan.zones) else "summary.territory_cells", lang))
        if kind == "grouping" and made.get("unit") in ("resident-metre", "school-metre"):
            lines.append(say(f"summary.weight_{str(made['unit']).partition('-')[0]}", lang))
        lines += _baselines(made, lang)
        if kind == "pairing" and made.get("pairs") == 0:
            stage = say(f"word.{rest.rpartition('.')[2]}", lang)
            ended = "no_mutual" if rest.startswith("difference") else str(made.get("ended"))
            known = ("no_weak", "no_mutual", "one_level", "all_graduated")
            lines.append(say(f"summary.{ended}" if ended in known else "summary.no_pairs", lang, stage=stage))
    return list(dict.fromkeys(lines))


def _baselines(made: Mapping[str, Any], lang: str) -> list[str]:
    """One line for each plain clustering that was recorded beside the districts: how much dearer it is, and how often it breaks a rule."""
    lines = []
    for key, value in made.items():
        name = str(key).removeprefix("baseline.")
        if name == key or "." in name:
            continue
        rules = {str(k).removeprefix(f"{key}."): int(v) for k, v in made.items() if str(k).startswith(f"{key}.")}
        more = float(value) / float(made["objective"]) - 1.0 if made["objective"] else 0.0
        method = say(f"summary.baseline_{name}", lang)
        lines.append(say("summary.baseline", lang, method=method, more=f"{100 * more:+.1f}", broken=sum(rules.values()), rules=list(rules)))
    return lines


def left_out_lines(plan: Plan, lang: str) -> list[str]:
    """Decision by decision, the school-stages it leaves out, with reasons and the first names; all names stand in summary.json.

    Who is in no link or district at all is counted by :func:`districting.outputs.summary_inclusion.inclusion_lines`.
    """
    table = plan.coverage[plan.coverage["reason"] != "in_no_alliance"] if len(plan.coverage) else plan.coverage
    if not len(table):
        return []
    of = table["decision"] if "decision" in table.columns else pd.Series("", index=table.index)
    kinds = of.where(of != "", "all").astype("str").str.partition(".")[0]
    lines = []
    for kind in dict.fromkeys(kinds):
        rows = table[kinds == kind]
        said = [
            say("summary.left_out_reason", lang, reason=say(f"map.reason_{reason}", lang), count=len(group), names=_some(group["name"], lang))
            for reason, group in rows.groupby("reason", sort=False)
        ]
        lines.append(say("summary.left_out_of", lang, of=say(f"map.left_{kind}", lang), count=len(rows), reasons=said))
    return lines


def _some(names: Any, lang: str, most: int = 3) -> str:
    shown = [str(n) for n in names[:most]]
    return say("summary.some_names" if len(names) > most else "summary.all_names", lang, names=shown)


def term_lines(plan: Plan, lang: str) -> list[str]:
    """The goals of every zoning that weighs more than one: value, weight, and share of the objective."""
    body = []
    for made in decisions(plan):
        terms = made.get("terms", {})
        total = sum(t["weighted"] for t in terms.values())
        for name, term in terms.items() if len(terms) > 1 or "distance" not in terms else ():
            share = f"{term['weighted'] / total:.1%}" if total else ""
            unit = say(f"word.unit_{str(term['unit']).replace('-', '_')}", lang)
            body.append(
                [
                    say(f"word.goal_{name}", lang),
                    word_of(str(made["decision"]).partition(".")[2], lang),
                    _amount(term["value"]),
                    unit,
                    _amount(term["weight"]),
                    share,
                ]
            )
    head = [say(f"summary.head_{c}", lang) for c in ("goal", "stage", "value", "unit", "weight", "share")]
    return aligned([head, *body], right=(2, 4, 5)) if body else []


def _amount(value: float) -> str:
    """Whole numbers of large amounts, six digits of small ones."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"


def _without_nan(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(k): None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}
