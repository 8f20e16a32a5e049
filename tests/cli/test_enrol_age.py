"""``enrol age``: the cut-off day from the command line, to the day, and nothing of a child in what is said."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from districting import entry_window, entry_year
from districting.cli.commands import cli

REGISTER = "姓名,出生日期\n机密甲,2019-08-31\n机密乙,2019-09-01\n机密丙,20200229\n机密丁,2020年8月31日\n机密戊,2020/9/1\n"


def call(*words, code=0, lang="zh"):
    found = CliRunner(env={"DISTRICTING_LANG": lang}).invoke(cli, ["enrol", "age", *map(str, words)], prog_name="districting")
    assert found.exit_code == code, found.output
    assert "机密" not in found.output
    return found


@pytest.fixture
def register(tmp_path):
    (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
    return tmp_path / "register.csv"


def test_the_last_day_of_august_enters_and_the_first_of_september_waits():
    found = json.loads(call("--year", 2026, "--birth", "2020-08-31", "--birth", "2020-09-01", "--birth", "2020-02-29", "--json").stdout)
    assert found["entry_years"] == [2026, 2027, 2026]
    assert (found["first_birth"], found["last_birth"]) == ("2019-09-01", "2020-08-31")


@pytest.mark.parametrize(
    ("flags", "window"),
    [
        (("--stage", "junior"), ("2013-09-01", "2014-08-31")),
        (("--cutoff", "12-31"), ("2020-01-01", "2020-12-31")),
        (("--cutoff", "02-28"), ("2019-03-01", "2020-02-28")),  # the leap day is after the cut-off and enters a year later
    ],
)
def test_other_stages_and_other_days(flags, window):
    found = json.loads(call("--year", 2026, *flags, "--birth", "2020-02-29", "--json").stdout)
    assert (found["first_birth"], found["last_birth"]) == window
    assert found["entry_years"] == [{"junior": 2032, "12-31": 2026, "02-28": 2027}[flags[1]]]


def test_a_register_is_told_in_counts_and_rows(register):
    found = json.loads(call(register, "--year", 2026, "--json").stdout)
    assert (found["children"], found["of_age"], found["too_young"], found["older"]) == (5, 3, 1, 1)
    words = call(register, "--year", 2026).stdout
    assert "适龄 3 人" in words
    assert "不足龄的行：6" in words
    assert "2019-08-31" not in words
    assert "rows of those older: 2" in call(register, "--year", 2026, "--lang", "en").stdout


@pytest.mark.parametrize("cell", ["", "2020-02-30", "2027-01-01"])
def test_what_is_no_birthday_is_refused_where_it_is(register, cell):
    register.write_text(REGISTER.replace("2019-09-01", cell), encoding="utf-8")
    faults = json.loads(call(register, "--year", 2026, "--json", code=4).stdout)["faults"]
    assert [(f["row"], f["column"]) for f in faults] == [(3, "出生日期")]


def test_a_cut_off_that_is_no_day_of_every_year_is_usage():
    call("--year", 2026, "--cutoff", "02-29", code=2)
    assert entry_window(2026)[1].isoformat() == "2020-08-31"
    assert entry_year(entry_window(2026)[0]) == 2026
