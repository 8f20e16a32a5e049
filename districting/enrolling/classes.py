"""A list of admitted pupils to balanced classes and their teachers (policy R43)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from districting.checking.enrolment_classes import check_classes
from districting.enrolling.lottery.ids import id_faults
from districting.enrolling.privacy import Private, private_of, texts_of
from districting.enrolment.class_draw import ClassList, class_lines, classes_of, groups_of
from districting.enrolment.classes import ClassPlan
from districting.enrolment.frozen import commitment_of
from districting.errors import DataError, DistrictingError, Fault, Gathered
from districting.model.settings import InputSpec
from districting.reading.enrolment_tables import Table, load_table
from districting.wording import Text, text

_SEXES: Final = {"男": 0, "男生": 0, "m": 0, "male": 0, "boy": 0, "1": 0, "女": 1, "女生": 1, "f": 1, "female": 1, "girl": 1, "2": 1}
"""GB/T 2261.1 has 1 for male and 2 for female."""


@dataclass(frozen=True, eq=False)
class Admitted:
    """The list as it is frozen: ``draw``, its ``lines`` (they hold scores: not for the public), what is private, notes; ``scored``: False where all scores are equal for want of a column."""

    draw: ClassList
    lines: tuple[str, ...]
    private: Private
    scored: bool
    notes: tuple[Fault, ...]
    remarks: tuple[Text, ...]


@dataclass(frozen=True, eq=False)
class Classes:
    """``plan``, and ``teams`` (k,) positions of the teams of teachers ([] without)."""

    admitted: Admitted
    plan: ClassPlan
    teams: list[int]


def read_admitted(path: str | Path, classes: int, columns: dict[str, str] | None = None, teachers: str | Path | None = None) -> Admitted:
    """Read the list of pupils and, if given, the table of the teams of teachers; ``columns``: our name (score, together, apart) -> their header.

    Raises
    ------
    DataError : every fault; none of them holds an id or a name
    """
    path = Path(path)
    gathered = Gathered()
    pupils: Table | None = None
    teams: tuple[str, ...] = ()
    with gathered:
        pupils = load_table(path.parent, InputSpec(path.name, columns=dict(columns or {})), "class_pupils")
    with gathered:
        teams = _teams(teachers, classes)
    if pupils is None:
        gathered.refuse()
        raise AssertionError("a table without a fault")  # pragma: no cover
    gathered.faults += id_faults(pupils)
    sex = [_SEXES.get(c.casefold(), -1) if c else -1 for c in texts_of(pupils, "sex")]
    gathered.faults += pupils.faults([i for i, s in enumerate(sex) if s < 0], text("enrolment.bad_sex"), text("enrolment.bad_sex_remedy"), "sex")
    scored = "score" in pupils.columns
    scores = [float(s) for s in pupils.columns["score"]] if scored else [0.0] * len(pupils)
    gathered.faults += pupils.faults(np.flatnonzero(np.isnan(scores)).tolist(), text("enrolment.blank"), text("enrolment.class_score_remedy"), "score")
    if not 1 <= classes <= len(pupils):
        gathered.faults.append(pupils.fault(text("enrolment.class_count", classes=classes, pupils=len(pupils)), text("enrolment.class_count_remedy")))
    together, apart = _group_numbers(pupils, "together"), _group_numbers(pupils, "apart")
    if not gathered.faults:
        gathered.faults += _group_faults(pupils, sex, (together, apart), classes)
    gathered.refuse()
    private = private_of(pupils)
    draw = ClassList({}, classes, private.tokens, tuple(sex), tuple(scores), tuple(together), tuple(apart), teams)
    remarks = () if scored else (text("enrolment.class_no_score"),)
    return Admitted(draw, tuple(class_lines(draw)), private, scored, pupils.notes, remarks)


def make_classes(admitted: Admitted, seed: str) -> Classes:
    """Classes and teachers under a public seed, checked again.

    Raises
    ------
    DataError : groups that no classes of like size and sexes can keep
    DistrictingError : a broken hard rule, found by the independent check
    """
    draw = admitted.draw
    try:
        plan, teams = classes_of(draw, seed, commitment_of(admitted.lines))
    except ValueError:
        raise DataError(Fault(text("enrolment.class_groups"), text("enrolment.class_groups_remedy"), column="together")) from None
    broken = check_classes(draw.sex, plan.class_of_pupil, draw.classes, together=groups_of(draw.together), apart=groups_of(draw.apart))
    if broken:
        raise DistrictingError(text("enrolment.broken_rule", rule=broken[0].rule, at=broken[0].at + 1))
    return Classes(admitted, plan, teams)


def _teams(teachers: str | Path | None, classes: int) -> tuple[str, ...]:
    if teachers is None:
        return ()
    path = Path(teachers)
    table = load_table(path.parent, InputSpec(path.name), "class_teachers")
    cells = texts_of(table, "team")
    faults = table.faults([i for i, c in enumerate(cells) if not c], text("enrolment.blank"), text("enrolment.fill_cell"), "team")
    counts = Counter(c for c in cells if c)
    twice = [i for i, c in enumerate(cells) if c and counts[c] > 1 and cells.index(c) != i]
    faults += table.faults(twice, text("enrolment.team_twice"), text("enrolment.team_twice_remedy"), "team")
    if len(cells) != classes:
        faults.append(table.fault(text("enrolment.team_count", teams=len(cells), classes=classes), text("enrolment.team_count_remedy"), None, "team"))
    if faults:
        raise DataError(faults)
    return cells


def _group_numbers(pupils: Table, column: str) -> list[int]:
    """(n,) number of the group of each pupil, 0 for none; a code that only one pupil has binds nobody."""
    cells = texts_of(pupils, column)
    counts = Counter(c for c in cells if c)
    numbers: dict[str, int] = {}
    return [numbers.setdefault(c, len(numbers) + 1) if counts[c] > 1 else 0 for c in cells]


def _group_faults(pupils: Table, sex: Sequence[int], numbers: tuple[list[int], list[int]], classes: int) -> list[Fault]:
    """Groups that are too large for a class, or for the number of classes."""
    together, apart = numbers
    faults = []
    for group in groups_of(together):
        for s in (0, 1):
            most, count = -(-sex.count(s) // classes), sum(sex[i] == s for i in group)
            if count > most:
                problem = text("enrolment.class_too_many", count=count, most=most)
                faults.append(pupils.fault(problem, text("enrolment.class_groups_remedy"), group[0], "together"))
    for group in groups_of(apart):
        if len(group) > classes:
            problem = text("enrolment.class_too_many_apart", count=len(group), classes=classes)
            faults.append(pupils.fault(problem, text("enrolment.class_groups_remedy"), group[0], "apart"))
        both = [together[i] for i in group if together[i]]
        if len(set(both)) < len(both):
            faults.append(pupils.fault(text("enrolment.class_both"), text("enrolment.class_both_remedy"), group[0], "apart"))
    return faults
