"""``enrol lottery`` and ``enrol verify`` from the command line: commit, draw, replay; what is refused and what is never written."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from importlib import resources

import jsonschema
import pytest
from click.testing import CliRunner

from districting.cli.commands import cli

RULES = """
name = "一年级摇号"
year = 2026
stage = "primary"
engine = "number_first"
pupils = "pupils.csv"
order_keys = ["registration_date"]
default_order = ["二小"]
[[schools]]
school = "一小"
plan = 3
[[schools]]
school = "二小"
plan = 2
[[tiers]]
name = "人户一致"
when = "hukou_in_zone and owner_relation == '父母'"
[[reserved]]
school = "一小"
seats = 1
when = "soldier"
"""
PUPILS = """学生编号,姓名,双胞胎组,户籍在片区,产权人关系,军人子女,报名日期,小区,志愿1,志愿2
S0000001,机密甲,,是,父母,否,2026/3/1,b1,一小,二小
S0000002,机密乙,t,是,祖父母,否,2026/3/1,b1,一小,二小
S0000003,机密丙,t,否,父母,否,2026/3/2,b1,一小,二小
S0000004,机密丁,,否,父母,是,2026/3/1,b2,一小,
S0000005,机密戊,,是,父母,否,2026/3/1,b2,二小,一小
S0000006,机密己,,是,父母,否,2026/3/1,b2,一小,二小
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "pupils.csv").write_text(PUPILS, encoding="utf-8")
    return tmp_path


def call(folder, *words, code=0, lang="zh"):
    words = [str(folder / w) if w.endswith((".toml", ".json", ".html", ".csv", ".txt")) else w for w in words]
    result = CliRunner(env={"DISTRICTING_LANG": lang}).invoke(cli, ["enrol", *words], prog_name="districting")
    assert result.exit_code == code, result.output
    assert "机密" not in result.output
    assert "S000000" not in result.output
    return result


def test_commit_draw_and_replay(folder):
    committed = json.loads(call(folder, "lottery", "rules.toml", "--commit", "--json").stdout)
    drawn = json.loads(
        call(folder, "lottery", "rules.toml", "--public-seed", "384", "--commitment", committed["commitment"], "-o", "RECORD.json", "--json").stdout
    )
    assert drawn["commitment"] == committed["commitment"]
    identical = json.loads(call(folder, "verify", "RECORD.json", "--commitment", committed["commitment"], "--public-seed", "384", "--json").stdout)
    assert identical["status"] == "identical"
    assert identical["summary"] == drawn["summary"]
    assert "核验一致" in call(folder, "verify", "RECORD.json", "--rules", "rules.toml").stdout


def test_commit_alone_prints_the_commitment_and_writes_nothing(folder):
    before = sorted(os.listdir(folder))
    words = call(folder, "lottery", "rules.toml", "--commit").stdout
    assert any(len(line) == 64 for line in words.splitlines())
    assert len(call(folder, "lottery", "rules.toml", "--commit", "-q").stdout.strip()) == 64
    assert sorted(os.listdir(folder)) == before


def test_the_frozen_list_that_is_published_has_the_commitment_as_its_hash(folder):
    import hashlib

    committed = json.loads(call(folder, "lottery", "rules.toml", "--commit", "-o", "list.txt", "--json").stdout)
    assert hashlib.sha256((folder / "list.txt").read_bytes()).hexdigest() == committed["commitment"]


def test_the_same_inputs_and_seed_give_the_same_bytes(folder):
    for name in ("a.json", "b.json"):
        call(folder, "lottery", "rules.toml", "--public-seed", "384", "-o", name)
    assert (folder / "a.json").read_bytes() == (folder / "b.json").read_bytes()


def test_only_the_private_file_tells_who_is_who_and_only_its_owner_may_read_it(folder):
    call(folder, "lottery", "rules.toml", "--public-seed", "384", "-o", "RECORD.json", "--list", "list.csv", "--verifier", "page.html")
    for name in ("RECORD.json", "list.csv", "page.html"):
        content = (folder / name).read_text(encoding="utf-8")
        assert "机密甲" not in content
        assert "S0000001" not in content
    private = json.loads((folder / "RECORD.private.json").read_text(encoding="utf-8"))
    assert private["entries"][0] == {"position": 1, "token": private["entries"][0]["token"], "pupil_id": "S0000001", "name": "机密甲"}
    if os.name == "posix":
        assert stat.S_IMODE(os.stat(folder / "RECORD.private.json").st_mode) == 0o600
    masked = (folder / "list.csv").read_text(encoding="utf-8-sig").splitlines()
    assert masked[0] == "序号,摇号号码,学生编号,姓名,录取学校"
    assert "*******1,机**" in masked[1]


def test_a_list_with_names_is_asked_for_and_is_for_its_owner_only(folder):
    call(folder, "lottery", "rules.toml", "--public-seed", "384", "-o", "RECORD.json", "--list", "list.csv", "--unmasked")
    assert "机密甲" in (folder / "list.csv").read_text(encoding="utf-8-sig")
    if os.name == "posix":
        assert stat.S_IMODE(os.stat(folder / "list.csv").st_mode) == 0o600


