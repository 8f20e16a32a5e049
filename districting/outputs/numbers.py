"""Numbers as files and JSON show them: ten digits, no tails of binary arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

DIGITS = 10
"""Kept in every number: a relative error of at most 5e-11."""


def tidy(value: float) -> float:
    """The value to ten digits.

    >>> tidy(27.700000000000003), tidy(33235606.370118514), tidy(0.1 + 0.2)
    (27.7, 33235606.37, 0.3)
    """
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else value


def tidied(tree: Any) -> Any:
    """The tree with every number tidy."""
    if isinstance(tree, Mapping):
        return {k: tidied(v) for k, v in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [tidied(v) for v in tree]
    return tidy(tree) if isinstance(tree, float) else tree
