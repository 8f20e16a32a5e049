"""Bounds from prices: never above the truth whatever the prices, and arcs that are shut are in no better plan."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from districting.grouping import district_form, group_units
from districting.grouping.area import areas
from districting.grouping.breach import breach
from districting.grouping.lagrangian import Lagrangian
from districting.grouping.programme import Programme
from districting.grouping.tighten import Tightening
from districting.model.grouping_problem import MemberFacts
from tests.grouping.test_group_units import cheapest, row

SLACK = 1e-6


def plans(area):
    """(cost, labels) of every labelling that breaks no rule."""
    out = []
    for choice in product(range(len(area.centre)), repeat=len(area.unit)):
        opened = set(choice)
        least, most = area.districts
        if least <= len(opened) <= most and all(breach(area, c, {u for u, k in enumerate(choice) if k == c}) == 0 for c in opened):
            out.append((area.objective(np.array(choice)), choice))
    return out


FORMS = {
    "counts": {},
    "even": {"evenness": 700.0},
    "number": {"districts": (2, 2)},
    "overlapping": {"counts": {"junior_weak": (1, 2), "school": (2, 4), "primary": (1, None)}},
    "alone": {"connected": False, "evenness": 300.0},
    "theme": {"counts": {"school": (2, 5)}, "theme_share": 0.5, "theme": 400.0, "connected": False},
}


def problem_of(form, kinds, pupils, seed):
    spec = district_form("alliance").replace(evenness=0.0).replace(**FORMS[form])
    problem = row(kinds, pupils=pupils, spec=spec)
    if form != "theme":
        return problem
    themes = np.random.default_rng(seed).random((len(kinds), 2)) < 0.6
    return dataclasses.replace(problem, facts=MemberFacts(themes=themes), theme_names=("a", "b"))


@settings(max_examples=80, deadline=None)
@given(
    form=st.sampled_from(list(FORMS)),
    kinds=st.permutations(list("LLWWPPR")),
    pupils=st.lists(st.integers(1, 500), min_size=7, max_size=7),
    seed=st.integers(0, 999),
    size=st.sampled_from([0.1, 1.0, 5.0]),
)
def test_a_bound_at_any_prices_is_never_above_the_truth(form, kinds, pupils, seed, size):
    found = areas(problem_of(form, kinds, pupils, seed))
    assume(found and len(found[0].centre))
    area = found[0]
    rng = np.random.default_rng(seed)
    programme, lagrangian = Programme(area), Lagrangian(area)
    price = rng.normal(scale=size, size=len(area.unit))
    dual = rng.normal(scale=size, size=len(programme.dualised)) * (rng.random(len(programme.dualised)) < 0.5)
    priced = lagrangian.priced(price, programme.dualised, dual)
    every = plans(area)
    for cost, label in every:
        scaled = cost / programme.scale
        assert priced.bound <= scaled + SLACK * max(1.0, abs(scaled))
        assert priced.with_arc[np.arange(len(label)), list(label)].max() <= scaled + SLACK * max(1.0, abs(scaled))


@settings(max_examples=60, deadline=None)
@given(
    form=st.sampled_from(list(FORMS)),
    kinds=st.permutations(list("LLWWPPR")),
    pupils=st.lists(st.integers(1, 500), min_size=7, max_size=7),
    seed=st.integers(0, 99),
)
def test_the_best_plan_survives_every_arc_that_is_shut(form, kinds, pupils, seed):
    found = areas(problem_of(form, kinds, pupils, seed))
    assume(found and len(found[0].centre))
    every = plans(found[0])
    assume(every)
    best, label = min(every)
    tight = Tightening(found[0], None)
    tight.run(np.inf, np.inf)
    assert tight.bound <= best * (1 + SLACK)
    assert tight.left(best * 1.001 + 1)[np.arange(len(label)), list(label)].all()
    assert group_units(problem_of(form, kinds, pupils, seed)).objective == pytest.approx(best)


def test_prices_of_the_relaxation_prove_the_relaxation():
    """Two neighbourhoods: the bound at the duals of the linear relaxation is its optimum, and here that of the plan."""
    problem = row("PLWWLP")
    (area,) = areas(problem)
    tight = Tightening(area, None)
    tight.run(np.inf, np.inf)
    assert tight.bound == pytest.approx(cheapest(problem))
