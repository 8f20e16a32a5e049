"""Forests of mentors a person can check, laws that every forest keeps, and other solvers as oracles."""

import dataclasses
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.pairing.chain import check_chain
from districting.errors import InfeasibleError
from districting.model.chain_problem import ChainProblem
from districting.pairing import chain_layers, chain_relaxation, mentor_chain, reach_of_roots
from districting.pairing.chain_room import layers_of, room
from districting.pairing.chain_table import chain_table


def line(level, x, **changes):
    """Schools on a line at ``x`` metres; the strongest level present are the roots; no price on skipped levels unless told."""
    level = np.array(level)
    xy = np.column_stack([np.array(x, dtype=float), np.zeros(len(level))])
    codes = tuple(f"S{i:02d}" for i in range(len(level)))
    return ChainProblem(level, level == level.min(), xy, **{"level_gap_weight_m": 0.0, "code": codes, **changes})


def mentors(problem):
    found = mentor_chain(problem)
    assert check_chain(problem, found.mentor_of_school, found.new_roots) == []
    return found.mentor_of_school.tolist()


def test_every_school_takes_the_nearest_school_of_a_higher_level():
    assert mentors(line([0, 1, 2, 3], [0, 1000, 2000, 3000])) == [-1, 0, 1, 2]
    assert mentors(line([0, 1, 2, 3], [0, 9000, 100, 200])) == [-1, 0, 0, 2]


def test_a_full_mentor_sends_the_school_that_loses_least_elsewhere():
    # both villages are nearest to the town at 0; the one at 90 loses only 20 m by going to the town at 200
    assert mentors(line([0, 0, 1, 1], [0, 200, 10, 90], max_mentees=1)) == [-1, -1, 0, 1]


def test_skipped_levels_cost_metres():
    near_city = line([0, 1, 2], [0, 1500, 500])
    assert mentors(near_city) == [-1, 0, 0]
    assert mentors(dataclasses.replace(near_city, level_gap_weight_m=2000.0)) == [-1, 0, 1]


def test_a_depth_that_binds_hangs_the_chain_higher():
    straight = line([0, 1, 2, 3], [0, 1000, 2000, 3000])
    assert mentor_chain(straight).depth_of_school.tolist() == [0, 1, 2, 3]
    two = mentor_chain(dataclasses.replace(straight, max_depth=2))
    assert (two.depth_of_school.max(), two.objective, two.status) == (2, 4000.0, "optimal")
    one = mentor_chain(dataclasses.replace(straight, max_depth=1))
    assert (one.mentor_of_school.tolist(), one.objective) == ([-1, 0, 0, 0], 6000.0)


def test_schools_of_one_level_are_all_roots():
    found = mentor_chain(line([2, 2, 2], [0, 1, 2]))
    assert found.mentor_of_school.tolist() == [-1, -1, -1]
    assert (found.objective, found.gap, found.status) == (0.0, 0.0, "optimal")


def test_no_school_at_all_is_an_empty_forest():
    found = mentor_chain(ChainProblem(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool), np.zeros((0, 2))))
    assert (len(found.mentor_of_school), found.status) == (0, "optimal")


def test_remote_links_are_flagged_and_avoided_before_any_metre():
    spread = line([0, 0, 1, 1], [0, 9000, 1000, 1100], max_mentees=1, max_distance_m=5000.0)
    assert mentor_chain(spread).remote.sum() == 1
    assert mentor_chain(dataclasses.replace(spread, max_mentees=2)).remote.sum() == 0
    # one long link costs fewer metres than two just over the limit, and one just over it fewer remote links than none saved
    fewer = mentor_chain(line([0, 0, 1, 1], [0, 5000, 4900, 100], max_mentees=1, max_distance_m=4950.0))
    assert fewer.remote.sum() == 0
    assert fewer.fewest_remote


