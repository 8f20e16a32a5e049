"""Deferred acceptance (Gale and Shapley 1962) in compiled loops: applicants or schools propose."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def pupils_propose(
    options: NDArray[np.int32], wishes: NDArray[np.int64], tier: NDArray[np.uint8], number: NDArray[np.int64], seats: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Each asks down the list; a school keeps the best claims in a heap whose root is the worst of them and lets that one go for a better."""
    n, s = options.shape[0], len(seats)
    start = np.zeros(s + 1, np.int64)
    for a in range(s):
        start[a + 1] = start[a] + min(seats[a], n)
    claim = np.empty(start[s], np.int64)
    held = np.empty(start[s], np.int64)
    size = np.zeros(s, np.int64)
    asked = np.zeros(n, np.int64)
    got = np.full(n, -1, np.int64)
    for newcomer in range(n):
        i = newcomer
        while asked[i] < wishes[i]:
            j = asked[i]
            asked[i] += 1
            a = options[i, j]
            if a < 0 or seats[a] <= 0:
                continue
            own = np.int64(tier[i, j]) * n + number[i]
            base = start[a]
            if size[a] < start[a + 1] - base:
                at = size[a]
                size[a] += 1
                while at > 0 and claim[base + (at - 1) // 2] < own:
                    up = (at - 1) // 2
                    claim[base + at], held[base + at] = claim[base + up], held[base + up]
                    at = up
                claim[base + at], held[base + at] = own, i
                got[i] = j
                break
            if own > claim[base]:
                continue
            out, at, count = held[base], 0, size[a]
            while 2 * at + 1 < count:
                down = 2 * at + 1
                if down + 1 < count and claim[base + down + 1] > claim[base + down]:
                    down += 1
                if claim[base + down] <= own:
                    break
                claim[base + at], held[base + at] = claim[base + down], held[base + down]
                at = down
            claim[base + at], held[base + at] = own, i
            got[i] = j
            got[out] = -1
            i = out
    return got


@njit(cache=True, nogil=True)
def bundles_propose(
    options: NDArray[np.int32], wishes: NDArray[np.int64], claim: NDArray[np.int64], seats: NDArray[np.int64], size: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The same where some stand for several children: a school keeps the best claims until its seats are reached, the last one whole.

    Who is let go depends on better claims alone, so that asking in any order ends in the one outcome. ``claim`` (n, w), smallest first.
    """
    n, s = options.shape[0], len(seats)
    start = np.zeros(s + 1, np.int64)
    for c in range(s):
        start[c + 1] = start[c] + min(max(seats[c], 0) + 1, n)
    held = np.empty(start[s], np.int64)
    count, inside = np.zeros(s, np.int64), np.zeros(s, np.int64)
    asked, got = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    stack = np.arange(n)[::-1].copy()
    height = n
    while height:
        height -= 1
        i = stack[height]
        while asked[i] < wishes[i] and got[i] < 0:
            j = asked[i]
            asked[i] += 1
            a = options[i, j]
            if a < 0 or seats[a] <= 0:
                continue
            held[start[a] + count[a]] = i
            count[a] += 1
            inside[a] += size[i]
            got[i] = j
            while True:
                worst = int(start[a])
                for k in range(start[a] + 1, start[a] + count[a]):
                    if claim[held[k], got[held[k]]] > claim[held[worst], got[held[worst]]]:
                        worst = k
                out = held[worst]
                if inside[a] - size[out] < seats[a]:
                    break
                inside[a] -= size[out]
                count[a] -= 1
                held[worst] = held[start[a] + count[a]]
                got[out] = -1
                if out != i:
                    stack[height] = out
                    height += 1
    return got


@njit(cache=True, nogil=True)
def lists_of_schools(
    options: NDArray[np.int32], wishes: NDArray[np.int64], tier: NDArray[np.uint8], order: NDArray[np.int64], schools: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Who wishes each school, best claim first, without sorting: pupils are put by number (``order``) behind those of their tier.

    Returns (pupil, wish) of all entries, and (schools + 1,) where the list of each school begins.
    """
    n = options.shape[0]
    tiers = np.int64(0)
    for i in range(n):
        for j in range(wishes[i]):
            tiers = max(tiers, np.int64(tier[i, j]))
    tiers += 1
    place = np.zeros(schools * tiers + 1, np.int64)
    for i in range(n):
        for j in range(wishes[i]):
            if options[i, j] >= 0:
                place[options[i, j] * tiers + tier[i, j] + 1] += 1
    for a in range(schools * tiers):
        place[a + 1] += place[a]
    start = place[::tiers].copy()
    who = np.empty(place[schools * tiers], np.int64)
    wish = np.empty(place[schools * tiers], np.int64)
    for i in order:
        for j in range(wishes[i]):
            if options[i, j] >= 0:
                key = options[i, j] * tiers + tier[i, j]
                who[place[key]], wish[place[key]] = i, j
                place[key] += 1
    return who, wish, start


@njit(cache=True, nogil=True)
def schools_propose(
    options: NDArray[np.int32], who: NDArray[np.int64], wish: NDArray[np.int64], start: NDArray[np.int64], seats: NDArray[np.int64], size: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Each school offers its seats down its list; a pupil keeps the best offer, and the school that is left offers on."""
    s = len(seats)
    at = start[:s].copy()
    got = np.full(options.shape[0], -1, np.int64)
    taken = np.zeros(s, np.int64)
    stack = np.arange(s)
    waits = np.ones(s, np.bool_)
    height = s
    while height:
        height -= 1
        a = stack[height]
        waits[a] = False
        while taken[a] < seats[a] and at[a] < start[a + 1]:
            i, j = who[at[a]], wish[at[a]]
            at[a] += 1
            if 0 <= got[i] < j:
                continue
            if got[i] >= 0:
                loser = options[i, got[i]]
                taken[loser] -= size[i]
                if not waits[loser]:
                    waits[loser] = True
                    stack[height] = loser
                    height += 1
            got[i] = j
            taken[a] += size[i]
    return got
