"""Pupils of the years to come: entrants by block from births, kindergartens and new estates, then grade by grade (policy 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

YEARS_TO_ENTRY: Final = 6
"""A child enters primary school at six, so a birth counts six years of moving in and out; a child registered later counts the years that are left."""
SCENARIOS: Final[Mapping[str, float]] = MappingProxyType({"low": -1.0, "mid": 0.0, "high": 1.0})
"""Scenario -> how many times ``migration_spread`` is added to every year that passes: to the net migration of children not at school yet, and from grade to grade."""


@dataclass(frozen=True, eq=False)
class ForecastProblem:
    """What is known of n blocks, for h school years ahead and g grades.

    births : (n, h) children registered who reach school age in each year; NaN: not known yet
    kindergarten : (n,) or None: children in the last kindergarten year now; where births are not known the first year takes them times ``capture``
    net_migration : (n,) or number: net moves a year as a share of the children (0.01: one more in a hundred)
    migration_spread : what the high and low scenarios add to it and take from it
    migration_years : number or (h,): years in which children of a year move between being counted and entering
    survival, presence : share of births alive at six; (n,) or number: share of registered children who do enter here
    new_units : (n, h) or None: dwellings delivered; with ``occupancy`` (share lived in) and ``entrants_per_unit`` (children entering a year)
    roll : (n, g) pupils of each grade now
    progression : (g - 1,) share who are in grade k + 1 a year after grade k, see :func:`progression_rates`
    direct_feed : share of the last grade's leavers who go on to a junior here
    """

    births: NDArray[np.float64]
    roll: NDArray[np.float64]
    progression: NDArray[np.float64]
    kindergarten: NDArray[np.float64] | None = None
    capture: float = 1.0
    net_migration: ArrayLike = 0.0
    migration_spread: float = 0.01
    migration_years: ArrayLike = YEARS_TO_ENTRY
    survival: float = 1.0
    presence: ArrayLike = 1.0
    new_units: NDArray[np.float64] | None = None
    occupancy: float = 0.7
    entrants_per_unit: float = 0.03
    direct_feed: float = 1.0


@dataclass(frozen=True, eq=False)
class Forecast:
    """``entrants`` (n, h), ``roll`` (n, h, g), ``juniors`` (n, h): those who enter a junior.

    ``unknown`` (n, h): no source says how many enter, counted as none of births; ``unknown_juniors`` (n, h): the same of the cohort that leaves;
    ``unknown_roll`` (n, h): of any grade.
    """

    entrants: NDArray[np.float64]
    roll: NDArray[np.float64]
    juniors: NDArray[np.float64]
    unknown: NDArray[np.bool_]
    unknown_juniors: NDArray[np.bool_]
    unknown_roll: NDArray[np.bool_]


def forecast_pupils(problem: ForecastProblem) -> dict[str, Forecast]:
    """The scenarios ``low``, ``mid`` and ``high``.

    Entrants of block b in year y: ``births x survival x (1 + net migration) ^ 6 x presence + new units delivered x occupancy x entrants per unit``; of the first year,
    where births are not known, ``kindergarten x capture``. Grade k + 1 of year y + 1 is grade k of year y times its progression; estates bring entrants from their year of
    delivery on. Juniors of a year are the last grade of the year before times ``direct_feed``. High and low add the spread to, and take it from, each year between counting
    a child and seeing it in a grade: the known years moved as they did, the coming ones may move more or less.

    Raises
    ------
    ValueError : shapes that do not fit, or numbers below 0

    Source: policy 2.6 (cohort component; grade progression as the mean of three years).

    >>> one = ForecastProblem(births=np.array([[100.0, 90.0]]), roll=np.array([[80.0, 70.0]]), progression=np.array([1.0]))
    >>> forecast_pupils(one)["mid"].roll[0].tolist()
    [[100.0, 80.0], [90.0, 100.0]]
    """
    n, years = problem.births.shape
    _refuse(problem, n, years)
    return {name: _scenario(problem, times * problem.migration_spread) for name, times in SCENARIOS.items()}


def progression_rates(history: ArrayLike, years: int = 3) -> NDArray[np.float64]:
    """(g - 1,) mean over the last ``years`` of pupils of grade k + 1 to those of grade k a year before; ``history`` (y, g), oldest first. A year with an empty grade does not count.

    Raises
    ------
    ValueError : fewer than two years, or no year with pupils in a grade

    >>> progression_rates([[100, 90], [100, 95], [100, 99]]).round(3).tolist()
    [0.97]
    """
    rolls = np.asarray(history, dtype=np.float64)
    if rolls.ndim != 2 or len(rolls) < 2:
        raise ValueError("the rolls of two years at least are needed")
    before, after = rolls[:-1, :-1][-years:], rolls[1:, 1:][-years:]
    counted = before > 0
    if not counted.any(axis=0).all():
        raise ValueError("a grade had no pupils in any of the years")
    ratio = np.where(counted, after / np.where(counted, before, 1.0), 0.0)
    return np.asarray(ratio.sum(axis=0) / counted.sum(axis=0), dtype=np.float64)


def _scenario(problem: ForecastProblem, more: float) -> Forecast:
    births = problem.births
    n, years = births.shape
    yearly = np.broadcast_to(1.0 + np.asarray(problem.net_migration, dtype=np.float64) + more, (n,))[:, None]
    growth = yearly ** np.broadcast_to(np.asarray(problem.migration_years, dtype=np.float64), (years,))
    share = np.broadcast_to(np.asarray(problem.presence, dtype=np.float64), (n,))[:, None]
    entrants = births * growth * (problem.survival * share)
    if problem.kindergarten is not None:
        entrants[:, 0] = np.where(np.isnan(births[:, 0]), problem.kindergarten * (problem.capture * (1.0 + more)), entrants[:, 0])
    unknown = np.isnan(entrants)
    entrants = np.nan_to_num(entrants)
    if problem.new_units is not None:
        entrants += np.cumsum(problem.new_units, axis=1) * (problem.occupancy * problem.entrants_per_unit)
    roll = np.empty((n, years, problem.roll.shape[1]))
    juniors = np.empty((n, years))
    before = problem.roll
    for year in range(years):
        roll[:, year, 0] = entrants[:, year]
        roll[:, year, 1:] = before[:, :-1] * (problem.progression * (1.0 + more))
        juniors[:, year] = before[:, -1] * (problem.direct_feed * (1.0 + more))
        before = roll[:, year]
    return Forecast(entrants, roll, juniors, unknown, *_unknown_later(unknown, problem.roll.shape[1]))


def _unknown_later(unknown: NDArray[np.bool_], grades: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Unknown entrants come to the last grade's leavers after ``grades`` years, and are in some grade until then."""
    leavers, some = np.zeros_like(unknown), unknown.copy()
    leavers[:, grades:] = unknown[:, : max(0, unknown.shape[1] - grades)]
    for later in range(1, min(grades, unknown.shape[1])):
        some[:, later:] |= unknown[:, :-later]
    return leavers, some


