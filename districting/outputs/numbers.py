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


def share_words(share: float) -> str:
    """A share as people read it: what is smaller than shown is said to be so.

    >>> [share_words(s) for s in (0.0, 2.553e-16, 3e-8, 0.00025, 0.2727)]
    ['0.0%', '0.0%', '< 0.0001%', '0.025%', '27.3%']
    """
    from districting.model.solution import ROUNDING

    size = abs(share)
    if size < ROUNDING or size >= 0.001:
        return f"{share if size >= ROUNDING else 0.0:.1%}"
    if size >= 1e-5:
        return f"{share:.3%}"
    return f"{share:.4%}" if size >= 1e-6 else "< 0.0001%" if share > 0 else "> -0.0001%"


def tidied(tree: Any) -> Any:
    """The tree with every number tidy."""
    if isinstance(tree, Mapping):
        return {k: tidied(v) for k, v in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [tidied(v) for v in tree]
    return tidy(tree) if isinstance(tree, float) else tree
