"""From a plan, or a table of zones, to a choice."""

from __future__ import annotations

from districting.enrolling.choice.from_plan import ChoiceRules, town_of_plan
from districting.enrolling.choice.from_table import town_of_table
from districting.enrolling.choice.known import refuse_unknown
from districting.enrolling.choice.stated import with_wishes

__all__ = ["ChoiceRules", "refuse_unknown", "town_of_plan", "town_of_table", "with_wishes"]
