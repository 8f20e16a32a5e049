"""Ctrl-C ends a run with the best plan so far and its bound, or, before there is one, as an interrupt."""

from __future__ import annotations

import signal
from typing import Any

import pytest

import districting.zoning.exact.tree as tree
import districting.zoning.general as general
import districting.zoning.search as search
from districting import ZoningProblem, assign_blocks, check_zoning
from districting.model.goals import Balance, Distance
from districting.solvers.transport import solve_transport
from districting.zoning.exact import Tree, prove
from scripts.synthetic_city import synthetic_city


def town() -> ZoningProblem:
    city = synthetic_city(200, 4, seed=1, slack=1.3, polygons=False)
    return ZoningProblem(demand=city.demand, capacity=city.capacity, edges=city.edges, home_block=city.home_block, xy=city.xy, school_xy=city.school_xy)


def interrupted_at(module: Any, name: str, call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ``call``-th call of the kernel is followed by Ctrl-C."""
    kernel, calls = getattr(module, name), iter(range(1, 10_000))

    def then_interrupt(*given: Any) -> Any:
        found = kernel(*given)
        if next(calls) == call:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(module, name, then_interrupt)


def test_an_interrupted_search_returns_its_best_plan_and_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted_at(search, "anneal", 3, monkeypatch)
    found = assign_blocks(town(), gap=1e-9)
    assert found.ended == "interrupt"
    assert check_zoning(town(), found.school_of_block) == []
    assert 0 < found.bound <= found.objective


def test_an_interrupted_general_search_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted_at(general, "wander", 3, monkeypatch)
    problem = town().replace(objectives=(Distance(), Balance(10.0)))
    found = assign_blocks(problem)
    assert found.ended == "interrupt"
    assert check_zoning(problem, found.school_of_block) == []


def test_an_interrupt_before_there_is_any_plan_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "anneal", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        assign_blocks(town())


def test_ctrl_c_inside_the_tree_gives_the_bound_so_far_and_leaves_the_old_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(watch: Any) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(tree.Watch, "take_bound", pressed)
    problem = synthetic_problem(capacity_slack=1.02)
    transport = solve_transport(problem)
    found = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in its background with Ctrl-C ignored
    try:
        proof = prove(problem, None, transport, seconds=30, tree=Tree("scip"))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, found)
    assert proof.interrupted
    assert transport.bound * (1 - 1e-6) <= proof.bound


def synthetic_problem(capacity_slack: float) -> ZoningProblem:
    city = synthetic_city(120, 4, seed=2, slack=capacity_slack, polygons=False)
    return ZoningProblem(demand=city.demand, capacity=city.capacity, edges=city.edges, home_block=city.home_block, xy=city.xy, school_xy=city.school_xy)
