"""A round of hires recounted from labels alone: places kept, no pair that would rather have each other (policy R36)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from districting.model.staffing_problem import StaffingRound


class Unstable(NamedTuple):
    """``overfull`` places too many, ``unasked`` hires for posts that were not asked for, ``blocking`` pairs (applicant, post)."""

    overfull: int
    unasked: int
    blocking: list[tuple[int, int]]


def unstable(problem: StaffingRound, post_of_applicant: NDArray[np.int64]) -> Unstable:
    """What is wrong with the hires of a round; a pair blocks where the applicant likes the post better and it has a free place or somebody with a worse claim."""
    hired: dict[int, list[int]] = {}
    for i, post in enumerate(post_of_applicant.tolist()):
        if post >= 0:
            hired.setdefault(post, []).append(i)
    wishes = [[int(p) for p in row if p >= 0] for row in problem.options]
    claim = {
        (i, p): (int(problem.tier[i, j]), int(problem.rank[i]))
        for i, row in enumerate(problem.options)
        for j, p in reversed(list(enumerate(row.tolist())))
        if p >= 0
    }
    overfull = sum(max(len(who) - int(problem.places[p]), 0) for p, who in hired.items())
    unasked = sum(p not in wishes[i] for p, who in hired.items() for i in who)
    blocking = []
    for i, mine in enumerate(wishes):
        for post in mine:
            if post == post_of_applicant[i]:
                break
            there = hired.get(post, [])
            if len(there) < problem.places[post] or any(claim.get((k, post), (9, 0)) > claim[i, post] for k in there):
                blocking.append((i, post))
    return Unstable(overfull, unasked, blocking)
