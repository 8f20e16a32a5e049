"""Every switch of ``[zoning.STAGE.rules]`` is re-checked in ``checking``: from the config to a problem, a breach is planted in its labels and must be found.

The street has twelve blocks of one pupil, 100 m each, and four primaries of four seats: A in b01, B in b04, C in b07, D in b10.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd
import pytest

from districting.checking import check_zoning
from districting.checking import rules as checking_rules
from districting.errors import InfeasibleError
from districting.model.rules import RULES
from districting.model.settings import InputSpec, Settings, ZoningRules, ZoningSettings
from districting.planning.block_graph import block_graph
from districting.planning.zoning_build import build_stage
from districting.reading.city import City
from districting.wording import LANGUAGES, catalogue
from tests.planning.strip_city import strip_city

QUARTERS, MOVED, ISLAND = "AAABBBCCCDDD", "AAAABBCCCDDD", "AAABBBCCDCDD"
"""Everybody at the nearest school; b03 at A, 200 m instead of 100; b08 and b09 changed, so that C and D lie in two pieces each."""


@dataclass(frozen=True)
class Case:
    """``on`` and ``off``: settings with and without the rule. ``sound`` keeps it, ``breach`` breaks ``rule``; without it ``breach`` is free.

    ``freed``: labels that the rule allows and that break ``rule`` without it, where it is a leave; ``off`` None = nothing to compare with.
    """

    rule: str
    on: dict[str, Any]
    off: dict[str, Any] | None
    breach: str = MOVED
    sound: str = QUARTERS
    freed: str = ""
    city: Callable[[City], City] = lambda city: city


def with_today(words: str = QUARTERS) -> Callable[[City], City]:
    rows = pd.DataFrame({"block_id": [f"b{x:02d}" for x in range(12)], "stage": "primary", "school_id": list(words)})
    return lambda city: dataclasses.replace(city, today=rows)


def with_column(name: str, *values: Any) -> Callable[[City], City]:
    return lambda city: dataclasses.replace(city, blocks=city.blocks.assign(**{name: list(values)}))


def with_schools(name: str, *values: Any) -> Callable[[City], City]:
    return lambda city: dataclasses.replace(city, school_stages=city.school_stages.assign(**{name: list(values)}))


def with_table(rule: str, block: str, school: str) -> Callable[[City], City]:
    table = pd.DataFrame({"block_id": [block], "school_id": [school]})
    return lambda city: dataclasses.replace(city, rule_tables={f"zoning.primary.rules.{rule}": table})


def chained(*changes: Callable[[City], City]) -> Callable[[City], City]:
    def changed(city: City) -> City:
        for change in changes:
            city = change(city)
        return city

    return changed


TOGETHER = (None, None, None, "x", "x", "x", *[None] * 6)
FREE = {"home_block": False}
CASES = {
    "contiguous": Case("connected", {"contiguous": True}, {"contiguous": False}, ISLAND),
    "home_block": Case("home_block", {"home_block": True}, FREE, "BBBBBBCCCDDD"),
    "seats": Case("seats", {"seats": "hard"}, {"seats": "soft"}, "AABBBBBCCDDD"),
    "minimum_fill": Case("minimum_fill", {"minimum_fill": 0.75}, {}, "AAAABBBCCDDD"),
    "maximum_distance_m": Case("maximum_distance", {"maximum_distance_m": 150.0}, {}),
    "travel_growth": Case("travel_growth", {"travel_growth": 0.5}, {}, city=with_today()),
    "travel_growth_free_m": Case(
        "travel_growth", {"travel_growth": 0.5, "travel_growth_free_m": 190.0}, {"travel_growth": 0.5, "travel_growth_free_m": 200.0}, city=with_today()
    ),
    "size_band": Case("size_band", {"size_band": (0.9, 1.1)}, {}, city=with_today()),
    "neighbours_together": Case("neighbours_together", {"neighbours_together": 0.6}, {}, city=with_today()),
    "change_cap": Case("change_cap", {"change_cap": 0.08}, {}, city=with_today()),
    "excuse_islands": Case("connected", {"excuse_islands": True}, {}, ISLAND, freed="AAABBACCCDDD", city=with_today("AAABBACCCDDD")),
    "keep_together": Case("keep_together", {"keep_together": "compound"}, {}, city=with_column("compound", *TOGETHER)),
    "whole_units": Case("whole_units", {"whole_units": "street"}, {}, city=with_column("street", *TOGETHER)),
    "shared_zones": Case("seats", {"shared_zones": "zone"}, None, "AAAAAAAAACDD", "AAAAAAACCDDD", city=with_schools("zone", "z", "z", None, None)),
    "locked": Case("locked", {"locked": InputSpec("l.csv")}, {}, QUARTERS, MOVED, city=with_table("locked", "b03", "A")),
    "forbidden": Case("forbidden", {"forbidden": InputSpec("f.csv")}, {}, city=with_table("forbidden", "b03", "A")),
    "forecast": Case("forecast", {"forecast": ("y1",)}, {}, city=with_column("y1", 1.0, 1.0, 2.0, *[1.0] * 9)),
    "forecast_seats": Case(
        "forecast", {"forecast": ("y1",), "forecast_seats": ("s1",)}, {"forecast": ("y1",)},
        city=chained(with_column("y1", *[1.0] * 12), with_schools("s1", 3.0, 4.0, 4.0, 4.0)),
    ),
}  # fmt: skip
BY_CONSTRUCTION = {"within_county", "share_zone"}
"""Switches that decide what the problem is; each has a test of its own below."""
PRICES = {"seats_price"}
"""No rule: what a pupil over the seats costs."""


def parts_of(city: City, rules: dict[str, Any]) -> tuple:
    settings = Settings(zoning={"primary": ZoningSettings(rules=ZoningRules(**rules))})
    city = dataclasses.replace(city, settings=settings)
    return build_stage(city, block_graph(city), "primary").parts


def breached(case: Case, rules: dict[str, Any], words: str) -> set[str]:
    """Names of the rules that the zones break, a letter for each block: the school, or the first of its zone."""
    ((_, _, _, problem),) = parts_of(case.city(strip_city()), rules)
    letters = sorted({"A" if "shared_zones" in rules and w == "B" else w for w in "ABCD"})
    return {v.rule for v in check_zoning(problem, [letters.index(w) for w in words])}


def broken(switch: str) -> set[str]:
    """What is wrong with the re-check of a switch."""
    case = CASES.get(switch)
    if case is None:
        return set() if switch in BY_CONSTRUCTION | PRICES else {"no planted breach"}
    found = set()
    found |= {f"sound: {rule}" for rule in breached(case, case.on, case.sound)}
    found |= set() if case.rule in breached(case, case.on, case.breach) else {"breach not found"}
    if case.freed:
        found |= {"not freed"} if breached(case, case.on, case.freed) else set()
        found |= {"free without"} if case.rule not in breached(case, case.off or {}, case.freed) else set()
    elif case.off is not None:
        found |= {"found without"} if case.rule in breached(case, case.off, case.breach) else set()
    return found


@pytest.mark.parametrize("switch", [f.name for f in fields(ZoningRules)])
def test_a_planted_breach_of_every_switch_is_found_by_its_name(switch):
    assert broken(switch) == set()


def test_no_case_is_left_of_a_switch_that_is_gone():
    assert set(CASES) | BY_CONSTRUCTION | PRICES == {f.name for f in fields(ZoningRules)}


def test_inside_a_county_there_are_no_positions_of_schools_across_the_line():
    city = with_column("county_code", *"XXXXXXYYYYYY")(strip_city())
    parts = parts_of(city, {"within_county": True})
    assert [p.school_count for _, _, _, p in parts] == [2, 2]
    assert {v.rule for v in check_zoning(parts[0][3], [0, 0, 0, 1, 1, 2])} == {"whole"}
    ((_, _, _, whole),) = parts_of(city, {"within_county": False})
    assert check_zoning(whole, [0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3]) == []


def test_schools_of_one_block_share_its_seats_or_are_refused():
    city = strip_city({"A": 1, "B": 1, "D": 10})
    ((_, _, _, problem),) = parts_of(city, {"share_zone": True})
    assert check_zoning(problem, [0] * 8 + [1] * 4) == []
    assert {v.rule for v in check_zoning(problem, [0] * 9 + [1] * 3)} == {"seats"}
    with pytest.raises(InfeasibleError):
        parts_of(city, {"share_zone": False})


def unchecked() -> set[str]:
    """Rules of the registry without a check, or without words."""
    known = set(checking_rules.CHECKS) | set(checking_rules.FRAME)
    return {name for name in RULES if name not in known or set(catalogue("rules").get(name, ())) != set(LANGUAGES)}


def test_every_rule_of_the_registry_is_checked_and_has_its_words():
    assert unchecked() == set()
    assert not set(checking_rules.CHECKS) & set(checking_rules.FRAME)
    assert set(checking_rules.CHECKS) | set(checking_rules.FRAME) == set(RULES)


def test_a_rule_without_a_check_is_caught(monkeypatch):
    monkeypatch.setitem(RULES, "planted", RULES["locked"])
    assert unchecked() == {"planted"}


@pytest.mark.parametrize("rule", checking_rules.CHECKS)
def test_a_check_that_finds_nothing_is_caught(rule, monkeypatch):
    (*_, switch) = [name for name, case in CASES.items() if case.rule == rule]
    monkeypatch.setitem(checking_rules.CHECKS, rule, lambda *_: [])
    assert "breach not found" in broken(switch)


def test_a_check_that_finds_a_breach_everywhere_is_caught(monkeypatch):
    everywhere = checking_rules.CHECKS["locked"]
    monkeypatch.setitem(
        checking_rules.CHECKS,
        "forbidden",
        lambda rule, problem, label, schools: everywhere(rule, problem, label, schools) or check_zoning(problem, [9] * 12)[:1],
    )
    assert broken("forbidden")
