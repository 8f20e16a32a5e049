"""FORECAST.toml as settings: which plan, which tables, which rates. Read by :mod:`districting.reading.rules_file`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from districting.model.settings import STRICT, InputSpec

CLASS_SIZE: Final = {"primary": 45, "junior": 50}
"""Pupils of a class by design (GB 50099-2011)."""


@dataclass(frozen=True)
class Rates:
    """``[rates]``. Only the way of counting has a source (policy 2.6); the numbers are the planner's, those here are plain or stated defaults.

    ``net_migration``: net moves a year as a share of the children, which the high and low scenarios raise and lower by ``migration_spread``; ``survival`` of births;
    ``presence``: share of the children who do enter here; ``capture``: entrants per child of the last kindergarten year; ``occupancy`` of new dwellings and
    ``entrants_per_unit`` a year of those lived in; ``direct_feed``: share of primary leavers who enter a junior here; ``progression``: by grade, else from the rolls.
    """

    net_migration: float = 0.0
    migration_spread: float = 0.01
    survival: float = 1.0
    presence: float = 1.0
    capture: float = 1.0
    occupancy: float = 0.7
    entrants_per_unit: float = 0.03
    direct_feed: float = 1.0
    progression: tuple[float, ...] = ()
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ForecastRules:
    """All of FORECAST.toml.

    ``plan``: the plan file whose zones count. ``data_date``: day of the data (published with every warning). ``births``: by block and year of birth or of entry.
    ``kindergarten``: by block, speaks for the first year where births are not known. ``rolls``: pupils by grade of past years, by school or block.
    ``estates``: dwellings by block and year. ``seats``: by school, from a year on; else those of the plan. ``block_rates``: net_migration and presence of single blocks.
    ``first_year`` (default: the year of the plan), ``years`` ahead; ``basis``: ``intake`` (entrants against the intake plan) or ``roll`` (all pupils against all seats; default: as in the plan).
    ``cutoff``: last birthday of a year; ``warn_years`` in the warning table; ``history_years`` of the progression.
    """

    plan: str
    data_date: str
    births: InputSpec | None = None
    kindergarten: InputSpec | None = None
    rolls: InputSpec | None = None
    estates: InputSpec | None = None
    seats: InputSpec | None = None
    block_rates: InputSpec | None = None
    stage: Literal["primary", "junior"] = "primary"
    name: str = ""
    language: Literal["zh", "en"] = "zh"
    first_year: int | None = None
    years: int = 10
    basis: Literal["intake", "roll"] | None = None
    cutoff: str = "08-31"
    rates: Rates = field(default_factory=Rates)
    class_size: int | None = None
    yellow: float = 0.90
    red: float = 1.00
    warn_years: int = 3
    history_years: int = 3
    folder: Path = Path()
    file: str = ""
    __pydantic_config__: ClassVar[Any] = STRICT

    @property
    def pupils_of_class(self) -> int:
        """Seats of a class."""
        return self.class_size or CLASS_SIZE[self.stage]
