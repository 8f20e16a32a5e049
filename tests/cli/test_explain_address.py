"""``explain --address`` from a bureau's files to the answer: every way to write a door, temporary blocks, estates to come, names that two compounds share, names nobody has."""

import json

import pytest

import districting as dt
from districting.errors import DataError
from districting.outputs.addressed import address_json, address_lines
from districting.planning.addresses import explain_address
from tests.cli.address_town import write_town
from tests.cli.test_commands import call

FIRST, SECOND = "第一小学", "第二小学"


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    done = call("zone", write_town(folder / "town"), "--stage", "primary", "-o", folder / "out")
    assert done.exit_code == 0, done.stderr
    return folder / "out" / "plan.gpkg"


@pytest.fixture(scope="module")
def plan(plan_file):
    return dt.read_plan(plan_file)


def told(plan, address):
    return json.loads(json.dumps(address_json(explain_address(plan, address, ("primary",)))))


def said(plan, address, lang):
    return "\n".join(address_lines(explain_address(plan, address, ("primary",)), lang))


@pytest.mark.parametrize(
    ("address", "block", "school", "exception"),
    [
        ("雁城路2号", "d02", SECOND, "雁城路1-70号(双号)→第二小学"),
        ("门牌镇雁城路 ７０ 号", "d02", SECOND, "雁城路1-70号(双号)→第二小学"),
        ("雁城路12号", "d02", SECOND, "雁城路1-70号(双号)→第二小学"),
        ("雁城路12-1号", "d02", FIRST, "雁城路12-1号→第一小学"),
        ("雁城路十二号之一", "d02", SECOND, "雁城路1-70号(双号)→第二小学"),
        ("雁城路一百零六号", "d02", SECOND, "雁城路一百零五号至一百二十号→第二小学(临时至2027年8月)"),
        ("雁城路88号院3号楼502", "d02", SECOND, "雁城路88号院3号楼→第二小学"),
        ("雁城路社区3号", "d02", FIRST, ""),
        ("和平路128弄6号", "d05", SECOND, "和平路128弄1-20号→第二小学"),
        ("和平里三幢二单元501", "d05", FIRST, "3幢2单元→第一小学"),
        ("和平里13幢2单元", "d05", SECOND, ""),
        ("和平里3幢1单元", "d05", SECOND, ""),
        ("春风苑二期5幢", "d01", FIRST, ""),
        ("雁城村13组", "d08", FIRST, ""),
        ("桥头小区2号", "d09", SECOND, ""),
    ],
)
def test_a_door_goes_where_its_line_says(plan, address, block, school, exception):
    tree = told(plan, address)
    (answer,) = tree["answers"]
    assert (tree["status"], answer["block_id"]) == ("found", block)
    assert (answer["stages"][0]["schools"], answer["exception"]) == ([school], exception)


@pytest.mark.parametrize(
    ("address", "blocks"),
    [("滨江里", ["d03", "d04"]), ("滨江里8号楼", ["d03", "d04"]), ("雁城村", ["d07", "d08"]), ("春风苑三期", ["d00"]), ("雁城路3号", ["d02"])],
)
def test_what_may_be_several_or_is_not_quite_it_is_listed_and_none_is_chosen(plan, address, blocks):
    tree = told(plan, address)
    assert (tree["status"], [a["block_id"] for a in tree["answers"]]) == ("candidates", blocks)
    assert ("请写明全名" if len(blocks) > 1 else "没有完全相符的地址") in said(plan, address, "zh")


def test_a_block_that_goes_elsewhere_for_some_years_says_until_when_and_why(plan):
    for lang, words in (("zh", ("临时安排，到2029年为止", "第三小学未建成")), ("en", ("temporary, until 2029",))):
        text = said(plan, "青年公寓", lang)
        assert all(w in text for w in words), text
    assert "临时安排，到2027年为止" in said(plan, "雁城路110号", "zh")
    assert "临时" not in said(plan, "机关大院", "zh")


def test_an_estate_that_is_not_delivered_says_so(plan):
    assert told(plan, "新城国际5号楼")["answers"][0]["delivery_year"] == 2028
    assert "预计2028年交付，目前尚未交付" in said(plan, "新城国际", "zh")
    assert "not delivered yet (expected 2028)" in said(plan, "新城国际", "en")
    assert told(plan, "春风苑")["answers"][0]["delivery_year"] is None


def test_seats_left_are_those_of_the_school_the_door_goes_to(plan):
    """Twelve compounds of twelve children, five at the first school and seven at the second, or as the plan has it: what is left adds up to 200 - 144."""
    left = {told(plan, a)["answers"][0]["stages"][0]["schools"][0]: told(plan, a)["answers"][0]["stages"][0]["seats_left"] for a in ("春风苑", "雁城路2号")}
    assert set(left) == {FIRST, SECOND}
    assert sum(left.values()) == 200 - 144
    assert "2026年学位100个，预计剩余" in said(plan, "春风苑", "zh")
    assert "100 seats" in said(plan, "春风苑", "en")


def test_an_exception_that_has_run_out_or_names_no_school_sends_nobody(plan):
    assert "5号楼→哪所都不是" in said(plan, "桥头小区五号楼", "zh")
    assert "请向教育局核实" in said(plan, "桥头小区五号楼", "zh")
    assert "解放路" not in json.dumps(told(plan, "桥头小区"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("address", "offered"),
    [("春风院", "春风苑"), ("桥斗小区", "桥头小区"), ("和平路128弄60号", "和平路128弄1-20号"), ("完全不存在", "换一种写法"), ("、", "")],
)
def test_an_address_nobody_has_is_refused_with_the_nearest_words(plan, address, offered):
    with pytest.raises(DataError) as error:
        explain_address(plan, address, ("primary",))
    assert offered in error.value.say("zh")


def test_the_command_says_the_same_in_both_languages_and_as_json(plan, plan_file):
    address = "雁城路 １１０ 号"
    for lang in ("zh", "en"):
        assert said(plan, address, lang) in call("explain", plan_file, "--address", address, lang=lang).stdout
    tree = json.loads(call("explain", plan_file, "--address", address, "--json").stdout)
    assert tree["answers"][0]["stages"][0]["until"] == 2027
    refused = call("explain", plan_file, "--address", "春风院", lang="en")
    assert refused.exit_code == 4
    assert "did you mean: 春风苑" in refused.stderr
