"""Every reason in REASONS: words for it, and a city in which it is the answer. The cities are those of tests/planning/test_reasons.py: twelve blocks in a row, A B C D."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
import shapely

import districting as dt
from districting.model.settings import InputSpec, ZoningRules
from districting.planning import reasons
from districting.planning.reasons import REASONS
from districting.wording import LANGUAGES, catalogue
from tests.planning.strip_city import strip_city
from tests.planning.test_reasons import city_with, redrawn

STAYS = "AAAABBCCCDDD"
"""b03 is nearest to B, which has room, and goes to A."""


@pytest.fixture(scope="module")
def plan():
    return dt.make_plan(strip_city())


def ruled(rule, block, school, plan_of):
    """The strip solved with a table of locked or forbidden pairs."""
    city = city_with(plan_of, rules=ZoningRules(**{rule: InputSpec(f"{rule}.csv")}))
    table = pd.DataFrame({"block_id": [block], "school_id": [school]})
    return dt.make_plan(dataclasses.replace(city, rule_tables={f"zoning.primary.rules.{rule}": table}))


def compound():
    city = city_with({"A": 4.0, "B": 4.0}, rules=ZoningRules(keep_together="compound"))
    blocks = city.blocks.assign(compound=[None, None, "x", "x", *[None] * 8], entrants_primary=[1, 1, 2, 1, *[0.5] * 8])
    return dt.make_plan(dataclasses.replace(city, blocks=blocks, school_stages=city.school_stages.assign(plan=[5.0, 4.0, 4.0, 4.0])))


def moved(plan, school, x, y=50, **changes):
    places = plan.schools.copy()
    places.loc[places["school_id"] == school, "geometry"] = shapely.Point(x, y)
    return plan.replace(schools=places, **changes)


def weighed(plan, goal, **changes):
    row = pd.DataFrame({"part": "zoning.primary", "key": [f"weight.{goal}"], "value": ["100.0"]})
    return redrawn(plan, STAYS, provenance=pd.concat([plan.provenance, row]), **changes)


def with_rule(plan, rule, value):
    return redrawn(plan, STAYS, rules=pd.concat([plan.rules, plan.rules.iloc[:1].assign(rule=rule, value=value)], ignore_index=True))


def exception(plan):
    row = pd.DataFrame({"block_id": ["b05"], "stage": "primary", "school_id": "D", "reason": "", "temporary_until": [2026.0]})
    return redrawn(plan, "AAABBDCCCDDD", exceptions=row)


def home(plan):
    at = [shapely.Point(150, 50), shapely.Point(401, 1), shapely.Point(501, 50), shapely.Point(1050, 50)]
    places = plan.schools.copy()
    places["geometry"] = at
    return redrawn(plan, "AAABBCCCCDDD", schools=places)


def river(plan):
    cut = [a == "b01" and b == "b02" for a, b in zip(plan.edges["block_a"], plan.edges["block_b"], strict=True)]
    return redrawn(plan, "AABBBBCCCDDD", edges=plan.edges.assign(cut=cut))


def own_district(plan):
    """The district keeps b03 from B, its nearest."""
    marks = {"primary": reasons.RuleMarks(outside=frozenset({("b03", "P-B")}))}
    return reasons.with_reasons(plan.replace(blocks=plan.blocks.assign(zone_id_primary=[f"P-{w}" for w in STAYS])), marks=marks)


CASES = {
    "nearest": ("b00", lambda plan: plan),
    "exception": ("b05", exception),
    "locked": ("b03", lambda _: ruled("locked", "b03", "A", {"A": 5.0})),
    "home_block": ("b04", home),
    "county": ("b05", lambda plan: reasons.with_reasons(moved(plan, "C", 601, blocks=plan.blocks.assign(county_code=[*"XXXXXXYYYYYY"])))),
    "district": ("b03", own_district),
    "forbidden": ("b03", lambda _: ruled("forbidden", "b03", "B", {"A": 5.0})),
    "nobody": ("b03", lambda plan: redrawn(plan, STAYS, demand=plan.demand.assign(pupils=[float(b != "b03") for b in plan.demand["block_id"]]))),
    "seats": ("b02", lambda _: dt.make_plan(city_with({"A": 2.0}))),
    "connected": ("b02", river),
    "minimum_fill": ("b03", lambda plan: with_rule(plan, "minimum_fill", "1")),
    "together": ("b03", lambda _: compound()),
    "stability": ("b03", lambda plan: weighed(plan, "stability", today=pd.DataFrame({"block_id": ["b03"], "stage": "primary", "school_id": "A"}))),
    "goal": ("b03", lambda plan: weighed(plan, "balance")),
    "rule": ("b03", lambda plan: with_rule(plan, "travel_growth", "0.2")),
    "open": ("b03", lambda plan: redrawn(plan, STAYS)),
}
"""Reason -> a block that has it, and its plan."""


def broken(reason, plan):
    """What is wrong with a reason."""
    found = set() if set(catalogue("map").get(f"why_{reason}", ())) == set(LANGUAGES) else {"words"}
    if reason not in CASES:
        return {*found, "no city in which it is the answer"}
    block, made = CASES[reason]
    given = made(plan).reasons.set_index("block_id")["reason"]
    found |= set() if given[block] == reason else {f"{block} is {given[block]}"}
    return found | {f"unknown: {r}" for r in set(given) - set(REASONS)}


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_has_words_and_a_city_in_which_it_is_the_answer(reason, plan):
    assert broken(reason, plan) == set()


def test_a_reason_that_nothing_gives_is_caught(plan, monkeypatch):
    monkeypatch.setattr(reasons, "REASONS", (*REASONS, "planted"))
    assert broken("planted", plan) == {"words", "no city in which it is the answer"}
    monkeypatch.setattr(reasons, "stability_weighs", lambda *_: False)
    assert broken("stability", plan) == {"b03 is goal"}
