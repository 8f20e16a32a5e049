"""A choice as a table for the terminal, as CSV and as JSON. All of it shows scores: for internal use."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from districting.checking.shared_zones import expected_of_zones
from districting.enrolling.choice.equalised import Equalised
from districting.enrolment.choice.compare import SAME_WITHIN, AccessChange
from districting.enrolment.choice.strategic import GainBeforeDraw
from districting.enrolment.odds import SMALL, wilson
from districting.model.choice_problem import Access, ChoiceResult, ChoiceTown, EngineOutcome
from districting.outputs.text_table import aligned
from districting.wording import say

COLUMNS: Final = (
    *("first_wish", "first_wish_se", "by_wish", "mean_rank", "left_over", "unplaced", "mean_m", "envious", "envy_pairs", "wasted", "strategic"),
    *("quality_mean", "quality_variance", "quality_variance_within_zones", "quality_noise", "quality_cv", "quality_between_share"),
)
_SHOWN: Final = (
    *("first_wish", "mean_rank", "left_over", "unplaced", "mean_m", "envious", "strategic"),
    *("quality_mean", "quality_variance", "quality_cv", "quality_between_share", "change"),
)
_SHARES: Final = ("first_wish", "left_over", "unplaced", "envious", "strategic", "quality_between_share")


def choice_json(found: ChoiceResult) -> dict[str, Any]:
    """The part of ``--json`` that is about the result; shares are of all pupils, means over draws."""
    before = {name: asdict(access) for name, access in found.before.items()}
    rows = [{"engine": o.engine, **_values(o), "variance_change": {n: _change(a, o.access) for n, a in found.before.items()}} for o in found.outcomes]
    counts = {"bundles": found.bundles, "left_out_pupils": found.left_out, "left_out_blocks": found.left_out_blocks}
    return {**counts, "pupils": found.pupils, "seats": found.seats, "draws": found.draws, "seed": found.seed, "before": before, "engines": rows}


def choice_lines(found: ChoiceResult, lang: str) -> list[str]:
    """A table with a row for each assignment before and for each engine, and what its columns mean."""
    head = [say("choice.column_engine", lang), *(say(f"choice.column_{c}", lang) for c in _SHOWN)]
    rows = [head]
    for name, access in found.before.items():
        rows.append(_row(say(f"choice.before_{name}", lang), {"mean_m": access.mean_m, **_of_access(access)}))
    first = next(iter(found.before.values()), None)
    for o in found.outcomes:
        rows.append(_row(say(f"choice.engine_{o.engine}", lang), {**_values(o), "change": math.nan if first is None else _change(first, o.access)}))
    lines = [say("choice.head", lang, pupils=found.pupils, seats=found.seats, draws=found.draws), *aligned(rows, right=range(1, len(head)))]
    if found.bundles:
        lines.append(say("choice.bundles", lang, count=found.bundles))
    if found.left_out_blocks:
        lines.append(say("choice.left_out", lang, pupils=f"{found.left_out:,.0f}", blocks=found.left_out_blocks))
    return lines


def meaning_lines(lang: str) -> list[str]:
    """What the columns mean, and who may read them."""
    return [say("choice.meaning", lang), say("choice.internal", lang)]


def change_lines(changes: Sequence[AccessChange], lang: str, name: str, *, after: bool = False) -> list[str]:
    """A row an engine: the other zoning, this one, and whose expected score gets better or worse; ``after``: the other is what comes after this one."""
    of = ("variance_now", "variance_then", "change", "cv_now", "cv_then") if after else ("variance_other", "variance_this", "change", "cv_other", "cv_this")
    head = [say(f"choice.column_{c}", lang) for c in ("engine", *of, "better", "worse", "same")]
    rows = [head]
    for c in changes:
        spread = [_shown("quality_variance", c.before.variance), _shown("quality_variance", c.after.variance), _shown("change", c.variance_change)]
        spread += [_shown("quality_cv", a.cv) for a in (c.before, c.after)]
        rows.append([say(f"choice.engine_{c.engine}", lang), *spread, *(f"{n:,}" for n in (c.better, c.worse, c.same))])
    lines = [say("choice.after_head" if after else "choice.against_head", lang, name=name), *aligned(rows, right=range(1, len(head)))]
    unknown = max((c.unknown for c in changes), default=0)
    return [*lines, *([say("choice.against_unknown", lang, count=unknown)] if unknown else []), say("choice.against_meaning", lang, points=f"{SAME_WITHIN:g}")]


def equalised_lines(found: Equalised, lang: str) -> list[str]:
    """What was sought, how near it came, and a row for each zone: its schools and the score of a seat before and after."""
    solution, problem = found.solution, found.problem
    now, then = expected_of_zones(problem, problem.today), expected_of_zones(problem, solution.zone_of_school)
    moved = int((solution.zone_of_school != problem.today).sum())
    values = {"before": f"{solution.before:.3f}", "after": f"{solution.objective:.3f}", "bound": f"{solution.bound:.3f}"}
    head = say(f"choice.equalised_{solution.status}", lang, **values, gap=f"{solution.gap:.1%}", moved=moved, schools=len(found.schools))
    rows = [[say(f"choice.column_{c}", lang) for c in ("zone", "pupils", "seats_then", "expected_now", "expected_then", "comes", "goes")]]
    for z, zone in enumerate(found.zones):
        inside, before = solution.zone_of_school == z, problem.today == z
        comes, goes = (say("choice.names", lang, names=[found.names[s] for s in np.flatnonzero(m)]) for m in (inside & ~before, before & ~inside))
        rows.append([zone, f"{problem.pupils[z]:,.0f}", f"{problem.seats[inside].sum():,.0f}", f"{now[z]:.2f}", f"{then[z]:.2f}", comes, goes])
    return [head, *aligned(rows, right=range(1, 5))]


def equalised_json(found: Equalised) -> dict[str, Any]:
    """The same for ``--json``."""
    s = found.solution
    schools = [
        {"school_id": i, "zone_id": found.zones[z], "zone_before": found.zones[b]}
        for i, z, b in zip(found.schools, s.zone_of_school, found.problem.today, strict=True)
    ]
    return {"status": s.status, "objective": s.objective, "bound": s.bound, "gap": s.gap, "objective_before": s.before, "schools": schools}


def changes_json(changes: Sequence[AccessChange]) -> list[dict[str, Any]]:
    """The same for ``--json``."""
    return [{**asdict(c), "variance_change": c.variance_change, "cv_before": c.before.cv, "cv_after": c.after.cv} for c in changes]


def gain_lines(gains: Sequence[GainBeforeDraw], lang: str) -> list[str]:
    """A line an engine: who gains by another order before the numbers are known."""
    lines = []
    for g in gains:
        low, high = (float(v[0]) for v in wilson(np.array([g.share]), g.sample))
        values = {"engine": say(f"choice.engine_{g.engine}", lang), "sample": g.sample, "share": f"{g.share:.1%}", "low": f"{low:.1%}", "high": f"{high:.1%}"}
        lines.append(say("choice.gain_before" if g.all_orders else "choice.gain_before_floor", lang, **values, ranks=f"{g.mean_gain:.2f}"))
    return lines


def engines_text(found: ChoiceResult, lang: str) -> str:
    """One row for each assignment before and each engine, as CSV; columns by their names in ``--json``."""
    rows: list[list[str]] = []
    for name, access in found.before.items():
        values = {"mean_m": access.mean_m, **_of_access(access)}
        rows.append([name, say(f"choice.before_{name}", lang), *(_cell(values.get(c)) for c in COLUMNS)])
    for o in found.outcomes:
        values = _values(o)
        rows.append([o.engine, say(f"choice.engine_{o.engine}", lang), *(_cell(values[c]) for c in COLUMNS)])
    return _csv(["engine", "name", *COLUMNS], rows)


def blocks_text(found: ChoiceResult, town: ChoiceTown, against: ChoiceResult | None = None, at: NDArray[np.int64] | None = None) -> str:
    """Expected quality of each block before and under each engine, as CSV; ``against``: another zoning, with the position there of every block (``at``). Where wishes are those of children, blocks of fewer than five pupils are told together."""
    before = {name: np.where(at >= 0, town.quality[np.maximum(at, 0)], np.nan) for name, at in town.before.items()}
    columns: dict[str, NDArray[np.float64]] = {**before, **{o.engine: o.quality_of_block for o in found.outcomes}}
    if against is not None and at is not None:
        columns |= {f"against_{o.engine}": np.where(at >= 0, o.quality_of_block[np.maximum(at, 0)], np.nan) for o in against.outcomes}
    alone = town.pupils > 0 if town.stated is None else town.pupils >= SMALL
    rows = [[town.block_ids[b], str(town.pupils[b]), *(_cell(float(v[b])) for v in columns.values())] for b in np.flatnonzero(alone)]
    few = np.flatnonzero((town.pupils > 0) & ~alone)
    if town.pupils[few].sum() >= SMALL:
        rows.append([f"<{SMALL}", str(town.pupils[few].sum()), *(_cell(_weighted(v[few], town.pupils[few])) for v in columns.values())])
    return _csv(["block_id", "pupils", *columns], rows)


def _weighted(values: NDArray[np.float64], weights: NDArray[np.int64]) -> float:
    known = np.isfinite(values)
    return float(np.average(values[known], weights=weights[known])) if known.any() else math.nan


def _values(o: EngineOutcome) -> dict[str, float]:
    own = {c: float(getattr(o, c)) for c in COLUMNS if not c.startswith("quality_")}
    return {**own, **_of_access(o.access)}


def _of_access(access: Access) -> dict[str, float]:
    return {
        "quality_mean": access.mean,
        "quality_variance": access.variance,
        "quality_variance_within_zones": access.within_zones,
        "quality_noise": access.noise,
        "quality_cv": access.cv,
        "quality_between_share": access.between_share,
    }


def _change(before: Access, after: Access) -> float:
    return after.variance / before.variance - 1.0 if before.variance > 0 else math.nan


def _row(name: str, values: Mapping[str, float]) -> list[str]:
    return [name, *(_shown(c, values.get(c, math.nan)) for c in _SHOWN)]


def _shown(column: str, value: float) -> str:
    if math.isnan(value):
        return "-"
    if column == "change":
        return f"{value:+.1%}"
    if column in _SHARES:
        return f"{value:.1%}"
    if column == "quality_cv":
        return f"{value:.3f}"
    return f"{value:,.0f}" if column == "mean_m" else f"{value:.2f}"


def _cell(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.9g}"


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([[f"'{c}" if c[:1] in ("=", "+", "@") else c for c in row] for row in rows])
    return "\ufeff" + out.getvalue()
