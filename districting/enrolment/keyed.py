"""Draws beside the lottery: an order from a public seed under the commitment to a frozen list, and a hash over list, seed and result (``other-draws.md``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from districting.enrolment.frozen import frozen_text
from districting.enrolment.numbers import digests


def drawn_order(seed: str, commitment: str, suffixes: Iterable[str]) -> list[int]:
    """Positions in the order of their digests; equal digests stand as they came.

    >>> sorted(drawn_order("384", "00" * 32, ["1", "2", "3"]))
    [0, 1, 2]
    """
    found = digests(seed, commitment, suffixes)
    return sorted(range(len(found)), key=lambda i: found[i])


def audit_hash(commitment: str, seed: str, results: Sequence[str]) -> str:
    """SHA-256 of commitment, seed and every line of the result, each with a line feed: who holds the three can tell whether one was changed."""
    return hashlib.sha256(frozen_text([commitment, seed, *results]).encode()).hexdigest()
