"""What becomes of a link at the end of its term, and before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.model.renewal import TermProblem
from districting.pairing.renewal import weigh_terms

RUNNING = {"over": False, "present": True, "then": 20.0, "now": 20.0, "passes": False, "risen": False, "terms": 1}


def weighed(**changes):
    link = RUNNING | changes
    problem = TermProblem(
        *(np.array([link[k]]) for k in ("over", "present")),
        *(np.array([link[k]], dtype=float) for k in ("then", "now")),
        *(np.array([link[k]]) for k in ("passes", "risen", "terms")),
    )
    found = weigh_terms(problem, graduate_share=0.8, renew_share=0.2, max_terms=2)
    return found.decision[0], found.reason[0]


def test_a_running_link_is_kept_whatever_its_gap_does():
    assert weighed() == ("keep", "running")
    assert weighed(now=2.0) == ("keep", "running")
    assert weighed(then=np.nan, now=np.nan) == ("keep", "running")


@pytest.mark.parametrize(("change", "reason"), [({"passes": True}, "passes"), ({"risen": True}, "risen"), ({"now": 0.0}, "no_gap"), ({"now": -3.0}, "no_gap")])
def test_a_running_link_ends_early_when_its_taker_needs_no_help(change, reason):
    assert weighed(**change) == ("graduate", reason)
    assert weighed(over=True, **change) == ("graduate", reason)


def test_at_the_end_of_the_term_the_share_of_the_gap_that_closed_decides():
    assert weighed(over=True, now=4.0) == ("graduate", "gap_closed"), "exactly 80 %"
    assert weighed(over=True, now=4.1) == ("renew", "closing")
    assert weighed(over=True, now=16.0) == ("renew", "closing"), "exactly 20 %"
    assert weighed(over=True, now=16.1) == ("rematch", "little_closed")
    assert weighed(over=True, now=25.0) == ("rematch", "little_closed"), "a gap that has grown"


def test_the_last_term_is_followed_by_another_partner():
    assert weighed(over=True, now=10.0, terms=1) == ("renew", "closing")
    assert weighed(over=True, now=10.0, terms=2) == ("rematch", "most_terms")


def test_an_end_that_is_no_more_ends_the_link():
    assert weighed(present=False) == ("end", "gone")
    assert weighed(present=False, over=True, passes=True) == ("end", "gone")


def test_without_a_gap_the_planner_decides_and_no_tier_is_asked():
    assert weighed(over=True, then=np.nan) == ("evaluate", "no_measure")
    assert weighed(over=True, then=np.nan, passes=True, risen=True) == ("evaluate", "no_measure")
    assert weighed(over=True, now=np.nan) == ("evaluate", "no_measure")


@given(st.floats(1, 50), st.floats(-20, 80), st.floats(-20, 80))
def test_a_gap_that_closes_more_never_fares_worse(then, one, other):
    order = ["rematch", "renew", "graduate"]
    small, large = sorted([one, other])
    assert order.index(weighed(over=True, then=then, now=small)[0]) >= order.index(weighed(over=True, then=then, now=large)[0])
