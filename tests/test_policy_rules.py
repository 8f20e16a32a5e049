"""Every rule of policy and every phrase of its sources is reachable and documented, or is said not to be computable and why; and the table of them tells the truth."""

import json
import re
from pathlib import Path

import click
import pytest

import districting as dt
from districting.cli.commands import cli
from districting.cli.enrolling import ENROL_COMMANDS
from districting.config import parse_settings
from districting.grouping import FORMS as DISTRICT_FORMS
from districting.measures.registry import DISTRICT_MEASURES, MEASURES
from districting.model.plan import PLAN_TABLES
from districting.outputs.policy_rules import PROFILES, REQUIRED, RULE_FILES, default_of, rules_page
from districting.outputs.report.registry import DOCUMENTS
from districting.pairing import FORMS as LINK_FORMS
from districting.planning.sharing import SHARERS
from districting.reading.policy_rules import policy_rules
from districting.wording import LANGUAGES, catalogue, say
from tests.cli.test_commands import call

CODES = [
    "R01",
    "R02",
    "R03",
    "R04",
    "R05",
    "R06",
    "R07",
    "R08",
    "R09",
    "R10",
    "R11",
    "R12",
    "R13",
    "R14",
    "R15",
    "R16",
    "R17",
    "R18",
    "R19",
    "R20",
    "R21",
    "R22",
    "R23",
    "R24",
    "R25",
    "R26",
    "R27",
    "R28",
    "R29",
    "R30a",
    "R30b",
    "R30c",
    "R30d",
    "R31",
    "R32",
    "R33",
    "R33b",
    "R34",
    "R35",
    "R36",
    "R37",
    "R38",
    "R39",
    "R40",
    "R41",
    "R42",
    "R43",
    "2.1",
    "2.2",
    "2.3",
    "2.4",
    "2.5",
    "2.6",
    "2.7",
    "2.8",
    "2.9",
]
"""The list of rules, and the national rules that phrases point to."""

PHRASES = {
    "hohhot": {
        "学区划分": "R01", "强校弱校组成联盟": "R01", "相对就近": "R01", "优势互补": "R01", "1所优质初中牵头": "R01", "1至2所薄弱初中": "R01", "衔接周边小学": "R01",
        "校长联席会议": "R02", "统筹安排教育教学活动": "R04", "共享硬件、课程、教师": "R19", "小升初公平分配生源": "R03 R43", "统一教研": "R04",
        "名师课件经班班通共享": "R05", "教师交流任教": "R06 R37", "统一调配": "R06 R37",
    },
    "baoji": {
        "示范引领帮扶渗透": "R12", "择校热": "R14 2.4", "大班额": "R14 2.4", "蔡家坡": "R07", "互派团队": "R07", "项目支持": "R07", "联合科研": "R07", "“1+1”": "R08",
        "7个普通高中孵化片区": "R09", "12个学前孵化片区": "R09", "二级学校联盟": "R10", "行政推动": "R13", "统筹联动": "R13", "创新驱动": "R13", "周期轮动": "R13",
        "强校孵化责任": "R07 R12", "联片教研": "R14", "送教下乡": "R14", "同课异构": "R14", "师徒结对": "R14", "所有学校纳入": "R11", "链式带动": "R12", "以强带弱": "R12",
        "缩小校际差距": "2.1 R27",
    },
    "abstracts": {
        "1 ": "R15", "2 ": "R16", "3 ": "R17", "4 ": "R18", "5 ": "R20", "6 ": "R21", "7 ": "R22", "8 ": "R23", "9 ": "R18", "10 ": "R24", "11 ": "R25 R34", "12 ": "R26",
        "13 ": "R27 R29", "14 ": "R28", "15 ": "R29 2.7", "16 ": "R22 R29", "17 ": "R18 R19", "18 ": "R30a", "19 ": "R30b", "20 ": "R30c",
    },
    "chengdu": {
        "风险评估": "R41", "相同学段": "R31", "教育主题": "R32", "直对入学": "R33", "单校划片": "R33", "九年一贯": "R33", "其他形式": "R33b", "学区管理委员会": "R34", "评价": "R34",
        "轮岗": "R34", "督学责任": "R34", "学生评价": "R34", "设施设备": "R35 R05", "场地": "R35", "社会资源": "R35", "信息平台": "R35 R05", "薄弱学校建设": "R29 R35",
        "县管校聘": "R36", "跨校竞聘": "R36", "骨干教师交流": "R37", "音体美走教": "R38", "名师工作室": "R39", "学科基地": "R39", "跨校教研": "R39", "订单式培训": "R39", "小专题": "R39",
        "划片就近": "R40 2.5 2.6", "划片微机排位": "R40 2.5 2.6", "纵向多层次": "R25 R40", "家门口的好学校": "R42", "千校一面": "R32",
    },
}  # fmt: skip
"""Source -> words of a phrase -> the rules that take it up, copied by hand from the index of the policy rules."""

