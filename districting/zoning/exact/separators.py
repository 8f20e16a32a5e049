"""Separators: a block in a zone needs at least one block of every set that parts it from the school.

For a school j, a block v and a set S of blocks without which v cannot be joined to the home block, ``sum of x[s, j] over S >= x[v, j]`` holds for every
connected zone (Carvajal, Constantino, Goycoolea, Vielma, Weintraub 2013). The most violated one is a least vertex cut: a maximal flow in the graph with
every block split in two. Every block gets a little more than its value, so that of all least cuts one with few blocks is found, and what it parts is a
thick barrier, not a ragged one (the "creep flow" of Koch and Martin 1998 for Steiner trees). Of the least cuts the one nearest the home block and the one
nearest v are given, both made minimal.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from districting.zoning.exact.instance import Instance
from districting.zoning.exact.reach import widest_chain

CREEP = 1e-4
"""What every block gets beyond its value."""


class Separator(NamedTuple):
    """``school`` has ``block`` only with at least one block of ``between``."""

    school: int
    block: int
    between: NDArray[np.int64]

    @property
    def key(self) -> tuple[int, int, bytes]:
        return self.school, self.block, self.between.tobytes()

    def holds(self, labels: NDArray[np.int64]) -> bool:
        """Whether a plan keeps it."""
        return bool(labels[self.block] != self.school or (labels[self.between] == self.school).any())


def find_separators(instance: Instance, alive: NDArray[np.bool_], value: NDArray[np.float64], *, violation: float, most: int) -> list[Separator]:
    """Separators that (n, k) values break by more than ``violation``, at most ``most`` per school."""
    found: list[Separator] = []
    for j in range(instance.school_count):
        allowed = np.ascontiguousarray(alive[:, j])
        shares = np.where(allowed, value[:, j] + CREEP, 0.0)
        block, end, members = cut_school(instance.start, instance.neighbour, allowed, shares, instance.home[j], violation, most)
        begin = 0
        for v, stop in zip(block, end, strict=True):
            found.append(Separator(j, int(v), np.sort(members[begin:stop])))
            begin = stop
    return found


@njit(cache=True)
def cut_school(start, neighbour, allowed, value, home, violation, most):  # type: ignore[no-untyped-def]
    """Blocks cut, where the members of each end, and the members, of the separators of one school."""
    n = len(value)
    width = widest_chain(start, neighbour, value, allowed, home)
    suspects = np.flatnonzero(allowed & (value > width + violation))
    suspects = suspects[np.argsort(-value[suspects], kind="mergesort")]
    block, end = np.zeros(2 * most, dtype=np.int64), np.zeros(2 * most, dtype=np.int64)
    members = np.zeros(2 * most * n, dtype=np.int64)
    count, used, cuts = 0, 0, 0
    reverse = _reverse(start, neighbour)
    flow = np.zeros(len(neighbour))
    through = np.zeros(n)
    for v in suspects:
        if v == home or cuts >= most:
            continue
        flow[:] = 0.0
        through[:] = 0.0
        if not _least_cut(start, neighbour, reverse, allowed, value, home, v, violation, flow, through):
            continue
        cuts += 1
        near_home = _minimal(start, neighbour, allowed, home, v, _home_side(start, neighbour, reverse, allowed, value, home, v, flow, through))
        near_block = _minimal(start, neighbour, allowed, home, v, _block_side(start, neighbour, reverse, allowed, value, home, v, flow, through))
        same = len(near_home) == len(near_block) and (np.sort(near_home) == np.sort(near_block)).all()
        for side in range(1 if same else 2):
            cut = near_home if side == 0 else near_block
            members[used : used + len(cut)] = cut
            used += len(cut)
            block[count], end[count] = v, used
            count += 1
    return block[:count], end[:count], members[:used]


@njit(cache=True)
def _reverse(start, neighbour):  # type: ignore[no-untyped-def]
    """Position of the edge back, of every edge of a symmetric sorted graph."""
    n = len(start) - 1
    back = np.zeros(len(neighbour), dtype=np.int64)
    following = start[:-1].copy()
    for u in range(n):
        for e in range(start[u], start[u + 1]):
            v = neighbour[e]
            back[e] = following[v]
            following[v] += 1
    return back


@njit(cache=True)
def _least_cut(start, neighbour, reverse, allowed, value, home, v, violation, flow, through):  # type: ignore[no-untyped-def]
    """Push flow from ``home`` to ``v`` by shortest augmenting walks; False as soon as it shows that no cut is violated."""
    n = len(value)
    total = 0.0
    origin = np.empty(2 * n, dtype=np.int64)
    queue = np.empty(2 * n, dtype=np.int64)
    while True:
        if not _walk(start, neighbour, reverse, allowed, value, home, v, flow, through, origin, queue):
            return True
        push = _slack_of_walk(start, value, home, v, flow, through, origin, neighbour, reverse)
        _push(home, v, push, flow, through, origin, neighbour, reverse)
        total += push
        if total >= value[v] - violation:
            return False


# A state is 2 u (before the block) or 2 u + 1 (behind it). ``origin`` of a state: -1 unseen, -2 the start, otherwise how it was entered:
# 4 e + 0 along edge e into 2 v; 4 e + 1 back along edge e into 2 u + 1; 4 u + 2 through u into 2 u + 1; 4 u + 3 back through u into 2 u.


@njit(cache=True)
def _walk(start, neighbour, reverse, allowed, value, home, v, flow, through, origin, queue):  # type: ignore[no-untyped-def]
    """Breadth first over the residual states from behind ``home`` to before ``v``."""
    origin[:] = -1
    head, tail = 0, 1
    queue[0] = 2 * home + 1
    origin[2 * home + 1] = -2
    while head < tail:
        state = queue[head]
        head += 1
        u = state >> 1
        if state & 1:
            for e in range(start[u], start[u + 1]):
                w = neighbour[e]
                if allowed[w] and origin[2 * w] == -1 and (value[w] > 0.0 or w == v):
                    origin[2 * w] = 4 * e
                    if w == v:
                        return True
                    queue[tail] = 2 * w
                    tail += 1
            if u != home and through[u] > 1e-12 and origin[2 * u] == -1:
                origin[2 * u] = 4 * u + 3
                queue[tail] = 2 * u
                tail += 1
        else:
            if u != home and value[u] - through[u] > 1e-12 and origin[2 * u + 1] == -1:
                origin[2 * u + 1] = 4 * u + 2
                queue[tail] = 2 * u + 1
                tail += 1
            for e in range(start[u], start[u + 1]):
                w = neighbour[e]
                into = reverse[e]
                if flow[into] > 1e-12 and origin[2 * w + 1] == -1:
                    origin[2 * w + 1] = 4 * into + 1
                    queue[tail] = 2 * w + 1
                    tail += 1
    return False


@njit(cache=True)
def _slack_of_walk(start, value, home, v, flow, through, origin, neighbour, reverse):  # type: ignore[no-untyped-def]
    slack = np.inf
    state = 2 * v
    while origin[state] != -2:
        how, what = origin[state] & 3, origin[state] >> 2
        if how == 0:
            state = 2 * np.int64(neighbour[reverse[what]]) + 1
        elif how == 1:
            slack = min(slack, flow[what])
            state = 2 * np.int64(neighbour[what])
        elif how == 2:
            slack = min(slack, value[what] - through[what])
            state = 2 * what
        else:
            slack = min(slack, through[what])
            state = 2 * what + 1
    return min(slack, 1.0)


@njit(cache=True)
def _push(home, v, push, flow, through, origin, neighbour, reverse):  # type: ignore[no-untyped-def]
    state = 2 * v
    while origin[state] != -2:
        how, what = origin[state] & 3, origin[state] >> 2
        if how == 0:
            flow[what] += push
            state = 2 * np.int64(neighbour[reverse[what]]) + 1
        elif how == 1:
            flow[what] -= push
            state = 2 * np.int64(neighbour[what])
        elif how == 2:
            through[what] += push
            state = 2 * what
        else:
            through[what] -= push
            state = 2 * what + 1


@njit(cache=True)
def _home_side(start, neighbour, reverse, allowed, value, home, v, flow, through):  # type: ignore[no-untyped-def]
    """Marks of the blocks just outside what the residual walk from ``home`` passes."""
    n = len(value)
    origin, queue = np.empty(2 * n, dtype=np.int64), np.empty(2 * n, dtype=np.int64)
    _walk(start, neighbour, reverse, allowed, value, home, v, flow, through, origin, queue)
    mark = np.zeros(n, dtype=np.bool_)
    for u in range(n):
        if origin[2 * u + 1] != -1:
            for e in range(start[u], start[u + 1]):
                w = neighbour[e]
                if allowed[w] and origin[2 * w + 1] == -1:
                    mark[w] = True
    mark[v] = False
    return mark


@njit(cache=True)
def _block_side(start, neighbour, reverse, allowed, value, home, v, flow, through):  # type: ignore[no-untyped-def]
    """Marks of the blocks just outside those from before which the residual walk still leads to ``v``."""
    n = len(value)
    seen = np.zeros(2 * n, dtype=np.bool_)
    queue = np.empty(2 * n, dtype=np.int64)
    seen[2 * v] = True
    queue[0] = 2 * v
    head, tail = 0, 1
    while head < tail:
        state = queue[head]
        head += 1
        u = state >> 1
        if state & 1:
            # who leads to behind u: before u through it, or before w back along edge u -> w
            if u != home and value[u] - through[u] > 1e-12 and not seen[2 * u]:
                seen[2 * u] = True
                queue[tail] = 2 * u
                tail += 1
            for e in range(start[u], start[u + 1]):
                w = neighbour[e]
                if flow[e] > 1e-12 and not seen[2 * w]:
                    seen[2 * w] = True
                    queue[tail] = 2 * w
                    tail += 1
        else:
            # who leads to before u: behind every neighbour, or behind u back through it
            for e in range(start[u], start[u + 1]):
                w = neighbour[e]
                if allowed[w] and not seen[2 * w + 1]:
                    seen[2 * w + 1] = True
                    queue[tail] = 2 * w + 1
                    tail += 1
            if u != v and through[u] > 1e-12 and not seen[2 * u + 1]:
                seen[2 * u + 1] = True
                queue[tail] = 2 * u + 1
                tail += 1
    mark = np.zeros(n, dtype=np.bool_)
    for u in range(n):
        if allowed[u] and seen[2 * u + 1] and not seen[2 * u] and u != v and u != home:
            mark[u] = True
    return mark


@njit(cache=True)
def _component(start, neighbour, allowed, mark, at):  # type: ignore[no-untyped-def]
    """Marks of the allowed blocks joined to ``at`` without passing a marked one."""
    n = len(allowed)
    seen = np.zeros(n, dtype=np.bool_)
    queue = np.empty(n, dtype=np.int64)
    seen[at] = True
    queue[0] = at
    head, tail = 0, 1
    while head < tail:
        u = queue[head]
        head += 1
        for e in range(start[u], start[u + 1]):
            w = neighbour[e]
            if allowed[w] and not mark[w] and not seen[w]:
                seen[w] = True
                queue[tail] = w
                tail += 1
    return seen


@njit(cache=True)
def _minimal(start, neighbour, allowed, home, v, mark):  # type: ignore[no-untyped-def]
    """The marked blocks that touch both the part of ``v`` and then the part of ``home``."""
    for at in (v, home):
        part = _component(start, neighbour, allowed, mark, at)
        for u in range(len(mark)):
            if mark[u]:
                touches = False
                for e in range(start[u], start[u + 1]):
                    if part[neighbour[e]]:
                        touches = True
                mark[u] = touches
    return np.flatnonzero(mark)
