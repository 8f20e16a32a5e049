"""Ids of pupils: blank, doubled, or damaged by a spreadsheet, which keeps 15 digits of a number and makes zeros of the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from districting.errors import Fault
from districting.reading.enrolment_tables import Table, first_few
from districting.wording import text

_SCIENTIFIC: Final = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
_KEPT: Final = 15
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def id_faults(table: Table, column: str = "pupil_id", *, unique: bool = True) -> list[Fault]:
    """Faults of the ids of a table, none of them quoting an id."""
    ids = table.columns[column]
    blank = ids.isna().to_numpy().nonzero()[0]
    faults = table.faults(blank, text("enrolment.blank_id"), text("enrolment.fill_id"), column)
    damaged = damaged_ids(list(table.columns[table.headers[column]]), [i if isinstance(i, str) else None for i in ids])
    faults += table.faults(damaged, text("enrolment.damaged_id"), text("enrolment.id_as_text"), column)
    if unique and not damaged:
        first: dict[str, int] = {}
        twice = [(i, first[own]) for i, own in enumerate(ids) if isinstance(own, str) and first.setdefault(own, i) != i]
        faults += first_few([table.fault(text("enrolment.id_twice", row=int(table.row[of])), text("enrolment.id_twice_remedy"), i, column) for i, of in twice])
    return faults


def damaged_ids(cells: Sequence[Any], ids: Sequence[str | None]) -> list[int]:
    """Positions of ids that a spreadsheet has damaged.

    Stored as a number beyond 15 digits; in scientific notation; or zeros from the 16th digit on: of an 18-digit identity number where its check digit
    (GB 11643) is wrong or most of the list looks so, of other lengths where two or more have that length and all of them look so.

    >>> damaged_ids(["11010519491231002X", "1.10105E+17", "110105194912310000"], ["11010519491231002X", "1.10105E+17", "110105194912310000"])
    [1, 2]
    """
    zeros = [i for i, own in enumerate(ids) if own is not None and own.isdigit() and len(own) > _KEPT and not own[_KEPT:].strip("0")]
    lengths = Counter(len(own) for own in ids if own is not None and own.isalnum())
    cut = Counter(len(ids[i] or "") for i in zeros)

    def lost(own: str) -> bool:
        n = len(own)
        if n == 18:
            return check_digit(own) != own[-1] or (cut[n] > 2 and 2 * cut[n] > lengths[n])
        return cut[n] > 1 and cut[n] == lengths[n]

    found = {i for i in zeros if lost(ids[i] or "")}
    found |= {i for i, own in enumerate(ids) if own is not None and _SCIENTIFIC.match(own)}
    found |= {i for i, cell in enumerate(cells) if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**_KEPT}
    return sorted(found)


def check_digit(identity: str) -> str:
    """The last character that the first 17 digits of an identity number call for.

    >>> check_digit("11010519491231002X")
    'X'
    """
    return _CHECKS[sum(int(d) * w for d, w in zip(identity[:17], _WEIGHTS, strict=True)) % 11]
