"""The hard rules of base schools, counted again from labels alone (policy R23, R39)."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from districting.model.base_problem import BaseSchoolProblem


def broken_base_rules(problem: BaseSchoolProblem, base_of_member: NDArray[np.int64], is_base: NDArray[np.bool_]) -> list[str]:
    """Names of the rules that a choice of bases breaks: each once, sorted; empty where all hold."""
    broken: set[str] = set()
    bases = [i for i in range(len(is_base)) if is_base[i]]
    if len(bases) != problem.bases:
        broken.add("bases")
    load: Counter[int] = Counter()
    for member, base in enumerate(base_of_member.tolist()):
        load[base] += 1
        if base not in bases:
            broken.add("base_of_member")
        if problem.within_area and problem.area[member] != problem.area[base]:
            broken.add("within_area")
    for base in bases:
        if not problem.is_candidate[base]:
            broken.add("candidates")
        if base_of_member[base] != base:
            broken.add("base_of_base")
    if problem.load_cap is not None and max(load.values(), default=0) > problem.load_cap:
        broken.add("load_cap")
    if {int(a) for a in problem.area} - {int(problem.area[b]) for b in bases}:
        broken.add("base_in_every_area")
    return sorted(broken)
