"""Ids as spreadsheets leave them: turned into numbers or dates, rounded, without their zeros, with marks nobody sees. What does no harm is mended and told."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.reading.table import Found, RawTable
from districting.wording import Text, text

IDS: Final = frozenset({"school_id", "block_id", "county_code", "town_code", "region_code"})
NAMING: Final = frozenset({"school", "home_school", "from", "to"})
"""Columns that name a school by its id or its name."""
FEW: Final = 20
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE: Final = re.compile(
    r"(?:19|20)\d\d([-/.])(\d{1,2})\1(\d{1,2})(?: 0?0:00(?::00)?)?|(?:(?:19|20)\d\d年)?(\d{1,2})月(\d{1,2})日|(\d{1,2})-([a-z]{3})|([a-z]{3})-(\d{1,2})"
)
_PARTS: Final = re.compile(r"\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,2})?")
_EPOCH: Final = dt.date(1899, 12, 30)
_SERIALS: Final = (36526, 73050)
"""Days of 2000 to 2099 as spreadsheets count them."""
_EXACT_DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps."""
_MARKS: Final = re.compile(r"^=\"(.*)\"$|^['’‘`＇]+(.*)$", re.DOTALL)


_SUSPECT: Final = re.compile(
    "^[0-9](?:[.][0-9]+)?[eE]|[.]0+$|^[0-9]+[-/.][0-9]|月|-[A-Za-z]{3}$|^[A-Za-z]{3}-[0-9]|[0-9]{16}|^0[0-9]"
    "|['\u2019\u2018`\uff07=\"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
"""What any damaged id has; a column without it is sound, and is looked at once only."""


def is_id(name: str) -> bool:
    """Whether a column of ours holds ids, or names schools by them."""
    return name in IDS or name in NAMING or name.startswith("current_school")


def sound_ids(cells: pd.Series, plain: pd.Series, header: str, raw: RawTable, found: Found) -> pd.Series:
    """``plain`` (the cells as text) without marks and without the ``.0`` of numbers, both told; every id that has lost something is a fault, or a note where it is harmless."""
    if not plain.str.contains(_SUSPECT.pattern, regex=True).fillna(False).any():
        return plain
    plain = _without_point_zero(_without_marks(plain, header, raw, found), header, raw, found)
    words = plain.to_numpy(dtype=object)
    stored = np.array([isinstance(v, (int, float)) and not isinstance(v, bool) and abs(v) >= 10**_EXACT_DIGITS for v in cells], dtype=bool)
    lost = stored | _each_is(words, lambda w: _SCIENTIFIC.fullmatch(w) is not None)
    _faults(lost, [text("reading.damaged_id", value=w) for w in words[lost]], "reading.id_as_text", header, raw, found)
    dated = _dates(words)
    _faults(dated, [_dated(w) for w in words[dated]], "reading.id_as_text", header, raw, found)
    _tell_rounded(words, ~lost, header, raw, found)
    _tell_short(words, header, raw, found)
    return plain


def unknown_id(given: str, known: Iterable[str], remedy: Text) -> Text:
    """What to do about an id that is not known: which known one it may have been before a spreadsheet took its zeros, digits or capitals; else ``remedy``.

    >>> unknown_id("7", ["007", "008"], Text("reading.give_block")).values["near"]
    ['007']
    """
    near = [k for k in known if _same_but_for_zeros(k, given) or k.casefold() == given.casefold() or _same_when_rounded(k, given)]
    return text("ids.perhaps", given=given, near=sorted(near)[:3]) if near else remedy


def was_before_date(word: str) -> tuple[str, ...]:
    """What stood in a cell before it became a date; a day with the name of a month (``1-Mar``) is what either order of the two becomes, as the spreadsheet's country has it.

    >>> was_before_date("2026-03-01 00:00:00"), was_before_date("3月1日"), was_before_date("1-Mar"), was_before_date("46082")
    (('3-1',), ('3-1',), ('1-3', '3-1'), ('3-1',))
    """
    found = _DATE.fullmatch(word.casefold())
    if found is None:
        day = _EPOCH + dt.timedelta(days=int(word))
        return (f"{day.month}-{day.day}",)
    _, month, day_, zh_month, zh_day, first, name, name_, last = found.groups()
    if month or zh_month:
        return (f"{int(month or zh_month)}-{int(day_ or zh_day)}",)
    if not first:
        return (f"{_MONTHS.index(name_) + 1}-{int(last)}",)
    number = int(first), _MONTHS.index(name) + 1
    return tuple(dict.fromkeys(("{}-{}".format(*number), "{}-{}".format(*reversed(number)))))


def _dated(word: str) -> Text:
    was = was_before_date(word)
    return text("ids.date", value=word, was=was[0]) if len(was) == 1 else text("ids.date_either", value=word, was=was[0], other=was[1])


def _each_is(words: NDArray[Any], test: Any) -> NDArray[np.bool_]:
    return np.array([isinstance(w, str) and bool(test(w)) for w in words], dtype=bool)


def _without_marks(plain: pd.Series, header: str, raw: RawTable, found: Found) -> pd.Series:
    """Without an apostrophe or ="…" that was to keep an id text, and without characters that nobody sees (byte order marks, zero widths)."""
    cells = plain.map(_bare, na_action="ignore")
    changed = (plain.notna() & cells.ne(plain)).to_numpy(dtype=bool)
    return _mended(plain, cells.where(cells.ne("")), changed, "ids.marks", (header, raw, found))


def _bare(word: str) -> str:
    seen = "".join(c for c in word if unicodedata.category(c) != "Cf") if not word.isalnum() else word
    marked = _MARKS.match(seen.strip())
    return (marked.group(1) or marked.group(2) or "").strip() if marked else seen.strip()


def _without_point_zero(plain: pd.Series, header: str, raw: RawTable, found: Found) -> pd.Series:
    words = plain.to_numpy(dtype=object)
    ends = _each_is(words, lambda w: re.fullmatch(r"\d+\.0+", w))
    if not ends.any() or _each_is(words, lambda w: re.fullmatch(r"\d+\.\d*[1-9]\d*", w)).any():
        return plain
    return _mended(plain, plain.str.replace(r"^(\d+)\.0+$", r"\1", regex=True), ends, "ids.point_zero", (header, raw, found))


def _mended(plain: pd.Series, cells: pd.Series, changed: NDArray[np.bool_], key: str, where: tuple[str, RawTable, Found]) -> pd.Series:
    if not changed.any():
        return plain
    header, raw, found = where
    first = int(np.flatnonzero(changed)[0])
    shown = text(key, value=_visible(str(plain.iloc[first])), now=str(cells.iloc[first]), count=int(changed.sum()))
    found.add(shown, text("reading.id_as_text"), row=int(raw.row[first]), column=header, warning=True)
    return cells.astype("str")


def _visible(word: str) -> str:
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in word)


