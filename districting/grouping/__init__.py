"""Schools and their territory units into districts: one specification, one exact solver, presets as data."""

from districting.grouping.forms import FORMS, district_form
from districting.grouping.group import group_units

__all__ = ["FORMS", "district_form", "group_units"]
