"""What pupils can use of a pool, drawn by hand; sums that are kept; water that finds its level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from districting.measures.balance import coefficient_of_variation
from districting.measures.pooling import hub_pool, pooled

CASES = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 50), st.integers(-1, 1)), min_size=1, max_size=8)


def test_half_of_everything_is_pooled_and_given_out_per_pupil() -> None:
    # 300 and 100 books of 100 pupils each: 150 and 50 stay, 200 are shared, one a pupil
    assert pooled([300.0, 100.0], [100, 100], [0, 0], 0.5).tolist() == [250.0, 150.0]


def test_weak_first_fills_the_lowest_and_leaves_the_high_alone() -> None:
    # own parts 5.4, 0.9 and 0.9 a pupil, a pool of 8: the two low ones rise by 4 each, to 4.9, and the high one gets nothing
    assert pooled([60.0, 10.0, 10.0], [10, 10, 10], [0, 0, 0], 0.1, weak_first=True).tolist() == [54.0, 13.0, 13.0]


def test_nothing_is_shared_with_who_is_in_no_pool_has_nobody_or_is_not_known() -> None:
    used = pooled([10.0, 20.0, np.nan, 40.0, 20.0], [10, 10, 10, 0, 10], [-1, 0, 0, 0, 0], 1.0)
    assert used[[0, 1, 3, 4]].tolist() == [10.0, 20.0, 40.0, 20.0]
    assert np.isnan(used[2])


@given(CASES, st.sampled_from([0.0, 0.25, 1.0]), st.booleans())
def test_sharing_keeps_the_sum_of_every_pool(case: list[tuple[int, int, int]], share: float, weak_first: bool) -> None:
    total, pupils, pool = (np.array(column, dtype=np.float64) for column in zip(*case, strict=True))
    used = pooled(total, pupils, pool, share, weak_first=weak_first)
    for number in (-1, 0, 1):
        assert used[pool == number].sum() == pytest.approx(total[pool == number].sum())
    assert (used >= (1 - share) * total - 1e-9).all()


@given(CASES)
def test_weak_first_lifts_the_least_as_high_as_any_programme_could(case: list[tuple[int, int, int]]) -> None:
    total, pupils, _ = (np.array(column, dtype=np.float64) for column in zip(*case, strict=True))
    total, pupils = total[pupils > 0], pupils[pupils > 0]
    if not len(total):
        return
    used = pooled(total, pupils, np.zeros(len(total), dtype=int), 0.5, weak_first=True)
    s = len(total)  # variables: what each gets, and the level; as high a level as possible
    best = linprog(
        [*[0.0] * s, -1.0],
        A_ub=np.column_stack((-np.eye(s), pupils)),
        b_ub=0.5 * total,
        A_eq=[[*[1.0] * s, 0.0]],
        b_eq=[0.5 * total.sum()],
        bounds=[*[(0, None)] * s, (None, None)],
    )
    assert (used / pupils).min() == pytest.approx(best.x[-1], abs=1e-6)
    equal = pooled(total, pupils, np.zeros(len(total), dtype=int), 0.5)
    if total.sum() > 0:
        assert coefficient_of_variation(used, pupils) <= coefficient_of_variation(equal, pupils) + 1e-9
        assert coefficient_of_variation(equal, pupils) <= coefficient_of_variation(total, pupils) + 1e-9


def test_the_hub_is_the_member_that_most_pupils_can_reach_and_a_far_school_stays_alone() -> None:
    apart = [[0, 900, 1800, 9000], [900, 0, 900, 9000], [1800, 900, 0, 9000], [9000, 9000, 9000, 0]]
    assert hub_pool(apart, [10, 10, 10, 500], 1000.0).tolist() == [True, True, True, False]
    assert hub_pool(apart, [10, 10, 30, 500], 900.0).tolist() == [True, True, True, False]
    assert hub_pool(apart, [10, 10, 10, 500], 800.0).tolist() == [False] * 4


def test_shares_outside_0_to_1_are_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        pooled([1.0], [1], [0], 1.5)
