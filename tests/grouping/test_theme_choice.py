"""Themes of neighbouring districts: different where the schools allow it, and never at the cost of the rules."""

import dataclasses
from itertools import product

import numpy as np
import pytest

from districting.checking.grouping import check_grouping
from districting.grouping import district_form, group_units
from districting.grouping.theme_choice import neighbouring_districts, with_themes_apart
from districting.model.grouping_problem import MemberFacts
from districting.model.solution import GroupingSolution
from tests.grouping.test_group_units import row

SPEC = district_form("theme").replace(counts={"school": (2, 2)}, connected=True)


def themed(carried, reached=None, **changes):
    """Schools in a row with the themes they carry, as words of letters: ``("A", "AB")``."""
    names = tuple(sorted(set("".join([*carried, *(reached or ())]))))
    rows = [[np.array([[n in word for n in names] for word in words]) for words in (carried, reached or [""] * len(carried))]]
    facts = MemberFacts(themes=rows[0][0], reaches=rows[0][1])
    return dataclasses.replace(row("R" * len(carried), spec=SPEC.replace(**changes)), facts=facts, theme_names=names)


def words(problem, found):
    return [problem.theme_names[t] for t in found.theme_of_district]


def sound(problem, found):
    return check_grouping(problem, found.district_of_unit, found.lead_of_district, found.theme_of_district) == []


def test_neighbours_differ_where_the_schools_allow_it():
    problem = themed(["A", "A", "AB", "AB", "A", "A"])
    found = group_units(problem)
    assert sound(problem, found)
    assert sorted(words(problem, found)) == ["A", "A", "B"]
    assert found.terms["theme_repeat"] == 0.0
    assert found.status == "optimal"


def test_a_repeat_that_cannot_be_helped_costs_the_pupils_of_the_smaller_district_and_leaves_an_honest_gap():
    problem = themed(["A"] * 4, theme_repeat=50.0)
    found = group_units(problem)
    assert sound(problem, found)
    assert found.terms["theme_repeat"] == 50.0 * 200.0
    assert found.objective == pytest.approx(found.bound + 50.0 * 200.0)
    assert (found.status, found.ended) == ("feasible", "steps")


def test_a_place_nearby_carries_a_theme_as_well_as_the_school_does():
    problem = themed(["A", "A", "A", "A"], reached=["", "", "B", "B"])
    assert sorted(words(problem, group_units(problem))) == ["A", "B"]


def test_without_a_price_themes_stay_as_the_grouping_chose_them():
    problem = themed(["A", "A", "AB", "AB"], theme_repeat=0.0)
    assert "theme_repeat" not in group_units(problem).terms


@pytest.mark.parametrize("seed", range(12))
def test_the_choice_is_the_best_of_all_choices(seed):
    rng = np.random.default_rng(seed)
    problem = themed(["".join(rng.choice(list("ABC"), rng.integers(1, 4), replace=False)) for _ in range(10)], theme_share=0.5, theme_repeat=300.0)
    problem = dataclasses.replace(problem, pupils=rng.integers(50, 500, 10).astype(float), edges=np.argwhere(np.triu(rng.random((10, 10)) < 0.35, 1)))
    label, lead = np.repeat(np.arange(5), 2), np.arange(0, 10, 2)
    fits = problem.facts.themes
    start = np.array([np.flatnonzero(fits[at])[0] for at in lead])
    given = GroupingSolution(label, lead, start, 0.0, 0.0, 0.0, "optimal", {"nearness": 0.0, "theme": 0.0}, 0.0, "proved")
    found = with_themes_apart(problem, given)
    pupils = problem.pupils.reshape(5, 2).sum(axis=1)
    pairs = neighbouring_districts(problem.edges, label)

    def cost(themes):
        misfit = sum(500.0 * problem.pupils[i] for i in range(10) if not fits[i, themes[label[i]]])
        return misfit + sum(300.0 * min(pupils[a], pupils[b]) for a, b in pairs if themes[a] == themes[b])

    best = min(cost(choice) for choice in product(range(fits.shape[1]), repeat=5) if all(fits[lead[d], t] for d, t in enumerate(choice)))
    assert cost(found.theme_of_district) == pytest.approx(best)
    assert found.objective == pytest.approx(best)
