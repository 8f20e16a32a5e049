"""The rules of school pairs counted again from labels alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from districting.model.pairing_problem import PairingProblem


@dataclass(frozen=True)
class PairViolation:
    """A broken rule, at which school (position), what was counted and what is allowed at most."""

    rule: str
    school: int
    found: float
    most: float


def check_school_pairs(problem: PairingProblem, donor_of_pair: ArrayLike, recipient_of_pair: ArrayLike, unpaired: ArrayLike = ()) -> list[PairViolation]:
    """Every broken rule; [] when each recipient has one donor or is named as unpaired, each donor is strictly stronger, allowed, and within its cap, every pin
    stands, and nobody is unpaired whom an allowed donor surpasses.

    >>> two = PairingProblem(np.array([9.0, 5.0]), np.array([True, False]), np.array([False, True]), np.zeros((2, 2)))
    >>> check_school_pairs(two, [0], [1]), [v.rule for v in check_school_pairs(two, [], [], [1])]
    ([], ['unpaired'])
    """
    donors, recipients = np.asarray(donor_of_pair, dtype=np.int64).tolist(), np.asarray(recipient_of_pair, dtype=np.int64).tolist()
    pins = {(int(d), int(r)) for d, r in problem.pinned}
    pairs = list(zip(donors, recipients, strict=True))
    found = [PairViolation("pinned", r, 0.0, 1.0) for d, r in sorted(pins) if (d, r) not in pairs]
    for donor, recipient in pairs:
        if not problem.score[donor] > problem.score[recipient]:
            found.append(PairViolation("stronger", recipient, float(problem.score[recipient] - problem.score[donor]), 0.0))
        if (donor, recipient) not in pins and not _may(problem, donor, recipient):
            found.append(PairViolation("allowed", recipient, 1.0, 0.0))
    found += [PairViolation("donor_cap", d, float(n), float(problem.donor_cap)) for d, n in Counter(donors).items() if n > problem.donor_cap]
    left = set(np.asarray(unpaired, dtype=np.int64).tolist())
    wanted = set(np.flatnonzero(problem.is_recipient).tolist()) | {r for _, r in pins}
    times = Counter(recipients)
    found += [PairViolation("one_donor", r, float(times[r] + (r in left)), 1.0) for r in sorted(wanted | set(times) | left) if times[r] + (r in left) != 1]
    found += [
        PairViolation("unpaired", r, 1.0, 0.0)
        for r in sorted(left)
        if any(_may(problem, d, r) for d in np.flatnonzero(problem.score > problem.score[r]).tolist())
    ]
    return found


def _may(problem: PairingProblem, donor: int, recipient: int) -> bool:
    named = bool(problem.is_donor[donor]) and bool(problem.is_recipient[recipient]) and donor != recipient
    return named and (problem.allowed is None or bool(problem.allowed[donor, recipient]))
