"""Chinese characters written in two ways: traditional to simplified, and widths of letters and brackets to one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def traditional() -> Mapping[str, str]:
    """Traditional character -> simplified. Each line of the table is a simplified character and its traditional forms (Unicode's Traditional-Simplified transform)."""
    lines = resources.files(__package__).joinpath("traditional.txt").read_text(encoding="utf-8").split()
    return {old: line[0] for line in lines for old in line[1:]}


def simplified(words: str) -> str:
    """``words`` in half width, lower case and simplified characters.

    >>> simplified("武侯區第一小學（東校區）Ａ")
    '武侯区第一小学(东校区)a'
    """
    plain = traditional()
    return "".join(plain.get(c, c) for c in unicodedata.normalize("NFKC", words).casefold())
