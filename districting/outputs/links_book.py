"""Links as one workbook, for internal use: a sheet per form, and what comes with links: gains, terms, masters, experts, calendar, coverage, drives, reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from districting.model.kinds import refuse_kind
from districting.model.plan import LINK_TABLES, PLAN_TABLES, Plan
from districting.outputs.link_looks import coded, kinds_in, term_words
from districting.outputs.public import public_plan
from districting.outputs.scheme_names import scheme_name
from districting.outputs.workbook import Cell, Row, Share, Sheet, marks_of, write_book
from districting.planning.links.reach import chain_reach
from districting.wording import catalogue, say

_LONGEST: Final = 31
"""Characters that a sheet's name may have."""
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def write_links(plan: Plan, path: str | Path, *, audience: Literal["internal", "public"] = "internal", lang: Literal["zh", "en"] | None = None) -> None:
    """Write the links of ``plan``, and the tables that come with them, as an Excel workbook in ``lang`` (None = the plan's language).

    Links are internal: the ``public`` workbook has one sheet that says it holds nothing. Every sheet of the internal one says that it is not for publication, and
    that the plan is a draft until its risk is assessed. The same plan gives the same bytes.

    Raises
    ------
    DataError : ``plan`` is no Plan
    OutputError : the file cannot be written; what stood there is unchanged
    """
    refuse_kind(plan, Plan, "plan")
    speak = lang or plan.language
    shown = public_plan(plan) if audience == "public" else plan
    sheets = link_sheets(shown, speak) or [Sheet(say("linkbook.sheet_nothing", speak), (), [], say("linkbook.about_nothing", speak))]

    def title(sheet: Sheet) -> str:
        return say("linkbook.title", speak, name=plan.name, year=plan.year, sheet=sheet.name)

    write_book(path, sheets, title, marks_of(shown, audience, speak))


def has_links(plan: Plan) -> bool:
    """Whether the plan has links, or rows in a table that comes with them."""
    return any(len(getattr(plan, name)) for name in ("links", *LINK_TABLES))


def link_sheets(plan: Plan, lang: str) -> list[Sheet]:
    """The sheets of the internal workbook with their cells in ``lang``; a sheet without rows is left out."""
    names = _names(plan)
    sheets = [_of_form(plan, kind, names, lang) for kind in kinds_in(plan.links)]
    makers = (_gains, _renewals, _apprentices, _experts, _calendar, _shares, _inclusion, _left_out, _drives, _reach)
    sheets += [_sheet(key, columns, rows, lang) for key, columns, rows in (make(plan, names, lang) for make in makers) if rows]
    return _told_apart(sheets)


def _names(plan: Plan) -> dict[str, str]:
    """Names by id: of schools, and of the counties and universities that links name."""
    names: dict[str, str] = {}
    for end in ("from", "to") if {"from_name", "to_name"} <= set(plan.links.columns) else ():
        names |= {str(i): _text(n) for i, n in zip(plan.links[f"{end}_id"], plan.links[f"{end}_name"], strict=True) if _text(n)}
    return names | {str(i): str(n) for i, n in zip(plan.schools["school_id"], plan.schools["name"], strict=True)}


