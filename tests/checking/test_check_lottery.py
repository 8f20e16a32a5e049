"""The rules of a draw counted again: what keeps them passes, each broken one is named."""

from __future__ import annotations

import pytest

from districting.checking.lottery import check_lottery
from districting.enrolment import lottery
from districting.model.draw_list import DrawSchool
from tests.enrolment.lists import NAMES, drawn_list, random_list


@pytest.mark.parametrize("engine", NAMES)
def test_what_the_engines_draw_keeps_every_rule(engine):
    for seed in range(60):
        draw = random_list(engine, seed)
        assert check_lottery(draw, lottery(draw, f"s{seed}")["results"]) == []


@pytest.mark.parametrize(
    ("results", "rule"),
    [([1, 2, None, None], "together"), ([None, None, 1, 1], "seats"), ([3, 3, None, None], "asked"), ([None, None, 2, 2], "reserved"), ([2, 2, 2, 2], "cap")],
)
def test_each_broken_rule_is_named(results, rule):
    """A of one seat; B of four seats, three of them kept for entry 0, at most three pupils; C nobody asked for."""
    schools = [1, DrawSchool("", "B", 4, 3), 1]
    pools = ((1, 3, "keep", "军人子女", "soldier"),)
    draw = drawn_list("number_first", schools, [(0, 1)] * 4, bundles=[0, 0, 2, 3], pools=[(0,), (), (), ()], made_pools=pools, bundle="skip")
    assert rule in {v.rule for v in check_lottery(draw, results)}
    assert check_lottery(draw, [None] * 4) == []
