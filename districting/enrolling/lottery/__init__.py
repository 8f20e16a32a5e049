"""From the tables of a lottery to its frozen list."""

from __future__ import annotations

from districting.enrolling.lottery.freeze import Frozen, freeze

__all__ = ["Frozen", "freeze"]
