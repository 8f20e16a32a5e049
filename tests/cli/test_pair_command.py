"""`pair` with and without --form: what the config names is made, in its order; and what the public may hear of it."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from districting.cli.commands import cli
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