def test_the_county_line_holds_when_it_is_asked_for():
    two_counties = line([0, 0, 1, 1], [0, 1000, 900, 100], county=np.array(["A", "B", "A", "B"]))
    assert mentors(two_counties) == [-1, -1, 0, 1]
    assert mentors(dataclasses.replace(two_counties, county=None)) == [-1, -1, 1, 0]


def test_pinned_and_forbidden_mentors_are_kept_to():
    problem = line([0, 0, 1, 1], [0, 1000, 10, 20])
    assert mentors(problem) == [-1, -1, 0, 0]
    assert mentors(dataclasses.replace(problem, pinned=np.array([-1, -1, 1, -1]))) == [-1, -1, 1, 0]
    assert mentors(dataclasses.replace(problem, forbidden=np.array([[0, 3]]))) == [-1, -1, 0, 1]
    # a pinned root is carried like any other school
    assert mentors(dataclasses.replace(line([0, 1, 2], [0, 1, 2]), is_root=np.array([True, True, False]), pinned=np.array([-1, 0, -1]))) == [-1, 0, 1]


def test_a_pin_to_a_school_that_stands_no_higher_is_refused():
    with pytest.raises(InfeasibleError) as caught:
        mentor_chain(line([0, 1, 1], [0, 1, 2], pinned=np.array([-1, -1, 1])))
    assert [(c.rule, c.amount) for c in caught.value.conflicts] == [("pinned", 1.0)]


def test_too_little_room_is_said_level_by_level_and_the_offers_work():
    crowded = line([0, 1, 1, 1, 2], [0, 1, 2, 3, 4], max_mentees=2)
    with pytest.raises(InfeasibleError) as caught:
        mentor_chain(crowded)
    (conflict,) = caught.value.conflicts
    assert (conflict.rule, conflict.amount) == ("max_mentees", 1.0)
    said = caught.value.say("en")
    assert said.startswith("1 of the 3 schools of level 2 cannot")
    assert "max_mentees = 3" in said
    assert "allow_new_roots" in said
    assert mentor_chain(dataclasses.replace(crowded, max_mentees=3)).status == "optimal"
    wider = dataclasses.replace(crowded, allow_new_roots=True)
    found = mentor_chain(wider)
    assert found.new_roots.tolist() == [3]  # of the county schools, the one farthest from the city school
    assert check_chain(wider, found.mentor_of_school, found.new_roots) == []


def test_a_depth_that_leaves_no_room_offers_the_least_that_does():
    chain = line([0, 1, 2, 3], [0, 1, 2, 3], max_mentees=1, max_depth=1)
    with pytest.raises(InfeasibleError) as caught:
        mentor_chain(chain)
    assert sum(c.amount for c in caught.value.conflicts) == 2
    said = caught.value.say("en")
    assert "max_depth = 3" in said
    assert "max_mentees = 3" in said
    for change in ({"max_depth": 3}, {"max_mentees": 3}):
        assert mentor_chain(dataclasses.replace(chain, **change)).status == "optimal"
    with pytest.raises(InfeasibleError):
        mentor_chain(dataclasses.replace(chain, max_depth=2))


def test_a_county_line_that_leaves_schools_alone_is_offered_to_be_lifted():
    lonely = line([0, 1, 1], [0, 1, 2], county=np.array(["A", "A", "B"]))
    with pytest.raises(InfeasibleError) as caught:
        mentor_chain(lonely)
    assert caught.value.conflicts[0].rule == "mentor"
    assert "within_county = false" in caught.value.say("en")


def test_reach_counts_the_tree_of_every_root():
    reach = reach_of_roots([-1, 0, 0, 1, -1], [(0, 0), (10, 0), (0, 20), (30, 0), (5, 5)], [100, 10, 20, np.nan, 7])
    assert reach.root.tolist() == [0, 4]
    assert reach.schools.tolist() == [4, 1]
    assert reach.pupils.tolist() == [130.0, 7.0]
    assert reach.depth.tolist() == [2, 0]
    assert reach.farthest_m.tolist() == [30.0, 0.0]
    with pytest.raises(ValueError, match="circle"):
        reach_of_roots([1, 0], [(0, 0), (1, 1)])