def _refuse(problem: ForecastProblem, n: int, years: int) -> None:
    if problem.roll.ndim != 2 or len(problem.roll) != n or problem.progression.shape != (problem.roll.shape[1] - 1,):
        raise ValueError("roll is (n, g), progression (g - 1,)")
    if problem.kindergarten is not None and problem.kindergarten.shape != (n,):
        raise ValueError("kindergarten is (n,)")
    if problem.new_units is not None and problem.new_units.shape != (n, years):
        raise ValueError("new_units is (n, h)")
    for name, values in (("births", problem.births), ("roll", problem.roll), ("progression", problem.progression), ("new_units", problem.new_units)):
        if values is not None and (values < 0).any():
            raise ValueError(f"{name} is >= 0")
    if not 0 <= problem.migration_spread <= 1:
        raise ValueError("migration_spread is a share")
    if (1.0 + np.asarray(problem.net_migration, dtype=np.float64) - abs(problem.migration_spread) < 0).any():
        raise ValueError("net_migration less its spread is >= -1")


@dataclass(frozen=True, eq=False)
class SeatOutlook:
    """School by year: ``ratio`` (s, h) demand to seats (inf without seats), ``level`` (s, h) 0 none, 1 yellow, 2 red, ``to_clear`` (s, h): seats to add so that no warning stands, ``to_fit``: so that all have a seat."""

    ratio: NDArray[np.float64]
    level: NDArray[np.int64]
    to_clear: NDArray[np.int64]
    to_fit: NDArray[np.int64]
    lines: Mapping[str, float] = field(default_factory=dict)


def seat_outlook(demand: ArrayLike, seats: ArrayLike, *, yellow: float = 0.90, red: float = 1.00) -> SeatOutlook:
    """Seat warnings (学位预警): yellow from ``yellow``, red from ``red`` on; ``demand`` and ``seats`` (s, h).

    Source: policy 2.6 (Zhejiang 2018: yellow 90 % <= r < 100 %, red r >= 100 %).

    >>> seat_outlook([[89, 90, 99, 100]], [[100, 100, 100, 100]]).level.tolist()
    [[0, 1, 1, 2]]
    """
    wanted, held = np.asarray(demand, dtype=np.float64), np.asarray(seats, dtype=np.float64)
    if wanted.shape != held.shape or (wanted < 0).any() or (held < 0).any() or not 0 < yellow <= red:
        raise ValueError("demand and seats are (s, h) and >= 0, the lines 0 < yellow <= red")
    ratio = np.where(held > 0, wanted / np.where(held > 0, held, 1.0), np.where(wanted > 0, np.inf, 0.0))
    slack = 1e-9 * np.maximum(wanted, 1.0)  # 0.9 of a whole number is no whole binary number
    level = np.where(wanted >= red * held - slack, 2, np.where(wanted >= yellow * held - slack, 1, 0))
    level = np.where(wanted > 0, level, 0)
    clear = np.where(level > 0, np.floor(wanted / yellow + 1e-9) + 1.0 - held, 0.0)
    fit = np.maximum(np.ceil(wanted - 1e-9) - held, 0.0)
    return SeatOutlook(ratio, level.astype(np.int64), np.ceil(clear - 1e-9).astype(np.int64), np.ceil(fit).astype(np.int64), {"yellow": yellow, "red": red})
