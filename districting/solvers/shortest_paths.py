"""The transportation problem on candidate arcs, exactly: successive shortest paths on the graph of schools, whatever the number of blocks.

Between two schools stands a heap of the blocks that could move from one to the other, cheapest first. One more node, the exchange of empty seats, makes the
problem balanced, so that the start may be any prices: a school with a price and empty seats has too few, as one that is overfull has too many.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray


class Board(NamedTuple):
    """n places with m candidates each, k schools. Node k is the exchange of empty seats; ``price`` has its price last.

    ``load`` counts pupils and the empty seats kept (``spare``); slots ``near_start[a]`` to ``near_start[a + 1]`` are the schools ``near`` that share a place
    with school a, in order; ``top`` (slots,) roots of the heaps, -1 = empty.
    """

    school: NDArray[np.int32]
    metres: NDArray[np.float64]
    demand: NDArray[np.float64]
    seats: NDArray[np.float64]
    flow: NDArray[np.float64]
    load: NDArray[np.float64]
    spare: NDArray[np.float64]
    price: NDArray[np.float64]
    near_start: NDArray[np.int64]
    near: NDArray[np.int32]
    top: NDArray[np.int64]
    reached: NDArray[np.bool_]


class Pool(NamedTuple):
    """Entries of all heaps: ``key`` extra metres of the move, ``arc_out`` and ``arc_in`` (place * m + candidate), children; ``used[0]`` entries taken."""

    key: NDArray[np.float64]
    arc_out: NDArray[np.int64]
    arc_in: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    used: NDArray[np.int64]


class Walk(NamedTuple):
    """Work space of one search: (k + 1,) distance, previous node, slot used, state; and the heap of nodes to visit."""

    far: NDArray[np.float64]
    before: NDArray[np.int64]
    slot: NDArray[np.int64]
    done: NDArray[np.bool_]
    seen: NDArray[np.int64]
    wait_far: NDArray[np.float64]
    wait_node: NDArray[np.int64]


@njit(cache=True, nogil=True)
def _school_pairs(school: NDArray[np.int32], k: int) -> Any:
    """CSR of the schools that are candidates of one place together, ascending."""
    n, m = school.shape
    count = np.zeros(k + 1, np.int64)
    for i in range(n):
        for c in range(m):
            if school[i, c] >= 0:
                count[school[i, c] + 1] += 1
    start = np.cumsum(count)
    place = start[:k].copy()
    row = np.empty(start[k], np.int64)
    for i in range(n):
        for c in range(m):
            if school[i, c] >= 0:
                row[place[school[i, c]]] = i
                place[school[i, c]] += 1
    near_start = np.zeros(k + 1, np.int64)
    stamp = np.full(k, -1, np.int64)
    for turn in range(2):
        if turn == 1:
            near = np.empty(near_start[k], np.int32)
        for a in range(k):
            size = 0
            for t in range(start[a], start[a + 1]):
                for c in range(m):
                    b = school[row[t], c]
                    if b >= 0 and b != a and stamp[b] != a + turn * k:
                        stamp[b] = a + turn * k
                        if turn == 1:
                            near[near_start[a] + size] = b
                        size += 1
            if turn == 0:
                near_start[a + 1] = near_start[a] + size
            else:
                near[near_start[a] : near_start[a + 1]].sort()
    return near_start, near


@njit(cache=True, nogil=True)
def _merge(p: Pool, x: int, y: int) -> int:
    """Join two skew heaps."""
    if x < 0:
        return y
    if y < 0:
        return x
    if p.key[y] < p.key[x]:
        x, y = y, x
    root = x
    while True:
        rest = p.right[x]
        p.right[x] = p.left[x]
        if rest < 0:
            p.left[x] = y
            return root
        if p.key[y] < p.key[rest]:
            p.left[x] = y
            x, y = y, rest
        else:
            p.left[x] = rest
            x = rest


@njit(cache=True, nogil=True)
def _offer(b: Board, p: Pool, i: int, here: int) -> None:
    """Enter the moves of place i from its candidate ``here`` to its others."""
    m = b.school.shape[1]
    a = b.school[i, here]
    for c in range(m):
        other = b.school[i, c]
        if other >= 0 and c != here:
            low, high = b.near_start[a], b.near_start[a + 1]
            while high - low > 1:
                middle = (low + high) // 2
                if b.near[middle] <= other:
                    low = middle
                else:
                    high = middle
            e = p.used[0]
            p.used[0] += 1
            p.key[e], p.arc_out[e], p.arc_in[e] = b.metres[i, c] - b.metres[i, here], i * m + here, i * m + c
            p.left[e] = p.right[e] = -1
            b.top[low] = _merge(p, b.top[low], e)


@njit(cache=True, nogil=True)
def _offer_all(b: Board, p: Pool) -> None:
    """Fill the heaps anew; moves of places that no longer sit at a school fall away."""
    p.used[0] = 0
    b.top[:] = -1
    n, m = b.school.shape
    for i in range(n):
        for c in range(m):
            if b.flow[i, c] > 0:
                _offer(b, p, i, c)


@njit(cache=True, nogil=True)
def _seat(b: Board) -> float:
    """Places without flow go where distance + price is least, empty seats to the schools that cost nothing; returns pupils with no candidate."""
    n, m = b.school.shape
    k = len(b.seats)
    lost = 0.0
    b.load[:] = 0.0
    b.spare[:] = 0.0
    for i in range(n):
        placed = 0.0
        best, least = -1, np.inf
        for c in range(m):
            placed += b.flow[i, c]
            j = b.school[i, c]
            if j >= 0 and b.metres[i, c] + b.price[j] < least:
                best, least = c, b.metres[i, c] + b.price[j]
        if placed <= 0 and best >= 0:
            b.flow[i, best] = b.demand[i]
        elif best < 0:
            lost += b.demand[i]
        for c in range(m):
            if b.flow[i, c] > 0:
                b.load[b.school[i, c]] += b.flow[i, c]
    left = max(b.seats.sum() - b.demand.sum(), 0.0)
    cheap = 0
    for j in range(k):
        if b.price[j] < b.price[cheap]:
            cheap = j
    b.price[k] = b.price[cheap]
    for j in range(k):
        if b.price[j] == b.price[k]:
            b.spare[j] = min(left, max(b.seats[j] - b.load[j], 0.0))
            left -= b.spare[j]
    b.spare[cheap] += left
    b.load[:] += b.spare
    return lost


@njit(cache=True, nogil=True)
def _wait(w: Walk, size: int, far: float, node: int) -> int:
    """Push on the binary heap of nodes to visit."""
    c = size
    while c > 0 and (far < w.wait_far[(c - 1) // 2] or (far == w.wait_far[(c - 1) // 2] and node < w.wait_node[(c - 1) // 2])):
        w.wait_far[c], w.wait_node[c] = w.wait_far[(c - 1) // 2], w.wait_node[(c - 1) // 2]
        c = (c - 1) // 2
    w.wait_far[c], w.wait_node[c] = far, node
    return size + 1


@njit(cache=True, nogil=True)
def _next(w: Walk, size: int) -> int:
    """Take the first node off the heap (it must be read before): the new size."""
    size -= 1
    far, node = w.wait_far[size], w.wait_node[size]
    c = 0
    while True:
        d = 2 * c + 1
        if d >= size:
            break
        if d + 1 < size and (w.wait_far[d + 1] < w.wait_far[d] or (w.wait_far[d + 1] == w.wait_far[d] and w.wait_node[d + 1] < w.wait_node[d])):
            d += 1
        if far < w.wait_far[d] or (far == w.wait_far[d] and node <= w.wait_node[d]):
            break
        w.wait_far[c], w.wait_node[c] = w.wait_far[d], w.wait_node[d]
        c = d
    w.wait_far[c], w.wait_node[c] = far, node
    return size


@njit(cache=True, nogil=True)
def _reach(w: Walk, touched: int, size: int, a: int, node: int, slot: int, step: float) -> Any:
    """Offer a way to ``node`` from a; rounding may make a reduced cost of 0 slightly negative."""
    if w.done[node]:
        return touched, size
    far = w.far[a] + max(step, 0.0)
    if far < w.far[node]:
        if w.far[node] == np.inf:
            w.seen[touched] = node
            touched += 1
        w.far[node], w.before[node], w.slot[node] = far, a, slot
        size = _wait(w, size, far, node)
    return touched, size


@njit(cache=True, nogil=True)
def _walk(b: Board, p: Pool, w: Walk, source: int, slip: float) -> Any:
    """Dijkstra on reduced costs from an overfull school to the nearest with too few: (node or -1, nodes touched)."""
    k = len(b.seats)
    flow = b.flow.ravel()
    w.far[source], w.before[source], w.seen[0] = 0.0, -1, source
    touched, size = 1, _wait(w, 0, 0.0, source)
    while size > 0:
        a = w.wait_node[0]
        size = _next(w, size)
        if w.done[a]:
            continue
        w.done[a] = True
        if a == k:
            for node in range(k):
                touched, size = _reach(w, touched, size, a, node, -1, b.price[node] - b.price[k])
            continue
        if b.load[a] < b.seats[a] - slip:
            return a, touched
        if b.spare[a] > 0:
            touched, size = _reach(w, touched, size, a, k, -1, b.price[k] - b.price[a])
        for s in range(b.near_start[a], b.near_start[a + 1]):
            e = b.top[s]
            while e >= 0 and flow[p.arc_out[e]] <= 0:  # the place has left this school
                e = _merge(p, p.left[e], p.right[e])
            b.top[s] = e
            if e >= 0:
                node = b.near[s]
                touched, size = _reach(w, touched, size, a, node, s, p.key[e] + b.price[node] - b.price[a])
    return -1, touched


@njit(cache=True, nogil=True)
def _push(b: Board, p: Pool, w: Walk, source: int, target: int, slip: float) -> None:
    """Move as many pupils (and empty seats) as the path carries."""
    k, m = len(b.seats), b.school.shape[1]
    flow = b.flow.ravel()
    amount = min(b.load[source] - b.seats[source], b.seats[target] - b.load[target])
    node = target
    while node != source:
        a = w.before[node]
        if node == k:
            amount = min(amount, b.spare[a])
        elif a != k:
            amount = min(amount, flow[p.arc_out[b.top[w.slot[node]]]])
        node = a
    b.load[source] -= amount
    b.load[target] += amount
    node = target
    while node != source:
        a = w.before[node]
        if node == k:
            b.spare[a] = b.spare[a] - amount if b.spare[a] - amount > slip else 0.0
        elif a == k:
            b.spare[node] += amount
        else:
            e = b.top[w.slot[node]]
            out, into = p.arc_out[e], p.arc_in[e]
            flow[out] = flow[out] - amount if flow[out] - amount > slip else 0.0
            new = flow[into] <= 0
            flow[into] += amount
            if new:
                _offer(b, p, into // m, into % m)
        node = a


@njit(cache=True, nogil=True)
def _settle(b: Board, p: Pool, w: Walk, slip: float) -> float:
    """Push every surplus to where seats are left; returns the pupils that cannot get there, ``reached`` marks the schools they could be moved among."""
    k, m = len(b.seats), b.school.shape[1]
    unseated = 0.0
    _offer_all(b, p)
    for source in range(k):
        while b.load[source] > b.seats[source] + slip:
            if p.used[0] + m * (k + 1) > len(p.key):
                _offer_all(b, p)
            target, touched = _walk(b, p, w, source, slip)
            for t in range(touched):
                node = w.seen[t]
                if target >= 0 and w.done[node]:
                    b.price[node] += w.far[target] - w.far[node]
                if target < 0 and node < k:
                    b.reached[node] = True
            if target >= 0:
                _push(b, p, w, source, target, slip)
            for t in range(touched):
                w.far[w.seen[t]] = np.inf
                w.done[w.seen[t]] = False
            if target < 0:
                unseated += b.load[source] - b.seats[source]
                break
    return unseated


def board_of(school: NDArray[np.int32], metres: NDArray[np.float64], demand: NDArray[np.float64], seats: NDArray[np.float64]) -> Board:
    """An empty board: no flow, no prices."""
    k = len(seats)
    near_start, near = _school_pairs(school, k)
    load, spare, price = np.zeros(k), np.zeros(k), np.zeros(k + 1)
    top, reached = np.full(len(near), -1, dtype=np.int64), np.zeros(k, dtype=np.bool_)
    return Board(school, metres, demand, np.array(seats), np.zeros(school.shape), load, spare, price, near_start, near, top, reached)


def settle(board: Board, slip: float) -> float:
    """Least-cost flow over the candidate arcs from the flow and prices on the board; returns the pupils left without a seat.

    Flow that stands on the board must cost least at its prices. Amounts up to ``slip`` count as rounding. ``flow`` and ``price`` are changed in place.
    """
    n, m = board.school.shape
    k = len(board.seats)
    lost = _seat(board)
    size = n * max(m - 1, 1) + n // 4 * m + 4 * m * (k + 2)
    arc_out, arc_in, left, right = (np.empty(size, dtype=np.int64) for _ in range(4))
    pool = Pool(np.empty(size), arc_out, arc_in, left, right, np.zeros(1, dtype=np.int64))
    nodes = [np.full(k + 1, -1, dtype=np.int64) for _ in range(3)]
    waiting = len(board.near) + 3 * k + 8
    far, done = np.full(k + 1, np.inf), np.zeros(k + 1, dtype=np.bool_)
    walk = Walk(far, nodes[0], nodes[1], done, nodes[2], np.empty(waiting), np.empty(waiting, dtype=np.int64))
    return lost + float(_settle(board, pool, walk, slip))


@njit(cache=True, nogil=True)
def renew(
    school: NDArray[np.int32],
    metres: NDArray[np.float64],
    flow: NDArray[np.float64],
    price: NDArray[np.float64],
    new_school: NDArray[np.int32],
    new_metres: NDArray[np.float64],
) -> int:
    """Places with a school better than all their candidates get new ones and leave their seats; schools they sat at stay candidates."""
    n, m = school.shape
    changed = 0
    for i in range(n):
        least = np.inf
        for c in range(m):
            if school[i, c] >= 0:
                least = min(least, metres[i, c] + price[school[i, c]])
        if new_metres[i, 0] + price[new_school[i, 0]] >= least - 1e-12 * abs(least):
            continue
        changed += 1
        last = m - 1
        for c in range(m):
            if flow[i, c] > 0 and last > 0:
                known = False
                for d in range(m):
                    known = known or new_school[i, d] == school[i, c]
                if not known:
                    new_school[i, last], new_metres[i, last] = school[i, c], metres[i, c]
                    last -= 1
        school[i], metres[i], flow[i] = new_school[i], new_metres[i], 0.0
    return changed
