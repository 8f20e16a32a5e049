"""Whole numbers as short text for the page, format "packed-1": read there by ``unpackedNumbers`` of assets/packing.js.

The format
----------
Each number v is zigzag coded (0, -1, 1, -2 ... -> z = 0, 1, 2, 3 ...). z is written as one closing character and any number of leading ones before it:

- the closing character has the number z mod 57, q = z div 57 is left;
- the leading characters are the digits 1..32 of q in bijective base 32 (there is no digit nought, so that no two texts mean one number), the highest first.

Characters are numbered by ``ALPHABET``: 0..56 close a number, 57..88 are the digits 1..32. It holds no character that HTML or JSON must escape. Numbers follow one
another without a separator. A step of up to 28 costs one character, up to 940 two, up to 30 000 three; base64 of varints takes a third more.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

ALPHABET: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"&<>\\')
CLOSING: Final = 57
LEADING: Final = 32
LIMIT: Final = 2**52
"""Numbers must be nearer to zero than this: the page's numbers are doubles, exact up to 2**53, and the zigzag code is twice the number."""

_LONGEST: Final = 11
_CODES: Final = np.frombuffer(ALPHABET.encode("ascii"), dtype=np.uint8)
_NUMBER: Final = np.full(256, 255, dtype=np.uint8)
_NUMBER[_CODES] = np.arange(len(_CODES))


def packed(numbers: ArrayLike) -> str:
    """Whole numbers (n,) as text; any other shape is read row by row.

    Raises
    ------
    ValueError : a number is not whole, or too large for the page

    Examples
    --------
    >>> packed([0, -1, 1, 300])
    '!#$hC'
    """
    given = np.asarray(numbers).ravel()
    if not len(given):
        return ""
    values = given.astype(np.int64)
    if (values != given).any() or max(int(values.max()), -int(values.min())) >= LIMIT:
        raise ValueError("only whole numbers under 2**52 can be packed")
    rest = (values << 1) ^ (values >> 63)
    # Characters are found from the last of each number to the first, all numbers at once.
    columns = [(rest % CLOSING).astype(np.uint8)]
    rest //= CLOSING
    length = np.ones(len(values), dtype=np.int64)
    here = np.flatnonzero(rest)
    rest = rest[here]
    places = [np.arange(len(values))]
    while len(here):
        columns.append((CLOSING + (rest - 1) % LEADING).astype(np.uint8))
        places.append(here)
        length[here] += 1
        rest = (rest - 1) // LEADING
        here, rest = here[rest > 0], rest[rest > 0]
    end = np.cumsum(length) - 1
    out = np.empty(int(end[-1]) + 1, dtype=np.uint8)
    for k, (place, column) in enumerate(zip(places, columns, strict=True)):
        out[end[place] - k] = column
    return _CODES[out].tobytes().decode("ascii")


def unpacked(text: str) -> NDArray[np.int64]:
    """The numbers (n,) of :func:`packed`.

    Raises
    ------
    ValueError : the text holds a strange character, ends within a number, or holds one that is too large

    Examples
    --------
    >>> unpacked(packed([0, -1, 1, 300])).tolist()
    [0, -1, 1, 300]
    """
    data = _NUMBER[np.frombuffer(text.encode("utf-8"), dtype=np.uint8)]
    if (data == 255).any():
        raise ValueError("packed numbers hold a character of no meaning")
    last = np.flatnonzero(data < CLOSING)
    if len(data) and (not len(last) or last[-1] != len(data) - 1):
        raise ValueError("packed numbers end within a number")
    first = np.append(0, last[:-1] + 1) if len(last) else last
    length = last - first
    if length.max(initial=0) >= _LONGEST:
        raise ValueError("a packed number is too large")
    lead = np.zeros(len(last), dtype=np.int64)
    for k in range(int(length.max(initial=0))):
        here = np.flatnonzero(length > k)
        lead[here] = lead[here] * LEADING + (data[first[here] + k].astype(np.int64) - CLOSING + 1)
    zigzag = lead * CLOSING + data[last]
    if (lead > 2 * LIMIT // CLOSING).any() or (zigzag >= 2 * LIMIT).any():
        raise ValueError("a packed number is too large")
    values: NDArray[np.int64] = (zigzag >> 1) ^ -(zigzag & 1)
    return values


def packed_steps(numbers: ArrayLike) -> str:
    """Like :func:`packed`, each number as its step from the one before (the first from 0): shorter where neighbours are alike.

    >>> unpacked(packed_steps([1000, 1001, 1003])).tolist()
    [1000, 1, 2]
    """
    values: Any = np.asarray(numbers).ravel()
    return packed(np.diff(values, prepend=0))
