"""A rotation of teachers recounted from labels alone (policy R37)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from districting.model.rotation_problem import RotationProblem, RotationSolution


def miscounted(problem: RotationProblem, found: RotationSolution) -> list[str]:
    """Names of the figures of a solution that are not those of its labels, with both; bounds above what they bound.

    Recounted teacher by teacher and, for the coefficient of variation, pupil-weighted by its definition (教督〔2012〕3号).
    """
    after = found.school_of_teacher
    gone = [t for t in range(len(after)) if after[t] != problem.school[t]]
    metres = [float(problem.distance_m[problem.school[t], after[t]]) for t in gone]
    travel = math.fsum(m for m in metres if not math.isnan(m))
    wished = 0 if problem.wish_rank is None else sum(bool(problem.wish_rank[t, after[t]]) for t in gone)
    worst = max((_coefficient(problem, after, stage, i) for stage in set(problem.stage.tolist()) for i in range(problem.counts.shape[1])), default=0.0)
    said = {"travel_m": (travel, found.travel_m), "wishes_met": (wished, found.wishes_met), "worst": (worst, found.objective)}
    wrong = [f"{name} ({told:g}, recounted {true:g})" for name, (true, told) in said.items() if abs(true - told) > 1e-6 * max(1.0, abs(true))]
    above = {"bound": found.bound - worst, "travel_bound_m": found.travel_bound_m - travel}
    return wrong + [f"{name} ({excess:g})" for name, excess in above.items() if excess > 1e-6 * max(1.0, travel)]


def _coefficient(problem: RotationProblem, school_of_teacher: NDArray[np.int64], stage: int, indicator: int) -> float:
    """Of one indicator between the schools of a stage that have pupils; 0 where one school or nothing is to be compared."""
    held = dict.fromkeys((s for s in range(problem.schools) if problem.stage[s] == stage and problem.pupils[s] > 0), 0.0)
    for t, s in enumerate(school_of_teacher.tolist()):
        if s in held:
            held[s] += float(problem.counts[t, indicator])
    if len(held) < 2 or not any(held.values()):
        return 0.0
    everyone = math.fsum(float(problem.pupils[s]) for s in held)
    mean = math.fsum(held.values()) / everyone
    return math.sqrt(math.fsum(float(problem.pupils[s]) / everyone * (n / float(problem.pupils[s]) - mean) ** 2 for s, n in held.items())) / mean


def broken_rotation_rules(problem: RotationProblem, school_of_teacher: NDArray[np.int64]) -> list[str]:
    """Names of the hard rules that do not hold, each with the amount by which it is broken."""
    before, after = problem.school, school_of_teacher
    gone = [t for t in range(len(before)) if before[t] != after[t]]
    broken = []

    def rule(name: str, amount: float) -> None:
        if amount > 0:
            broken.append(f"{name} ({amount:g})")

    rule("eligible", sum(not problem.eligible[t] or problem.subject[t] < 0 for t in gone))
    rule("stage", sum(problem.stage[before[t]] != problem.stage[after[t]] for t in gone))
    rule("pupils", sum(problem.pupils[after[t]] == 0 for t in gone))
    rule("share", problem.movers - len(gone))
    rule("most", len(gone) - problem.most)
    rule("backbone_share", problem.backbone_movers - sum(bool(problem.backbone[t]) for t in gone))
    staff: dict[int, int] = {}
    subjects: dict[tuple[int, int], int] = {}
    leaders: dict[int, int] = {}
    net = {True: {1: 0, 0: 0, -1: 0}, False: {1: 0, 0: 0, -1: 0}}
    lost: dict[tuple[int, bool], int] = {}
    for t in gone:
        for school, sign in ((int(before[t]), -1), (int(after[t]), 1)):
            staff[school] = staff.get(school, 0) + sign
            key = (school, int(problem.subject[t]))
            subjects[key] = subjects.get(key, 0) + sign
            for only_backbone in (False, True):
                if problem.backbone[t] or not only_backbone:
                    net[only_backbone][int(problem.side[school])] += sign
                    lost[school, only_backbone] = lost.get((school, only_backbone), 0) - sign
        if problem.leader[t]:
            leaders[int(before[t])] = leaders.get(int(before[t]), 0) + 1
    rule("staff_change", sum(max(abs(n) - problem.staff_change, 0) for n in staff.values()))
    rule("subject_change", sum(max(abs(n) - int(problem.subject_change[u]), 0) for (_, u), n in subjects.items()))
    for school, n in sorted(leaders.items()):
        team = sum(bool(x) for x in problem.leader[before == school])
        rule("leader_share", n - problem.leader_share * team if n > problem.leader_share * team + 1e-9 else 0)
    for side in net.values():
        rule("direction", max(side[1], 0) + max(-side[-1], 0))
    if problem.floor is not None:
        rule("weak_floor", sum(max(n, 0) for (school, _), n in lost.items() if problem.floor[school]))
    return broken
