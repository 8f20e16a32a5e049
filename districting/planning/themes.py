"""Themes of schools, the places that anchor them, and which anchors the districts of a plan have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import Fault
from districting.model.grouping_problem import GroupingProblem
from districting.model.plan import PLAN_TABLES
from districting.planning.offers import points_xy
from districting.planning.profile import theme_tags
from districting.wording import text


def themes_of(members: Any, social: Any, reach_m: float, faults: list[Fault]) -> tuple[NDArray[np.bool_], NDArray[np.bool_] | None, tuple[str, ...]]:
    """(s, t) whether a member carries a theme, (s, t) whether an anchor of it lies within ``reach_m`` (None without anchors), and the t names.

    Themes are those of the schools, then those that only places have and a school reaches: a region's resources may give a district its theme.
    """
    carried = theme_tags(pd.Series(list(members["themes"]) if "themes" in members.columns else [None] * len(members), dtype="object"))
    reached = _reached(members, social, reach_m)
    names = tuple(dict.fromkeys([*carried, *(name for name, who in reached.items() if who.any())]))
    if not names:
        faults.append(Fault(text("planning.no_themes"), text("planning.give_themes"), column="themes"))
    nobody = np.zeros(len(members), dtype=bool)
    themes = np.array([carried.get(name, nobody) for name in names], dtype=bool).reshape(len(names), len(members)).T
    if social is None:
        return themes, None, names
    return themes, np.array([reached.get(name, nobody) for name in names], dtype=bool).reshape(len(names), len(members)).T, names


def _reached(members: Any, social: Any, reach_m: float) -> dict[str, NDArray[np.bool_]]:
    """Theme -> (s,) whether a member stands within ``reach_m`` of a place that suits it."""
    if social is None or not len(social):
        return {}
    near = _metres(members, social) <= reach_m
    return {name: np.asarray((near & (suits > 0)[None, :]).any(axis=1)) for name, suits in theme_tags(social["themes"]).items()}


def _metres(members: Any, social: Any) -> NDArray[np.float64]:
    """(s, a) from every member to every place; inf to a place that nobody knows."""
    step = points_xy(members)[:, None, :] - points_xy(social)[None, :, :]
    return np.nan_to_num(np.hypot(step[..., 0], step[..., 1]), nan=np.inf)


def anchor_rows(
    problem: GroupingProblem, members: Any, social: Any, scheme: str, label: NDArray[np.int64], theme: NDArray[np.int64], ids: tuple[str, ...]
) -> pd.DataFrame:
    """The places that suit the theme of a district and lie within reach of one of its schools, nearest first; ``distance_m`` from the nearest of them.

    ``label`` (n,) district of a unit, ``theme`` (d,), ``ids`` (d,).
    """
    columns = list(PLAN_TABLES["anchors"])
    if social is None or not len(social) or not problem.theme_names:
        return pd.DataFrame(columns=columns)
    suits, metres, home = theme_tags(social["themes"]), _metres(members, social), label[problem.unit_of_member]
    rows = []
    for d, name in ((d, problem.theme_names[t]) for d, t in enumerate(theme.tolist()) if t >= 0):
        if name not in suits or not (home == d).any():
            continue
        nearest = np.where(suits[name] > 0, metres[home == d].min(axis=0), np.inf)
        order = sorted(np.flatnonzero(nearest <= problem.spec.theme_reach_m).tolist(), key=lambda a: (nearest[a], a))
        rows += [(scheme, ids[d], social["name"].iloc[a], _word(social["kind"].iloc[a]), float(nearest[a])) for a in order]
    return pd.DataFrame(rows, columns=columns)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
