"""Settings from TOML: defaults, the laying over of flags, and refusals that say where and what to write instead."""

from pathlib import Path

import pytest
import tomli_w

from districting.config import load_settings, parse_settings, settings_tree
from districting.errors import DataError
from districting.wording import LANGUAGES


def parse(tree, **more):
    return parse_settings(tree, folder=Path("."), file="config.toml", **more)


def test_an_input_may_be_a_path_a_table_or_a_list():
    settings = parse(
        {"inputs": {"admin": "streets.geojson", "blocks": {"path": "a.gpkg", "layer": "b"}, "schools": ["one.csv", {"path": "two.csv", "stage": "junior"}]}}
    )
    assert settings.inputs["admin"][0].path == "streets.geojson"
    assert settings.inputs["blocks"][0].layer == "b"
    assert [s.stage for s in settings.inputs["schools"]] == [None, "junior"]


def test_tables_per_input_reach_every_file_of_it_and_its_own_setting_wins():
    tree = {"inputs": {"schools": ["one.csv", {"path": "two.csv", "datum": "wgs84"}], "datum": {"schools": "gcj02"}, "columns": {"schools": {"name": "NAME"}}}}
    one, two = parse(tree).inputs["schools"]
    assert (one.datum, two.datum) == ("gcj02", "wgs84")
    assert one.columns == two.columns == {"name": "NAME"}


def test_an_epsg_code_may_be_written_as_a_number():
    assert parse({"inputs": {"schools": "one.csv", "datum": {"schools": 4546}}}).inputs["schools"][0].datum == "EPSG:4546"


def test_a_flag_lies_over_the_file_and_an_absent_flag_does_not():
    tree = {"project": {"seed": 3}, "solve": {"gap": 0.01}}
    assert parse(tree, overrides={"project.seed": 7, "solve.gap": None}).project.seed == 7
    assert parse(tree, overrides={"project.seed": 7, "solve.gap": None}).solve.gap == 0.01


def test_every_unknown_key_is_listed_with_the_key_that_was_meant():
    with pytest.raises(DataError) as caught:
        parse({"project": {"sed": 1}, "grouping": {"min_tier": 3}, "nonsense": {}})
    places = {f.column for f in caught.value.faults}
    assert places == {"project.sed", "grouping.min_tier", "nonsense"}
    assert "seed" in caught.value.say("en")
    assert "min_tiers" in caught.value.say("zh")


def test_a_wrong_kind_is_a_fault_at_its_place():
    with pytest.raises(DataError) as caught:
        parse({"project": {"year": "soon"}, "zoning": {"primary": {"demand": "guess"}}})
    assert {f.column for f in caught.value.faults} == {"project.year", "zoning.primary.demand"}


def test_settings_for_an_input_that_is_not_given_are_refused():
    with pytest.raises(DataError):
        parse({"inputs": {"columns": {"blocks": {"pupils_primary": "K5"}}}})


def test_a_folder_key_in_the_file_is_refused():
    with pytest.raises(DataError):
        parse({"folder": "/"})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_broken_file_is_one_line_that_names_it(tmp_path, lang):
    path = tmp_path / "config.toml"
    path.write_text("[project\nname = 1", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_settings(path)
    assert "config.toml" in caught.value.say(lang)
    assert "\n" not in caught.value.say(lang)
    with pytest.raises(DataError):
        load_settings(tmp_path / "absent.toml")
    path.write_bytes("名 = 1".encode("gbk"))
    with pytest.raises(DataError):
        load_settings(path)


def test_what_show_prints_reads_back_to_the_same_settings(tmp_path):
    settings = parse(
        {
            "project": {"name": "示范市"},
            "inputs": {"schools": {"path": "学校.xlsx", "values": {"tier": {"甲": "lead"}}}},
            "zoning": {"junior": {}},
            "pairing": {},
        }
    )
    path = tmp_path / "again.toml"
    path.write_text(tomli_w.dumps(settings_tree(settings)), encoding="utf-8")
    again = load_settings(path)
    assert settings_tree(again) == settings_tree(settings)


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"project": {"seed": -1}}, "project.seed"),
        ({"solve": {"steps": 0}}, "solve.steps"),
        ({"solve": {"gap": 1.5}}, "solve.gap"),
        ({"solve": {"time_limit_s": 0}}, "solve.time_limit_s"),
        ({"grouping": {"form": "alliances"}}, "grouping.form"),
        ({"pairing": {"form": "schools"}}, "pairing.form"),
        ({"zoning": {"kindergarten": {}}}, "zoning.kindergarten"),
        ({"pairing": {"difference": {"gain_value_m": -1}}}, "pairing.difference.gain_value_m"),
        ({"pairing": {"difference": {"min_gain": -0.1}}}, "pairing.difference.min_gain"),
        ({"pairing": {"difference": {"weights": {"books": -1}}}}, "pairing.difference.weights.books"),
        ({"pairing": {"drive": {"mutual": -0.1}}}, "pairing.drive.mutual"),
        ({"pairing": {"uds": {"university_cap": 0}}}, "pairing.uds.university_cap"),
        ({"pairing": {"uds": {"member_cap": 0}}}, "pairing.uds.member_cap"),
        ({"pairing": {"uds": {"bureau": "province"}}}, "pairing.uds.bureau"),
        ({"pairing": {"uds": {"time_limit_s": 0}}}, "pairing.uds.time_limit_s"),
    ],
)
def test_a_value_that_makes_no_sense_names_the_file_and_the_key(tree, place):
    with pytest.raises(DataError) as caught:
        parse(tree)
    assert [(f.file, f.column) for f in caught.value.faults] == [("config.toml", place)]


