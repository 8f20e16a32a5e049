"""The gain formula on vectors a person can work out."""

import numpy as np
import pytest

from districting.measures.complementarity import complementarity_gain, varying_weights


def test_a_gain_needs_a_lack_here_and_a_surplus_there():
    z = np.array([[-2.0, 1.0], [3.0, -1.0]])
    # Two resources weigh .5 each: school 0 lacks 2 where school 1 has 3 to spare; school 1 lacks 1 where school 0 has 1.
    assert complementarity_gain(z, z) == pytest.approx(np.array([[0.0, 3.0], [0.5, 0.0]]))


def test_nobody_gains_from_itself_or_from_an_average_school():
    z = np.array([[-2.0, 1.0], [0.0, 0.0]])
    assert np.diag(complementarity_gain(z, z)).tolist() == [0.0, 0.0]
    assert complementarity_gain(z, z)[:, 1].tolist() == [0.0, 0.0]


def test_a_resource_that_never_varies_weighs_nothing():
    assert varying_weights(np.array([[1.0, 7.0], [2.0, 7.0]])).tolist() == [1.0, 0.0]


def test_weights_are_scaled_to_one():
    receiver, giver = np.array([[-1.0, -1.0]]), np.array([[1.0, 1.0]])
    assert complementarity_gain(receiver, giver, weight=np.array([2.0, 6.0])) == pytest.approx(1.0)


def test_no_resources_no_gain():
    assert complementarity_gain(np.zeros((2, 0)), np.zeros((3, 0))).shape == (2, 3)
