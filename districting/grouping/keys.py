"""What the keys of a form count: ``"junior_weak"``, ``"primary"``, ``"lead"``, ``"nine_year"``, ``"rural"``, ``"school"``."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.grouping_problem import GroupingProblem
from districting.model.stages import AREAS, SCHOOL_TYPES, STAGES, TIERS
from districting.wording import text

KINDS: Final = (*(kind for kind, stages in SCHOOL_TYPES.items() if len(stages) > 1), "teaching_point")
KEYS: Final = (*STAGES, *(f"{stage}_{tier}" for stage in STAGES for tier in TIERS), *TIERS, *KINDS, *AREAS, "school")
"""Every key that counts something."""


def refuse_unknown_keys(keys: tuple[str, ...], form: str) -> None:
    """DataError that lists the known keys when one is none of them."""
    unknown = [key for key in keys if key not in KEYS]
    if unknown:
        raise DataError(
            [Fault(text("grouping.unknown_key", key=key, form=form), text("grouping.known_keys", keys=list(KEYS)), column="counts") for key in unknown]
        )


def counted(problem: GroupingProblem, key: str) -> NDArray[np.bool_]:
    """(s,) whether a member is counted by ``key``; of a school of several stages a key without a stage counts the first that fits.

    A school type or an area that the problem does not know counts nobody.
    """
    stage, _, tier = key.partition("_")
    if stage in STAGES:
        mask: NDArray[np.bool_] = problem.stage_of_member == stage
        return mask & (problem.tier_of_member == tier) if tier else mask
    fits = _fits(problem, key)
    schools = problem.school_of_member
    first = np.zeros(problem.member_count, dtype=bool)
    first[np.unique(np.where(fits, schools, -1), return_index=True)[1]] = True
    return fits & first


def _fits(problem: GroupingProblem, key: str) -> NDArray[np.bool_]:
    s, facts = problem.member_count, problem.facts
    if key == "school":
        return np.ones(s, dtype=bool)
    if key in TIERS:
        return np.asarray(problem.tier_of_member == key)
    found = facts.area if key in AREAS else facts.kind
    return np.zeros(s, dtype=bool) if found is None else np.asarray(found == key)
