"""What every command in SHARERS keeps to: its maker is there, it is offered, worded and documented, and without its input it says in words what is missing."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from districting.cli.sharing import SHARE_COMMANDS
from districting.errors import DataError
from districting.model.share_result import ShareResult
from districting.planning import sharing
from districting.planning.sharing import SHARERS, share
from districting.wording import LANGUAGES, catalogue
from tests.planning.strip_city import strip_city

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def broken(name: str) -> set[str]:
    """The laws that a command of ``share`` breaks."""
    module, _, function = SHARERS[name].partition(":")
    maker = getattr(import_module(module), function, None)
    if maker is None or len(inspect.signature(maker).parameters) != 2:
        return {"maker"}
    found = set() if name in SHARE_COMMANDS else {"command"}
    found |= set() if f"`{name}`" in README or f"share {name}" in README else {"readme"}
    found |= set() if set(catalogue("cli").get(f"command_share_{name}", ())) >= set(LANGUAGES) else {"words"}
    return found | _of_a_bare_city(name)


def _of_a_bare_city(name: str) -> set[str]:
    """Four schools in a row, of which nothing is known that could be shared: a fault that says so, or a result that is the same again."""
    try:
        one, two = share(name, strip_city()), share(name, strip_city())
    except DataError as error:
        said = [f.say(lang) for f in error.faults for lang in LANGUAGES]
        return set() if all(said) and all(f.remedy.say("zh") for f in error.faults) else {"fault"}
    same = isinstance(one, ShareResult) and one.facts == two.facts and [x.say("zh") for x in one.lines] == [x.say("zh") for x in two.lines]
    return set() if same else {"same again"}


@pytest.mark.parametrize("name", SHARERS)
def test_a_command_of_share_keeps_every_law(name):
    assert broken(name) == set()


def test_every_command_that_is_offered_is_made():
    assert set(SHARE_COMMANDS) == set(SHARERS)


def test_a_command_that_is_registered_only_is_caught(monkeypatch):
    monkeypatch.setitem(SHARERS, "planted", SHARERS["ledger"])
    assert broken("planted") == {"command", "readme", "words"}
    monkeypatch.setitem(SHARERS, "planted", "districting.planning.sharing:no_such")
    assert broken("planted") == {"maker"}
    assert sharing.SHARERS is SHARERS
