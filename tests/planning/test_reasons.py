"""Why a block goes where it goes, on a strip of twelve blocks of 100 m (A in b01, B in b04, C in b07, D in b10): every reason once."""

from __future__ import annotations

import dataclasses
import sqlite3

import numpy as np
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.model.settings import InputSpec, Settings, ZoningRules, ZoningSettings
from districting.planning.cut_blocks import cut_blocks
from districting.planning.plan_ground import stage_ground
from districting.planning.reasons import with_reasons
from districting.planning.scenarios import deliver_estate
from tests.planning.strip_city import QUARTERS, strip_city


def city_with(plan_of=None, **zoning):
    """The strip with some schools' seats changed, and rules or goals."""
    city = strip_city()
    stages = city.school_stages.assign(plan=[(plan_of or {}).get(s, 4.0) for s in city.school_stages["school_id"]])
    return dataclasses.replace(city, school_stages=stages, settings=Settings(zoning={"primary": ZoningSettings(**zoning)}))


@pytest.fixture(scope="module")
def plan():
    return dt.make_plan(strip_city())


def zones(words: str) -> list[str]:
    """The zones of the twelve blocks, a letter each."""
    return [f"P-{w}" for w in words]


def redrawn(plan, words: str, **changes):
    """The plan with other zones and seats, as if somebody had drawn them."""
    return with_reasons(plan.replace(blocks=plan.blocks.assign(zone_id_primary=zones(words)), **changes))


def reasons(plan) -> dict[str, str]:
    """Reasons other than that the school is the nearest."""
    rows = plan.reasons.set_index("block_id")["reason"]
    return {b: r for b, r in rows.items() if r != "nearest"}


def test_everybody_at_the_nearest_school_needs_no_other_reason(plan):
    assert plan.blocks["zone_id_primary"].tolist() == QUARTERS
    assert reasons(plan) == {}
    assert plan.reasons["rank"].tolist() == [1] * 12
    assert plan.reasons["nearest_m"].tolist() == plan.reasons["assigned_m"].tolist() == [100.0, 0.0, 100.0] * 4


def test_a_full_school_sends_its_last_block_next_door(plan):
    """A has two seats for b00, b01 and b02: b02 goes 200 m to B, its second nearest."""
    made = dt.make_plan(city_with({"A": 2.0}))
    assert reasons(made) == {"b02": "seats"}
    row = made.reasons.set_index("block_id").loc["b02"]
    assert (row["nearest_school_id"], row["nearest_m"], row["assigned_m"], row["rank"]) == ("A", 100.0, 200.0, 2)


def test_a_river_between_a_block_and_its_nearest_school(plan):
    """The border of b01 and b02 is closed: b02 would be an island in A's zone, though A has seats."""
    edges = plan.edges.assign(cut=[a == "b01" and b == "b02" for a, b in zip(plan.edges["block_a"], plan.edges["block_b"], strict=True)])
    assert reasons(redrawn(plan, "AABBBBCCCDDD", edges=edges)) == {"b02": "connected"}


def test_a_block_that_holds_its_zone_together_stays(plan):
    """b02 to b05 are B's, and so is b06, which is nearest to C: without b06, b07 would be cut off from B. C has b08 alone and stands in it."""
    places = plan.schools.copy()
    places.loc[places["school_id"] == "C", "geometry"] = shapely.Point(810, 50)
    seats = plan.seats.assign(seats=[4.0, 9.0, 4.0, 4.0])
    found = reasons(redrawn(plan, "AAABBBBBCDDD", schools=places, seats=seats))
    assert found["b06"] == "connected"
    assert found["b07"] == "open"


def test_a_schools_own_block_goes_to_it_though_another_is_nearer(plan):
    """B moves into the corner of b04 (69 m from its middle) and C to the near edge of b05 (51 m)."""
    places = plan.schools.copy()
    places["geometry"] = [shapely.Point(150, 50), shapely.Point(401, 1), shapely.Point(501, 50), shapely.Point(1050, 50)]
    assert reasons(redrawn(plan, "AAABBCCCCDDD", schools=places))["b04"] == "home_block"


def test_an_address_exception_is_its_own_reason(plan):
    rows = pd.DataFrame({"block_id": ["b05"], "stage": "primary", "school_id": "D", "reason": "", "temporary_until": [2026.0]})
    assert reasons(redrawn(plan, "AAABBDCCCDDD", exceptions=rows))["b05"] == "exception"
    over = rows.assign(temporary_until=[2025.0])
    assert reasons(redrawn(plan, "AAABBDCCCDDD", exceptions=over))["b05"] != "exception"


def test_a_county_line_keeps_a_block_from_the_school_across_it(plan):
    """C stands just across the line, 51 m from b05; B is 100 m away."""
    places = plan.schools.copy()
    places.loc[places["school_id"] == "C", "geometry"] = shapely.Point(601, 50)
    blocks = plan.blocks.assign(county_code=["X"] * 6 + ["Y"] * 6)
    assert reasons(with_reasons(plan.replace(blocks=blocks, schools=places)))["b05"] == "county"


def test_where_nobody_lives_the_block_goes_with_its_neighbours(plan):
    demand = plan.demand.assign(pupils=[0.0 if b == "b03" else 1.0 for b in plan.demand["block_id"]])
    assert reasons(redrawn(plan, "AAAABBCCCDDD", demand=demand)) == {"b03": "nobody"}


