"""What a district covers of its members' shortfalls, on vectors a person can work out, and the laws of it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from districting.measures.composite import standardised
from districting.measures.cover import complementarity, cover_of
from districting.measures.district_view import DistrictView
from districting.measures.registry import DISTRICT_MEASURES

DEVIATIONS = st.floats(-3, 3, allow_nan=False).map(lambda x: round(x, 3))


def view(z, district=None, school=None, weight=None, resource_weight=None):
    z = np.array(z, dtype=float)
    n, r = z.shape
    ints = lambda given, otherwise: np.array(otherwise if given is None else given, dtype=np.int64)  # noqa: E731
    return DistrictView(
        z,
        ints(district, np.zeros(n)),
        ints(school, np.arange(n)),
        np.ones(n) if weight is None else np.array(weight, dtype=float),
        np.ones(r) if resource_weight is None else np.array(resource_weight, dtype=float),
    )


def some_view(draw_members=6, resources=3):
    return arrays(np.float64, (draw_members, resources), elements=DEVIATIONS)


def test_the_cover_is_the_lesser_of_what_is_lacked_and_what_one_other_has_to_spare():
    found = cover_of(view([[-2.0, -0.5], [1.5, 2.0], [1.0, 0.0]]))
    assert found.cover.tolist() == [[1.5, 0.5], [0.0, 0.0], [0.0, 0.0]]
    assert found.giver.tolist() == [[1, 1], [-1, -1], [-1, -1]]


def test_two_small_surpluses_do_not_add_up():
    assert cover_of(view([[-2.0], [1.0], [1.0]])).cover[0, 0] == 1.0


def test_one_giver_may_cover_several():
    assert complementarity(view([[-1.0], [-1.0], [1.0]])) == 1.0


def test_nobody_gives_across_a_district_line_and_a_school_in_no_district_stands_alone():
    z = [[-1.0], [1.0], [-1.0], [1.0], [-1.0]]
    assert cover_of(view(z, district=[0, 0, 1, 2, -1])).cover[:, 0].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert cover_of(view([[-1.0], [1.0]], district=[-1, -1])).cover.sum() == 0.0


def test_the_two_stages_of_one_school_do_not_cover_each_other():
    assert complementarity(view([[-1.0], [1.0]], school=[7, 7])) == 0.0


def test_a_weak_school_counts_twice():
    z = [[-1.0, 0.0], [0.0, -1.0], [1.0, 0.0]]  # the first is covered, the second is not
    assert complementarity(view(z)) == 0.5
    assert complementarity(view(z, weight=[2.0, 1.0, 1.0])) == pytest.approx(2 / 3)


def test_a_resource_that_weighs_nothing_changes_nothing():
    assert complementarity(view([[-1.0, -9.0], [1.0, 0.0]], resource_weight=[1.0, 0.0])) == 1.0


def test_where_nobody_is_short_the_share_is_undefined():
    assert math.isnan(complementarity(view([[0.0], [0.0]])))
    assert math.isnan(complementarity(view(np.zeros((2, 0)))))


def test_the_measure_is_in_the_registry_and_higher_is_better():
    measure = DISTRICT_MEASURES["complementarity"]
    assert (measure.function, measure.unit, measure.better) == (complementarity, "share", "higher")


@given(some_view())
def test_a_member_more_never_lowers_the_cover_of_the_others(z):
    without, whole = cover_of(view(z[:-1])), cover_of(view(z))
    assert (whole.cover[:-1] >= without.cover).all()


@given(some_view())
def test_the_cover_never_exceeds_the_shortfall_and_its_giver_has_it_to_spare(z):
    found = cover_of(view(z))
    assert (found.cover <= found.shortfall).all()
    for member, resource in zip(*np.nonzero(found.cover), strict=True):
        giver = found.giver[member, resource]
        assert giver != member
        assert z[giver, resource] >= found.cover[member, resource] > 0
    assert ((found.giver >= 0) == (found.cover > 0)).all()


@given(arrays(np.float64, (6, 2), elements=st.integers(0, 50).map(float)), st.sampled_from([0.001, 3.0, 1000.0]))
def test_scaling_a_column_changes_nothing(amounts, factor):
    stage = np.zeros(6, dtype=int)

    def share(table):
        return complementarity(view(np.column_stack([standardised(column, stage) for column in table.T])))

    assert share(amounts * [factor, 1.0]) == pytest.approx(share(amounts), nan_ok=True)


@given(some_view(), st.permutations(range(6)))
def test_the_order_of_members_does_not_matter(z, order):
    assert complementarity(view(z[order])) == pytest.approx(complementarity(view(z)), nan_ok=True)
