"""Tables of a rotation: who goes where, what each area reached, coefficients of variation before and after, who is not eligible and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.measures.balance import coefficient_of_variation
from districting.model.rotation_problem import RotationProblem, RotationSolution
from districting.model.share_result import ShareResult
from districting.model.solution import relative_gap
from districting.wording import Text, text

COUNT: Final = "counts_"
"""Before the name of an indicator: the column that says whether a teacher counts in it."""
SAME: Final = 1e-9
"""Coefficients nearer than this are one."""
MOVES: Final = ("area", "stage", "teacher_id", "subject", "backbone", "from_id", "from_name", "to_id", "to_name", "distance_m", "reason", "couple", "of_wish")
AREAS: Final = (
    *("area", "area_name", "teachers", "eligible", "required", "rotators", "reached_share", "backbone_required", "backbone_rotators", "backbone_share"),
    *("weak_schools", "weak_below", "split_couples", "wishing", "wishes_met", "cv_worst_before", "cv_worst_after", "bound", "gap", "status"),
    *("travel_m", "travel_bound_m", "travel_gap", "travel_proof", "finding", "remark"),
)
CVS: Final = ("area", "stage", "indicator", "schools", "cv_before", "cv_after", "change")


@dataclass(frozen=True, eq=False)
class Area:
    """One area: ``found`` is None where nobody goes; ``required`` teachers and backbone teachers that the shares ask for, reached or not."""

    area: str
    name: str
    members: Any
    teachers: pd.DataFrame
    problem: RotationProblem
    found: RotationSolution | None
    required: tuple[int, int]

    @property
    def after(self) -> NDArray[np.int64]:
        """(t,) school of every teacher after."""
        return self.problem.school if self.found is None else self.found.school_of_teacher

    @property
    def gone(self) -> NDArray[np.int64]:
        """Teachers who go."""
        return np.flatnonzero(self.after != self.problem.school)


def result_of(areas: Sequence[Area], outside: int) -> ShareResult:
    """Everything that is written."""
    cvs = _stacked([_cv_rows(a) for a in areas], CVS)
    rows = pd.DataFrame([_area_row(a, cvs[cvs["area"] == a.area]) for a in areas], columns=list(AREAS))
    moves = _stacked([_move_rows(a) for a in areas], MOVES)
    tables = {"rotation_moves": moves, "rotation_areas": rows, "rotation_cv": cvs, "rotation_reasons": _reasons(areas)}
    solved = rows[rows["status"] != ""]
    travel = _travel_of(solved)
    facts = {
        "status": "measured" if not len(solved) else "optimal" if (solved["status"] == "optimal").all() else "feasible",
        "objective": _largest(solved["cv_worst_after"]),
        "bound": _largest(solved["bound"]),
        "gap": _largest(solved["gap"]),
        "unit": "coefficient of variation",
        **{c: int(rows[c].sum()) for c in ("teachers", "eligible", "required", "rotators", "backbone_required", "backbone_rotators", "split_couples")},
        **travel,
        **{c: int(rows[c].sum()) for c in ("wishing", "wishes_met", "weak_schools", "weak_below")},
        "fell": int((cvs["change"] == "fell").sum()),
        "same": int((cvs["change"] == "same").sum()),
        "rose": int((cvs["change"] == "rose").sum()),
        "areas": [{k: _plain(v) for k, v in row.items()} for row in rows.to_dict("records")],
    }
    return ShareResult(tables, facts, tuple(_lines(facts, rows, cvs, moves, outside)))


def _travel_of(solved: pd.DataFrame) -> dict[str, Any]:
    """Metres of all areas, their bound and gap, and whether the bound holds over all plans as even."""
    metres, least = float(solved["travel_m"].sum()), float(solved["travel_bound_m"].sum())
    proof = "all_plans" if (solved["travel_proof"] == "all_plans").all() else "open_ways"
    return {"travel_m": metres, "travel_bound_m": least, "travel_gap": relative_gap(metres, least), "travel_proof": proof if len(solved) else ""}


def _lines(facts: dict[str, Any], rows: pd.DataFrame, cvs: pd.DataFrame, moves: pd.DataFrame, outside: int) -> list[Text]:
    counts = {k: facts[k] for k in ("eligible", "required", "rotators", "backbone_required", "backbone_rotators", "fell", "same", "rose")}
    metres = moves["distance_m"].dropna() if len(moves) else pd.Series(dtype="float64")
    way = text("sharing.rotation_km", km=float(metres.mean()) / 1000) if len(metres) else text("sharing.rotation_no_km")
    lines = [text("sharing.rotation_line", areas=len(rows), way=way, **counts)]
    if facts["status"] != "measured":
        lines.append(text("sharing.rotation_proof", worst=facts["objective"], bound=facts["bound"], gap=facts["gap"]))
        if len(metres):
            proof = {"km": facts["travel_m"] / 1000, "least": facts["travel_bound_m"] / 1000, "gap": facts["travel_gap"]}
            lines.append(text(f"sharing.rotation_travel_{facts['travel_proof']}", **proof))
    if facts["weak_schools"]:
        lines.append(text("rotation.weak_below" if facts["weak_below"] else "rotation.weak_kept", count=facts["weak_schools"], below=facts["weak_below"]))
    if facts["wishing"]:
        lines.append(text("sharing.rotation_wishes", count=facts["wishing"], met=facts["wishes_met"]))
    if facts["rose"]:
        risen = [
            text("sharing.indicator_in", area=r.area, indicator=text(f"sharing.indicator_{r.indicator}")) for r in cvs[cvs["change"] == "rose"].itertuples()
        ]
        lines.append(text("sharing.rotation_rose", risen=risen[:5], count=len(risen)))
    for finding in ("part", "one_school", "none_eligible"):
        there = rows.loc[rows["finding"] == finding, "area_name"].tolist()
        if there:
            lines.append(text(f"sharing.rotation_{finding}", areas=there[:8], count=len(there)))
    alone = rows.loc[rows["remark"] == "no_donor", "area_name"].tolist()
    if alone:
        lines.append(text("sharing.rotation_no_donor", areas=alone[:8], count=len(alone)))
    if facts["split_couples"]:
        lines.append(text("sharing.rotation_couples", count=facts["split_couples"]))
    if outside:
        lines.append(text("sharing.rotation_outside", count=outside))
    return lines


def _move_rows(area: Area) -> pd.DataFrame:
    t, problem, members = area.gone, area.problem, area.members
    source, target = problem.school[t], area.after[t]
    teachers = area.teachers.iloc[t]
    ids, names = members["school_id"].to_numpy(dtype=object), members["name"].to_numpy(dtype=object)
    rows = pd.DataFrame(
        {
            "area": area.area,
            "stage": members["stage"].to_numpy(dtype=object)[source],
            "teacher_id": teachers["teacher_id"].to_numpy(dtype=object),
            "subject": teachers["subject"].to_numpy(dtype=object),
            "backbone": problem.backbone[t],
            "from_id": ids[source],
            "from_name": names[source],
            "to_id": ids[target],
            "to_name": names[target],
            "distance_m": np.round(problem.distance_m[source, target]),
            "reason": _why(area, t),
            "couple": _couple(area, t),
            "of_wish": _wish(area, t),
        }
    )
    return rows.sort_values(["stage", "from_id", "to_id", "teacher_id"], kind="stable")


def _why(area: Area, t: NDArray[np.int64]) -> NDArray[Any]:
    side = area.problem.side
    step = side[area.problem.school[t]] - side[area.after[t]]
    head = (area.teachers["subject_key"].iloc[t] == "principal").to_numpy(dtype=bool)
    return np.select([head, step > 0, step < 0], ["principal", "to_weak", "in_return"], "exchange")


def _couple(area: Area, t: NDArray[np.int64]) -> list[str]:
    partner, after, problem = area.problem.partner, area.after, area.problem
    said = []
    for x in t.tolist():
        y = int(partner[x])
        together = y >= 0 and after[y] != problem.school[y] and problem.place[after[x]] == problem.place[after[y]]
        said.append("" if y < 0 else "together" if together else "apart")
    return said


def _wish(area: Area, t: NDArray[np.int64]) -> list[str]:
    """Whether each goes to a school that was wished; "" for those who named none."""
    rank = area.problem.wish_rank
    return ["" if rank is None or not rank[x].any() else "met" if rank[x, area.after[x]] else "not_met" for x in t.tolist()]


def _cv_rows(area: Area) -> pd.DataFrame:
    problem, rows = area.problem, []
    names = [c.removeprefix(COUNT) for c in area.teachers.columns if c.startswith(COUNT)]
    stages = area.members["stage"].to_numpy(dtype=object)
    for stage in pd.unique(stages):
        at = np.flatnonzero((stages == stage) & (np.nan_to_num(problem.pupils) > 0))
        if not len(at):
            continue
        for i, name in enumerate(names):
            before, after = (
                coefficient_of_variation(np.bincount(s, problem.counts[:, i], problem.schools)[at], problem.pupils[at]) for s in (problem.school, area.after)
            )
            if np.isfinite(before):
                change = "same" if abs(after - before) <= SAME else "fell" if after < before else "rose"
                rows.append((area.area, stage, name, len(at), before, after, change))
    return pd.DataFrame(rows, columns=list(CVS))


def _area_row(area: Area, cvs: pd.DataFrame) -> dict[str, Any]:
    found, problem = area.found, area.problem
    eligible, gone = int(problem.eligible.sum()), area.gone
    backbone = int(problem.backbone[gone].sum())
    several = cvs[cvs["schools"] > 1]
    reached = len(gone) >= area.required[0] and backbone >= area.required[1]
    one = not bool((area.members["stage"].value_counts() > 1).any())
    base = len(gone)
    return {
        "area": area.area,
        "area_name": area.name,
        "teachers": len(area.teachers),
        "eligible": eligible,
        "required": area.required[0],
        "rotators": len(gone),
        "reached_share": len(gone) / eligible if eligible else float("nan"),
        "backbone_required": area.required[1],
        "backbone_rotators": backbone,
        "backbone_share": backbone / base if base else float("nan"),
        "weak_schools": int(_weak(area).sum()),
        "weak_below": int((_weak(area) & (np.minimum(*_net(area)) < 0)).sum()),
        "split_couples": 0 if found is None else found.split_couples,
        "wishing": 0 if problem.wish_rank is None else int(problem.wish_rank[gone].any(axis=1).sum()),
        "wishes_met": 0 if found is None else found.wishes_met,
        "cv_worst_before": _largest(several["cv_before"]),
        "cv_worst_after": _largest(several["cv_after"]),
        "bound": float("nan") if found is None else found.bound,
        "gap": float("nan") if found is None else found.gap,
        "status": "" if found is None else found.status,
        "travel_m": 0.0 if found is None else round(found.travel_m, 1),
        "travel_bound_m": float("nan") if found is None else round(found.travel_bound_m, 1),
        "travel_gap": float("nan") if found is None else relative_gap(found.travel_m, found.travel_bound_m),
        "travel_proof": "" if found is None else "all_plans" if found.travel_whole else "open_ways",
        "finding": "none_eligible" if not eligible else "met" if reached else "one_school" if one else "part",
        "remark": "no_donor" if len(area.members) > 1 and not (problem.side == 1).any() else "",
    }


def _weak(area: Area) -> NDArray[np.bool_]:
    """(s,) weak schools by their tier."""
    return np.asarray((area.members["tier"].fillna("").astype("str") == "weak").to_numpy(dtype=bool), dtype=np.bool_)


def _net(area: Area) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(s,) teachers, and backbone teachers, whom each school gets less those whom it gives."""
    problem, t = area.problem, area.gone
    counted = (t, t[problem.backbone[t]])
    every, good = (np.bincount(area.after[n], minlength=problem.schools) - np.bincount(problem.school[n], minlength=problem.schools) for n in counted)
    return every, good


def _reasons(areas: Sequence[Area]) -> pd.DataFrame:
    """Teachers by what keeps them: the eligible first, those without a subject among them apart."""
    counts: dict[str, int] = {}
    for area in areas:
        why = np.where(
            (area.teachers["why_not"] == "") & (area.problem.subject < 0),
            "no_subject",
            area.teachers["why_not"].where(area.teachers["why_not"] != "", "eligible"),
        )
        for name, n in pd.Series(why).value_counts().items():
            counts[str(name)] = counts.get(str(name), 0) + int(n)
    names = sorted(counts, key=lambda n: (n != "eligible", -counts[n], n))
    return pd.DataFrame({"standing": names, "teachers": [counts[n] for n in names]})


def _stacked(parts: Sequence[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    filled = [p for p in parts if len(p)]
    return pd.concat(filled, ignore_index=True)[list(columns)] if filled else pd.DataFrame(columns=list(columns))


def _largest(values: pd.Series) -> float:
    return float(values.max()) if len(values) and values.notna().any() else float("nan")


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and np.isnan(value) else value
