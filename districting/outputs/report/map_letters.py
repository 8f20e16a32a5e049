"""Letters and scale on a map of a report."""

from __future__ import annotations

from typing import Any, Final

from districting.outputs.report.parts import clean
from districting.wording import say

_LONGEST_LABEL: Final = 14
_ROUND: Final = (1, 2, 5)
Frame = tuple[float, float, float, float]
"""west, south, east, north."""


def label(axes: Any, point: Any, words: str, *, size: float, colour: str = "black", weight: str = "normal") -> None:
    """Words at a point, on a pale ground."""
    ground = {
        "boxstyle": "square,pad=0.08",
        "facecolor": "white",
        "alpha": 0.65,
        "linewidth": 0,
    }  # a halo would turn letters into outlines, which nobody can search
    where = {"ha": "center", "va": "center", "zorder": 12, "clip_on": True, "parse_math": False}
    axes.text(point.x, point.y, clean(words), size=size, color=colour, weight=weight, bbox=ground, **where)


def short_name(words: str, most: int = _LONGEST_LABEL) -> str:
    """A name that fits a map; a longer one is cut and says so."""
    words = clean(words)
    return words if len(words) <= most else words[: most - 1] + "…"


def scale_bar(axes: Any, frame: Frame, lang: str) -> None:
    """A bar of a round length, at most a quarter of the map wide."""
    wide, high = frame[2] - frame[0], frame[3] - frame[1]
    metres = max((m * 10**e for e in range(7) for m in _ROUND if m * 10**e <= wide / 4), default=1)
    x, y = frame[0] + 0.04 * wide, frame[1] + 0.03 * high
    for part, colour in ((0, "black"), (1, "white")):
        axes.fill([x + part * metres / 2, x + (part + 1) * metres / 2] * 1 + [x + (part + 1) * metres / 2, x + part * metres / 2],
                  [y, y, y + 0.008 * high, y + 0.008 * high], facecolor=colour, edgecolor="black", lw=0.8, zorder=15)  # fmt: skip
    said = say("report.scale_km", lang, km=f"{metres / 1000:g}") if metres >= 1000 else say("report.scale_m", lang, metres=metres)
    axes.text(x + metres / 2, y + 0.012 * high, said, ha="center", va="bottom", size=8, zorder=15)
