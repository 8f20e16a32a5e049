"""Links as internal pages draw them: columns of numbers that point into short lists of ends and words, so that thousands of links stay small."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from districting.model.plan import Plan
from districting.outputs.link_looks import coded, kinds_in, look_of, term_words
from districting.outputs.map.ground import in_degrees, shapes_of
from districting.wording import LANGUAGES

_DIGITS: Final = 6
_NUMBERS: Final = {
    "metres": ("distance_m", 0),
    "gap": ("score_gap", 2),
    "margin": ("score_margin", 2),
    "gain_from": ("gain_from", 3),
    "gain_to": ("gain_to", 3),
}
"""Column of the page -> column of the plan, and decimals shown."""


def links(plan: Plan, at: Any) -> dict[str, Any]:
    """The links of a plan; ``at`` finds positions of school ids.

    ``looks``: one per form with links. ``ends``: a school by position, or a place with a name of its own. ``words``: lists of sentences in both languages.
    ``rows``: one list per column, of positions in those lists (-1 = none) or of numbers (None = not known); a column that says nothing is left out.
    """
    table = plan.links.reset_index(drop=True)
    kinds = kinds_in(table)
    looks = [{"kind": k, "words": _said("kind", k), "colour": look_of(k).colour, "dash": list(look_of(k).dash), "mutual": look_of(k).mutual} for k in kinds]
    ends, giver, taker = _ends(plan, table, at)
    words: dict[str, list[dict[str, str]]] = {}
    rows: dict[str, list[Any]] = {"kind": pd.Index(kinds).get_indexer(pd.Index(table["kind"])).tolist() if kinds else [], "from": giver, "to": taker}
    stages = _text(table, "stage")
    for name, values, group in (
        *(("stage", stages, "stage"), ("part", *_parts(table)), ("channel", _channels(table), "channel"), ("term", _terms(table), "term")),
        *(("drive", _text(table, "drive"), "drive"), ("outcome", _text(table, "outcome"), "outcome")),
    ):
        codes = list(dict.fromkeys(v for v in values if v[1]))
        if codes:
            place = {c: n for n, c in enumerate(codes)}
            words[name] = [{"code": code, **_said(kind if kind else group, code)} for kind, code in codes]
            rows[name] = [place.get(v, -1) for v in values]
    for name, (column, digits) in _NUMBERS.items():
        found = [_rounded(v, digits) for v in table[column]] if column in table.columns else []
        if any(v is not None for v in found):
            rows[name] = found
    for name in ("remote", "pinned"):
        flags = [int(pd.notna(v) and bool(v)) for v in table[name]] if name in table.columns else []
        if any(flags):
            rows[name] = flags
    runner = _runners(table, ends, at)
    if any(r >= 0 for r in runner):
        rows["runner"] = runner
    return {"looks": looks, "ends": ends, "words": words, "rows": rows}


def _said(group: str, code: str) -> dict[str, str]:
    return {lang: coded(group, code, lang) for lang in LANGUAGES}


def _text(table: Any, column: str) -> list[tuple[str, str]]:
    """(group of words or none, code) row by row."""
    if column not in table.columns:
        return [("", "")] * len(table)
    return [("", "" if pd.isna(v) else str(v)) for v in table[column]]


def _parts(table: Any) -> tuple[list[tuple[str, str]], str]:
    """What parts a form: the subject, or the layer of the six shares, which may stand as the channel."""
    subjects, channels = _text(table, "subject"), _text(table, "channel")
    shared = (table["kind"] == "six_shares").tolist()
    return [("layer", s[1] or c[1]) if six else ("subject", s[1]) for s, c, six in zip(subjects, channels, shared, strict=True)], "subject"


def _channels(table: Any) -> list[tuple[str, str]]:
    return [("", "") if kind == "six_shares" else channel for kind, channel in zip(table["kind"], _text(table, "channel"), strict=True)]


def _terms(table: Any) -> list[tuple[str, str]]:
    return [("", term_words(row)) for row in table.itertuples(index=False)]


def _rounded(value: Any, digits: int) -> float | int | None:
    if value is None or pd.isna(value) or not math.isfinite(value):
        return None
    return round(float(value), digits) if digits else round(float(value))


def _ends(plan: Plan, table: Any, at: Any) -> tuple[list[dict[str, Any]], list[int], list[int]]:
    """The ends in the order they appear, and the positions of givers and takers among them.

    A school stands where the plan has it; other ends, and schools without a place of their own, where the line of a link begins or ends.
    """
    lines = in_degrees(shapes_of(table), plan.crs) if "geometry" in table.columns else np.full(len(table), None, dtype=object)
    placed = ~(shapely.is_missing(shapes_of(plan.schools)) | shapely.is_empty(shapes_of(plan.schools)))
    ends: list[dict[str, Any]] = []
    place: dict[tuple[str, str], int] = {}
    found: list[list[int]] = []
    for end, position in (("from", 0), ("to", -1)):
        kinds, ids, names = ([code for _, code in _text(table, f"{end}_{c}")] for c in ("kind", "id", "name"))
        schools = at.get_indexer(pd.Index(ids, dtype="object")).tolist() if ids else []
        numbers = []
        for kind, code, name, school, line in zip(kinds, ids, names, schools, lines, strict=True):
            key = (kind or "school", code)
            if key not in place:
                place[key] = len(ends)
                ends.append(
                    {"school": school}
                    if key[0] == "school" and school >= 0
                    else {"kind": key[0], "id": code, "name": name or code, "words": _said("end", key[0])}
                )
            one = ends[place[key]]
            if "at" not in one and not ("school" in one and placed[one["school"]]) and (spot := _spot(line, position)):
                one["at"] = spot
            numbers.append(place[key])
        found.append(numbers)
    return ends, found[0], found[1]


def _runners(table: Any, ends: list[dict[str, Any]], at: Any) -> list[int]:
    """Position of every runner-up among ``ends``, which grow by those that are in no link; -1 where there is none.

    A runner-up is of the giver's kind; one that is no school and in no link has no name but its id.
    """
    kinds, ids = ([code for _, code in _text(table, c)] for c in ("from_kind", "runner_up_id"))
    schools = at.get_indexer(pd.Index(ids, dtype="object")).tolist() if ids else []
    known = {("school", e["school"]) if "school" in e else (e["kind"], e["id"]): n for n, e in enumerate(ends)}
    found = []
    for kind, code, school in zip(kinds, ids, schools, strict=True):
        key = ("school", school) if school >= 0 and kind in ("", "school") else (kind, code)
        if code and key not in known:
            known[key] = len(ends)
            ends.append(
                {"school": school} if key[0] == "school" and school >= 0 else {"kind": kind, "id": code, "name": code, "words": _said("end", kind or "school")}
            )
        found.append(known[key] if code else -1)
    return found


def _spot(line: Any, position: int) -> list[float] | None:
    if line is None or line.is_empty:
        return None
    x, y = line.coords[position]
    return [round(y, _DIGITS), round(x, _DIGITS)]