TABLE = policy_rules()
PLACEHOLDERS = {"STAGE": "primary", "FORM": "alliance", "N": "3", "YEAR": "2026"}
SOURCE_OF_FINDINGS = "\n".join(p.read_text("utf-8") for p in (Path(dt.__file__).parent / "auditing").rglob("*.py"))


def of_all(field):
    """Everything that rules name in a field, once."""
    return sorted({name for rule in TABLE.rules.values() for name in getattr(rule, field)})


def leaf(words):
    """(command, its name, the words that are its own) of a line after ``districting``."""
    command, name, rest = cli, "districting", list(words)
    while isinstance(command, click.Group):
        name = rest.pop(0)
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"no command {name}"
        command = found
    return command, name, rest


def named(command, option=None):
    """What rules name as sub-commands or as the value of an option of one command."""
    lines = [c.split() for rule in TABLE.rules.values() for c in rule.commands]
    mine = [words for words in lines if words[0] == command]
    return {w[1] for w in mine} if option is None else {w[w.index(option) + 1] for w in mine if option in w}


def test_the_table_holds_every_rule_of_the_list_and_no_other():
    assert list(TABLE.rules) == CODES


def test_every_rule_has_a_command_settings_or_names_in_python_a_source_and_its_limits():
    for rule in TABLE.rules.values():
        assert rule.commands, rule.code
        assert rule.settings or rule.api, rule.code
        assert rule.sources, rule.code
        assert set(rule.sources) <= set(TABLE.sources), rule.code


@pytest.mark.parametrize("source", PHRASES)
def test_every_phrase_of_the_index_is_taken_up_by_its_rules(source):
    phrases = [p for p in TABLE.phrases if p.source == source]
    for words, codes in PHRASES[source].items():
        holding = [p for p in phrases if (p.zh.startswith(words) if source == "abstracts" else words in p.zh)]
        assert holding, words
        assert any(set(codes.split()) <= set(p.rules) for p in holding), words
    for phrase in phrases:
        assert any(phrase.zh.startswith(w) if source == "abstracts" else w in phrase.zh for w in PHRASES[source]), f"{phrase.zh} is no phrase of the index"
        assert set(phrase.rules) <= set(CODES)


def test_what_cannot_be_computed_is_said_with_its_reason():
    assert [c for c, rule in TABLE.rules.items() if rule.not_computable] == ["R13", "R25", "R34", "2.2", "2.3", "2.4"]
    assert [p.zh for p in TABLE.phrases if p.not_computable] == ["行政推动", "统筹联动", "创新驱动", "学生评价机制"]


def test_every_command_that_a_rule_names_can_be_given_as_it_stands():
    refused = []
    for line in of_all("commands"):
        command, name, words = leaf(line.split())
        try:
            command.make_context(name, [PLACEHOLDERS.get(w, w) for w in words])
        except click.UsageError as error:  # an option, a choice or a number of arguments is wrong
            refused.append(f"{line}: {error.message}")
    assert refused == []


def test_every_command_that_a_rule_names_explains_itself():
    paths = {tuple(words[: len(words) - len(leaf(words)[2])]) for rule in TABLE.rules.values() for words in (c.split() for c in rule.commands)}
    for path in sorted(paths):
        assert call(*path, "--help").exit_code == 0


@pytest.mark.parametrize(("command", "forms"), [("group", DISTRICT_FORMS), ("pair", LINK_FORMS)])
def test_every_form_that_a_rule_names_is_registered_and_every_registered_form_belongs_to_a_rule(command, forms):
    assert named(command, "--form") - {"FORM"} == set(forms)


@pytest.mark.parametrize(("command", "registered"), [("share", SHARERS), ("enrol", ENROL_COMMANDS)])
def test_every_command_of_sharing_and_enrolment_belongs_to_a_rule(command, registered):
    assert named(command) == set(registered)


def test_every_setting_that_a_rule_names_is_one_and_its_default_is_valid():
    given = {}
    for key in of_all("settings"):
        default = default_of(key)  # a KeyError where there is no such setting
        if ":" in key:
            assert key.partition(":")[0] in (*PROFILES, *RULE_FILES)
        elif default is not None and default is not REQUIRED:
            *tables, name = key.replace("STAGE", "primary").split(".")
            place = given
            for table in tables:
                place = place.setdefault(table, {})
            place[name] = default
    as_in_a_file = re.sub(r"\bnull\b", "0", json.dumps(given))  # no upper limit
    parse_settings(json.loads(as_in_a_file), folder=Path("."))