def _dates(words: NDArray[Any]) -> NDArray[np.bool_]:
    """Ids that are dates; and days counted from 1900 in a column most of whose ids are parts joined by a dash."""
    dated = _each_is(words, _is_date)
    parts = _each_is(words, lambda w: _PARTS.fullmatch(w))
    serial = _each_is(words, lambda w: w.isascii() and w.isdigit() and len(w) == 5 and _SERIALS[0] <= int(w) <= _SERIALS[1])
    mostly_parts = 2 * int((parts | dated).sum()) > int(_each_is(words, bool).sum())
    return dated | serial if mostly_parts else dated


def _is_date(word: str) -> bool:
    found = _DATE.fullmatch(word.casefold())
    if found is None:
        return False
    _, month, day, zh_month, zh_day, first, name, name_, last = found.groups()
    number = int(month or zh_month or 1), int(day or zh_day or first or last or 1)
    return all(n in _MONTHS for n in (name, name_) if n) and 1 <= number[0] <= 12 and 1 <= number[1] <= 31


def _tell_rounded(words: NDArray[Any], whole: NDArray[np.bool_], header: str, raw: RawTable, found: Found) -> None:
    """Long numbers that all end in zeros after 15 digits: faults where two became one, else a note."""
    long = whole & _each_is(words, lambda w: w.isascii() and w.isdigit() and len(w) > _EXACT_DIGITS)
    zeros = long & _each_is(words, lambda w: not w[_EXACT_DIGITS:].strip("0"))
    if not zeros.any():
        return
    twice = zeros & pd.Series(words).duplicated(keep=False).to_numpy(dtype=bool)
    surely = int(zeros.sum()) == int(long.sum()) and (int(zeros.sum()) > 2 or max(len(w) for w in words[zeros]) > _EXACT_DIGITS + 2)
    if twice.any() and surely and header in _own_ids(found):
        _faults(twice, [text("ids.rounded_alike", value=w) for w in words[twice]], "reading.id_as_text", header, raw, found)
    elif surely:
        first = int(np.flatnonzero(zeros)[0])
        found.add(
            text("ids.rounded", value=words[first], count=int(zeros.sum())), text("ids.check_rounded"), row=int(raw.row[first]), column=header, warning=True
        )


def _own_ids(found: Found) -> frozenset[str]:
    """Headers of the columns whose ids stand once each as a rule."""
    return frozenset(header for name, header in found.header_of.items() if name in ("block_id", "school_id"))


def _tell_short(words: NDArray[Any], header: str, raw: RawTable, found: Found) -> None:
    """Numbers that are shorter than most, in a column where some begin with 0."""
    digits = _each_is(words, lambda w: w.isascii() and w.isdigit())
    lengths = np.array([len(w) if d else 0 for w, d in zip(words, digits, strict=True)], dtype=np.int64)
    usual = int(np.bincount(lengths[digits]).argmax()) if digits.any() else 0
    if not (digits & (lengths == usual) & _each_is(words, lambda w: w.startswith("0"))).any():
        return
    short = digits & (lengths < usual) & ~_each_is(words, lambda w: w.startswith("0"))
    if short.any() and 2 * int((lengths == usual).sum()) > int(digits.sum()):
        first = int(np.flatnonzero(short)[0])
        shown = text("ids.short", value=words[first], digits=len(words[first]), usual=usual, count=int(short.sum()))
        found.add(shown, text("reading.id_as_text"), row=int(raw.row[first]), column=header, warning=True)


def _faults(wrong: NDArray[np.bool_], problems: list[Text], remedy: str, header: str, raw: RawTable, found: Found) -> None:
    places = np.flatnonzero(wrong)
    for i, problem in zip(places[:FEW], problems, strict=False):
        found.add(problem, text(remedy), row=int(raw.row[i]), column=header)
    if len(places) > FEW:
        found.add(text("reading.and_more", count=len(places) - FEW), text(remedy), column=header)


def _same_but_for_zeros(known: str, given: str) -> bool:
    return known != given and known.lstrip("0") == given.lstrip("0") and given.isalnum()


def _same_when_rounded(known: str, given: str) -> bool:
    long = len(known) == len(given) > _EXACT_DIGITS and known.isdigit() and given.isdigit()
    return long and not given[_EXACT_DIGITS:].strip("0") and abs(int(known) - int(given)) <= 10 ** (len(given) - _EXACT_DIGITS)
