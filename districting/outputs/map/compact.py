"""The page's data with its long lists written short; ``restoredData`` of assets/packing.js puts them back, so that nothing else of the page knows of it.

A list of ``MANY`` or more whole or decimal numbers (None among them or not) becomes ``{"packed": "numbers", "by": b, "steps": bool, "none": v or null, "text": ...}``:
packed numbers (packing.py), in steps where that is shorter; divided by b, and v stands for None. A list of texts becomes ``{"packed": "words", "shared", "sizes", "rest"}``:
how much of its beginning each word has in common with the word before, how long its own rest is (both packed, in UTF-16 units, as JavaScript counts), and all rests in one text.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np

from districting.outputs.map.packing import LIMIT, packed, packed_steps, unpacked

MANY: Final = 500
"""Shorter lists stay as they are: small pages can be read by eye."""

_SCALES: Final = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)


def compacted(tree: Any) -> Any:
    """The same tree with long lists of numbers or texts packed.

    Examples
    --------
    >>> compacted({"few": [1, 2], "many": [7] * 500})["few"]
    [1, 2]
    >>> len(compacted({"many": [7] * 500})["many"]["text"])
    500
    """
    if isinstance(tree, Mapping):
        return {key: compacted(value) for key, value in tree.items()}
    if not isinstance(tree, list | tuple):
        return tree
    if len(tree) >= MANY:
        kinds = set(map(type, tree))
        if kinds == {str}:
            return _words(list(tree))
        if kinds & {int, float} and kinds <= {int, float, type(None)}:
            return _numbers(list(tree)) or tree
    return [compacted(value) for value in tree]


def restored(tree: Any) -> Any:
    """The reverse of :func:`compacted`, as the page does it.

    >>> given = {"name": ["光明里%d号院" % i for i in range(600)], "metres": [None, 1.5] * 300}
    >>> restored(compacted(given)) == given
    True
    """
    if isinstance(tree, Mapping):
        kind = tree.get("packed")
        if kind == "numbers":
            return _restored_numbers(tree)
        if kind == "words":
            return _restored_words(tree)
        if kind is not None:
            raise ValueError(f"unknown packing {kind!r}")
        return {key: restored(value) for key, value in tree.items()}
    return [restored(value) for value in tree] if isinstance(tree, list) else tree


def _numbers(values: list[Any]) -> dict[str, Any] | None:
    """None where the numbers have more than six decimals or are too large."""
    missing = np.array([v is None for v in values])
    given = np.array([0 if v is None else v for v in values], dtype=np.float64)
    if not np.isfinite(given).all() or np.abs(given).max() >= LIMIT / 4:
        return None
    for by in _SCALES:
        whole = np.rint(given * by)
        if (whole / by == given).all() and np.abs(whole).max() < LIMIT / 4:
            break
    else:
        return None
    none = None
    if missing.any():
        none = int(whole.min()) - 1
        whole[missing] = none
    numbers = whole.astype(np.int64)
    plain, steps = packed(numbers), packed_steps(numbers)
    return {"packed": "numbers", "by": by, "steps": len(steps) < len(plain), "none": none, "text": min(plain, steps, key=len)}


def _restored_numbers(given: Mapping[str, Any]) -> list[Any]:
    numbers = unpacked(given["text"])
    whole = np.cumsum(numbers) if given["steps"] else numbers
    values = whole.tolist() if given["by"] == 1 else (whole / given["by"]).tolist()
    return [None if w == given["none"] else v for w, v in zip(whole.tolist(), values, strict=True)]


def _words(words: list[str]) -> dict[str, Any]:
    shared, rests = [], []
    for before, word in pairwise(["", *words]):
        size = 0
        for a, b in zip(before, word, strict=False):
            if a != b:
                break
            size += 1
        shared.append(_units(word[:size]))
        rests.append(word[size:])
    return {"packed": "words", "shared": packed(shared), "sizes": packed([_units(rest) for rest in rests]), "rest": "".join(rests)}


def _restored_words(given: Mapping[str, Any]) -> list[str]:
    rest, word, at, found = given["rest"].encode("utf-16-le"), b"", 0, []
    for shared, size in zip(unpacked(given["shared"]).tolist(), unpacked(given["sizes"]).tolist(), strict=True):
        word = word[: 2 * shared] + rest[at : at + 2 * size]
        at += 2 * size
        found.append(word.decode("utf-16-le"))
    return found


def _units(text: str) -> int:
    """Length as JavaScript counts it: a character beyond the first 65 536 is two.

    >>> _units("区"), _units("\\U00020000")
    (1, 2)
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
