"""Forms of districts (profiles/forms.toml) and of links (FORMS, MAKERS): words, documents, checkers; and every hard rule of a form has a planted breach that is found."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from districting.checking import grouping as checking
from districting.checking.grouping import check_grouping
from districting.grouping import FORMS as DISTRICT_FORMS
from districting.grouping import district_form
from districting.model.district_spec import WEIGHTS, DistrictSpec
from districting.model.grouping_problem import GroupingProblem
from districting.pairing import FORMS as LINK_FORMS
from districting.planning.links import MAKERS
from districting.planning.links.add import BESIDES, RENEWING
from districting.wording import LANGUAGES, catalogue
from tests.grouping.towns import School, town

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


# ---- links ----


def broken_link(form: str) -> set[str]:
    """What a form of link lacks."""
    if form not in MAKERS or form not in LINK_FORMS:
        return {"registered once only"}
    found = set() if set(catalogue("pairing").get(f"form_{form}", ())) == set(LANGUAGES) else {"words"}
    found |= set() if f"`{form}`" in README else {"readme"}
    maker = MAKERS[form]
    found |= set() if re.search(r"(?m)^from districting\.checking\.pairing\S* import", inspect.getsource(inspect.getmodule(maker))) else {"checker"}
    if form in RENEWING:
        found |= set() if RENEWING[form] is maker and len(inspect.signature(maker).parameters) == 4 else {"renewing"}
    return found


@pytest.mark.parametrize("form", LINK_FORMS)
def test_a_form_of_link_has_words_a_maker_and_a_checker(form):
    assert broken_link(form) == set()


def test_the_forms_of_link_are_those_that_are_made_in_their_order():
    assert list(MAKERS) == list(LINK_FORMS)
    assert set(RENEWING) | set(BESIDES) <= set(MAKERS)


def test_a_form_of_link_that_is_half_registered_is_caught(monkeypatch):
    monkeypatch.setitem(MAKERS, "planted", lambda plan, city, settings: plan)
    assert broken_link("planted") == {"registered once only"}
    monkeypatch.setitem(MAKERS, "county", lambda plan, city, settings: plan)
    assert broken_link("county") == {"checker", "renewing"}


# ---- districts ----

DESCRIBES = {"form", "stages", "units", "takes", "each_stage", "tree", "one_zone", "from_homes", "theme_reach_m", "source", *WEIGHTS}
"""What takes part, what is taken whole, and prices: no hard rule."""
ELSEWHERE = {"children": "counts of the members of each part of a tree", "borders": "which units are neighbours at all"}
"""Settings that become another field of the problem before it is solved; that field is checked."""
FREE = {"connected": False, "within_county": False, "centre": "school"}
PAIR = (School("P", 0), School("P", 1))


def problem(schools, rules: dict[str, Any], **more) -> GroupingProblem:
    return town(DistrictSpec("custom", ("primary", "junior"), units="schools", **{**FREE, **rules}), schools, **more)


BREACHES = {
    "counts": (problem(PAIR, {"counts": {"school": (1, 1)}}), [0, 0], [0], "school"),
    "spread": (problem((School("PL", 0), School("PL", 1), School("P", 2)), {"spread": ("lead",), "districts": (2, 2)}), [0, 0, 1], [0, 2], "lead"),
    "min_tiers": (problem(PAIR, {"min_tiers": 2}), [0, 0], [0], "min_tiers"),
    "districts": (problem(PAIR, {"districts": (1, 1)}), [0, 1], [0, 1], "districts"),
    "connected": (problem((*PAIR, School("P", 2)), {"connected": True}), [0, 1, 0], [0, 1], "connected"),
    "within_county": (problem(PAIR, {"within_county": True}, county=[0, 1]), [0, 0], [0], "within_county"),
    "apart": (problem(PAIR, {"apart": True}, part=[0, 1]), [0, 0], [0], "apart"),
    "radius_m": (problem(PAIR, {"radius_m": 900.0}), [0, 0], [0], "radius_m"),
    "diameter_m": (problem(PAIR, {"diameter_m": 900.0}), [0, 0], [0], "diameter_m"),
    "junior_seats": (problem((School("J", 0, seats=9.0), School("P", 1, graduates=10.0)), {"junior_seats": 1.0}), [0, 0], [0], "junior_seats"),
    "backbone_floor": (problem((School("P", 0, spare=1.0), School("P", 1, spare=-2.0)), {"backbone_floor": 1.0}), [0, 0], [0], "backbone_floor"),
    "theme_share": (problem((School("P", 0, themes="a"), School("P", 1, themes="b")), {"theme_share": 0.6}), [0, 0], [0], "theme_share"),
    "centre": (problem((School("P", 0), School("JL", 1)), {"centre": "junior_lead"}), [0, 0], [0], "centre"),
}
"""Hard rule -> a town, districts that break it, their leads, and the name that the checker must give."""


def broken_rule(name: str) -> set[str]:
    if name in DESCRIBES or name in ELSEWHERE:
        return set()
    if name not in BREACHES:
        return {"no planted breach"}
    of, label, lead, rule = BREACHES[name]
    themes = np.zeros(len(lead), dtype=np.int64) if of.spec.theme_share else None
    free = GroupingProblem(**{**vars(of), "spec": of.spec.replace(**{name: getattr(DistrictSpec("custom", ("primary",), **FREE), name)})})
    found = set() if rule in {v.rule for v in check_grouping(of, label, lead, themes)} else {"breach not found"}
    return found | ({"found without"} if rule in {v.rule for v in check_grouping(free, label, lead, themes)} else set())


@pytest.mark.parametrize("name", [f.name for f in fields(DistrictSpec)])
def test_a_planted_breach_of_every_hard_rule_is_found(name):
    assert broken_rule(name) == set()


def test_a_check_of_districts_that_finds_nothing_is_caught(monkeypatch):
    monkeypatch.setattr(checking, "_reach", lambda *_: [])
    assert broken_rule("radius_m") == {"breach not found"}


@pytest.mark.parametrize("form", DISTRICT_FORMS)
def test_a_form_of_district_is_sourced_worded_and_read_as_it_stands(form):
    spec = district_form(form)
    assert spec.form == form
    assert spec.source or form == "custom"
    assert spec.stages
    words = catalogue("grouping")
    assert set(words[f"form_{form}"]) == set(words[f"name_{form}"]) == set(LANGUAGES)
    assert f"`{form}`" in README
    assert district_form(form, {"nearness": spec.nearness}) == spec
