"""What tables say of persons, in codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SEXES: Final[Mapping[str, str]] = {
    "男": "male", "男性": "male", "m": "male", "male": "male", "1": "male",
    "女": "female", "女性": "female", "f": "female", "female": "female", "2": "female",
}  # fmt: skip
"""Word -> sex; GB/T 2261.1 has 1 for male and 2 for female."""


def sex_of(words: str) -> str | None:
    """Male or female; None where the words say neither.

    >>> sex_of("男"), sex_of("Female"), sex_of("")
    ('male', 'female', None)
    """
    return SEXES.get(words.strip().casefold())
