"""Fonts that hold Chinese, as far as this machine has them."""

from __future__ import annotations

from functools import cache
from typing import Final

SANS: Final = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei", "PingFang SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei")
"""Faces like 黑体, the best first: for maps and headings."""

SERIF: Final = ("SimSun", "NSimSun", "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN")
"""Faces like 宋体: for running text."""

PACKAGE: Final = "fonts-noto-cjk"
SMALL_PACKAGE: Final = "fonts-wqy-microhei"
"""Debian packages with one; the second is small."""


@cache
def installed(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``wanted`` that are installed, in order. The list of fonts that matplotlib keeps may be old, so its files are looked at too."""
    from matplotlib import font_manager

    have = {font.name for font in font_manager.fontManager.ttflist}
    found = tuple(name for name in wanted if name in have)
    if found:
        return found
    for path in font_manager.findSystemFonts():
        try:
            font_manager.fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):
            continue  # a font that cannot be read is no font
    have = {font.name for font in font_manager.fontManager.ttflist}
    return tuple(name for name in wanted if name in have)


def map_fonts() -> list[str]:
    """The family list of maps."""
    return [*installed(SANS), *installed(SERIF), "DejaVu Sans"]


def holds_chinese() -> bool:
    """Whether any font with Chinese is there; without one the letters in PDF and maps are boxes."""
    return bool(installed(SANS) or installed(SERIF))
