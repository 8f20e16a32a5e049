"""Moves of blocks between zones and of schools between districts, as a file says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FORMAT: Final = "moves-1"
"""Version of the file that the map page exports."""


@dataclass(frozen=True)
class Move:
    """One row: ``stage`` empty = the one asked for; ``to`` is the id of a zone or of a school; ``row`` counts as a reader of the file does."""

    row: int
    stage: str
    block_id: str
    to: str
    start: str | None = None
    """The zone the block is in now, as the file has it; None = the file does not say."""


@dataclass(frozen=True)
class SchoolMove:
    """One row of schools between the districts of a scheme; ``start`` the district it is in now, as the file has it."""

    row: int
    scheme: str
    school_id: str
    start: str
    to: str


@dataclass(frozen=True)
class Moves:
    """A file of moves. ``base_key`` empty = the file does not say which plan it is for."""

    moves: tuple[Move, ...]
    file: str = ""
    base_key: str = ""
    note: str = ""
    author: str = ""
    schools: tuple[SchoolMove, ...] = ()
