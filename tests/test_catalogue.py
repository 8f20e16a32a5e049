"""The catalogue and the code agree: every sentence exists in both languages, asks for what it is given, and is said somewhere."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.parsed import PACKAGE, trees

SPEAKERS = {"text", "say", "Text"}


@cache
def entries() -> dict[str, dict[str, str]]:
    """Key -> language -> template, of every file."""
    return {
        f"{file.stem}.{name}": entry for file in sorted((PACKAGE / "wording").glob("*.toml")) for name, entry in tomllib.loads(file.read_text("utf-8")).items()
    }


def placeholders(template: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@cache
def spoken() -> list[tuple[str, str, ast.Call]]:
    """(place, key, call) of every sentence that the code says by a literal key."""
    calls = []
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SPEAKERS and node.args:
                key = node.args[0]
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", key.value):
                    calls.append((f"{file}:{node.lineno}", key.value, node))
    return calls


def mentioned() -> tuple[set[str], set[str], set[str]]:
    """Texts in the code that may be keys, beginnings of keys that are put together, and subjects taken whole."""
    whole, beginnings, subjects = set(), set(), set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
            if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                beginnings.add(node.left.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "catalogue" and node.args:
                subjects |= {str(a.value) for a in node.args if isinstance(a, ast.Constant)}
    return whole, {b for b in beginnings if re.match(r"[a-z_]+\.", b)}, subjects


@pytest.mark.parametrize("file", sorted(p.name for p in (PACKAGE / "wording").glob("*.toml")))
def test_every_sentence_is_there_in_chinese_and_english_with_the_same_blanks(file: str) -> None:
    wrong = []
    for key, entry in entries().items():
        if key.split(".")[0] != Path(file).stem:
            continue
        if set(entry) != {"zh", "en"} or not all(entry.values()):
            wrong.append(f"{key}: languages {sorted(entry)}")
        elif placeholders(entry["zh"]) != placeholders(entry["en"]):
            wrong.append(f"{key}: {placeholders(entry['zh'])} against {placeholders(entry['en'])}")
    assert wrong == []


def test_every_sentence_the_code_says_is_in_the_catalogue() -> None:
    assert [f"{place} says {key}" for place, key, _ in spoken() if key not in entries()] == []


def test_every_sentence_is_given_what_it_asks_for_and_no_more() -> None:
    wrong = []
    for place, key, call in spoken():
        given = {k.arg for k in call.keywords}
        if key in entries() and None not in given and given != placeholders(entries()[key]["en"]):
            wrong.append(f"{place}: {key} wants {sorted(placeholders(entries()[key]['en']))}, gets {sorted(str(g) for g in given)}")
    assert wrong == []


def test_no_sentence_is_left_that_nothing_says() -> None:
    whole, beginnings, subjects = mentioned()
    unused = [k for k in entries() if k not in whole and k.split(".")[0] not in subjects and not any(k.startswith(b) for b in beginnings)]
    assert unused == []


def test_chinese_sentences_use_chinese_punctuation() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,;!?][\u4e00-\u9fff]")
    prose = {k: "\n".join(line for line in e.get("zh", "").splitlines() if "districting " not in line) for k, e in entries().items()}  # not example commands
    assert [k for k, sentence in prose.items() if half_width.search(sentence)] == []
