"""What the charts of the page are drawn from: seat use, distances of the plan and of today, coefficients before and after sharing, a curve of trade-offs, a spread of lawful plans."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.views import stage_views
from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.wording import LANGUAGES, say, text

BINS: Final = 24
"""At most so many columns of a histogram."""
_STEPS_M: Final = (50, 100, 200, 250, 500, 1000, 2000, 5000, 10000, 20000)
FRONT_COLUMNS: Final = ("stage", "pupils_moved", "mean_distance_m", "gap")
SPREAD_COLUMNS: Final = ("stage", "mean_distance_m")


@dataclass(frozen=True, eq=False)
class Drawn:
    """What other commands found and the page draws: ``front`` of ``tradeoff``, ``spread`` of ``ensemble``; rows of :data:`FRONT_COLUMNS` and :data:`SPREAD_COLUMNS`."""

    front: pd.DataFrame | None = None
    spread: pd.DataFrame | None = None


def read_drawn(front: str | Path | None, spread: str | Path | None) -> Drawn:
    """The tables that ``tradeoff`` and ``ensemble`` wrote.

    Raises
    ------
    DataError : one cannot be read, or is of another make
    """
    return Drawn(
        None if front is None else _read_rows(front, FRONT_COLUMNS, "tradeoff"),
        None if spread is None else _read_rows(spread, SPREAD_COLUMNS, "ensemble"),
    )


def charts(plan: Plan, audience: str, drawn: Drawn) -> dict[str, dict[str, Any]]:
    """Stage -> its charts. ``drawn``, the coefficients and, for want of the pupils of blocks, the distances are for internal use.

    ``distance``: ``step_m`` of a column, pupils in each of ``plan`` and ``today``; the last column holds all that are farther.
    ``coefficients``: ``names``, ``before``, ``after``, ``line`` (null where there is none).
    """
    found: dict[str, dict[str, Any]] = {}
    for stage in plan.zoned_stages:
        made: dict[str, Any] = {}
        if (distance := _distance(plan, stage)) is not None:
            made["distance"] = distance
        if audience == "internal":
            made |= {
                name: rows
                for name, rows in (
                    ("coefficients", _coefficients(plan, stage)),
                    ("front", _front(drawn.front, stage)),
                    ("spread", _spread(plan, drawn.spread, stage)),
                )
                if rows
            }
        if made:
            found[stage] = made
    return found


def _read_rows(path: str | Path, columns: tuple[str, ...], command: str) -> pd.DataFrame:
    path = Path(path)
    try:
        rows = pd.read_csv(path, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(Fault(text("charts.unread"), text("charts.make", command=command), file=path.name)) from error
    missing = [c for c in columns if c not in rows.columns]
    numbers = rows[[c for c in columns if c in rows.columns and c != "stage"]].apply(pd.to_numeric, errors="coerce")
    if missing or not np.isfinite(numbers.to_numpy(dtype=np.float64)).all():
        raise DataError(Fault(text("charts.other_make", columns=list(columns)), text("charts.make", command=command), file=path.name))
    return rows.assign(**{c: numbers[c] for c in numbers.columns})


def _distance(plan: Plan, stage: str) -> dict[str, Any] | None:
    views = stage_views(plan, stage)
    sides = {"plan": views.plan, "today": views.today}
    known = {name: (view.distance_m, view.demand) for name, view in sides.items() if view is not None and np.isfinite(view.distance_m).any() and views.told}
    if not known:
        return None
    far = max(_share_within(metres, pupils, 0.99) for metres, pupils in known.values())
    step = next((s for s in _STEPS_M if far <= s * BINS), _STEPS_M[-1])
    columns = min(BINS, max(1, math.ceil(far / step)))
    counts = {name: _columns(metres, pupils, step, columns) for name, (metres, pupils) in known.items()}
    return {"step_m": step, **counts}


def _share_within(metres: NDArray[np.float64], pupils: NDArray[np.float64], share: float) -> float:
    """The distance within which ``share`` of the pupils live."""
    finite = np.isfinite(metres) & (pupils > 0)
    if not finite.any():
        return 0.0
    order = np.argsort(metres[finite])
    reached = np.cumsum(pupils[finite][order])
    return float(metres[finite][order][np.searchsorted(reached, share * reached[-1])])


def _columns(metres: NDArray[np.float64], pupils: NDArray[np.float64], step: int, columns: int) -> list[int]:
    finite = np.isfinite(metres)
    at = np.minimum(metres[finite] // step, columns - 1).astype(np.int64)
    return [round(x) for x in np.bincount(at, pupils[finite], columns).tolist()]


def _coefficients(plan: Plan, stage: str) -> dict[str, Any] | None:
    """Coefficients of variation between schools for pupils, before and after sharing, with the official line."""
    of = plan.findings[(plan.findings["stage"] == stage) & plan.findings["measure"].str.startswith("cv_shared.")] if len(plan.findings) else plan.findings
    of = of.drop_duplicates("measure")
    of = of[np.isfinite(of["value"].astype("float64")) & np.isfinite(of["today"].astype("float64"))]
    if not len(of):
        return None
    names = [m.partition(".")[2] for m in of["measure"]]
    return {
        "names": {lang: [say(f"measure.of_{n}", lang) for n in names] for lang in LANGUAGES},
        "before": [round(v, 3) for v in of["today"].astype("float64").tolist()],
        "after": [round(v, 3) for v in of["value"].astype("float64").tolist()],
        "line": [None if math.isnan(v) else v for v in of["threshold"].astype("float64").tolist()],
    }


def _front(front: pd.DataFrame | None, stage: str) -> dict[str, Any] | None:
    rows = None if front is None else front[front["stage"] == stage].sort_values("pupils_moved")
    if rows is None or not len(rows):
        return None
    return {"moved": [round(v) for v in rows["pupils_moved"]], "metres": [round(v) for v in rows["mean_distance_m"]], "gap": [round(v, 4) for v in rows["gap"]]}


def _spread(plan: Plan, spread: pd.DataFrame | None, stage: str) -> dict[str, Any] | None:
    """Mean distances of lawful plans drawn without preference, beside the plan's and today's."""
    drawn = None if spread is None else spread.loc[spread["stage"] == stage, "mean_distance_m"]
    if drawn is None or not len(drawn):
        return None
    of = plan.findings[(plan.findings["stage"] == stage) & (plan.findings["measure"] == "mean_distance_m")]
    marks = {
        name: round(float(of[column].iloc[0]))
        for name, column in (("plan", "value"), ("today", "today"))
        if len(of) and math.isfinite(float(of[column].iloc[0]))
    }
    return {"metres": sorted(round(v) for v in drawn), **marks}
