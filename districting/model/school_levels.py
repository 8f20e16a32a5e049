"""Levels of schools by who looks after them, strongest first: city, county, town, village (policy R12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Level = Literal["city", "county", "town", "village"]

LEVELS: Final[tuple[Level, ...]] = ("city", "county", "town", "village")

_WORDS: Final[Mapping[Level, tuple[str, ...]]] = {
    "city": ("city", "市级", "市直", "市属", "省级", "省属"),
    "county": ("county", "县级", "区级", "县直", "区直", "县属", "区属", "旗级"),
    "town": ("town", "镇级", "乡级", "乡镇级", "中心校", "乡镇中心校", "镇中心校", "乡镇", "街道"),
    "village": ("village", "村级", "村小", "教学点", "村"),
}


def level_of(word: str) -> Level | None:
    """The level a word of the input names; None for a word that is not known.

    >>> level_of("市级"), level_of("Town"), level_of("教学点"), level_of("?")
    ('city', 'town', 'village', None)
    """
    plain = word.strip().lower()
    return next((level for level, words in _WORDS.items() if plain in words), None)