def _told_apart(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Names that a workbook allows: short, without marks, no two alike."""
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        name, count = sheet.name.translate(_FORBIDDEN).strip("' ")[:_LONGEST] or "-", 1
        while name.casefold() in found:
            count += 1
            name = f"{name[: _LONGEST - 4]} {count}"
        found[name.casefold()] = Sheet(name, sheet.columns, sheet.rows, sheet.note, sheet.table)
    return list(found.values())


Made = tuple[str, tuple[str, ...], list[Row]]
Columns = Sequence[tuple[str, Callable[[Any], Cell]]]


def _sheet(key: str, columns: tuple[str, ...], rows: list[Row], lang: str) -> Sheet:
    heads = tuple(c.removeprefix("=") if c.startswith("=") else _head(c, lang) for c in columns)
    return Sheet(say(f"linkbook.sheet_{key}", lang), heads, rows, say(f"linkbook.about_{key}", lang))


def _head(column: str, lang: str, kind: str = "") -> str:
    """The header of a column, in the words of a form where that has its own; ``X_id`` is the id of what X is called."""
    own = catalogue("linkbook")
    if f"head_{column}_{kind}" in own:
        return say(f"linkbook.head_{column}_{kind}", lang)
    if f"head_{column}" in own or not column.endswith("_id"):
        return say(f"linkbook.head_{column}", lang)
    return say("linkbook.id_of", lang, who=_head(column.removesuffix("_id"), lang, kind))


def _cells(table: Any, columns: Columns, keep: Sequence[str] = ()) -> tuple[tuple[str, ...], list[Row]]:
    """A column of cells per entry; one that is empty from top to bottom is left out unless it is to be kept."""
    made = [(key, [cell(row) for row in table.itertuples(index=False)]) for key, cell in columns]
    full = [(key, cells) for key, cells in made if key in keep or any(c != "" for c in cells)]
    return tuple(key for key, _ in full), [tuple(cells) for cells in zip(*(cells for _, cells in full), strict=True)]


def _plain(name: str) -> Callable[[Any], Cell]:
    return lambda row: "" if pd.isna(getattr(row, name)) else str(getattr(row, name))


def _word(name: str, lang: str, group: str = "") -> Callable[[Any], Cell]:
    return lambda row: coded(group or name, getattr(row, name), lang)


def _name(column: str, names: dict[str, str], lang: str) -> Callable[[Any], Cell]:
    """Names for the ids in one cell."""
    return lambda row: str(say("word.list_separator", lang)).join(names.get(i.strip(), i.strip()) for i in _text(getattr(row, column)).split(",") if i.strip())


def _end(end: str, names: dict[str, str]) -> Callable[[Any], Cell]:
    """The name that a link gives to its end, else that of the school."""

    def cell(row: Any) -> Cell:
        code = str(getattr(row, f"{end}_id"))
        return _text(getattr(row, f"{end}_name")) or names.get(code, code)

    return cell


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _number(name: str, digits: int) -> Callable[[Any], Cell]:
    def cell(row: Any) -> Cell:
        value = getattr(row, name)
        return "" if pd.isna(value) else round(float(value), digits) if digits else round(float(value))

    return cell


def _share(name: str) -> Callable[[Any], Cell]:
    return lambda row: "" if pd.isna(getattr(row, name)) else Share(getattr(row, name))


def _flag(name: str, word: str, lang: str) -> Callable[[Any], Cell]:
    return lambda row: say(f"linkbook.{word}", lang) if pd.notna(getattr(row, name)) and bool(getattr(row, name)) else ""


def _of_form(plan: Plan, kind: str, names: dict[str, str], lang: str) -> Sheet:
    from districting.outputs.summary_links import proof_of_form

    table = plan.links.loc[plan.links["kind"] == kind].reindex(columns=[c for c in PLAN_TABLES["links"] if c != "geometry"])
    foreign = bool((~table[["from_kind", "to_kind"]].isin(["", "school"]) & table[["from_kind", "to_kind"]].notna()).any(axis=None))
    six = kind == "six_shares"
    columns: Columns = [
        ("stage", _word("stage", lang)),
        *([("from_kind", _word("from_kind", lang, "end"))] if foreign else []),
        *(("from", _end("from", names)), ("from_id", _plain("from_id"))),
        *([("to_kind", _word("to_kind", lang, "end"))] if foreign else []),
        *(("to", _end("to", names)), ("to_id", _plain("to_id"))),
        *(
            ("layer", _layer(lang)) if six else ("subject", _word("subject", lang)),
            ("distance_m", _number("distance_m", 0)),
            ("remote", _flag("remote", "remote", lang)),
        ),
        *(("score_gap", _number("score_gap", 2)), ("score_margin", _number("score_margin", 2)), ("runner_up", _name("runner_up_id", names, lang))),
        *(("gain_from", _number("gain_from", 4)), ("gain_to", _number("gain_to", 4))),
        *(("channel", (lambda row: "") if six else _word("channel", lang)), ("term", term_words), ("drive", _word("drive", lang))),
        *(("pinned", _flag("pinned", "pinned", lang)), ("outcome", _word("outcome", lang))),
    ]
    heads, rows = _cells(table, columns, keep=("from", "from_id", "to", "to_id", "distance_m", "term"))
    shown = tuple(_head(h, lang, kind) for h in heads)
    return Sheet(coded("kind", kind, lang), shown, rows, proof_of_form(plan, kind, lang))


def _layer(lang: str) -> Callable[[Any], Cell]:
    """The layer of the six shares, which stands as the subject or as the channel of a link."""
    return lambda row: coded("layer", row.subject, lang) or coded("layer", row.channel, lang)


def _gains(plan: Plan, names: dict[str, str], lang: str) -> Made:
    columns: Columns = [
        *(("form", _word("kind", lang)), ("stage", _word("stage", lang))),
        *(("giver", _name("giver_id", names, lang)), ("giver_id", _plain("giver_id"))),
        *(("resource", lambda row: _resource(row.resource, lang)), ("amount", _number("amount", 4))),
        *(("taker", _name("taker_id", names, lang)), ("taker_id", _plain("taker_id"))),
    ]
    return "gains", *_cells(plan.gains, columns)


def _resource(code: Any, lang: str) -> str:
    kind, _, theme = _text(code).partition(":")
    if kind == "theme" and theme:
        return say("linkbook.theme", lang, name=theme)
    return say(f"measure.of_{code}", lang) if f"of_{code}" in catalogue("measure") else _text(code)


def _renewals(plan: Plan, names: dict[str, str], lang: str) -> Made:
    columns: Columns = [
        *(("form", _word("kind", lang)), ("stage", _word("stage", lang))),
        *(("from", _name("from_id", names, lang)), ("from_id", _plain("from_id")), ("to", _name("to_id", names, lang)), ("to_id", _plain("to_id"))),
        *(("term_over", term_words), ("gap_then", _number("gap_then", 2)), ("gap_now", _number("gap_now", 2)), ("closed_share", _share("closed_share"))),
        *(("decision", _word("decision", lang)), ("reason", _word("reason", lang, "why")), ("next_from", _name("next_from_id", names, lang))),
    ]
    return "renewals", *_cells(plan.renewals, columns)


def _apprentices(plan: Plan, names: dict[str, str], lang: str) -> Made:
    columns: Columns = [
        *(("subject", _word("subject", lang)), ("stage", _word("stage", lang))),
        *(("master_id", _plain("master_id")), ("master_school", _name("master_school_id", names, lang)), ("master_school_id", _plain("master_school_id"))),
        *(("apprentice_id", _plain("apprentice_id")), ("apprentice_school", _name("apprentice_school_id", names, lang))),
        ("apprentice_school_id", _plain("apprentice_school_id")),
        *(("distance_m", _number("distance_m", 0)), ("remote", _flag("remote", "remote", lang)), ("term", term_words)),
    ]
    return "apprentices", *_cells(plan.apprentices, columns)


def _experts(plan: Plan, names: dict[str, str], lang: str) -> Made:
    columns: Columns = [
        *(("subject", _word("subject", lang)), ("stage", _word("stage", lang)), ("base", _name("base_id", names, lang)), ("base_id", _plain("base_id"))),
        *(
            ("teacher_id", _plain("teacher_id")),
            ("school", _name("school_id", names, lang)),
            ("school_id", _plain("school_id")),
            ("reason", _word("reason", lang, "why")),
        ),
    ]
    return "experts", *_cells(plan.experts, columns)


def _calendar(plan: Plan, names: dict[str, str], lang: str) -> Made:
    table = plan.support_events.sort_values(["year", "month"], kind="stable") if len(plan.support_events) else plan.support_events
    columns: Columns = [
        *(("month", lambda row: f"{int(row.year)}-{int(row.month):02d}"), ("event", _word("event", lang)), ("form", _word("kind", lang))),
        *(("stage", _word("stage", lang)), ("host", _name("host_id", names, lang)), ("guests", _name("guest_ids", names, lang))),
        *(("subject", _word("subject", lang)), ("teachers", _number("teachers", 0)), ("hours", _number("hours", 1))),
    ]
    return "calendar", *_cells(table, columns)


def _shares(plan: Plan, names: dict[str, str], lang: str) -> Made:
    keys = zip(plan.districts["scheme"].astype("str"), plan.districts["district_id"].astype("str"), strict=True)
    district = dict(zip(keys, plan.districts["name"].astype("str"), strict=True))
    columns: Columns = [
        ("scheme", lambda row: scheme_name(_text(row.scheme), lang) if _text(row.scheme) else say("linkbook.everywhere", lang)),
        ("district", lambda row: f"{_text(row.district_id)} {district.get((_text(row.scheme), _text(row.district_id)), '')}".strip()),
        *(("layer", _word("layer", lang)), ("schools", _number("schools", 0)), ("covered", _number("covered", 0)), ("share", _share("share"))),
    ]
    return "shares", *_cells(plan.share_coverage, columns)


def _inclusion(plan: Plan, names: dict[str, str], lang: str) -> Made:
    """County by county, then each stage, then all of it."""
    rows: list[Row] = []

    def add(stage: str, county: str, table: Any) -> None:
        schools, covered = int(table["schools"].sum()), int(table["covered"].sum())
        rows.append((stage, county, schools, covered, schools - covered, Share(covered / schools) if schools else ""))

    for stage, of_stage in plan.inclusion.groupby("stage", sort=False) if len(plan.inclusion) else ():
        for county, of_county in of_stage.groupby("county_code", sort=False):
            add(coded("stage", stage, lang), names.get(str(county), str(county)), of_county)
        add(coded("stage", stage, lang), say("linkbook.total", lang), of_stage)
    if rows:
        add(say("linkbook.total", lang), say("linkbook.total", lang), plan.inclusion)
    return "inclusion", ("stage", "county", "schools", "covered", "not_covered", "share"), rows


def _left_out(plan: Plan, names: dict[str, str], lang: str) -> Made:
    table = plan.coverage
    table = table[table["decision"].astype("str").str.startswith("pairing")] if len(table) else table
    columns: Columns = [
        *(("school", _plain("name")), ("school_id", _plain("school_id")), ("stage", _word("stage", lang))),
        ("form", lambda row: coded("kind", str(row.decision).partition(".")[2].partition(".")[0], lang)),
        ("reason", lambda row: say(f"map.reason_{row.reason}", lang) if f"reason_{row.reason}" in catalogue("map") else _text(row.reason)),
    ]
    return "left_out", *_cells(table, columns)


def _drives(plan: Plan, names: dict[str, str], lang: str) -> Made:
    """The matrix of policy R30a: a row per form, a column per drive, and how many links."""
    table = plan.links
    drives = (
        table.reindex(columns=["drive"])["drive"].astype("object").fillna("").replace("", "unknown").astype("str") if len(table) else pd.Series(dtype="str")
    )
    found = [d for d in ("voluntary", "compensated", "administrative", "none") if (drives == d).any()]
    found += sorted(set(drives) - set(found) - {"unknown"})
    if not found:
        return "drives", (), []
    found += ["unknown"] if (drives == "unknown").any() else []
    rows: list[Row] = []
    for kind in kinds_in(table):
        counts = [int(((table["kind"] == kind) & (drives == d)).sum()) for d in found]
        rows.append((coded("kind", kind, lang), *counts, sum(counts)))
    rows.append((say("linkbook.total", lang), *(int((drives == d).sum()) for d in found), len(table)))
    return "drives", ("form", *(f"={coded('drive', d, lang)}" for d in found), "links"), rows


def _reach(plan: Plan, names: dict[str, str], lang: str) -> Made:
    columns: Columns = [
        *(("stage", _word("stage", lang)), ("root", _plain("root_name")), ("root_id", _plain("root_id")), ("schools_below", _number("schools", 0))),
        *(("pupils_below", _number("pupils", 0)), ("depth", _number("depth", 0)), ("farthest_m", _number("farthest_m", 0))),
    ]
    return "reach", *_cells(chain_reach(plan), columns)
