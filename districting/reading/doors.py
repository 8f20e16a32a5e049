"""Door numbers as people write them: ``雁城路1-70号``, ``单号``, ``12号楼``, ``128弄5号``, and lists of addresses that go to another school (门牌例外)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final, Literal

Parity = Literal["", "odd", "even"]
DoorKind = Literal["lane", "door", "building", "unit", "group"]

_CHINESE: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000}
_NUMERAL: Final = re.compile(r"[零〇一二两三四五六七八九十百千]{1,8}(?=号|幢|栋|座|弄|巷|单元|组|期)")
_UNITS: Final[dict[DoorKind, str]] = {
    "lane": r"弄|巷",
    "building": r"号楼|#楼|幢|栋|座|bldg|building",
    "door": r"号大院|号院|号(?!楼|线)",
    "unit": r"单元|unit",
    "group": r"组|社|队",
}
_UNIT: Final = "|".join(f"(?:{words})" for words in _UNITS.values())
_SIDE: Final = r"单号|双号|奇数|偶数|odd|even"
_RANGE: Final = re.compile(
    rf"(?P<before>{_SIDE})?\(?第?(?<!\d)(?P<low>\d{{1,9}})(?!\d)(?:(?P<first>{_UNIT})?(?P<join>-|~|—|–|至|到|to|之)第?(?P<high>\d{{1,9}})(?!\d)(?:[-之](?P<last>\d{{1,9}}))?)?(?P<unit>{_UNIT})?"
    rf"\(?(?P<after>{_SIDE}|单(?!元)|双)?\)?(?P<beyond>以后|以上|起|以前|以下|以[东西南北内外])?"
)
_SUBS: Final = re.compile(r"(?P<low>\d{1,9})[-之](?P<sub>\d{1,9})号?(?:-|~|—|–|至|到|to)(?P=low)[-之](?P<most>\d{1,9})(?:号|$)")
_ODD: Final = frozenset({"单号", "奇数", "单", "odd"})
_EVEN: Final = frozenset({"双号", "偶数", "双", "even"})
_TO: Final = re.compile(r"→|->|=>|划归|归属|归|[:：]")
_UNTIL: Final = re.compile(r"[(（]?(?:有效期|临时|暂)?(?:至|到|until)(\d{4})年?(?:\d{1,2}月)?(?:\d{1,2}日)?[底末]?[止前]?[)）]?$")
_ASKED: Final = re.compile(rf"(?<!\d)(?P<number>\d{{1,9}})(?:[-之](?P<sub>\d{{1,9}}))?(?P<unit>{_UNIT})(?:[-之](?P<after>\d{{1,9}})(?!\d|{_UNIT}))?")
_ALL: Final = re.compile(r"(?:全段|全部|全线|沿线|整条|所有门牌)$")
_MOST: Final = 10**9


@dataclass(frozen=True)
class DoorRange:
    """Numbers ``low`` to ``high`` of a street, all, odd or even; lanes, doors, buildings, units of a building or groups of a village.

    ``place``: the street or compound, with the lane, yard or building the numbers are counted in; "" or a beginning with a digit: of the block itself.
    ``sub``: only these numbers behind a dash (12-1号), from and to.
    """

    place: str
    low: int
    high: int
    parity: Parity = ""
    kind: DoorKind = "door"
    sub: tuple[int, int] | None = None

    @property
    def named(self) -> bool:
        """Whether the range names its street or compound."""
        return bool(self.place) and not self.place[0].isdigit()

    def holds(self, number: int, sub: int | None = None) -> bool:
        """Whether a number lies in the range. A number without a part behind the dash is not surely one with it.

        >>> DoorRange("", 1, 70, "odd").holds(69), DoorRange("", 1, 70, "odd").holds(70), DoorRange("", 12, 12, sub=(1, 3)).holds(12)
        (True, False, False)
        """
        if self.sub is not None and (sub is None or not self.sub[0] <= sub <= self.sub[1]):
            return False
        return self.low <= number <= self.high and (not self.parity or (number % 2 == 1) == (self.parity == "odd"))


@dataclass(frozen=True)
class AddressException:
    """One item as it was ``said``: its ranges (none: the whole ``place``), the school it names ("" = none), and the last year in which it holds (None = for good)."""

    said: str
    place: str
    ranges: tuple[DoorRange, ...]
    school: str = ""
    until: int | None = None


@dataclass(frozen=True)
class AskedNumber:
    """One number of an address and the words ``before`` it."""

    kind: DoorKind
    number: int
    sub: int | None
    before: str


@dataclass(frozen=True)
class AskedAddress:
    """An address asked about: its plain text, the words before the first number, and its numbers in order."""

    plain: str
    place: str
    numbers: tuple[AskedNumber, ...] = ()

    def number(self, kind: DoorKind) -> int | None:
        """The first number of a kind."""
        return next((n.number for n in self.numbers if n.kind == kind), None)


def plain_address(said: str) -> str:
    """Half width, no blanks, small letters, Chinese numerals before 号, 幢, 栋, 弄, 单元, 组, 期 as digits, ``No. 12`` as 12号.

    >>> plain_address("雁城路 １２ 号"), plain_address("一百零五号"), plain_address("十二号楼"), plain_address("No. 12")
    ('雁城路12号', '105号', '12号楼', '12号')
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", said).casefold())
    return re.sub(r"(?<![a-z])no\.?(\d+)", r"\1号", _NUMERAL.sub(lambda m: _digits(m[0]), folded))


