"""Why a block goes to its school and who would move if it did not, on strips and grids where a person can check the answer."""

from __future__ import annotations

import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.model.settings import Settings, ZoningObjective, ZoningSettings
from districting.outputs.explained import block_lines
from districting.planning.if_moved import MoveOptions
from districting.planning.plan_part import part_of_plan
from districting.planning.reasons import with_reasons
from tests.planning.strip_city import CRS, strip_city
from tests.planning.test_reasons import city_with, redrawn


@pytest.fixture(scope="module")
def plan():
    return dt.make_plan(strip_city())


def rules(told) -> list[str]:
    return [c.rule for c in told.causes]


def test_a_block_at_its_nearest_school_needs_no_proof(plan):
    told = dt.explain_block(plan, "b00")
    assert (told.reason, told.assigned.school_id, told.nearest.school_id, told.assigned.rank) == ("nearest", "A", "A", 1)
    assert told.causes == ()
    assert told.if_moved is None


def test_a_full_school_and_the_proof_that_there_is_no_other_way():
    """A has two seats, one of them for its own block b01. With b02 in it, b00 would have no seat and no other neighbour: no plan."""
    told = dt.explain_block(dt.make_plan(city_with({"A": 2.0})), "b02")
    assert told.reason == "seats"
    assert (told.nearest.school_id, told.nearest.distance_m, told.nearest.seats, told.nearest.load) == ("A", 100.0, 2.0, 2.0)
    assert (told.assigned.school_id, told.assigned.distance_m, told.assigned.rank) == ("B", 200.0, 2)
    assert (told.causes[0].rule, told.causes[0].amount, told.causes[0].unit) == ("seats", 1.0, "pupil")
    assert (told.if_moved.found, told.if_moved.proved) == (False, True)
    assert told.if_moved.why


def test_a_move_that_nobody_else_has_to_follow(plan):
    """b06 goes 100 m to C; B has a free seat, 200 m away."""
    moved = dt.explain_block(plan, "b06", to="B").if_moved
    assert [(s.from_zone, s.to_zone, s.block_ids) for s in moved.shifts] == [("P-C", "P-B", ("b06",))]
    assert (moved.change_pupil_m, moved.low_pupil_m) == (pytest.approx(100.0), pytest.approx(100.0))
    assert moved.zones_changed == 2


def test_a_move_that_pushes_another_block_on():
    """B has three seats, all taken: with b06 in it, b03 goes to A, 200 m instead of 100. Both ways are 100 m longer."""
    told = dt.explain_block(dt.make_plan(city_with({"B": 3.0})), "b06", to="B")
    assert rules(told)[0] == "seats"
    moved = told.if_moved
    assert [(s.from_zone, s.to_zone, s.block_ids) for s in moved.shifts] == [("P-C", "P-B", ("b06",)), ("P-B", "P-A", ("b03",))]
    assert (moved.blocks_moved, moved.pupils_moved) == (2, 2.0)
    assert moved.change_pupil_m == pytest.approx(200.0)
    assert moved.low_pupil_m == pytest.approx(200.0)
    said = "\n".join(block_lines(told, "zh")) + "\n".join(block_lines(told, "en"))
    assert "已证明" in said
    assert "it is proved that no plan with the block there does better" in said


def test_a_block_cannot_jump_over_the_block_of_another_school(plan):
    told = dt.explain_block(plan, "b06", to="A")
    assert rules(told) == ["connected"]
    assert (told.if_moved.found, told.if_moved.proved) == (False, True)
    assert "no chain" in told.if_moved.why[0].say("en")


def test_too_many_pupils_on_the_way_are_a_proof(plan):
    """A has three seats; between A and b03 live b02 (one pupil) and b03 itself has two: four in all."""
    demand = plan.demand.assign(pupils=[2.0 if b == "b03" else 1.0 for b in plan.demand["block_id"]])
    seats = plan.seats.assign(seats=[3.0, 5.0, 4.0, 4.0])
    told = dt.explain_block(with_reasons(plan.replace(demand=demand, seats=seats)), "b03", to="A")
    assert (told.if_moved.found, told.if_moved.proved) == (False, True)
    assert "4 pupils, more than its 3 seats" in told.if_moved.why[0].say("en")


