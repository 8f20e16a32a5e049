"""Tables of the terminal: columns of equal width, in which a Chinese character is two cells wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Rows as columns of equal width; a Chinese character is two cells wide."""
    if not rows:
        return []
    widths = [max(_cells(row[c]) for row in rows) for c in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [" " * (w - _cells(v)) + v if c in right else v + " " * (w - _cells(v)) for c, (v, w) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return lines


def _cells(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in words)
