"""What the search of a page needs to find Chinese names by pinyin and in either script: readings of characters, not of names, so that the data stay small."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pypinyin import Style, pinyin

from districting.reading.characters import traditional


def search_keys(names: Iterable[str]) -> dict[str, Any]:
    """``readings``: readings joined by commas -> the characters read so; ``simple``: traditional characters, each followed by its simplified form.

    A character has every reading it may have, the rare ones of place names too, because the page cannot know which is meant. ``names`` are folded as the page
    folds them: full width to half width, traditional to simplified.

    Examples
    --------
    >>> search_keys(["重庆路", "六安Ａ"])
    {'readings': {'an': '安', 'liu,lu': '六', 'lu,luo': '路', 'qing': '庆', 'zhong,chong,tong': '重'}, 'simple': '慶庆'}
    """
    written = {c for name in names for c in name}
    plain = traditional()
    folded = {plain.get(c, c) for w in written for c in unicodedata.normalize("NFKC", w)}
    readings: dict[str, list[str]] = defaultdict(list)
    for character in sorted(c for c in folded if _is_han(c)):
        found = [r for r in pinyin(character, style=Style.NORMAL, heteronym=True)[0] if r.isascii()]
        if found:
            readings[",".join(dict.fromkeys(found))].append(character)
    simple = "".join(t + s for t, s in plain.items() if s in folded)
    return {"readings": {key: "".join(characters) for key, characters in sorted(readings.items())}, "simple": simple}


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000"
