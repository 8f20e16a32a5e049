"""Dates as tables write them: a day, a month, a year, a school year."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

_DAY: Final = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年?[春秋]季?(?:学期)?|年)?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_PLAIN: Final = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_SCHOOL_YEAR: Final = re.compile(r"(\d{4})(?:[-—–~至/]|--)(\d{4})(?:学年度?)?(?:第?[一二上下12]学期)?")


def date_of(words: str) -> str | None:
    """A date as sortable text that begins with its year: a day, a month, a year, or the first year of a school year; None where it is none.

    >>> date_of("2026年3月5日"), date_of("2026/3"), date_of("2026"), date_of("20260305"), date_of("2025-2026学年"), date_of("2026年春季")
    ('2026-03-05', '2026-03', '2026', '2026-03-05', '2025', '2026')
    >>> date_of("2026-13-45"), date_of("昨天"), date_of("2026-02-30"), date_of("26-3-5")
    (None, None, None, None)
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    years = _SCHOOL_YEAR.fullmatch(plain)
    if years is not None:
        return years[1] if int(years[2]) == int(years[1]) + 1 else None
    found = _DAY.fullmatch(plain) or _PLAIN.fullmatch(plain)
    if found is None:
        return None
    year, month, day = (None if g is None else int(g) for g in found.groups())
    try:
        given = dt.date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return given.isoformat()[: 10 if day is not None else 7 if month is not None else 4]
