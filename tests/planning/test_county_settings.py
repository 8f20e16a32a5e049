"""Numbers of county and second-level alliances out of their range are faults at their key."""

from pathlib import Path

import pytest

from districting.config import parse_settings
from districting.errors import DataError

GOOD = {
    "form": ["county", "second_level"],
    "county": {"donors": ["A"], "recipients": ["X", "Y"], "donor_cap": 2, "pins": [["A", "X"]], "lines": {"books": 2500.0}},
    "second_level": {"size": [3, 8], "evenness": 0.0, "linked": ["school"]},
}


def parsed(pairing):
    return parse_settings({"pairing": pairing}, folder=Path("."))


def test_the_settings_of_both_forms_are_read():
    found = parsed(GOOD).pairing
    assert found.forms == ("county", "second_level")
    assert found.county.pins == (("A", "X"),)
    assert found.county.lines == {"books": 2500.0}
    assert found.second_level.size == (3, 8)
    assert found.second_level.linked == ("school",)


BAD = {
    "pairing.county.donor_cap": {"county": {"donor_cap": 0}},
    "pairing.county.need_weight_m": {"county": {"need_weight_m": -1.0}},
    "pairing.county.lines.books": {"county": {"lines": {"books": -2.0}}},
    "pairing.county.lines.swimming": {"county": {"lines": {"swimming": 2.0}}},
    "pairing.second_level.size": {"second_level": {"size": [5, 4]}},
    "pairing.second_level.nearness": {"second_level": {"nearness": -1.0}},
    "pairing.second_level.evenness": {"second_level": {"evenness": float("inf")}},
    "pairing.county.dnors": {"county": {"dnors": ["A"]}},
}


@pytest.mark.parametrize("key", BAD)
def test_a_setting_out_of_its_range_is_a_fault_at_its_key(key):
    with pytest.raises(DataError) as caught:
        parsed(BAD[key])
    assert [f.column for f in caught.value.faults] == [key]
    assert all(f.say("zh") and f.say("en") for f in caught.value.faults)
