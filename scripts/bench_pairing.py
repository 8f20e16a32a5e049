"""Time of links on synthetic cities: school pairs (1,000 x 1,000) beside the bare assignment of scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from districting.model.pairing_problem import PairingProblem
from districting.pairing import pair_schools
from scripts.bench_row import Row, in_turn

PAIRS_TARGET_S = 2.0


def school_row(each: int, seed: int, **changes: Any) -> Row:
    """School pairs beside the bare assignment, which knows no cap, no reach, no runner-up and no margin; the same distances for both."""
    rng = np.random.default_rng(seed)
    donor = np.arange(2 * each) < each
    score = np.where(donor, 80.0, 60.0) + rng.uniform(-9.0, 9.0, 2 * each)
    xy = rng.uniform(0, 60_000, (2 * each, 2))
    cost = np.hypot(*(xy[:each, None] - xy[None, each:]).transpose(2, 0, 1))
    problem = PairingProblem(score, donor, ~donor, xy, **changes)
    ours, theirs = in_turn(lambda: pair_schools(problem), lambda: linear_sum_assignment(cost), 3)
    found = pair_schools(problem)
    said = ", ".join(f"{k} {v:g}" if isinstance(v, float) else f"{k} {v}" for k, v in changes.items())
    kind = "exact" if found.margins_exact else "a lower bound"
    work = f"school pairs, {each:,} x {each:,}{f', {said}' if said else ''}, seed {seed}"
    return Row(work, ours, "s", PAIRS_TARGET_S, "scipy linear_sum_assignment alone", theirs, f"ours adds scores, caps, reach, runners-up and margins ({kind})")


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for links."""
    short = [
        school_row(1000, 0),
        school_row(1000, 0, gap_goal="alike", max_distance_m=30_000.0),
        school_row(1000, 0, donor_cap=3),
        school_row(100, 0, donor_cap=2),
    ]
    more = [school_row(1000, seed) for seed in (1, 2)]
    return short + (more if full else [])
