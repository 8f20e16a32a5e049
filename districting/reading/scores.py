"""Scores out of indicators, within each stage, where ``[scores]`` asks for them; a school that lacks an indicator gets none, and is named."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.measures.composite import Composite, entropy_composite, pca_composite, points, weighted_composite
from districting.model.resources import RESOURCES
from districting.model.settings import ScoreSettings
from districting.reading.named import indicator_column, is_named
from districting.reading.table import Found
from districting.wording import Text, text

SCORE_WEIGHTS: Final = ("stage", "indicator", "weight", "loading", "method", "explained")
"""Columns of what a composite is made of; ``explained`` is the component's share of the variance."""


def no_score_weights() -> pd.DataFrame:
    """The table of a city whose scores are given."""
    return pd.DataFrame({c: pd.Series(dtype="float64" if c in ("weight", "loading", "explained") else "str") for c in SCORE_WEIGHTS})


def composite_scores(settings: ScoreSettings, stages: pd.DataFrame, rows: pd.DataFrame, whole: Found) -> tuple[pd.Series, pd.DataFrame]:
    """(score of every row of ``stages``, what it is made of). With ``method = "given"`` the score column, as it is.

    Schools that lack an indicator (or pupils to divide by) get no score and a note at their row; an indicator that no school of a stage has is left out there,
    with a note when the config names it.
    """
    if settings.method == "given":
        return stages["score"], no_score_weights()
    if stages["score"].notna().any():
        whole.add(text("reading.score_replaced", count=int(stages["score"].notna().sum())), text("reading.keep_score"), column="score", warning=True)
    asked = list(settings.weights) if settings.method == "weights" else list(settings.indicators)
    column_of = {name: indicator_column(name) for name in asked or [r for r in RESOURCES if r in stages.columns]}
    values = _values(settings, stages, column_of)
    score = np.full(len(stages), np.nan)
    made = [no_score_weights()]
    for stage in dict.fromkeys(stages["stage"]):
        mine = (stages["stage"] == stage).to_numpy()
        given = {name: column[mine] for name, column in values.items() if np.isfinite(column[mine]).any()}
        _say_absent(asked, given, stage, whole)
        if not given:
            whole.add(text("reading.score_of_nothing", stage=text(f"word.{stage}")), text("reading.give_indicators"), column="scores", warning=True)
            continue
        table = np.column_stack(list(given.values()))
        complete = np.isfinite(table).all(axis=1)
        _say_missing(stages[mine][~complete], rows, given, table[~complete])
        if not complete.any():
            continue
        found = _composite(settings, table[complete], list(given))
        score[np.flatnonzero(mine)[complete]] = points(found.score)
        made.append(_made_of(settings.method, stage, list(given), found))
    return pd.Series(score, index=stages.index), pd.concat([m for m in made if len(m)] or made[:1], ignore_index=True)


def per_pupil(frame: Any, names: list[str]) -> dict[str, NDArray[np.float64]]:
    """Name -> (s,) total / pupils, NaN where either is missing or there are no pupils."""
    pupils = frame["pupils"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {n: np.where(pupils > 0, frame[n].to_numpy(dtype=np.float64) / pupils, np.nan) for n in names}


def _values(settings: ScoreSettings, stages: pd.DataFrame, column_of: dict[str, str]) -> dict[str, NDArray[np.float64]]:
    """Indicator -> (s,) values; all NaN where no table has the column. Our columns are totals and are divided by pupils, the planner's own are not."""
    known = stages.reindex(columns=list(dict.fromkeys([*stages.columns, *column_of.values()])))
    divided = per_pupil(known, [c for c in column_of.values() if settings.per == "pupil" and not is_named(c)])
    return {name: divided[c] if c in divided else known[c].to_numpy(dtype=np.float64) for name, c in column_of.items()}


def _composite(settings: ScoreSettings, table: NDArray[np.float64], names: list[str]) -> Composite:
    if settings.method == "weights":
        return weighted_composite(table, np.array([settings.weights[n] for n in names], dtype=np.float64))
    return entropy_composite(table) if settings.method == "entropy" else pca_composite(table)


def _made_of(method: str, stage: str, names: list[str], found: Composite) -> pd.DataFrame:
    rows = {"stage": stage, "indicator": names, "weight": found.weight, "loading": found.loading, "method": method, "explained": found.explained}
    return pd.DataFrame(rows, columns=list(SCORE_WEIGHTS))


def _say_absent(asked: list[str], given: dict[str, Any], stage: str, whole: Found) -> None:
    absent = [name for name in asked if name not in given]
    if absent and given:
        problem = text("reading.indicator_absent", stage=text(f"word.{stage}"), names=absent)
        whole.add(problem, text("reading.give_indicators"), column="scores", warning=True)


def _say_missing(left: pd.DataFrame, rows: pd.DataFrame, given: dict[str, Any], table: NDArray[np.float64]) -> None:
    for at, stage, values in zip(left["_at"], left["stage"], table, strict=True):
        lacks: list[Text | str] = [_called(n) for n, v in zip(given, values, strict=True) if not np.isfinite(v)]
        problem = text("reading.no_composite", name=str(rows["name"].iloc[at]), stage=text(f"word.{stage}"), indicators=lacks)
        rows["_place"].iloc[at].add(problem, text("reading.give_indicators"), row=int(rows["_row"].iloc[at]), column="score", warning=True)


def _called(name: str) -> Text | str:
    column = indicator_column(name)
    return name if is_named(column) else text(f"column.{column}")
