"""QUOTA.toml of quota places (指标到校) as settings. Read by :mod:`districting.reading.quota_rules`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from districting.model.settings import STRICT, InputSpec


@dataclass(frozen=True)
class QuotaRules:
    """All of QUOTA.toml.

    ``seniors``, ``juniors``: tables. ``pupils``: graduates one a row, of whom those with at least ``years`` in the school who did not choose it are eligible; without it
    the juniors' table says how many are. ``takers``: who reaches the line, from which unfilled places are counted. ``share``: of a senior's plan that goes to quotas
    where its row has neither number nor share (at least half by national rule, policy 2.7). ``floor``: least places of a junior with eligible pupils. ``uplift``: class of a
    junior -> factor on its eligible pupils. ``direct_per``: a group's lead senior gives one place of its quota for so many examinees of a member directly, to the
    classes ``direct_classes`` (none named: to all members).
    """

    name: str
    seniors: InputSpec
    juniors: InputSpec
    pupils: InputSpec | None = None
    takers: InputSpec | None = None
    year: int = 0
    language: Literal["zh", "en"] = "zh"
    rounding: Literal["largest_remainder", "draw"] = "largest_remainder"
    share: float | None = None
    floor: int = 0
    years: float = 3.0
    uplift: Mapping[str, float] = field(default_factory=dict)
    direct_per: int | None = None
    direct_classes: tuple[str, ...] = ()
    folder: Path = field(default_factory=Path)
    file: str = ""
    __pydantic_config__: ClassVar[Any] = STRICT
