"""Findings about enrolment near home: who is zoned, how much of each intake lives in the zone, how much came by specialty (policy 2.8)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.finding import finding, under_line
from districting.auditing.proximity_lines import STAGES, Lines
from districting.measures.proximity import in_zone_share, meets_line, specialty_share, zoned_share
from districting.model.plan import Plan


def proximity_findings(plan: Plan, lines: Lines) -> list[dict[str, Any]]:
    """For primaries and juniors, where the plan zones the stage: the share of public day schools that are zoned (a junior that primaries feed is), and, of those,
    what the table ``intake`` tells. Schools that it does not tell of are counted, and no share is made up for them.
    """
    rows: list[dict[str, Any]] = []
    for stage in STAGES:
        if stage in plan.zoned_stages:
            rows += _of_stage(plan, stage, lines)
    return rows


def _of_stage(plan: Plan, stage: str, lines: Lines) -> list[dict[str, Any]]:
    public = _public(plan, stage)
    zoned = _zoned(plan, stage)
    share = zoned_share([s in zoned for s in public])
    line = lines.line(stage, "zoned_schools")
    more = {"stage": stage, "source": lines.source}
    rows = [finding("zoned_schools_share", share, "share", threshold=line, verdict=at_least(share, line), **more)]
    schools = [s for s in public if s in zoned]
    told = plan.intake[plan.intake["stage"] == stage].drop_duplicates("school_id").set_index("school_id").reindex(schools)
    entrants, inside, before, specialty = (told[c].to_numpy(dtype=np.float64) for c in ("entrants", "in_zone", "in_zone_today", "specialty"))
    if len(plan.intake):
        rows += _near(schools, in_zone_share(inside, entrants), in_zone_share(before, entrants), lines, stage)
        rows += _special(schools, specialty_share(specialty, entrants), lines, stage)
    unknown = {"schools_without_intake": _lacking(entrants, inside), "schools_without_specialty": _lacking(entrants, specialty)}
    return rows + [finding(name, float(lost.sum()), "school", stage=stage) for name, lost in unknown.items()]


def _near(schools: list[str], share: NDArray[np.float64], today: NDArray[np.float64], lines: Lines, stage: str) -> list[dict[str, Any]]:
    """Each school, and the share of those with known entrants that reach the line."""
    line, more = lines.line(stage, "in_zone_intake"), {"stage": stage, "source": lines.source}
    known = np.flatnonzero(~np.isnan(share))
    rows = []
    for i in known:
        value = float(share[i])
        rows.append(
            finding(
                "in_zone_intake", value, "share", scope=f"school:{schools[i]}", today=float(today[i]), threshold=line, verdict=at_least(value, line), **more
            )
        )
    if len(known) and not math.isnan(line):
        reached, least = float(meets_line(share[known], line).mean()), lines.line(stage, "schools_in_line")
        rows.append(finding("schools_in_line", reached, "share", threshold=least, verdict=at_least(reached, least), **more))
    return rows


def _special(schools: list[str], share: NDArray[np.float64], lines: Lines, stage: str) -> list[dict[str, Any]]:
    line, more = lines.line(stage, "specialty_intake"), {"stage": stage, "source": lines.source}
    known = np.flatnonzero(~np.isnan(share))
    rows = [
        finding("specialty_intake", float(share[i]), "share", scope=f"school:{schools[i]}", threshold=line, verdict=under_line(float(share[i]), line), **more)
        for i in known
    ]
    if len(known) and not math.isnan(line):
        over = float((share[known] > line + 1e-12).sum())
        rows.append(finding("schools_over_specialty", over, "school", threshold=0.0, verdict=under_line(over, 0.0), **more))
    return rows


def _lacking(entrants: NDArray[np.float64], part: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(np.isnan(entrants) | ((entrants > 0) & np.isnan(part)), dtype=np.bool_)


def _public(plan: Plan, stage: str) -> list[str]:
    """Public schools of the stage that do not board, by id: private and boarding ones are not asked to enrol by zone."""
    ids = plan.school_stages.loc[plan.school_stages["stage"] == stage, "school_id"].astype("str")
    private = set(plan.schools.loc[plan.schools["ownership"] == "private", "school_id"].astype("str"))
    left = plan.coverage
    boarding = set(left.loc[(left["reason"] == "boarding") & (left["stage"] == stage), "school_id"].astype("str"))
    return sorted(set(ids) - private - boarding)


def _zoned(plan: Plan, stage: str) -> set[str]:
    """Schools with a zone that holds blocks, and juniors that primaries feed."""
    used = set(plan.blocks[f"zone_id_{stage}"].dropna())
    rows = plan.zone_schools[(plan.zone_schools["stage"] == stage) & plan.zone_schools["zone_id"].isin(used)]
    fed = plan.feeders["to_id"] if stage == "junior" else pd.Series([], dtype="object")
    return set(rows["school_id"].astype("str")) | set(fed.astype("str"))


def at_least(value: float, line: float) -> str:
    """``pass`` from the line on; empty where either is missing.

    >>> at_least(0.95, 0.95), at_least(0.94, 0.95), at_least(float("nan"), 0.95)
    ('pass', 'fail', '')
    """
    return "" if math.isnan(value) or math.isnan(line) else ("pass" if meets_line([value], line)[0] else "fail")
