"""The transportation bound beside other solvers on the same synthetic city: value, and seconds."""

from __future__ import annotations

import numpy as np

from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import solve_transport
from districting.solvers.warm_up import compile_kernels
from scripts.bench_row import Row, median_seconds
from scripts.synthetic_city import SyntheticCity, synthetic_city


def problem_of(city: SyntheticCity) -> ZoningProblem:
    return ZoningProblem(demand=city.demand, capacity=city.capacity, edges=city.edges, home_block=city.home_block, xy=city.xy, school_xy=city.school_xy)


def min_cost_flow(city: SyntheticCity) -> float:
    """OR-Tools over every arc, in whole millimetres: the optimum as a peer finds it (it gives no prices)."""
    from ortools.graph.python import min_cost_flow as solver

    n, k = len(city.demand), len(city.capacity)
    metres = np.hypot(city.xy[:, None, 0] - city.school_xy[None, :, 0], city.xy[:, None, 1] - city.school_xy[None, :, 1])
    block, school = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    flow = solver.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(block, n + school, city.demand[block], np.rint(metres * 1000).astype(np.int64).ravel())
    flow.add_arcs_with_capacity_and_unit_cost(n + np.arange(k), np.full(k, n + k), city.capacity, np.zeros(k, dtype=np.int64))
    flow.set_nodes_supplies(np.arange(n + k + 1), np.concatenate([city.demand, np.zeros(k, dtype=np.int64), [-city.demand.sum()]]))
    if flow.solve() != flow.OPTIMAL:
        raise AssertionError("the peer found no optimum")
    return flow.optimal_cost() / 1000


def rows(full: bool = False) -> list[Row]:
    """Both kinds of city; stops when the values differ."""
    compile_kernels()
    found = []
    for kind in ("real", "hard"):
        city = synthetic_city(20_000, 100, 1, kind, polygons=False)
        problem = problem_of(city)
        ours, solution = median_seconds(lambda problem=problem: solve_transport(problem), 3)  # type: ignore[misc]
        theirs, value = median_seconds(lambda city=city: min_cost_flow(city), 1)  # type: ignore[misc]
        if not np.isclose(solution.bound, value, rtol=1e-6):
            raise AssertionError(f"the bound is {solution.bound}, the peer's optimum {value}")
        found.append(
            Row(
                f"transport bound, 20k x 100 {kind}, all arcs proven",
                ours,
                "s",
                None,
                "OR-Tools min-cost flow, all arcs",
                theirs,
                "same value; ours also gives prices",
            )
        )
    return found
