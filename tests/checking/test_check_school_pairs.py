"""Every rule of school pairs is counted again, and each one alone can be broken."""

import dataclasses

import numpy as np

from districting.checking.pairing.school import check_school_pairs
from districting.model.pairing_problem import PairingProblem

PROBLEM = PairingProblem(
    score=np.array([90.0, 80.0, 60.0, 50.0]),
    is_donor=np.array([True, True, False, False]),
    is_recipient=np.array([False, False, True, True]),
    xy=np.zeros((4, 2)),
)


def broken(donors, recipients, unpaired=(), **changes):
    return {v.rule for v in check_school_pairs(dataclasses.replace(PROBLEM, **changes), donors, recipients, unpaired)}


def test_a_good_plan_breaks_nothing():
    assert broken([0, 1], [2, 3]) == set()


def test_each_rule_is_found_broken():
    assert broken([0, 0], [2, 3]) == {"donor_cap"}
    assert broken([0], [2]) == {"one_donor"}
    assert broken([0], [2], [3]) == {"unpaired"}
    assert broken([0, 1, 1], [2, 3, 2], donor_cap=2) == {"one_donor"}
    assert broken([0, 1], [2, 3], score=np.array([90.0, 50.0, 60.0, 50.0])) == {"stronger"}
    assert broken([0, 1], [2, 3], allowed=~np.eye(4, dtype=bool) & (np.arange(4) != 3)) == {"allowed"}
    assert broken([0, 1], [2, 3], pinned=np.array([[1, 2]])) == {"pinned"}


def test_nobody_can_be_left_out_whom_an_allowed_donor_surpasses_but_others_can():
    assert broken([0], [2], [3], allowed=np.arange(4)[None, :] * np.ones((4, 1)) != 3) == set()