def _digits(numeral: str) -> str:
    """A Chinese number as digits; what is none stays. Plain numerals are digits side by side: 一二〇 is 120.

    >>> [_digits(n) for n in ("十二", "二十", "三五", "一百零五", "一百二十", "二百", "百百")]
    ['12', '20', '35', '105', '120', '200', '百百']
    """
    if not any(c in _PLACES for c in numeral):
        return "".join(str(_CHINESE[c]) for c in numeral)
    if not re.fullmatch(r"(?:[一二两三四五六七八九]千零?)?(?:[一二两三四五六七八九]百零?)?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?", numeral):
        return numeral
    total, digit = 0, 0
    for c in numeral:
        if c in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[c], 0
        else:
            digit = _CHINESE[c]
    return str(total + digit)


def _kind(unit: str) -> DoorKind:
    return next((kind for kind, words in _UNITS.items() if re.fullmatch(words, unit)), "door")


def asked_address(said: str) -> AskedAddress:
    """What is asked.

    >>> asked = asked_address("和平路128弄12-1号3幢2单元501")
    >>> asked.place, [(n.kind, n.number, n.sub) for n in asked.numbers]
    ('和平路', [('lane', 128, None), ('door', 12, 1), ('building', 3, None), ('unit', 2, None)])
    """
    plain = plain_address(said)
    found = []
    for match in _ASKED.finditer(plain):
        sub = match["sub"] or match["after"]
        found.append((match.start(), AskedNumber(_kind(match["unit"]), int(match["number"]), None if sub is None else int(sub), plain[: match.start()])))
    return AskedAddress(plain, plain[: found[0][0]] if found else plain, tuple(n for _, n in found))


def address_exceptions(said: str) -> tuple[AddressException, ...]:
    """The items of a cell, apart by semicolons or line ends.

    >>> address_exceptions("雁城路1-70号(双号)→二小(至2027年)；12号楼")[0]
    AddressException(said='雁城路1-70号(双号)→二小(至2027年)', place='雁城路', ranges=(DoorRange(place='雁城路', low=1, high=70, parity='even', kind='door', sub=None),), school='二小', until=2027)
    """
    items = re.split(r"[;；\n]+|。", said)
    return tuple(_exception(item) for item in items if item.strip(" \t、,，"))


def _exception(item: str) -> AddressException:
    plain = plain_address(item)
    until = _UNTIL.search(plain)
    body = plain[: until.start()] if until else plain
    parts = _TO.split(body, maxsplit=1)
    address, school = _ALL.sub("", parts[0].strip("、,")), parts[1].strip("、,") if len(parts) > 1 else ""
    ranges = door_ranges(address)
    place = ranges[0].place if ranges else "" if re.search(r"\d", address) else _place(address)
    return AddressException(item.strip(), place, ranges, school, int(until[1]) if until else None)


def _place(words: str) -> str:
    """The words before a number without the side of the street."""
    return re.sub(rf"(?:{_SIDE})?[(]?(?:{_SIDE})?[(第)]*$", "", words)


