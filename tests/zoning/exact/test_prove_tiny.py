"""Proofs against every assignment there is, on fields of nine blocks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.zoning import check_zoning
from districting.errors import DataError, InfeasibleError
from districting.model.goals import Distance, Stability
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import TransportSolution, solve_transport
from districting.zoning.exact import Proof, Tree, prove, scip_installed

SOLVERS = ["highs", pytest.param("scip", marks=pytest.mark.skipif(not scip_installed(), reason="pyscipopt is not installed"))]


def field(seed: int, k: int, slack: float = 1.15) -> ZoningProblem:
    """Nine blocks in three rows, some edges gone, one block perhaps empty; the seats need not allow a plan."""
    rng = np.random.default_rng(seed)
    edges = [(3 * r + c, 3 * r + c + 1) for r in range(3) for c in range(2)] + [(3 * r + c, 3 * r + c + 3) for r in range(2) for c in range(3)]
    kept = rng.random(len(edges)) > 0.1
    demand = rng.integers(0, 9, 9).astype(float)
    home = rng.choice(9, k, replace=False)
    share = rng.dirichlet(np.full(k, 4.0))
    seats = np.ceil(slack * demand.sum() * share)
    xy = np.array([(100.0 * (i % 3), 100.0 * (i // 3)) for i in range(9)]) + rng.integers(-30, 30, (9, 2))
    return ZoningProblem(demand=demand, capacity=seats, edges=np.array(edges)[kept], home_block=home, xy=xy, school_xy=xy[home] + 5.0)


def feasible_field(k: int) -> ZoningProblem:
    """The first field with several plans."""
    return next(p for p in (field(seed, k, slack=1.3) for seed in range(100)) if transport_of(p) is not None and len(every_plan(p)) > 3)


def every_plan(problem: ZoningProblem) -> list[tuple[float, np.ndarray]]:
    """All plans that the check lets pass, by cost; home blocks and seats first because they are quick to see."""
    n, k = problem.block_count, problem.school_count
    free = [i for i in range(n) if i not in problem.home_block.tolist()]
    label = np.full(n, -1)
    label[problem.home_block] = np.arange(k)
    found = []
    for choice in itertools.product(range(k), repeat=len(free)):
        label[free] = choice
        if (np.bincount(label, weights=problem.demand, minlength=k) <= problem.capacity).all() and not check_zoning(problem, label):
            found.append((cost_of(problem, label), label.copy()))
    return sorted(found, key=lambda f: f[0])


def cost_of(problem: ZoningProblem, label: np.ndarray) -> float:
    return float((problem.demand * problem.distance_of(np.arange(problem.block_count), label)).sum())


def transport_of(problem: ZoningProblem) -> TransportSolution | None:
    try:
        return solve_transport(problem)
    except InfeasibleError:
        return None


def assert_sound(problem: ZoningProblem, proof: Proof, optimum: float) -> None:
    assert proof.bound <= optimum
    assert proof.labels is not None
    assert check_zoning(problem, proof.labels) == []
    assert proof.optimal == (proof.bound >= cost_of(problem, proof.labels) * (1 - 1e-8))


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("start", ["none", "best", "worst"])
def test_the_proof_finds_what_trying_every_assignment_finds(solver: str, start: str) -> None:
    planless = 0
    for seed in range(18):
        problem = field(seed, 2 + seed % 2, slack=1.05 + 0.1 * (seed % 4))
        transport = transport_of(problem)
        if transport is None:
            continue
        plans = every_plan(problem)
        if not plans:
            planless += 1
            with pytest.raises(InfeasibleError):
                prove(problem, None, transport, seconds=20, tree=Tree(solver))
            continue
        labels = {"none": None, "best": plans[0][1], "worst": plans[-1][1]}[start]
        proof = prove(problem, labels, transport, seconds=20, tree=Tree(solver))
        assert_sound(problem, proof, plans[0][0])
        assert proof.optimal
        assert cost_of(problem, proof.labels) == pytest.approx(plans[0][0], rel=1e-9)
    assert planless


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_bound_cut_short_by_the_clock_stays_below_the_optimum(solver: str) -> None:
    for seed in range(10):
        problem = field(seed, 3)
        transport, plans = transport_of(problem), every_plan(problem)
        if transport is None or not plans:
            continue
        for seconds in (0.0, 1e-3, 1e-2):
            assert_sound(problem, prove(problem, plans[-1][1], transport, seconds=seconds, tree=Tree(solver)), plans[0][0])


def test_a_wide_gap_is_good_enough() -> None:
    problem = field(0, 2, slack=1.4)
    plans = every_plan(problem)
    proof = prove(problem, plans[-1][1], solve_transport(problem), seconds=20, gap=0.99)
    assert proof.bound <= plans[0][0]
    assert proof.certificate.nodes == 0


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), school=st.integers(0, 1))
def test_one_seat_more_never_costs_more(seed: int, school: int) -> None:
    problem = field(seed, 2)
    more = problem.replace(capacity=problem.capacity + np.eye(2)[school])
    plans = every_plan(problem)
    if plans:
        before = prove(problem, plans[0][1], solve_transport(problem), seconds=20)
        after = prove(more, plans[-1][1], solve_transport(more), seconds=20)
        assert after.optimal
        assert after.bound <= before.bound * (1 + 1e-8)


@pytest.mark.parametrize("solver", SOLVERS)
def test_zones_that_may_fall_apart_are_proved_too(solver: str) -> None:
    for seed in range(6):
        problem = field(seed, 2).replace(contiguous=False)
        transport, plans = transport_of(problem), every_plan(problem)
        if transport is not None and plans:
            proof = prove(problem, plans[-1][1], transport, seconds=20, tree=Tree(solver))
            assert_sound(problem, proof, plans[0][0])
            assert proof.optimal


def test_the_same_seed_gives_the_same_proof() -> None:
    problem = feasible_field(3)
    plans = every_plan(problem)
    runs = [prove(problem, plans[-1][1], solve_transport(problem), seconds=20, tree=Tree(seed=5)) for _ in range(2)]
    assert runs[0].bound == runs[1].bound
    assert runs[0].labels.tolist() == runs[1].labels.tolist()
    assert runs[0].certificate.arcs_left == runs[1].certificate.arcs_left
    assert runs[0].certificate.nodes == runs[1].certificate.nodes


def test_a_plan_that_breaks_a_rule_is_refused() -> None:
    problem = field(0, 2, slack=1.4)
    with pytest.raises(DataError, match="breaks a rule"):
        prove(problem, np.zeros(9, dtype=int), solve_transport(problem), seconds=1)


def test_goals_beyond_distance_are_refused() -> None:
    problem = field(0, 2, slack=1.4)
    other = problem.replace(objectives=(Distance(), Stability(5.0)), today=np.zeros(9, dtype=int))
    with pytest.raises(DataError, match="distance alone"):
        prove(other, None, solve_transport(problem), seconds=1)


def test_connected_zones_without_their_home_are_refused() -> None:
    problem = field(0, 2, slack=1.4)
    with pytest.raises(DataError, match="own blocks are free"):
        prove(problem.replace(keep_home=False), None, solve_transport(problem), seconds=1)


def wide_field(seed: int) -> tuple[ZoningProblem, np.ndarray]:
    """Forty-two blocks, four schools whose seats are those of some connected plan and hardly more; with that plan."""
    rng = np.random.default_rng(seed)
    n, k = 42, 4
    edges = [(i, i + 1) for i in range(n) if i % 7 != 6] + [(i, i + 7) for i in range(n - 7)]
    demand, home = rng.integers(1, 40, n).astype(float), rng.choice(n, k, replace=False)
    label = np.full(n, -1)
    label[home] = np.arange(k)
    while (label < 0).any():
        a, b = edges[rng.integers(len(edges))]
        if (label[a] < 0) != (label[b] < 0):
            label[[a, b]] = max(label[a], label[b])
    seats = np.bincount(label, weights=demand) + rng.integers(0, 4, k)
    xy = np.array([(100.0 * (i % 7), 100.0 * (i // 7)) for i in range(n)]) + rng.integers(-40, 40, (n, 2))
    return ZoningProblem(demand=demand, capacity=seats, edges=edges, home_block=home, xy=xy, school_xy=xy[home]), label


@pytest.mark.skipif(not scip_installed(), reason="pyscipopt is not installed")
def test_three_ways_to_a_proof_agree_where_seats_are_tight(monkeypatch: pytest.MonkeyPatch) -> None:
    branched = cut = 0
    for seed in range(4):
        problem, plan = wide_field(seed)
        transport = solve_transport(problem)
        found = {}
        for way, zone in (("scip", 0), ("columns+scip", 20), ("highs", 0)):
            monkeypatch.setattr("districting.zoning.exact.proof.COLUMNS_ZONE", zone)
            monkeypatch.setattr("districting.zoning.exact.proof.COLUMNS_GAP", 0.0)
            proof = prove(problem, plan, transport, seconds=60, tree=Tree("highs" if way == "highs" else "scip"))
            assert proof.optimal
            assert check_zoning(problem, proof.labels) == []
            found[way] = cost_of(problem, proof.labels)
            branched, cut = branched + proof.certificate.nodes, cut + proof.certificate.cuts
        assert found["scip"] == pytest.approx(found["highs"], rel=1e-8)
        assert found["columns+scip"] == pytest.approx(found["highs"], rel=1e-8)
    assert branched > 4
    assert cut > 4


def test_an_interrupted_proof_gives_the_bound_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("districting.zoning.exact.proof.tighten", interrupt)
    problem, plan = wide_field(0)
    transport = solve_transport(problem)
    proof = prove(problem, plan, transport, seconds=60)
    assert not proof.optimal
    assert proof.bound == pytest.approx(transport.bound, rel=0.2)
    assert proof.labels.tolist() == plan.tolist()
