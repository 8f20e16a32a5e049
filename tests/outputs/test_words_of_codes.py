"""Every code that the makers of links can write into a plan has words in both languages; subjects, themes and names of communities are free text."""

import ast
import inspect
from pathlib import Path
from typing import get_args

import pytest

import districting
from districting.model.pairing_settings import SUPPORT_EVENTS, Channel
from districting.model.resources import RESOURCES
from districting.model.sharing import SHARE_LAYERS
from districting.model.stages import STAGES
from districting.outputs.link_looks import coded
from districting.pairing import DRIVES, FORMS
from districting.pairing import renewal as weighing
from districting.planning.links import base_school, chain, difference, experts, master_apprentice, renewal_rows, senior_community
from districting.wording import LANGUAGES, catalogue

REASONS_OF_TERMS = {"gone", "passes", "risen", "no_gap", "running", "no_measure", "gap_closed", "little_closed", "most_terms", "closing"}
REASONS_OF_TERMS |= {"still_closed", "still_passes", "still_risen", "widened", "no_gap_known"}
REASONS_OF_WHAT_WAS_DONE = {"not_taken", "no_other", "pinned"}
OUTCOMES = {"new", "kept", "renewed", "rematched"}


def strings(module):
    """Every text constant of a module, without its documentation."""
    tree = ast.parse(inspect.getsource(module))
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.isidentifier()}


def reasons_in_source():
    """Constants that stand in the column ``reason`` of what a decision leaves out, read from the source of planning and of the solvers of links."""
    found = set()
    root = Path(districting.__file__).parent
    of_links = [f for f in (root / "planning").rglob("*.py") if f.parent.name != "sharing"]  # what sharing leaves out has words of its own
    for file in [*of_links, *(root / "pairing").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "reason":
                found |= {n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
            if isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                found |= {v.value for k, v in pairs if isinstance(k, ast.Constant) and k.value == "reason" and isinstance(v, ast.Constant)}
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "reason" for t in node.targets) and "weigh_terms" not in ast.dump(node):
                found |= {n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return {r for r in found if r.isidentifier()} - REASONS_OF_TERMS - REASONS_OF_WHAT_WAS_DONE - {"reason", "where", "rank", "open", "str", "U16"}


CODES = {
    "kind": {*FORMS, senior_community.SCHEME, "inclusion"},
    "stage": {*STAGES, "all"},
    "end": {"school", "county", "university"},
    "channel": {*get_args(Channel), "joint_research", chain.CHANNEL, difference.CHANNEL, master_apprentice.FORM},
    "layer": {*SHARE_LAYERS, "mean"},
    "event": set(SUPPORT_EVENTS),
    "drive": {*DRIVES, "unknown"},
    "outcome": OUTCOMES,
    "decision": {*renewal_rows.DECISIONS, "reopen"},
    "why": {*REASONS_OF_TERMS, *REASONS_OF_WHAT_WAS_DONE, *experts.REASONS},
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("group", CODES)
def test_every_code_of_links_has_words(group, lang):
    assert {code for code in CODES[group] if f"{group}_{code}" not in catalogue("links")} == set()
    assert all(coded(group, code, lang) for code in CODES[group])


def test_these_are_the_codes_that_the_makers_write():
    assert REASONS_OF_TERMS | {*renewal_rows.DECISIONS, "reopen"} <= strings(weighing)
    assert strings(renewal_rows) >= OUTCOMES | REASONS_OF_WHAT_WAS_DONE
    assert "joint_research" in strings(base_school)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_why_a_school_is_left_out_has_words(lang):
    found = reasons_in_source()
    assert {"in_no_alliance", "graduated", "no_stronger_donor", "no_teachers"} <= found
    assert {reason for reason in found if lang not in catalogue("map").get(f"reason_{reason}", {})} == set()


def test_every_resource_has_words():
    assert {r for r in RESOURCES if f"of_{r}" not in catalogue("measure")} == set()
