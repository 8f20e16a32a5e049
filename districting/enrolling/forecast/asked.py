"""What-ifs in words: ``enlarge SCHOOL SEATS``, ``close SCHOOL``, ``open NAME BLOCK SEATS``, ``share SCHOOL SCHOOL``, each from a year on if one follows.

Several with a semicolon happen together.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.enrolling.forecast.make import Outlook
from districting.enrolling.forecast.seats import SchoolOutlook, judged
from districting.enrolling.forecast.ways import Ways, ways_of
from districting.enrolment.what_if import SeatWorld, close, demand_of_zones, enlarge, open_school, own_distance_m, share
from districting.errors import DataError, Fault
from districting.wording import Text, text

_VERBS: Final = {
    "enlarge": "enlarge",
    "扩建": "enlarge",
    "扩班": "enlarge",
    "close": "close",
    "撤并": "close",
    "关闭": "close",
    "open": "open",
    "新建": "open",
    "开办": "open",
    "share": "share",
    "共片": "share",
    "多校划片": "share",
}
_WORDS: Final = {"enlarge": 3, "close": 2, "open": 4, "share": 3}
_AMOUNT: Final = re.compile(r"(\d+)(班|个班|classes|class)?")


@dataclass(frozen=True, eq=False)
class Asked:
    """One what-if: warnings of the mid scenario that ``gone`` or ``come`` (school, year, level before, level after).

    ``least_classes``: of one school enlarged, the fewest that clear all its warnings; of one opened, the fewest that clear as many warnings as the seats asked.
    ``clears``: no warning is left in any year, ``of_school``: at the school enlarged or shared, else at any. ``ways``: how nearness was measured, None where no block moves. ``stranded``: blocks left without a school, and the most of their children in a year.
    """

    words: str
    schools: SchoolOutlook
    gone: tuple[tuple[str, int, str, str], ...]
    come: tuple[tuple[str, int, str, str], ...]
    clears: bool
    least_classes: int | None
    moved_blocks: int
    ways: Text | None = None
    stranded: tuple[int, float] = (0, 0.0)
    opens: bool = False
    of_school: bool = False


@dataclass(frozen=True)
class _Step:
    verb: str
    school: str
    block: str = ""
    seats: int = 0
    year: int | None = None
    other: str = ""


def ask_what_if(outlook: Outlook, words: str) -> Asked:
    """The warnings under ``words`` beside those without.

    Blocks of a school that closes go to the nearest other one, by the plan's own distances (see :mod:`districting.enrolling.forecast.ways`); a new school is joined by the
    blocks that come nearer by it, nearest first, while it has no warning; two schools that share take all of their blocks together. Nothing is zoned anew: ``zone`` and
    ``run`` decide that.

    Raises
    ------
    DataError : words that are no what-if, unknown schools or blocks
    """
    steps = [_parsed(part, outlook) for part in re.split(r"[;；]", words) if part.strip()]
    if not steps:
        raise _fault(words, text("forecast.what_if_words"))
    ways = _ways(outlook, steps)
    after, world = _after(outlook, steps, ways)
    gone, come = _changes(outlook.schools, after)
    only = steps[0] if len(steps) == 1 else None
    of_school = only is not None and only.verb in ("enlarge", "share")
    zone = outlook.zones.zone_of_school[only.school] if only is not None and of_school else slice(None)
    least = None if only is None else _least(outlook, only, ways, gone)
    before = outlook.zones.zone[:, None]
    moved = int((world.zone != before).any(axis=1).sum())
    lost = (world.zone < 0) & (before >= 0)
    stranded = int(lost.any(axis=1).sum()), float((outlook.children["mid"] * lost).sum(axis=0).max(initial=0.0))
    opens = any(s.verb == "open" for s in steps)
    told = None if ways is None else ways.say(opens=opens)
    clears = not np.any(after.outlook["mid"].level[zone] > 0)
    opened = only is not None and only.verb == "open"
    return Asked(words, after, gone, come, clears, least, moved, told, stranded, opened, of_school)


def _after(outlook: Outlook, steps: list[_Step], ways: Ways | None) -> tuple[SchoolOutlook, SeatWorld]:
    """The outlook with the steps taken, and where the blocks are then."""
    worlds = {name: _applied(outlook, steps, name, ways) for name in outlook.children}
    world, names, ids = worlds["mid"]
    demand = outlook.schools.demand if outlook.by_feeders else {name: w.demand for name, (w, _, _) in worlds.items()}
    return judged(outlook.rules, (names, ids), outlook.years, demand, world.seats, _unknown(outlook, world, len(names))), world


def _least(outlook: Outlook, step: _Step, ways: Ways | None, gone: tuple[tuple[str, int, str, str], ...]) -> int | None:
    """The fewest classes that do what is asked of one school."""
    size = outlook.rules.pupils_of_class
    if step.verb == "enlarge":
        short = outlook.schools.outlook["mid"].to_clear[outlook.zones.zone_of_school[step.school], _since(outlook, step) :]
        return -(-int(short.max(initial=0)) // size)
    if step.verb != "open":
        return None
    wanted = {(school, year) for school, year, _, after in gone if after in ("none", "unknown")}
    if not wanted:
        return 0
    for classes in range(1, -(-step.seats // size)):
        after, _ = _after(outlook, [replace(step, seats=classes * size)], ways)
        found, come = _changes(outlook.schools, after)
        if not come and wanted <= {(school, year) for school, year, _, level in found if level in ("none", "unknown")}:
            return classes
    return -(-step.seats // size)


def _ways(outlook: Outlook, steps: list[_Step]) -> Ways | None:
    """None where no block moves by nearness."""
    if all(s.verb == "enlarge" for s in steps):
        return None
    if outlook.by_feeders:
        raise _fault(outlook.rules.stage, text("forecast.what_if_feeders"))
    return ways_of(outlook.zones) if any(s.verb in ("close", "open") for s in steps) else None


def _parsed(part: str, outlook: Outlook) -> _Step:
    try:
        given = shlex.split(part)
    except ValueError:
        raise _fault(part, text("forecast.what_if_words")) from None
    verb = _VERBS.get(given[0].casefold()) if given else None
    needed = _WORDS.get(verb or "", 0)
    if verb is None or not needed <= len(given) <= needed + 1:
        raise _fault(part, text("forecast.what_if_words"))
    year = None
    if len(given) == needed + 1:
        if not re.fullmatch(r"\d{4}", given[-1]) or not outlook.years[0] <= int(given[-1]) <= outlook.years[-1]:
            raise _fault(part, text("forecast.what_if_year", first=int(outlook.years[0]), last=int(outlook.years[-1])))
        year = int(given[-1])
    if verb != "open" and given[1] not in outlook.zones.zone_of_school:
        raise _fault(part, text("forecast.unknown_school", stage=text(f"word.{outlook.zones.stage}")))
    if verb == "close":
        return _Step(verb, given[1], year=year)
    if verb == "share":
        zones = outlook.zones.zone_of_school
        if given[2] not in zones:
            raise _fault(part, text("forecast.unknown_school", stage=text(f"word.{outlook.zones.stage}")))
        if zones[given[1]] == zones[given[2]]:
            raise _fault(part, text("forecast.share_itself"))
        return _Step(verb, given[1], other=given[2], year=year)
    amount = _AMOUNT.fullmatch(given[needed - 1])
    if amount is None or int(amount[1]) == 0 or int(amount[1]) > 1_000_000:
        raise _fault(part, text("forecast.what_if_seats"))
    seats = int(amount[1]) * (outlook.rules.pupils_of_class if amount[2] else 1)
    if verb == "open" and given[2] not in outlook.zones.block_ids:
        raise _fault(part, text("forecast.unknown_block"))
    return _Step(verb, given[1], given[2] if verb == "open" else "", seats, year)


def _fault(part: str, problem: Text) -> DataError:
    return DataError(Fault(problem, text("forecast.what_if_remedy"), column=f"--what-if {part.strip()}"))


def _since(outlook: Outlook, step: _Step) -> int:
    return 0 if step.year is None else step.year - int(outlook.years[0])


def _applied(outlook: Outlook, steps: list[_Step], scenario: str, ways: Ways | None) -> tuple[SeatWorld, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    zones, h = outlook.zones, len(outlook.years)
    nowhere = np.full((len(zones.block_ids), len(zones.zone_ids)), np.inf)
    world = SeatWorld(
        np.repeat(zones.zone[:, None], h, axis=1),
        outlook.children[scenario],
        outlook.schools.seats,
        nowhere if ways is None else ways.metres,
        np.ones(outlook.schools.seats.shape, dtype=bool),
    )
    ground = nowhere if ways is None else ways.ground
    names, ids = zones.names, zones.schools
    for step in steps:
        since = _since(outlook, step)
        if step.verb == "enlarge":
            world = enlarge(world, zones.zone_of_school[step.school], step.seats, since)
        elif step.verb == "close":
            world = _closed(outlook, world, step.school, since)
        elif step.verb == "share":
            one, other = zones.zone_of_school[step.school], zones.zone_of_school[step.other]
            world = share(world, one, other, since)
            ground = ground.copy()
            ground[:, one] = np.fmin(ground[:, one], ground[:, other])
        else:
            assert ways is not None
            way = ways.to_block(int(zones.block_ids.get_indexer(pd.Index([step.block]))[0]))
            mid = replace(world, children=outlook.children["mid"])
            joined = open_school(mid, way, step.seats, since, yellow=outlook.rules.yellow, own_m=own_distance_m(world, ground))
            world, ground = replace(joined, children=world.children), np.column_stack([ground, way])
            names, ids = (*names, step.school), (*ids, ("",))
    return world, names, ids


def _closed(outlook: Outlook, world: SeatWorld, school: str, since: int) -> SeatWorld:
    """A school that shares its zone takes its seats away; the zone stays with the others."""
    zone = outlook.zones.zone_of_school[school]
    members = outlook.zones.schools[zone]
    if len(members) == 1:
        return close(world, zone, since)
    names = outlook.zones.plan.schools.set_index("name")["school_id"]
    own = school if school in members else str(names.get(school, ""))
    rows = outlook.zones.plan.seats
    held = float(rows.loc[(rows["school_id"] == own) & (rows["stage"] == outlook.zones.stage), "seats"].sum())
    seats = world.seats.copy()
    seats[zone, since:] = np.maximum(0.0, seats[zone, since:] - held)
    return replace(world, seats=seats)


def _unknown(outlook: Outlook, world: SeatWorld, zones: int) -> Any:
    if outlook.by_feeders:
        return outlook.schools.unknown
    return demand_of_zones(world.zone, outlook.unknown.astype(np.float64), zones).astype(np.int64)


def _changes(before: SchoolOutlook, after: SchoolOutlook) -> tuple[Any, Any]:
    """Warnings that stand before and not after (or lower), and the other way round."""
    rank = {"none": 0, "unknown": 0, "yellow": 1, "red": 2}
    gone: list[tuple[str, int, str, str]] = []
    come: list[tuple[str, int, str, str]] = []
    for zone, name in enumerate(after.names):
        for at, year in enumerate(after.years.tolist()):
            old = before.level("mid", zone, at) if zone < len(before.names) else "none"
            new = after.level("mid", zone, at)
            if rank[new] != rank[old]:
                (gone if rank[new] < rank[old] else come).append((name, year, old, new))
    return tuple(gone), tuple(come)
