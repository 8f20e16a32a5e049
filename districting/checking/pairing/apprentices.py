"""The hard rules of masters and apprentices, counted again from labels alone (policy R14)."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from districting.model.apprentice_problem import ApprenticeProblem


def broken_apprentice_rules(problem: ApprenticeProblem, master_of_apprentice: NDArray[np.int64]) -> list[str]:
    """Names of the rules that a matching breaks: each once, sorted; empty where all hold."""
    broken: set[str] = set()
    held: Counter[int] = Counter()
    for apprentice, master in enumerate(master_of_apprentice.tolist()):
        if master < 0:
            continue
        held[master] += 1
        a, b = int(problem.apprentice_school[apprentice]), int(problem.master_school[master])
        if problem.apprentice_subject[apprentice] != problem.master_subject[master]:
            broken.add("same_subject")
        if a == b and not problem.own_school:
            broken.add("own_school")
        if problem.county is not None and problem.county[a] != problem.county[b]:
            broken.add("within_county")
    if max(held.values(), default=0) > problem.cap:
        broken.add("cap")
    return sorted(broken)
