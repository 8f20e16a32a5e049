"""The ledger by hand, and the laws of the fund."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.sharing.ledger import check_ledger
from districting.sharing.ledger import balance, shared_out


def test_what_is_given_is_taken_and_who_takes_more_stands_below_zero():
    """School 0 gives 10 teacher-days and takes 20 facility-hours: 10 - 4 = 6; school 1 the other way round."""
    found = balance([0, 1], [1, 0], [0, 1], [10, 20], schools=3, weights=[1.0, 0.2], fund_yuan=1000)
    assert found.net.tolist() == [6.0, -6.0, 0.0]
    assert found.share.tolist() == [1.0, 0.0, 0.0]
    assert found.yuan.tolist() == [1000, 0, 0]


def test_whole_yuan_go_to_the_largest_remainders_and_ties_to_the_first():
    assert shared_out([1.0, 1.0, 1.0], 100)[1].tolist() == [34, 33, 33]
    assert shared_out([2.0, 1.0], 100)[1].tolist() == [67, 33]
    assert shared_out([1.0, 2.0, 2.0], 2)[1].tolist() == [0, 1, 1]


def test_where_nobody_gives_net_all_share_alike_or_nobody_gets_anything():
    even = dict(giver=[0, 1], taker=[1, 0], item=[0, 0], amount=[0.1, 0.1], schools=2, weights=[1.0], fund_yuan=5)
    assert balance(**even).yuan.tolist() == [0, 0]
    assert balance(**even, equal_if_none=True).yuan.tolist() == [3, 2]
    assert shared_out([], 5, equal_if_none=True)[1].tolist() == []


def test_what_is_below_zero_is_refused():
    with pytest.raises(ValueError, match=">= 0"):
        balance([0], [1], [0], [-1], schools=2, weights=[1.0])


@pytest.mark.parametrize(
    ("net", "yuan", "rule"),
    [([1.0, -2.0], [10, 0], "net"), ([2.0, -2.0], [9, 0], "fund"), ([2.0, -2.0], [11, -1], "fund"), ([2.0, -2.0], [8, 2], "nothing_given")],
)
def test_the_check_finds_what_is_wrong(net, yuan, rule):
    assert rule in check_ledger([(0, 1, 2.0)], net, yuan, 10)


def test_the_check_finds_a_share_that_is_a_yuan_off():
    assert check_ledger([(0, 2, 1.0), (1, 2, 1.0)], [1.0, 1.0, -2.0], [6, 4, 0], 10) == ["share"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2), st.integers(0, 999)), max_size=12), st.integers(0, 10**7))
def test_the_ledger_closes_and_the_fund_adds_up_to_the_yuan(entries, fund):
    entries = [(g, t, i, tenths / 10) for g, t, i, tenths in entries if g != t]
    giver, taker, item, amount = zip(*entries, strict=True) if entries else ((), (), (), ())
    found = balance(giver, taker, item, amount, schools=5, weights=[1.0, 0.2, 0.25], fund_yuan=fund)
    assert found.net.sum() == pytest.approx(0, abs=1e-6)
    assert found.given.sum() == pytest.approx(found.taken.sum())
    assert found.yuan.sum() == (fund if (found.net > 0).any() else 0)
    assert (found.yuan[found.net <= 0] == 0).all()
    points = np.array([1.0, 0.2, 0.25])
    assert check_ledger([(g, t, a * points[i]) for g, t, i, a in entries], found.net.tolist(), found.yuan.tolist(), fund) == []
