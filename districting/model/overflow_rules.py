"""OVERFLOW.toml as settings: who is placed where when a school is full (policy R40, 2.6). Read by :mod:`districting.reading.overflow_rules`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from districting.model.forecast_rules import CLASS_SIZE
from districting.model.overflow_problem import SCOPES
from districting.model.settings import STRICT, InputSpec

Scope = Literal["own_school", "own_district", "group", "adjacent_district", "nearest"]
SCHOOL_CAP: Final = 2000
NINE_YEAR_CAP: Final = 2500
"""Pupils of a school that takes nobody any more (policy section 5)."""
LOCK_YEARS: Final = {"primary": 6, "junior": 3}
"""Years that a dwelling's seat is taken (六年一学位)."""
GRADES: Final = {"primary": (1, 6), "junior": (7, 9)}
"""First and last grade of a stage, counted through the nine years of compulsory schooling."""


@dataclass(frozen=True)
class OverflowRules:
    """All of OVERFLOW.toml.

    ``plan``: a plan file, or a config that makes one. ``pupils``: who asks for a seat. ``schools``: classes, pupils, kept seats by school and grade. ``dwellings``: register
    of seats used. ``scheme``, ``group_scheme``: districts and groups of the plan (groups may stand in a column of the schools instead). ``order``: where seats are looked
    for. ``lock``: pupils whose dwelling's seat is taken come ``last``, are refused (``refuse``) or the rule is ``off``; ``lock_where``: at ``all`` schools, or only where
    more ask for a grade of the own school than it has seats (``oversubscribed``). ``term``: of the school year; transfers are not taken into the first term of the
    first grade nor the last term of the final grade. ``max_distance_m``: farther schools are not offered.
    """

    plan: str
    pupils: InputSpec
    schools: InputSpec
    dwellings: InputSpec | None = None
    stage: Literal["primary", "junior"] = "primary"
    name: str = ""
    language: Literal["zh", "en"] = "zh"
    year: int | None = None
    term: Literal["first", "second"] = "first"
    scheme: str | None = None
    group_scheme: str | None = None
    order: tuple[Scope, ...] = SCOPES  # type: ignore[assignment]
    class_size: int | None = None
    school_cap: int = SCHOOL_CAP
    nine_year_cap: int = NINE_YEAR_CAP
    lock: Literal["last", "refuse", "off"] = "last"
    lock_years: int | None = None
    lock_where: Literal["all", "oversubscribed"] = "all"
    max_distance_m: float | None = None
    folder: Path = field(default_factory=Path)
    file: str = ""
    __pydantic_config__: ClassVar[Any] = STRICT

    @property
    def pupils_of_class(self) -> int:
        """A full class."""
        return self.class_size or CLASS_SIZE[self.stage]

    @property
    def years_of_lock(self) -> int:
        """Years that a dwelling's seat is taken."""
        return self.lock_years or LOCK_YEARS[self.stage]

    @property
    def grades(self) -> tuple[int, int]:
        """First and last grade."""
        return GRADES[self.stage]