def test_a_river_is_named_as_one(plan):
    edges = plan.edges.assign(cut=[a == "b01" and b == "b02" for a, b in zip(plan.edges["block_a"], plan.edges["block_b"], strict=True)])
    told = dt.explain_block(redrawn(plan, "AABBBBCCCDDD", edges=edges), "b02")
    assert (told.reason, rules(told)) == ("connected", ["barrier"])
    assert (told.if_moved.found, told.if_moved.proved) == (False, True)


def test_a_zone_that_would_fall_apart_is_named_with_what_is_cut_off(plan):
    """B's zone reaches from b03 to b07 while C has moved to b08: without b06, b07 is cut off from B."""
    places = plan.schools.copy()
    places.loc[places["school_id"] == "C", "geometry"] = shapely.Point(810, 50)
    told = dt.explain_block(redrawn(plan, "AAABBBBBCDDD", schools=places, seats=plan.seats.assign(seats=[4.0, 9.0, 4.0, 4.0])), "b06")
    cut = next(c for c in told.causes if c.rule == "connected" and c.amount == 1 and "b07" in c.said.say("en"))
    assert cut.unit == "block"
    assert told.reason == "connected"
    assert told.if_moved.found
    assert told.if_moved.change_pupil_m < 0  # b07 comes along, and both are nearer


def test_a_schools_own_block_an_exception_and_a_county_line_are_proofs(plan):
    places = plan.schools.copy()
    places["geometry"] = [shapely.Point(150, 50), shapely.Point(401, 1), shapely.Point(501, 50), shapely.Point(1050, 50)]
    home = dt.explain_block(redrawn(plan, "AAABBCCCCDDD", schools=places), "b04")
    assert (home.reason, "home_block" in rules(home), home.if_moved.proved) == ("home_block", True, True)
    rows = pd.DataFrame({"block_id": ["b05"], "stage": "primary", "school_id": "D", "reason": "court ruling", "temporary_until": [2026.0]})
    told = dt.explain_block(redrawn(plan, "AAABBDCCCDDD", exceptions=rows), "b05")
    assert (told.reason, rules(told)[0], told.if_moved.found, told.if_moved.proved) == ("exception", "exception", False, True)
    assert "court ruling" in told.causes[0].said.say("zh")
    assert "2026" in told.causes[0].said.say("en")
    places = plan.schools.copy()
    places.loc[places["school_id"] == "C", "geometry"] = shapely.Point(601, 50)
    parted = with_reasons(plan.replace(blocks=plan.blocks.assign(county_code=["X"] * 6 + ["Y"] * 6), schools=places))
    across = dt.explain_block(parted, "b05")
    assert (across.reason, rules(across), across.target.school_id, across.if_moved) == ("county", ["within_county"], "B", None)
    assert "Its school is the nearest of its county" in "\n".join(block_lines(across, "en"))
    named = dt.explain_block(parted, "b05", to="C")
    assert (rules(named), named.if_moved.found, named.if_moved.proved) == (["within_county"], False, True)


def test_a_block_of_an_exception_touches_the_zones_of_its_neighbours_but_not_that_of_another_exception(plan):
    rows = pd.DataFrame({"block_id": ["b05"], "stage": "primary", "school_id": "D", "reason": "court ruling", "temporary_until": [2026.0]})
    beside = redrawn(plan, "AAABBDCCCDDD", exceptions=rows)
    assert ["connected" in rules(dt.explain_block(beside, "b05", to=school)) for school in "ABC"] == [True, False, False]
    both = pd.concat([rows, rows.assign(block_id="b06", school_id="B")], ignore_index=True)
    assert "connected" in rules(dt.explain_block(redrawn(plan, "AAADDDBCCBBB", exceptions=both), "b05", to="B"))


