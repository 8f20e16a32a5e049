"""Who enters school when: six by the cut-off day of the entry year (policy 2.5)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

ENTRY_AGE: Final = {"primary": 6, "junior": 12}
"""Full years on the cut-off day of the year in which a child enters."""
CUTOFF: Final = "08-31"
"""Last birthday that counts for the year (31 August), as month and day."""
_DAY: Final = re.compile(r"(\d{2})-(\d{2})")


def cutoff_day(cutoff: str) -> tuple[int, int]:
    """Month and day of a cut-off.

    Raises
    ------
    ValueError : no day of every year

    >>> cutoff_day("08-31")
    (8, 31)
    """
    match = _DAY.fullmatch(cutoff)
    if match is None:
        raise ValueError("a cut-off is a month and a day, MM-DD")
    month, day = int(match[1]), int(match[2])
    dt.date(2001, month, day)  # 29 February is no day of every year
    return month, day


def entry_year(birth: dt.date, *, cutoff: str = CUTOFF, age: int = ENTRY_AGE["primary"]) -> int:
    """The year in which a child enters: births of 1 September (y - 7) to 31 August (y - 6) enter in y.

    Source: compulsory education law art. 11; Shapingba 2021, Jiaojiang (policy 2.5).

    >>> entry_year(dt.date(2019, 9, 1)), entry_year(dt.date(2020, 8, 31)), entry_year(dt.date(2020, 9, 1))
    (2026, 2026, 2027)
    """
    return birth.year + age + ((birth.month, birth.day) > cutoff_day(cutoff))


def entry_window(year: int, *, cutoff: str = CUTOFF, age: int = ENTRY_AGE["primary"]) -> tuple[dt.date, dt.date]:
    """First and last birthday of those who enter in ``year``.

    >>> [d.isoformat() for d in entry_window(2026)]
    ['2019-09-01', '2020-08-31']
    """
    month, day = cutoff_day(cutoff)
    return dt.date(year - age - 1, month, day) + dt.timedelta(days=1), dt.date(year - age, month, day)


def late_share(cutoff: str = CUTOFF) -> float:
    """Share of the days of a year after the cut-off day: births of that share enter a year later. Of a year of 365 days, so that equal births make equal cohorts.

    >>> round(late_share(), 4)
    0.3342
    """
    last = dt.date(2001, *cutoff_day(cutoff))
    return (dt.date(2001, 12, 31) - last).days / 365


def entry_cohorts(
    births: ArrayLike, first_birth_year: int, entry_years: ArrayLike, *, cutoff: str = CUTOFF, age: int = ENTRY_AGE["primary"]
) -> NDArray[np.float64]:
    """(n, h) children who enter in each of ``entry_years``, from ``births`` (n, c) of the calendar years from ``first_birth_year`` on (NaN: not known).

    A cohort takes from both its calendar years by days, as if births were even over a year; NaN where either is not known.

    >>> entry_cohorts([[365.0, 730.0]], 2019, [2026]).tolist()
    [[608.0]]
    """
    given, years = np.asarray(births, dtype=np.float64), np.asarray(entry_years, dtype=np.int64)
    out = np.full((len(given), len(years)), np.nan)
    before, same = late_share(cutoff), 1.0 - late_share(cutoff)
    for at, year in enumerate(years.tolist()):
        early, late = year - age - 1 - first_birth_year, year - age - first_birth_year
        parts = [(share, column) for share, column in ((before, early), (same, late)) if share > 0]
        if all(0 <= column < given.shape[1] for _, column in parts):
            out[:, at] = sum(share * given[:, column] for share, column in parts)
    return out
