"""Which header of a file is which of our columns: known spellings, the config's mapping, names that a DBF cut short; nothing is dropped in silence."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from districting.model.settings import InputSpec
from districting.reading.schema import TABLES, column_of, header_index, normal
from districting.reading.table import Found, RawTable
from districting.reading.typed import text_cells
from districting.wording import text

_SAME_IN_OTHER_WORDS: Final = frozenset({"school", "type_code"})
"""Columns that several headers of one file may give: a school by id and by name, a type by code and by word."""
_LOOSE: Final = frozenset({"教师数"})
"""Headers that are taken only where no other one of the file gives the column."""
_BACKDROP: Final = frozenset({"admin", "counties", "roads", "barriers"})
_DBF_BYTES: Final = 10


def our_columns(raw: RawTable, table: str, spec: InputSpec, found: Found, *, skip: frozenset[str] = frozenset()) -> dict[str, str]:
    """Our name -> their header. The config's mapping wins; where several headers claim one name, that is said. Names in ``skip`` must be mapped."""
    index = {header: name for header, name in header_index(table).items() if name not in skip}
    theirs = [str(c) for c in raw.frame.columns]
    chosen = _mapped_columns(theirs, table, spec, found)
    used = set(chosen.values())
    claims: dict[str, list[str]] = {}
    for header in theirs:
        ours = index.get(normal(_once(header, theirs)))
        if ours is not None and ours not in spec.columns and header not in used:
            claims.setdefault(ours, []).append(header)
    for ours, headers in claims.items():
        headers.sort(key=lambda h: normal(_once(h, theirs)) in _LOOSE)
        chosen[ours] = headers[0]
        _rivals(raw, table, ours, headers, found)
    free = [h for h in theirs if h not in chosen.values() and normal(_once(h, theirs)) not in index]
    for ours, header in _cut_headers(free, table, {*chosen, *spec.columns, *skip}).items():
        chosen[ours] = header
        found.add(text("reading.cut_header", header=header, name=ours), text("reading.check_cut_header", table=table, name=ours), column=header, warning=True)
    return chosen


def _mapped_columns(theirs: list[str], table: str, spec: InputSpec, found: Found) -> dict[str, str]:
    """What ``[inputs.columns]`` says."""
    headers = {normal(h): h for h in reversed(theirs)}
    chosen: dict[str, str] = {}
    for name, header in spec.columns.items():
        if column_of(table, name) is None:
            found.add(text("reading.unknown_column", name=name), text("reading.known_columns", names=near_names(table, name), table=table), column=name)
        elif header and (header in theirs or normal(header) in headers):
            chosen[name] = header if header in theirs else headers[normal(header)]
        elif header:
            found.add(text("reading.no_header", header=header), text("reading.headers_are", names=theirs[:20]), column=header)
    return chosen


def near_names(table: str, name: str) -> list[str]:
    """Our columns of ``table`` that ``name`` may mean: by spelling, by a header, by a word they share.

    >>> near_names("blocks", "today_primary")[0], near_names("schools", "nmae")
    ('current_school_primary', ['name'])
    """
    names = [c.name for c in TABLES[table]]
    known = header_index(table).get(normal(name))
    words = [_SYNONYMS.get(w, w) for w in re.split(r"[_\W]+", name.casefold()) if w]
    meant = "_".join(words)
    near = difflib.get_close_matches(meant, names, n=4, cutoff=0.6) if meant != name.casefold() else []
    near += difflib.get_close_matches(name, names, n=4, cutoff=0.6)
    sharing = sorted((n for n in names if set(words) & set(n.split("_"))), key=lambda n: -len(set(words) & set(n.split("_"))))
    found = list(dict.fromkeys([*([known] if known else []), *near, *(sharing if not near else [])]))
    return found[:5] or names[:12]


_SYNONYMS: Final[Mapping[str, str]] = {
    "today": "current_school", "current": "current_school", "assigned": "current_school", "students": "pupils", "children": "entrants", "kids": "entrants",
    "capacity": "seats", "places": "seats", "quota": "plan", "id": "id", "lon": "lng", "longitude": "lng", "latitude": "lat", "elementary": "primary",
    "middle": "junior", "high": "senior", "demand": "entrants", "intake": "entrants", "roll": "pupils",
}  # fmt: skip
"""Words that stand for a word of ours in names somebody made up."""


def _once(header: str, theirs: list[str]) -> str:
    """A header without the number that a repeated one was given (``name.2``)."""
    bare = re.sub(r"\.\d+$", "", header)
    return bare if bare in theirs else header


def _rivals(raw: RawTable, table: str, ours: str, headers: list[str], found: Found) -> None:
    """Several headers for one column: a note where they say the same or are not needed, else a fault, for nobody knows which is meant."""
    if len(headers) == 1:
        return
    first = text_cells(raw.frame[headers[0]])
    for header in headers[1:]:
        other = text_cells(raw.frame[header])
        differs = first.fillna("").ne(other.fillna(""))
        harmless = (
            not differs.any() or ours in _SAME_IN_OTHER_WORDS or normal(_once(header, headers)) in _LOOSE or (table in _BACKDROP and ours not in ("lng", "lat"))
        )
        row = int(raw.row[differs.to_numpy().argmax()]) if differs.any() else None
        found.add(
            text("reading.two_headers" if differs.any() else "reading.two_headers_alike", name=ours, first=headers[0], other=_once(header, headers)),
            text("reading.choose_header", table=table, name=ours, first=headers[0]),
            row=row,
            column=header,
            warning=harmless,
        )


def _cut_headers(free: Iterable[str], table: str, taken: set[str]) -> dict[str, str]:
    """Our name -> a header that is the first 10 bytes (GBK or UTF-8) of exactly one known header, as a DBF cuts them."""
    found: dict[str, list[str]] = {}
    for header in free:
        whole = header.rstrip("\ufffd?")  # half a character, as a program shows it
        plain = _folded(whole)
        cut = any(_DBF_BYTES - room < len(whole.encode(code, "replace")) <= _DBF_BYTES for code, room in (("gbk", 2), ("utf-8", 3)))
        if not cut or plain.isascii():
            continue
        meant = {c.name for c in TABLES[table] for h in c.headers if _folded(h).startswith(plain) and _folded(h) != plain}
        if len(meant) == 1:
            found.setdefault(meant.pop(), []).append(header)
    return {name: headers[0] for name, headers in found.items() if len(headers) == 1 and name not in taken}


def _folded(header: str) -> str:
    return unicodedata.normalize("NFKC", header).casefold().strip()


def missing_columns(table: str, chosen: Mapping[str, str], headers: list[str], found: Found) -> None:
    """A fault for every required column that no header names."""
    for column in TABLES[table]:
        if column.required and column.name not in chosen and not (table == "schools" and column.name == "name" and "school_id" in chosen):
            known = [column.name, *column.headers[:4]]
            found.add(
                text("reading.missing_column", name=column.name, headers=headers[:15]),
                text("reading.name_column", known=known, table=table, name=column.name),
                column=column.header_zh,
            )
