"""Districts on cities small enough to check by eye, and against every labelling there is."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.grouping import check_grouping
from districting.errors import DataError, InfeasibleError
from districting.grouping import FORMS, district_form, group_units
from districting.grouping.area import areas
from districting.model.grouping_problem import GroupingProblem


def row(kinds, *, counties=None, edges=None, pupils=None, spec=None):
    """Schools in a row 1,000 m apart, each in its own unit: L lead, W weak, R regular junior, P primary."""
    n = len(kinds)
    tier = {"L": "lead", "W": "weak", "R": "regular", "P": "regular"}
    county = np.zeros(n, dtype=np.int64) if counties is None else np.array(counties)
    return GroupingProblem(
        spec=spec or district_form("alliance").replace(evenness=0.0),
        unit_of_member=np.arange(n),
        stage_of_member=np.array(["primary" if k == "P" else "junior" for k in kinds]),
        tier_of_member=np.array([tier[k] for k in kinds]),
        pupils=np.full(n, 100.0) if pupils is None else np.array(pupils, dtype=float),
        quality=np.array([{"L": 1.0, "W": -1.0}.get(k, 0.1 * (i % 3)) for i, k in enumerate(kinds)]),
        resources=np.array([[1.0 + 0.1 * i, 0.5] if k == "L" else [-1.0, 0.5] if k == "W" else [0.0, 0.5] for i, k in enumerate(kinds)]),
        member_xy=np.column_stack([1000.0 * np.arange(n), np.zeros(n)]),
        edges=np.column_stack([np.arange(n - 1), np.arange(1, n)]) if edges is None else np.array(edges).reshape(-1, 2),
        county_of_unit=county,
        weight_of_unit=np.ones(n),
        names=tuple(f"{k}{i}" for i, k in enumerate(kinds)),
        county_names=tuple(f"county {c}" for c in range(int(county.max()) + 1)),
    )


def whole(problem, found):
    return check_grouping(problem, found.district_of_unit, found.lead_of_district) == []


def cheapest(problem):
    """The least objective over all labellings, by trying each one."""
    (area,) = areas(problem)
    best = np.inf
    for choice in product(range(len(area.centre)), repeat=len(area.unit)):
        label = np.array(choice)
        opened, local = np.unique(label, return_inverse=True)
        if (label[area.root[opened]] == opened).all() and not check_grouping(problem, local, area.centre[opened]):
            best = min(best, area.objective(label))
    return best


def test_two_neighbourhoods_become_two_districts():
    problem = row("PLWWLP")
    found = group_units(problem)
    assert whole(problem, found)
    assert found.district_of_unit.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.lead_of_district.tolist() == [1, 4]
    assert found.terms["nearness"] == 4 * 100 * 1000
    assert (found.status, found.ended, found.gap) == ("optimal", "proved", 0.0)


def test_two_leads_may_share_a_district_and_regular_juniors_join():
    problem = row("PLWLR")
    found = group_units(problem)
    assert whole(problem, found)
    assert len(found.lead_of_district) == 1
    assert set(found.district_of_unit) == {0}


def test_districts_never_cross_the_county_line():
    problem = row("PLWPLW", counties=[0, 0, 0, 1, 1, 1])
    found = group_units(problem)
    assert whole(problem, found)
    assert found.district_of_unit.tolist() == [0, 0, 0, 1, 1, 1]


def test_terms_add_up_to_the_objective_and_none_is_negative():
    problem = row("PLWRWLPP", spec=district_form("alliance"))
    found = group_units(problem)
    assert sum(found.terms.values()) == pytest.approx(found.objective)
    assert min(found.terms.values()) >= 0
    assert found.bound <= found.objective


@settings(max_examples=25, deadline=None)
@given(
    kinds=st.permutations(list("LLLWWPPR")),
    pupils=st.lists(st.integers(1, 500), min_size=8, max_size=8),
    extra=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=5),
    evenness=st.sampled_from([0.0, 800.0]),
)
def test_the_answer_is_the_best_of_all_labellings(kinds, pupils, extra, evenness):
    line = [(i, i + 1) for i in range(7)]
    problem = row(kinds, pupils=pupils, edges=line + [e for e in extra if e[0] != e[1]], spec=district_form("alliance").replace(evenness=evenness))
    best = cheapest(problem)
    try:
        found = group_units(problem)
    except InfeasibleError:
        assert best == np.inf
        return
    assert whole(problem, found)
    assert found.objective == pytest.approx(best)
    assert found.status == "optimal"


@pytest.mark.parametrize(("kinds", "extra", "evenness", "least"), [("PPWLRLLW", (0, 4), 800.0, 12760.0), ("WRPLLLPW", (0, 6), 0.0, 10100.0)])
def test_a_bound_never_stands_above_the_truth(kinds, extra, evenness, least):
    """Two cities where a solver that is handed a first answer reports a wrong proof; the least objective is found by trying every labelling."""
    edges = [*((i, i + 1) for i in range(7)), extra]
    problem = row(kinds, pupils=[1] * 8, edges=edges, spec=district_form("alliance").replace(evenness=evenness))
    assert cheapest(problem) == pytest.approx(least)
    found = group_units(problem)
    assert found.objective == pytest.approx(least)
    assert found.bound == pytest.approx(least)


def test_the_same_problem_gives_the_same_labels():
    problem = row("PLWWLPPLWR", spec=district_form("alliance"))
    first, second = group_units(problem), group_units(problem)
    assert first.district_of_unit.tobytes() == second.district_of_unit.tobytes()


def test_a_county_without_a_lead_says_which_and_offers_the_best_regular_junior():
    problem = row("PLWPRRW", counties=[0, 0, 0, 1, 1, 1, 1])
    with pytest.raises(InfeasibleError) as caught:
        group_units(problem)
    (conflict,) = caught.value.conflicts
    assert (conflict.rule, conflict.amount, conflict.unit) == ("junior_lead", 1.0, "school")
    assert "county 1" in conflict.problem.say("en")
    said = [r.say("en") for r in caught.value.relaxations]
    assert any("R5" in s for s in said)  # quality .2 against R4's .1
    assert not any("R4" in s for s in said)


def test_schools_without_a_county_are_said_to_be_of_the_whole_area():
    with pytest.raises(InfeasibleError) as caught:
        group_units(dataclasses.replace(row("PWP"), county_names=("",)))
    assert all(line.startswith(("全域：", "可放宽：")) for line in caught.value.say("zh").splitlines())


def test_too_many_weak_schools_for_the_leads_is_counted_and_three_weak_is_offered():
    problem = row("PLWWW")
    with pytest.raises(InfeasibleError) as caught:
        group_units(problem)
    assert {(c.rule, c.amount) for c in caught.value.conflicts} == {("junior_lead", 1.0), ("primary", 1.0)}
    assert [r.say("en") for r in caught.value.relaxations] == [
        "allow 3 weak junior school(s) in a district ([grouping.forms.alliance.counts] junior_weak = [1, 3])"
    ]
    loose = problem.spec.replace(counts={**problem.spec.counts, "junior_weak": (1, 3)})
    assert whole(dataclasses.replace(problem, spec=loose), group_units(dataclasses.replace(problem, spec=loose)))


def test_an_island_without_a_lead_offers_districts_in_pieces():
    problem = row("PLWP", edges=[(0, 1), (1, 2)])
    with pytest.raises(InfeasibleError) as caught:
        group_units(problem)
    assert {c.rule for c in caught.value.conflicts} == {"junior_lead", "junior_weak"}
    assert any("connected = false" in r.say("en") for r in caught.value.relaxations)
    assert group_units(dataclasses.replace(problem, spec=problem.spec.replace(connected=False))).status == "optimal"


def test_connection_alone_can_make_it_impossible_and_is_named():
    """W W W stand between the leads' sides: the middle of L P L W W W P can reach only one lead within two weak."""
    problem = row("LPLWWWP")
    with pytest.raises(InfeasibleError) as caught:
        group_units(problem)
    assert {c.rule for c in caught.value.conflicts} == {"connected"}


