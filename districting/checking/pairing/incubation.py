"""Incubation areas against their hard rules: so many, an incubator at each centre, every school once, sizes, county borders, connected ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.checking.rules.violation import Violation
from districting.model.incubation_problem import IncubationProblem
from districting.wording import text

TOLERANCE = 1e-6
"""Share of a size that counts as rounding."""


def check_incubation(problem: IncubationProblem, centre_of_school: ArrayLike) -> list[Violation]:
    """Every hard rule that the labels break.

    Parameters
    ----------
    problem : schools of one stage
    centre_of_school : (s,) position of the incubator at the centre of each school's area

    Examples
    --------
    >>> xy = np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)])
    >>> problem = IncubationProblem(xy, np.array([True, False, False, True]), 2, weight=np.ones(4), size=np.ones(4))
    >>> check_incubation(problem, [0, 0, 3, 3])
    []
    >>> sorted(v.rule for v in check_incubation(problem, [0, 0, 0, 3]))
    ['size', 'size']
    >>> [v.rule for v in check_incubation(problem, [0, 0, 2, 2])]
    ['incubator']
    """
    label, n = np.asarray(centre_of_school), len(problem.size)
    if label.shape != (n,) or not np.issubdtype(label.dtype, np.integer) or ((label < 0) | (label >= n)).any():
        return [Violation("whole", -1, (), float(n), "school", text("checking.incubation_whole", count=n))]
    centres = sorted(set(label.tolist()))
    found = []
    if len(centres) != problem.areas:
        said = text("checking.incubation_areas", areas=len(centres), wanted=problem.areas)
        found.append(Violation("areas", -1, (), float(abs(len(centres) - problem.areas)), "area", said))
    for centre in centres:
        found += _of_area(problem, centre, np.flatnonzero(label == centre))
    return found


def _of_area(problem: IncubationProblem, centre: int, members: NDArray[np.int64]) -> list[Violation]:
    found, of = [], tuple(members.tolist())
    if not problem.is_incubator[centre] or centre not in of:
        found.append(Violation("incubator", centre, of, 1.0, "school", text("checking.incubation_centre", school=centre)))
    mean = float(problem.size.sum()) / problem.areas
    size = float(problem.size[members].sum())
    off = max((1 - problem.tolerance) * mean - size, size - (1 + problem.tolerance) * mean)
    if off > TOLERANCE * mean:
        said = text("checking.incubation_size", school=centre, size=size, mean=mean, tolerance=problem.tolerance)
        found.append(Violation("size", centre, of, off, "size", said))
    if problem.allowed is not None and not problem.allowed[centre, members].all():
        away = tuple(members[~problem.allowed[centre, members]].tolist())
        found.append(Violation("within_county", centre, away, float(len(away)), "school", text("checking.incubation_county", school=centre, count=len(away))))
    if problem.edges is not None and (pieces := _pieces(problem.edges, set(of))) > 1:
        said = text("checking.incubation_pieces", school=centre, pieces=pieces)
        found.append(Violation("contiguous", centre, of, float(pieces - 1), "piece", said))
    return found


def _pieces(edges: NDArray[np.int64], members: set[int]) -> int:
    """Pieces that some schools fall into: every edge between two pieces joins them."""
    piece = {i: i for i in members}

    def top(i: int) -> int:
        while piece[i] != i:
            i = piece[i]
        return i

    for a, b in edges.tolist():
        if a in members and b in members:
            piece[top(a)] = top(b)
    return sum(i == top(i) for i in members)
