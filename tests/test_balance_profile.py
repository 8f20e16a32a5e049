"""The lines of balance are data: every number has its source, a config chooses and changes them, and what nobody knows is refused where it stands."""

import dataclasses
from pathlib import Path

import pytest

from districting.config import parse_settings
from districting.errors import DataError
from districting.model.settings import AuditSettings
from districting.reading.balance_profile import balance_profile, named_profile, packaged_profiles

TAGS = {"S", "V", "V2", "C", "M", "D"}


def config(audit, folder=Path(".")):
    return parse_settings({"audit": audit}, folder=folder, file="config.toml")


def faults(audit, folder=Path(".")):
    with pytest.raises(DataError) as refused:
        config(audit, folder)
    assert all(f.say(lang) for f in refused.value.faults for lang in ("zh", "en"))
    return [(f.problem.key, f.file, f.column) for f in refused.value.faults]


@pytest.mark.parametrize("name", packaged_profiles())
def test_every_table_of_a_profile_says_its_source_and_how_sure_it_is(name):
    profile = named_profile(name)
    for field in dataclasses.fields(profile):
        if field.name not in ("name", "title"):
            table = getattr(profile, field.name)
            assert table.source
            assert table.tag in TAGS
    assert set(profile.title) == {"zh", "en"}


def test_the_national_profile_holds_the_published_lines():
    lines = balance_profile()
    assert lines.basic.composite == {"primary": 0.65, "junior": 0.55}
    assert lines.quality.cv == {"primary": 0.50, "junior": 0.45}
    assert len(lines.basic.indicators) == 8
    assert [i.line["junior"] for i in lines.quality.indicators.values()] == [5.3, 1.0, 0.9, 5.8, 10.2, 2500, 2.4]
    assert (lines.quality.least_met, lines.quality.floor) == (6, 0.85)
    assert (lines.split.weight["junior"], lines.split.weight["senior"]) == (1.1, 1.32)


def test_hebei_leaves_out_small_teaching_points_and_holds_to_the_national_lines_otherwise():
    hebei, nation = named_profile("balance_hebei"), balance_profile()
    assert (nation.exclusions.point_pupils, hebei.exclusions.point_pupils) == (0, 50)
    assert hebei.quality == nation.quality


def test_a_config_puts_single_numbers_in_place_of_those_of_its_profile():
    settings = config({"profile": "balance_hebei", "balance": {"quality": {"cv": {"junior": 0.40}}}, "cv_line": {"primary": 0.35}})
    lines = balance_profile(settings.audit)
    assert lines.quality.cv == {"primary": 0.35, "junior": 0.40}
    assert lines.exclusions.point_pupils == 50


def test_a_file_beside_the_config_may_build_on_a_profile_of_the_package(tmp_path):
    (tmp_path / "ours.toml").write_text('base = "balance"\n[warning]\nyellow = 0.8\nsource = "ours"\n', encoding="utf-8")
    lines = balance_profile(config({"profile": "ours.toml"}, tmp_path).audit, tmp_path)
    assert (lines.warning.yellow, lines.warning.red, lines.warning.source) == (0.8, 1.0, "ours")


def test_profiles_that_build_on_each_other_are_refused(tmp_path):
    (tmp_path / "a.toml").write_text('base = "b.toml"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('base = "a.toml"\n', encoding="utf-8")
    assert faults({"profile": "a.toml"}, tmp_path)[0][0] == "balance.base_turns"


def test_unknown_names_files_keys_and_columns_are_refused_where_they_stand(tmp_path):
    assert faults({"profile": "national"}) == [("balance.no_profile", "config.toml", "audit.profile")]
    assert faults({"profile": "nowhere.toml"}, tmp_path)[0][0] == "config.missing"
    assert faults({"balance": {"qualty": {"floor": 0.9}}}) == [("config.unknown_key", "config.toml", "audit.balance.qualty")]
    assert faults({"balance": {"quality": {"flor": 0.9}}}) == [("config.unknown_key", "config.toml", "audit.balance.quality.flor")]
    assert faults({"balance": {"quality": {"floor": "high"}}}) == [("config.wrong_kind", "config.toml", "audit.balance.quality.floor")]
    assert faults({"balance": {"rooms": {"columns": ["ballrooms"]}}}) == [("config.no_choice", "config.toml", "audit.balance.rooms.columns")]
    (tmp_path / "ours.toml").write_text('base = "balance"\n[quality]\nflor = 0.9\n', encoding="utf-8")
    assert faults({"profile": "ours.toml"}, tmp_path) == [("config.unknown_key", "ours.toml", "quality.flor")]


@pytest.mark.parametrize(
    ("balance", "key", "place"),
    [
        ({"quality": {"floor": 1.5}}, "config.not_a_share", "quality.floor"),
        ({"quality": {"least_met": 8}}, "balance.least_met", "quality.least_met"),
        ({"quality": {"cv": {"primary": 0.0}}}, "balance.not_positive", "quality.cv.primary"),
        ({"classes": {"bands": [45, 35]}}, "balance.bands", "classes.bands"),
        ({"warning": {"yellow": 1.2}}, "balance.levels", "warning"),
        ({"exclusions": {"point_pupils": -1}}, "config.negative", "exclusions.point_pupils"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(balance, key, place):
    assert faults({"balance": balance}) == [(key, "config.toml", f"audit.balance.{place}")]


def test_the_defaults_are_the_profile_of_the_package():
    assert balance_profile(AuditSettings()) == named_profile("balance")
