"""Door numbers as people write them: ``雁城路1-70号``, ``单号``, ``12号楼``, and lists of addresses that go to another school (门牌例外)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Parity = Literal["", "odd", "even"]
DoorKind = Literal["door", "building"]

_CHINESE: Final = {c: i for i, c in enumerate("零一二三四五六七八九")}
_NUMERAL: Final = re.compile(r"[一二三四五六七八九十]{1,3}(?=号楼|号|幢|栋|座)")
_BUILDING: Final = r"(?:号楼|#楼|幢|栋|座|bldg|building)"
_RANGE: Final = re.compile(
    rf"(?P<before>单号|双号|奇数|偶数|odd|even)?\(?(?P<low>\d+)(?:(?:{_BUILDING}|号)?(?:-|~|—|–|至|到|to)(?P<high>\d+))?(?P<unit>{_BUILDING}|号|no)?"
    r"\(?(?P<after>单号|双号|奇数|偶数|单|双|odd|even)?\)?"
)
_ODD: Final = frozenset({"单号", "奇数", "单", "odd"})
_EVEN: Final = frozenset({"双号", "偶数", "双", "even"})
_TO: Final = re.compile(r"→|->|=>|划归|归属|归|:")
_UNTIL: Final = re.compile(r"\(?(?:有效期)?(?:至|到|until)(\d{4})年?(?:止)?\)?$")
_DOOR: Final = re.compile(rf"(\d+)(?:-\d+|之\d+)?({_BUILDING}|号(?!楼|线|院))")


@dataclass(frozen=True)
class DoorRange:
    """Numbers ``low`` to ``high`` of a street (``place`` "" = of the compound itself), all, odd or even; doors or buildings."""

    place: str
    low: int
    high: int
    parity: Parity = ""
    kind: DoorKind = "door"

    def holds(self, number: int) -> bool:
        """Whether a number lies in the range.

        >>> DoorRange("", 1, 70, "odd").holds(69), DoorRange("", 1, 70, "odd").holds(70)
        (True, False)
        """
        return self.low <= number <= self.high and (not self.parity or (number % 2 == 1) == (self.parity == "odd"))


@dataclass(frozen=True)
class AddressException:
    """One item: its ranges (none: the whole place ``said``), the school it names ("" = none), and the last year in which it holds (None = for good)."""

    said: str
    place: str
    ranges: tuple[DoorRange, ...]
    school: str = ""
    until: int | None = None


@dataclass(frozen=True)
class AskedAddress:
    """An address asked about: its plain text, the words before the first number, and the numbers by kind."""

    plain: str
    place: str
    door: int | None = None
    building: int | None = None

    def number(self, kind: DoorKind) -> int | None:
        return self.door if kind == "door" else self.building


def plain_address(said: str) -> str:
    """Half width, no blanks, small letters, Chinese numerals before 号, 幢, 栋 as digits.

    >>> plain_address("雁城路 １２ 号"), plain_address("十二号楼")
    ('雁城路12号', '12号楼')
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", said).casefold())
    return _NUMERAL.sub(lambda m: _digits(m[0]), folded)


def _digits(numeral: str) -> str:
    if "十" not in numeral:
        return "".join(str(_CHINESE[c]) for c in numeral)
    tens, _, ones = numeral.partition("十")
    return str((_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0)) if tens in ("", *_CHINESE) and ones in ("", *_CHINESE) else numeral


def asked_address(said: str) -> AskedAddress:
    """What is asked.

    >>> asked_address("雁城路12号"), asked_address("春风苑3号楼2单元501")
    (AskedAddress(plain='雁城路12号', place='雁城路', door=12, building=None), AskedAddress(plain='春风苑3号楼2单元501', place='春风苑', door=None, building=3))
    """
    plain = plain_address(said)
    door, building, start = None, None, len(plain)
    for match in _DOOR.finditer(plain):
        start = min(start, match.start())
        if match[2] == "号":
            door = int(match[1]) if door is None else door
        else:
            building = int(match[1]) if building is None else building
    return AskedAddress(plain, plain[:start], door, building)


def address_exceptions(said: str) -> tuple[AddressException, ...]:
    """The items of a cell, apart by semicolons or line ends.

    >>> address_exceptions("雁城路1-70号(双号)→二小(至2027年)；12号楼")[0]
    AddressException(said='雁城路1-70号(双号)', place='雁城路', ranges=(DoorRange(place='雁城路', low=1, high=70, parity='even', kind='door'),), school='二小', until=2027)
    """
    items = re.split(r"[;；\n]+|。", said)
    return tuple(_exception(item) for item in items if item.strip(" \t、,，"))


def _exception(item: str) -> AddressException:
    plain = plain_address(item)
    until = _UNTIL.search(plain)
    body = plain[: until.start()] if until else plain
    parts = _TO.split(body, maxsplit=1)
    address, school = parts[0].strip("、,"), parts[1].strip("、,") if len(parts) > 1 else ""
    return AddressException(address, _place(address), door_ranges(address), school, int(until[1]) if until else None)


def _place(address: str) -> str:
    first = _RANGE.search(address)
    return re.sub(r"(单号|双号|奇数|偶数|odd|even)?[(第]?$", "", address[: first.start()]) if first else re.sub(r"[(]?(单号|双号|奇数|偶数)[)]?$", "", address)


def door_ranges(address: str) -> tuple[DoorRange, ...]:
    """The ranges of one item, in order; the unit and the side of the street that close a list hold for all its numbers. A range the wrong way round is turned.

    >>> [(r.low, r.high, r.parity, r.kind) for r in door_ranges("雁城路1、3、5-9号单号")]
    [(1, 1, 'odd', 'door'), (3, 3, 'odd', 'door'), (5, 9, 'odd', 'door')]
    >>> [(r.low, r.high, r.kind) for r in door_ranges("12-15号楼")]
    [(12, 15, 'building')]
    """
    place = _place(address)
    found: list[DoorRange] = []
    tail: tuple[Parity, DoorKind] = ("", "door")
    for match in reversed(list(_RANGE.finditer(address, len(place)))):
        word = match["before"] or match["after"] or ""
        parity: Parity = "odd" if word in _ODD else "even" if word in _EVEN else ""
        unit = match["unit"] or ""
        if unit or word:
            tail = (parity or (tail[0] if not unit else ""), "building" if unit and unit not in ("号", "no") else "door")
        low, high = int(match["low"]), int(match["high"] or match["low"])
        found.append(DoorRange(place, min(low, high), max(low, high), *tail))
    whole: Parity = "odd" if re.search(r"单号|奇数", address) else "even" if re.search(r"双号|偶数", address) else ""
    if not found and whole:
        return (DoorRange(place, 1, 10**9, whole),)
    return tuple(reversed(found))
