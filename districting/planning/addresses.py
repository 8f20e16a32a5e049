"""Which school for this compound and door number: from the plan alone, with exceptions, temporary zones and seats left. Nothing is guessed in silence."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.planning.exceptions import exceptions_of
from districting.reading.doors import AddressException, AskedAddress, address_exceptions, asked_address, plain_address
from districting.wording import text

_SUGGESTED: Final = 6
_LISTED: Final = 24
_LIKE: Final = 0.55
_BEFORE: Final = re.compile(r"(?:^|[省市区县旗镇乡道路街巷弄村社号组\W])$")
"""What may stand before a name without being part of it: nothing, or an area or street."""
_AFTER: Final = re.compile(r"$|\d+(?![\d期区组社队])|[\Wa-z第]|(?:小区|社区|院)(?:$|\d+(?![\d期区组社队])|\W)")


@dataclass(frozen=True)
class StageAnswer:
    """The schools of an address at one stage. ``seats_left``: of their zone, None where not known; ``why``: ``zone``, ``block_exception`` or ``address_exception``; ``until``: last year of a temporary one."""

    stage: str
    zone_id: str
    school_ids: tuple[str, ...]
    schools: tuple[str, ...]
    why: str
    reason: str = ""
    until: int | None = None
    seats: float | None = None
    seats_left: float | None = None
    school_unclear: bool = False


@dataclass(frozen=True)
class AddressAnswer:
    """One block that the address may mean. ``other``: exceptions of the block that the address does not fall under, or may (no number was given).

    ``delivery_year``: of an estate that is not delivered in the plan's year yet. ``ended``: an exception the address fell under that has run out, so that its zone counts.
    """

    block_id: str
    name: str
    stages: tuple[StageAnswer, ...]
    exception: str = ""
    other: tuple[str, ...] = ()
    delivery_year: int | None = None
    ended: str = ""


@dataclass(frozen=True)
class AddressFound:
    """``sure``: one block, whose name or door range is in the address. Else the blocks it may mean, and how many ``more`` are not listed."""

    sure: bool
    year: int
    answers: tuple[AddressAnswer, ...]
    more: int = 0


def explain_address(plan: Plan, address: str, stages: tuple[str, ...]) -> AddressFound:
    """The schools of ``address``.

    Parameters
    ----------
    address : a compound, village or street with a door number or building, in any width
    stages : zoned stages to answer for

    Raises
    ------
    DataError : an address without words, or one that no block's name or exception is like; the remedy lists the nearest names and the fault never repeats the address
    """
    asked = asked_address(address)
    if not asked.plain:
        raise DataError(Fault(text("address.blank"), text("address.blank_remedy"), column="--address"))
    names = [plain_address(n) if isinstance(n, str) else "" for n in plan.blocks["name"]]
    items = _items(plan)
    by_door = {i: hit for i, own in items.items() if (hit := _hit(own, asked, plan.year, named=True)) is not None}
    by_name = _named(names, asked)
    places = sorted(by_door) + [i for i in by_name if i not in by_door and not set(by_name) & set(by_door)]
    sure = len(places) == 1 and (bool(by_door) or _stands_alone(names[places[0]], asked.plain))
    if not places:
        places = _partly(names, asked)
    if not places:
        raise DataError(_not_found(plan, names, items, asked))
    seats = _Seats(plan, stages)
    answers = tuple(_answer(plan, i, items.get(i, ()), by_door.get(i), asked, seats) for i in places[:_LISTED])
    return AddressFound(sure, plan.year, answers, len(places) - len(answers))


def _items(plan: Plan) -> dict[int, tuple[AddressException, ...]]:
    """Position of a block -> its exceptions, those too that have run out: they still say which block a door is in."""
    if "address_exceptions" not in plan.blocks.columns:
        return {}
    cells = plan.blocks["address_exceptions"].fillna("").astype("str").tolist()
    found = {i: tuple(address_exceptions(c)) for i, c in enumerate(cells) if c.strip()}
    return {i: own for i, own in found.items() if own}


def _over(item: AddressException, year: int) -> bool:
    """Whether the exception has run out."""
    return item.until is not None and item.until < year


def _hit(items: tuple[AddressException, ...], asked: AskedAddress, year: int, *, named: bool) -> AddressException | None:
    """The exception the address falls under: of several the one of fewest numbers, one that has run out last. ``named``: those that name their street; else those of
    the block itself.
    """
    fit = [(_over(item, year), width, at) for at, item in enumerate(items) if (width := _width(item, asked, named=named)) is not None]
    return items[min(fit)[2]] if fit else None


def _width(item: AddressException, asked: AskedAddress, *, named: bool) -> float | None:
    """How many numbers the narrowest range holds in which the address lies (one behind a dash is less than one); infinite of a whole street, None: in none."""
    if not item.ranges:
        whole = named and bool(item.place) and any(_ends(words, item.place) for words in (asked.place, *(n.before for n in asked.numbers)))
        return np.inf if whole else None
    held = [r for r in item.ranges if r.named == named for n in asked.numbers if n.kind == r.kind and r.holds(n.number, n.sub) and _ends(n.before, r.place)]
    return min((r.high - r.low + (r.sub is None) for r in held), default=None)


def _ends(words: str, place: str) -> bool:
    """Whether ``words`` end with a place that is not the end of a longer name; a place that is a number in the block, like 3幢, is not the end of a longer number."""
    if not words.endswith(place):
        return False
    before = words[: len(words) - len(place)]
    if not place:
        return True
    return not before[-1:].isdigit() if place[0].isdigit() else bool(_BEFORE.search(before))


def _named(names: list[str], asked: AskedAddress) -> list[int]:
    """Blocks whose name stands in the address; a name inside a longer one that stands there too does not count."""
    inside = {n for n in set(names) if n and n in asked.plain and not _cuts_number(n, asked.plain)}
    whole = {n for n in inside if not any(n != m and n in m for m in inside)}
    return [i for i, n in enumerate(names) if n in whole]


def _cuts_number(name: str, plain: str) -> bool:
    """Whether the name stands in the address only as part of a longer number: 春风苑1 in 春风苑12号楼."""
    cut = rf"(?<!\d){re.escape(name)}" if name[0].isdigit() else re.escape(name)
    return re.search(cut + (r"(?!\d)" if name[-1].isdigit() else ""), plain) is None


def _stands_alone(name: str, plain: str) -> bool:
    """Whether what stands before and after the name cannot be part of another name: 阳光花园 is not surely 新阳光花园, nor 阳光花园二期."""
    before, _, after = plain.partition(name)
    return bool(_BEFORE.search(before)) and bool(_AFTER.match(after))


def _partly(names: list[str], asked: AskedAddress) -> list[int]:
    """Blocks whose name begins like the address, or holds it."""
    words = asked.place or asked.plain
    return [i for i, n in enumerate(names) if len(words) >= 2 and words in n]


def _not_found(plan: Plan, names: list[str], items: dict[int, tuple[AddressException, ...]], asked: AskedAddress) -> Fault:
    """The fault says what is near: other doors of the street that are listed, else the nearest names."""
    words = asked.place or asked.plain
    streets = [words, *(n.before for n in asked.numbers)]
    listed = sorted({e.said for own in items.values() for e in own if any(r.named and _ends(street, r.place) for r in e.ranges for street in streets)})
    if listed:
        return Fault(text("address.not_listed"), text("address.listed_doors", items=listed[:_SUGGESTED]), column="--address")
    near = difflib.get_close_matches(words, sorted({n for n in names if n}), n=_SUGGESTED, cutoff=_LIKE)
    spelt = {n: str(own) for n, own in zip(names, plan.blocks["name"], strict=True)}
    remedy = text("address.suggest", names=[spelt[n] for n in near]) if near else text("address.other_words")
    return Fault(text("address.not_found"), remedy, column="--address")


def _answer(plan: Plan, i: int, items: tuple[AddressException, ...], hit: AddressException | None, asked: AskedAddress, seats: _Seats) -> AddressAnswer:
    if hit is None:
        hit = _hit(items, asked, plan.year, named=False)
    ended = ""
    if hit is not None and _over(hit, plan.year):
        ended, hit = hit.said, None
    row = plan.blocks.iloc[i]
    rest = tuple(e.said for e in items if e is not hit and not _over(e, plan.year))
    stages = tuple(seats.answer(str(row["block_id"]), str(row[f"zone_id_{s}"]), s, hit) for s in seats.stages)
    name = row["name"] if isinstance(row["name"], str) else ""
    return AddressAnswer(str(row["block_id"]), name, stages, "" if hit is None else hit.said, rest, _not_delivered(row.get("delivery_year"), plan.year), ended)


def _not_delivered(said: object, year: int) -> int | None:
    """The year of delivery where it is after ``year``."""
    match = re.search(r"(?<!\d)\d{4}(?!\d)", str(said))
    return int(match[0]) if match and int(match[0]) > year else None


class _Seats:
    """Schools, seats and demand of every zone, looked up once."""

    def __init__(self, plan: Plan, stages: tuple[str, ...]) -> None:
        self.plan, self.stages = plan, stages
        self.names: dict[str, str] = dict(plan.schools[["school_id", "name"]].astype("str").itertuples(index=False, name=None))
        self.excepted = exceptions_of(plan).active
        self.held = {(str(s), str(g)): float(n) for s, g, n in plan.seats[["school_id", "stage", "seats"]].itertuples(index=False, name=None)}
        demand = plan.demand[plan.demand["year"] == plan.year] if (plan.demand["year"] == plan.year).any() else plan.demand
        self.load: dict[tuple[str, str], float] = {}
        for stage in stages:
            zone = plan.blocks.set_index("block_id")[f"zone_id_{stage}"]
            mine = demand[demand["stage"] == stage]
            sums = mine["pupils"].groupby(mine["block_id"].map(zone)).sum()
            self.load |= {(str(z), stage): float(n) for z, n in sums.items()}

    def answer(self, block: str, zone: str, stage: str, hit: AddressException | None) -> StageAnswer:
        members = self.plan.zone_schools[self.plan.zone_schools["stage"] == stage]
        if hit is not None:
            ids = self._named_school(hit.school, set(members["school_id"]))
            if ids:
                own = str(members.loc[members["school_id"] == ids[0], "zone_id"].iloc[0])
                return self._of_zone(stage, own, tuple(ids), "address_exception", "", hit.until)
        exception = self.excepted[(self.excepted["stage"] == stage) & (self.excepted["block_id"] == block)]
        ids = members.loc[members["zone_id"] == zone, "school_id"].astype("str").tolist()
        unclear = hit is not None
        if len(exception):
            row: Any = exception.iloc[0]
            until = None if pd.isna(row["temporary_until"]) else int(row["temporary_until"])
            reason = row["reason"] if isinstance(row["reason"], str) else ""
            return self._of_zone(stage, zone, (str(row["school_id"]),), "block_exception", reason, until)
        return self._of_zone(stage, zone, tuple(ids), "zone", "", None, unclear=unclear and not self._other_stage(hit, stage))

    def _named_school(self, word: str, offered: set[str]) -> list[str]:
        own = [i for i in sorted(offered) if word and plain_address(i) == word]
        if own:
            return own if len(own) == 1 else []
        spelt = {plain_address(str(s)): str(n) for s, n in self.plan.aliases[["spelling", "name"]].itertuples(index=False, name=None)}
        name = spelt.get(word, word)
        found = [i for i in sorted(offered) if plain_address(self.names.get(i, "")) in (word, plain_address(name))]
        return found if len(found) == 1 else []

    def _other_stage(self, hit: AddressException | None, stage: str) -> bool:
        """Whether the school named teaches another stage only: the exception says nothing of this one."""
        return hit is not None and any(
            s != stage and self._named_school(hit.school, set(self.plan.zone_schools.loc[self.plan.zone_schools["stage"] == s, "school_id"]))
            for s in self.plan.zoned_stages
        )

    def _of_zone(self, stage: str, zone: str, ids: tuple[str, ...], why: str, reason: str, until: int | None, *, unclear: bool = False) -> StageAnswer:
        members = self.plan.zone_schools[(self.plan.zone_schools["stage"] == stage) & (self.plan.zone_schools["zone_id"] == zone)]["school_id"]
        own = [self.held[s, stage] for s in members if (s, stage) in self.held]
        seats = float(np.sum(own)) if own else None
        left = None if seats is None else seats - self.load.get((zone, stage), 0.0)
        return StageAnswer(stage, zone, ids, tuple(self.names.get(i, i) for i in ids), why, reason, until, seats, left, unclear)
