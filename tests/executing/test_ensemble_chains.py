"""The chains of an ensemble draw the same plans wherever they run."""

from __future__ import annotations

from districting.executing import open_executor
from districting.model.zoning_problem import ZoningProblem
from districting.planning.ensemble import ensemble

LINE = ZoningProblem(
    demand=[1, 1, 1, 1], capacity=[3, 3], edges=[(0, 1), (1, 2), (2, 3)], home_block=[0, 3], xy=[(0, 0), (1, 0), (2, 0), (3, 0)], school_xy=[(0, 0), (3, 0)]
)


def test_chains_in_processes_draw_what_they_draw_here():
    here = ensemble(LINE, {"even": [0, 0, 1, 1]}, 41, steps=1000)
    with open_executor("processes", workers=1) as executor:
        there = ensemble(LINE, {"even": [0, 0, 1, 1]}, 41, steps=1000, executor=executor)
    assert here.labels.tolist() == there.labels.tolist()
    assert here.chain.tolist() == there.chain.tolist() == [0] * 11 + [1] * 10 + [2] * 10 + [3] * 10
    assert here.acceptance.tolist() == there.acceptance.tolist()
    assert here.places.equals(there.places)
