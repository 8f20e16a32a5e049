"""Laws that hold whatever the city: a seat more never hurts, names mean nothing, metres scale, and a block split in two can only help."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting import ZoningProblem, assign_blocks
from districting.errors import InfeasibleError

STEPS = 40_000
few = settings(max_examples=12, deadline=None)


@st.composite
def towns(draw: st.DrawFn) -> ZoningProblem:
    """Up to ten blocks on a grid, two or three schools, seats from tight to ample."""
    rows, columns = draw(st.sampled_from([(2, 3), (2, 4), (2, 5), (3, 3)]))
    n = rows * columns
    demand = np.array(draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)), dtype=float)
    k = draw(st.integers(2, 3))
    home = draw(st.permutations(range(n)))[:k]
    spare = draw(st.sampled_from([1.05, 1.2, 1.6]))
    seats = np.maximum(np.ceil(demand.sum() * spare / k), demand[home])
    at = np.array([(100.0 * c + 13 * (r % 2), 100.0 * r + 7 * (c % 3)) for r in range(rows) for c in range(columns)])
    edges = [(i, j) for i in range(n) for j in range(i + 1, n) if abs(i // columns - j // columns) + abs(i % columns - j % columns) == 1]
    return ZoningProblem(demand=demand, capacity=seats, edges=edges, home_block=home, xy=at, school_xy=at[list(home)])


def least(problem: ZoningProblem) -> float:
    """Objective of the plan found; inf when there is none. Cities this small are solved to the end (see the test with all assignments)."""
    try:
        return assign_blocks(problem, steps=STEPS).objective
    except InfeasibleError:
        return np.inf


@few
@given(towns(), st.integers(0, 2))
def test_a_seat_more_never_hurts(town: ZoningProblem, school: int) -> None:
    more = town.capacity.copy()
    more[school % town.school_count] += 1
    assert least(town.replace(capacity=more)) <= least(town) * (1 + 1e-9)


@few
@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_blocks_and_schools_means_nothing(town: ZoningProblem, random: object) -> None:
    blocks, schools = (np.array(random.sample(range(m), m)) for m in (town.block_count, town.school_count))  # type: ignore[attr-defined]
    place = np.argsort(blocks)
    shuffled = town.replace(
        demand=town.demand[blocks],
        xy=town.xy[blocks],
        edges=place[town.edges],
        capacity=town.capacity[schools],
        school_xy=town.school_xy[schools],
        home_block=place[town.home_block[schools]],
    )
    assert least(shuffled) == pytest.approx(least(town), rel=1e-9)


@few
@given(towns(), st.sampled_from([0.5, 2.0, 1000.0]))
def test_distances_twice_as_long_make_an_objective_twice_as_large(town: ZoningProblem, factor: float) -> None:
    assert least(town.replace(xy=town.xy * factor, school_xy=town.school_xy * factor)) == pytest.approx(factor * least(town), rel=1e-9)


@few
@given(towns(), st.integers(0, 9))
def test_a_block_in_two_joined_halves_never_costs_more(town: ZoningProblem, which: int) -> None:
    """Both halves lie where the block lay and have all its neighbours: whatever the whole block could do, they can do together."""
    free = np.setdiff1d(np.arange(town.block_count), town.home_block)
    block = int(free[which % len(free)])
    other = [b if a == block else a for a, b in town.edges.tolist() if block in (a, b)]
    new = town.block_count
    half = np.floor(town.demand[block] / 2)
    demand = np.append(town.demand, half)
    demand[block] -= half
    edges = [*town.edges.tolist(), (block, new), *((o, new) for o in other)]
    halves = town.replace(demand=demand, xy=np.vstack([town.xy, town.xy[block]]), edges=edges)
    assert least(halves) <= least(town) * (1 + 1e-9)


@few
@given(towns())
def test_the_bound_never_exceeds_the_plan_and_follows_from_the_seat_prices(town: ZoningProblem) -> None:
    from districting.solvers.transport import price_bound

    try:
        found = assign_blocks(town, steps=STEPS)
    except InfeasibleError:
        return
    assert found.transport_bound == pytest.approx(price_bound(town, found.seat_price_m), rel=1e-12, abs=1e-9)
    assert found.transport_bound <= found.bound * (1 + 1e-12) <= found.objective * (1 + 1e-9)
