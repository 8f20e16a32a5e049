"""The four bounds in words, as notices put them."""

from __future__ import annotations

from collections.abc import Sequence

from districting.geography.four_bounds import SIDES, Bound, PartBounds
from districting.outputs.report.facts import Report, ZoneFacts
from districting.outputs.report.parts import clean
from districting.wording import say

_RING_MOST = 12
"""A ring of more pieces is not listed: the map shows it better."""


def bounds_text(report: Report, zone: ZoneFacts) -> str:
    """东至…，南至…，西至…，北至…; the ring clockwise too where a part is no rectangle; parts numbered (1)(2). Empty where the zone has no outline."""
    parts = [_part(report, part) for part in zone.bounds]
    if len(parts) < 2:
        return parts[0] if parts else ""
    numbered = [say("report.bounds_part", report.lang, number=i, words=words) for i, words in enumerate(parts, start=1)]
    return ("；" if report.lang == "zh" else "; ").join(numbered)


def no_bound_sides(zone: ZoneFacts) -> bool:
    """Whether some side of it has nothing to be named by."""
    return any(b.kind == "edge" for part in zone.bounds for side in SIDES for b in part.sides[side])


def _part(report: Report, part: PartBounds) -> str:
    lang = report.lang
    sides = [say(f"report.bounds_{side}", lang, what=_listed(report, part.sides[side])) for side in SIDES if part.sides[side]]
    words = ("，" if lang == "zh" else ", ").join(sides)
    named = {b for b in part.ring if b.kind != "edge"}
    if not part.rectangle and len(named) > 2 and len(part.ring) <= _RING_MOST:
        words += say("report.bounds_ring", lang, ring=("—" if lang == "zh" else " – ").join(_name(report, b) for b in part.ring))
    return words


def _listed(report: Report, bounds: Sequence[Bound]) -> str:
    return ("、" if report.lang == "zh" else ", ").join(_name(report, b) for b in bounds)


def _name(report: Report, bound: Bound) -> str:
    if bound.kind in ("road", "barrier"):
        return clean(bound.name)
    if bound.kind == "edge":
        return str(say("report.bound_edge", report.lang))
    name = report.zone_name.get(bound.name, bound.name) if bound.kind == "zone" else bound.name
    return str(say(f"report.bound_{bound.kind}", report.lang, name=clean(name)))
