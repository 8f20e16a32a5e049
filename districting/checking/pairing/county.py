"""The rules of county alliances counted again from the pairs alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from districting.model.county_problem import CountyProblem


@dataclass(frozen=True)
class CountyViolation:
    """A broken rule: which, at which county (-1: none in particular), what was counted and what is allowed."""

    rule: str
    county: int
    found: int
    least: int
    most: int


def check_counties(problem: CountyProblem, donor_of_pair: ArrayLike, recipient_of_pair: ArrayLike) -> list[CountyViolation]:
    """Every broken rule; [] when each recipient has exactly one donor, no donor is above its cap, and every pin holds.

    Where no donor may be left over (``every_donor``) each has at least one recipient; a recipient may have several donors only where donors outnumber recipients.
    """
    donors, recipients = np.asarray(donor_of_pair, dtype=np.int64), np.asarray(recipient_of_pair, dtype=np.int64)
    pairs = list(zip(donors.tolist(), recipients.tolist(), strict=True))
    found = [CountyViolation("roles", d, 1, 0, 0) for d, r in pairs if not problem.is_donor[d] or not problem.is_recipient[r] or d == r]
    found += [CountyViolation("twice", r, pairs.count((d, r)), 1, 1) for d, r in sorted(set(pairs)) if pairs.count((d, r)) > 1]
    givers, takers = np.flatnonzero(problem.is_donor).tolist(), np.flatnonzero(problem.is_recipient).tolist()
    several = problem.every_donor and len(givers) > len(takers)
    for county in takers:
        count = int(np.count_nonzero(recipients == county))
        most = len(givers) if several else 1
        if not 1 <= count <= most:
            found.append(CountyViolation("one_donor", county, count, 1, most))
    most = problem.donor_cap if problem.donor_cap is not None else int(np.ceil(len(takers) / max(1, len(givers))))
    least = 1 if problem.every_donor and takers else 0
    for county in givers:
        count = int(np.count_nonzero(donors == county))
        if count > max(most, 1):
            found.append(CountyViolation("donor_cap", county, count, least, max(most, 1)))
        if count < least:
            found.append(CountyViolation("every_donor", county, count, least, most))
    found += [CountyViolation("pins", r, 0, 1, 1) for d, r in problem.pins if (d, r) not in pairs]
    return found
