"""Themes of districts chosen so that neighbours differ (policy R32: no thousand schools with one face), once the districts stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from districting.model.grouping_problem import GroupingProblem
from districting.model.solution import Ending, GroupingSolution, relative_gap
from districting.solvers.milp import Milp, Row

_PROVED = 1e-6
_NEGLIGIBLE = 1e-9


def with_themes_apart(problem: GroupingProblem, found: GroupingSolution, *, time_limit_s: float = 10.0, gap: float = 0.0) -> GroupingSolution:
    """``found`` with the themes of its districts chosen anew, and the term ``theme_repeat``.

    A district may take a theme that its lead and at least ``theme_share`` of its members carry or reach. The choice minimises ``theme`` x pupils without the theme
    + ``theme_repeat`` x pupils of the smaller of two neighbouring districts (units of theirs are neighbours) that share one; districts stay as they are.
    It is exact for these districts. The bound of the grouping knows nothing of repeats, which cost >= 0, so it still holds.
    """
    spec = problem.spec
    fits = _fits(problem)
    if fits is None or spec.theme_repeat <= 0 or not len(found.lead_of_district):
        return found
    label, d = found.district_of_unit, len(found.lead_of_district)
    home = label[problem.unit_of_member]
    members = np.bincount(home[home >= 0], minlength=d)
    with_theme = np.array([fits[home == at].sum(axis=0) for at in range(d)])
    pupils = np.bincount(home[home >= 0], problem.pupils[home >= 0], d).astype(np.float64)
    carried = np.array([(problem.pupils[home == at][:, None] * fits[home == at]).sum(axis=0) for at in range(d)])
    misfit = spec.theme * (pupils[:, None] - carried)
    allowed = (with_theme >= spec.theme_share * members[:, None] - _NEGLIGIBLE) & fits[found.lead_of_district]
    pairs = neighbouring_districts(problem.edges, label)
    price = spec.theme_repeat * pupils[pairs].min(axis=1, initial=np.inf) if len(pairs) else np.zeros(0)
    theme = _chosen(misfit, allowed, pairs, price, found.theme_of_district, time_limit_s)
    terms = {**found.terms, "theme": float(misfit[np.arange(d), theme].sum()), "theme_repeat": _repeated(theme, pairs, price)}
    if not spec.theme:
        del terms["theme"]
    objective = sum(terms.values())
    bound = min(found.bound, objective)
    remaining = relative_gap(objective, bound)
    proved = remaining <= _PROVED
    ended: Ending = "proved" if proved else "gap" if remaining <= gap else "steps" if found.ended == "proved" else found.ended
    return dataclasses.replace(
        found, theme_of_district=theme, terms=terms, objective=objective, bound=bound, gap=remaining, status="optimal" if proved else "feasible", ended=ended
    )


def neighbouring_districts(edges: NDArray[np.int64], label: NDArray[np.int64]) -> NDArray[np.int64]:
    """(p, 2) pairs of districts with units that are neighbours, the smaller position first.

    >>> neighbouring_districts(np.array([[0, 1], [1, 2], [2, 3]]), np.array([0, 0, 2, 1])).tolist()
    [[0, 2], [1, 2]]
    """
    ends = np.sort(label[edges.reshape(-1, 2)], axis=1)
    return np.unique(ends[(ends[:, 0] >= 0) & (ends[:, 0] != ends[:, 1])], axis=0).astype(np.int64).reshape(-1, 2)


def _fits(problem: GroupingProblem) -> NDArray[np.bool_] | None:
    """(s, t) whether a member carries a theme or reaches an anchor of it."""
    facts = problem.facts
    if not problem.spec.theme_share or facts.themes is None:
        return None
    return facts.themes if facts.reaches is None else facts.themes | facts.reaches


def _chosen(
    misfit: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    pairs: NDArray[np.int64],
    price: NDArray[np.float64],
    today: NDArray[np.int64],
    time_limit_s: float,
) -> NDArray[np.int64]:
    """(d,) themes: one binary per district and theme it may take, one share per pair and theme both may take."""
    place = np.full(allowed.shape, -1, dtype=np.int64)
    place[allowed] = np.arange(int(allowed.sum()))
    repeats = [(a, b, t, cost) for (a, b), cost in zip(pairs.tolist(), price.tolist(), strict=True) for t in np.flatnonzero(allowed[a] & allowed[b]).tolist()]
    choices = int(allowed.sum())
    cost = np.concatenate([misfit[allowed], [r[3] for r in repeats]])
    whole = np.arange(len(cost)) < choices
    model = Milp(cost, np.zeros(len(cost)), np.ones(len(cost)), whole)
    model.add_rows([*_one_each(place), *_both(place, repeats, choices)])
    found = model.solve(time_limit_s=time_limit_s)
    best = today if found.x is None else _read(found.x, place)
    worse = _cost(misfit, best, pairs, price) > _cost(misfit, today, pairs, price)
    return today.copy() if worse else best


def _one_each(place: NDArray[np.int64]) -> list[Row]:
    return [(mine[mine >= 0], np.ones(int((mine >= 0).sum())), 1.0, 1.0) for mine in place]


def _both(place: NDArray[np.int64], repeats: Sequence[tuple[int, int, int, float]], first: int) -> list[Row]:
    one = np.array([1.0, 1.0, -1.0])
    return [(np.array([place[a, t], place[b, t], first + at]), one, -np.inf, 1.0) for at, (a, b, t, _) in enumerate(repeats)]


def _read(x: NDArray[np.float64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.where(place >= 0, x[np.maximum(place, 0)], -1.0).argmax(axis=1), dtype=np.int64)


def _cost(misfit: NDArray[np.float64], theme: NDArray[np.int64], pairs: NDArray[np.int64], price: NDArray[np.float64]) -> float:
    return float(misfit[np.arange(len(theme)), theme].sum()) + _repeated(theme, pairs, price)


def _repeated(theme: NDArray[np.int64], pairs: NDArray[np.int64], price: NDArray[np.float64]) -> float:
    return float(price[theme[pairs[:, 0]] == theme[pairs[:, 1]]].sum()) if len(pairs) else 0.0
