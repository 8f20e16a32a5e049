"""Alternatives of a finished plan: which bound their gaps are to."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import districting as dt
from districting.planning import alternatives as module
from districting.planning.plan_variants import plan_alternatives
from districting.planning.recorded import recorded_bound_m
from tests.planning.strip_city import QUARTERS, strip_city


@pytest.fixture(scope="module")
def plan():
    """The strip in quarters, 800 pupil-metres, as its provenance proves."""
    made = dt.make_plan(strip_city())
    assert made.blocks["zone_id_primary"].tolist() == QUARTERS
    return made


def with_bound(plan, bound: float):
    rows = plan.provenance.copy()
    rows.loc[(rows["part"] == "zoning.primary") & (rows["key"] == "bound"), "value"] = str(bound)
    return plan.replace(provenance=rows)


def with_a_weaker_proof_now(monkeypatch, bound: float) -> None:
    """What the search proves now, set to ``bound``."""
    real = module.assign_blocks

    def weaker(*given, **named):
        found = real(*given, **named)
        return dataclasses.replace(found, bound=min(found.bound, bound))

    monkeypatch.setattr(module, "assign_blocks", weaker)


def test_the_gap_is_to_the_bound_that_the_plan_recorded_where_that_is_the_stronger_one(plan, monkeypatch):
    with_a_weaker_proof_now(monkeypatch, 600.0)
    table = plan_alternatives(plan, "primary", 2, within=0.5, steps=4000).table
    assert table["distance_pupil_km"].tolist() == pytest.approx([0.8, 1.1])
    assert table["gap"].tolist() == pytest.approx([0.0, 300 / 1100])


def test_a_weaker_bound_in_the_plan_does_not_widen_the_gap(plan):
    assert plan_alternatives(with_bound(plan, 500.0), "primary", 2, within=0.5, steps=4000).table["gap"][0] == 0


def test_a_bound_of_another_problem_is_not_used(plan, monkeypatch):
    """A pupil more than was solved, a rule that the file only names, a goal beside distance: the record proves nothing of these zones."""
    with_a_weaker_proof_now(monkeypatch, 600.0)
    fuller = plan.replace(demand=plan.demand.assign(pupils=np.where(plan.demand["block_id"] == "b00", 2.0, plan.demand["pupils"])))
    assert recorded_bound_m(plan, "primary") == pytest.approx(800)
    assert recorded_bound_m(fuller, "primary") == -np.inf
    found = plan_alternatives(fuller, "primary", 2, within=0.5, steps=4000).table
    assert found["gap"][0] == pytest.approx(1 - 600 / (1000 * found["distance_pupil_km"][0]))
    rule = plan.rules.iloc[:1].assign(rule="change_cap", value="0.1")

    assert recorded_bound_m(plan.replace(rules=pd.concat([plan.rules, rule], ignore_index=True)), "primary") == -np.inf
    goal = plan.provenance.iloc[:1].assign(part="zoning.primary", key="weight.balance", value="5.0")
    assert recorded_bound_m(plan.replace(provenance=pd.concat([plan.provenance, goal], ignore_index=True)), "primary") == -np.inf
