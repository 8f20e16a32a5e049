"""Hours of a week as people write them: ``周一至周五 8:00-12:00；周六 9:00-11:00`` or ``Mon-Fri 8:00-12:00; Sat 9:00-11:00``."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HOURS_OF_DAY: Final = 24
HOURS_OF_WEEK: Final = 168
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE: Final = "一二三四五六日"
_DAY: Final = r"(?:周|星期|礼拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_PART: Final = re.compile(rf"(?P<days>(?:{_DAY})(?:(?:至|到|-|~|、|,|和|及| )+(?:{_DAY}))*) *(?P<hours>.*)")
_SPAN: Final = re.compile(r"(\d{1,2})(?::|时|点)?(00)?(?:分)?(?:至|到|-|~)(\d{1,2})(?::|时|点)?(00)?(?:分)?")


def hours_of(words: str) -> tuple[int, ...] | None:
    """Hours of the week, 0 = Monday 0:00 to 1:00, ascending; None where the words are no times. Times begin and end on the hour.

    >>> hours_of("周一至周二 8:00-10:00；周日 9:00-10:00")
    (8, 9, 32, 33, 153)
    >>> hours_of("Mon, Wed 14:00-15:00"), hours_of("下午")
    ((14, 62), None)
    """
    plain = unicodedata.normalize("NFKC", words).casefold().replace("–", "-").replace("—", "-").strip().rstrip(";。. ")
    out: set[int] = set()
    for part in re.split(r" *[;\n] *", plain):
        found = _PART.fullmatch(part)
        if found is None:
            return None
        days, spans = _days(found["days"]), _spans(found["hours"])
        if days is None or spans is None:
            return None
        out |= {HOURS_OF_DAY * d + h for d in days for h in spans}
    return tuple(sorted(out)) or None


def _days(words: str) -> list[int] | None:
    out: list[int] = []
    through = False
    for token in re.findall(rf"{_DAY}|至|到|-|~", words):
        if token in ("至", "到", "-", "~"):
            through = True
            continue
        day = _CHINESE.index(token[-1].replace("天", "日")) if token[-1] in "一二三四五六日天" else DAYS.index(token[:3])
        if through and (not out or day <= out[-1]):
            return None
        out += range(out[-1] + 1, day + 1) if through else [day]
        through = False
    return out


def _spans(words: str) -> list[int] | None:
    out: list[int] = []
    for piece in [p for p in re.split(r"[、, ]+", words) if p]:
        found = _SPAN.fullmatch(piece)
        if found is None or not 0 <= int(found[1]) < int(found[3]) <= HOURS_OF_DAY:
            return None
        out += range(int(found[1]), int(found[3]))
    return out or None
