"""An outcome of a choice recounted from labels alone: seats kept, envy that a claim justifies, seats wasted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from districting.model.choice_problem import ChoiceProblem


class Envy(NamedTuple):
    """``pairs``: (pupil, school) where the pupil likes the school better and has a better claim (tier, then number) than one who is in; ``wasted``: where it has a free seat.

    ``envious`` (n,): pupils with such a pair of the first kind.
    """

    pairs: int
    wasted: int
    envious: NDArray[np.bool_]


def overfilled(problem: ChoiceProblem, got: NDArray[np.int64]) -> int:
    """Children beyond the seats of their schools, but for those that a bundle at the last seat brings along."""
    largest, placed = np.ones(len(problem.seats), dtype=np.int64), np.flatnonzero(got >= 0)
    np.maximum.at(largest, problem.options[placed, got[placed]], problem.sizes[placed])
    allowed = np.where(problem.seats > 0, problem.seats + largest - 1, 0)
    return int(np.maximum(_counts(problem, got) - allowed, 0).sum())


def justified_envy(problem: ChoiceProblem, got: NDArray[np.int64]) -> Envy:
    """Blocking pairs of an outcome; none of either kind = stable. Only wishes count: a further option is nobody's wish."""
    n, w = problem.options.shape

    def claim(i: NDArray[np.int64], j: NDArray[np.int64] | int) -> NDArray[np.int64]:
        return problem.tier[i, j].astype(np.int64) * n + problem.number[i]

    worst = np.full(len(problem.seats), -1, dtype=np.int64)
    placed = np.flatnonzero(got >= 0)
    np.maximum.at(worst, problem.options[placed, got[placed]], claim(placed, got[placed]))
    free = _counts(problem, got) < problem.seats
    better = np.where(got >= 0, np.minimum(got, problem.wishes), problem.wishes)
    pairs, wasted, envious = 0, 0, np.zeros(n, dtype=bool)
    for j in range(w):  # column by column: the whole table of claims is large
        at = np.flatnonzero((j < better) & (problem.options[:, j] >= 0))
        school = problem.options[at, j]
        envied = claim(at, j) < worst[school]
        pairs += int(envied.sum())
        wasted += int(free[school].sum())
        envious[at[envied]] = True
    return Envy(pairs, wasted, envious)


def _counts(problem: ChoiceProblem, got: NDArray[np.int64]) -> NDArray[np.int64]:
    placed = np.flatnonzero(got >= 0)
    return np.bincount(problem.options[placed, got[placed]], problem.sizes[placed], minlength=len(problem.seats)).astype(np.int64)
