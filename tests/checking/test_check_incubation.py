"""The check of incubation areas finds every broken rule, one at a time."""

import dataclasses

import numpy as np

from districting.checking.pairing.incubation import check_incubation
from districting.model.incubation_problem import IncubationProblem


def problem(**changes):
    xy = np.column_stack([np.arange(6.0), np.zeros(6)])
    made = IncubationProblem(xy, np.isin(np.arange(6), [0, 2, 5]), 2, weight=np.ones(6), size=np.ones(6))
    return dataclasses.replace(made, **changes)


def rules(given, label):
    return sorted(v.rule for v in check_incubation(given, np.array(label)))


def test_a_plan_that_keeps_the_rules_passes():
    assert rules(problem(), [0, 0, 0, 5, 5, 5]) == []


def test_a_third_area_is_one_too_many_and_too_small():
    assert "areas" in rules(problem(), [0, 0, 2, 5, 5, 5])


def test_a_centre_that_is_no_incubator_is_found():
    assert rules(problem(), [1, 1, 1, 5, 5, 5]) == ["incubator"]


def test_a_centre_that_belongs_elsewhere_is_found():
    assert rules(problem(), [5, 0, 0, 0, 5, 5]) == ["incubator"]


def test_sizes_beyond_the_tolerance_are_found_on_both_sides():
    assert rules(problem(), [0, 0, 0, 0, 5, 5]) == ["size", "size"]
    assert rules(problem(tolerance=0.34), [0, 0, 0, 0, 5, 5]) == []


def test_a_school_of_another_county_is_found():
    county = np.array([0, 0, 1, 1, 1, 1])
    assert rules(problem(allowed=county[:, None] == county[None, :]), [0, 0, 0, 5, 5, 5]) == ["within_county"]


def test_an_area_in_pieces_is_found():
    chain = np.column_stack([np.arange(5), np.arange(1, 6)])
    assert rules(problem(edges=chain), [0, 0, 5, 0, 5, 5]) == ["contiguous", "contiguous"]


def test_labels_that_are_no_schools_are_found():
    assert rules(problem(), [0, 0, 0, 5, 5, 6]) == ["whole"]
    assert rules(problem(), [0, 0, 0]) == ["whole"]
