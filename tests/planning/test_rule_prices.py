"""What every rule costs, on a strip of twelve blocks where the answer is one block's detour."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

import districting as dt
from districting.model.settings import ZoningObjective, ZoningRules
from districting.outputs.explained import rule_lines
from districting.planning.reasons import with_reasons
from tests.planning.strip_city import strip_city
from tests.planning.test_reasons import city_with


@pytest.fixture(scope="module")
def plan():
    return dt.make_plan(strip_city())


def priced(plan) -> dict[str, tuple[float, float, float]]:
    found = dt.rule_prices(plan, "primary")
    return {r.rule: (pytest.approx(r.value_m, abs=1e-4), pytest.approx(r.low_m, abs=1e-4), pytest.approx(r.high_m, abs=1e-4)) for r in found.rules}


def test_rules_that_bind_nobody_cost_nothing(plan):
    assert priced(plan) == {rule: (0, 0, 0) for rule in ("seats", "connected", "home_block")}
    found = dt.rule_prices(plan, "primary")
    assert found.distance_m == found.least_m == pytest.approx(found.bound_m) == pytest.approx(800.0)
    assert found.seat_prices == ()


def test_seats_cost_the_detour_of_the_block_that_finds_none():
    """A has two seats: b02 goes 200 m instead of 100."""
    made = dt.make_plan(city_with({"A": 2.0}))
    assert priced(made) == {"seats": (100, 100, 100), "connected": (0, 0, 0), "home_block": (0, 0, 0)}
    (school, _, price), *_ = dt.rule_prices(made, "primary").seat_prices
    assert school == "A"
    assert price >= 100


def test_a_river_and_the_rule_it_works_through():
    """The border of b01 and b02 is closed: b02 goes to B, 100 m farther. Without the river, or without connected zones, it goes to A."""
    open_plan = dt.make_plan(strip_city())
    edges = open_plan.edges.assign(cut=[a == "b01" and b == "b02" for a, b in zip(open_plan.edges["block_a"], open_plan.edges["block_b"], strict=True)])
    labels = [f"P-{x}" for x in "AABBBBCCCDDD"]
    parted = open_plan.replace(edges=edges, blocks=open_plan.blocks.assign(zone_id_primary=labels))
    found = priced(parted)
    assert found["barriers"] == found["connected"] == (100, 100, 100)
    assert found["seats"] == (0, 0, 0)


def test_an_exception_costs_its_own_way(plan):
    """b05 goes 500 m to D instead of 100 m to B."""
    rows = pd.DataFrame({"block_id": ["b05"], "stage": "primary", "school_id": "D", "reason": "", "temporary_until": [float("nan")]})
    blocks = plan.blocks.assign(zone_id_primary=[f"P-{x}" for x in "AAABBDCCCDDD"])
    assert priced(plan.replace(exceptions=rows, blocks=blocks))["exceptions"] == (400, 400, 400)


def test_a_county_line_costs_the_way_to_the_school_on_this_side(plan):
    """C stands just across the line, 51 m from b05, which goes 100 m to B; it would have to take the place of nobody."""
    places = plan.schools.copy()
    places.loc[places["school_id"] == "C", "geometry"] = shapely.Point(601, 50)
    crossed = with_reasons(plan.replace(blocks=plan.blocks.assign(county_code=["X"] * 6 + ["Y"] * 6), schools=places))
    assert priced(crossed)["within_county"] == (49, 49, 49)


def test_a_school_that_must_be_half_full_costs_the_way_to_it():
    """A has eight seats, half of which have to be taken: b03 goes 200 m to A instead of 100 m to B."""
    made = dt.make_plan(city_with({"A": 8.0}, rules=ZoningRules(minimum_fill=0.5)))
    assert made.reasons.set_index("block_id")["reason"]["b03"] == "minimum_fill"
    assert priced(made)["minimum_fill"] == (100, 100, 100)


def test_other_goals_have_a_price_too(plan):
    """For even loads b03 fills the last seat of A, 100 m farther than B with its six; that stands in the first row."""
    made = dt.make_plan(city_with({"A": 4.0, "B": 6.0, "C": 3.0, "D": 3.0}, objective=ZoningObjective(balance=5000.0)))
    found = dt.rule_prices(made, "primary")
    assert found.goals == ("balance",)
    assert found.rules[0].rule == "goals"
    assert found.rules[0].value_m == pytest.approx(100.0)
    assert found.rules[0].low_m == found.rules[0].high_m == pytest.approx(100.0)
    assert "学位负荷偏差" in "\n".join(rule_lines(found, "zh"))


def test_intervals_hold_the_value_and_prices_repeat():
    made = dt.make_plan(city_with({"A": 2.0, "C": 2.0}))
    found = dt.rule_prices(made, "primary")
    assert found == dt.rule_prices(made, "primary")
    for rule in found.rules:
        assert 0 <= rule.low_m <= rule.value_m + 1e-6
        assert rule.value_m <= rule.high_m + 1e-6


def test_a_stage_without_zones_is_refused(plan):
    with pytest.raises(dt.DataError):
        dt.rule_prices(plan, "junior")