@pytest.mark.parametrize(
    "key",
    [
        "pairing.chain.depth",
        "zoning.STAGE.rules.near",
        "grouping.forms.union.counts",
        "grouping.forms.alliance.size",
        "balance:quality.line",
        "quota:part",
        "fees:yellow",
    ],
)
def test_a_setting_that_does_not_exist_is_found_out(key):
    with pytest.raises(KeyError):
        default_of(key)


def test_defaults_are_those_of_the_policy():
    assert default_of("grouping.forms.alliance.counts") == {"junior_lead": (1, None), "junior_weak": (1, 2), "primary": (1, None)}
    assert default_of("pairing.incubation.areas") == {"senior": 7, "preschool": 12}
    assert (default_of("sharing.rotation.share"), default_of("sharing.rotation.backbone_share")) == (0.10, 0.20)
    assert default_of("balance:basic.composite") == {"primary": 0.65, "junior": 0.55}
    assert (default_of("forecast:yellow"), default_of("forecast:red"), default_of("lottery:digits")) == (0.90, 1.00, 10)
    assert default_of("lottery:engine") is REQUIRED


def test_every_measure_that_a_rule_names_is_one_of_the_findings():
    named = of_all("measures")
    assert [m for m in named if not (m in MEASURES or m in DISTRICT_MEASURES or re.search(rf'"{m}[".]', SOURCE_OF_FINDINGS))] == []
    assert set(named) <= set(catalogue("measure"))


def test_every_measure_of_zones_and_districts_belongs_to_a_rule():
    assert {*MEASURES, *DISTRICT_MEASURES} <= set(of_all("measures"))


def test_every_table_sheet_document_and_public_name_that_a_rule_names_exists():
    assert set(of_all("tables")) <= set(PLAN_TABLES)
    assert set(of_all("documents")) <= {d.key for d in DOCUMENTS}
    assert set(of_all("api")) <= set(dt.__all__)
    assert {f"sheet_{s}" for s in of_all("sheets")} <= set(catalogue("sharing"))


def test_both_languages_say_everything():
    texts = [t for r in TABLE.rules.values() for t in ({"zh": r.zh, "en": r.en}, r.formula, r.limits, r.not_computable) if t is not None]
    texts += [{"zh": p.zh, "en": p.en} for p in TABLE.phrases] + [p.not_computable for p in TABLE.phrases if p.not_computable] + list(TABLE.sources.values())
    for words in texts:
        assert set(words) == {"zh", "en"}
        assert re.search(r"[\u4e00-\u9fff]", words["zh"]), words
        assert not re.search(r"[\u4e00-\u9fff]", words["en"]), words
        words["zh"].encode("gbk")  # what a Chinese console can show


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_lists_all_rules_and_shows_one(lang):
    listed = call("rules", "--lang", lang).stdout
    assert [line.split()[0] for line in listed.splitlines()[1:-1]] == CODES
    shown = call("rules", "r12", "--lang", lang).stdout
    assert TABLE.rules["R12"].title(lang) in shown
    assert "[pairing.chain] max_depth = 3\n" in shown
    assert say("policy.limits", lang) in shown


def test_the_command_gives_json_and_knows_its_codes():
    found = json.loads(call("rules", "R33b", "2.6", "--json", "--phrases").stdout)
    assert [r["code"] for r in found["rules"]] == ["R33b", "2.6"]
    assert found["rules"][1]["settings"]["lottery:engine"] == "required"
    assert len(found["phrases"]) == len(TABLE.phrases)
    refused = call("rules", "R30")
    assert refused.exit_code == 2
    assert "R30a" in refused.stderr


def test_the_phrases_are_listed_under_their_sources():
    shown = call("rules", "--phrases", "--lang", "zh").stdout
    assert all(p.zh in shown for p in TABLE.phrases)
    assert "行政推动：工作方式" in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_holds_every_rule_and_phrase(lang, tmp_path):
    path = tmp_path / "rules.md"
    assert call("rules", "-o", path, "--lang", lang).exit_code == 0
    page = path.read_text("utf-8")
    assert page == rules_page(TABLE, lang)
    assert re.findall(r"(?m)^## (R\d\S*|\d\.\d) ", page) == CODES
    assert len(re.findall(r"(?m)^\| (?!---)", page)) == len(TABLE.phrases) + 4
    assert call("rules", "-o", path).exit_code == 2  # not over what is there
