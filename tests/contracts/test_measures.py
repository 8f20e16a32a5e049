"""What every measure in MEASURES and DISTRICT_MEASURES keeps to. A new one is held to it by being registered; a new unit must first say its laws here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from districting.measures import registry
from districting.measures.district_view import DistrictView
from districting.measures.registry import DISTRICT_MEASURES, MEASURES, Measure
from districting.measures.zoning_view import ZoningView
from districting.wording import LANGUAGES, catalogue

UNITS = {"pupil": (0, 1, 1), "m": (1, 0, 0), "share": (0, 0, 0), "cv": (0, 0, 0), "piece": (0, 0, 1)}
"""Unit -> its powers: how often the value doubles when metres double, when pupils and seats double, when the city stands there twice."""
MOST = {"share_beyond_radius": 1.0, "share_at_nearest": 1.0, "complementarity": 1.0}
"""Shares of a whole; ``fullest_school`` and ``emptiest_school`` are pupils by seats, and may be more."""


def street(label: list[int]) -> ZoningView:
    """Five blocks 100 m apart in a street, a school at each end and one in block 2; a service radius of 150 m.

    block   0    1    2    3    4         seats 30, 40 and 50
    pupils  10   20   30   40   0
    """
    ways = 100.0 * np.abs(np.arange(5)[:, None] - np.array([0, 4, 2]))
    school = np.array(label)
    metres = np.where(school >= 0, ways[np.arange(5), np.maximum(school, 0)], np.nan)
    return ZoningView(
        np.array([10.0, 20, 30, 40, 0]), school, metres, ways.min(axis=1), np.array([30.0, 40, 50]), np.array([(i, i + 1) for i in range(4)]), 150.0
    )


NEAR, FAR = street([0, 2, 2, 1, 1]), street([1, 0, 1, 0, 0])
"""Everybody beside a school; and everybody far off, zones in pieces, schools over full and empty."""


def town(together: bool = True) -> DistrictView:
    """Three schools and two resources, of which each lacks what another has; in one district, or each alone."""
    z = np.array([[-1.5, 0.5], [1.0, -0.5], [0.5, 0.0]])
    return DistrictView(z, np.zeros(3, dtype=np.int64) if together else np.arange(3), np.arange(3), np.array([2.0, 1.0, 1.0]), np.array([1.0, 2.0]))


# ---- the same city told in another way ----


def rows_turned(view: ZoningView) -> ZoningView:
    """The blocks in another order."""
    order = np.array([3, 0, 4, 1, 2])
    place = np.argsort(order)
    return replace(
        view, demand=view.demand[order], school_of_block=view.school_of_block[order], distance_m=view.distance_m[order], nearest_m=view.nearest_m[order],
        edges=place[view.edges][::-1, ::-1],
    )  # fmt: skip


def schools_turned(view: ZoningView) -> ZoningView:
    """The schools in another order."""
    order = np.array([2, 0, 1])
    place = np.argsort(order)
    return replace(view, seats=view.seats[order], school_of_block=np.where(view.school_of_block >= 0, place[view.school_of_block], -1))


def with_an_unknown(view: ZoningView) -> ZoningView:
    """One block more, beside the last, where nobody lives and of which no school and no distance is known."""
    return replace(
        view, demand=np.append(view.demand, 0.0), school_of_block=np.append(view.school_of_block, -1), distance_m=np.append(view.distance_m, np.nan),
        nearest_m=np.append(view.nearest_m, np.nan), edges=np.vstack([view.edges, [4, 5]]),
    )  # fmt: skip


def shared_by_one_each(view: ZoningView) -> ZoningView:
    return replace(view, zone_of_school=np.arange(3))


def members_turned(view: DistrictView) -> DistrictView:
    order = np.array([2, 0, 1])
    return replace(view, resources=view.resources[order], district=view.district[order], school=view.school[order], weight=view.weight[order])


def columns_turned(view: DistrictView) -> DistrictView:
    return replace(view, resources=view.resources[:, ::-1], resource_weight=view.resource_weight[::-1])


def renamed(view: DistrictView) -> DistrictView:
    return replace(view, district=np.where(view.district >= 0, 7 - view.district, -1), school=9 - view.school)


def weighed_double(view: DistrictView) -> DistrictView:
    return replace(view, weight=2 * view.weight, resource_weight=3 * view.resource_weight)


ZONING_SAME = (rows_turned, schools_turned, with_an_unknown, shared_by_one_each)
DISTRICT_SAME = (members_turned, columns_turned, renamed, weighed_double)


def metres_doubled(view: ZoningView) -> ZoningView:
    return replace(view, distance_m=2 * view.distance_m, nearest_m=2 * view.nearest_m, radius_m=2 * view.radius_m)


def pupils_doubled(view: ZoningView) -> ZoningView:
    return replace(view, demand=2 * view.demand, seats=2 * view.seats)


def twice(view: ZoningView) -> ZoningView:
    """The city and its likeness, that do not touch."""
    two = {name: np.concatenate([getattr(view, name)] * 2) for name in ("demand", "distance_m", "nearest_m", "seats")}
    second = np.where(view.school_of_block >= 0, view.school_of_block + 3, -1)
    return replace(view, **two, school_of_block=np.concatenate([view.school_of_block, second]), edges=np.vstack([view.edges, view.edges + 5]))


def emptied(view: ZoningView | DistrictView) -> ZoningView | DistrictView:
    """Nobody and nothing in it."""
    if isinstance(view, DistrictView):
        none = np.zeros(0, dtype=np.int64)
        return DistrictView(np.zeros((0, 2)), none, none, np.zeros(0), np.ones(2))
    none = np.zeros(0)
    return ZoningView(none, none.astype(int), none, none, none, np.zeros((0, 2), dtype=int))


def close(one: float, other: float) -> bool:
    return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def broken(name: str, measure: Measure) -> list[str]:
    """The laws that a measure breaks, by name."""
    if measure.unit not in UNITS:
        return ["unit"]
    of_districts = name in registry.DISTRICT_MEASURES
    good, bad = (town(), town(together=False)) if of_districts else (NEAR, FAR)
    of: Callable[[object], float] = measure.function
    found = _words(name) + _values(name, measure, (good, bad))
    at, worse = of(good), of(bad)
    if measure.better != "neutral" and not (at < worse if measure.better == "lower" else at > worse):
        found.append("direction")
    if measure.better not in ("lower", "higher", "neutral"):
        found.append("direction")
    same = DISTRICT_SAME if of_districts else ZONING_SAME
    found += [turn.__name__ for turn in same if not all(close(of(turn(v)), of(v)) for v in (good, bad))]
    if not of_districts:
        for power, turn in zip(UNITS[measure.unit], (metres_doubled, pupils_doubled, twice), strict=True):
            found += [turn.__name__] if not all(close(of(turn(v)), 2.0**power * of(v)) for v in (good, bad)) else []
    return found


def _words(name: str) -> list[str]:
    return [] if set(catalogue("measure").get(name, ())) == set(LANGUAGES) else ["words"]


def _values(name: str, measure: Measure, views: tuple) -> list[str]:
    """A plain number in its bounds that changes nothing it looks at; of nobody at all 0 or NaN, and no complaint."""
    found = []
    for view in views:
        before = {k: np.copy(v) for k, v in vars(view).items() if isinstance(v, np.ndarray)}
        value = measure.function(view)
        if type(value) is not float or not 0.0 <= value <= MOST.get(name, math.inf) or math.isinf(value):
            found.append("value")
        if any(not np.array_equal(getattr(view, k), v, equal_nan=v.dtype.kind == "f") for k, v in before.items()):
            found.append("pure")
    try:
        nobody = measure.function(emptied(views[0]))
    except (ArithmeticError, ValueError, IndexError, RuntimeWarning):
        return [*found, "nobody"]
    return found if math.isnan(nobody) or nobody == 0 else [*found, "nobody"]


ALL = {**MEASURES, **DISTRICT_MEASURES}


@pytest.mark.parametrize("name", ALL)
def test_a_measure_keeps_every_law(name):
    assert broken(name, ALL[name]) == []


def test_no_two_measures_have_one_name():
    assert len(ALL) == len(MEASURES) + len(DISTRICT_MEASURES)


def test_what_is_not_known_is_not_counted_as_near_or_far():
    """With every distance unknown no measure of distance gives a number; the others stay as they are."""
    unknown = replace(NEAR, distance_m=np.full(5, np.nan))
    for name, measure in MEASURES.items():
        value = measure.function(unknown)
        of_distance = measure.unit == "m" or name in ("share_beyond_radius", "share_at_nearest")
        assert math.isnan(value) if of_distance else close(value, measure.function(NEAR)), name


@pytest.mark.parametrize(
    ("measure", "law"),
    [
        (Measure(lambda v: float(v.distance_m[0]), "m", "lower"), "rows_turned"),
        (Measure(lambda v: float(v.seats[0]), "pupil", "neutral"), "schools_turned"),
        (Measure(lambda v: float(np.nansum(v.distance_m * v.demand)), "m", "lower"), "pupils_doubled"),
        (Measure(lambda v: float(np.mean(v.demand)), "pupil", "neutral"), "with_an_unknown"),
        (Measure(lambda v: float(v.demand.sum()), "pupil", "lower"), "direction"),
        (Measure(lambda v: float(-v.demand.sum()), "pupil", "neutral"), "value"),
        (Measure(lambda v: v.demand.sum(), "pupil", "neutral"), "value"),
        (Measure(lambda v: float(v.demand.sum()) or math.inf, "pupil", "neutral"), "nobody"),
        (Measure(lambda v: float(v.demand.sum()), "children", "neutral"), "unit"),
        (Measure(lambda v: float(v.demand.sum()), "pupil", "neutral"), "words"),
    ],
)
def test_a_bad_measure_that_is_registered_is_caught(measure, law, monkeypatch):
    monkeypatch.setattr(registry, "MEASURES", {**MEASURES, "planted": measure})
    assert law in broken("planted", registry.MEASURES["planted"])


def test_a_measure_that_writes_into_what_it_looks_at_is_caught():
    def sorting(view: ZoningView) -> float:
        view.seats[::-1].sort()
        return float(view.demand.sum())

    assert "pure" in _values("planted", Measure(sorting, "pupil", "neutral"), (schools_turned(FAR),))
