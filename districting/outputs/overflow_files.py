"""Files of an overflow: every pupil with both distances and the reason (masked), schools by grade, totals, and on request the whole list for its owner only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from districting.enrolling.overflow.make import Overflow
from districting.enrolling.overflow.reasons import Placing, coarse, coarse_reason
from districting.enrolling.privacy import texts_of
from districting.outputs.enrolment_files import Book, csv_text
from districting.outputs.lottery import as_text, mask_id, mask_name
from districting.outputs.workbook import Row, Sheet
from districting.wording import say

_PUPIL_HEAD = ("row", "pupil_id", "pupil_name", "grade", "own", "own_m", "nearest", "nearest_m", "placed", "placed_m", "rank", "scope", "reason")
_SEAT_HEAD = ("school_id", "school", "grade", "most", "pupils", "reserve", "spare", "added", "left")
PRIVATE = "overflow_list.private.csv"


def overflow_csv(found: Overflow, lang: str, *, unmasked: bool = False) -> str:
    """``overflow.csv``: one row for each pupil, ids and names masked unless asked otherwise."""
    return csv_text(_head(lang, _PUPIL_HEAD), _pupil_rows(found, lang, unmasked=unmasked))


def overflow_seats_csv(found: Overflow, lang: str) -> str:
    """``overflow_schools.csv``: seats by school and grade before and after."""
    return csv_text(_head(lang, _SEAT_HEAD), _seat_rows(found))


def overflow_book(found: Overflow, lang: str) -> Book:
    """``overflow.xlsx``: pupils (masked), schools and grades, totals."""
    counts: list[Row] = [(say(f"overflow.scope_{scope}", lang), count) for scope, count in scope_counts(found).items()]
    counts += [(f"{say('overflow.scope_none', lang)}：{say(f'overflow.code_{code}', lang)}", count) for code, count in unplaced_counts(found).items()]
    sheets = [
        Sheet(say("overflow.sheet_pupils", lang), _head(lang, _PUPIL_HEAD), list(_pupil_rows(found, lang)), say("overflow.pupils_note", lang)),
        Sheet(say("overflow.sheet_seats", lang), _head(lang, _SEAT_HEAD), list(_seat_rows(found)), say("overflow.seats_note", lang)),
        Sheet(say("overflow.sheet_totals", lang), _head(lang, ("scope", "count")), counts, say("overflow.totals_note", lang)),
    ]
    name = found.rules.name or found.ground.plan.name
    return sheets, lambda sheet: say("overflow.title", lang, name=name, sheet=sheet.name)


def overflow_summary(found: Overflow, lang: str) -> dict[str, Any]:
    """What ``--json`` and ``overflow.json`` say; pupils are rows of the list, without ids or names."""
    plan, ids, names = found.plan, found.ground.ids, found.ground.names
    placed = sum(p.placed >= 0 for p in found.placings)
    return {
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "unit": "pupil-metre",
        "stage": found.rules.stage,
        "order": list(found.rules.order),
        "violations": [],
        "count": len(found.placings),
        "placed": placed,
        "moved": sum(p.code == "moved" for p in found.placings),
        "unplaced": len(found.placings) - placed,
        "locked": int(found.late.sum()),
        "by_scope": scope_counts(found),
        "by_reason": unplaced_counts(found),
        "schools": [
            dict(zip(("school_id", "school", "grade", "seats", "pupils", "reserve", "spare", "placed", "left"), row, strict=True)) for row in _seat_rows(found)
        ],
        "pupils": [
            {
                "row": p.row, "grade": p.grade, "own_school_id": ids[p.own], "own_m": round(p.own_m, 1), "nearest_school_id": ids[p.nearest],
                "nearest_m": round(p.nearest_m, 1), "school_id": ids[p.placed] if p.placed >= 0 else None, "school": names[p.placed] if p.placed >= 0 else None,
                "distance_m": round(p.placed_m, 1) if p.placed >= 0 else None, "rank": p.rank or None, "scope": p.scope or None, "code": p.code,
                "reason": p.reason.say(lang),
            }
            for p in shown_placings(found)
        ],
    }  # fmt: skip


def shown_placings(found: Overflow) -> list[Placing]:
    """What may be shown of each pupil: distances to 100 m where the home is given by coordinates, as three exact ones would tell where it is."""
    return [_coarse(p) if hidden else p for p, hidden in zip(found.placings, found.pupils.at_point, strict=True)]


def _coarse(p: Placing) -> Placing:
    return replace(
        p, own_m=coarse(p.own_m), nearest_m=coarse(p.nearest_m), placed_m=coarse(p.placed_m) if p.placed >= 0 else p.placed_m, reason=coarse_reason(p.reason)
    )


def scope_counts(found: Overflow) -> dict[str, int]:
    """Pupils placed by each scope of the order."""
    counts = Counter(p.scope for p in found.placings)
    return {scope: counts[scope] for scope in found.rules.order}


def unplaced_counts(found: Overflow) -> dict[str, int]:
    """Pupils without a seat by reason."""
    return dict(sorted(Counter(p.code for p in found.placings if p.placed < 0).items()))


def _head(lang: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(say(f"overflow.head_{name}", lang) for name in names)


def _pupil_rows(found: Overflow, lang: str, *, unmasked: bool = False) -> Iterable[Row]:
    names = found.ground.names
    ids, persons = (texts_of(found.pupils.table, c) for c in ("pupil_id", "name"))
    for i, p in enumerate(found.placings if unmasked else shown_placings(found)):
        who = (ids[i], persons[i]) if unmasked else (mask_id(ids[i]), mask_name(persons[i]))
        scope = say(f"overflow.scope_{p.scope or 'none'}", lang)
        yield (
            p.row,
            as_text(who[0]),
            as_text(who[1]),
            p.grade,
            names[p.own],
            round(p.own_m),
            names[p.nearest],
            round(p.nearest_m),
            *_seat(p, names),
            scope,
            p.reason.say(lang),
        )


def _seat(p: Placing, names: tuple[str, ...]) -> tuple[Any, ...]:
    return (names[p.placed], round(p.placed_m), p.rank) if p.placed >= 0 else ("", "", "")


def _seat_rows(found: Overflow) -> Iterable[Row]:
    seats, plan, first = found.seats, found.plan, found.rules.grades[0]
    for s, g in np.argwhere(seats.listed):
        spare, left = (min(int(slots[s, g]), int(room[s])) for slots, room in ((seats.slots, seats.room), (plan.slots_left, plan.room_left)))
        added = int(seats.slots[s, g] - plan.slots_left[s, g])
        numbers = (int(seats.most[s, g]), int(seats.pupils[s, g]), int(seats.reserve[s, g]), spare, added, left)
        yield (found.ground.ids[s], found.ground.names[s], first + int(g), *numbers)
