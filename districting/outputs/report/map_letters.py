"""Letters and scale on a map of a report."""

from __future__ import annotations

from collections.abc import Sequence
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
    axes.text(point[0], point[1], clean(words), size=size, color=colour, weight=weight, bbox=ground, **where)


class Room:
    """What is still free on a map ``width_pt`` points wide: names stand inside the frame and apart, or not at all."""

    def __init__(self, frame: Frame, width_pt: float) -> None:
        self.frame, self.step = frame, (frame[2] - frame[0]) / width_pt
        self.taken: list[Frame] = []

    def keep(self, x: float, y: float, wide_pt: float, high_pt: float) -> None:
        """Keeps a place around a point free of names, for a dot."""
        self.taken.append(self._box(x, y, wide_pt, high_pt))

    def place(self, point: Any, words: str, size: float, tries: Sequence[tuple[float, float]] = ((0, 0),)) -> tuple[float, float] | None:
        """Where the words may stand: the first of ``tries`` that is free, in half widths to the east and points to the north of the point; None where there is none."""
        wide, high = letters_wide(words) * size, 1.25 * size
        for east, north in tries:
            x, y = point.x + (east * (wide / 2 + size / 2)) * self.step, point.y + north * self.step
            box = self._box(x, y, wide, high)
            inside = box[0] >= self.frame[0] and box[1] >= self.frame[1] and box[2] <= self.frame[2] and box[3] <= self.frame[3]
            if inside and not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in self.taken):
                self.taken.append(box)
                return x, y
        return None

    def _box(self, x: float, y: float, wide_pt: float, high_pt: float) -> Frame:
        wide, high = wide_pt * self.step / 2, high_pt * self.step / 2
        return x - wide, y - high, x + wide, y + high


def letters_wide(words: str) -> float:
    """Width in letters of Chinese.

    >>> letters_wide("一小"), letters_wide("ab")
    (2.0, 1.2)
    """
    return sum(1.0 if ord(c) > 0x2E7F else 0.6 for c in words)


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