@pytest.mark.parametrize(
    ("tree", "zh"),
    [
        ({"zoning": {"primary": {"demand": "guess"}}}, "“guess”不是可选值。处理办法：可选：intake、roll。"),
        ({"project": {"year": "明年"}}, "“明年”不是整数。处理办法：改为整数。"),
        ({"zoning": {"primary": {"private": "maybe"}}}, "“maybe”不是true 或 false。处理办法：改为true 或 false。"),
        ({"project": {"name": 7}}, "“7”不是带引号的文字。处理办法：改为带引号的文字。"),
        ({"tiers": {"lead": "优质校"}}, "“优质校”不是方括号内的列表。处理办法：改为方括号内的列表。"),
        ({"grouping": 3}, "“3”不是一组设置（如 [名称] 下的若干行）。处理办法：改为一组设置（如 [名称] 下的若干行）。"),
        ({"inputs": {"schools": {"sheet": "学校"}}}, "缺少该设置项。处理办法：补写该项。"),
    ],
)
def test_a_wrong_value_is_said_in_one_language_and_says_what_fits(tree, zh):
    with pytest.raises(DataError) as caught:
        parse(tree)
    assert [f.say("zh").split(": ", 1)[1] for f in caught.value.faults] == [zh]


def test_a_line_that_is_no_toml_is_named_by_its_number(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("[project]\nname = 示范市\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_settings(path)
    assert [(f.file, f.row) for f in caught.value.faults] == [("config.toml", 2)]


def test_an_unknown_key_and_a_wrong_word_hide_no_value_that_makes_no_sense():
    rules = {"minimum_fil": 0.95, "seats": "maybe", "change_cap": 1.5, "size_band": [1.2, 0.8]}
    with pytest.raises(DataError) as caught:
        parse({"zoning": {"primary": {"rules": rules}}, "project": {"seed": -1}, "grouping": {"form": "alliances"}, "inputs": {"schools": {"sheet": "a"}}})
    places = {f.column for f in caught.value.faults}
    assert places >= {f"zoning.primary.rules.{name}" for name in rules} | {"project.seed", "grouping.form"}
    assert {f.file for f in caught.value.faults} == {"config.toml"}


def test_a_setting_is_not_called_idle_while_the_one_it_needs_cannot_be_read():
    with pytest.raises(DataError) as caught:
        parse({"zoning": {"primary": {"rules": {"seats": "maybe", "seats_price": 5.0}}}})
    assert [f.column for f in caught.value.faults] == ["zoning.primary.rules.seats"]


def test_numbers_of_school_pairs_and_renewals_out_of_range_are_faults_at_their_keys():
    tree = {
        "pairing": {
            "school": {"size_weight_m": -1.0, "channels": []},
            "renewal": {"graduate_share": 1.5, "renew_share": -0.1, "max_terms": 0},
        }
    }
    with pytest.raises(DataError) as caught:
        parse(tree)
    places = {f.column for f in caught.value.faults}
    of_renewal = {f"pairing.renewal.{key}" for key in ("graduate_share", "renew_share", "max_terms")}
    assert places == {"pairing.school.size_weight_m", "pairing.school.channels", *of_renewal}
    with pytest.raises(DataError) as caught:
        parse({"pairing": {"renewal": {"graduate_share": 0.3, "renew_share": 0.5}}})
    assert [f.column for f in caught.value.faults] == ["pairing.renewal.renew_share"]


@pytest.mark.parametrize(
    ("pairing", "place", "zh"),
    [
        ({"form": []}, "pairing.form", "空"),
        ({"stages": []}, "pairing.stages", "空"),
        ({"form": ["school", "school"]}, "pairing.form", "重复列出：school"),
        ({"form": ["uds", "chain", "uds"]}, "pairing.form", "重复列出：uds"),
        ({"stages": ["primary", "primary"]}, "pairing.stages", "重复列出：primary"),
        ({"second_level": {"linked": ["scool"]}}, "pairing.second_level.linked", "scool"),
    ],
)
def test_no_form_or_stage_of_links_and_one_named_twice_are_faults(pairing, place, zh):
    with pytest.raises(DataError) as caught:
        parse({"pairing": pairing})
    assert [f.column for f in caught.value.faults] == [place]
    assert zh in caught.value.say("zh")


def test_pins_are_pairs_and_the_aim_of_gaps_is_one_of_two():
    assert parse({"pairing": {"school": {"pins": [["A", "B"]], "gap_goal": "alike"}}}).pairing.school.pins == (("A", "B"),)
    with pytest.raises(DataError) as caught:
        parse({"pairing": {"school": {"pins": [["A", "B", "C"]], "gap_goal": "far", "channels": ["tea"]}}})
    assert {f.column.rpartition(".")[2] if "gap" in f.column else f.column.split(".")[2] for f in caught.value.faults} == {"pins", "gap_goal", "channels"}
