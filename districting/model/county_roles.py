"""What a county is (urban, plain, mountain) and which side of an alliance it stands on, by the words of the input (policy R08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Land = Literal["urban", "plain", "mountain"]
Role = Literal["donor", "recipient"]

_LANDS: Final[Mapping[Land, tuple[str, ...]]] = {
    "urban": ("urban", "city", "城区", "市区", "中心城区", "主城区", "开发区", "高新区"),
    "plain": ("plain", "平原", "川区", "川塬", "川道", "平原县", "塬区"),
    "mountain": ("mountain", "山区", "山区县", "山地", "深山区"),
}
_ROLES: Final[Mapping[Role, tuple[str, ...]]] = {
    "donor": ("donor", "支援", "支援方", "帮扶", "帮扶方", "援助", "援助方"),
    "recipient": ("recipient", "受援", "受援方", "受帮扶", "被帮扶", "受助", "受助方"),
}


def land_of(word: str) -> Land | None:
    """The land a word names; None for a word that is not known.

    >>> land_of("山区"), land_of("Urban"), land_of("?")
    ('mountain', 'urban', None)
    """
    plain = word.strip().lower()
    return next((land for land, words in _LANDS.items() if plain in words), None)


def role_of(word: str) -> Role | None:
    """The side a word names; None for a word that is not known.

    >>> role_of("支援"), role_of("受援方"), role_of("")
    ('donor', 'recipient', None)
    """
    plain = word.strip().lower()
    return next((role for role, words in _ROLES.items() if plain in words), None)
