"""Six layers of sharing (六好): which schools take part in each, and the score of a district (policy R16)."""

from __future__ import annotations

import numpy as np

from districting.model.share_problem import ShareCoverage, ShareProblem


def cover_shares(problem: ShareProblem) -> ShareCoverage:
    """Coverage of a layer = schools with at least one link of it / all schools of the district; score = mean of the layers (R16 [D]).

    A school counts as giver and as taker alike. A district without schools has the shares 0.

    >>> at = np.array
    >>> found = cover_shares(ShareProblem(at([0, 0, 1]), at([0, 0, 0]), at([1, 2, 1]), np.zeros(4, dtype=np.int64), 1, layers=2))
    >>> found.covered.tolist(), found.share.tolist(), found.score.tolist()
    ([[3, 2]], [[0.75, 0.5]], [0.625])
    """
    n = len(problem.district)
    linked = np.zeros((n, problem.layers), dtype=np.bool_)
    for end, other in ((problem.giver, problem.taker), (problem.taker, problem.giver)):
        counts = end >= 0
        if problem.inside:
            counts &= (other >= 0) & (problem.district[np.maximum(end, 0)] == problem.district[np.maximum(other, 0)])
        linked[end[counts], problem.layer[counts]] = True
    held = problem.district >= 0
    schools = np.bincount(problem.district[held], minlength=problem.districts).astype(np.int64)
    covered = np.zeros((problem.districts, problem.layers), dtype=np.int64)
    np.add.at(covered, problem.district[held], linked[held].astype(np.int64))
    share = covered / np.maximum(1, schools)[:, None]
    return ShareCoverage(schools, covered, share, share.mean(axis=1))
