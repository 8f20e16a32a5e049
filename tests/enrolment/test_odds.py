"""Odds: exact where a formula holds, and what simulation finds stands around it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from districting.enrolment import lottery
from districting.enrolment.odds import odds
from tests.enrolment.lists import drawn_list, random_list


def test_seats_over_applicants_where_all_are_equal():
    found = odds(drawn_list("single_school", [2, 5], [(0,)] * 5 + [(1,)] * 4), draws=1)
    assert found.exact
    assert found.placed.tolist() == [0.4] * 5 + [1.0] * 4
    assert [(g.kind, g.key, g.entries, round(g.placed, 9)) for g in found.groups] == [("first_wish", 1, 5, 0.4), ("first_wish", 2, 4, 1.0)]


def test_tiers_are_served_one_after_another():
    """Three seats: two of tier 1 are certain, the last seat is for the four of tier 2, nothing for tier 3."""
    draw = drawn_list("single_school", [3], [(0,)] * 7, tiers=[1, 1, 2, 2, 2, 2, 3])
    assert odds(draw, draws=1).placed.tolist() == [1, 1, 0.25, 0.25, 0.25, 0.25, 0]


@pytest.mark.parametrize("engine", ["preference_first", "number_first", "single_school"])
def test_the_formula_is_what_real_draws_give(engine):
    draw = drawn_list(engine, [3, 2], [(0,)] * 6 + [(1,)] * 3, tiers=[1, 2, 2, 2, 2, 3, 1, 1, 1], keys=[(1,)] * 4 + [(2,)] * 5)
    exact = odds(draw, draws=1)
    assert exact.exact
    drawn = np.mean([[r is not None for r in lottery(draw, f"s{i}")["results"]] for i in range(1500)], axis=0)
    assert np.abs(drawn - exact.placed).max() < 0.06


def test_a_second_wish_left_alone_is_served_after_the_first_wishes_of_others():
    draw = drawn_list("preference_first", [1], [(None, 0), (0,), (0,)])
    found = odds(draw, draws=1)
    assert found.exact
    assert found.placed.tolist() == [0, 0.5, 0.5]
    assert found.first.tolist() == [0, 0.5, 0.5]


def test_simulated_odds_stand_with_their_interval_around_real_draws():
    draw = random_list("number_first", 8)
    found = odds(draw, ["甲"] * 10 + ["乙"] * 6 + ["丙", "丙", "丁"] + [""] * 11, draws=800, seed=1)
    assert not found.exact
    drawn = np.mean([[r is not None for r in lottery(draw, f"s{i}")["results"]] for i in range(800)], axis=0)
    assert np.abs(drawn - found.placed).max() < 0.09
    assert (found.low <= found.placed).all()
    assert (found.placed <= found.high).all()
    assert {(g.kind, g.key) for g in found.groups if g.kind == "block"} == {("block", "甲"), ("block", "乙"), ("block", "<5")}
    again = odds(draw, draws=800, seed=1)
    assert again.placed.tolist() == found.placed.tolist()


def test_a_bundle_or_reserved_seats_have_no_formula():
    draw = drawn_list("single_school", [1], [(0,)] * 3, bundles=[0, 0, 2])
    assert not odds(draw, draws=5).exact
    assert not odds(dataclasses.replace(drawn_list("single_school", [1], [(0,)] * 3), default_order=(0,)), draws=5).exact