# ---- oracles and laws


def random_problem(seed, n, **changes):
    rng = np.random.default_rng(seed)
    level = np.sort(rng.integers(0, 4, n))
    level -= level.min()
    given = {"max_mentees": int(rng.integers(1, 4)), "max_depth": int(rng.integers(1, 4)), "level_gap_weight_m": float(rng.choice([0.0, 300.0]))}
    return ChainProblem(level, level == 0, rng.uniform(0, 1000, (n, 2)).round(), code=tuple(f"{i:02d}" for i in range(n)), **{**given, **changes})


def cost_of(problem, mentor):
    return sum(
        float(np.hypot(*(problem.xy[i] - problem.xy[m]))) + problem.level_gap_weight_m * (problem.level[i] - problem.level[m] - 1)
        for i, m in enumerate(mentor)
        if m >= 0
    )


def cheapest_of_all(problem):
    """(fewest remote links, least cost) over every labelling; None when none is allowed."""
    choices = [[-1] if problem.is_root[i] else [m for m in range(len(problem.level)) if problem.level[m] < problem.level[i]] for i in range(len(problem.level))]
    best = None
    for mentor in product(*choices):
        if check_chain(problem, mentor):
            continue
        remote = sum(m >= 0 and np.hypot(*(problem.xy[i] - problem.xy[m])) > problem.max_distance_m for i, m in enumerate(mentor))
        best = min(best or (np.inf, np.inf), (remote, cost_of(problem, mentor)))
    return best


def solved(problem):
    try:
        return mentor_chain(problem)
    except InfeasibleError:
        return None


@pytest.mark.parametrize("seed", range(40))
def test_no_forest_of_all_is_cheaper(seed):
    problem = random_problem(seed, 7, max_distance_m=np.inf)
    found, best = solved(problem), cheapest_of_all(problem)
    assert (found is None) == (best is None)
    if found is not None:
        assert found.status == "optimal"
        assert found.objective == pytest.approx(best[1])
        assert found.bound == pytest.approx(best[1])


@pytest.mark.parametrize("seed", range(30))
def test_no_forest_of_all_has_fewer_remote_links_or_as_few_and_costs_less(seed):
    problem = random_problem(seed, 7, max_distance_m=350.0, max_depth=3)
    found, best = solved(problem), cheapest_of_all(problem)
    assert (found is None) == (best is None)
    if found is not None:
        assert (int(found.remote.sum()), pytest.approx(found.objective)) == best


@pytest.mark.parametrize("seed", range(6))
def test_without_a_binding_depth_a_minimum_cost_flow_costs_the_same(seed):
    from ortools.graph.python import min_cost_flow

    problem = random_problem(seed, 60, max_mentees=5, max_depth=3)
    problem = dataclasses.replace(problem, level_gap_weight_m=500.0)
    found = solved(problem)
    flow = min_cost_flow.SimpleMinCostFlow()
    scale = 1e6
    mentees = np.flatnonzero(~problem.is_root)
    n = problem.school_count
    for m in range(n):
        flow.add_arc_with_capacity_and_unit_cost(n + m, 2 * n, problem.max_mentees, 0)
    for i in mentees:
        flow.set_node_supply(int(i), 1)
        for m in np.flatnonzero(problem.level < problem.level[i]):
            metres = np.hypot(*(problem.xy[i] - problem.xy[m])) + 500.0 * (problem.level[i] - problem.level[m] - 1)
            flow.add_arc_with_capacity_and_unit_cost(int(i), int(n + m), 1, round(scale * metres))
    flow.set_node_supply(2 * n, -len(mentees))
    assert flow.solve() == flow.OPTIMAL
    assert found.objective == pytest.approx(flow.optimal_cost() / scale, abs=1e-3)
    assert found.status == "optimal"


