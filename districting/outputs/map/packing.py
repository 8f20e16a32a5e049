"""Whole numbers as short text for the page, format "varint-1": read there by ``unpackedNumbers`` of assets/packing.js.

Each number is zigzag coded (0, -1, 1, -2 ... -> 0, 1, 2, 3 ...), the code is written in bytes of seven bits, the lowest first, all but the last byte with
the eighth bit set, and the bytes of all numbers in base64 (RFC 4648, with padding). Small numbers are short; the text holds no character that HTML or JSON must escape.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

LIMIT: Final = 2**52
"""Numbers must be nearer to zero than this: the page's numbers are doubles, exact up to 2**53, and the zigzag code is twice the number."""


def packed(numbers: ArrayLike) -> str:
    """Whole numbers (n,) as text; any other shape is read row by row.

    Raises
    ------
    ValueError : a number is not whole, or too large for the page

    Examples
    --------
    >>> packed([0, -1, 1, 300])
    'AAEC2AQ='
    """
    given = np.asarray(numbers).ravel()
    values = given.astype(np.int64)
    if len(values) and ((values != given).any() or np.abs(values).max() >= LIMIT):
        raise ValueError("only whole numbers under 2**52 can be packed")
    zigzag = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    length = np.ones(len(values), dtype=np.int64)
    for bits in range(7, 54, 7):
        length += zigzag >= np.uint64(1 << bits)
    start = np.cumsum(length) - length
    out = np.empty(int(length.sum()), dtype=np.uint8)
    for k in range(int(length.max(initial=0))):
        here = np.flatnonzero(length > k)
        more = np.where(length[here] > k + 1, 0x80, 0).astype(np.uint8)
        out[start[here] + k] = ((zigzag[here] >> np.uint64(7 * k)) & np.uint64(0x7F)).astype(np.uint8) | more
    return base64.b64encode(out.tobytes()).decode("ascii")


def unpacked(text: str) -> NDArray[np.int64]:
    """The numbers (n,) of :func:`packed`.

    Raises
    ------
    ValueError : the text is no base64, ends within a number, or holds one that is too large

    Examples
    --------
    >>> unpacked(packed([0, -1, 1, 300])).tolist()
    [0, -1, 1, 300]
    """
    try:
        data = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)
    except binascii.Error as error:
        raise ValueError("packed numbers are not base64") from error
    last = np.flatnonzero(data < 0x80)
    if len(data) and (not len(last) or last[-1] != len(data) - 1):
        raise ValueError("packed numbers end within a number")
    first = np.append(0, last[:-1] + 1) if len(last) else last
    length = last - first + 1
    if length.max(initial=0) > 8:
        raise ValueError("a packed number is too large")
    zigzag = np.zeros(len(last), dtype=np.uint64)
    for k in range(int(length.max(initial=0))):
        here = np.flatnonzero(length > k)
        zigzag[here] |= (data[first[here] + k] & np.uint8(0x7F)).astype(np.uint64) << np.uint64(7 * k)
    values: NDArray[np.int64] = (zigzag >> np.uint64(1)).astype(np.int64) ^ -(zigzag & np.uint64(1)).astype(np.int64)
    return values


def packed_steps(numbers: ArrayLike) -> str:
    """Like :func:`packed`, each number as its step from the one before (the first from 0): shorter where neighbours are alike.

    >>> unpacked(packed_steps([1000, 1001, 1003])).tolist()
    [1000, 1, 2]
    """
    values: Any = np.asarray(numbers).ravel()
    return packed(np.diff(values, prepend=0))
