"""What a form asks for must be known: no rule and no weight is left out in silence."""

import dataclasses

import pytest

from districting.errors import DataError
from districting.grouping import group_units
from districting.model.grouping_problem import MemberFacts
from tests.grouping.test_group_units import row


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"junior_seats": 1.0}, {"facts.seats", "facts.graduates"}),
        ({"fill_evenness": 1.0}, {"facts.seats", "facts.graduates"}),
        ({"backbone_floor": 1.0}, {"facts.spare_backbone"}),
        ({"theme_share": 0.6}, {"facts.themes"}),
        ({"stability": 1.0}, {"facts.lead_today"}),
        ({"seat_evenness": 1.0}, {"facts.quality_seats"}),
        ({"counts": {"rural": (0, 1)}}, {"facts.area"}),
        ({"counts": {"nine_year": (0, 1)}}, {"facts.kind"}),
        ({"apart": True}, {"part_of_unit"}),
        ({"from_homes": True}, {"homes_m"}),
    ],
)
def test_a_rule_or_a_weight_that_the_problem_cannot_answer_is_refused_by_name(change, missing):
    problem = row("PLWWLP")
    asking = dataclasses.replace(problem, spec=problem.spec.replace(**change), facts=MemberFacts())
    with pytest.raises(DataError) as caught:
        group_units(asking)
    assert {f.column for f in caught.value.faults} == missing
