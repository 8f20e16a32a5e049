"""The heaviest matching against networkx and brute force, and a bound that holds for any prices."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.pairing import matching as matching_room
from districting.pairing.matching import Graph, bound_of, heaviest_matching


def graph(n, edges):
    rows = sorted((min(a, b), max(a, b), w) for (a, b), w in edges.items())
    return Graph(n, *(np.array([r[k] for r in rows], dtype=kind) for k, kind in enumerate((np.int64, np.int64, np.float64))))


def by_networkx(g):
    other = nx.Graph()
    other.add_weighted_edges_from(zip(g.a.tolist(), g.b.tolist(), g.weight.tolist(), strict=True))
    return sum(other[a][b]["weight"] for a, b in nx.max_weight_matching(other))


def test_two_light_edges_beat_a_heavy_one_between_them():
    path = graph(4, {(0, 1): 3.0, (1, 2): 5.0, (2, 3): 3.0})
    assert heaviest_matching(path).edges.tolist() == [0, 2]


def test_in_two_triangles_joined_by_an_edge_an_odd_set_is_needed_and_the_bound_meets_the_matching():
    both = graph(6, {(0, 1): 2.0, (1, 2): 2.0, (0, 2): 2.0, (3, 4): 2.0, (4, 5): 2.0, (3, 5): 2.0, (2, 3): 1.0})
    found = heaviest_matching(both)
    assert found.value == 5.0
    assert found.bound == pytest.approx(5.0)
    assert bound_of(both, (), np.ones(6), np.zeros(0)) == 6.0  # what prices of nodes alone can prove


def test_a_pentagon_with_chords_only_through_a_least_odd_cut_is_solved(monkeypatch):
    """Components give no cut here when they are not tried: the Gomory-Hu tree finds the same sets."""
    monkeypatch.setattr(matching_room, "_held", lambda support, nodes: 0.0)
    rng = np.random.default_rng(5)
    for _ in range(60):
        n = int(rng.integers(5, 12))
        g = graph(n, {(a, b): float(rng.integers(1, 5)) for a in range(n) for b in range(a) if rng.random() < 0.6})
        found = heaviest_matching(g)
        assert found.value == pytest.approx(by_networkx(g))
        assert found.bound == pytest.approx(found.value)


def test_no_edge_means_no_pair():
    none = heaviest_matching(graph(3, {}))
    assert (none.edges.tolist(), none.value, none.bound) == ([], 0.0, 0.0)


def test_edges_that_the_programme_does_not_start_with_join_when_they_pay(monkeypatch):
    monkeypatch.setattr(matching_room, "FIRST_EDGES", 1)
    rng = np.random.default_rng(1)
    g = graph(30, {(a, b): float(rng.random()) + 0.01 for a in range(30) for b in range(a)})
    found = heaviest_matching(g)
    assert found.rounds > 1
    assert found.value == pytest.approx(by_networkx(g))
    assert found.bound == pytest.approx(found.value)


def test_shares_that_rounding_left_are_matched_by_networkx():
    triangle = graph(3, {(0, 1): 1.0, (1, 2): 3.0, (0, 2): 2.0})
    assert matching_room._whole(triangle, np.arange(3), np.full(3, 0.5)).tolist() == [2]


small = st.integers(2, 9).flatmap(
    lambda n: st.tuples(st.just(n), st.dictionaries(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] < p[1]), st.integers(1, 9)))
)


@settings(max_examples=150, deadline=None)
@given(small)
def test_no_matching_is_heavier_and_the_bound_meets_it(drawn):
    n, edges = drawn
    g = graph(n, {p: float(w) for p, w in edges.items()})
    found = heaviest_matching(g)
    assert found.value == pytest.approx(by_networkx(g))
    assert found.bound == pytest.approx(found.value, abs=1e-6)
    ends = [*g.a[found.edges].tolist(), *g.b[found.edges].tolist()]
    assert len(set(ends)) == len(ends)


@settings(max_examples=80, deadline=None)
@given(small, st.lists(st.floats(-3, 9), min_size=9, max_size=9), st.floats(-1, 9))
def test_whatever_the_prices_the_bound_holds(drawn, prices, price):
    n, edges = drawn
    g = graph(n, {p: float(w) for p, w in edges.items()})
    odd = ((0, 1, 2),) if n > 2 else ()
    assert bound_of(g, odd, np.array(prices[:n]), np.full(len(odd), price)) >= by_networkx(g) - 1e-9
