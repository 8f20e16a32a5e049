"""Rules about blocks that belong together, and which blocks count as neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.checking.rules.violation import Violation
from districting.model.rules import Barriers, ExcusedIslands, KeepTogether, NeighboursTogether
from districting.model.zoning_problem import ZoningProblem
from districting.wording import text

Labels = NDArray[np.int64]


def neighbours_together(rule: NeighboursTogether, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Blocks with too few of today's neighbours left beside them."""
    today = problem.today
    assert today is not None
    mates: dict[int, list[int]] = {}
    for a, b in problem.edges.tolist():
        if today[a] == today[b] >= 0:
            mates.setdefault(a, []).append(b)
            mates.setdefault(b, []).append(a)
    alone = [i for i, others in mates.items() if sum(label[o] == label[i] for o in others) < rule.share * len(others) - 1e-9]
    if not alone:
        return []
    said = text(
        "checking.blocks_break", rule=text(f"rules.{rule.name}"), count=len(alone), blocks=sorted(alone)[:5], amount=len(alone), unit=text("checking.block")
    )
    return [Violation(rule.name, -1, tuple(sorted(alone)), float(len(alone)), "block", said)]


def keep_together(rule: KeepTogether, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Groups of blocks that are parted."""
    given = np.asarray(rule.group_of_block)
    parted = [g for g in np.unique(given[given >= 0]).tolist() if len(set(label[given == g].tolist())) > 1]
    if not parted:
        return []
    blocks = tuple(np.flatnonzero(np.isin(given, parted)).tolist())
    said = text("checking.groups_parted", rule=text(f"rules.{rule.name}"), count=len(parted), blocks=blocks[:5])
    return [Violation(rule.name, -1, blocks, float(len(parted)), "group", said)]


def neighbours_of(problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[tuple[int, int]]:
    """Pairs that count as neighbours for connectedness in these labels: shared borders, less barriers, more bridges, and excused islands with their school's block."""
    pairs = {(min(a, b), max(a, b)) for a, b in problem.edges.tolist()}
    for rule in problem.rules:
        if isinstance(rule, Barriers):
            pairs -= {(min(a, b), max(a, b)) for a, b in np.asarray(rule.cut, dtype=np.int64).reshape(-1, 2).tolist()}
            pairs |= {(min(a, b), max(a, b)) for a, b in np.asarray(rule.bridges, dtype=np.int64).reshape(-1, 2).tolist()}
    if any(isinstance(rule, ExcusedIslands) for rule in problem.rules):
        pairs |= _excused(problem, label, schools)
    return sorted(pairs)


def _excused(problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> set[tuple[int, int]]:
    """Blocks of today's zones that no way inside today's zone leads to the school from, and still go to it: each with the school's block."""
    today = problem.today
    assert today is not None
    beside: dict[int, list[int]] = {}
    for a, b in problem.edges.tolist():
        if today[a] == today[b] >= 0:
            beside.setdefault(a, []).append(b)
            beside.setdefault(b, []).append(a)
    found = set()
    for j in range(problem.school_count):
        home = int(problem.home_block[j])
        reached, stack = {home} if today[home] == j else set(), [home] if today[home] == j else []
        while stack:
            for v in beside.get(stack.pop(), []):
                if v not in reached:
                    reached.add(v)
                    stack.append(v)
        for i in np.flatnonzero(today == j).tolist():
            if i not in reached and j in schools[label[i]]:
                found.add((min(i, home), max(i, home)))
    return found
