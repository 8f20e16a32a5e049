"""Responsible inspectors: every school has exactly one, nobody has more than the cap, and no other way is shorter."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.model.settings import GovernanceSettings
from districting.planning.governance import add_governance, assign_inspectors
from districting.planning.governance import inspectors as module
from tests.planning.governance.drawn_districts import ROWS, drawn_plan


def line(*places):
    at = np.array(places, dtype=float)
    return np.abs(at[:, None] - at[None, :])


def best_by_trial(distance, load):
    """Every choice of stations and every way to send the schools to them."""
    n = len(distance)
    count = -(-n // load)
    best = np.inf
    for held in itertools.combinations(range(n), count):
        for sent in itertools.product(held, repeat=n):
            if max(sent.count(h) for h in held) <= load:
                best = min(best, sum(distance[h, i] for i, h in enumerate(sent)))
    return best


def test_one_inspector_of_three_schools_is_stationed_in_the_middle():
    found = assign_inspectors(line(0, 1, 2), 5)
    assert (found.station_of_school.tolist(), found.objective, found.status) == ([1, 1, 1], 2.0, "optimal")


def test_a_cap_of_two_parts_the_four_schools_of_a_street():
    found = assign_inspectors(line(0, 1, 10, 12), 2)
    assert found.objective == 3.0
    assert np.unique(found.station_of_school, return_counts=True)[1].tolist() == [2, 2]


def test_the_cap_sends_a_school_past_its_nearest_station():
    found = assign_inspectors(line(0, 1, 2, 3, 50, 51), 3)
    assert np.unique(found.station_of_school, return_counts=True)[1].max() == 3
    assert found.objective == 2 + 1 + 47  # 0 and 2 to 1; one of 3, 50 and 51 far from the middle of its three


def test_with_a_cap_of_one_every_school_is_a_station():
    assert assign_inspectors(line(0, 1, 5), 1).station_of_school.tolist() == [0, 1, 2]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=5), st.integers(1, 4))
def test_no_way_found_by_trial_is_shorter(places, load):
    xy = np.array(places, dtype=float)
    distance = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1))
    found = assign_inspectors(distance, load)
    assert found.objective == pytest.approx(best_by_trial(distance, load), abs=1e-6)
    assert found.status == "optimal"
    stations, schools = np.unique(found.station_of_school, return_counts=True)
    assert schools.max() <= load
    assert len(stations) == -(-len(xy) // load)


def test_where_the_programme_is_not_built_the_bound_is_true_and_the_gap_is_said(monkeypatch):
    distance = line(0, 1, 2, 3, 50, 51)
    best = best_by_trial(distance, 3)
    monkeypatch.setattr(module, "LARGEST_EXACT", 0)
    found = assign_inspectors(distance, 3)
    assert 0 < found.bound <= best <= found.objective
    assert (found.status, found.gap > 0) == ("feasible", True)
    assert np.unique(found.station_of_school, return_counts=True)[1].max() <= 3


def test_a_school_without_a_place_has_an_inspector_and_holds_no_station():
    distance = line(0, 1, 2, 9)
    distance[3, :] = distance[:, 3] = np.nan
    found = assign_inspectors(distance, 2)
    assert 3 not in found.station_of_school
    assert np.unique(found.station_of_school, return_counts=True)[1].tolist() == [2, 2]
    assert found.objective == 1.0


def test_each_school_of_the_plan_has_exactly_one_inspector_inside_its_district():
    table = add_governance(drawn_plan()).inspectors
    assert sorted(table["school_id"]) == ["A", "B", "N", "P", "Q"]
    first = table[table["area"] == "D01"]
    assert (set(first["inspector"]), set(first["station_id"]), set(first["load"])) == ({"D01-1"}, {"N"}, {3})
    assert table.set_index("school_id")["distance_m"].loc[["A", "N", "P"]].tolist() == [1000.0, 0.0, 1000.0]


def test_a_cap_of_two_gives_the_first_district_a_second_inspector():
    table = add_governance(drawn_plan(), GovernanceSettings(inspector_load=2)).inspectors
    assert table.groupby("area")["inspector"].nunique().to_dict() == {"D01": 2, "D02": 1}
    assert table.groupby("inspector").size().max() == 2


def test_inside_a_county_five_schools_share_one_inspector():
    plan = add_governance(drawn_plan(), GovernanceSettings(inspector_area="county"))
    assert set(plan.inspectors["station_id"]) == {"P"}
    assert plan.recorded("governance.alliance", "inspectors.objective") == repr(2000.0 + 1000 + 8000 + 13000)
    assert plan.recorded("governance.alliance", "inspectors.status") == "optimal"


def test_a_school_in_two_districts_is_looked_after_where_it_leads():
    table = add_governance(drawn_plan(rows=(*ROWS, ("D01", "B", "junior", "member", 80.137)))).inspectors
    assert table[table["school_id"] == "B"]["area"].tolist() == ["D02"]
