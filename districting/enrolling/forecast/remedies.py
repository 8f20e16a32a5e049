"""What would clear each warning: a rule (two neighbouring schools share a zone, 多校划片) where that is enough, and the fewest classes to build; and whether seats suffice at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.enrolling.zones import StageZones
from districting.enrolment.forecast import seat_outlook
from districting.enrolment.what_if import least_classes

if TYPE_CHECKING:
    from districting.enrolling.forecast.make import Outlook


@dataclass(frozen=True)
class Remedy:
    """Of one zone, for the years of the warning table, each as words for ``--what-if``. ``rule`` and ``partner`` are "" where no neighbour has seats enough for both.

    ``since`` and ``until``: first and last year with a warning, the last of all years of the forecast, so that nobody builds for good what one year needs.
    """

    zone: int
    since: int
    until: int
    classes: int
    building: str
    rule: str = ""
    partner: str = ""


@dataclass(frozen=True)
class Balance:
    """Of one county (or "" for all): the highest ``ratio`` of children to seats, its ``year``, and the fewest classes that no drawing of zones can do without (0: none)."""

    county: str
    ratio: float
    year: int
    classes: int


def remedies_of(outlook: Outlook) -> dict[int, Remedy]:
    """Zone -> what clears its warnings of the first ``warn_years`` of the mid scenario.

    Each stands by itself: two zones may name the same neighbour, which has seats for one of them only.
    """
    span = min(outlook.rules.warn_years, len(outlook.years))
    mid = outlook.schools.outlook["mid"]
    warned = mid.level[:, :span] > 0
    beside = {} if outlook.by_feeders else _neighbours(outlook.zones)
    found = {}
    for zone in np.flatnonzero(warned.any(axis=1)).tolist():
        since = int(warned[zone].argmax())
        classes = least_classes(mid.to_clear[zone, since:span], outlook.rules.pupils_of_class)
        own, year = _called(outlook.zones, zone), int(outlook.years[since])
        partner = _partner(outlook, zone, beside.get(zone, []), since, span)
        rule = "" if partner is None else f"share {own} {_called(outlook.zones, partner)} {year}"
        name = "" if partner is None else outlook.schools.names[partner]
        until = int(outlook.years[np.flatnonzero(mid.level[zone] > 0)[-1]])
        found[zone] = Remedy(zone, year, until, classes, f"enlarge {own} {classes * outlook.rules.pupils_of_class} {year}", rule, name)
    return found


def balances_of(outlook: Outlook) -> tuple[Balance, ...]:
    """Whether the seats of a county suffice whatever the zones: by county where zones stay in theirs, else of all together; the shortest first.

    Without a warning every zone has fewer children than ``yellow`` of its seats, and so has their sum: what the sum lacks must be built.
    """
    span = min(outlook.rules.warn_years, len(outlook.years))
    county = _county_of_zones(outlook.zones)
    found = []
    for code in sorted(set(county.tolist())):
        mine = county == code
        demand, seats = outlook.schools.demand["mid"][mine, :span].sum(axis=0), outlook.schools.seats[mine, :span].sum(axis=0)
        told = seat_outlook(demand[None, :], seats[None, :], yellow=outlook.rules.yellow, red=outlook.rules.red)
        worst = int(told.ratio[0].argmax())
        found.append(Balance(code, float(told.ratio[0, worst]), int(outlook.years[worst]), least_classes(told.to_clear[0], outlook.rules.pupils_of_class)))
    return tuple(sorted(found, key=lambda b: (-b.classes, -b.ratio, b.county)))


def _partner(outlook: Outlook, zone: int, beside: list[int], since: int, span: int) -> int | None:
    """The nearest neighbour with which the zone has no warning; one whose children are not all known cannot be sure to do."""
    schools, lines = outlook.schools, {"yellow": outlook.rules.yellow, "red": outlook.rules.red}
    for other in beside:
        years = slice(since, span)
        if schools.unknown[[zone, other], years].any():
            continue
        demand = schools.demand["mid"][[zone, other], years].sum(axis=0)
        if not seat_outlook(demand[None, :], schools.seats[[zone, other], years].sum(axis=0)[None, :], **lines).level.any():
            return other
    return None


def _neighbours(zones: StageZones) -> dict[int, list[int]]:
    """Zone -> zones across a border that no barrier cuts, in its county, the longest common border first."""
    edges = zones.plan.edges
    if not len(edges):
        return {}
    rows = edges[~edges["cut"].astype(bool)]
    a, b = (zones.block_ids.get_indexer(pd.Index(rows[c].astype("str"))) for c in ("block_a", "block_b"))
    known = (a >= 0) & (b >= 0)
    pairs = pd.DataFrame({"a": zones.zone[a[known]], "b": zones.zone[b[known]], "shared_m": rows["shared_m"].to_numpy(dtype=np.float64)[known]})
    county = _county_of_zones(zones)
    both = pd.concat([pairs, pairs.rename(columns={"a": "b", "b": "a"})])
    both = both[(both["a"] != both["b"]) & (both["a"] >= 0) & (both["b"] >= 0)]
    both = both[county[both["a"]] == county[both["b"]]]
    sums = both.groupby(["a", "b"])["shared_m"].sum().reset_index().sort_values(["a", "shared_m", "b"], ascending=[True, False, True], kind="stable")
    return {int(zone): [int(o) for o in rows["b"]] for zone, rows in sums.groupby("a", sort=True)}


def _county_of_zones(zones: StageZones) -> NDArray[np.object_]:
    """(z,) county of each zone where zones stay in theirs, else "" for all."""
    if not zones.within_county:
        return np.full(len(zones.schools), "", dtype=object)
    code: dict[str, str] = dict(zones.plan.schools[["school_id", "county_code"]].fillna("").astype("str").itertuples(index=False, name=None))
    return np.array([code.get(members[0], "") for members in zones.schools], dtype=object)


def _called(zones: StageZones, zone: int) -> str:
    """A name of the zone's first school that a what-if understands."""
    school = zones.schools[zone][0]
    name = zones.plan.schools.set_index("school_id")["name"].get(school)
    known = isinstance(name, str) and zones.zone_of_school.get(name) == zone and not re.search(r"[;；'\"\\]", name)
    word = str(name) if known else school
    return f"'{word}'" if re.search(r"\s", word) else word