def test_behind_a_county_line_the_nearest_school_of_the_county_is_asked_about_too(plan):
    """C stands just across the line from b05, which goes to A though B, of its own county, is 100 m away: B has no seat left for it."""
    places = plan.schools.copy()
    places.loc[places["school_id"] == "C", "geometry"] = shapely.Point(601, 50)
    seats = plan.seats.assign(seats=[6.0, 1.0, 4.0, 4.0])
    counties = plan.replace(blocks=plan.blocks.assign(county_code=["X"] * 6 + ["Y"] * 6))
    told = dt.explain_block(redrawn(counties, "AAAABACCCDDD", schools=places, seats=seats), "b05")
    assert (told.nearest.school_id, told.target.school_id, told.assigned.school_id) == ("C", "B", "A")
    assert rules(told)[:2] == ["within_county", "seats"]
    assert "本县区最近学校：school B" in "\n".join(block_lines(told, "zh"))


def test_a_distance_cap_and_a_minimum_fill_are_named_with_their_numbers(plan):
    def with_rule(name: str, value: str):
        return pd.concat([plan.rules, plan.rules.iloc[:1].assign(rule=name, value=value)], ignore_index=True)

    far = dt.explain_block(with_reasons(plan.replace(rules=with_rule("maximum_distance_m", "150"))), "b06", to="B")
    assert ("maximum_distance_m", 50.0) in [(c.rule, c.amount) for c in far.causes]
    assert (far.if_moved.found, far.if_moved.proved) == (False, True)
    full = dt.explain_block(redrawn(plan, "AAAABBCCCDDD", rules=with_rule("minimum_fill", "1")), "b03")
    assert ("minimum_fill", 1.0) in [(c.rule, c.amount) for c in full.causes]


def test_rules_the_file_does_not_carry_and_other_goals_are_named(plan):
    held = pd.concat([plan.rules, plan.rules.iloc[:1].assign(rule="travel_growth", value="0.2")], ignore_index=True)
    told = dt.explain_block(redrawn(plan, "AAAABBCCCDDD", rules=held), "b03")
    assert told.not_carried == ("travel_growth",)
    assert told.causes == ()
    assert "路程增幅上限" in "\n".join(block_lines(told, "zh"))
    assert "would break no rule" in "\n".join(block_lines(told, "en"))


def test_the_school_of_today_is_told_also_where_it_has_no_zone_any_more(plan):
    today = pd.DataFrame({"block_id": ["b00", "b01"], "stage": "primary", "school_id": ["B", "old"]})
    asked = plan.replace(today=today)
    assert dt.explain_block(asked, "b00").today.distance_m == pytest.approx(400.0)
    assert (dt.explain_block(asked, "b01").today.school_id, dt.explain_block(asked, "b01").today.distance_m) == ("old", None)
    assert dt.explain_block(asked, "b02").today is None


def test_what_is_unknown_is_refused_with_a_remedy(plan):
    for given in ({"block_id": "b99"}, {"block_id": "b00", "to": "Z"}, {"block_id": "b00", "stage": "junior"}):
        with pytest.raises(dt.DataError) as refused:
            dt.explain_block(plan, **given)
        assert refused.value.faults[0].remedy.say("zh")


def test_without_places_only_rules_bind_and_no_distance_or_price_is_made_up():
    """Blocks and schools given as tables with an edge list, drawn for even loads."""
    city = strip_city()
    ids = city.blocks["block_id"].tolist()
    bare = gpd.GeoDataFrame(city.blocks.drop(columns="geometry"), geometry=[None] * 12, crs=CRS)
    schools = gpd.GeoDataFrame(city.schools.drop(columns="geometry").assign(block_id=["b01", "b04", "b07", "b10"]), geometry=[None] * 4, crs=CRS)
    edges = pd.DataFrame({"block_a": ids[:-1], "block_b": ids[1:], "shared_m": 100.0})
    settings = Settings(zoning={"primary": ZoningSettings(objective=ZoningObjective(distance=0.0, balance=1.0))})
    plan = dt.make_plan(dataclasses.replace(city, blocks=bare, schools=schools, edges=edges, settings=settings))
    assert len(plan.reasons) == 0
    told = dt.explain_block(plan, "b00", to="B")
    assert (told.nearest, told.assigned.distance_m, told.target.seat_price_m) == (None, None, None)
    assert rules(told) == ["connected"]
    assert [w.key for w in told.if_moved.why] == ["explain.proof_no_chain"]
    with pytest.raises(dt.DataError):
        dt.rule_prices(plan, "primary")


