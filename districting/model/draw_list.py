"""The frozen list of a lottery as plain rows: rules, schools, reserved seats, entries. Positions count from 0 here and from 1 in the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class DrawSchool:
    """``plan`` seats, reserved ones included; at most ``cap`` pupils (None = no cap)."""

    id: str
    name: str
    plan: int
    cap: int | None = None


@dataclass(frozen=True)
class DrawPool:
    """Reserved seats of one school; ``unfilled`` is ``return`` or ``keep``."""

    school: int
    seats: int
    unfilled: str
    name: str
    when: str


@dataclass(frozen=True)
class DrawBatch:
    """Wishes ``first`` to ``last`` (from 1) at ``schools`` (empty = all)."""

    name: str
    engine: str
    first: int
    last: int
    schools: tuple[int, ...] = ()


class DrawEntry(NamedTuple):
    """One pupil without a name. ``bundle``: position of the first entry of its bundle; ``tier`` from 1; ``keys``: ranks, lowest first; ``wishes``: None is a blank."""

    token: str
    bundle: int
    tier: int
    keys: tuple[int, ...]
    pools: tuple[int, ...]
    wishes: tuple[int | None, ...]


@dataclass(frozen=True)
class DrawList:
    """Everything a draw depends on, besides the public seed. ``labels``: name, year, stage, order_keys as text."""

    labels: Mapping[str, str]
    engine: str
    direction: str
    digits: int
    bundle: str
    schools: tuple[DrawSchool, ...]
    entries: tuple[DrawEntry, ...]
    tiers: tuple[tuple[str, str], ...] = ()
    pools: tuple[DrawPool, ...] = ()
    batches: tuple[DrawBatch, ...] = ()
    default_order: tuple[int, ...] = field(default=())
