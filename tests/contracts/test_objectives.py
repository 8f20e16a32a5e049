"""Every weight of ``[zoning.STAGE.objective]``: a goal, a measure and a price of its name; and more weight never makes that measure worse where the optimum is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest

from districting import ZoningProblem, assign_blocks, check_zoning
from districting.measures import zoning_terms as measures
from districting.measures.zoning_terms import zoning_terms
from districting.model import goals
from districting.model.goals import OBJECTIVES, Goal
from districting.model.settings import ZoningObjective
from districting.model.solution import ZoningSolution
from districting.planning import zoning_goals
from districting.planning.zoning_goals import Size, goals_of
from districting.wording import LANGUAGES, catalogue
from tests.zoning.test_goals_and_rules import tiny_city

WEIGHTS = tuple(f.name for f in fields(ZoningObjective) if f.name not in ("groups", "scale"))
SIZE = Size(pupils=1000.0, zones=4, pupils_here=400.0)
LADDER = {
    "distance": (0.01, 0.2, 100.0),
    "stability": (1.0, 40.0, 1e4),
    "balance": (10.0, 500.0, 1e6),
    "compactness": (10.0, 500.0, 1e6),
    "mix": (10.0, 500.0, 1e6),
    "border": (0.01, 1.0, 1e4),
}
"""Rising weights of each goal, beside distance of weight 1 (for distance itself beside stability of weight 20); the last outweighs the other."""


def town(objectives: tuple[Goal, ...] = ()) -> ZoningProblem:
    """Eight blocks and two schools whose zones of today are not the nearest."""
    base = tiny_city(5)
    today = np.where(np.arange(8) % 4 < 2, 0, 1)
    today[base.home_block] = [0, 1]
    length = np.random.default_rng(5).integers(20, 180, len(base.edges)).astype(float)
    return base.replace(today=today, objectives=objectives, shared_border_m=length, perimeter_m=np.full(8, 800.0), capacity=base.capacity + 4.0)


@cache
def lawful() -> tuple[tuple[int, ...], ...]:
    """Every assignment that breaks no rule."""
    return tuple(label for label in product(range(2), repeat=8) if not check_zoning(town(), np.array(label)))


def least(problem: ZoningProblem) -> float:
    """The proven optimum: the least of all there are."""
    return min(sum(g.weight * zoning_terms(problem, label)[g.name] for g in problem.goals) for label in lawful())


def beside(name: str, weight: float) -> tuple[Goal, ...]:
    other: Goal = goals.Stability(20.0) if name == "distance" else goals.Distance(1.0)
    return (other, OBJECTIVES[name](weight))


def broken(name: str, solve: Callable[..., ZoningSolution] = assign_blocks) -> set[str]:
    """What is missing from a weight of the config, or runs the wrong way."""
    found = _named(name)
    if found:
        return found
    values = []
    for weight in LADDER[name]:
        problem = town(beside(name, weight))
        solved = solve(problem, steps=8_000)
        found |= set() if np.isclose(solved.objective, least(problem), rtol=1e-9, atol=1e-9) else {"not the optimum"}
        values.append(zoning_terms(problem, solved.school_of_block)[name])
    found |= {"more weight, worse measure"} if any(after > before + 1e-9 for before, after in pairwise(values)) else set()
    best = min(zoning_terms(town(beside(name, 1.0)), label)[name] for label in lawful())
    found |= set() if np.isclose(values[-1], best) else {"not brought to its least"}
    return found | (set() if values[0] > values[-1] + 1e-9 else {"weight moves nothing"})


def _named(name: str) -> set[str]:
    found = set()
    kind = OBJECTIVES.get(name)
    if kind is None:
        return {"no goal"}
    found |= set() if kind in measures._MEASURE else {"no measure"}
    found |= set() if kind in zoning_goals._SCALE else {"no price"}
    found |= set() if name in LADDER else {"no ladder of weights here"}
    found |= set() if set(catalogue("word").get(f"goal_{name}", ())) == set(LANGUAGES) else {"no words"}
    if found:
        return found
    for scale in ("pupil", "plain"):
        alone = {w: 0.0 for w in WEIGHTS}
        weights = [[g.weight for g in goals_of(ZoningObjective(**{**alone, name: w}, scale=scale), SIZE) if g.name == name] for w in (3.0, 6.0)]
        if not all(weights) or not weights[1][0] == 2 * weights[0][0] > 0:
            found.add("no price")
    return found


def test_weights_goals_measures_and_prices_are_one_list():
    assert tuple(OBJECTIVES) == WEIGHTS
    assert set(OBJECTIVES.values()) == set(measures._MEASURE) == set(zoning_goals._SCALE)


def test_the_tiny_city_leaves_a_choice():
    assert len(lawful()) > 5


@pytest.mark.parametrize("name", WEIGHTS)
def test_more_weight_never_makes_the_measure_worse(name):
    assert broken(name) == set()


def test_a_goal_without_a_measure_or_a_price_is_caught(monkeypatch):
    class Planted(Goal):
        name = "planted"

    monkeypatch.setitem(OBJECTIVES, "planted", Planted)
    assert broken("planted") == {"no measure", "no price", "no ladder of weights here", "no words"}
    monkeypatch.setitem(zoning_goals._SCALE, goals.Border, lambda size: 0.0)
    assert broken("border") == {"no price"}


def test_a_search_that_pulls_the_wrong_way_is_caught():
    """The price of a border falls where its weight rises."""
    turned = dict(zip(LADDER["border"], LADDER["border"][::-1], strict=True))
    found = broken("border", lambda problem, steps: assign_blocks(town(beside("border", turned[problem.objectives[1].weight])), steps=steps))
    assert found == {"not the optimum", "more weight, worse measure", "not brought to its least", "weight moves nothing"}
