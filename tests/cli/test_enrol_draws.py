"""``enrol split``, ``quota`` and ``classes`` from the command line: results, replay, bad input, and what is never written."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import tomllib
from importlib import resources
from pathlib import Path

import jsonschema
import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

import districting as dt
from districting.cli.commands import cli
from districting.model.settings import GroupingSettings, Settings, ZoningSettings
from districting.reading.city import City
from tests.planning.conftest import CRS, campus, grid_blocks

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    """A plan of the grid with alliances; its primaries have no graduates on record."""
    schools, stages = campus()
    city = City(settings=Settings(zoning={"primary": ZoningSettings(), "junior": ZoningSettings()}, grouping=GroupingSettings()), schools=schools, school_stages=stages, crs=CRS, blocks=grid_blocks())  # fmt: skip
    path = tmp_path_factory.mktemp("plan") / "plan.gpkg"
    dt.write_plan(dt.make_plan(city), path)
    return path


@pytest.fixture
def graduates(plan_file, tmp_path):
    """Five graduates of each primary, two of them twins, one a boarder."""
    plan = dt.read_plan(plan_file)
    primaries = sorted(plan.memberships.loc[plan.memberships["stage"] == "primary", "school_id"].unique())
    rows = ["学生编号,姓名,毕业小学,性别,双胞胎组,寄宿"]
    for p, school in enumerate(primaries):
        rows += [f"S{p:03d}{k:04d},机密{p}{k},{school},{'男女'[k % 2]},{f'T{p}' if k < 2 else ''},{'是' if k == 4 else '否'}" for k in range(5)]
    path = tmp_path / "graduates.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def call(*words, code=0, lang="zh"):
    result = CliRunner(env={"DISTRICTING_LANG": lang}).invoke(cli, ["enrol", *map(str, words)], prog_name="districting")
    assert result.exit_code == code, result.output
    assert "机密" not in result.output
    assert "S000000" not in result.output
    return result


def faults(*words):
    return json.loads(call(*words, "--json", code=4).stdout)["faults"]


def nobody_is_named(folder, secret=("机密", "S000000")):
    """No file but the private ones holds a name or an id."""
    for path in folder.iterdir():
        if path.suffix == ".xlsx":
            content = str([[c.value for row in s.iter_rows() for c in row] for s in openpyxl.load_workbook(path)])
        else:
            content = path.read_text(encoding="utf-8")
        if ".private." in path.name:
            assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600
        else:
            assert not any(s in content for s in secret), path.name


def test_a_split_without_a_list_says_what_stands_in_for_what(plan_file, tmp_path):
    told = json.loads(call("split", plan_file, "-o", tmp_path / "out", "--json").stdout)
    assert told["status"] == "optimal"
    assert told["objective"] == pytest.approx(told["bound"])
    assert told["violations"] == []
    for district in told["districts"]:
        table = np.array(district["pupils"])
        assert (table.sum(axis=1) + district["surplus"] == district["graduates"]).all()
        assert (table.sum(axis=0) <= [j["plan"] for j in district["juniors"]]).all()
    rows = list(csv.reader(io.StringIO((tmp_path / "out" / "split.csv").read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["学区编号", "学区", "小学代码", "毕业小学", "类别", "初中代码", "初中", "人数", "按比例目标"]
    assert sum(int(r[7]) for r in rows[1:] if r[5]) == told["placed"]
    assert openpyxl.load_workbook(tmp_path / "out" / "split.xlsx").sheetnames == ["指标分配", "学区汇总", "余额"]
    assert "六分之一" in call("split", plan_file, "-o", tmp_path / "again").output


def test_the_draw_of_a_split_is_committed_to_drawn_and_replayed(plan_file, graduates, tmp_path):
    words = ("split", plan_file, "--pupils", graduates, "--strata", "sex")
    committed = json.loads(call(*words, "--commit", "--json").stdout)["commitment"]
    out = tmp_path / "out"
    told = json.loads(call(*words, "--public-seed", "384", "--commitment", committed, "-o", out, "--json").stdout)
    assert told["commitment"] == committed
    assert told["draw"]["bundles_apart"] == 0
    nobody_is_named(out)
    assert "*******0" in (out / "split_list.csv").read_text(encoding="utf-8-sig")
    record = json.loads((out / "split_record.json").read_text(encoding="utf-8"))
    entries = json.loads((out / "split_record.private.json").read_text(encoding="utf-8"))["entries"]
    assert len(entries) == len(record["results"]) == told["draw"]["pupils"]
    assert not any(e["pupil_id"].endswith("4") for e in entries)  # boarders
    assert json.loads(call("verify", out / "split_record.json", "--json").stdout)["status"] == "identical"
    call(*words, "--public-seed", "384", "-o", tmp_path / "same")
    assert (tmp_path / "same" / "split_record.json").read_bytes() == (out / "split_record.json").read_bytes()
    record["results"][0] = None if record["results"][0] else 1
    (out / "split_record.json").write_text(json.dumps(record), encoding="utf-8")
    fault = faults("verify", out / "split_record.json")[0]
    assert (fault["column"], fault["row"]) == ("results", 1)


def test_another_list_than_the_one_committed_to_is_refused(plan_file, graduates, tmp_path):
    fault = faults("split", plan_file, "--pupils", graduates, "--public-seed", "1", "--commitment", "0" * 64, "-o", tmp_path / "out")[0]
    assert fault["column"] == "commitment"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("S0000000,机密,{school},男,,否", "学生编号"),
        ("1.10105E+17,机密,{school},男,,否", "学生编号"),
        ("S9,机密,不在方案中的小学,男,,否", "毕业小学"),
        ("S9,机密,,男,,否", "毕业小学"),
        ("S9,机密,{other},男,T0,否", "毕业小学"),
        ("S9,机密,{school},男,,也许", "寄宿"),
        (",机密,{school},男,,否", "学生编号"),
    ],
)
def test_a_bad_row_in_the_list_is_named_by_its_place_and_not_by_what_it_holds(plan_file, graduates, tmp_path, row, column):
    schools = [line.split(",")[2] for line in graduates.read_text(encoding="utf-8").splitlines()[1:]]
    with graduates.open("a", encoding="utf-8") as file:
        file.write(row.format(school=schools[0], other=schools[-1]) + "\n")
    found = faults("split", plan_file, "--pupils", graduates, "--public-seed", "1", "-o", tmp_path / "out")
    assert column in [f["column"] for f in found]
    assert all(f["remedy"] for f in found)
    assert not (tmp_path / "out").exists()


def test_split_refuses_what_makes_no_sense(plan_file, graduates, tmp_path):
    call("split", plan_file, code=2)
    call("split", plan_file, "--public-seed", "1", "-o", tmp_path, code=2)
    call("split", plan_file, "--pupils", graduates, "--commit", "--public-seed", "1", code=2)
    assert faults("split", plan_file, "--scheme", "none", "-o", tmp_path / "o")[0]["column"] == "scheme"
    assert faults("split", plan_file, "--strata", "sex", "-o", tmp_path / "o")[0]["column"] == "strata"
    assert "residence" in [f["column"] for f in faults("split", plan_file, "--pupils", graduates, "--strata", "residence", "-o", tmp_path / "o")]
    assert faults("split", plan_file, "--pupils", graduates, "--public-seed", " ", "-o", tmp_path / "o")[0]["column"] == "public_seed"


def test_a_dry_run_writes_nothing_and_results_are_not_overwritten_unasked(plan_file, tmp_path):
    call("split", plan_file, "-o", tmp_path / "out", "--dry-run")
    assert not (tmp_path / "out").exists()
    call("split", plan_file, "-o", tmp_path / "out")
    call("split", plan_file, "-o", tmp_path / "out", code=2)
    call("split", plan_file, "-o", tmp_path / "out", "--overwrite")


QUOTA = 'name = "指标到校"\nseniors = "seniors.csv"\njuniors = "juniors.csv"\n'
SENIORS = "高中,招生计划,指标数\n一高,60,30\n"
JUNIORS = "初中,符合条件人数\n甲,120\n乙,80\n丙,50\n"


def quota_folder(tmp_path, rules="", **tables):
    (tmp_path / "quota.toml").write_text(QUOTA + rules, encoding="utf-8")
    for name, content in {"seniors": SENIORS, "juniors": JUNIORS, **tables}.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return tmp_path / "quota.toml"


def quota(tmp_path, *words, rules="", code=0, **tables):
    return json.loads(call("quota", quota_folder(tmp_path, rules, **tables), "-o", tmp_path / "out", "--overwrite", "--json", *words, code=code).stdout)


def test_the_quota_of_the_policy_comes_out_of_the_command(tmp_path):
    """Policy 2.7: N = 120, 80, 50 and T = 30 give 14, 10, 6."""
    assert quota(tmp_path)["places"] == [[14, 10, 6]]
    lines = (tmp_path / "out" / "quota.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[:2] == ["高中,初中,指标,其中直接分配,取整前", "一高,甲,14,0,14.4"]
    assert openpyxl.load_workbook(tmp_path / "out" / "quota.xlsx").sheetnames == ["指标分配表", "高中", "初中"]


def test_places_that_nobody_takes_go_to_the_general_plan(tmp_path):
    told = quota(tmp_path, rules='takers = "takers.csv"\n', takers="高中,初中,达线人数\n一高,甲,20\n一高,乙,8\n一高,丙,6\n")
    assert (told["seniors"][0]["returned"], told["seniors"][0]["general"]) == (2, 32)


def test_what_is_left_is_drawn_under_a_public_seed_and_replayed(tmp_path):
    call("quota", quota_folder(tmp_path, 'rounding = "draw"\n'), "-o", tmp_path / "out", code=2)
    found = {tuple(quota(tmp_path, "--public-seed", str(s), rules='rounding = "draw"\n')["places"][0]) for s in range(12)}
    assert found == {(15, 9, 6), (14, 10, 6)}
    page = tmp_path / "verifier.html"
    told = json.loads(call("verify", tmp_path / "out" / "quota_record.json", "--html", page, "--json").stdout)
    assert (told["status"], told["outputs"]) == ("identical", [str(page)])
    assert "quota-1" in page.read_text(encoding="utf-8")


def test_districts_uplift_floor_and_direct_places_of_a_lead(tmp_path):
    rules = 'share = 0.5\nfloor = 3\ndirect_per = 30\ndirect_classes = ["农村"]\n[uplift]\n"农村" = 2.0\n'
    seniors = "高中,招生计划,指标数,片区\n一高,60,30,\n二高,40,,东\n"
    juniors = "初中,符合条件人数,类别,片区,集团牵头高中,参考人数\n甲,120,,东,,\n乙,80,农村,西,一高,95\n丙,2,,东;西,,\n"
    told = quota(tmp_path, rules=rules, seniors=seniors, juniors=juniors)
    places = np.array(told["places"])
    assert places.sum(axis=1).tolist() == [30, 20]
    assert places[1, 1] == 0
    assert places.sum(axis=0)[2] >= 3
    assert told["seniors"][0]["direct"] == 95 // 30


def test_eligible_pupils_are_those_three_years_in_the_school_who_did_not_choose_it(tmp_path):
    pupils = "学生编号,初中,在校年限,择校生\n" + "".join(f"S{i:07d},{'甲乙'[i % 2]},{3 if i % 5 else 1},{'是' if i % 7 == 0 else '否'}\n" for i in range(1, 71))
    told = quota(tmp_path, rules='pupils = "pupils.csv"\n', juniors="初中\n甲\n乙\n", pupils=pupils)
    wanted = [sum(i % 2 == k and i % 5 != 0 and i % 7 != 0 for i in range(1, 71)) for k in (0, 1)]
    assert [j["eligible"] for j in told["juniors"]] == wanted


@pytest.mark.parametrize(
    ("rules", "tables", "column"),
    [
        ("flor = 1\n", {}, "flor"),
        ("floor = -1\n", {}, "floor"),
        ("share = 1.5\n", {}, "share"),
        ('rounding = "dice"\n', {}, "rounding"),
        ('[uplift]\n"农村" = -1.0\n', {}, "uplift.农村"),
        ("", {"seniors": "高中,招生计划,指标数\n一高,60,-3\n"}, "指标数"),
        ("", {"seniors": "高中,招生计划,指标数\n一高,20,30\n"}, "指标数"),
        ("", {"seniors": "高中,招生计划\n一高,60\n"}, "quota"),
        ("", {"seniors": "高中,招生计划,指标数\n一高,60,30\n一高,60,30\n"}, "高中"),
        ("", {"juniors": "初中,符合条件人数\n甲,1.5\n"}, "符合条件人数"),
        ("", {"juniors": "初中,符合条件人数\n甲,\n乙,3\n"}, "符合条件人数"),
        ("", {"juniors": "初中,符合条件人数\n甲,0\n"}, "符合条件人数"),
        ("", {"juniors": "初中\n甲\n"}, "eligible"),
        ('[uplift]\n"农村" = 1.2\n', {"juniors": "初中,符合条件人数,类别\n甲,10,山区\n"}, "类别"),
        ('takers = "takers.csv"\n', {"takers": "高中,初中,达线人数\n一高,丁,3\n"}, "初中"),
        ('takers = "takers.csv"\n', {"takers": "高中,初中,达线人数\n一高,甲,3\n一高,甲,4\n"}, "初中"),
        ("", {"seniors": "高中,招生计划,指标数,片区\n一高,60,30,北\n"}, "片区"),
        ("direct_per = 30\n", {}, "lead"),
    ],
)
def test_bad_rules_and_tables_of_a_quota_are_named_by_their_place(tmp_path, rules, tables, column):
    found = quota(tmp_path, rules=rules, code=4, **tables)["faults"]
    assert column in [f["column"] for f in found], found
    assert all(f["file"] and f["remedy"] for f in found)
    assert not (tmp_path / "out").exists()


def test_floors_that_need_too_much_are_infeasible_and_the_floor_that_is_offered_works(tmp_path):
    told = quota(tmp_path, rules="floor = 11\n", code=3)
    assert told["conflicts"][0]["amount"] == 3
    assert "10" in told["relaxations"][0]
    assert quota(tmp_path, rules="floor = 10\n")["places"] == [[10, 10, 10]]


def test_the_schema_of_the_quota_rules_takes_the_sample_and_no_unknown_key():
    schema = json.loads(resources.files("districting").joinpath("schemas/quota_rules.json").read_text(encoding="utf-8"))
    tree = tomllib.loads((SAMPLE / "quota.toml").read_text(encoding="utf-8"))
    jsonschema.validate(tree, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**tree, "flor": 1}, schema)


@pytest.fixture
def admitted(tmp_path):
    rng = np.random.default_rng(5)
    rows = ["学生编号,姓名,性别,总成绩,同班组,分班组"]
    rows += [
        f"S{i:07d},机密{i},{'男女'[int(rng.integers(2))]},{rng.normal(75, 12):.1f},{'T1' if i < 2 else ''},{'F1' if i in (4, 5) else ''}" for i in range(90)
    ]
    path = tmp_path / "admitted.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "teachers.csv").write_text("教师组\n甲组\n乙组\n丙组\n", encoding="utf-8")
    return path


def test_classes_are_balanced_masked_and_made_again_from_their_record(admitted, tmp_path):
    words = ("classes", admitted, "--classes", "3", "--score", "总成绩", "--teachers", tmp_path / "teachers.csv")
    committed = json.loads(call(*words, "--commit", "--json").stdout)["commitment"]
    out = tmp_path / "out"
    told = json.loads(call(*words, "--public-seed", "384", "--commitment", committed, "-o", out, "--json").stdout)
    assert [c["size"] for c in told["classes"]] == [30, 30, 30]
    assert np.ptp([c["male"] for c in told["classes"]]) <= 1
    assert told["mean_gap"] < 0.5
    assert 0 <= told["bound"] <= told["objective"] == told["mean_gap"]
    assert (told["status"] == "optimal") == (told["bound"] == told["objective"])
    assert sorted(c["team"] for c in told["classes"]) == ["丙组", "乙组", "甲组"]
    nobody_is_named(out)
    assert "total" not in (out / "classes_proof.json").read_text(encoding="utf-8")
    assert json.loads(call("verify", out / "classes_record.private.json", "--json").stdout)["audit_hash"] == told["audit_hash"]
    record = json.loads((out / "classes_record.private.json").read_text(encoding="utf-8"))
    assert record["results"][0] == record["results"][1]
    assert record["results"][4] != record["results"][5]


def test_scores_stand_in_no_file_for_the_public(admitted, tmp_path):
    scores = [line.split(",")[3] for line in admitted.read_text(encoding="utf-8").splitlines()[1:]]
    call("classes", admitted, "--classes", "3", "--score", "总成绩", "--public-seed", "384", "-o", tmp_path / "out")
    public = (tmp_path / "out" / "class_list.csv").read_text(encoding="utf-8-sig") + (tmp_path / "out" / "classes_proof.json").read_text(encoding="utf-8")
    assert not [s for s in scores if s in public]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("S0000001,", "S0000000,", "学生编号"),
        ("S0000001,", "1.1E+17,", "学生编号"),
        ("机密3,男", "机密3,不详", "性别"),
        ("机密3,女", "机密3,", "性别"),
        ("T1", "", None),
    ],
)
def test_bad_rows_of_the_admitted_are_named_by_their_place(admitted, tmp_path, old, new, column):
    content = admitted.read_text(encoding="utf-8")
    admitted.write_text(content.replace(old, new, 1), encoding="utf-8")
    words = ("classes", admitted, "--classes", "3", "--public-seed", "1", "-o", tmp_path / "out")
    if column is None or old not in content:
        call(*words)
    else:
        assert column in [f["column"] for f in faults(*words)]


def test_classes_that_cannot_be_are_refused(admitted, tmp_path):
    call("classes", admitted, "--classes", "3", code=2)
    assert faults("classes", admitted, "--classes", "91", "--public-seed", "1", "-o", tmp_path / "o")
    assert faults("classes", admitted, "--classes", "1", "--public-seed", "1", "-o", tmp_path / "o")[0]["column"] == "分班组"
    assert faults("classes", admitted, "--classes", "3", "--score", "没有", "--public-seed", "1", "-o", tmp_path / "o")[0]["column"] == "没有"
    two = tmp_path / "two.csv"
    two.write_text("教师组\n甲组\n甲组\n", encoding="utf-8")
    found = faults("classes", admitted, "--classes", "3", "--teachers", two, "--public-seed", "1", "-o", tmp_path / "o")
    assert len(found) == 2
    assert not (tmp_path / "o").exists()


def test_the_samples_run(tmp_path):
    assert json.loads(call("quota", SAMPLE / "quota.toml", "-o", tmp_path / "q", "--json").stdout)["totals_kept"]
    words = ("--classes", "3", "--teachers", SAMPLE / "class_teachers.csv", "--public-seed", "384", "-o", tmp_path / "c", "--json")
    assert json.loads(call("classes", SAMPLE / "admitted.csv", *words).stdout)["mean_gap"] < 0.5
