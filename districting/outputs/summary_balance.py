"""The audit in the terminal: findings by subject, with one compact table of indicators for each stage in place of a row for every number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from districting.model.plan import Plan
from districting.outputs.finding_words import finding_lines, shown_value
from districting.outputs.numbers import share_words
from districting.outputs.scheme_names import scheme_name
from districting.outputs.summary_sharing import SHARED, sharing_lines
from districting.outputs.text_table import aligned
from districting.wording import say

SUBJECTS: Final = {
    "official": (
        *("schools_measured", "schools_excluded", "basic_composite", "coefficients_over_line", "quality_mean"),
        *("schools_passing", "schools_failing", "near_lines", "schools_missing_indicators", "missing"),
    ),
    "conditions": (
        *("mean_class_size", "schools_over_class_cap", "large_classes", "huge_classes", "classes_in_band", "schools_without_class_sizes"),
        *(
            "schools_over_size",
            "small_schools",
            "pupils_funded_more",
            "pupils_per_staff",
            "schools_short_of_staff",
            "posts_short",
            "schools_short_of",
            "town_schools_zoned",
        ),
        *("out_of_zone", "out_of_zone_most", "migrants_in_public"),
    ),
}
"""Subject -> families of findings that stand in its list."""
BY_INDICATOR: Final = ("cv", "line_met", "warning", "warning_trend", "gini", "theil", "theil_areas", "range_ratio")
"""Families with a value between schools for every indicator: columns of its table."""
BETWEEN_DISTRICTS: Final = ("cv", "theil_districts")
OF_GROUPS: Final = ("group_share", "group_apart", "group_gap")
BALANCE: Final = frozenset({f for families in SUBJECTS.values() for f in families} | {*BY_INDICATOR, *BETWEEN_DISTRICTS, *OF_GROUPS})
"""Every family of balance monitoring."""
RISK: Final = frozenset(
    {
        *("risk", "risk_level", "distance_change", "zones_over_expected", "chance_any_rule_breaks", "chance_breaks", "chance_tier_rule_breaks"),
        *("share_beyond_radius_p95", "share_unsettled", "share_flipping", "share_flipping_unchanged", "margin_agreement"),
    }
)
"""Every family of what a plan puts at risk."""
_NEAREST: Final = 8
_FEW: Final = 12
"""Rows of single districts and zones that are shown; more of them stand in the files only."""


def audit_lines(plan: Plan, findings: pd.DataFrame, school_lines: pd.DataFrame, lang: str) -> list[str]:
    """All findings, those of balance in tables of their subjects, and the near misses."""
    family = pd.Series([str(m).partition(".")[0] for m in findings["measure"]], index=findings.index, dtype="str")
    shared = sharing_lines(plan, findings, lang)
    rest = findings[~family.isin(BALANCE | RISK | SHARED if shared else BALANCE | RISK)]
    scope = pd.Series([str(s).partition(":")[0] for s in rest["scope"]], index=rest.index, dtype="str")
    lines = headed("zones", finding_lines(rest[scope.isin(("all", "schools", "band"))], lang), lang)[1:]
    lines += headed("risk", finding_lines(findings[family.isin(RISK)], lang), lang)
    lines += headed("of_districts", finding_lines(rest[scope == "districts"], lang), lang)
    single = scope.isin(("district", "zone", "school"))
    names = {str(i): str(n) for i, n in zip(plan.schools["school_id"], plan.schools["name"], strict=True) if isinstance(n, str) and n}
    lines += finding_lines(rest[single], lang, names) if single.sum() <= _FEW else [say("balance.single_rows", lang, count=int(single.sum()))]
    for subject, families in SUBJECTS.items():
        mine = findings[family.isin(families)]
        more = finding_lines(mine.sort_values("stage", key=lambda s: s.map({"primary": 0, "junior": 1}).fillna(2), kind="stable"), lang)
        lines += headed(subject, more, lang)
        if subject == "official":
            lines += indicator_lines(findings, lang) + _district_lines(findings, lang) + _near_lines(plan, school_lines, lang)
    lines += shared
    return lines + headed("groups", _group_lines(findings, lang), lang)


def headed(subject: str, lines: list[str], lang: str) -> list[str]:
    """Lines below an empty one and the heading of their subject; nothing where there are none."""
    return ["", *([say(f"balance.subject_{subject}", lang)] if subject else []), *lines] if lines else []


def wide(findings: pd.DataFrame, stage: str, families: Sequence[str], scope: str = "schools") -> pd.DataFrame:
    """What a family says of each indicator: a table of rows of findings (dicts) by indicator and family, in the order of the findings."""
    rows = findings[(findings["stage"] == stage) & (findings["scope"] == scope)]
    parts = [str(m).partition(".") for m in rows["measure"]]
    rows = rows.assign(family=[p[0] for p in parts], of=[p[2] for p in parts])
    rows = rows[rows["family"].isin(families) & (rows["of"] != "")]
    cells = {of: {r["family"]: r for r in group.to_dict(orient="records")} for of, group in rows.groupby("of", sort=False)}
    return pd.DataFrame.from_dict(cells, orient="index").reindex(columns=list(families)) if cells else pd.DataFrame(columns=list(families))


def stages_in(findings: pd.DataFrame) -> list[str]:
    """Stages in school order: those that the official rules are about, any others only where there is none of these."""
    given = [s for s in ("preschool", "primary", "junior", "senior") if s in set(findings["stage"])]
    return [s for s in given if s in ("primary", "junior")] or given


def indicator_lines(findings: pd.DataFrame, lang: str, families: Sequence[str] = BY_INDICATOR, *, lined: bool = False) -> list[str]:
    """Per stage a table of indicators with what ``families`` say of each; ``lined``: only those that are held against a line."""
    lines: list[str] = []
    for stage in stages_in(findings):
        table = wide(findings, stage, families)
        if lined and len(table):
            table = table[[isinstance(r, dict) and r["threshold"] == r["threshold"] for r in table["cv"]]]
        used = [f for f in families if table[f].notna().any()]
        if not used:
            continue
        head = [say(f"word.{stage}", lang), *(h for f in used for h in _heads(f, lang))]
        body = [[say(f"measure.of_{of}", lang), *(c for f in used for c in _cells_of(f, row[f], lang))] for of, row in table.iterrows()]
        lines += headed("indicators" if not lines else "", aligned([head, *body], right=range(1, len(head))), lang)
    return lines


def _heads(family: str, lang: str) -> list[str]:
    own = say(f"balance.head_{family}", lang)
    return [own, say("balance.head_line", lang)] if family == "cv" else [own]


def _cells_of(family: str, row: Any, lang: str) -> list[str]:
    """The value with what it means; of a coefficient its line too."""
    if not isinstance(row, dict):
        return ["", ""] if family == "cv" else [""]
    value = shown_value(row["value"], row["unit"]) or "–"
    mark = say(f"summary.verdict_{row['verdict']}", lang) if row["verdict"] not in ("", "pass") else ""
    cell = f"{mark} {value}".strip()
    return [cell, shown_value(row["threshold"], row["unit"])] if family == "cv" else [cell]


def _district_lines(findings: pd.DataFrame, lang: str) -> list[str]:
    """Coefficients between the districts of each scheme, and the share of the gap that lies between them."""
    schemes = list(dict.fromkeys(s.partition(":")[2] for s in findings["scope"] if s.startswith("districts:")))
    lines: list[str] = []
    for stage in stages_in(findings):
        tables = {s: wide(findings, stage, BETWEEN_DISTRICTS, f"districts:{s}") for s in schemes}
        tables = {s: t for s, t in tables.items() if len(t)}
        if not tables:
            continue
        head = [say(f"word.{stage}", lang), *(say(f"balance.head_district_{f}", lang, form=scheme_name(s, lang)) for s in tables for f in BETWEEN_DISTRICTS)]
        order = list(dict.fromkeys(of for t in tables.values() for of in t.index))
        body = [
            [
                say(f"measure.of_{of}", lang),
                *(c for t in tables.values() for f in BETWEEN_DISTRICTS for c in _cells_of(f, t[f].get(of), lang)[:1]),
            ]
            for of in order
        ]
        lines += headed("districts" if not lines else "", aligned([head, *body], right=range(1, len(head))), lang)
    return lines


def _group_lines(findings: pd.DataFrame, lang: str) -> list[str]:
    body = []
    for stage in stages_in(findings):
        table = wide(findings, stage, OF_GROUPS)
        for of in (o for o in table.index if "." not in o):
            each = {o.partition(".")[2]: table.loc[o, "group_gap"] for o in table.index if o.startswith(f"{of}.")}
            known = {c: r["value"] for c, r in each.items() if isinstance(r, dict) and r["value"] == r["value"]}
            worst = min(known, key=lambda c: known[c]) if known else ""
            row = [say(f"measure.of_{of}", lang), say(f"word.{stage}", lang), *(_cells_of(f, table.loc[of, f], lang)[0] for f in OF_GROUPS)]
            body.append([*row, f"{say(f'measure.of_{worst}', lang)} {share_words(known[worst])}" if worst else ""])
    head = [say(f"balance.head_{h}", lang) for h in ("group", "stage", *OF_GROUPS, "worst")]
    return aligned([head, *body], right=(2, 3, 4)) if body else []


def _near_lines(plan: Plan, school_lines: pd.DataFrame, lang: str) -> list[str]:
    """The lines that are nearest to being reached."""
    near = school_lines[school_lines["status"] == "near"] if len(school_lines) else school_lines
    if not len(near):
        return []
    name = dict(zip(plan.schools["school_id"], plan.schools["name"], strict=True))
    rows = [
        [
            str(name.get(r["school_id"], r["school_id"])),
            say(f"word.{r['stage']}", lang),
            say(f"measure.of_{r['indicator']}", lang),
            amount(r["value"]),
            amount(r["line"]),
            f"{r['share_of_line']:.2%}",
        ]
        for r in near.sort_values(["share_of_line", "school_id"], ascending=[False, True], kind="stable").head(_NEAREST).to_dict(orient="records")
    ]
    head = [say(f"balance.head_{h}", lang) for h in ("school", "stage", "indicator", "value", "line", "share_of_line")]
    return ["", say("balance.subject_near", lang, count=len(near), shown=len(rows)), *aligned([head, *rows], right=(3, 4, 5))]


def amount(value: float) -> str:
    """A value per pupil or per 100 pupils: three digits behind the point of small ones.

    >>> amount(4.1987), amount(1987.4)
    ('4.199', '1,987')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3f}"