def small_city(seats=(5.0, 5.0)):
    """A 3 x 3 grid of blocks of 100 m; P in the corner b00, Q in the middle b11; one to two pupils a block."""
    cells = [(x, y) for y in range(3) for x in range(3)]
    ground = gpd.GeoDataFrame(
        {"block_id": [f"b{x}{y}" for x, y in cells], "name": "", "county_code": "", "entrants_primary": [1.0, 1, 1, 1, 1, 1, 1, 1, 1]},
        geometry=[shapely.box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for x, y in cells],
        crs=CRS,
    )
    base = strip_city({"P": 0, "Q": 1}, blocks=3)
    schools = base.schools.set_geometry([shapely.Point(50, 50), shapely.Point(160, 140)], crs=CRS)
    return dataclasses.replace(base, blocks=ground, schools=schools, school_stages=base.school_stages.assign(plan=list(seats)))


@pytest.mark.parametrize("seats", [(5.0, 5.0), (4.0, 6.0), (6.0, 3.0)])
def test_the_least_change_is_that_of_trying_every_plan(seats):
    """All 512 plans of the grid: with no weight on moves the change found is the least there is, and the bound proves it; with a weight it is no less."""
    plan = dt.make_plan(small_city(seats))
    part = part_of_plan(plan, "primary")
    every = [np.array(x) for x in itertools.product((0, 1), repeat=9)]
    lawful = [x for x in every if dt.check_zoning(part.problem, x) == []]
    metres = part.problem.distance_of
    length = {tuple(x): float((part.problem.demand * metres(np.arange(9), x)).sum()) for x in lawful}
    before = length[tuple(part.label)]
    for block, school in ((b, s) for b in range(9) for s in (0, 1) if part.label[b] != s):
        told = dt.explain_block(plan, part.block_ids[block], to=("P", "Q")[school], options=MoveOptions(stability_m=0.0))
        there = [v for x, v in length.items() if x[block] == school]
        assert told.if_moved.found == bool(there)
        assert told.if_moved.proved
        if there:
            assert told.if_moved.change_pupil_m == pytest.approx(min(there) - before)
            assert told.if_moved.low_pupil_m == pytest.approx(min(there) - before)
            few = dt.explain_block(plan, part.block_ids[block], to=("P", "Q")[school]).if_moved
            assert few.low_pupil_m - 1e-6 <= min(there) - before <= few.change_pupil_m + 1e-6
            assert few.pupils_moved <= told.if_moved.pupils_moved


def test_nothing_stands_in_the_way_just_where_the_independent_check_finds_nothing_broken(grid_city):
    """Every block of the 4 x 4 grid to every school of its county, against the checker."""
    plan = dt.make_plan(grid_city)
    for county in ("A", "B"):
        part = part_of_plan(plan, "junior", county)
        school = [z.removeprefix("J-") for z in part.zone_ids]
        for block, zone in itertools.product(range(len(part.blocks)), range(len(school))):
            if part.label[block] == zone:
                continue
            moved = part.label.copy()
            moved[block] = zone
            broken = {v.rule for v in dt.check_zoning(part.problem, moved)}
            told = dt.explain_block(plan, part.block_ids[block], "junior", to=school[zone])
            assert bool(broken) == bool([c for c in told.causes if c.rule != "seat_price"]), (part.block_ids[block], school[zone], broken)
            assert ("seats" in broken) == ("seats" in rules(told))


def test_the_same_question_has_the_same_answer(plan):
    assert dt.explain_block(plan, "b06", to="B") == dt.explain_block(plan, "b06", to="B")
