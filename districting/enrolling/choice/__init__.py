"""From a plan with shared zones, a table of zones or the rules of a lottery to a choice, with stated wishes where there are any."""

from __future__ import annotations

from districting.enrolling.choice.equalised import equalised
from districting.enrolling.choice.from_plan import ChoiceRules, town_of_plan
from districting.enrolling.choice.from_rules import town_of_rules
from districting.enrolling.choice.from_table import town_of_table
from districting.enrolling.choice.known import refuse_other_blocks, refuse_unknown
from districting.enrolling.choice.stated import with_wishes

__all__ = ["ChoiceRules", "equalised", "refuse_other_blocks", "refuse_unknown", "town_of_plan", "town_of_rules", "town_of_table", "with_wishes"]
