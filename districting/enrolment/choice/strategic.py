"""Whether another order of the list pays before the draw, when nobody knows the numbers: by running the zone again with it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.choice.engines import run_engine
from districting.enrolment.choice.tastes import blocks_of, drawn_problem, systematic_utility
from districting.model.choice_problem import ChoiceProblem, ChoiceTown, Tastes

ALL_ORDERS: Final = 3
"""Lists up to so long are tried in every order; of longer ones every wish is put first once."""


@dataclass(frozen=True)
class GainBeforeDraw:
    """``share`` of the ``sample`` who get a better wish on average by another order; ``mean_gain``: ranks they gain; ``all_orders``: every order was tried, else it is a floor."""

    engine: str
    sample: int
    share: float
    mean_gain: float
    all_orders: bool


def gain_before_draw(
    town: ChoiceTown, tastes: Tastes | None = None, *, engine: str = "preference_first", sample: int = 50, draws: int = 100, seed: int = 0
) -> GainBeforeDraw:
    """Run the zone of each pupil of a sample again under each order of its list, all others telling the truth, over the same numbers.

    The order is chosen on the first half of the draws and judged on the second, so that luck is not taken for gain: who gains more than two standard errors counts.
    No wish granted counts as one rank below the last.

    Parameters
    ----------
    town, tastes, seed : as in :func:`simulate_choice`; the tastes are drawn once
    engine : one of ``CHOICE_ENGINES``
    sample : pupils looked at, drawn at random; all where there are fewer
    draws : of numbers, at least four

    Raises
    ------
    ValueError : fewer than four draws, no sample

    Examples
    --------
    Ten pupils all like A, then B, then C; A and B have one seat. Naming B first gets it for sure: rank 2 in place of 2.7 on average.

    >>> options = np.array([[0, 1, 2]], dtype=np.int32)
    >>> metres, tier = np.zeros((1, 3)), np.zeros((1, 3), np.uint8)
    >>> town = ChoiceTown(options, metres, tier, np.array([10]), np.zeros(1, int), np.array([1, 1, 8]), np.array([90.0, 80.0, 70.0]))
    >>> [gain_before_draw(town, Tastes(1.0, 0.0, 0.0), engine=e, sample=10).share for e in ("preference_first", "deferred_acceptance")]
    [1.0, 0.0]
    """
    if draws < 4 or sample < 1:
        raise ValueError("at least four draws and a sample of one")
    tastes = tastes or Tastes()
    rng = np.random.default_rng([seed, draws, sample])
    utility = systematic_utility(town, tastes) if town.stated is None else np.zeros(town.options.shape)
    problem, _ = drawn_problem(town, tastes, utility, rng)
    zone = town.zone[blocks_of(town)]
    chosen = rng.choice(len(zone), size=min(sample, len(zone)), replace=False)
    gains = np.zeros(len(chosen))
    for c, pupil in enumerate(chosen):
        if problem.wishes[pupil] > 1:
            mine = np.flatnonzero(zone == zone[pupil])
            gains[c] = _gain(engine, _part(problem, mine), int(np.searchsorted(mine, pupil)), [rng.permutation(len(mine)) for _ in range(draws)])
    share = float((gains > 0).mean()) if len(gains) else np.nan
    mean = float(gains[gains > 0].mean()) if (gains > 0).any() else 0.0
    return GainBeforeDraw(engine, len(chosen), share, mean, bool((problem.wishes[chosen] <= ALL_ORDERS).all()))


def _part(problem: ChoiceProblem, mine: NDArray[np.int64]) -> ChoiceProblem:
    """The pupils of one zone, and its schools only."""
    options = problem.options[mine]
    used = np.unique(options[options >= 0])
    inside = np.where(options >= 0, np.searchsorted(used, options), -1).astype(np.int32)
    return ChoiceProblem(
        inside, problem.wishes[mine], problem.tier[mine], np.arange(len(mine)), problem.seats[used], None if problem.size is None else problem.size[mine]
    )


def _gain(engine: str, problem: ChoiceProblem, pupil: int, numbers: list[NDArray[np.int64]]) -> float:
    """Ranks gained on average in the second half of the draws by the order that was best in the first; 0 where that is not beyond chance."""
    length = int(problem.wishes[pupil])
    orders = list(itertools.permutations(range(length))) if length <= ALL_ORDERS else [_first(j, length) for j in range(length)]
    half = len(numbers) // 2
    rank = np.array([[_rank(engine, problem, pupil, order, number) for number in numbers[:half]] for order in orders])
    best = orders[int(rank.mean(axis=1).argmin())]
    if best == orders[0]:
        return 0.0
    truth, other = ([_rank(engine, problem, pupil, order, number) for number in numbers[half:]] for order in (orders[0], best))
    gain = np.subtract(truth, other)
    return float(gain.mean()) if gain.mean() > 2 * gain.std(ddof=1) / np.sqrt(len(gain)) else 0.0


def _first(wish: int, length: int) -> tuple[int, ...]:
    return (wish, *(j for j in range(length) if j != wish))


def _rank(engine: str, problem: ChoiceProblem, pupil: int, order: tuple[int, ...], number: NDArray[np.int64]) -> int:
    """True rank, from 0, of what the pupil gets by naming its wishes in this order."""
    told = replace(problem, number=number)
    if order != tuple(range(len(order))):
        options, tier = problem.options.copy(), problem.tier.copy()
        options[pupil, : len(order)], tier[pupil, : len(order)] = options[pupil, list(order)], tier[pupil, list(order)]
        told = replace(told, options=options, tier=tier)
    got = int(run_engine(engine, told)[pupil])
    return order[got] if 0 <= got < len(order) else len(order)
