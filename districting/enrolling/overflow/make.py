"""OVERFLOW.toml and a plan to a placing of every pupil, checked again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.checking.enrolment_overflow import check_overflow
from districting.enrolling.overflow.dwellings import Register, locked, register_of
from districting.enrolling.overflow.ground import Ground, ground_of, scope_of_schools
from districting.enrolling.overflow.pupils import Pupils, pupils_of
from districting.enrolling.overflow.reasons import Placing, Questions, placings
from districting.enrolling.overflow.seats import Seats, seats_of
from districting.enrolment.overflow import TIME_LIMIT_S, OverflowPlan, solve_overflow
from districting.errors import DistrictingError, Fault, Gathered
from districting.geography.distances import straight_distance_m
from districting.model.overflow_problem import OverflowProblem
from districting.model.overflow_rules import OverflowRules
from districting.model.plan import Plan
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class Overflow:
    """``placings`` of all pupils in the order of the list; ``asked`` (m,) positions of those who take part in ``plan`` (the others are barred by a rule); ``late`` (n,) locked."""

    rules: OverflowRules
    ground: Ground
    seats: Seats
    pupils: Pupils
    plan: OverflowPlan
    asked: NDArray[np.int64]
    late: NDArray[np.bool_]
    placings: tuple[Placing, ...]
    notes: tuple[Fault, ...]
    remarks: tuple[Text, ...]


def make_overflow(rules: OverflowRules, plan: Plan, *, time_limit_s: float | None = None, gap: float | None = None) -> Overflow:
    """Place the pupils of the rules.

    Raises
    ------
    DataError : every fault of the tables; none of them holds a cell of a pupil
    DistrictingError : a broken hard rule, found by the independent check
    """
    ground = ground_of(plan, rules)
    gathered = Gathered()
    seats: Seats | None = None
    pupils: Pupils | None = None
    register = Register()
    with gathered:
        seats = seats_of(rules, ground)
    with gathered:
        pupils = pupils_of(rules, ground)
    with gathered:
        register = register_of(rules)
    gathered.refuse()
    assert seats is not None
    assert pupils is not None
    barred = _barred(rules, pupils)
    late = _where_locked(rules, seats, pupils, locked(register, pupils, rules.year if rules.year is not None else plan.year), barred)
    if rules.lock == "refuse":
        barred = np.where((barred == "") & late, "locked", barred)
    metres = straight_distance_m(pupils.xy, ground.xy)
    scope = scope_of_schools(ground, seats.group, rules.order)[pupils.own]
    asked = np.flatnonzero(barred == "")
    within = metres if rules.max_distance_m is None else np.where(metres <= rules.max_distance_m, metres, np.inf)
    group = pupils.group[asked]
    problem = OverflowProblem(
        within[asked], scope[asked], pupils.grade[asked] - rules.grades[0], seats.slots, seats.room, group, late[asked], len(rules.order)
    )  # fmt: skip
    found = solve_overflow(problem, time_limit_s=TIME_LIMIT_S if time_limit_s is None else time_limit_s, gap=gap or 0.0)
    broken = check_overflow(problem, found.school_of_pupil, found.scope_of_pupil)
    if broken:
        raise DistrictingError(text("enrolment.broken_rule", rule=broken[0].rule, at=broken[0].at))
    told = placings(Questions(rules, ground, seats, pupils, problem, asked, metres, within, scope, barred, late), found)
    method = text("overflow.straight") if not rules.max_distance_m else text("overflow.straight_within", metres=f"{rules.max_distance_m:g}")
    remarks = (*ground.remarks, *seats.remarks, *pupils.remarks, method)
    return Overflow(rules, ground, seats, pupils, found, asked, late, told, (*seats.notes, *pupils.table.notes, *register.notes), remarks)


def _barred(rules: OverflowRules, pupils: Pupils) -> NDArray[np.str_]:
    """(n,) why a pupil may not be placed now, "" nothing: no transfer into the first term of the first grade or the last of the final one."""
    first, last = rules.grades
    found = np.full(len(pupils.own), "", dtype="<U12")
    found[pupils.transfer & (pupils.grade == first) & (rules.term == "first")] = "first_term"
    found[pupils.transfer & (pupils.grade == last) & (rules.term == "second")] = "last_term"
    return found


def _where_locked(rules: OverflowRules, seats: Seats, pupils: Pupils, late: NDArray[np.bool_], barred: NDArray[np.str_]) -> NDArray[np.bool_]:
    """(n,) locked at all schools, or only where more ask for a grade of the own school than it has seats."""
    if rules.lock_where == "all":
        return late
    grade, mine = pupils.grade - rules.grades[0], barred == ""
    asking = np.zeros_like(seats.slots)
    np.add.at(asking, (pupils.own[mine], grade[mine]), 1)
    crowded = (asking > seats.slots) | ((asking.sum(axis=1) > seats.room)[:, None])
    return late & crowded[pupils.own, grade]