def test_networkx_finds_the_same_least_cost():
    import networkx as nx

    problem = random_problem(3, 20, max_mentees=4, max_depth=3)
    graph = nx.DiGraph()
    for i in np.flatnonzero(~problem.is_root):
        graph.add_node(f"need{i}", demand=-1)
        for m in np.flatnonzero(problem.level < problem.level[i]):
            metres = np.hypot(*(problem.xy[i] - problem.xy[m])) + problem.level_gap_weight_m * (problem.level[i] - problem.level[m] - 1)
            graph.add_edge(f"need{i}", f"room{m}", capacity=1, weight=round(1000 * metres))
            graph.add_edge(f"room{m}", "end", capacity=problem.max_mentees, weight=0)
    graph.add_node("end", demand=int((~problem.is_root).sum()))
    assert mentor_chain(problem).objective == pytest.approx(nx.min_cost_flow_cost(graph) / 1000, abs=0.1)


levels = st.lists(st.integers(0, 3), min_size=1, max_size=14)


@settings(max_examples=80, deadline=None)
@given(levels, st.integers(0, 1000), st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_every_forest_keeps_every_rule(level, seed, cap, depth, grow):
    xy = np.random.default_rng(seed).integers(0, 1000, (len(level), 2))
    problem = dataclasses.replace(line(level, [0] * len(level)), xy=xy.astype(float), max_mentees=cap, max_depth=depth, allow_new_roots=grow)
    found = solved(problem)
    if found is None:
        assert not grow
        return
    assert check_chain(problem, found.mentor_of_school, found.new_roots) == []
    assert found.bound <= found.objective + 1e-9
    assert found.objective == pytest.approx(cost_of(problem, found.mentor_of_school))
    assert np.bincount(reach_of_roots(found.mentor_of_school, xy).schools).sum() == int((found.mentor_of_school < 0).sum())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.permutations(range(9)))
def test_the_order_of_the_schools_changes_nothing(seed, order):
    problem = random_problem(seed, 9, level_gap_weight_m=100.0)
    index = np.array(order)
    shuffled = problem.replace(level=problem.level[index], is_root=problem.is_root[index], xy=problem.xy[index], code=tuple(problem.code[i] for i in order))
    first, second = solved(problem), solved(shuffled)
    assert (first is None) == (second is None)
    if first is not None:
        again = np.full(9, -1)
        again[index] = np.where(second.mentor_of_school >= 0, index[second.mentor_of_school], -1)
        assert again.tolist() == first.mentor_of_school.tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 3), st.integers(1, 2))
def test_more_room_and_longer_chains_never_cost_more(seed, cap, depth):
    tight = solved(random_problem(seed, 10, max_mentees=cap, max_depth=depth))
    for wider in ({"max_mentees": cap + 1, "max_depth": depth}, {"max_mentees": cap, "max_depth": depth + 1}):
        loose = solved(random_problem(seed, 10, **wider))
        if tight is not None:
            assert loose is not None
            assert loose.objective <= tight.objective + 1e-6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_new_roots_are_as_few_as_the_refusal_says(seed):
    problem = random_problem(seed, 9, max_mentees=1)
    if solved(problem) is not None:
        return
    with pytest.raises(InfeasibleError) as caught:
        mentor_chain(problem)
    found = mentor_chain(dataclasses.replace(problem, allow_new_roots=True))
    assert any(r.key == "pairing.chain_allow_roots" and r.values["count"] == len(found.new_roots) for r in caught.value.relaxations)
    assert len(found.new_roots) >= 1
    if len(found.new_roots) > 1:  # one root fewer does not do
        wider = problem.is_root.copy()
        wider[found.new_roots[1:]] = True
        assert solved(dataclasses.replace(problem, is_root=wider)) is None


