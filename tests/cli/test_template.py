"""The template that `init` writes: every setting in its comments is one that the program knows, and its sheets are tables that it reads."""

import dataclasses
import re
import tomllib

import openpyxl
import pytest

from districting.config import load_settings, parse_settings
from districting.model.pairing_settings import PairingSettings
from districting.reading.schema import TABLES
from tests.cli.test_commands import call

SWITCHED_OFF = re.compile(r"# (?=\[[\w.]+\]|(?:\w+|\"[^\"]+\") = )")


@pytest.fixture(params=["zh", "en"])
def folder(request, tmp_path):
    assert call("init", tmp_path / "mine", lang=request.param).exit_code == 0
    return tmp_path / "mine"


def uncommented(folder):
    """The config with every setting that stands in a comment switched on; of a setting that is given twice the one in the comment."""
    lines = (folder / "config.toml").read_text(encoding="utf-8").splitlines()
    kept = []
    for line in lines:
        off = SWITCHED_OFF.match(line)
        key = line[off.end() :].partition(" = ")[0] if off else ""
        if off and kept and kept[-1].startswith(f"{key} = "):
            kept.pop()
        kept.append(line[off.end() :] if off else line)
    return tomllib.loads("\n".join(kept))


def test_every_setting_in_the_comments_is_accepted_when_it_is_switched_on(folder):
    tree = uncommented(folder)
    del tree["scores"]["weights"]  # for method = "weights", as its comment says
    settings = parse_settings(tree, folder=folder)
    assert settings.pairing.forms == ("county", "school", "second_level")
    assert settings.pairing.county.donors


def test_every_key_of_every_form_of_link_stands_in_the_template(folder):
    written = uncommented(folder)["pairing"]
    fields = {f.name: f.default for f in dataclasses.fields(PairingSettings)}
    assert set(written) == set(fields)
    for name, default in fields.items():
        if dataclasses.is_dataclass(default):
            assert set(written[name]) == {f.name for f in dataclasses.fields(default)}, name


def test_the_template_as_it_is_is_a_config_that_check_reads(folder):
    assert load_settings(folder / "config.toml").pairing.forms == ("school",)
    unfilled = call("check", folder / "config.toml")
    assert unfilled.exit_code == 4
    assert "blocks.gpkg" in unfilled.output
    assert "pairing" not in unfilled.output


def test_the_workbook_has_a_sheet_for_teachers_and_for_shares_with_every_column(folder):
    book = openpyxl.load_workbook(folder / "template.xlsx")
    for sheet, table in (("教师", "teachers"), ("共享", "shares")):
        assert [cell.value for cell in book[sheet][1]] == [column.header_zh for column in TABLES[table]]
    inputs = uncommented(folder)["inputs"]
    assert {inputs[table]["sheet"] for table in ("teachers", "shares")} <= set(book.sheetnames)
