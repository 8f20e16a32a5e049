"""How many rural and weak schools U-D-S communities can cover at most, counted exactly, and a first plan that covers as many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from districting.model.uds_problem import UdsProblem


@dataclass(frozen=True, eq=False)
class Group:
    """Schools of one stage under one bureau, positions in code order, where both a lead and a weak school stand; ``weak`` and ``rural`` of each target."""

    leads: NDArray[np.int64]
    targets: NDArray[np.int64]
    weak: NDArray[np.bool_]
    rural: NDArray[np.bool_]

    @property
    def most(self) -> int:
        """Communities at most: each has a lead and a weak school of its own."""
        return min(len(self.leads), int(self.weak.sum()))

    def covered(self, communities: int, member_cap: int) -> tuple[int, int]:
        """(rural, all) schools that so many communities cover at most, rural ones first; every community takes a weak one.

        >>> Group(np.arange(2), np.arange(2, 4), np.array([False, True]), np.array([True, False])).covered(1, 1)
        (0, 1)
        """
        rural_weak, slots = int((self.rural & self.weak).sum()), communities * member_cap
        rural = min(int(self.rural.sum()), slots - max(0, communities - rural_weak))
        return rural, rural + min(int((~self.rural).sum()), slots - rural)


def groups_of(problem: UdsProblem) -> list[Group]:
    """Groups that may hold a community, by stage and bureau."""
    order = np.array(sorted(range(len(problem.stage)), key=lambda i: (problem.code[i] if problem.code else "", i)), dtype=np.int64)
    found = []
    for stage, bureau in sorted(set(zip(problem.stage.tolist(), problem.bureau.tolist(), strict=True))):
        mine = order[(problem.stage[order] == stage) & (problem.bureau[order] == bureau)]
        targets = mine[problem.is_target[mine]]
        group = Group(mine[problem.is_lead[mine]], targets, problem.is_weak[targets], problem.is_rural[targets])
        if group.most:
            found.append(group)
    return found


def most_covered(groups: list[Group], slots: int, member_cap: int) -> list[int]:
    """Communities of each group, ``slots`` in all at most, that cover most rural schools and then most schools: a knapsack over groups, exact."""
    many = 1 + sum(len(g.targets) for g in groups)
    best = np.zeros(slots + 1, dtype=np.int64)
    taken: list[NDArray[np.int64]] = []
    for group in groups:
        choices = min(group.most, slots)
        value = np.array([rural * many + total for rural, total in (group.covered(k, member_cap) for k in range(choices + 1))], dtype=np.int64)
        table = np.full((choices + 1, slots + 1), -1, dtype=np.int64)
        for k in range(choices + 1):
            table[k, k:] = best[: slots + 1 - k] + value[k]
        taken.append(table.argmax(axis=0))
        best = table.max(axis=0)
    left, out = slots, []
    for choice in reversed(taken):
        out.append(int(choice[left]))
        left -= out[-1]
    return out[::-1]


@dataclass(frozen=True, eq=False)
class Plan:
    """``lead``, ``university`` (c,) of communities, ``community`` (s,), -1 = in none."""

    lead: NDArray[np.int64]
    university: NDArray[np.int64]
    community: NDArray[np.int64]


def first_plan(problem: UdsProblem, groups: list[Group], communities: list[int], to_university: NDArray[np.float64]) -> Plan:
    """A plan with so many communities in each group that covers as much as they can: leads near a university, then the weak, then the rest by assignment."""
    room = np.full(len(problem.university_xy), problem.university_cap)
    lead: list[int] = []
    university: list[int] = []
    community = np.full(len(problem.stage), -1, dtype=np.int64)
    for group, count in zip(groups, communities, strict=True):
        chosen = group.leads[np.argsort(to_university[group.leads].min(axis=1), kind="stable")[:count]]
        own = np.arange(len(lead), len(lead) + count)
        for school in chosen.tolist():
            nearest = int(np.argmin(np.where(room > 0, to_university[school], np.inf)))
            room[nearest] -= 1
            lead.append(school)
            university.append(nearest)
        community[chosen] = own
        for candidates, slots in ((group.targets[group.weak], 1), (group.targets, problem.member_cap - 1)):
            free = candidates[community[candidates] < 0]
            if count and slots and len(free):
                community[free] = _joined(problem, free, chosen, slots, own)
    return Plan(np.array(lead, dtype=np.int64), np.array(university, dtype=np.int64), community)


def _joined(problem: UdsProblem, free: NDArray[np.int64], leads: NDArray[np.int64], slots: int, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """(f,) the community that each of ``free`` joins, -1 = none: every slot taken while schools are left, rural ones first, then the shortest ways."""
    metres = np.repeat(np.hypot(*(problem.xy[free][:, None, :] - problem.xy[leads][None, :, :]).transpose(2, 0, 1)), slots, axis=1)
    first = (1.0 + len(free) * (1.0 + float(metres.max()))) * problem.is_rural[free]
    rows, columns = linear_sum_assignment(metres - first[:, None])
    out = np.full(len(free), -1, dtype=np.int64)
    out[rows] = own[columns // slots]
    return out
