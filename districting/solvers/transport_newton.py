"""Good first prices: Newton steps on the transportation dual, smoothed so that blocks share their pupils among near-equal schools."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from districting.solvers.places import Places
from districting.solvers.pricing import best_schools

COARSE_PER_SCHOOL, COARSE_AT_LEAST = 30, 2_000
COARSE_TEMPERATURES = (1.0, 0.3, 0.1)
FINE_TEMPERATURES = (1 / 16, 1 / 64)
"""In mean distances to the candidate schools: from a blurred city, where prices move far, to a sharp one."""
STEPS = 12
LONGEST_STEP = 8.0
"""Most a price moves in one step, in temperatures: candidates are chosen anew after each."""
GOOD_ENOUGH = 1e-3
"""Share of the pupils in the wrong place at which a temperature is left."""
RIDGE = 1e-7


@njit(cache=True, nogil=True)
def _share_out(
    school: NDArray[np.int32],
    metres: NDArray[np.float64],
    demand: NDArray[np.float64],
    price: NDArray[np.float64],
    temperature: float,
    share: NDArray[np.float64],
    load: NDArray[np.float64],
) -> float:
    """Fill ``share`` (r, m) and ``load`` (k,) of the smoothed choice at ``price``; return its cost."""
    n, m = school.shape
    load[:] = 0.0
    value = 0.0
    for i in range(n):
        least = np.inf
        for c in range(m):
            if school[i, c] >= 0:
                share[i, c] = metres[i, c] + price[school[i, c]]
                least = min(least, share[i, c])
        total = 0.0
        for c in range(m):
            share[i, c] = np.exp((least - share[i, c]) / temperature) if school[i, c] >= 0 else 0.0
            total += share[i, c]
        if total > 0:
            value += demand[i] * (least - temperature * np.log(total))
            for c in range(m):
                share[i, c] /= total
                if school[i, c] >= 0:
                    load[school[i, c]] += demand[i] * share[i, c]
    return value


@njit(cache=True, nogil=True)
def _curvature(school: NDArray[np.int32], demand: NDArray[np.float64], share: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """(k, k) pupils that two schools compete for, above the diagonal; times 1 / temperature it is the Hessian off its diagonal."""
    n, m = school.shape
    rival = np.zeros((k, k))
    for i in range(n):
        for c in range(m):
            mine = demand[i] * share[i, c]
            if mine > 1e-9 * demand[i]:
                a = school[i, c]
                for d in range(c + 1, m):
                    b = school[i, d]
                    if b >= 0:
                        rival[min(a, b), max(a, b)] += mine * share[i, d]
    return rival


@njit(cache=True, nogil=True)
def _compress(rival: NDArray[np.float64], free: NDArray[np.bool_]) -> Any:
    """Diagonal, and CSR of both triangles among the free schools; a fixed school still weighs on the diagonal."""
    k = len(free)
    diagonal, count = np.zeros(k), np.zeros(k + 1, np.int64)
    for a in range(k):
        for b in range(a + 1, k):
            if rival[a, b] > 0:
                diagonal[a] += rival[a, b]
                diagonal[b] += rival[a, b]
                if free[a] and free[b]:
                    count[a + 1] += 1
                    count[b + 1] += 1
    start = np.cumsum(count)
    place = start[:k].copy()
    column, entry = np.empty(start[k], np.int64), np.empty(start[k])
    for a in range(k):
        for b in range(a + 1, k):
            if rival[a, b] > 0 and free[a] and free[b]:
                column[place[a]], entry[place[a]] = b, rival[a, b]
                column[place[b]], entry[place[b]] = a, rival[a, b]
                place[a] += 1
                place[b] += 1
    return diagonal, start, column, entry


@njit(cache=True, nogil=True)
def _conjugate_gradient(
    diagonal: NDArray[np.float64],
    start: NDArray[np.int64],
    column: NDArray[np.int64],
    entry: NDArray[np.float64],
    wanted: NDArray[np.float64],
    free: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Solve (diagonal - neighbours) x = wanted among the free schools, roughly: it is one Newton step of many."""
    k = len(wanted)
    x, rest, turned, ahead = np.zeros(k), np.zeros(k), np.zeros(k), np.zeros(k)
    for j in range(k):
        if free[j]:
            rest[j] = wanted[j]
            ahead[j] = rest[j] / diagonal[j]
    size = (rest * ahead).sum()
    goal = 1e-6 * size
    for _ in range(200):
        if size <= goal:
            break
        for j in range(k):
            if free[j]:
                turned[j] = diagonal[j] * ahead[j]
                for t in range(start[j], start[j + 1]):
                    turned[j] -= entry[t] * ahead[column[t]]
        step = size / (ahead * turned).sum()
        x += step * ahead
        rest -= step * turned
        before, size = size, 0.0
        for j in range(k):
            if free[j]:
                size += rest[j] * rest[j] / diagonal[j]
        for j in range(k):
            if free[j]:
                ahead[j] = rest[j] / diagonal[j] + size / before * ahead[j]
    return x


def warm_prices(places: Places, seats: NDArray[np.float64], candidates: int) -> NDArray[np.float64]:
    """(k,) prices >= 0 near the optimum: few pupils are left to be moved by exact steps."""
    price = np.zeros(len(seats))
    few = places.coarse(max(COARSE_AT_LEAST, COARSE_PER_SCHOOL * len(seats)))
    _, metres = best_schools(few, price, candidates)
    known = metres[np.isfinite(metres)]
    mean = float(known.mean()) if len(known) else 0.0
    if mean <= 0 or len(seats) == 1:
        return price
    for share in COARSE_TEMPERATURES:
        price = _climb(few, seats, price, share * mean, candidates)
    for share in FINE_TEMPERATURES:
        price = _climb(places, seats, price, share * mean, candidates)
    return price


def _climb(places: Places, seats: NDArray[np.float64], price: NDArray[np.float64], temperature: float, candidates: int) -> NDArray[np.float64]:
    """Projected Newton ascent at one temperature."""
    k, pupils = len(seats), float(places.demand.sum())
    for _ in range(STEPS):
        school, metres = best_schools(places, price, candidates)
        share, load, trial_share = np.empty(metres.shape), np.empty(k), np.empty(metres.shape)
        value = _share_out(school, metres, places.demand, price, temperature, share, load) - float(seats @ price)
        lacking = load - seats
        free = (price > 0) | (lacking > 0)
        if float(np.abs(lacking[free]).sum()) <= GOOD_ENOUGH * pupils:
            break
        diagonal, start, column, entry = _compress(_curvature(school, places.demand, share, k), free)
        ridge = RIDGE * pupils / k
        step = temperature * _conjugate_gradient(diagonal + ridge, start, column, entry, lacking, free)
        step = np.clip(step, -LONGEST_STEP * temperature, LONGEST_STEP * temperature)
        length = 1.0
        for _ in range(8):
            trial = np.maximum(price + length * step, 0.0)
            reached = _share_out(school, metres, places.demand, trial, temperature, trial_share, load) - float(seats @ trial)
            if reached >= value + 1e-4 * float(lacking @ (trial - price)):
                break
            length /= 2
        price = trial
    return price
