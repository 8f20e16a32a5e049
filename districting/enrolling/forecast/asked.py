"""What-ifs in words: ``enlarge SCHOOL SEATS``, ``close SCHOOL``, ``open NAME BLOCK SEATS``, each from a year on if one follows; several with a semicolon happen together."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.enrolling.forecast.make import Outlook
from districting.enrolling.forecast.seats import SchoolOutlook, judged
from districting.enrolment.what_if import SeatWorld, close, enlarge, open_school
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
}
_AMOUNT: Final = re.compile(r"(\d+)(班|个班|classes|class)?")


@dataclass(frozen=True, eq=False)
class Asked:
    """One what-if: warnings of the mid scenario that ``gone`` or ``come`` (school, year, level before, level after), and seats that would still clear what is left of the school enlarged."""

    words: str
    schools: SchoolOutlook
    gone: tuple[tuple[str, int, str, str], ...]
    come: tuple[tuple[str, int, str, str], ...]
    clears: bool
    least_classes: int | None
    moved_blocks: int


@dataclass(frozen=True)
class _Step:
    verb: str
    school: str
    block: str = ""
    seats: int = 0
    year: int | None = None


def ask_what_if(outlook: Outlook, words: str) -> Asked:
    """The warnings under ``words`` beside those without.

    Blocks of a school that closes go to the nearest other one by straight line; a new school is joined by the blocks that come nearer by it, nearest first, while it has
    no warning. Nothing is zoned anew: ``zone`` and ``run`` decide that.

    Raises
    ------
    DataError : words that are no what-if, unknown schools or blocks
    """
    steps = [_parsed(part, outlook) for part in re.split(r"[;；]", words) if part.strip()]
    if not steps:
        raise _fault(words, text("forecast.what_if_words"))
    schools = {name: _applied(outlook, steps, name) for name in outlook.children}
    world, names, ids = schools["mid"]
    demand = {name: w.demand for name, (w, _, _) in schools.items()}
    before = outlook.schools
    if _by_feeders(outlook):
        demand = before.demand
    after = judged(outlook.rules, (names, ids), outlook.years, demand, world.seats, _unknown(outlook, world, len(names)))
    gone, come = _changes(before, after)
    enlarged = steps[0].school if len(steps) == 1 and steps[0].verb == "enlarge" else None
    least = None
    if enlarged is not None:
        zone = outlook.zones.zone_of_school[enlarged]
        since = _since(outlook, steps[0])
        least = -(-int(before.outlook["mid"].to_clear[zone, since:].max(initial=0)) // outlook.rules.pupils_of_class)
    left = np.any(after.outlook["mid"].level > 0)
    clears = not left if enlarged is None else not np.any(after.outlook["mid"].level[outlook.zones.zone_of_school[enlarged]] > 0)
    moved = int((world.zone != outlook.zones.zone[:, None]).any(axis=1).sum())
    return Asked(words, after, gone, come, bool(clears), least, moved)


def _parsed(part: str, outlook: Outlook) -> _Step:
    try:
        given = shlex.split(part)
    except ValueError:
        raise _fault(part, text("forecast.what_if_words")) from None
    verb = _VERBS.get(given[0].casefold()) if given else None
    needed = {"enlarge": 3, "close": 2, "open": 4}.get(verb or "", 0)
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
    amount = _AMOUNT.fullmatch(given[needed - 1])
    if amount is None or int(amount[1]) == 0 or int(amount[1]) > 1_000_000:
        raise _fault(part, text("forecast.what_if_seats"))
    seats = int(amount[1]) * (outlook.rules.pupils_of_class if amount[2] else 1)
    if verb == "open" and given[2] not in outlook.zones.block_ids:
        raise _fault(part, text("forecast.unknown_block"))
    return _Step(verb, given[1], given[2] if verb == "open" else "", seats, year)


def _fault(part: str, problem: Text) -> DataError:
    return DataError(Fault(problem, text("forecast.what_if_remedy"), column=f"--what-if {part.strip()}"))


def _by_feeders(outlook: Outlook) -> bool:
    return outlook.method == "graduates" and len(outlook.zones.plan.feeders) > 0


def _since(outlook: Outlook, step: _Step) -> int:
    return 0 if step.year is None else step.year - int(outlook.years[0])


def _applied(outlook: Outlook, steps: list[_Step], scenario: str) -> tuple[SeatWorld, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    zones, h = outlook.zones, len(outlook.years)
    moves = any(s.verb != "enlarge" for s in steps)
    if moves and _by_feeders(outlook):
        raise _fault(outlook.rules.stage, text("forecast.what_if_feeders"))
    metres = zones.metres if moves else np.zeros((len(zones.block_ids), len(zones.zone_ids)))
    world = SeatWorld(
        np.repeat(zones.zone[:, None], h, axis=1), outlook.children[scenario], outlook.schools.seats, metres, np.ones(outlook.schools.seats.shape, dtype=bool)
    )
    names, ids = zones.names, zones.schools
    for step in steps:
        since = _since(outlook, step)
        if step.verb == "enlarge":
            world = enlarge(world, zones.zone_of_school[step.school], step.seats, since)
        elif step.verb == "close":
            world = _closed(outlook, world, step.school, since)
        else:
            block = int(zones.block_ids.get_indexer(pd.Index([step.block]))[0])
            way = zones.metres_to(zones.block_xy[[block]])[:, 0]
            mid = replace(world, children=outlook.children["mid"])
            joined = open_school(mid, way, step.seats, since, yellow=outlook.rules.yellow)
            world = replace(joined, children=world.children)
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
    if _by_feeders(outlook):
        return outlook.schools.unknown
    from districting.enrolment.what_if import demand_of_zones

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
