"""What if, on a strip of twelve blocks whose answers can be seen: who moves, what stays, what is refused and what would help."""

from __future__ import annotations

import pandas as pd
import pytest

import districting as dt
from districting.auditing import audit_plan
from districting.planning.scenarios import (
    CloseSchool,
    DeliverEstate,
    OpenSchool,
    RedrawOptions,
    apply_changes,
    close_school,
    deliver_estate,
    open_school,
)
from tests.planning.strip_city import QUARTERS, strip_city


@pytest.fixture(scope="module")
def plan():
    made = dt.make_plan(strip_city())
    assert made.blocks["zone_id_primary"].tolist() == QUARTERS
    return made


def zones(plan) -> list[str]:
    return plan.blocks["zone_id_primary"].tolist()


def test_an_estate_that_fits_moves_nobody(plan):
    found = deliver_estate(plan, "primary", {"b00": 1})
    assert zones(found.plan) == QUARTERS
    assert found.report["pupils_moved"] == 0
    assert found.report["price_pupil_km"] == pytest.approx(0)
    assert found.plan.demand.set_index("block_id")["pupils"]["b00"] == 2
    assert plan.demand.set_index("block_id")["pupils"]["b00"] == 1


def test_an_estate_too_big_pushes_the_last_block_next_door_and_leaves_the_rest(plan):
    found = deliver_estate(plan, "primary", {"b00": 2})
    assert zones(found.plan) == ["P-A"] * 2 + ["P-B"] * 4 + QUARTERS[6:]
    assert found.report["pupils_moved"] == 1
    assert found.report["zones_changed"] == 2
    assert found.report["zones_touched"] == 2


def test_today_of_the_new_plan_is_the_plan_before_and_the_audit_counts_the_move(plan):
    after = deliver_estate(plan, "primary", {"b00": 2}).plan
    assert after.today.set_index("block_id")["school_id"]["b02"] == "A"
    assert audit_plan(after).value("pupils_moved", "primary") == 1
    assert audit_plan(after).value("pupils_over_seats", "primary") == 0


def test_a_new_school_gets_its_block_and_only_its_neighbours_give(plan):
    """N opens in b06 with two seats. At 10 m a move it takes b06 and b05 (100 m, against 100 m to B: no gain) or stays with b06 alone."""
    found = open_school(plan, "primary", OpenSchool("N", 2, "b06"), RedrawOptions(stability_m=10.0))
    after = zones(found.plan)
    assert after[6] == "P-N"
    assert after[:3] == QUARTERS[:3]
    assert after[9:] == QUARTERS[9:]
    assert found.report["pupils_moved"] == sum(a != b for a, b in zip(after, QUARTERS, strict=True))
    assert "N" in found.plan.schools["school_id"].tolist()
    assert found.plan.zones[found.plan.zones["stage"] == "primary"]["zone_id"].tolist() == ["P-A", "P-B", "P-C", "P-D", "P-N"]
    arcs = found.plan.distances.set_index(["block_id", "school_id"])["distance_m"]
    assert arcs["b06", "N"] == pytest.approx(0)


def test_a_school_that_closes_is_shared_out_among_its_neighbours(plan):
    """C (b06 to b08) closes and B and D have one free seat each: one block too many, until B has two."""
    with pytest.raises(dt.InfeasibleError) as refused:
        close_school(plan, "primary", "C")
    assert refused.value.exit_code == 3
    assert refused.value.conflicts[0].amount == 1
    roomy = plan.replace(seats=plan.seats.assign(seats=[4.0, 5.0, 4.0, 4.0]))
    found = close_school(roomy, "primary", "C")
    assert zones(found.plan) == ["P-A"] * 3 + ["P-B"] * 5 + ["P-D"] * 4
    assert found.report["pupils_moved"] == 3
    assert "C" not in found.plan.seats["school_id"].tolist()
    by_name = close_school(roomy, "primary", "school C")
    assert zones(by_name.plan) == zones(found.plan)


