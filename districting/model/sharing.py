"""The six layers of sharing between schools (六好, Haidian; policy R16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHARE_LAYERS: Final[Mapping[str, tuple[str, ...]]] = {
    "book": ("好书共读", "图书", "好书", "书"),
    "lesson": ("好课共品", "课程", "好课", "课"),
    "venue": ("好场所共用", "场馆", "场地", "好场所"),
    "experience": ("好经验共享", "经验", "好经验"),
    "partner": ("好伙伴结对互助", "结对互助", "好伙伴", "伙伴"),
    "joint_research": ("好邻居联片教研", "联片教研", "教研", "好邻居"),
}
"""Layer -> what it is called in Chinese; the first is the whole name."""


def layer_of(label: str) -> str | None:
    """The layer that a cell names, by code or in Chinese; None where there is no such layer.

    >>> layer_of("好课共品"), layer_of("Joint Research"), layer_of("joint-research"), layer_of("食堂")
    ('lesson', 'joint_research', 'joint_research', None)
    """
    plain = "_".join(label.casefold().replace("-", " ").replace("_", " ").split())
    return next((layer for layer, words in SHARE_LAYERS.items() if plain == layer or plain in words), None)
