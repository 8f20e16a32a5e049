"""What a solve may spend where the planner names no limit: counted work, so that the same input gives the same bytes."""

from __future__ import annotations

from typing import Final

PROOF_NODES: Final = 20
"""Nodes of the proof of a county."""
SAFETY_S: Final = 1800.0
"""This clock only keeps a slow machine from running for ever."""
