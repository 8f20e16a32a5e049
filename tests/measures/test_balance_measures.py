"""Balance measures against the published examples, hand-drawn cases, an independent formula for each index, and their laws."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.measures.balance import (
    band_counts,
    coefficients_of_variation,
    compliance,
    composite,
    dissimilarity,
    exclusion_reasons,
    gini,
    group_gaps,
    group_share,
    levels,
    near_misses,
    per_pupil,
    posts_short,
    range_ratio,
    rooms_short,
    share_above,
    split_shared,
    theil,
    theil_parts,
    trend,
    warning_coefficient,
)

JIUJIANG = [0.297929, 0.501787, 0.401952, 0.288419, 0.37545, 0.312782, 0.394205]
SCHOOLS = st.lists(st.tuples(st.floats(0.0, 1e4), st.integers(1, 3000)), min_size=2, max_size=25).filter(lambda s: sum(v * p for v, p in s) > 1e-3)


def arrays(schools):
    return np.array([s[0] for s in schools]), np.array([s[1] for s in schools], dtype=float)


@pytest.mark.parametrize(
    ("cv", "published"),
    [
        ([0.393, 0.578, 0.372, 0.246, 0.208, 0.311, 0.311, 0.455], 0.359),  # Changchun Nanguan, primary
        ([0.437, 0.419, 0.255, 0.188, 0.171, 0.263, 0.263, 0.420], 0.302),  # Chongqing Wanzhou, primary
    ],
)
def test_the_composite_is_that_of_the_published_tables(cv, published):
    assert composite(cv) == pytest.approx(published, abs=5e-4)


def test_a_composite_can_pass_where_one_coefficient_fails_so_it_is_not_the_test_of_quality_balance():
    # Wuhu Jiujiang 2023: S / mean of the first indicator, and the published mean of seven
    assert pytest.approx(JIUJIANG[0], abs=5e-7) == 1.643162 / 5.515273
    assert composite(JIUJIANG) == pytest.approx(0.367503, abs=1e-5)
    assert [cv > 0.50 for cv in JIUJIANG] == [False, True, False, False, False, False, False]


def test_six_of_seven_coefficients_of_ningguo_are_over_the_line():
    cv = np.array([0.677, 0.674, 0.618, 0.519, 0.597, 0.167, 0.759])
    assert (warning_coefficient(cv, 0.50) > 1).sum() == 6
    assert levels(warning_coefficient(cv, 0.50), 0.9, 1.0).tolist() == ["red"] * 5 + ["green", "red"]


def test_a_composite_with_an_unknown_coefficient_is_unknown():
    assert math.isnan(composite([0.3, math.nan]))
    assert math.isnan(composite([]))


def test_many_indicators_at_once_are_each_what_they_are_alone():
    rng = np.random.default_rng(1)
    values, pupils, group = rng.random((40, 3)), rng.integers(0, 900, 40), rng.integers(0, 4, 40)
    values[3, 1] = np.nan
    for measure in (coefficients_of_variation, gini, theil, range_ratio):
        assert measure(values, pupils).tolist() == pytest.approx([measure(values[:, k], pupils) for k in range(3)])
    each = [theil_parts(values[:, [k]], pupils, group).between[0] for k in range(3)]
    assert theil_parts(values, pupils, group).between.tolist() == pytest.approx(each)


@given(SCHOOLS)
def test_gini_is_half_the_mean_difference_of_two_pupils_by_the_mean(schools):
    x, w = arrays(schools)
    pairs = sum(a * b * abs(u - v) for (u, a), (v, b) in itertools.product(zip(x, w, strict=True), repeat=2))
    assert gini(x, w) == pytest.approx(pairs / (2 * w.sum() * (w * x).sum()), rel=1e-9, abs=1e-12)


@given(SCHOOLS)
def test_theil_is_the_gap_between_shares_of_resource_and_shares_of_pupils_in_logarithms(schools):
    x, w = arrays(schools)
    amount = w * x / (w * x).sum()
    told = sum(a * math.log(a / (b / w.sum())) for a, b in zip(amount, w, strict=True) if a > 0)
    assert theil(x, w) == pytest.approx(told, rel=1e-7, abs=1e-9)


@given(SCHOOLS, st.integers(1, 4))
def test_theil_between_and_within_groups_add_up_and_within_is_the_mean_of_the_groups_by_resource(schools, groups):
    x, w = arrays(schools)
    group = np.arange(len(x)) % groups
    parts = theil_parts(x, w, group)
    amount = [(w * x)[group == g].sum() for g in range(groups)]
    within = sum(a / sum(amount) * theil(x[group == g], w[group == g]) for g, a in enumerate(amount) if a > 0)
    assert parts.within[0] == pytest.approx(within, rel=1e-6, abs=1e-9)
    assert parts.between[0] + parts.within[0] == pytest.approx(parts.total[0], rel=1e-9, abs=1e-12)


@given(SCHOOLS, st.floats(0.01, 100))
def test_no_index_depends_on_the_unit_or_on_splitting_a_school_in_two_alike(schools, unit):
    x, w = arrays(schools)
    for index in (gini, theil):
        assert index(x * unit, w) == pytest.approx(index(x, w), rel=1e-7, abs=1e-9)
        assert index(np.r_[x, x[0]], np.r_[w[0] / 2, w[1:], w[0] / 2]) == pytest.approx(index(x, w), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("index", [gini, theil, range_ratio])
def test_indices_of_one_school_no_school_and_a_mean_of_zero(index):
    assert index([3.0], [20]) == (1 if index is range_ratio else 0)
    assert math.isnan(index([3.0, 4.0], [0, 0]))
    assert math.isnan(index([0.0, 0.0], [5, 5]))


def test_a_school_without_the_indicator_counts_for_nothing_in_it():
    for index in (coefficients_of_variation, gini, theil, range_ratio):
        assert index([1.0, 2.0, math.nan], [10, 10, 10]) == index([1.0, 2.0], [10, 10])


def test_per_pupil_of_a_school_without_pupils_is_not_known():
    assert np.isnan(per_pupil([5.0, 5.0], [0, math.nan])).all()


def test_a_nine_year_school_is_split_as_in_the_published_example():
    assert split_shared([23226.0], [[166, 210]], [1.0, 1.1])[0] == pytest.approx([9711.6, 13514.4], abs=0.05)


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 3000), st.floats(1, 1e6))
def test_complete_secondary_and_twelve_year_schools_split_by_their_weights_and_lose_nothing(a, b, c, total):
    weight = [1.0, 1.1, 1.32]
    primary, junior, senior = split_shared([total], [[a, b, c]], weight)[0]
    assert primary + junior + senior == pytest.approx(total)
    assert junior / b == pytest.approx(1.1 * primary / a)
    _, second, third = split_shared([total], [[0, b, c]], weight)[0]
    assert third / c == pytest.approx(1.2 * second / b)  # 1.32 = 1.1 x 1.2


def test_a_school_with_a_missing_number_of_pupils_is_not_split():
    assert np.isnan(split_shared([100.0, 100.0], [[10, math.nan], [0, 0]], [1.0, 1.1])).all()


def test_a_school_passes_with_six_lines_met_and_the_seventh_at_85_percent():
    line = np.ones(7)
    cases = {
        (1, 1, 1, 1, 1, 1, 1): (True, False),
        (1, 1, 1, 1, 1, 1, 0.85): (True, False),
        (1, 1, 1, 1, 1, 1, 0.849): (False, True),  # the floor
        (1, 1, 1, 1, 1, 0.99, 0.99): (False, True),  # five met
        (1, 1, 1, 1, 1, 1, math.nan): (False, False),  # hangs on what is missing
        (1, 1, 1, 1, 0.9, 0.9, math.nan): (False, True),  # fails whatever is missing
    }
    found = compliance(list(cases), line, 6, 0.85)
    assert list(zip(found.passes.tolist(), found.fails.tolist(), strict=True)) == list(cases.values())
    assert found.known.tolist() == [True] * 4 + [False] * 2


def test_near_misses_stand_nearest_first_and_what_is_unknown_is_no_miss():
    assert near_misses([[0.5, math.nan], [0.99, 1.0], [1.2, 0.86]]).tolist() == [[1, 0], [2, 1], [0, 0]]


def test_schools_that_are_not_measured_say_why():
    kind = ["primary", "special", "vocational", "teaching_point", "teaching_point", "primary", "primary"]
    pupils = [300, 80, 500, 49, 50, 0, math.nan]
    reasons = exclusion_reasons(kind, pupils, ("special", "vocational"), 50)
    assert reasons.tolist() == ["", "special", "vocational", "small_point", "", "no_pupils", "pupils_unknown"]
    assert exclusion_reasons(kind, pupils, (), 0).tolist()[:5] == [""] * 5


def test_large_classes_and_bands_count_from_their_edges():
    sizes = [35, 36, 45, 46, 55, 56, 65, 66]
    assert band_counts(sizes, [35, 45, 55, 65]).tolist() == [1, 2, 2, 2, 1]
    assert share_above(sizes, 55) == 3 / 8
    assert math.isnan(share_above([], 55))


def test_posts_and_rooms_short():
    assert posts_short([190, 190, 190], [10, 9, math.nan], 19).tolist()[:2] == [0, 1]
    assert rooms_short([12, 13, 0, math.nan], [1, 1, 0, 1], 12).tolist()[:3] == [0, 1, 0]


def test_the_gap_of_a_group_is_what_its_schools_have_against_those_of_all_others():
    # 30 migrants in a school with 4 books each, 10 in one with 8: mean 5; the 70 and 90 others: (70*4 + 90*8) / 160 = 6.25
    assert group_gaps([[4.0], [8.0]], [30, 10], [100, 100]).tolist() == pytest.approx([5 / 6.25 - 1])
    assert group_share([30, 10], [100, 100]) == 0.2
    assert dissimilarity([30, 10], [100, 100]) == pytest.approx(0.5 * (abs(0.75 - 70 / 160) + abs(0.25 - 90 / 160)))


def test_groups_without_pupils_or_without_others_have_no_gap():
    assert np.isnan(group_gaps([[4.0]], [0], [100])).all()
    assert math.isnan(dissimilarity([100], [100]))
    assert math.isnan(group_share([math.nan], [100]))


def test_levels_have_the_bounds_of_the_seat_warning():
    assert levels([1.0, 0.90, 0.89, math.nan], 0.9, 1.0).tolist() == ["red", "yellow", "green", ""]


def test_a_trend_is_the_line_of_least_squares_and_needs_enough_years():
    w = np.array([[0.70, 0.9, np.nan], [0.82, 0.8, 0.5], [0.88, 0.7, 0.6]])
    found = trend([2023, 2024, 2026], w, 1.0, 3)
    slope, start = np.polyfit([2023, 2024, 2026], w[:, 0], 1)
    assert (found.slope[0], found.now[0]) == pytest.approx((slope, start + slope * 2026))
    assert found.crossing[0] == pytest.approx((1.0 - found.now[0]) / slope)
    assert math.isinf(found.crossing[1])  # it falls
    assert math.isnan(found.crossing[2])
    assert found.years.tolist() == [3, 3, 2]


def test_a_trend_over_the_line_has_crossed_already():
    assert trend([1, 2, 3], [[1.2], [1.1], [1.05]], 1.0, 3).crossing.tolist() == [0.0]
