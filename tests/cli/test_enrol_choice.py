"""``enrol choice`` from the command line: a plan, a table of zones, stated wishes, and what is refused."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from districting.cli.choice import ENGINES
from districting.cli.commands import cli
from districting.enrolling.choice import town_of_plan
from districting.enrolment.choice import simulate_choice
from districting.outputs.choice import choice_json, choice_lines
from districting.outputs.geopackage import write_plan
from tests.enrolment.choice_plans import plan_of

ZONES = """片区,学校,招生计划,得分,学生数
一区,甲中学,2,90,4
一区,乙中学,2,70,
二区,丙中学,3,80,3
"""
WISHES = """学生编号,姓名,地块编号,志愿1,志愿2
S0000001,机密甲,一区,甲中学,乙中学
S0000002,机密乙,一区,甲中学,
S0000003,机密丙,一区,乙中学,甲中学
S0000004,机密丁,二区,丙中学,
"""


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans")
    write_plan(plan_of(), folder / "plan.gpkg")
    write_plan(plan_of(shared=False), folder / "single.gpkg")
    write_plan(plan_of(scores=(90.0, None)), folder / "unscored.gpkg")
    return folder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "zones.csv").write_text(ZONES, encoding="utf-8")
    (tmp_path / "wishes.csv").write_text(WISHES, encoding="utf-8")
    return tmp_path


def call(*words, code=0, lang="zh"):
    result = CliRunner(env={"DISTRICTING_LANG": lang}).invoke(cli, ["enrol", "choice", *map(str, words)], prog_name="districting")
    assert result.exit_code == code, result.output
    assert "机密" not in result.output
    assert "S000000" not in result.output
    return result


def told(*words, code=0):
    return json.loads(call(*words, "--json", code=code).stdout)


def test_a_plan_is_compared_with_today_and_with_single_zones(plans, tmp_path):
    found = told(plans / "plan.gpkg", "--before", plans / "single.gpkg", "--draws", "20", "-o", tmp_path / "e.csv", "--blocks", tmp_path / "b.csv")
    assert (found["status"], found["stage"], found["pupils"], found["seats"]) == ("simulated", "junior", 8, 8)
    assert {name: a["variance"] for name, a in found["before"].items()} == {"today": 100.0, "single": 100.0}
    assert [e["engine"] for e in found["engines"]] == list(ENGINES)
    assert all(e["unplaced"] == 0.0 for e in found["engines"])
    with (tmp_path / "e.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["engine"] for r in rows] == ["today", "single", *ENGINES]
    assert float(rows[2]["quality_variance"]) == pytest.approx(found["engines"][0]["quality_variance"])
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        blocks = list(csv.DictReader(file))
    assert [(b["block_id"], b["today"]) for b in blocks] == [("b1", "90"), ("b2", "90"), ("b3", "70"), ("b4", "70")]


def test_the_table_names_every_engine_in_both_languages(plans):
    chinese = call(plans / "plan.gpkg", "--draws", "3").stdout
    assert "延迟接受（学生提出）" in chinese
    assert "只供内部使用" in chinese
    assert "deferred acceptance, pupils" in call(plans / "plan.gpkg", "--draws", "3", "--lang", "en").stdout


def test_one_engine_the_same_seed_the_same_words(plans):
    words = [call(plans / "plan.gpkg", "--engine", "number_first", "--draws", "4", "--seed", "7").stdout for _ in range(2)]
    assert words[0] == words[1]
    assert "志愿优先" not in words[0].splitlines()[2]


def test_a_table_of_zones_has_the_odds_of_its_seats(folder):
    """Two of four get the better school of the first zone, all three the only school of the second: 5 of 7 their first wish."""
    found = told(folder / "zones.csv", "--engine", "number_first", "--noise", "0", "--draws", "3")
    (engine,) = found["engines"]
    assert engine["first_wish"] == pytest.approx(5 / 7)
    assert engine["mean_rank"] == pytest.approx((5 + 2 * 2) / 7)
    assert (engine["quality_mean"], engine["quality_variance"], engine["mean_m"]) == (pytest.approx(80.0), 0.0, None)


def test_stated_wishes_take_the_place_of_the_model(folder):
    found = told(folder / "zones.csv", "--wishes", folder / "wishes.csv", "--draws", "3", "--blocks", folder / "b.csv")
    assert (found["pupils"], found["tastes"]) == (4, None)
    assert all(e["first_wish"] == 1.0 for e in found["engines"])
    listed = (folder / "b.csv").read_text(encoding="utf-8-sig")
    assert "一区" not in listed  # three children: told with no other block, they would be told alone


def test_wishes_for_a_plan_name_schools_by_name_or_id(plans, folder):
    (folder / "w.csv").write_text("学生编号,地块编号,志愿1,志愿2\nS0000001,b1,A,乙中学\nS0000002,b4,乙中学,甲中学\n", encoding="utf-8")
    found = told(plans / "plan.gpkg", "--wishes", folder / "w.csv", "--draws", "2")
    assert (found["pupils"], found["engines"][0]["first_wish"], found["engines"][0]["mean_m"]) == (2, 1.0, 60.0)


def test_blocks_of_few_children_are_told_together(folder):
    rows = [f"S000001{i},机密,一区,甲中学,乙中学\n" for i in range(2)]
    (folder / "wishes.csv").write_text(WISHES + "".join(rows), encoding="utf-8")
    told(folder / "zones.csv", "--wishes", folder / "wishes.csv", "--draws", "2", "--blocks", folder / "b.csv")
    listed = (folder / "b.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in listed[1:]] == [["一区", "5"]]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("乙中学,2,70,", "乙中学,2,,", "score"),
        ("乙中学,2,70,", "乙中学,两,70,", "招生计划"),
        ("乙中学,2,70,", "乙中学,2,70,9", "学生数"),
        ("乙中学", "甲中学", "学校"),
        ("二区", "", "片区"),
        ("招生计划", "别的", "招生计划"),
        (",4\n", ",0\n", None),
    ],
)
def test_a_table_of_zones_with_a_fault_is_refused_where_it_is(folder, old, new, column):
    (folder / "zones.csv").write_text(ZONES.replace(old, new), encoding="utf-8")
    if column is None:
        assert told(folder / "zones.csv", "--draws", "1")["pupils"] == 3
    else:
        faults = told(folder / "zones.csv", "--draws", "1", code=4)["faults"]
        assert column in {f["column"] for f in faults}
        assert all(f["remedy"] for f in faults)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("S0000002", "S0000001", "学生编号"),
        ("一区,甲中学,乙中学", "三区,甲中学,乙中学", "地块编号"),
        ("二区,丙中学", "二区,甲中学", "志愿1"),
        ("二区,丙中学", "二区,丁中学", "志愿1"),
        ("乙中学,甲中学", "乙中学,乙中学", "志愿1"),
        ("地块编号", "别的", "block_id"),
    ],
)
def test_wishes_with_a_fault_are_refused_without_a_name(folder, old, new, column):
    (folder / "wishes.csv").write_text(WISHES.replace(old, new), encoding="utf-8")
    faults = told(folder / "zones.csv", "--wishes", folder / "wishes.csv", "--draws", "1", code=4)["faults"]
    assert column in {f["column"] for f in faults}


def test_what_a_plan_lacks_is_said(plans):
    assert told(plans / "unscored.gpkg", code=4)["faults"][0]["column"] == "score"
    assert told(plans / "unscored.gpkg", "--quality-weight", "0", "--draws", "1")["status"] == "simulated"
    assert told(plans / "single.gpkg", code=4)["faults"][0]["column"] == "zone_schools"
    assert told(plans / "plan.gpkg", "--before", plans / "plan.gpkg", code=4)["faults"][0]["column"] == "zone_schools"
    assert told(plans / "plan.gpkg", "--stage", "primary", code=4)["faults"][0]["column"] == "stage"
    assert told(plans / "none.gpkg", code=4)["status"] == "invalid"


def test_gain_before_the_draw_is_told_when_asked_for(plans):
    found = told(plans / "plan.gpkg", "--engine", "preference_first", "--draws", "4", "--strategic", "3")
    (gain,) = found["gain_before_draw"]
    assert (gain["engine"], gain["sample"], gain["all_orders"]) == ("preference_first", 3, True)
    assert "抽查 3 人" in call(plans / "plan.gpkg", "--draws", "4", "--strategic", "3").stdout


RULES = """name = "试"
engine = "preference_first"
pupils = "pupils.csv"
stage = "junior"
reserved = [{ school = "甲中学", seats = 1, when = "soldier", name = "军" }]
schools = [{ school = "甲中学", plan = 2 }, { school = "乙中学", plan = 1 }, { school = "丙中学", plan = 4 }]
default_order = ["丙中学"]
"""
PUPILS = """学生编号,姓名,双胞胎组,军人子女,志愿1,志愿2
S0000001,机密甲,t,否,甲中学,
S0000002,机密乙,t,否,甲中学,
S0000003,机密丙,,否,乙中学,甲中学
"""


def test_the_rules_of_a_lottery_bring_their_pupils_wishes_and_twins(folder):
    """The twins take both seats of the first school, the third pupil the other: all their first wish, whoever comes first."""
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    (folder / "pupils.csv").write_text(PUPILS, encoding="utf-8")
    found = told(folder / "rules.toml", "--draws", "5")
    assert (found["pupils"], found["seats"], found["bundles"], found["stage"], found["tastes"]) == (3, 7, 1, "junior", None)
    assert all(e["first_wish"] == 1.0 for e in found["engines"])
    words = call(folder / "rules.toml", "--draws", "2").stdout
    assert "捆绑（双胞胎、多孩）1 组" in words
    assert "保留学位 1 个" in words
    call(folder / "rules.toml", "--wishes", folder / "wishes.csv", code=2)
    (folder / "pupils.csv").write_text(PUPILS.replace("丙,,否,乙", "丙,,否,无"), encoding="utf-8")
    assert told(folder / "rules.toml", code=4)["faults"][0]["column"] == "志愿1"


def test_those_left_over_by_a_lottery_get_the_default_schools_only(folder):
    (folder / "rules.toml").write_text(RULES.replace("plan = 1", "plan = 0"), encoding="utf-8")
    (folder / "pupils.csv").write_text(PUPILS.replace("乙中学,甲中学", "乙中学,"), encoding="utf-8")
    (engine,) = told(folder / "rules.toml", "--draws", "2", "--engine", "number_first")["engines"]
    assert (engine["left_over"], engine["unplaced"]) == (pytest.approx(1 / 3), 0.0)
    (folder / "rules.toml").write_text(RULES.replace("plan = 1", "plan = 0").replace('default_order = ["丙中学"]\n', ""), encoding="utf-8")
    (engine,) = told(folder / "rules.toml", "--draws", "2", "--engine", "number_first")["engines"]
    assert engine["unplaced"] == pytest.approx(1 / 3)


def test_twins_of_a_table_of_wishes_are_one_and_of_one_block(folder, plans):
    header, *rows = WISHES.splitlines()
    twins = "\n".join([header + ",双胞胎组", *(f"{r},{'t' if i < 2 else ''}" for i, r in enumerate(rows))]).replace("甲中学,乙中学,t", "甲中学,,t")
    (folder / "wishes.csv").write_text(twins, encoding="utf-8")
    found = told(folder / "zones.csv", "--wishes", folder / "wishes.csv", "--draws", "3")
    assert (found["pupils"], found["bundles"]) == (4, 1)
    (folder / "w.csv").write_text("学生编号,地块编号,志愿1,双胞胎组\nS0000001,b1,A,t\nS0000002,b2,A,t\n", encoding="utf-8")
    assert {f["column"] for f in told(plans / "plan.gpkg", "--wishes", folder / "w.csv", code=4)["faults"]} == {"地块编号"}


def test_another_plan_is_simulated_in_the_same_way_and_set_beside(plans, tmp_path):
    """Single zones: 90 for b1 and b2, 70 for b3 and b4, variance 100, all of it between zones. One shared zone where distance counts for nothing: 80 for all."""
    flags = ("--distance-weight", "0", "--noise", "0", "--engine", "number_first", "--draws", "40")
    found = told(plans / "plan.gpkg", "--against", plans / "single.gpkg", *flags, "--blocks", tmp_path / "b.csv")
    (change,) = found["against"]["changes"]
    assert (change["before"]["variance"], change["cv_before"]) == (100.0, pytest.approx(10 / 80))
    assert (change["better"], change["worse"], change["same"], change["unknown"]) == (4, 4, 0, 0)
    assert change["after"]["variance"] == pytest.approx(0.0, abs=1.0)
    assert found["against"]["engines"][0]["quality_between_share"] == 1.0
    assert "against_number_first" in (tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    words = call(plans / "single.gpkg", "--stage", "junior", "--against", plans / "plan.gpkg", *flags, "--lang", "zh").stdout
    assert "与对照方案" in words
    call(plans / "plan.gpkg", "--against", plans / "plan.gpkg", "--wishes", tmp_path / "w.csv", code=2)


def test_schools_are_exchanged_and_the_plan_set_beside_itself(plans):
    found = told(plans / "plan.gpkg", "--equalise", "5000", "--engine", "number_first", "--draws", "3")["equalised"]
    assert (found["status"], found["objective"], [s["zone_id"] for s in found["schools"]]) == ("optimal", 0.0, ["z", "z"])
    assert (found["changes"][0]["same"], found["changes"][0]["variance_change"] or 0.0) == (8, 0.0)
    assert "已证明最优" in call(plans / "plan.gpkg", "--equalise", "5000", "--draws", "2").stdout
    assert "proved the least" in call(plans / "plan.gpkg", "--equalise", "5000", "--draws", "2", "--lang", "en").stdout
    assert told(plans / "unscored.gpkg", "--quality-weight", "0", "--equalise", "5000", code=4)["faults"][0]["column"] == "score"
    for flags in (["--equalise", "0"], ["--equalise", "9", "--against", plans / "single.gpkg"]):
        call(plans / "plan.gpkg", *flags, code=2)


def test_pupils_of_blocks_without_a_zone_are_counted_and_said():
    plan = plan_of(pupils=(2.0, 2.0, 2.0, 3.0))
    town = town_of_plan(plan.replace(blocks=plan.blocks.assign(zone_id_junior=["z", "z", "z", None])), "junior")
    found = simulate_choice(town, draws=2)
    assert (found.pupils, found.left_out, found.left_out_blocks) == (6, 3.0, 1)
    assert choice_json(found)["left_out_pupils"] == 3.0
    assert "不计：1 个地块没有片区，所住学生 3 人无从选择" in choice_lines(found, "zh")
    assert any("3 pupils of 1 block(s) without a zone" in line for line in choice_lines(found, "en"))


def test_odd_flags_are_usage(plans, folder):
    assert "只在给出 plan.gpkg 时可用" in call(folder / "zones.csv", "--priority", "near", code=2).stderr
    for flags in (["--draws", "0"], ["--noise", "-1"], ["--noise", "nan"], ["--engine", "best"], ["-o", folder / "x.csv", "--blocks", folder / "x.csv"]):
        call(folder / "zones.csv", *flags, code=2)
    assert told(folder / "zones.csv", "--distance-weight", "1", code=4)["faults"][0]["column"] == "distance_m"


def test_files_that_exist_are_kept_and_a_dry_run_writes_none(folder):
    target = folder / "e.csv"
    call(folder / "zones.csv", "--draws", "1", "-o", target, "--dry-run")
    assert not target.exists()
    target.write_text("mine", encoding="utf-8")
    call(folder / "zones.csv", "--draws", "1", "-o", target, code=2)
    assert target.read_text(encoding="utf-8") == "mine"
    call(folder / "zones.csv", "--draws", "1", "-o", target, "--overwrite")
    assert target.read_text(encoding="utf-8-sig").startswith("engine,")
