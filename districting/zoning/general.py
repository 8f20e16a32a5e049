"""The search for problems with goals or rules beyond distance, seats and connectedness."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Ending, relative_gap
from districting.zoning.clock import Effort
from districting.zoning.ground import build_ground
from districting.zoning.land import Land, build_land
from districting.zoning.lowering import Lowered
from districting.zoning.scale import Scale, new_scale, put, value_of
from districting.zoning.start import grown_labels
from districting.zoning.tails import LARGEST_TAIL, Scratch, new_scratch
from districting.zoning.weigh import wander

ROUND_PER_UNIT = 6_000
MOST_STEPS = 60_000_000
IDLE_ROUNDS, ROUNDS_FOR_ANY = 8, 24
SLICE = 200_000
WARM = (1.0, 0.15, 0.4, 0.08)
"""Heat of the rounds that start from a plan."""
LEAST_PRICE, MOST_PRICE = 0.01, 1000.0
"""Of a broken rule, as shares of the first heat."""
COLD = 0.002
"""Last heat of a round as a share of its first."""


@dataclass
class General:
    """A finished general search: ``label`` (u,) or None when no labels held every rule, ``broken`` the least that was."""

    label: NDArray[np.int64] | None
    value: float
    broken: float
    steps: int
    ended: Ending


def search_general(low: Lowered, bound: float, effort: Effort, *, start: NDArray[np.int64] | None = None, rounds_for_any: int | None = None) -> General:
    """Rounds of annealing, the first from high heat, each later one from the best labels so far, half of them hotter than the others.

    Parameters
    ----------
    start : (u,) labels that hold every rule, where such are known
    rounds_for_any : how many rounds may pass without any plan; None = as many as the budget has, ``ROUNDS_FOR_ANY`` at least
    """
    rng = np.random.default_rng(effort.seed)
    land = build_land(low)
    u = land.cost.shape[0]
    first = _first_labels(low, land, rng) if start is None else start
    heat = _heat(land, first, rng)
    scale = new_scale(land, first, rng, unit_price=heat)
    d = new_scratch(u)
    each = max(20_000, ROUND_PER_UNIT * u)
    budget = min(MOST_STEPS, 40 * each) if effort.steps is None else effort.steps
    each = min(each, max(budget // 4, 1))
    done, idle, turn, best = 0, 0, 0, float(scale.best_value[0])
    most_for_any = ROUNDS_FOR_ANY if rounds_for_any is None else rounds_for_any
    ended: Ending = "steps"
    while (done < budget and idle < IDLE_ROUNDS) or (not np.isfinite(best) and turn < most_for_any):
        if rounds_for_any is not None and not np.isfinite(best) and turn >= rounds_for_any:
            break
        hot = heat * ((3.0, 1.0, 6.0)[turn % 3] if not np.isfinite(best) else WARM[turn % 4])
        if turn and np.isfinite(scale.best_value[0]):
            scale.label[:] = scale.best
        scale.price[:] = scale.side_price[:] = heat
        spend = each if turn else max(each // 3, 1)
        try:
            cut = _round(land, scale, d, (hot, heat * COLD, heat * LEAST_PRICE, heat * MOST_PRICE), spend, (bound, effort.gap, effort.clock.deadline))
        except KeyboardInterrupt:
            if not np.isfinite(scale.best_value[0]):
                raise
            cut = "interrupt"
        done += spend
        turn += 1
        value = float(scale.best_value[0])
        idle = 0 if value < best * (1 - 1e-9) or not np.isfinite(value) else idle + 1
        best = min(best, value)
        if cut is not None:
            ended = cut
            break
    found = scale.best.copy() if np.isfinite(best) else None
    return General(found, best, float(scale.least_broken[0]), done, ended)


def _round(land: Land, scale: Scale, d: Scratch, heat: tuple[float, float, float, float], steps: int, stop: tuple[float, float, float]) -> Ending | None:
    """One cooling in slices; why it must be the last, if so."""
    bound, gap, deadline = stop
    slices = max(1, -(-steps // SLICE))
    edge = heat[0] * (heat[1] / heat[0]) ** (np.arange(slices + 1) / slices)
    for part in range(slices):
        wander(land, scale, d, np.append(edge[part : part + 2], heat[2:]), max(steps // slices, 1), LARGEST_TAIL)
        value = float(scale.best_value[0])
        if np.isfinite(value) and relative_gap(value, bound) <= max(gap, 1e-9):
            return "gap"
        if time.perf_counter() > deadline:
            return "time"
    return None


def _first_labels(low: Lowered, land: Land, rng: np.random.Generator) -> NDArray[np.int64]:
    """Today's zones made whole where they are known, else the cheapest zone of each unit made whole."""
    plain = low.problem
    cheapest = np.where(land.cost < land.far, land.cost, np.inf).argmin(axis=1)
    label = cheapest if plain.today is None else np.where(plain.today >= 0, plain.today, cheapest)
    ok = land.cost[np.arange(len(label)), label] < land.far
    label = np.where(ok, label, cheapest)
    ground = build_ground(plain, np.argsort(land.cost, axis=1, kind="stable")[:, : min(8, land.cost.shape[1])].astype(np.int32))
    spread = _grown_from_homes(low, land) if plain.today is None and not land.cost.any() else label
    return grown_labels(plain, ground, spread.astype(np.int32), np.zeros(plain.school_count)).astype(np.int64)


def _grown_from_homes(low: Lowered, land: Land) -> NDArray[np.int64]:
    """Zones grown from the schools side by side, ring by ring, where no cost tells them apart."""
    label = np.full(len(land.pupils), -1, dtype=np.int64)
    label[land.home] = np.arange(len(land.home))
    ring = land.home.tolist()
    while ring:
        beyond = []
        for i in ring:
            for v in land.neighbour[land.start[i] : land.start[i + 1]].tolist():
                if label[v] < 0:
                    label[v] = label[i]
                    beyond.append(v)
        ring = beyond
    return np.where(label < 0, 0, label)


def _heat(land: Land, label: NDArray[np.int64], rng: np.random.Generator) -> float:
    """A first heat: what a random move of one unit changes, typically."""
    scale = new_scale(land, label, rng, 1.0)
    base = value_of(land, scale)
    changes = []
    for _ in range(200):
        i = int(rng.integers(len(label)))
        j = int(rng.integers(len(land.seats)))
        old = int(scale.label[i])
        if j == old or land.pinned[i] or land.cost[i, j] >= land.far:
            continue
        put(land, scale, i, j)
        changes.append(abs(value_of(land, scale) - base))
        put(land, scale, i, old)
    felt = [c for c in changes if c > 1e-12 * abs(base)]
    typical = float(np.median(felt)) if felt else 0.0
    return max(typical, 1e-9 * max(abs(base), 1.0))
