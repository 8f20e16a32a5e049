"""Many draws under each engine: what families get, who has reason for envy, and how equal the expected quality of the blocks is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from districting.checking.choice import justified_envy, overfilled
from districting.enrolment.choice.engines import CHOICE_ENGINES, gains_by_another_order, run_engine, school_of
from districting.enrolment.choice.tastes import alike, blocks_of, drawn_problem, systematic_utility
from districting.model.choice_problem import Access, ChoiceProblem, ChoiceResult, ChoiceTown, EngineOutcome, Tastes

_STRATEGY_PROOF = ("number_first", "deferred_acceptance")
_WISH_BY_WISH = ("preference_first", "preference_then_priority_then_number")
_NUMBERS = ("first", "by_wish", "rank", "left_over", "unplaced", "metres", "envious", "pairs", "wasted", "strategic")


@dataclass
class _Tally:
    """Numbers of each draw, and (draws, b) expected quality and share placed of each block."""

    rows: list[list[float]] = field(default_factory=list)
    quality: list[NDArray[np.float64]] = field(default_factory=list)
    placed: list[NDArray[np.float64]] = field(default_factory=list)


def simulate_choice(
    town: ChoiceTown, tastes: Tastes | None = None, *, engines: Sequence[str] = tuple(CHOICE_ENGINES), draws: int = 100, seed: int = 0
) -> ChoiceResult:
    """Run every engine on the same draws: in each, new numbers and, where the model gives the wishes, new tastes.

    Parameters
    ----------
    town : blocks, their schools and seats; wishes as stated, or None
    tastes : the model of wishes (default: :class:`Tastes`); of no account where wishes are stated
    engines : names of :data:`CHOICE_ENGINES`
    draws : how many
    seed : of numbers and tastes; it has nothing to do with the public seed of a lottery

    Source: engines, policy 2.6; expected quality per residential block and its variance, the equal-access studies of Shijingshan, Haizhu and Haidian (peers 1.3).

    Raises
    ------
    ValueError : no draws, unknown engines, scores or distances that have weight but are unknown, wishes outside the zone

    Examples
    --------
    Two blocks share a strong and a weak school of one seat each; distance counts for nothing, so all have the same lottery:

    >>> options = np.array([[0, 1], [0, 1]], dtype=np.int32)
    >>> town = ChoiceTown(options, np.full((2, 2), 500.0), np.zeros((2, 2), np.uint8), np.ones(2, int), np.zeros(2, int), np.ones(2, int), np.array([90.0, 70.0]))
    >>> found = simulate_choice(town, Tastes(1.0, 0.0, 0.0), engines=["number_first"], draws=20)
    >>> found.outcomes[0].first_wish, found.outcomes[0].access.mean, found.outcomes[0].access.variance
    (0.5, 80.0, 0.0)
    """
    tastes = tastes or Tastes()
    if draws < 1 or not set(engines) <= set(CHOICE_ENGINES):
        raise ValueError("at least one draw, and engines of CHOICE_ENGINES")
    utility = systematic_utility(town, tastes) if town.stated is None else np.zeros(town.options.shape)
    block, same = blocks_of(town), alike(town, utility)
    tallies = {engine: _Tally() for engine in engines}
    for d in range(draws):
        problem, metres = drawn_problem(town, tastes, utility, np.random.default_rng([seed, d]))
        for engine in engines:
            got = run_engine(engine, problem)
            if overfilled(problem, got):  # pragma: no cover - a broken engine
                raise AssertionError(f"{engine} fills a school beyond its seats")
            _count(tallies[engine], engine, problem, got, metres)
            _add_quality(tallies[engine], town, problem, got, (block, same))
    size = np.ones(len(block), dtype=np.int64) if town.size_of_pupil is None else town.size_of_pupil
    pupils = np.bincount(block, size, minlength=len(town.pupils)).astype(np.int64)
    before = {name: _access_before(town, name, pupils) for name in town.before}
    outcomes = tuple(_outcome(engine, tallies[engine], town, pupils) for engine in engines)
    used = np.unique(town.options[town.options >= 0])
    numbers = (int(size.sum()), int(town.seats[used].sum()), draws, seed)
    return ChoiceResult(*numbers, before, outcomes, int((size > 1).sum()), town.left_out, town.left_out_blocks)


def _count(tally: _Tally, engine: str, problem: ChoiceProblem, got: NDArray[np.int64], metres: NDArray[np.float64]) -> None:
    size = problem.sizes.astype(np.float64)
    n = max(float(size.sum()), 1.0)

    def share(of: NDArray[np.bool_]) -> float:
        return float(size[of].sum()) / n

    wished = (got >= 0) & (got < problem.wishes)
    envy = justified_envy(problem, got)
    placed = np.flatnonzero(got >= 0)
    way = metres[placed, got[placed]]
    strategic = np.nan
    if engine == "number_first" or (engine in _STRATEGY_PROOF and problem.size is None):  # of bundles a better one may put out several: that proof is lost
        strategic = 0.0  # no order of one's list is better than the true one (Dubins and Freedman 1981; Roth 1982)
    elif engine in _WISH_BY_WISH:
        strategic = share(gains_by_another_order(problem, got, by_priority=engine != "preference_first"))
    tally.rows.append(
        [
            share(wished & (got == 0)),
            share(wished),
            float(np.average(got[wished], weights=size[wished])) + 1.0 if wished.any() else np.nan,
            share(got >= problem.wishes),
            share(got < 0),
            float(np.average(way, weights=size[placed])) if len(way) else np.nan,
            share(envy.envious),
            float(envy.pairs),
            float(envy.wasted),
            strategic,
        ]
    )


def _add_quality(tally: _Tally, town: ChoiceTown, problem: ChoiceProblem, got: NDArray[np.int64], of: tuple[NDArray[np.int64], NDArray[np.int64]]) -> None:
    """Pupils who are alike (bundles of one size among themselves) share what they get: their chances are the same, and chance that tells nothing of a block is left out."""
    block, same = of
    school = school_of(problem, got)
    there = school >= 0
    worth = np.where(there, town.quality[np.maximum(school, 0)], 0.0)
    size = np.maximum(np.bincount(same), 1)  # a class of a block without pupils is empty
    for rows, values in ((tally.quality, worth), (tally.placed, there.astype(np.float64))):
        mean = np.bincount(same, values) / size
        rows.append(np.bincount(block, mean[same] * problem.sizes, minlength=len(town.pupils)).astype(np.float64))


def _outcome(engine: str, tally: _Tally, town: ChoiceTown, pupils: NDArray[np.int64]) -> EngineOutcome:
    rows = np.array(tally.rows)
    means = dict(zip(_NUMBERS, (_mean(c) for c in rows.T), strict=True))
    quality, placed = np.array(tally.quality), np.array(tally.placed)
    total = placed.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.where(total > 0, quality.sum(axis=0) / total, np.nan)
        chance = np.zeros(len(total))
        if len(rows) > 1:
            chance = (quality - expected * placed).var(axis=0, ddof=1) / len(rows) / placed.mean(axis=0) ** 2
    return EngineOutcome(
        engine,
        means["first"],
        float(rows[:, 0].std(ddof=1) / np.sqrt(len(rows))) if len(rows) > 1 else np.nan,
        means["by_wish"],
        means["rank"],
        means["left_over"],
        means["unplaced"],
        means["metres"],
        means["envious"],
        means["pairs"],
        means["wasted"],
        means["strategic"],
        access(expected, pupils, town.zone, means["metres"], chance),
        expected,
    )


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan


def _access_before(town: ChoiceTown, name: str, pupils: NDArray[np.int64]) -> Access:
    school, metres = town.before[name], town.before_m[name]
    known = np.isfinite(metres) & (school >= 0) & (pupils > 0)
    mean_m = float(np.average(metres[known], weights=pupils[known])) if known.any() else np.nan
    return access(np.where(school >= 0, town.quality[np.maximum(school, 0)], np.nan), pupils, town.zone, mean_m)


def access(
    expected: NDArray[np.float64], pupils: NDArray[np.int64], zone: NDArray[np.int64], mean_m: float, chance: NDArray[np.float64] | None = None
) -> Access:
    """Variance between blocks of their expected quality (b,), weighted by their pupils; ``chance`` (b,): variance of each expectation itself.

    >>> round(access(np.array([90.0, 70.0]), np.array([1, 3]), np.zeros(2, int), 0.0).variance, 6)
    75.0
    """
    known = np.isfinite(expected) & (pupils > 0)
    if not known.any():
        return Access(np.nan, np.nan, np.nan, np.nan, mean_m)
    value, weight = expected[known], pupils[known] / pupils[known].sum()
    group = np.unique(zone[known], return_inverse=True)[1].ravel()
    mean = float(weight @ value)
    zone_mean = np.bincount(group, weight * value) / np.bincount(group, weight)
    noise = 0.0 if chance is None else float(weight @ np.nan_to_num(chance[known]))
    raw, within = float(weight @ (value - mean) ** 2), float(weight @ (value - zone_mean[group]) ** 2)
    tiny = 1e-12 * max(mean**2, 1.0)  # rounding of sums is no difference between blocks
    return Access(mean, max(raw - noise, 0.0) if raw > tiny else 0.0, max(within - noise, 0.0) if within > tiny else 0.0, noise, mean_m)
