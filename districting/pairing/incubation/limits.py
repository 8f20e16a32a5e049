"""What stands in the way of incubation areas, by how much, and the least that removes it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from districting.errors import Conflict, InfeasibleError
from districting.model.incubation_problem import IncubationProblem
from districting.wording import Text, text

ROUNDED = 1000
"""Tolerances are offered in thousandths."""

LEAST_S = 20.0
"""Clock of the search for the least tolerance."""

Works = Callable[[IncubationProblem], bool]


def refuse_impossible(problem: IncubationProblem) -> None:
    """InfeasibleError for what can be seen without solving: too few incubators, schools that none of them may take, parts of the map without one."""
    incubators = int(problem.is_incubator.sum())
    if incubators < problem.areas:
        said = text("pairing.incubators_short", areas=problem.areas, incubators=incubators, missing=problem.areas - incubators)
        offers = [text("pairing.fewer_areas", areas=incubators)] if incubators else []
        conflict = Conflict("areas", float(problem.areas - incubators), "school", said)
        raise InfeasibleError([conflict], [*offers, text("pairing.more_incubators", missing=problem.areas - incubators)])
    parts = _parts(problem)
    lost = int(np.count_nonzero(~np.isin(parts, parts[problem.is_incubator])))
    if lost:
        said = text("pairing.no_incubator_reached", count=lost)
        raise InfeasibleError([Conflict("incubators", float(lost), "school", said)], _looser(problem))
    count = len(np.unique(parts))
    if count > problem.areas:
        said = text("pairing.parts_above_areas", parts=count, areas=problem.areas)
        raise InfeasibleError([Conflict("areas", float(count - problem.areas), "area", said)], [text("pairing.more_areas", areas=count), *_looser(problem)])


def size_conflict(problem: IncubationProblem, works: Works, *, certain: bool) -> InfeasibleError:
    """The error for sizes that cannot hold, with the least tolerance that ``works``."""
    low, high = limits(problem, problem.tolerance)
    mean = float(problem.size.sum()) / problem.areas
    found = least_tolerance(problem, works)
    said = text("pairing.sizes_clash", areas=problem.areas, schools=len(problem.size), low=low, high=high, mean=mean, tolerance=problem.tolerance)
    amount = float(found - problem.tolerance) if found is not None else float("nan")
    offers = [text("pairing.raise_tolerance", tolerance=found)] if found is not None else []
    return InfeasibleError([Conflict("tolerance", amount, "share", said, proven=certain)], [*offers, *_looser(problem)])


def limits(problem: IncubationProblem, tolerance: float) -> tuple[float, float]:
    """The least and the largest size of an area."""
    mean = float(problem.size.sum()) / problem.areas
    return max(0.0, (1 - tolerance) * mean), (1 + tolerance) * mean


def least_tolerance(problem: IncubationProblem, works: Works) -> float | None:
    """The smallest tolerance, in thousandths, at which there is a plan (a larger one when the clock is over); None where no tolerance helps."""
    until = perf_counter() + LEAST_S
    low, high = math.ceil(problem.tolerance * ROUNDED), math.ceil((problem.areas - 1) * ROUNDED) + ROUNDED
    if not works(dataclasses.replace(problem, tolerance=high / ROUNDED)):
        return None
    while high - low > 1 and perf_counter() < until:
        middle = (low + high) // 2
        low, high = (low, middle) if works(dataclasses.replace(problem, tolerance=middle / ROUNDED)) else (middle, high)
    return high / ROUNDED


def _parts(problem: IncubationProblem) -> NDArray[np.int64]:
    """(s,) the part of the map each school lies in: an area never reaches from one to another."""
    n = len(problem.size)
    pairs = None
    if problem.edges is not None:
        pairs = np.asarray(problem.edges, dtype=np.int64).reshape(-1, 2)
        if problem.allowed is not None:
            pairs = pairs[problem.allowed[pairs[:, 0], pairs[:, 1]] | problem.allowed[pairs[:, 1], pairs[:, 0]]]
    elif problem.allowed is not None:
        centre, school = np.nonzero(problem.allowed & problem.is_incubator[:, None])
        pairs = np.column_stack([centre, school])
    if pairs is None:
        return np.zeros(n, dtype=np.int64)
    found = connected_components(csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n)), directed=False)[1]
    return np.asarray(found, dtype=np.int64)


def _looser(problem: IncubationProblem) -> list[Text]:
    offers = [text("pairing.let_cross")] if problem.allowed is not None else []
    return offers + ([text("pairing.let_apart")] if problem.edges is not None else [])
