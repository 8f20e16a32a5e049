"""RULES.toml of a lottery as settings: who is drawn, for which seats, in which order. Read by :mod:`districting.reading.lottery_rules`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, get_args

from districting.model.settings import STRICT, InputSpec

EngineName = Literal["preference_first", "preference_then_priority_then_number", "number_first", "single_school", "batched"]
ENGINE_NAMES: Final = get_args(EngineName)
Direction = Literal["ascending", "descending"]
BundleRule = Literal["overfill", "skip"]
Unfilled = Literal["return", "keep"]

DIGITS: Final = (7, 9, 10)
"""Widths of a shown number that are in use."""


@dataclass(frozen=True)
class SeatsOfSchool:
    """A school of the lottery: ``plan`` seats, of which some may be reserved; never more than ``cap`` pupils, also not by a bundle (None = no cap)."""

    school: str
    plan: int
    id: str = ""
    cap: int | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Tier:
    """A priority class: the first tier whose expression holds for an entry is its tier; an entry of none comes after the last."""

    name: str
    when: str
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Reserve:
    """``seats`` of a school's plan for those of whom ``when`` holds; left over, they ``return`` to all in a last pass, or are kept empty."""

    school: str
    seats: int
    when: str
    name: str = ""
    unfilled: Unfilled = "return"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Batch:
    """One batch of the batched engine: wishes ``wishes[0]`` to ``wishes[1]`` of the list, at ``schools`` (none named: at all)."""

    name: str
    wishes: tuple[int, int]
    engine: Literal["preference_first", "number_first"] = "preference_first"
    schools: tuple[str, ...] = ()
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class LotteryRules:
    """All of RULES.toml.

    ``order_keys``: columns (dates or numbers) that come before the number, smallest first; a leading ``-`` turns one round.
    ``default_order``: schools offered in this order to those whom no wish has placed.
    ``schools_file``: where ``schools`` names a table instead of listing the schools. ``folder`` and ``file`` say where the rules stand.
    """

    name: str
    engine: EngineName
    pupils: InputSpec
    schools: tuple[SeatsOfSchool, ...] = ()
    schools_file: InputSpec | None = None
    wishes: InputSpec | None = None
    year: int = 0
    stage: str = ""
    language: Literal["zh", "en"] = "zh"
    direction: Direction = "ascending"
    digits: int = 10
    bundle: BundleRule = "overfill"
    order_keys: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    reserved: tuple[Reserve, ...] = ()
    batches: tuple[Batch, ...] = ()
    default_order: tuple[str, ...] = ()
    folder: Path = field(default_factory=Path)
    file: str = ""
    __pydantic_config__: ClassVar[Any] = STRICT
