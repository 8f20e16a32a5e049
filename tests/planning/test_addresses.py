"""Which school for an address: exact, by exception, among several; never a silent guess."""

import dataclasses
import json

import pandas as pd
import pytest

import districting as dt
from districting.errors import DataError
from districting.outputs.addressed import address_lines
from districting.planning.addresses import explain_address
from tests.cli.test_commands import call
from tests.planning.strip_city import strip_city

NAMES = ["春风苑", "春风苑二期", "阳光花园", "滨江里", "滨江里", "春风苑1", "雁城村1组", "雁城村11组", "西园", "", "桥头小区", "北苑A区"]


@pytest.fixture(scope="module")
def plan():
    city = strip_city()
    notes = [""] * 12
    notes[2] = "雁城路1-70号(双号)→school B(至2026年)；12号楼→D；雁城路100号→nowhere；人民路5号→school C(至2020年)"
    blocks = city.blocks.assign(name=NAMES, address_exceptions=notes)
    made = dt.make_plan(dataclasses.replace(city, blocks=blocks))
    excepted = pd.DataFrame({"block_id": ["b08"], "stage": "primary", "school_id": "C", "reason": "新校未建成", "temporary_until": [2027]})
    return made.replace(exceptions=excepted)


def ask(plan, address):
    return explain_address(plan, address, ("primary",))


def school(plan, address):
    found = ask(plan, address)
    assert found.sure
    return found.answers[0].stages[0].schools


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("春风苑", "school A"),
        ("春 风 苑３号楼", "school A"),
        ("示范市青禾路春风苑3号楼201", "school A"),
        ("春风苑二期5幢", "school A"),
        ("雁城村11组", "school C"),
        ("雁城村1组", "school C"),
        ("桥头小区(东门)", "school D"),
        ("北苑a区", "school D"),
    ],
)
def test_a_compound_is_found_whatever_the_width_and_the_longest_name_counts(plan, address, expected):
    assert school(plan, address) == (expected,)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("雁城路2号", "school B"),
        ("雁城路70号", "school B"),
        ("示范市雁城路 ２号", "school B"),
        ("阳光花园12号楼3单元", "school D"),
        ("阳光花园13号楼", "school A"),
    ],
)
def test_a_door_number_under_an_exception_goes_to_its_school(plan, address, expected):
    assert school(plan, address) == (expected,)


@pytest.mark.parametrize("address", ["雁城路3号", "雁城路72号", "新雁城路2号"])
def test_a_number_beyond_the_range_or_of_another_street_is_not_found(plan, address):
    with pytest.raises(DataError) as error:
        ask(plan, address)
    assert address not in error.value.say("zh")


def test_a_door_whose_exception_has_run_out_goes_with_its_zone_and_that_is_said(plan):
    (answer,) = ask(plan, "人民路5号").answers
    assert answer.block_id == "b02"
    assert answer.stages[0].schools == ("school A",)
    assert (answer.exception, answer.ended) == ("", "人民路5号→school C(至2020年)")


def test_exceptions_of_the_compound_are_told_where_no_number_is_given(plan):
    (answer,) = ask(plan, "阳光花园").answers
    assert answer.stages[0].schools == ("school A",)
    assert len(answer.other) == 3


def test_an_exception_whose_school_is_not_known_is_said_to_be_unclear(plan):
    (answer,) = ask(plan, "雁城路100号").answers
    assert answer.stages[0].school_unclear
    assert "请向教育局核实" in "\n".join(address_lines(ask(plan, "雁城路100号"), "zh"))


@pytest.mark.parametrize(
    ("address", "blocks"),
    [("滨江里", {"b03", "b04"}), ("滨江里5号", {"b03", "b04"}), ("雁城村", {"b06", "b07"}), ("新阳光花园", {"b02"}), ("阳光花园三期", {"b02"})],
)
def test_what_may_be_several_or_another_is_listed_and_not_chosen(plan, address, blocks):
    found = ask(plan, address)
    assert not found.sure
    assert {a.block_id for a in found.answers} == blocks


def test_a_name_that_ends_in_a_number_is_not_the_beginning_of_a_longer_number(plan):
    assert [a.block_id for a in ask(plan, "春风苑12号楼").answers] == ["b00"]


def test_a_name_misspelt_is_suggested_and_not_taken(plan):
    with pytest.raises(DataError) as error:
        ask(plan, "阳光花圆")
    assert "阳光花园" in error.value.say("zh")


def test_a_temporary_block_says_until_when_and_why(plan):
    (answer,) = ask(plan, "西园").answers
    told = answer.stages[0]
    assert (told.why, told.reason, told.until) == ("block_exception", "新校未建成", 2027)


def test_seats_left_are_seats_less_the_children_of_the_zone(plan):
    told = ask(plan, "春风苑").answers[0].stages[0]
    assert (told.seats, told.seats_left) == (4.0, 1.0)


@pytest.mark.parametrize("address", ["", "  ", "　"])
def test_a_blank_is_refused(plan, address):
    with pytest.raises(DataError):
        ask(plan, address)


def test_the_command_answers_from_the_plan_file_alone_in_both_languages(plan, tmp_path):
    dt.write_plan(plan, tmp_path / "plan.gpkg")
    told = json.loads(call("explain", tmp_path / "plan.gpkg", "--address", "阳光花园12号楼", "--json").stdout)
    assert (told["status"], told["answers"][0]["stages"][0]["schools"]) == ("found", ["school D"])
    assert "tier" not in json.dumps(told)
    assert "4 seats, 1 expected to be left" in call("explain", tmp_path / "plan.gpkg", "--address", "春风苑", lang="en").stdout
    assert "临时安排，到2027年为止" in call("explain", tmp_path / "plan.gpkg", "--address", "西园", lang="zh").stdout
    assert call("explain", tmp_path / "plan.gpkg", "--address", "nowhere at all").exit_code == 4
    assert call("explain", tmp_path / "plan.gpkg", "--address", "x", "--rules").exit_code == 2
    assert call("explain", tmp_path / "plan.gpkg", "--address", "春风苑", "--to", "A").exit_code == 2