def test_a_unit_with_three_weak_schools_is_named():
    problem = dataclasses.replace(row("PLWWWL"), unit_of_member=np.array([0, 1, 2, 2, 2, 3]), county_of_unit=np.zeros(4, dtype=np.int64))
    problem = dataclasses.replace(problem, edges=np.array([[0, 1], [1, 2], [2, 3]]))
    with pytest.raises(InfeasibleError) as caught:
        group_units(problem)
    assert "W2, W3, W4" in caught.value.say("en")


def test_every_conflict_and_relaxation_speaks_chinese():
    with pytest.raises(InfeasibleError) as caught:
        group_units(row("PLWPRRW", counties=[0, 0, 0, 1, 1, 1, 1]))
    assert "牵头优质初中" in caught.value.say("zh")


def test_forms_are_named_and_an_unknown_one_is_refused():
    assert "alliance" in FORMS
    with pytest.raises(DataError, match="alliance"):
        district_form("none")


def test_the_checker_finds_a_broken_rule_of_each_kind():
    problem = row("PLWWLP", counties=[0, 0, 0, 0, 1, 1])
    rules = {v.rule for v in check_grouping(problem, [0, 0, 1, 0, 1, 0], [1, 4])}
    assert {"connected", "within_county", "primary"} <= rules
    assert {v.rule for v in check_grouping(problem, [0] * 6, [2])} >= {"centre", "within_county"}
    assert {v.rule for v in check_grouping(problem, [0, 0, 0, -1, -1, -1], [1])} == {"covered"}


def test_the_solver_keeps_stdout_clean(capfd):
    group_units(row("PLWWLP", spec=district_form("alliance")))
    assert capfd.readouterr().out == ""
