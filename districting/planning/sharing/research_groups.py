"""Groups of joint teaching research, their half-days and the rota of hosts (policy R04)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.sharing.research import check_groups, check_half_days, check_rota
from districting.errors import Conflict, DistrictingError, InfeasibleError
from districting.model.research_problem import HalfDayProblem, RotaProblem, Shown
from districting.model.research_settings import ResearchSettings
from districting.model.solution import relative_gap
from districting.planning.sharing.research_rows import WHOLE_CITY, Staff, grouped
from districting.sharing.half_days import spread_half_days
from districting.sharing.rota import rota
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class Part:
    """Tables, facts and sentences of one part; ``kept`` whatever a later part goes on with."""

    tables: dict[str, pd.DataFrame]
    facts: dict[str, Any]
    lines: list[Text]
    kept: dict[str, Any] = field(default_factory=dict)


def stop_if(broken: list[str]) -> None:
    """An answer that breaks a rule when it is counted again is not given."""
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))


def groups_of(staff: Staff, settings: ResearchSettings) -> Part:
    """Groups, half-days and rota.

    Raises
    ------
    InfeasibleError : seats of hosts do not suffice
    """
    rows = grouped(staff, settings)
    ids = staff.school(rows["at"])
    have = {(str(staff.school(np.array([a]))[0]), s, u): n for a, s, u, n in staff.subjects[["at", "stage", "subject", "teachers"]].itertuples(index=False)}
    stop_if(check_groups(have, zip(rows["group_id"], ids, rows["stage"], rows["subject"], rows["teachers"], strict=True)))
    day_of, days_facts = _half_days(staff, settings)
    rows["slot"] = [day_of[s, u] for s, u in zip(rows["stage"], rows["subject"], strict=True)]
    number, _ = pd.factorize(rows["group_id"])
    problem = _rota_problem(staff, rows, number.astype(np.int64), settings)
    found = rota(problem, time_limit_s=settings.time_limit_s)
    if found is None:
        _refuse(problem, rows.drop_duplicates("group_id"), staff, settings)
    stop_if(check_rota(problem, found))
    tables = _tables(staff, rows, number.astype(np.int64), problem, found, settings)
    joined = rows["joined"].value_counts()
    facts = {
        "groups": problem.groups, "school_subjects": len(rows), "joined_few": int(joined.get("few", 0)), "joined_outside": int(joined.get("outside", 0)),
        "sessions": problem.groups * problem.turns, "rota_teacher_m": found.objective, "rota_bound": found.bound,
        "rota_gap": relative_gap(found.objective, found.bound), "rota_status": found.status, **days_facts,
    }  # fmt: skip
    sessions = float(rows["teachers"].sum()) * problem.turns
    line = text(
        "sharing.research_groups_line", groups=problem.groups, rows=len(rows), few=facts["joined_few"], outside=facts["joined_outside"],
        turns=problem.turns, km=found.objective / sessions / 1000.0 if sessions else 0.0,
    )  # fmt: skip
    whole = len(set(zip(rows["area"], rows["stage"], rows["subject"], strict=True)))
    facts["sections"] = problem.groups - whole
    more = [text("sharing.research_sections", whole=whole, groups=problem.groups)] if problem.groups > whole else []
    lines = [line, *more, text("sharing.research_days_line", pairs=int(facts["half_day_pairs"]), days=len(set(rows["slot"].tolist())))]
    unproven = max(facts["rota_gap"], facts["half_day_gap"])
    if "feasible" in (facts["rota_status"], facts["half_day_status"]):
        lines.append(text("sharing.not_proven_above", gap=unproven))
    return Part(tables, facts, lines, {"rows": rows})


def _half_days(staff: Staff, settings: ResearchSettings) -> tuple[dict[tuple[str, str], int], dict[str, Any]]:
    """Half-day of each stage and subject."""
    out: dict[tuple[str, str], int] = {}
    objective, bound, proven = 0.0, 0.0, True
    for stage, rows in staff.subjects.groupby("stage", sort=True):
        table = rows.pivot_table(index="at", columns="subject", values="teachers", fill_value=0, aggfunc="sum").sort_index(axis=1)
        problem = HalfDayProblem(table.to_numpy(dtype=np.int64), len(set(settings.half_days)))
        found = spread_half_days(problem, time_limit_s=settings.time_limit_s)
        stop_if(check_half_days(problem, found))
        out |= {(str(stage), str(u)): int(d) for u, d in zip(table.columns, found.choice, strict=True)}
        objective, bound, proven = objective + found.objective, bound + found.bound, proven and found.status == "optimal"
    facts = {"half_day_pairs": objective, "half_day_bound": bound, "half_day_gap": relative_gap(objective, bound)}
    return out, {**facts, "half_day_status": "optimal" if proven else "feasible"}


def _rota_problem(staff: Staff, rows: pd.DataFrame, number: NDArray[np.int64], settings: ResearchSettings) -> RotaProblem:
    group, host, cost, visitors = [], [], [], []
    n = int(number.max(initial=-1)) + 1
    for g in range(n):
        at = rows["at"].to_numpy(dtype=np.int64)[number == g]
        people = rows["teachers"].to_numpy(dtype=np.float64)[number == g]
        placed = np.isfinite(staff.xy[at]).all(axis=1)
        hosts = at[placed] if placed.any() else at
        group += [g] * len(hosts)
        host += staff.campus[hosts].tolist()
        visitors += (people.sum() - people[placed if placed.any() else slice(None)]).astype(np.int64).tolist()
        cost += (people @ np.nan_to_num(staff.metres(at, hosts))).tolist()
    slot = np.zeros(n, dtype=np.int64)
    slot[number] = rows["slot"].to_numpy(dtype=np.int64)
    pairs = (np.array(group, dtype=np.int64), np.array(host, dtype=np.int64), np.array(cost, dtype=np.float64), np.array(visitors, dtype=np.int64))
    return RotaProblem(*pairs, slot, staff.seats, -(-settings.weeks // settings.every_weeks))


def _refuse(problem: RotaProblem, groups: pd.DataFrame, staff: Staff, settings: ResearchSettings) -> NoReturn:
    short = np.full(problem.groups, np.iinfo(np.int64).max)
    np.minimum.at(short, problem.group, problem.visitors - problem.seats[problem.host])
    conflicts, least = [], 0
    for g in np.flatnonzero(short > 0).tolist():
        row, mine = groups.iloc[g], problem.group == g
        values = {"area": area_name(staff, row["area"]), "stage": text(f"links.stage_{row['stage']}"), "subject": row["subject"]}
        conflicts.append(Conflict("sharing.research.host_seats", int(short[g]), "seat", text("sharing.research_full", missing=int(short[g]), **values)))
        least = max(least, int(problem.visitors[mine].min()))
    if not conflicts:
        conflicts = [Conflict("sharing.research.host_seats", 1.0, "seat", text("sharing.research_crowded"), proven=False)]
        most = np.zeros(problem.groups, dtype=np.int64)
        np.maximum.at(most, problem.group, problem.visitors)
        least = int(np.bincount(problem.slot, most).max())
    raise InfeasibleError(conflicts, [text("sharing.relax_host_seats", seats=least)])


def area_name(staff: Staff, area: str) -> Text | str:
    """Name of an area for people."""
    return text("sharing.area_name_city") if area == WHOLE_CITY else staff.area_names.get(area, area)


def _tables(
    staff: Staff, rows: pd.DataFrame, number: NDArray[np.int64], problem: RotaProblem, found: Shown, settings: ResearchSettings
) -> dict[str, pd.DataFrame]:
    days = np.array(list(dict.fromkeys(settings.half_days)), dtype=object)
    at = rows["at"].to_numpy(dtype=np.int64)
    often = [int((found.choice[g] == staff.campus[a]).sum()) for g, a in zip(number.tolist(), at.tolist(), strict=True)]
    names = [area if area == WHOLE_CITY else staff.area_names.get(area, area) for area in rows["area"]]
    groups = pd.DataFrame({"group_id": rows["group_id"], "area": rows["area"], "area_name": names, "stage": rows["stage"], "subject": rows["subject"]})
    groups = groups.assign(half_day=days[rows["slot"].to_numpy(dtype=np.int64)], school_id=staff.school(at), name=staff.school(at, "name"))
    groups = groups.assign(teachers=rows["teachers"], joined=rows["joined"], hosted=often)
    first = groups.drop_duplicates("group_id").reset_index(drop=True)
    name_of = dict(zip(staff.members["school_id"], staff.members["name"], strict=True))
    g, turn = np.divmod(np.arange(problem.groups * problem.turns), problem.turns) if problem.turns else (np.empty(0, int), np.empty(0, int))
    chosen = found.choice[g, turn]
    way = {(int(a), int(b)): (float(c), int(v)) for a, b, c, v in zip(problem.group, problem.host, problem.cost, problem.visitors, strict=True)}
    people = np.bincount(number, rows["teachers"].to_numpy(dtype=np.float64), problem.groups).astype(np.int64)
    there = [way[i, h] for i, h in zip(g.tolist(), chosen.tolist(), strict=True)]
    head = first.loc[g, ["group_id", "area_name", "stage", "subject", "half_day"]].reset_index(drop=True)
    host_id = staff.campuses[chosen]
    plan = head.assign(turn=turn + 1, week=turn * settings.every_weeks + 1, host_id=host_id, host=[name_of.get(h, "") for h in host_id.tolist()])
    plan = plan.assign(people=people[g], visitors=[v for _, v in there], seats=problem.seats[chosen])
    plan["mean_m"] = np.round([cost / people[i] for i, (cost, _) in zip(g.tolist(), there, strict=True)])
    summary = rows.groupby(["stage", "subject", "slot"], sort=True).agg(teachers=("teachers", "sum"), schools=("at", "nunique"), groups=("group_id", "nunique"))
    summary = summary.reset_index().sort_values(["stage", "slot", "subject"], kind="stable", ignore_index=True)
    summary.insert(2, "half_day", days[summary.pop("slot").to_numpy(dtype=np.int64)])
    return {"research_groups": groups, "research_rota": plan, "research_half_days": summary}
