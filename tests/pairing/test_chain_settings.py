"""Numbers of mentor chains out of their range, and keys that nobody knows."""

from pathlib import Path

import pytest

from districting.config import parse_settings
from districting.errors import DataError


def chain(**values):
    return parse_settings({"pairing": {"form": "chain", "chain": values}}, folder=Path(), file="config.toml").pairing.chain


def test_the_defaults_are_those_of_the_policy():
    settings = chain()
    assert (settings.max_mentees, settings.max_depth, settings.levels, settings.roots, settings.allow_new_roots) == (5, 3, "column", "top", False)


@pytest.mark.parametrize(
    "values",
    [{"max_mentees": 0}, {"max_depth": 0}, {"score_levels": 1}, {"level_gap_weight_m": -1.0}, {"levels": "guess"}, {"roots": "all"}, {"depth": 3}],
)
def test_a_value_that_makes_no_sense_names_its_key(values):
    with pytest.raises(DataError) as caught:
        chain(**values)
    assert [f.column for f in caught.value.faults] == [f"pairing.chain.{name}" for name in values]
