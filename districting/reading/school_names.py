"""Spellings of one school's name: its place, its core and its campus, so that 武侯區第１小學（東校區） and 武侯区第一小学东区 are seen to be alike.

Two names are alike when all three parts are. What is alike is a matter of writing only (script, width, brackets, blanks, 第一 and 1, 小学校 and 小学 and 小):
nothing is left out of a name, and no word stands for another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from districting.reading.characters import simplified

MAIN: Final = "本部"
"""The campus that a school itself is."""
_BRACKETS: Final = str.maketrans("[]{}<>【】〔〕〖〗〈〉《》「」『』", "()()()()()()()()()()")
_IGNORED: Final = re.compile(r"[\s·•‧・\-—–―_,.。、'\"“”‘’:;/\\|]")
_PLACE: Final = re.compile(
    r"[^()省市区县旗]{2,8}?(?:省|自治区|市|自治州|自治县|旗)|[^()省市区县旗]{1,8}?[区县]|市[中南北]区|[市区县](?=[第一二三四五六七八九十\d实机直])"
)
_NO_PLACE: Final = ("小区", "社区", "校区", "片区", "街区", "厂区", "营区", "军区")
_TYPES: Final[tuple[tuple[str, str], ...]] = (
    ("九年一贯制学校", "九年制学校"), ("九年一贯学校", "九年制学校"), ("完全小学", "完小"), ("小学校", "小"), ("小学", "小"),
    ("初级中学", "初中"), ("高级中学", "高中"), ("完全中学", "完中"), ("初中学校", "初中"), ("中学校", "中"), ("中学", "中"), ("幼儿园", "幼"), ("附属", "附"),
)  # fmt: skip
_BARE: Final = frozenset({"", "小", "中", "幼", "学校", "初中", "高中", "完小", "完中", "校"})
"""Cores that name no school: a place before them is part of the name."""
_DIGITS: Final[Mapping[str, int]] = {c: i for i, c in enumerate("零一二三四五六七八九")}
_NUMBER: Final = re.compile(r"(第?)([零〇一二三四五六七八九十百]+)(?=(?P<type>小|中|幼|高|初|职|完|实验|附|外国语|校区|分校|$)?)")
_MAIN: Final = re.compile(r"(?:校?本部|(?:主|总|本部)校?区|总校)")
_CAMPUS: Final = re.compile(r"(.{1,10})校区|([东西南北新老旧])区?")
_BARE_CAMPUS: Final = re.compile(r"(.*(?:小学|中学|学校|幼儿园))(?:(.{1,10}?)校区|([东西南北新老旧])区)|(.*[小中幼])(?:(.{1,10}?)校区|([东西南北新老旧])区)")


@dataclass(frozen=True)
class SchoolName:
    """``places`` before the name (county, city), widest first; ``core``; ``campus``, "" where none is named."""

    places: tuple[str, ...]
    core: str
    campus: str

    def place_fits(self, other: SchoolName) -> bool:
        """Whether one of the two says no more about the place than the other does, and nothing else; a bare 市 is any city."""
        short, long = sorted((self.places, other.places), key=len)
        left = iter(long)
        return all(any(a == b or (len(a) == 1 and b.endswith(a)) or (len(b) == 1 and a.endswith(b)) for b in left) for a in short)


@lru_cache(maxsize=65536)
def school_name(words: str) -> SchoolName:
    """The parts of a name.

    >>> school_name("成都市武侯區第１小學校（東校區）")
    SchoolName(places=('成都市', '武侯区'), core='1小', campus='东')
    >>> school_name("第一小学·东区") == school_name("一小（东校区）"), school_name("八一小学").core, school_name("市一中").places
    (True, '八一小', ('市',))
    """
    plain = "".join(c for c in simplified(words).translate(_BRACKETS) if unicodedata.category(c) != "Cf")
    plain = _IGNORED.sub("", plain)
    places, rest = _split_places(plain)
    named, campus = _split_campus(rest)
    core = _core(named)
    if core in _BARE or core.startswith("("):
        named, campus = _split_campus(plain)
        return SchoolName((), _core(named), campus)
    return SchoolName(places, core, campus)


def _split_places(plain: str) -> tuple[tuple[str, ...], str]:
    places: list[str] = []
    at = 0
    while (found := _PLACE.match(plain, at)) is not None and not found.group().endswith(_NO_PLACE):
        places.append(found.group())
        at = found.end()
    return tuple(places), plain[at:]


def _split_campus(rest: str) -> tuple[str, str]:
    before, opening, inside = rest.rpartition("(")
    if opening and inside.endswith(")"):
        word = inside.removesuffix(")")
        if _MAIN.fullmatch(word):
            return before, MAIN
        found = _CAMPUS.fullmatch(word)
        return (before, _numbered(found.group(1) or found.group(2))) if found else (rest, "")
    main = re.fullmatch(rf"(.*(?:小学|中学|学校|幼儿园|[小中幼])){_MAIN.pattern}", rest)
    if main:
        return main.group(1), MAIN
    bare = _BARE_CAMPUS.fullmatch(rest)
    if bare is None:
        return rest, ""
    long, *campus = (g for g in bare.groups() if g is not None)
    return long, _numbered(campus[0])


def _core(named: str) -> str:
    core = _numbered(named)
    for long, short in _TYPES:
        core = core.replace(long, short)
    return re.sub(r"[()]", "", core)


def _numbered(words: str) -> str:
    """Numbers in digits: after 第, and before the kind of a school; 八一 and 三河 are names."""

    def one(match: re.Match[str]) -> str:
        value = _value(match.group(2))
        known = bool(match.group(1)) or match.group("type") is not None
        return str(value) if known and value is not None else match.group()

    return re.sub(r"第(?=\d)", "", _NUMBER.sub(one, words))


def _value(numeral: str) -> int | None:
    """A numeral below 1000 as people speak it; None where it is a row of digits.

    >>> _value("二十一"), _value("一百零三"), _value("八一")
    (21, 103, None)
    """
    found = re.fullmatch(r"(?:([一二三四五六七八九])百)?[零〇]?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?", numeral)
    if found is None or not numeral:
        return None
    hundreds, tens, ten, ones = found.groups()
    return _DIGITS.get(hundreds or "", 0) * 100 + ((_DIGITS.get(tens or "", 1)) * 10 if ten else 0) + _DIGITS.get(ones or "", 0)