def door_ranges(address: str) -> tuple[DoorRange, ...]:
    """The ranges of one item, in order; the unit and the side of the street that close a list hold for the bare numbers before them.

    A pair the wrong way round is a number with its part behind the dash, 12-1号, unless a side of the street is named. A list that cannot be read whole has no ranges, so that nobody is sent by half of it.

    >>> [(r.low, r.high, r.parity, r.kind) for r in door_ranges("雁城路1、3、5-9号单号")]
    [(1, 1, 'odd', 'door'), (3, 3, 'odd', 'door'), (5, 9, 'odd', 'door')]
    >>> [(r.place, r.low, r.high, r.kind) for r in door_ranges("和平路128弄1-20号、25号")]
    [('和平路128弄', 1, 20, 'door'), ('和平路128弄', 25, 25, 'door')]
    >>> door_ranges("12-1号")
    (DoorRange(place='', low=12, high=12, parity='', kind='door', sub=(1, 1)),)
    """
    parts: list[tuple[str, str]] = []
    base = ""
    for segment in re.split(r"[、,，]|(?<=[号幢栋座弄\d)])[和及与]", address):
        first = _RANGE.search(segment)
        words = _place(segment[: first.start()] if first else segment)
        base = words or base
        parts.append((base, segment[first.start() :] if first else segment[len(words) :]))
    read: list[list[DoorRange]] = []
    unit, side, nested = "", "", False
    for street, said in reversed(parts):
        one = _segment(street, said, (unit, side))
        if one is None or (nested and one[0] and not one[1]):  # 3、5幢1单元: whether 3 is a building or a unit is not said
            return ()
        read.append(one[0])
        unit, side = one[1] or unit, one[2] if one[1] or one[2] else side
        nested = any(r.place != street for r in one[0])
    return _in_their_places([street for street, _ in parts], read[::-1])


def _in_their_places(streets: list[str], read: list[list[DoorRange]]) -> tuple[DoorRange, ...]:
    """A number that follows one of a lane, yard or building of the same street is counted in it too: 128弄1号、25号."""
    found: list[DoorRange] = []
    street_before = ""
    for street, ranges in zip(streets, read, strict=True):
        for one in ranges:
            inner = found[-1].place if found and street == street_before and one.place == street and one.kind == found[-1].kind else one.place
            found.append(replace(one, place=inner))
            street_before = street
    return tuple(found)


def _segment(base: str, said: str, tail: tuple[str, str]) -> tuple[list[DoorRange], str, str] | None:
    """One part of a list: its range, with the lane, yard or building it is counted in as part of its place. None: it says something else."""
    many = _SUBS.fullmatch(said)
    if many:
        return [DoorRange(base, int(many["low"]), int(many["low"]), "", "door", (int(many["sub"]), int(many["most"])))], "号", ""
    matches = list(_RANGE.finditer(said))
    if not matches:
        word = re.search(_SIDE, said)
        return ([DoorRange(base, 1, _MOST, _parity(word[0]))], "", word[0]) if word else ([], "", "") if not said else None
    *outer, last = matches
    covered = "".join(m[0] for m in matches)
    if covered != said or any(m["high"] or not m["unit"] or m["before"] or m["after"] for m in outer):
        return None
    place = base + said[: last.start()]
    unit, side = last["unit"] or last["first"] or "", last["before"] or last["after"] or ""
    parity = _parity(side or ("" if unit else tail[1]))
    kind = _kind(unit or tail[0] or "号")
    low, high = int(last["low"]), int(last["high"] or last["low"])
    beyond = last["beyond"] or ""
    if beyond and (last["high"] or beyond not in ("以后", "以上", "起", "以前", "以下")):
        return None
    if beyond:
        low, high = (low, _MOST) if beyond in ("以后", "以上", "起") else (1, low)
    sub = None
    if last["last"]:
        return None
    if kind == "door" and last["high"] and not parity and (last["join"] == "之" or high < low):
        sub, high = (high, high), low
    return [DoorRange(place, min(low, high), max(low, high), parity, kind, sub)], unit, side


def _parity(side: str) -> Parity:
    return "odd" if side in _ODD else "even" if side in _EVEN else ""
