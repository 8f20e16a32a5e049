"""Numbers of base schools and of masters and apprentices that make no sense are refused at their key."""

import pytest

from districting.config import load_settings
from districting.errors import DataError
from districting.model.pairing_settings import ApprenticeSettings, BaseSchoolSettings, PairingSettings
from districting.model.setting_values import number_faults
from districting.model.settings import Settings


def columns(**tables):
    return [f.column for f in number_faults(Settings(pairing=PairingSettings(**tables)))]


@pytest.mark.parametrize(
    ("table", "given", "key"),
    [
        ("base_school", BaseSchoolSettings(bases=0), "bases"),
        ("base_school", BaseSchoolSettings(load_cap=0), "load_cap"),
        ("base_school", BaseSchoolSettings(experts=-1), "experts"),
        ("master_apprentice", ApprenticeSettings(cap=0), "cap"),
        ("master_apprentice", ApprenticeSettings(teachers=0), "teachers"),
        ("master_apprentice", ApprenticeSettings(apprentice_years=-1.0), "apprentice_years"),
        ("master_apprentice", ApprenticeSettings(hours=-2.0), "hours"),
        ("master_apprentice", ApprenticeSettings(per_year={"picnic": 1}), "per_year.picnic"),
        ("master_apprentice", ApprenticeSettings(per_year={"same_lesson": -1}), "per_year.same_lesson"),
    ],
)
def test_a_number_out_of_range_is_refused_at_its_key(table, given, key):
    assert columns(**{table: given}) == [f"pairing.{table}.{key}"]


def test_the_defaults_are_in_range():
    assert columns() == []


@pytest.mark.parametrize("table", ["base_school", "master_apprentice", "six_shares"])
def test_a_key_that_there_is_not_is_an_error(table, tmp_path):
    (tmp_path / "config.toml").write_text(f'[inputs]\nschools = "s.csv"\n[pairing.{table}]\nnonsense = 1\n', encoding="utf-8")
    with pytest.raises(DataError, match="nonsense"):
        load_settings(tmp_path / "config.toml", {})
