"""How many schools a forest can carry at all, and the least relaxation that carries all: distances play no part, so schools are counted in groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.chain_problem import ChainProblem
from districting.pairing.chain_table import rooted
from districting.solvers.milp import Milp, Row
from districting.wording import Text, text

TIME_LIMIT_S = 30.0


@dataclass(frozen=True, eq=False)
class Room:
    """``group_of_school`` (s,); ``placed`` (g, depth + 1) schools of a group at each depth; ``left`` (g,) that no mentor can carry; ``added`` (g,) new roots."""

    group_of_school: NDArray[np.int64]
    placed: NDArray[np.int64]
    left: NDArray[np.int64]
    added: NDArray[np.int64]


def room(problem: ChainProblem, *, add_roots: bool = False) -> Room:
    """The most schools that caps and depths let a forest carry, higher levels first where there is a choice; with ``add_roots`` the fewest new roots instead."""
    group, members = _groups(problem)
    count = np.bincount(group, minlength=len(members))
    root = rooted(problem)[members]
    giver, taker = np.nonzero(_may_carry(problem, members))
    depth = max(0, min(problem.max_depth, len(np.unique(problem.level)) - 1))
    groups, arcs = len(members), len(giver)
    placed = (np.arange(groups * (depth + 1))).reshape(groups, depth + 1)
    flow = groups * (depth + 1) + np.arange(arcs * depth).reshape(arcs, depth)
    left = groups * (depth + 1) + arcs * depth + np.arange(groups)
    width = int(left[-1]) + 1 if groups else 0
    high = np.full(width, float(count.sum()))
    pinned = np.zeros(groups, dtype=bool) if problem.pinned is None else problem.pinned[members] >= 0
    free_root = root | (add_roots & ~pinned)
    high[placed[:, 0]] = np.where(free_root, count, 0)
    high[left] = np.where(free_root, 0, count)
    cost = np.zeros(width)
    price = 1.0 + problem.level[members] / ((1.0 + problem.level.max()) * (1.0 + len(problem.level)))
    cost[left] = 1.0 + (1.0 + problem.level.max() - problem.level[members]) / ((1.0 + problem.level.max()) * (1.0 + len(problem.level)))
    cost[placed[~root, 0]] = price[~root]
    rows: list[Row] = []
    for g in range(groups):
        rows.append((np.append(placed[g], left[g]), np.ones(depth + 2), float(count[g]), float(count[g])))
        for d in range(depth):
            into = flow[taker == g, d]
            rows.append((np.append(into, placed[g, d + 1]), np.append(np.ones(len(into)), -1.0), 0.0, 0.0))
            out = flow[giver == g, d]
            if len(out):
                rows.append((np.append(out, placed[g, d]), np.append(np.ones(len(out)), -float(problem.max_mentees)), -np.inf, 0.0))
    model = Milp(cost, np.zeros(width), high, np.ones(width, dtype=bool))
    model.add_rows(rows)
    found = model.solve(time_limit_s=TIME_LIMIT_S)
    if found.x is None:
        raise ArithmeticError("the count of schools that can be carried did not end")
    whole = np.rint(found.x).astype(np.int64)
    return Room(group, whole[placed], whole[left], np.where(root, 0, whole[placed[:, 0]]))


def _groups(problem: ChainProblem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(group of every school, a school of every group): alike in level, county and root; whoever is pinned, pinned to or in a forbidden pair stands alone."""
    alone = np.full(problem.school_count, -1, dtype=np.int64)
    named = [np.zeros(0, dtype=np.int64)]
    if problem.pinned is not None:
        named += [np.flatnonzero(problem.pinned >= 0), problem.pinned[problem.pinned >= 0]]
    if problem.forbidden is not None:
        named.append(np.ravel(problem.forbidden).astype(np.int64))
    for school in np.unique(np.concatenate(named)):
        alone[school] = school
    county = np.zeros(problem.school_count, dtype=np.int64) if problem.county is None else np.unique(problem.county, return_inverse=True)[1]
    keys = np.column_stack([problem.level, county, rooted(problem), alone])
    _, first, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return group.ravel().astype(np.int64), first.astype(np.int64)


