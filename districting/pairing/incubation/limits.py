"""What stands in the way of incubation areas, by how much, and the least that removes it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from time import perf_counter
from typing import Any

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

NEAREST = 8
"""Other numbers of areas that are tried at most."""

Works = Callable[[IncubationProblem], bool]


def refuse_impossible(problem: IncubationProblem, works: Works | None = None) -> None:
    """InfeasibleError for all that can be seen without solving: too few incubators, schools that none of them may take, more parts of the map than areas; with what
    ``works`` instead, where it is given.
    """
    conflicts = _told(problem)
    if conflicts:
        short = problem.areas - int(problem.is_incubator.sum())
        parts = _parts(problem)
        without = len(np.setdiff1d(parts, parts[problem.is_incubator]))
        more = [text("pairing.more_incubators", missing=max(short, without))] if short > 0 else []
        raise InfeasibleError(conflicts, [*(_offers(problem, works) if works else []), *more])


def _told(problem: IncubationProblem) -> list[Conflict]:
    incubators = int(problem.is_incubator.sum())
    found = []
    if incubators < problem.areas:
        short = problem.areas - incubators
        said = text("pairing.incubators_short", areas=problem.areas, incubators=incubators, missing=short)
        found.append(Conflict("areas", float(short), "school", said))
    parts = _parts(problem)
    lost = int(np.count_nonzero(~np.isin(parts, parts[problem.is_incubator])))
    if lost:
        found.append(Conflict("incubators", float(lost), "school", text("pairing.no_incubator_reached", count=lost)))
    count = len(np.unique(parts))
    if count > problem.areas:
        said = text("pairing.parts_above_areas", parts=count, areas=problem.areas)
        found.append(Conflict("areas", float(count - problem.areas), "area", said))
    return found


def _offers(problem: IncubationProblem, works: Works) -> list[Text]:
    """What makes a plan, tried: another number of areas, a rule less, and both together only where neither does alone."""
    until = perf_counter() + LEAST_S
    found: list[Text] = []
    done: list[set[str]] = []
    for fields, rules in _looser(problem):
        if any(d and d <= set(fields) for d in done):
            continue
        gone: dict[str, Any] = dict.fromkeys(fields)
        looser = dataclasses.replace(problem, **gone)
        if fields and not _told(looser) and works(looser):
            found.append(rules[0] if len(rules) == 1 else text("pairing.offers_together", first=rules[0], second=rules[1]))
            done.append(set(fields))
        elif not done and (areas := _other_areas(looser, works, until)) is not None:
            number = text("pairing.more_areas" if areas > problem.areas else "pairing.fewer_areas", areas=areas)
            for rule in reversed(rules):
                number = text("pairing.offers_together", first=rule, second=number)
            found.append(number)
            done.append(set(fields))
    return found


def _other_areas(problem: IncubationProblem, works: Works, until: float) -> int | None:
    """The number of areas nearest to the one asked for at which there is a plan."""
    least, most = len(np.unique(_parts(problem))), int(problem.is_incubator.sum())
    for areas in sorted(range(least, most + 1), key=lambda k: (abs(k - problem.areas), k))[:NEAREST]:
        tried = dataclasses.replace(problem, areas=areas)
        if areas != problem.areas and perf_counter() < until and not _told(tried) and works(tried):
            return areas
    return None


def size_conflict(problem: IncubationProblem, works: Works, *, certain: bool) -> InfeasibleError:
    """The error for sizes that cannot hold, with the least tolerance that ``works``."""
    low, high = limits(problem, problem.tolerance)
    mean = float(problem.size.sum()) / problem.areas
    found = least_tolerance(problem, works)
    said = text("pairing.sizes_clash", areas=problem.areas, schools=len(problem.size), low=low, high=high, mean=mean, tolerance=problem.tolerance)
    amount = float(found - problem.tolerance) if found is not None else float("nan")
    offers = [text("pairing.raise_tolerance", tolerance=found)] if found is not None else []
    return InfeasibleError(
        [Conflict("tolerance", amount, "share", said, proven=certain)], [*offers, *(rules[0] for _, rules in _looser(problem) if len(rules) == 1)]
    )


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


def _looser(problem: IncubationProblem) -> list[tuple[tuple[str, ...], list[Text]]]:
    """(fields that are set to nothing, what that is called), from no rule less to two."""
    single = [("allowed", text("pairing.let_cross"))] if problem.allowed is not None else []
    single += [("edges", text("pairing.let_apart"))] if problem.edges is not None else []
    rules = [((name,), [said]) for name, said in single]
    both = [(tuple(n for n, _ in single), [t for _, t in single])] if len(single) > 1 else []
    return [((), []), *rules, *both]
