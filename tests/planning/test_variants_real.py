"""Baltimore County south-west with the 2017 seats: the curve of pupils moved against distance, alternatives, and where the plan stands among lawful ones."""

from __future__ import annotations

import numpy as np
import pytest

import districting as dt
from districting import check_zoning
from districting.planning.alternatives import alternatives
from districting.planning.ensemble import ensemble
from districting.planning.pareto import pareto
from districting.planning.plan_part import part_of_plan
from districting.planning.plan_variants import zones_today
from scripts.baltimore import write_config

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def problem(tmp_path_factory, real_data):
    config = write_config(tmp_path_factory.mktemp("bcps"), real_data / "bcps_sw", "CAP2017", "Old Catonsville ES", "NewCatonsville ES")
    plan = dt.make_plan(dt.read_city(config))
    part = part_of_plan(plan, "primary")
    return part.problem.replace(today=zones_today(plan, part)), part.label


def test_the_curve_of_pupils_moved_against_distance_has_a_gap_at_every_point(problem):
    city, _ = problem
    front = pareto(city, points=5, steps=120_000)
    assert len(front) >= 6
    for solution in front.solutions:
        assert check_zoning(city, solution.school_of_block) == []
    rows = front.table
    assert (np.diff(rows["distance"]) > 0).all()
    assert (np.diff(rows["stability"]) < 0).all()
    assert rows["stability"].iloc[-1] <= 400
    assert rows["gap"].iloc[0] <= 0.01
    assert (rows["gap"] <= 0.05).all()


def test_two_alternatives_within_two_percent(problem):
    city, _ = problem
    found = alternatives(city, 3, steps=120_000)
    assert len(found) == 3
    assert all(a.cost_over_best <= 0.02 + 1e-9 and a.nearest >= 0.05 for a in found)


def test_the_plan_is_nearer_and_todays_zones_are_unlawful(problem):
    city, ours = problem
    drawn = ensemble(city, {"ours": ours}, 60, between=300, steps=120_000)
    places = drawn.places.set_index(["plan", "measure"])
    assert places.loc[("ours", "mean_distance_m"), "share_below"] == 0
    assert "seats" in places.loc[("today", "mean_distance_m"), "broken"]
    assert all(check_zoning(city, label) == [] for label in drawn.labels)
