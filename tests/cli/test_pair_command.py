"""`pair` with and without --form: what the config names is made, in its order; and what the public may hear of it."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.wording import say
from tests.cli.group_town import school, write

TOWN = [school("JL", 1), school("JW", 2), school("JW", 3), school("J", 6)]
BOTH = """
[pairing]
form = ["school", "chain"]
stages = ["junior"]
[pairing.chain]
levels = "tier"
"""


@pytest.fixture
def pair(tmp_path):
    """One lead school, two weak ones of which it may carry one, and a regular one."""

    def run(pairing, *more, lang="en"):
        config = write(tmp_path, TOWN, pairing)
        words = ["pair", config, "-o", tmp_path / "out", "--lang", lang, "--overwrite", *more]
        result = CliRunner().invoke(cli, [str(w) for w in words], prog_name="districting")
        assert "Traceback" not in result.output
        assert "unexpected" not in result.output
        return result

    return run


def kinds(folder):
    return pd.read_csv(folder / "out" / "links.csv")["kind"].value_counts().to_dict()


def test_without_a_form_all_forms_of_the_config_are_made(pair, tmp_path):
    assert pair(BOTH.replace("stages", "donor_cap = 2\nstages")).exit_code == 0
    assert kinds(tmp_path) == {"school": 2, "chain": 3}
    assert pair('[pairing]\nform = "school"\ndonor_cap = 2\nstages = ["junior"]\n').exit_code == 0
    assert kinds(tmp_path) == {"school": 2}


def test_a_form_that_is_named_is_made_alone(pair, tmp_path):
    assert pair(BOTH, "--form", "chain").exit_code == 0
    assert kinds(tmp_path) == {"chain": 3}


def test_nothing_named_or_an_unknown_name_is_a_usage_error_that_lists_the_forms(pair, tmp_path):
    for pairing, more, said in (("", (), "say which form"), (BOTH, ("--form", "friends"), "no form 'friends'")):
        result = pair(pairing, *more)
        assert result.exit_code == 2
        assert said in result.stderr
        assert "six_shares" in result.stderr
    assert not (tmp_path / "out").exists()


def test_who_is_in_nothing_is_one_number_on_the_screen_and_named_in_the_summary(pair, tmp_path):
    lines = pair('[pairing]\nform = "school"\ndonor_cap = 2\nstages = ["junior"]\n').stdout.splitlines()
    assert [line for line in lines if "no link" in line] == ["1 school(s) in no link, district or alliance (1 junior), see left_out in summary.json"]
    assert not any("J6" in line for line in lines)
    told = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert [(r["name"], r["reason"]) for r in told["left_out"]] == [("J6", "in_no_alliance")]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("paired", "link", "alliance", "included", "weak", "mentor")), ("zh", ("结对", "联盟", "纳入", "薄弱", "带动"))]
)
def test_the_screen_and_the_json_of_a_public_run_say_no_more_than_its_files(pair, tmp_path, lang, words):
    internal = pair(BOTH.replace("stages", "donor_cap = 2\nstages"), lang=lang).output
    assert any(word in internal for word in words)
    result = pair(BOTH.replace("stages", "donor_cap = 2\nstages"), "--audience", "public", "--json", lang=lang)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["left_out"] == []
    assert told["counts"]["pairs"] == 0
    assert told["decisions"] == []
    written = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert {k: v for k, v in told.items() if k not in ("seconds", "outputs")} == written
    screen = [line for line in result.stderr.splitlines() if str(tmp_path) not in line and line != say("cli.public_folder", lang)]
    said = json.dumps(written, ensure_ascii=False).replace("links_by_kind", "") + "".join(screen)
    assert [word for word in words if word in said] == []
