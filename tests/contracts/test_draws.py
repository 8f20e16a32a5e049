"""What every draw in DRAWS keeps to: the same again from its record, every change found, known to the browser's page and specified."""

from __future__ import annotations

import copy
from importlib import resources

import pytest

from districting.enrolment.class_draw import class_lines, read_classes
from districting.enrolment.quota_draw import quota_lines, read_quota
from districting.enrolment.records import DRAWS, draw_record, verify_other
from districting.enrolment.split_draw import read_split, split_lines
from districting.errors import DataError
from districting.outputs.lottery_page import SCRIPTS
from districting.wording import LANGUAGES, catalogue
from tests.enrolment.test_other_draws import lines_of_each

EXAMPLES = {lines[0]: lines for lines in lines_of_each()}
FORMATS = {"split-1": (read_split, split_lines), "quota-1": (read_quota, quota_lines), "classes-1": (read_classes, class_lines)}

CHANGES = {
    "results": lambda r: r["results"].__setitem__(0, r["results"][-1] if r["results"][-1] != r["results"][0] else "9"),
    "numbers": lambda r: r["numbers"].__setitem__(1, "0000000000"),
    "frozen": lambda r: r["frozen"].__setitem__(-1, r["frozen"][-1] + "0"),
    "audit_hash": lambda r: r.__setitem__("audit_hash", "0" * 64),
    "summary": lambda r: r["summary"].__setitem__(next(iter(r["summary"])), -1),
}


def broken(name: str) -> set[str]:
    """The laws that a draw breaks."""
    if name not in EXAMPLES:
        return {"example"}
    lines = EXAMPLES[name]
    record = draw_record(lines, "384")
    found = set() if draw_record(lines, "384") == record else {"same again"}
    try:
        found |= set() if verify_other(record, commitment=record["commitment"], seed="384") == record["summary"] else {"verified"}
    except DataError:
        return {*found, "verified"}
    found |= {f"seed {s}" for s in ("385", "") if not _refused(record, seed=s)}
    found |= {"seed counts"} if len({str(draw_record(lines, str(s))["numbers"]) for s in range(5)}) < 5 else set()
    for part, change in CHANGES.items():
        changed = copy.deepcopy(record)
        change(changed)
        found |= set() if (_refused(changed) or "").startswith(part) else {part}
    return found


def _refused(record, **published):
    """The part that is named when a record is refused; None when it is taken."""
    try:
        verify_other(record, **published)
    except DataError as error:
        return error.faults[0].column
    return None


@pytest.mark.parametrize("name", DRAWS)
def test_a_draw_keeps_every_law(name):
    assert broken(name) == set()


@pytest.mark.parametrize("name", DRAWS)
def test_lines_are_read_as_they_were_written(name):
    read, write = FORMATS[name]
    assert write(read(EXAMPLES[name])) == EXAMPLES[name]


@pytest.mark.parametrize("name", DRAWS)
def test_a_draw_is_specified_worded_and_known_to_the_browser(name):
    assert f"\n## {name} · " in resources.files("districting.enrolment").joinpath("other-draws.md").read_text("utf-8")
    assert set(catalogue("lottery_page")[f"kind_{name}"]) == set(LANGUAGES)
    folder = resources.files("districting.outputs").joinpath("verifier")
    assert any(f'districting.draws["{name}"] = ' in folder.joinpath(f"{script}.js").read_text("utf-8") for script in SCRIPTS)


def test_a_draw_without_an_example_or_that_its_seed_does_not_move_is_caught(monkeypatch):
    monkeypatch.setitem(DRAWS, "planted-1", DRAWS["split-1"])
    assert broken("planted-1") == {"example"}
    fixed = DRAWS["split-1"](EXAMPLES["split-1"], "1")
    monkeypatch.setitem(DRAWS, "split-1", lambda lines, seed: copy.deepcopy(fixed))
    assert broken("split-1") == {"seed counts"}