def test_the_least_widening_is_named_and_works(plan):
    """C closes, B and D have one free seat each and A two: A is the neighbours' neighbour."""
    roomy = plan.replace(seats=plan.seats.assign(seats=[5.0, 4.0, 4.0, 4.0]))
    with pytest.raises(dt.InfeasibleError) as refused:
        close_school(roomy, "primary", "C")
    assert "neighbours of the neighbours" in refused.value.say("en")
    assert "邻片的邻片" in refused.value.say("zh")
    found = close_school(roomy, "primary", "C", RedrawOptions(touch="second"))
    assert zones(found.plan) == ["P-A"] * 4 + ["P-B"] * 4 + ["P-D"] * 4
    assert found.report["pupils_moved"] == 4


def test_several_changes_are_one_scenario(plan):
    changes = [CloseSchool("C"), OpenSchool("N", 4, "b08"), DeliverEstate("b00", 1)]
    found = apply_changes(plan, "primary", changes)
    assert zones(found.plan)[8] == "P-N"
    assert zones(found.plan)[:3] == QUARTERS[:3]
    assert found.plan.recorded("scenario.primary", "changes") == "close C; open N 4 b08; estate b00 1"


def test_what_does_not_exist_is_refused_all_at_once(plan):
    changes = [CloseSchool("X"), OpenSchool("A", 4, "b08"), OpenSchool("N", 0, "zz"), DeliverEstate("b99", 3)]
    with pytest.raises(dt.DataError) as refused:
        apply_changes(plan, "primary", changes)
    assert len(refused.value.faults) == 5
    with pytest.raises(dt.DataError):
        apply_changes(plan, "junior", [CloseSchool("A")])
    with pytest.raises(dt.DataError):
        apply_changes(plan, "primary", [])


def test_a_scenario_of_a_scenario_goes_on_from_there(plan):
    once = deliver_estate(plan, "primary", {"b00": 2}).plan
    twice = deliver_estate(once, "primary", {"b11": 2})
    assert zones(twice.plan) == ["P-A"] * 2 + ["P-B"] * 4 + ["P-C"] * 4 + ["P-D"] * 2
    assert twice.plan.today.set_index("block_id")["school_id"]["b02"] == "B"


def test_exceptions_stay_through_a_scenario(plan):
    """b05 belongs to D by exception until 2026: it stays with D, and B is pushed around it."""
    rows = pd.DataFrame({"block_id": ["b05"], "stage": "primary", "school_id": "D", "reason": "", "temporary_until": [2026.0]})
    blocks = plan.blocks.assign(zone_id_primary=[*QUARTERS[:5], "P-D", *QUARTERS[6:]])
    excepted = plan.replace(blocks=blocks, exceptions=rows)
    found = deliver_estate(excepted, "primary", {"b00": 2})
    assert zones(found.plan)[5] == "P-D"
    assert zones(found.plan)[2] == "P-B"
    assert len(found.plan.exceptions) == 1


def test_a_refusal_names_the_schools_and_blocks_and_not_their_places_in_a_list(plan):
    """C closes: its three pupils and those of B and D, nine in all, share eight seats. Lifting the frame of the scenario itself is not on offer."""
    with pytest.raises(dt.InfeasibleError) as refused:
        close_school(plan, "primary", "C")
    assert "9 pupils of 9 block(s) can only reach school B, school D, which have 8 seats" in refused.value.say("en")
    assert "只能去school B、school D，学位8个" in refused.value.say("zh")
    assert "forbidden" not in refused.value.say("en")
    with pytest.raises(dt.InfeasibleError) as refused:
        deliver_estate(plan, "primary", {"b01": 9})
    assert "block b01, which holds school school A, has 10 pupils for 4 seats" in refused.value.say("en")
    assert "could be relaxed: add 6 seats at school school A" in refused.value.say("en")


def test_a_refusal_names_the_school_that_opens(plan):
    with pytest.raises(dt.InfeasibleError) as refused:
        open_school(plan, "primary", OpenSchool("new one", 0.5, "b06"))
    assert "block b06, which holds school new one, has 1 pupils for 0.5 seats" in refused.value.say("en")
