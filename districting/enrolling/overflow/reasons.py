"""Why each pupil sits where it sits: own and nearest school, what was wrong with them, by which scope the seat was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.enrolling.overflow.ground import Ground
from districting.enrolling.overflow.pupils import Pupils
from districting.enrolling.overflow.seats import Seats
from districting.model.overflow_problem import OverflowPlan, OverflowProblem
from districting.model.overflow_rules import OverflowRules
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class Questions:
    """What the reasons need: tables, problem, ``asked`` (m,) positions of its pupils, all distances (n, s) and those within reach, scopes (n, s), (n,) ``barred``, ``late``."""

    rules: OverflowRules
    ground: Ground
    seats: Seats
    pupils: Pupils
    problem: OverflowProblem
    asked: NDArray[np.int64]
    metres: NDArray[np.float64]
    within: NDArray[np.float64]
    scope: NDArray[np.int64]
    barred: NDArray[np.str_]
    late: NDArray[np.bool_]


@dataclass(frozen=True)
class Placing:
    """One pupil. Positions of schools (-1 none), metres to each, ``rank`` of the placed school among all of the stage by nearness (0 none), ``scope`` a name ("" none);
    ``code``: ``own_school``, ``moved``, or why there is no seat: ``first_term``, ``last_term``, ``locked``, ``far``, ``out_of_scope``, ``group``, ``no_seat``.
    """

    row: int
    grade: int
    own: int
    own_m: float
    nearest: int
    nearest_m: float
    placed: int
    placed_m: float
    rank: int
    scope: str
    code: str
    reason: Text


def placings(asked: Questions, plan: OverflowPlan) -> tuple[Placing, ...]:
    """One for each pupil, in the order of the list."""
    n = len(asked.pupils.own)
    school, scope = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    school[asked.asked], scope[asked.asked] = plan.school_of_pupil, plan.scope_of_pupil
    return tuple(_placing(asked, plan, i, int(school[i]), int(scope[i])) for i in range(n))


def _placing(asked: Questions, plan: OverflowPlan, i: int, at: int, scope: int) -> Placing:
    metres, own, names = asked.metres[i], int(asked.pupils.own[i]), asked.ground.names
    grade = int(asked.pupils.grade[i])
    nearest = int(np.lexsort((np.arange(len(metres)), metres))[0])
    placed_m = float(metres[at]) if at >= 0 else float("nan")
    rank = int((metres < placed_m).sum() + 1) if at >= 0 else 0
    if at < 0:
        code = str(asked.barred[i]) or _without(asked, plan, i)
        reason = text(f"overflow.why_{code}", own=names[own], own_m=_m(metres[own]), nearest=names[nearest], nearest_m=_m(metres[nearest]))
        if code not in ("first_term", "last_term", "locked"):
            reason = text("overflow.with_own", own=names[own], own_m=_m(metres[own]), why=_why(asked, plan, i, own, -1), reason=reason)
    elif at == own:
        code, reason = "own_school", text("overflow.why_own_school", own=names[own], own_m=_m(metres[own]))
    else:
        code = "moved"
        words = text(f"overflow.scope_{asked.rules.order[scope]}")
        values = {"own": names[own], "own_m": _m(metres[own]), "why": _why(asked, plan, i, own, scope), "scope": words}
        reason = text("overflow.why_moved", **values, placed=names[at], placed_m=_m(placed_m), rank=rank)
        if nearest not in (own, at):
            near = {"nearest": names[nearest], "nearest_m": _m(metres[nearest]), "why": _why(asked, plan, i, nearest, scope)}
            reason = text("overflow.and_nearest", reason=reason, **near)
    if asked.late[i] and str(asked.barred[i]) == "":
        reason = text("overflow.and_locked", reason=reason)
    name = asked.rules.order[scope] if at >= 0 else ""
    row = int(asked.pupils.table.row[i])
    return Placing(row, grade, own, float(metres[own]), nearest, float(metres[nearest]), at, placed_m, rank, name, code, reason)


def coarse(metres: float) -> float:
    """To 100 m, never 0: what may be said of a home that is given by coordinates.

    >>> coarse(2018.4), coarse(30.0)
    (2000.0, 100.0)
    """
    return max(100.0, round(metres / 100.0) * 100.0)


def coarse_reason(reason: Text) -> Text:
    """The sentence, and those inside it, with every distance to 100 m."""
    return Text(reason.key, {k: coarse_reason(v) if isinstance(v, Text) else _m(coarse(float(v))) if k.endswith("_m") else v for k, v in reason.values.items()})


def _m(metres: float) -> str:
    return f"{metres:.0f}"


def _why(asked: Questions, plan: OverflowPlan, i: int, school: int, scope: int) -> Text:
    """Why ``school`` did not take the pupil who was placed by ``scope`` (-1: nowhere)."""
    seats, grade = asked.seats, int(asked.pupils.grade[i] - asked.rules.grades[0])
    if not seats.listed[school, grade]:
        return text("overflow.school_unlisted")
    if seats.slots[school, grade] == 0:
        kept = seats.reserve[school, grade] > 0 and seats.pupils[school, grade] < seats.most[school, grade]
        return text("overflow.school_reserved" if kept else "overflow.school_full")
    if seats.room[school] == 0:
        return text("overflow.school_capped", whole=int(seats.whole[school]), cap=int(seats.cap[school]))
    if not np.isfinite(asked.within[i, school]):
        return text("overflow.school_far")
    if asked.scope[i, school] < 0:
        return text("overflow.school_outside")
    if plan.slots_left[school, grade] > 0 and plan.room_left[school] > 0 and scope >= 0 and asked.scope[i, school] > scope:
        return text("overflow.school_later")
    if plan.slots_left[school, grade] > 0 and plan.room_left[school] > 0 and asked.pupils.group[i] >= 0:
        return text("overflow.school_no_room_for_all")
    return text("overflow.school_taken")


def _without(asked: Questions, plan: OverflowPlan, i: int) -> str:
    """Why there is no seat: left ones are too far, in no scope, too few for all of a group; or none is left."""
    grade = int(asked.pupils.grade[i] - asked.rules.grades[0])
    left = (plan.slots_left[:, grade] > 0) & (plan.room_left > 0)
    in_scope, near = asked.scope[i] >= 0, np.isfinite(asked.within[i])
    if (left & in_scope & near).any():
        return "group"
    if (left & in_scope).any():
        return "far"
    return "out_of_scope" if left.any() else "no_seat"
