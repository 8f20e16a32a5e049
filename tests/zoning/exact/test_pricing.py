"""The cheapest connected zone against every subset of blocks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.model.zoning_problem import ZoningProblem
from districting.zoning.exact.instance import Instance, build_instance
from districting.zoning.exact.pricing import cheapest_zones, least_with_each

SIDE = 3


def case(seed: int) -> tuple[Instance, np.ndarray, np.ndarray]:
    """A field of 3 x 4 blocks with one school, weights of both signs, some blocks forbidden."""
    rng = np.random.default_rng(seed)
    n = 12
    edges = [(i, i + 1) for i in range(n) if i % 4 != 3] + [(i, i + 4) for i in range(n - 4)]
    demand = rng.integers(0, 6, n).astype(float)
    home = int(rng.integers(n))
    xy = np.array([(i % 4, i // 4) for i in range(n)], dtype=float)
    seats = float(max(demand[home], rng.integers(3, 25)))
    problem = ZoningProblem(demand=demand, capacity=[seats], edges=edges, home_block=[home], xy=xy, school_xy=xy[[home]])
    alive = (rng.random(n) > 0.1)[:, None]
    alive[home] = True
    return build_instance(problem), alive, rng.normal(-0.5, 2.0, n)


def every_zone(instance: Instance, alive: np.ndarray, weight: np.ndarray) -> list[tuple[float, frozenset[int]]]:
    """All connected sets around the home block within the seats."""
    home = int(instance.home[0])
    others = [i for i in np.flatnonzero(alive[:, 0]).tolist() if i != home]
    found = []
    for size in range(len(others) + 1):
        for chosen in itertools.combinations(others, size):
            zone = {home, *chosen}
            if instance.demand[list(zone)].sum() <= instance.seats[0] and in_one_piece(instance, zone, home):
                found.append((float(weight[list(zone)].sum()), frozenset(zone)))
    return sorted(found, key=lambda f: f[0])


def in_one_piece(instance: Instance, zone: set[int], home: int) -> bool:
    seen, todo = {home}, [home]
    while todo:
        u = todo.pop()
        for v in instance.neighbour[instance.start[u] : instance.start[u + 1]].tolist():
            if v in zone and v not in seen:
                seen.add(v)
                todo.append(v)
    return seen == zone


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_the_cheapest_zones_are_those_of_trying_every_subset(seed: int) -> None:
    instance, alive, weight = case(seed)
    zones = every_zone(instance, alive, weight)
    for keep in (1, 5):
        found = cheapest_zones(instance, alive, weight, 0, keep=keep, most_nodes=10**6)
        assert found.complete
        assert found.cost == pytest.approx([cost for cost, _ in zones[:keep]])
        for cost, member in zip(found.cost, found.member, strict=True):
            assert cost == pytest.approx(weight[member].sum())
            assert in_one_piece(instance, set(np.flatnonzero(member).tolist()), int(instance.home[0]))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_all_zones_below_a_limit_are_found(seed: int) -> None:
    instance, alive, weight = case(seed)
    zones = every_zone(instance, alive, weight)
    below = zones[0][0] + 2.0
    wanted = [cost for cost, _ in zones if cost < below]
    found = cheapest_zones(instance, alive, weight, 0, keep=len(zones) + 1, most_nodes=10**6, below=below)
    assert found.cost == pytest.approx(wanted, abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_zone_with_a_block_is_cheaper_than_its_bound(seed: int) -> None:
    instance, alive, weight = case(seed)
    zones = every_zone(instance, alive, weight)
    bound = least_with_each(instance, alive, weight, 0)
    for i in range(instance.block_count):
        best = min((cost for cost, zone in zones if i in zone), default=np.inf)
        assert bound[i] <= best + 1e-9
        if i != instance.home[0]:
            forced = weight.copy()
            forced[i] -= 1e6
            found = cheapest_zones(instance, alive, forced, 0, keep=1, most_nodes=10**6, below=-1e6 + 1e5)
            assert len(found.cost) == (best < np.inf)
            if best < np.inf:
                assert found.cost[0] + 1e6 == pytest.approx(best, abs=1e-6)


def test_a_search_cut_short_says_so() -> None:
    instance, alive, weight = case(1)
    assert not cheapest_zones(instance, alive, np.full(12, -1.0), 0, keep=3, most_nodes=2).complete
    assert len(weight) == 12
