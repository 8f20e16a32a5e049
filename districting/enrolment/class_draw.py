"""Classes as frozen lines (``classes-1``) that anybody who may see scores can make again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from districting.enrolment.classes import ClassPlan, balanced_classes, draw_teachers
from districting.enrolment.frozen import clean, commitment_of
from districting.enrolment.frozen_rows import FrozenRows, bad_line, whole
from districting.enrolment.keyed import drawn_order
from districting.enrolment.numbers import digests, shown_number

CLASSES: Final = "classes-1"
_NONE: Final = "-"


@dataclass(frozen=True, eq=False)
class ClassList:
    """``sex`` (n,) 0 or 1; ``together``, ``apart`` (n,) number of the group of each pupil from 1, 0 where it is in none; ``teams`` (k,) or none."""

    labels: dict[str, str]
    classes: int
    tokens: tuple[str, ...]
    sex: tuple[int, ...]
    scores: tuple[float, ...]
    together: tuple[int, ...]
    apart: tuple[int, ...]
    teams: tuple[str, ...] = ()


def class_lines(given: ClassList) -> list[str]:
    """The frozen lines: rules, teams of teachers, pupils; positions from 1."""
    lines = [CLASSES, *(f"rule\t{clean(k)}\t{clean(v)}" for k, v in given.labels.items()), f"rule\tclasses\t{given.classes}"]
    lines += [f"team\t{i}\t{clean(team)}" for i, team in enumerate(given.teams, 1)]
    rows = zip(given.tokens, given.sex, given.scores, given.together, given.apart, strict=True)
    return lines + [f"pupil\t{i}\t{t}\t{s}\t{score!r}\t{g or _NONE}\t{a or _NONE}" for i, (t, s, score, g, a) in enumerate(rows, 1)]


def read_classes(lines: Sequence[str]) -> ClassList:
    """The list behind the lines.

    Raises
    ------
    DataError : the first line that is none of the format
    """
    rows = FrozenRows(lines, {"rule": 2, "team": 2, "pupil": 6})
    classes = rows.rule("classes", whole)
    pupils = rows.each("pupil", _pupil)
    teams = tuple(f[1] for f in rows.rows["team"])
    if not 1 <= classes <= len(pupils) or len(teams) not in (0, classes):
        raise bad_line(rows.first["rule"] + len(rows.rows["rule"]) - 1)
    tokens, sex, scores, together, apart = zip(*pupils, strict=True)
    return ClassList(rows.rules, classes, tokens, sex, scores, together, apart, teams)


def _pupil(fields: list[str]) -> tuple[str, int, float, int, int]:
    score = float(fields[3])
    if fields[2] not in ("0", "1") or not math.isfinite(score) or repr(score) != fields[3]:
        raise ValueError(fields[3])
    return fields[1], int(fields[2]), score, 0 if fields[4] == _NONE else whole(fields[4]), 0 if fields[5] == _NONE else whole(fields[5])


def groups_of(numbers: Sequence[int]) -> list[list[int]]:
    """Positions that share a number above 0, where two or more do.

    >>> groups_of([1, 0, 2, 1])
    [[0, 3]]
    """
    found: dict[int, list[int]] = {}
    for i, number in enumerate(numbers):
        if number:
            found.setdefault(number, []).append(i)
    return [g for g in found.values() if len(g) > 1]


def classes_of(given: ClassList, seed: str, commitment: str) -> tuple[ClassPlan, list[int]]:
    """The classes, and the team of each of them ([] without teams)."""
    order = drawn_order(seed, commitment, map(str, range(1, len(given.sex) + 1)))
    plan = balanced_classes(given.scores, given.sex, given.classes, together=groups_of(given.together), apart=groups_of(given.apart), order=order)
    teams = drawn_order(seed, commitment, (f"team|{k + 1}" for k in range(len(given.teams))))
    return plan, draw_teachers(given.classes, teams).tolist() if teams else []


def draw_classes(lines: Sequence[str], seed: str) -> dict[str, Any]:
    """Numbers of the pupils, their classes (from 1), and a summary with the team of each class."""
    given, commitment = read_classes(lines), commitment_of(lines)
    plan, teams = classes_of(given, seed, commitment)
    numbers = [shown_number(d, 10) for d in digests(seed, commitment, map(str, range(1, len(given.sex) + 1)))]
    summary = {
        "pupils": len(given.sex),
        "classes": given.classes,
        "sizes": plan.sizes.tolist(),
        "sexes": plan.sexes.tolist(),
        "means": [round(m, 6) for m in plan.means.tolist()],
        "mean_gap": round(plan.mean_gap, 6),
        "teams": [t + 1 for t in teams],
    }
    return {"numbers": numbers, "results": [c + 1 for c in plan.class_of_pupil.tolist()], "summary": summary}