def test_a_school_keeps_the_pupils_it_must_have(plan):
    rules = pd.concat([plan.rules, plan.rules.iloc[:1].assign(rule="minimum_fill", value="1")], ignore_index=True)
    assert reasons(redrawn(plan, "AAAABBCCCDDD", rules=rules)) == {"b03": "minimum_fill"}


def test_a_locked_block_and_a_compound_say_so():
    city = city_with({"A": 5.0}, rules=ZoningRules(locked=InputSpec("locked.csv")))
    table = pd.DataFrame({"block_id": ["b03"], "school_id": ["A"]})
    assert reasons(dt.make_plan(dataclasses.replace(city, rule_tables={"zoning.primary.rules.locked": table}))) == {"b03": "locked"}
    city = city_with({"A": 5.0, "B": 2.0}, rules=ZoningRules(keep_together="compound"))
    blocks = city.blocks.assign(compound=[None, None, "x", "x", *[None] * 8])
    assert reasons(dt.make_plan(dataclasses.replace(city, blocks=blocks))) == {"b03": "seats"}
    city = city_with({"A": 4.0, "B": 4.0}, rules=ZoningRules(keep_together="compound"))
    blocks = blocks.assign(entrants_primary=[1, 1, 2, 1, *[0.5] * 8])
    city = dataclasses.replace(city, blocks=blocks, school_stages=city.school_stages.assign(plan=[5.0, 4.0, 4.0, 4.0]))
    assert reasons(dt.make_plan(city)) == {"b03": "together"}


def test_a_weight_on_moves_or_another_goal_is_named_where_no_rule_stands_in_the_way(plan):
    """b03 is nearest to B, which has a free seat, and stays with A."""
    assert reasons(redrawn(plan, "AAAABBCCCDDD")) == {"b03": "open"}
    weight = pd.DataFrame({"part": "zoning.primary", "key": ["weight.balance"], "value": ["100.0"]})
    assert reasons(redrawn(plan, "AAAABBCCCDDD", provenance=pd.concat([plan.provenance, weight]))) == {"b03": "goal"}
    weight["key"] = "weight.stability"
    today = pd.DataFrame({"block_id": ["b03"], "stage": "primary", "school_id": "A"})
    assert reasons(redrawn(plan, "AAAABBCCCDDD", provenance=pd.concat([plan.provenance, weight]), today=today)) == {"b03": "stability"}
    rules = pd.concat([plan.rules, plan.rules.iloc[:1].assign(rule="travel_growth", value="0.2")], ignore_index=True)
    assert reasons(redrawn(plan, "AAAABBCCCDDD", rules=rules)) == {"b03": "rule"}


def test_a_scenario_and_somebodys_own_zones_get_reasons_too(plan):
    after = deliver_estate(plan, "primary", {"b00": 2}).plan
    assert reasons(after) == {"b02": "seats"}
    own = dt.plan_from_assignment(plan, dict(zip(plan.blocks["block_id"], "AAAABBCCCDDD", strict=True)), "primary")
    assert reasons(own) == {"b03": "open"}


def test_a_plan_file_of_before_the_table_existed_still_reads(plan, tmp_path):
    path = tmp_path / "old.gpkg"
    dt.write_plan(plan, path)
    pd.testing.assert_series_equal(dt.read_plan(path).reasons["reason"], plan.reasons["reason"], check_dtype=False)
    with sqlite3.connect(path) as base:
        base.execute("DROP TABLE reasons")
        base.execute("DELETE FROM gpkg_contents WHERE table_name = 'reasons'")
    assert len(dt.read_plan(path).reasons) == 0


def test_distances_from_a_table_are_ranked_as_the_table_has_them(plan):
    """By road b02 has 900 m to A, 300 m to B and 500 m to C."""
    arcs = pd.DataFrame({"block_id": "b02", "stage": "primary", "school_id": ["A", "B", "C"], "distance_m": [900.0, 300.0, 500.0]})
    held = plan.provenance.assign(value=plan.provenance["value"].where(plan.provenance["key"] != "distance", "road.csv"))
    ways = stage_ground(plan.replace(distances=arcs, provenance=held), "primary").ways
    at = 2
    assert (ways.nearest[at], ways.nearest_m[at]) == (1, 300.0)
    assert ways.nearer(np.full(12, 900.0))[at] == 2
    assert ways.metres(np.array([at]), np.array([3])).tolist() == [np.inf]


@pytest.mark.parametrize("seed", range(5))
def test_cut_blocks_are_those_whose_absence_parts_their_zone(seed):
    """Against taking every block out in turn, on a grid of 7 x 7 with three zones drawn at random."""
    rng = np.random.default_rng(seed)
    cell = np.arange(49).reshape(7, 7)
    edges = np.concatenate([np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]), np.column_stack([cell[:-1].ravel(), cell[1:].ravel()])])
    zone = rng.integers(0, 3, 49)
    zone[rng.permutation(49)[:25]] = 0

    def pieces(members: set[int]) -> int:
        left, count = set(members), 0
        while left:
            count += 1
            stack = [left.pop()]
            while stack:
                here = stack.pop()
                for a, b in edges.tolist():
                    there = b if a == here else a if b == here else -1
                    if there in left:
                        left.remove(there)
                        stack.append(there)
        return count

    found = cut_blocks(edges, zone, np.array([0, 2]))
    for block in range(49):
        members = {i for i in range(49) if zone[i] == zone[block]}
        alone = not any(block in pair and zone[pair[0]] == zone[pair[1]] for pair in edges.tolist())
        parts = zone[block] != 1 and not alone and pieces(members - {block}) > pieces(members)
        assert found[block] == parts
