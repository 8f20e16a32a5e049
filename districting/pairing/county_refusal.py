"""Pins of county alliances that no plan can keep: which rule stands against them, by how much, and what to change."""

from __future__ import annotations

from collections import Counter

from districting.errors import Conflict, InfeasibleError
from districting.model.county_problem import CountyProblem
from districting.wording import Text, text


def refuse_pins(problem: CountyProblem) -> None:
    """Raise what the pins clash with: one donor for a recipient, the cap of a donor, or a recipient for every donor."""
    pins = sorted(set(problem.pins))
    conflicts: list[Conflict] = []
    remedies: list[Text] = []
    several = {r: n for r, n in Counter(r for _, r in pins).items() if n > 1}
    if several and not problem.doubling:
        for county, count in sorted(several.items()):
            conflicts.append(Conflict("one_donor", float(count - 1), "county", text("pairing.pinned_twice", county=_name(problem, county), count=count)))
            remedies.append(text("pairing.keep_one_pin", county=_name(problem, county)))
    over = {d: n for d, n in Counter(d for d, _ in pins).items() if n > problem.cap}
    for county, count in sorted(over.items()):
        conflicts.append(
            Conflict(
                "donor_cap", float(count - problem.cap), "county", text("pairing.pinned_over_cap", county=_name(problem, county), count=count, cap=problem.cap)
            )
        )
    if over:
        remedies.append(text("pairing.raise_county_cap", cap=max(over.values())))
    if not conflicts:
        conflicts, remedies = _room(problem, pins)
    if conflicts:
        raise InfeasibleError(conflicts, remedies)


def _room(problem: CountyProblem, pins: list[tuple[int, int]]) -> tuple[list[Conflict], list[Text]]:
    """Whether recipients without a pin find a donor below its cap and, with ``every_donor``, donors without a pin find a recipient."""
    free_recipients = int(problem.is_recipient.sum()) - len({r for _, r in pins})
    free_places = int(problem.is_donor.sum()) * problem.cap - len(pins)
    if free_recipients > free_places:
        missing = free_recipients - free_places
        said = text("pairing.pins_leave_recipients", missing=missing, cap=problem.cap)
        more = -(-missing // max(1, int(problem.is_donor.sum())))
        return [Conflict("donor_cap", float(missing), "county", said)], [text("pairing.raise_county_cap", cap=problem.cap + more)]
    idle = int(problem.is_donor.sum()) - len({d for d, _ in pins})
    if problem.every_donor and not problem.doubling and idle > free_recipients:
        said = text("pairing.pins_leave_donors", missing=idle - free_recipients)
        return [Conflict("every_donor", float(idle - free_recipients), "county", said)], [text("pairing.drop_every_donor")]
    return [], []


def _name(problem: CountyProblem, county: int) -> str:
    return problem.names[county] if problem.names else problem.code[county] if problem.code else str(county)
