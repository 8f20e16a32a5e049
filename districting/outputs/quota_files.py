"""Files of a quota: places of every senior for every junior as a table and a workbook, and a summary."""

from __future__ import annotations

from typing import Any

from districting.enrolling.quota import Quota
from districting.outputs.enrolment_files import Book, csv_text, head
from districting.outputs.workbook import Row, Sheet
from districting.wording import say

_HEAD = ("senior", "junior", "quota_places", "direct", "exact")


def quota_rows(quota: Quota) -> list[Row]:
    """Senior, junior, places, direct ones of them, share before rounding."""
    draw, direct = quota.tables.draw, quota.tables.direct
    return [
        (senior, junior, int(quota.places[i, j]), int(direct[i, j]), round(float(quota.plan.exact[i, j]), 3))
        for i, senior in enumerate(draw.seniors)
        for j, junior in enumerate(draw.juniors)
        if draw.serves[i, j] or quota.places[i, j]
    ]


def quota_csv(quota: Quota, lang: str) -> str:
    """``quota.csv``."""
    return csv_text(head(lang, *_HEAD), quota_rows(quota))


def quota_book(quota: Quota, lang: str) -> Book:
    """``quota.xlsx``: the matrix, the seniors with what returns, the juniors with their totals."""
    tables, draw = quota.tables, quota.tables.draw
    matrix: list[Row] = [(junior, *map(int, quota.places[:, j]), int(quota.places[:, j].sum())) for j, junior in enumerate(draw.juniors)]
    matrix.append((say("enrolment.total", lang), *map(int, quota.places.sum(axis=1)), int(quota.places.sum())))
    note = say("enrolment.quota_note", lang, rounding=say(f"enrolment.rounding_{draw.rounding}", lang), floor=draw.floor)
    sheets = [
        Sheet(say("enrolment.sheet_matrix", lang), (*head(lang, "junior"), *draw.seniors, *head(lang, "total")), matrix, note),
        Sheet(
            say("enrolment.sheet_seniors", lang),
            head(lang, "senior", "plan", "quota_places", "direct", "returned", "general"),
            [_senior(quota, i) for i in range(len(draw.seniors))],
            say("enrolment.seniors_note" if quota.general is not None else "enrolment.no_takers_note", lang),
        ),
        Sheet(
            say("enrolment.sheet_juniors", lang),
            head(lang, "junior", "eligible", "uplift", "exact", "quota_places"),
            [
                (
                    j,
                    draw.eligible[k],
                    draw.uplift[k],
                    round(float(quota.plan.exact[:, k].sum() + tables.direct[:, k].sum()), 3),
                    int(quota.places[:, k].sum()),
                )
                for k, j in enumerate(draw.juniors)
            ],
            note,
        ),
    ]
    return sheets, lambda sheet: say("enrolment.quota_title", lang, name=tables.rules.name, sheet=sheet.name)


def _senior(quota: Quota, i: int) -> Row:
    tables = quota.tables
    back = "" if quota.returned is None else int(quota.returned[i])
    general = tables.plans[i] - tables.quotas[i] if quota.general is None else int(quota.general[i])
    return (tables.draw.seniors[i], tables.plans[i], tables.quotas[i], int(tables.direct[i].sum()), back, general)


def quota_summary(quota: Quota) -> dict[str, Any]:
    """What ``--json`` and ``quota.json`` say."""
    tables, plan = quota.tables, quota.plan
    gap = (plan.off - plan.bound) / plan.off if plan.off > 1e-9 else 0.0
    seniors: list[dict[str, Any]] = [
        dict(zip(("senior", "plan", "quota", "direct", "returned", "general"), _senior(quota, i), strict=True)) for i in range(len(tables.plans))
    ]
    for senior in seniors:
        senior["returned"] = None if senior["returned"] == "" else senior["returned"]
    return {
        "status": "optimal" if gap < 1e-6 else "feasible",
        "objective": plan.off,
        "bound": plan.bound,
        "gap": gap,
        "unit": "seat",
        "rounding": tables.draw.rounding,
        "floor": tables.draw.floor,
        "totals_kept": plan.totals_kept,
        "violations": [],
        "seniors": seniors,
        "juniors": [
            {"junior": name, "eligible": tables.draw.eligible[j], "uplift": tables.draw.uplift[j], "places": int(quota.places[:, j].sum())}
            for j, name in enumerate(tables.draw.juniors)
        ],
        "places": quota.places.tolist(),
    }
