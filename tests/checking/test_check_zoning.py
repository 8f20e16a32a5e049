"""The checker finds each kind of breach, planted by hand, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from districting.checking import check_zoning
from districting.model.zoning_problem import ZoningProblem

# Blocks of a 3 x 3 grid, 100 m apart; schools A in block 0 and B in block 8; 1 pupil each.
#   0 1 2      A . .
#   3 4 5      . . .
#   6 7 8      . . B
XY = np.array([(100.0 * (i % 3), 100.0 * (i // 3)) for i in range(9)])
EDGES = [(i, i + 1) for i in range(9) if i % 3 < 2] + [(i, i + 3) for i in range(6)]
SOUND = [0, 0, 0, 0, 0, 1, 1, 1, 1]


def grid(**changes: Any) -> ZoningProblem:
    base: dict[str, Any] = {"demand": np.ones(9), "capacity": [5, 5], "edges": EDGES, "home_block": [0, 8], "xy": XY, "school_xy": XY[[0, 8]]}
    return ZoningProblem(**{**base, **changes})


def rules(problem: ZoningProblem, labels: Any) -> list[tuple[str, int, float]]:
    return [(v.rule, v.school, v.amount) for v in check_zoning(problem, labels)]


def test_a_sound_plan_breaks_nothing() -> None:
    assert check_zoning(grid(), SOUND) == []


def test_a_block_without_school_is_named() -> None:
    found = check_zoning(grid(), [0, 0, -1, 0, 0, 1, 1, 1, 1])
    assert [(v.rule, v.blocks, v.amount, v.unit) for v in found] == [("whole", (2,), 1.0, "block")]


def test_a_position_beyond_the_schools_is_no_school() -> None:
    assert rules(grid(), [0, 0, 2, 0, 0, 1, 1, 1, 1]) == [("whole", -1, 1.0)]


def test_labels_of_the_wrong_length_are_refused() -> None:
    assert rules(grid(), SOUND[:-1]) == [("whole", -1, 1.0)]


def test_labels_that_are_no_whole_numbers_are_no_school() -> None:
    assert rules(grid(), [0.0, 0, 0.5, 0, 0, 1, 1, 1, np.nan])[0] == ("whole", -1, 2.0)


def test_pupils_above_seats_are_counted() -> None:
    # A A A / A A A / B B B: six pupils for five seats
    assert rules(grid(), [0, 0, 0, 0, 0, 0, 1, 1, 1]) == [("seats", 0, 1.0)]


def test_a_zone_in_two_pieces_names_the_piece_without_the_school() -> None:
    # A B A / A B B / A B B: block 2 is cut off from A
    found = check_zoning(grid(), [0, 1, 0, 0, 1, 1, 0, 1, 1])
    assert [(v.rule, v.school, v.blocks, v.amount, v.unit) for v in found] == [("connected", 0, (2,), 1.0, "piece")]


def test_blocks_that_touch_at_a_corner_only_are_not_connected() -> None:
    # A B B / B A B / B B B
    assert ("connected", 0, 1.0) in rules(grid(capacity=[9, 9]), [0, 1, 1, 1, 0, 1, 1, 1, 1])


def test_a_school_outside_its_zone_is_found() -> None:
    assert ("home_block", 1, 1.0) in rules(grid(capacity=[9, 9]), [0] * 9)


def test_lifted_rules_are_not_asked() -> None:
    loose = grid(capacity=[9, 9], contiguous=False, keep_home=False)
    assert check_zoning(loose, [1, 0, 1, 0, 1, 0, 1, 0, 1]) == []


@pytest.mark.parametrize("sparse", [False, True])
def test_a_block_at_a_school_it_may_not_go_to_is_found(sparse: bool) -> None:
    table = np.hypot(*(XY[:, None] - XY[[0, 8]][None]).transpose(2, 0, 1))
    table[4, 0] = np.inf
    given = sp.csr_array(np.where(np.isfinite(table), table + 1, 0)) if sparse else table
    found = check_zoning(grid(distance_m=given), SOUND)
    assert [(v.rule, v.school, v.blocks) for v in found] == [("allowed", 0, (4,))]


def test_fractional_pupils_that_add_up_to_the_seats_are_within_them() -> None:
    assert check_zoning(grid(demand=np.full(9, 0.1), capacity=[0.1 + 0.1 + 0.1 + 0.1 + 0.1, 0.4]), SOUND) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_breach_can_be_said(lang: str) -> None:
    for labels in ([1] * 9, [0] * 9, [-1] * 9, [0, 1, 0, 0, 1, 1, 0, 1, 1], []):
        assert all(v.problem.say(lang) for v in check_zoning(grid(), labels))


def test_a_breach_reads_as_a_sentence() -> None:
    (found,) = [v for v in check_zoning(grid(capacity=[9, 9]), [0] * 9) if v.rule == "home_block"]
    assert str(found) == "school 1: its own block 8 is in another zone"
    assert found.say("zh") == "学校1：所在地块8划入了其他片区"