def _may_carry(problem: ChainProblem, members: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(g, g) whether a school of the first group may be the mentor of one of the second."""
    level = problem.level[members]
    may: NDArray[np.bool_] = (level[:, None] < level[None, :]) & ~rooted(problem)[members][None, :]
    higher = may.copy()
    if problem.county is not None:
        may &= problem.county[members][:, None] == problem.county[members][None, :]
    at = {int(school): g for g, school in enumerate(members)}
    for a, b in np.reshape(problem.forbidden, (-1, 2)) if problem.forbidden is not None else ():
        may[at[int(a)], at[int(b)]] = False
    if problem.pinned is not None:
        for school in np.flatnonzero(problem.pinned >= 0):
            g, h = at[int(school)], at[int(problem.pinned[school])]
            may[:, g] = False
            may[h, g] = higher[h, g]
    return may


def layers_of(problem: ChainProblem, found: Room) -> NDArray[np.int64]:
    """(s,) a depth for every school at which the counts carry all; of a group, those nearest to a root stand nearest to it in the forest, too."""
    layer = np.zeros(problem.school_count, dtype=np.int64)
    tops = problem.xy[rooted(problem)]
    near = np.array([np.hypot(*(tops - place).T).min() if len(tops) else 0.0 for place in problem.xy])
    for group, placed in enumerate(found.placed):
        members = np.flatnonzero(found.group_of_school == group)
        layer[members[np.argsort(near[members], kind="stable")][: int(placed.sum())]] = np.repeat(np.arange(len(placed)), placed)
    return layer


def with_new_roots(problem: ChainProblem) -> tuple[ChainProblem, NDArray[np.int64]]:
    """The problem with the fewest further roots that let all others be carried, and who they are.

    Of the choices with equally few, higher levels become roots first; within a level (and county) the schools farthest from any that may be their mentor.
    """
    found = room(problem, add_roots=True)
    if found.left.any():
        raise refusal(problem)
    chosen: list[int] = []
    for group in np.flatnonzero(found.added):
        members = np.flatnonzero(found.group_of_school == group)
        above = np.flatnonzero(problem.level < problem.level[members[0]])
        if problem.county is not None:
            above = above[problem.county[above] == problem.county[members[0]]]
        near = np.array([np.hypot(*(problem.xy[above] - problem.xy[i]).T).min() if len(above) else np.inf for i in members])
        chosen += members[np.argsort(-near, kind="stable")[: found.added[group]]].tolist()
    extra = np.array(sorted(chosen), dtype=np.int64)
    is_root = problem.is_root.copy()
    is_root[extra] = True
    return problem.replace(is_root=is_root), extra


def refusal(problem: ChainProblem) -> InfeasibleError:
    """How many schools of each level cannot be carried, and what would carry them: tried, not guessed."""
    found = room(problem)
    level_of_group = np.zeros(len(found.left), dtype=np.int64)
    level_of_group[found.group_of_school] = problem.level
    whole = np.bincount(level_of_group, weights=found.left, minlength=int(problem.level.max()) + 1).astype(np.int64)
    needing = np.bincount(problem.level[~rooted(problem)], minlength=len(whole))
    fanout, depth = _least(problem, "max_mentees"), _least(problem, "max_depth")
    rule = "max_mentees" if fanout is not None else "max_depth" if depth is not None else "mentor"
    conflicts = []
    for level in np.flatnonzero(whole):
        amounts = {"count": int(whole[level]), "of": int(needing[level]), "cap": problem.max_mentees, "depth": problem.max_depth}
        conflicts.append(Conflict(rule, float(whole[level]), "school", text("pairing.chain_short", level=problem.name_of(int(level)), **amounts)))
    offers: list[Text] = []
    if fanout is not None:
        offers.append(text("pairing.chain_raise_mentees", most=fanout))
    if depth is not None:
        offers.append(text("pairing.chain_raise_depth", most=depth))
    if problem.county is not None and not room(problem.replace(county=None)).left.any():
        offers.append(text("pairing.chain_leave_county"))
    if problem.pinned is None or not (problem.pinned >= 0).any():
        offers.append(text("pairing.chain_allow_roots", count=int(room(problem, add_roots=True).added.sum())))
    return InfeasibleError(conflicts, offers)


def _least(problem: ChainProblem, name: str) -> int | None:
    """The smallest value of a limit, the other as it is, that carries every school; None where none does."""
    low = int(getattr(problem, name)) + 1
    high = max(low, problem.school_count if name == "max_mentees" else len(np.unique(problem.level)) - 1)
    if room(problem.replace(**{name: high})).left.any():
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if room(problem.replace(**{name: middle})).left.any() else (low, middle)
    return low