def test_a_tampered_record_ends_with_4_and_names_its_line(folder):
    call(folder, "lottery", "rules.toml", "--public-seed", "384", "-o", "RECORD.json")
    record = json.loads((folder / "RECORD.json").read_text(encoding="utf-8"))
    record["results"][3] = 2
    (folder / "bad.json").write_text(json.dumps(record), encoding="utf-8")
    found = json.loads(call(folder, "verify", "bad.json", "--json", code=4).stdout)
    assert [(f["column"], f["row"]) for f in found["faults"]] == [("results", 4)]
    assert "line 4" in call(folder, "verify", "bad.json", code=4, lang="en").stderr
    record["frozen"].insert(0, "x")
    (folder / "bad.json").write_text(json.dumps(record), encoding="utf-8")
    assert "第 1 行" in call(folder, "verify", "bad.json", code=4).stderr


def test_files_changed_after_the_commitment_are_refused(folder):
    committed = json.loads(call(folder, "lottery", "rules.toml", "--commit", "--json").stdout)["commitment"]
    call(folder, "lottery", "rules.toml", "--public-seed", "384", "-o", "RECORD.json")
    (folder / "pupils.csv").write_text(PUPILS.replace("b2,一小,\n", "b2,一小,二小\n"), encoding="utf-8")
    call(folder, "lottery", "rules.toml", "--public-seed", "384", "--commitment", committed, "-o", "new.json", code=4)
    assert not (folder / "new.json").exists()
    found = json.loads(call(folder, "verify", "RECORD.json", "--rules", "rules.toml", "--json", code=4).stdout)
    assert found["faults"][0]["column"] == "frozen"


def test_odds_before_the_draw(folder):
    found = json.loads(call(folder, "lottery", "rules.toml", "--odds", "200", "-o", "odds.csv", "--seed", "3", "--json").stdout)
    assert (found["exact"], found["draws"]) == (False, 200)
    assert {g["kind"] for g in found["groups"]} == {"first_wish", "tier", "block"}
    assert len((folder / "odds.csv").read_text(encoding="utf-8-sig").splitlines()) == 7


def test_existing_files_stay_unless_overwritten_and_a_dry_run_writes_nothing(folder):
    call(folder, "lottery", "rules.toml", "--public-seed", "1", "-o", "RECORD.json", "--dry-run")
    assert not (folder / "RECORD.json").exists()
    call(folder, "lottery", "rules.toml", "--public-seed", "1", "-o", "RECORD.json")
    first = (folder / "RECORD.json").read_bytes()
    call(folder, "lottery", "rules.toml", "--public-seed", "2", "-o", "RECORD.json", code=2)
    assert (folder / "RECORD.json").read_bytes() == first
    call(folder, "lottery", "rules.toml", "--public-seed", "2", "-o", "RECORD.json", "--overwrite")
    assert (folder / "RECORD.json").read_bytes() != first


@pytest.mark.parametrize(
    "words",
    [
        ["lottery", "rules.toml"],
        ["lottery", "rules.toml", "--commit", "--public-seed", "1"],
        ["lottery", "rules.toml", "--public-seed", "1"],
        ["lottery", "rules.toml", "--commit", "--list", "a.csv"],
        ["lottery", "rules.toml", "--public-seed", "1", "-o", "r.json", "--unmasked"],
        ["lottery", "rules.toml", "--public-seed", "1", "-o", "r.json", "--list", "r.json"],
        ["lottery", "rules.toml", "--public-seed", "1", "-o", "r.json", "--commitment", "abc"],
        ["verify"],
    ],
)
def test_usage_errors_end_with_2(folder, words):
    call(folder, *words, code=2)


@pytest.mark.parametrize(
    "words",
    [["lottery", "no.toml", "--commit"], ["verify", "no.json"], ["lottery", "rules.toml", "--public-seed", " ", "-o", "r.json"], ["verify", "rules.toml"]],
)
def test_bad_input_ends_with_4(folder, words):
    call(folder, *words, code=4)


def test_seeds_that_may_be_misread_are_said(folder):
    assert "全角" in call(folder, "lottery", "rules.toml", "--public-seed", "３８４", "-o", "RECORD.json").stdout


def test_rules_and_record_fit_their_published_schemas(folder):
    call(folder, "lottery", "rules.toml", "--public-seed", "384", "-o", "RECORD.json")
    schemas = {
        name: json.loads((resources.files("districting") / "schemas" / f"lottery_{name}.json").read_text(encoding="utf-8")) for name in ("rules", "record")
    }
    record = json.loads((folder / "RECORD.json").read_text(encoding="utf-8"))
    for name, tree in (("rules", tomllib.loads(RULES)), ("record", record)):
        jsonschema.Draft202012Validator.check_schema(schemas[name])
        jsonschema.validate(tree, schemas[name])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**tree, "extra": 1}, schemas[name])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**record, "commitment": "x"}, schemas["record"])


def test_help_speaks_both_languages():
    for lang, word in (("zh", "公开种子"), ("en", "the seed drawn in public")):
        result = CliRunner(env={"DISTRICTING_LANG": lang}).invoke(cli, ["enrol", "lottery", "-h"], prog_name="districting")
        assert result.exit_code == 0
        assert word in result.output
