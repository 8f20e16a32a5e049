"""What clustering makes of two neighbourhoods: counted by the independent checker, never cheaper than the optimum where it breaks nothing."""

from districting.grouping import district_form, group_units
from districting.grouping.baselines import baselines
from tests.grouping.test_group_units import row


def test_clusterings_are_scored_and_their_broken_rules_are_counted():
    problem = row("PLWWLP", spec=district_form("alliance"))
    best = group_units(problem).objective
    found = {made.name: made for made in baselines(problem)}
    assert list(found) == ["kmeans", "kmeans_mended", "ward", "ward_mended"]
    assert all(made.broken or made.objective >= best - 1e-6 for made in found.values())
    assert found["ward_mended"].broken == {}


def test_the_same_problem_gives_the_same_clusterings():
    problem = row("PLWRWLPP", spec=district_form("alliance"))
    assert [(m.name, m.objective, m.broken) for m in baselines(problem)] == [(m.name, m.objective, m.broken) for m in baselines(problem)]
