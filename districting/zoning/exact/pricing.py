"""The cheapest connected zone within the seats at given prices: a connected knapsack by branch and bound.

A zone grows from the home block; a block beside it is taken or left out. What a zone may still gain is bounded by levels: to reach a profitable block,
the blocks on the way must be paid for, so a zone whose farthest profitable block costs D to reach gains at most the fractional knapsack of the profitable
blocks within D, less D.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from districting.zoning.exact.instance import Instance

CLOSE = 1e-9
FREE, TAKEN, LEFT = 0, 1, 2


class Zones(NamedTuple):
    """The cheapest zones found, best first: ``cost`` (z,), ``member`` (z, n); whether the search was complete; its nodes."""

    cost: NDArray[np.float64]
    member: NDArray[np.bool_]
    complete: bool
    nodes: int


def cheapest_zones(
    instance: Instance,
    alive: NDArray[np.bool_],
    weight: NDArray[np.float64],
    school: int,
    *,
    keep: int,
    most_nodes: int,
    below: float = np.inf,
    stop_at_first: bool = False,
) -> Zones:
    """The ``keep`` cheapest zones of a school among those that cost less than ``below``.

    Parameters
    ----------
    weight : (n,) cost of every block in this school's zone less the price of the block; negative = profitable
    keep, most_nodes : zones to keep; nodes after which the search stops incomplete
    stop_at_first : stop at the first zone below ``below``
    """
    allowed = np.ascontiguousarray(alive[:, school])
    cost, member, complete, nodes = grow_zones(
        instance.start,
        instance.neighbour,
        instance.demand,
        allowed,
        weight,
        instance.home[school],
        instance.seats[school],
        keep,
        most_nodes,
        below,
        stop_at_first,
    )
    order = np.argsort(cost, kind="stable")
    return Zones(cost[order], member[order], bool(complete), int(nodes))


def least_with_each(instance: Instance, alive: NDArray[np.bool_], weight: NDArray[np.float64], school: int) -> NDArray[np.float64]:
    """(n,) a bound on the cost of any zone of the school that holds the block; ``inf`` where none can."""
    allowed = np.ascontiguousarray(alive[:, school])
    return bound_with_each(instance.start, instance.neighbour, instance.demand, allowed, weight, instance.home[school], instance.seats[school])


@njit(cache=True)
def _by_ratio(weight, demand, allowed):  # type: ignore[no-untyped-def]
    """Profitable allowed blocks, most profit per pupil first."""
    found = np.flatnonzero(allowed & (weight < 0))
    ratio = np.empty(len(found))
    for p in range(len(found)):
        ratio[p] = weight[found[p]] / max(demand[found[p]], 1e-9)
    return found[np.argsort(ratio, kind="mergesort")]


@njit(cache=True)
def _knapsack(order, weight, demand, far, level, rest):  # type: ignore[no-untyped-def]
    """Fractional knapsack (a negative number) of the blocks in ``order`` at most ``level`` far."""
    gain = 0.0
    for i in order:
        if far[i] <= level:
            if demand[i] <= rest:
                rest -= demand[i]
                gain += weight[i]
            else:
                return gain + weight[i] * rest / demand[i]
    return gain


@njit(cache=True)
def _distances(start, neighbour, demand, allowed, weight, status, member, size, rest, most, far):  # type: ignore[no-untyped-def]
    """Into ``far``: what the dearest blocks on the way from the zone to each block cost, the block itself counted; ``inf`` beyond ``most``."""
    far[:] = np.inf
    heap = [(0.0, np.int64(-1))]
    heapq.heappop(heap)
    for p in range(size):
        u = member[p]
        for e in range(start[u], start[u + 1]):
            v = np.int64(neighbour[e])
            if allowed[v] and status[v] == FREE and demand[v] <= rest:
                at = max(weight[v], 0.0)
                if at < far[v] and at <= most:
                    far[v] = at
                    heapq.heappush(heap, (at, v))
    while len(heap) > 0:
        at, u = heapq.heappop(heap)
        if at > far[u]:
            continue
        for e in range(start[u], start[u + 1]):
            v = np.int64(neighbour[e])
            if allowed[v] and status[v] == FREE and demand[v] <= rest:
                then = at + max(weight[v], 0.0)
                if then < far[v] and then <= most:
                    far[v] = then
                    heapq.heappush(heap, (then, v))


@njit(cache=True)
def _gain_bound(order, weight, demand, far, rest, enough):  # type: ignore[no-untyped-def]
    """The least of level + knapsack over the levels; stops when one is below ``enough``."""
    least = 0.0
    level, first = 0.0, True
    while True:
        if not first:
            following = np.inf
            for i in order:
                if far[i] > level and far[i] < following:
                    following = far[i]
            if following == np.inf:
                return least
            level = following
        first = False
        value = level + _knapsack(order, weight, demand, far, level, rest)
        least = min(least, value)
        if least < enough:
            return least


@njit(cache=True)
def grow_zones(start, neighbour, demand, allowed, weight, home, seats, keep, most_nodes, below, stop_at_first):  # type: ignore[no-untyped-def]
    """Costs and members of the cheapest zones in any order, whether the search was complete, nodes."""
    n = len(weight)
    cost_of, member_of, kept = np.full(keep, np.inf), np.zeros((keep, n), dtype=np.bool_), 0
    if not allowed[home] or demand[home] > seats:
        return cost_of[:0], member_of[:0], True, 0
    order = _by_ratio(weight, demand, allowed)
    status = np.zeros(n, dtype=np.int8)
    member, size = np.empty(n, dtype=np.int64), 1
    member[0] = home
    status[home] = TAKEN
    chosen, depth = np.empty(n + 1, dtype=np.int64), 0
    far = np.full(n, np.inf)
    rest, cost = seats - demand[home], weight[home]
    threshold, nodes, fresh = below, 0, True
    while True:
        nodes += 1
        if nodes > most_nodes:
            return cost_of[:kept], member_of[:kept], False, nodes
        if fresh and cost < threshold:
            place = kept if kept < keep else np.argmax(cost_of)
            kept = min(kept + 1, keep)
            cost_of[place] = cost
            member_of[place] = status == TAKEN
            if kept == keep:
                threshold = min(below, cost_of.max())
            if stop_at_first:
                return cost_of[:kept], member_of[:kept], True, nodes
        slack = threshold - cost
        pick = -1
        all_gain = 0.0
        room = rest
        # the knapsack of all free profitable blocks first: cheap, and the limit of the walk
        for i in order:
            if status[i] == FREE:
                if demand[i] <= room:
                    room -= demand[i]
                    all_gain += weight[i]
                else:
                    all_gain += weight[i] * room / demand[i]
                    break
        if all_gain < slack - CLOSE or slack == np.inf:
            _distances(start, neighbour, demand, allowed, weight, status, member, size, rest, slack - all_gain, far)
            if slack == np.inf or _gain_bound(order, weight, demand, far, rest, slack - CLOSE) < slack - CLOSE:
                best = np.inf
                for p in range(size):
                    u = member[p]
                    for e in range(start[u], start[u + 1]):
                        v = np.int64(neighbour[e])
                        if far[v] < np.inf and status[v] == FREE:
                            ratio = weight[v] / max(demand[v], 1e-9)
                            if ratio < best:
                                best, pick = ratio, int(v)
        if pick >= 0:
            chosen[depth] = pick
            depth += 1
            status[pick] = TAKEN
            member[size] = pick
            size += 1
            rest -= demand[pick]
            cost += weight[pick]
            fresh = True
            continue
        while depth > 0 and status[chosen[depth - 1]] == LEFT:
            depth -= 1
            status[chosen[depth]] = FREE
        if depth == 0:
            return cost_of[:kept], member_of[:kept], True, nodes
        last = chosen[depth - 1]
        status[last] = LEFT
        size -= 1
        rest += demand[last]
        cost -= weight[last]
        fresh = False


@njit(cache=True)
def bound_with_each(start, neighbour, demand, allowed, weight, home, seats):  # type: ignore[no-untyped-def]
    """The level bound at the home block with each block forced in."""
    n = len(weight)
    least = np.full(n, np.inf)
    if not allowed[home] or demand[home] > seats:
        return least
    status = np.zeros(n, dtype=np.int8)
    status[home] = TAKEN
    member = np.array([home])
    far = np.full(n, np.inf)
    rest, cost = seats - demand[home], weight[home]
    _distances(start, neighbour, demand, allowed, weight, status, member, 1, rest, np.inf, far)
    order = _by_ratio(weight, demand, allowed)
    levels = np.unique(far[order])
    levels = levels[np.isfinite(levels)]
    least[home] = -np.inf
    for i in range(n):
        if not allowed[i] or i == home or far[i] == np.inf:
            continue
        own = min(weight[i], 0.0)
        kept = far[i]
        far[i] = np.inf
        room = rest - demand[i]
        value = kept + _knapsack(order, weight, demand, far, kept, room)
        for level in levels:
            if level > kept:
                value = min(value, level + _knapsack(order, weight, demand, far, level, room))
        far[i] = kept
        least[i] = cost + own + value
    return least
