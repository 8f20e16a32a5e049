"""Bases of every subject: a p-median on its teachers (policy R39)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.checking.pairing.base_school import broken_base_rules
from districting.model.base_problem import BaseSchoolProblem
from districting.model.research_settings import ResearchSettings
from districting.model.solution import relative_gap
from districting.pairing.base_school import choose_bases
from districting.planning.sharing.research_groups import Part, stop_if
from districting.planning.sharing.research_rows import Staff
from districting.wording import text


def bases_of(staff: Staff, settings: ResearchSettings) -> Part:
    """A base for so many schools, at least one in every county, at a school with a leading teacher of the subject where the county has one."""
    parts, objective, bound, proven, lost = [], 0.0, 0.0, True, 0
    county = staff.members["county_code"].fillna("").to_numpy(dtype=str)
    leads = staff.teachers[staff.teachers["backbone"] | staff.teachers["expert"]]
    for (stage, subject), all_rows in staff.subjects.groupby(["stage", "subject"], sort=True):
        placed = np.isfinite(staff.xy[all_rows["at"]]).all(axis=1)
        lost += int((~placed).sum())
        rows = all_rows[placed]
        if rows.empty:
            continue
        at = rows["at"].to_numpy(dtype=np.int64)
        _, area = np.unique(county[at], return_inverse=True)
        strong = np.isin(at, leads.loc[(leads["stage"] == stage) & (leads["subject"] == subject), "at"].to_numpy(dtype=np.int64))
        able = strong | ~np.isin(area, area[strong])
        count = max(int(area.max()) + 1, -(-len(at) // settings.schools_per_base))
        ids = tuple(str(i) for i in staff.school(at))
        demand = rows["teachers"].to_numpy(dtype=np.float64)
        problem = BaseSchoolProblem(staff.xy[at], demand, able, area.astype(np.int64), min(count, int(able.sum())), code=ids)
        found = choose_bases(problem, time_limit_s=settings.time_limit_s)
        stop_if(broken_base_rules(problem, found.base_of_member, found.is_base))
        objective, bound, proven = objective + found.objective, bound + found.bound, proven and found.status == "optimal"
        base = at[found.base_of_member]
        frame = pd.DataFrame({"stage": stage, "subject": subject, "school_id": staff.school(at), "name": staff.school(at, "name"), "teachers": demand})
        away = np.round(np.hypot(*(staff.xy[at] - staff.xy[base]).T))
        parts.append(frame.assign(base_id=staff.school(base), base=staff.school(base, "name"), is_base=found.is_base, distance_m=away, _at=base))
    columns = ["stage", "subject", "school_id", "name", "teachers", "base_id", "base", "is_base", "distance_m", "_at"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    bases = table[table["is_base"].astype(bool)]
    facts = {
        "bases": len(bases), "bases_teacher_m": objective, "bases_bound": bound, "bases_gap": relative_gap(objective, bound),
        "bases_status": "optimal" if proven else "feasible", "bases_no_place": lost,
    }  # fmt: skip
    people = float(table["teachers"].sum())
    lines = [text("sharing.research_bases_line", bases=len(bases), subjects=len(parts), km=objective / people / 1000.0 if people else 0.0)]
    if not proven:
        lines.append(text("sharing.not_proven_above", gap=facts["bases_gap"]))
    if lost:
        lines.append(text("sharing.research_no_place", count=lost))
    kept = {"bases": bases[["stage", "subject", "_at"]].rename(columns={"_at": "at"}).reset_index(drop=True)}
    return Part({"subject_bases": table.drop(columns="_at")}, facts, lines, kept)
