"""How the districts are run, as one workbook: charter, seats, meetings, decision log, duties, inspectors, mechanisms and, for internal use, score cards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from districting.model.kinds import refuse_kind
from districting.model.plan import INTERNAL_TABLES, Plan
from districting.outputs.public_alliances import without_telling
from districting.outputs.public_leads import without_leads
from districting.outputs.scheme_names import scheme_name
from districting.outputs.workbook import Row, Sheet, marks_of, write_book
from districting.wording import say


def write_governance(plan: Plan, path: str | Path, *, audience: Literal["internal", "public"] = "internal", lang: Literal["zh", "en"] | None = None) -> None:
    """Write the governance tables of ``plan`` (see :func:`districting.add_governance`) as an Excel workbook, in ``lang`` (None = the plan's language).

    The ``public`` workbook has no score cards. Every sheet says for whom it is where that is not the public, and that the plan is a draft until its risk is
    assessed. The same plan gives the same bytes.

    Raises
    ------
    DataError : ``plan`` is no Plan
    OutputError : the file cannot be written; what stood there is unchanged
    """
    refuse_kind(plan, Plan, "plan")
    speak = lang or plan.language
    plan = without_leads(without_telling(plan)[0]) if audience == "public" else plan
    sheets = [s for s in governance_sheets(plan, speak) if audience == "internal" or s.table not in INTERNAL_TABLES]
    write_book(path, sheets, lambda sheet: say("governance.title", speak, name=plan.name, year=plan.year, sheet=sheet.name), marks_of(plan, audience, speak))


def governance_sheets(plan: Plan, lang: str) -> list[Sheet]:
    """All sheets, those for internal use too, with their cells in ``lang``; words of duties and mechanisms are in the language of the plan.

    The column of the scheme, the first of every sheet, is there where the plan has several.
    """
    names = _Names(plan)
    start = 0 if len(plan.charter) and plan.charter["scheme"].nunique() > 1 else 1
    makers: tuple[tuple[str, str, Callable[[Plan, _Names, str], tuple[tuple[str, ...], list[Row]]]], ...] = (
        ("charter", "charter", _charter), ("seats", "charter", _seats), ("conference", "conference", _conference), ("decisions", "conference", _decisions),
        ("duties", "duties", _duties), ("inspectors", "inspectors", _inspectors), ("mechanisms", "mechanisms", _mechanisms),
        ("score_cards", "score_cards", _score_cards),
    )  # fmt: skip
    sheets = []
    for key, table, make in makers:
        columns, rows = make(plan, names, lang)
        note = _travel_note(plan, lang) if key == "inspectors" else say(f"governance.about_{key}", lang)
        sheets.append(
            Sheet(
                say(f"governance.sheet_{key}", lang),
                tuple(_head(c, lang) for c in columns[start:]),
                [(*_scheme(r[:1], lang), *r[1:])[start:] for r in rows],
                note,
                table,
            )
        )
    return sheets


def _scheme(cell: Row, lang: str) -> Row:
    return tuple(scheme_name(str(name), lang) for name in cell)


class _Names:
    """Names for ids: schools by name, with the id where several bear it; districts by name."""

    def __init__(self, plan: Plan) -> None:
        ids, names = plan.schools["school_id"].astype("str"), plan.schools["name"].astype("str")
        shared = set(names[names.duplicated(keep=False)])
        self._school = {i: f"{n}（{i}）" if n in shared else n for i, n in zip(ids, names, strict=True)}
        keys = zip(plan.districts["scheme"].astype("str"), plan.districts["district_id"].astype("str"), strict=True)
        self._district = {k: n for k, n in zip(keys, plan.districts["name"].astype("str"), strict=True) if n}

    def schools(self, ids: str, lang: str) -> str:
        """Names of ids that stand in one cell, separated by commas."""
        return str(say("word.list_separator", lang)).join(self._school.get(i, i) for i in ids.split(",") if i)

    def district(self, scheme: str, district: str) -> str:
        """``D01 name``."""
        return f"{district} {self._district.get((scheme, district), '')}".strip()


def _head(column: str, lang: str) -> str:
    return say(f"governance.head_{column.removeprefix('head:')}", lang) if column.startswith("head:") else column


def _heads(*names: str) -> tuple[str, ...]:
    return tuple(f"head:{n}" for n in names)


def _charter(plan: Plan, names: _Names, lang: str) -> tuple[tuple[str, ...], list[Row]]:
    columns = _heads("scheme", "district", "chair", "members", "seats", "term_years", "term", "meetings_per_month")
    rows: list[Row] = []
    for _, seats in plan.charter.groupby(["scheme", "district_id"], sort=False) if len(plan.charter) else ():
        scheme, district = str(seats["scheme"].iloc[0]), str(seats["district_id"].iloc[0])
        first, others = seats.iloc[0], seats.iloc[1:]
        members = [first["also_heads"], *others["school_id"].astype("str").str.cat(others["also_heads"].astype("str"), sep=",")]
        rows.append(
            (
                *(scheme, names.district(scheme, district), names.schools(first["school_id"], lang), names.schools(",".join(members), lang), len(seats)),
                *(int(first["term_years"]), f"{first['term_from']}–{first['term_to']}", int(first["meetings_per_month"])),
            )
        )
    return columns, rows


def _seats(plan: Plan, names: _Names, lang: str) -> tuple[tuple[str, ...], list[Row]]:
    rows: list[Row] = [
        (
            *(r.scheme, names.district(r.scheme, r.district_id), int(r.seat), say(f"governance.office_{r.office}", lang), names.schools(r.school_id, lang)),
            *(names.schools(r.also_heads, lang), _stages(r.stages, lang)),
        )
        for r in _rows(plan.charter)
    ]
    return _heads("scheme", "district", "seat", "office", "school", "also_heads", "stages"), rows


def _conference(plan: Plan, names: _Names, lang: str) -> tuple[tuple[str, ...], list[Row]]:
    rows: list[Row] = [
        (r.scheme, names.district(r.scheme, r.district_id), int(r.meeting), f"{r.year}-{r.month:02d}", names.schools(r.host_id, lang))
        for r in _rows(plan.conference)
    ]
    return _heads("scheme", "district", "meeting", "month", "host"), rows


def _decisions(plan: Plan, names: _Names, lang: str) -> tuple[tuple[str, ...], list[Row]]:
    columns, rows = _conference(plan, names, lang)
    return columns + _heads("topic", "decision", "responsible", "due", "recorder"), [(*row, *[""] * 5) for row in rows]


def _duties(plan: Plan, _names: _Names, lang: str) -> tuple[tuple[str, ...], list[Row]]:
    """The matrix: a row per duty, a column per actor."""
    table = plan.duties
    actors = dict(zip(table["actor"], table["actor_name"], strict=True))
    rows: list[Row] = []
    for _, cells in table.groupby(["scheme", "duty"], sort=False) if len(table) else ():
        letters = dict(zip(cells["actor"], cells["letters"], strict=True))
        rows.append((cells["scheme"].iloc[0], cells["name"].iloc[0], *[letters.get(a, "") for a in actors]))
    return (*_heads("scheme", "duty"), *actors.values()), rows


def _inspectors(plan: Plan, names: _Names, lang: str) -> tuple[tuple[str, ...], list[Row]]:
    rows: list[Row] = [
        (
            *(r.scheme, names.district(r.scheme, r.area), r.inspector, names.schools(r.station_id, lang), names.schools(r.school_id, lang)),
            *(_number(r.distance_m, 0), int(r.load)),
        )
        for r in _rows(plan.inspectors)
    ]
    return _heads("scheme", "area", "inspector", "station", "school", "distance_m", "load"), rows


def _mechanisms(plan: Plan, names: _Names, lang: str) -> tuple[tuple[str, ...], list[Row]]:
    rows: list[Row] = [(r.scheme, names.district(r.scheme, r.district_id), r.name, r.owner_name, r.evidence, r.frequency) for r in _rows(plan.mechanisms)]
    return _heads("scheme", "district", "mechanism", "owner", "evidence", "frequency"), rows


def _score_cards(plan: Plan, names: _Names, lang: str) -> tuple[tuple[str, ...], list[Row]]:
    rows: list[Row] = [
        (
            *(r.scheme, names.district(r.scheme, r.district_id), names.schools(r.lead_id, lang), _number(r.lead_score, 2), _number(r.members_mean, 2)),
            *(int(r.members_scored), int(r.without_score), float(r.lead_share), _number(r.tied_score, 2)),
        )
        for r in _rows(plan.score_cards)
    ]
    return _heads("scheme", "district", "lead", "lead_score", "members_mean", "members_scored", "without_score", "lead_share", "tied_score"), rows


def _rows(table: Any) -> Any:
    return table.itertuples(index=False)


def _stages(stages: str, lang: str) -> str:
    return str(say("word.list_separator", lang)).join(say(f"word.{s}", lang) for s in stages.split(",") if s)


def _number(value: Any, digits: int) -> str | float:
    return "" if pd.isna(value) else round(float(value), digits)


def _travel_note(plan: Plan, lang: str) -> str:
    """Metres, bound and gap of the inspectors, scheme by scheme."""
    notes = []
    for scheme in plan.inspectors["scheme"].unique() if len(plan.inspectors) else ():
        metres, bound, gap = (float(plan.recorded(f"governance.{scheme}", f"inspectors.{k}") or 0) for k in ("objective", "bound", "gap"))
        notes.append(say("governance.about_inspectors", lang, metres=f"{metres:,.0f}", bound=f"{bound:,.0f}", gap=f"{gap:.1%}"))
    return " / ".join(notes)