# ---- many schools: the path by relaxation, on problems small enough to be solved outright


@pytest.mark.parametrize("seed", range(25))
def test_near_links_prices_and_rounding_hold_against_the_exact_forest(seed, monkeypatch):
    problem = random_problem(seed, 24, max_mentees=3, max_depth=2)
    exact = solved(problem)
    for name, value in (("ALL_LINKS", 0), ("NEAR", 2), ("MORE", 1)):
        monkeypatch.setattr(chain_relaxation, name, value)
    found = solved(problem)
    assert (exact is None) == (found is None)
    if found is not None:
        assert check_chain(problem, found.mentor_of_school) == []
        assert found.bound <= exact.objective + 1e-6
        assert found.objective >= exact.objective - 1e-6
        assert found.gap == pytest.approx(max(0.0, (found.objective - found.bound) / found.objective), abs=1e-9)


@pytest.mark.parametrize("seed", range(25))
def test_any_prices_prove_a_bound(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(seed, 12, max_mentees=3, max_depth=2 + seed % 2)
    exact = solved(problem)
    table = chain_table(problem)
    if exact is None or not len(table.mentee):
        return
    most = problem.max_depth
    room = rng.uniform(0, 300, (len(table.mentor), most + 2))
    worth = np.zeros((len(table.mentee), most + 1))
    inner = np.flatnonzero(table.row_of_column >= 0)
    worth[table.row_of_column[inner]] = problem.max_mentees * room[inner, 1:]
    empty = np.zeros(0, dtype=np.int64)
    prices = chain_relaxation.Prices(room[:, : most + 1], worth, empty, empty, empty, np.zeros(0))
    assert chain_relaxation.proven(table, table.cost_m, problem.max_mentees, prices) <= exact.objective + 1e-6


def test_depths_counted_without_distances_carry_every_school():
    problem = random_problem(5, 30, max_mentees=3, max_depth=2)
    counted = room(problem)
    assert not counted.left.any()
    layer = layers_of(problem, counted)
    table = chain_table(problem)
    choice = chain_layers._in_layers(table, table.cost_m, layer[table.mentee], problem.max_mentees)
    mentor = np.full(30, -1)
    mentor[table.mentee] = table.mentor[choice]
    assert check_chain(problem, mentor) == []


def fewest_roots(problem):
    """(new roots, remote links, metres) of the best forest over every choice of new roots and mentors."""
    needing = np.flatnonzero(~problem.is_root)
    best = None
    for count in range(len(needing) + 1):
        for extra in combinations(needing.tolist(), count):
            is_root = problem.is_root.copy()
            is_root[list(extra)] = True
            found = cheapest_of_all(dataclasses.replace(problem, is_root=is_root))
            best = found if best is None or (found is not None and found < best) else best
        if best is not None:
            return count, *best
    raise AssertionError


@pytest.mark.parametrize("seed", range(40))
def test_which_schools_become_roots_is_part_of_the_search(seed):
    rng = np.random.default_rng(500 + seed)
    level = np.sort(rng.integers(0, 4, 6))
    level -= level.min()
    far = float(rng.choice([400.0, np.inf]))
    crowded = ChainProblem(level, level == 0, rng.uniform(0, 1000, (6, 2)).round(), 1, int(rng.integers(1, 3)), 100.0, far, allow_new_roots=True)
    found = mentor_chain(crowded)
    count, remote, metres = fewest_roots(crowded)
    assert len(found.new_roots) == count
    assert found.bound <= metres + 1e-6 or found.remote.sum() > remote
    if found.status == "optimal":
        assert (found.remote.sum(), found.objective) == (remote, pytest.approx(metres))
    elif found.remote.sum() == remote:
        assert found.objective >= metres - 1e-6
    if len(np.unique(level)) - 1 <= crowded.max_depth:
        assert found.status == "optimal"
