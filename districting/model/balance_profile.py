"""The lines of balance monitoring: numbers of a profile (``profiles/balance.toml`` or a file like it), each table with its source and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from districting.model.settings import STRICT
from districting.model.stages import Stage

Tag = Literal["S", "V", "V2", "C", "M", "D"]
"""How sure a number is: stated in a source document, read in the rule, read in a repost, computed, from memory, ours."""
PUPIL_GROUPS: Final = ("migrant_pupils", "girls", "boarders")
"""Columns that count pupils of a group."""
PUPIL_COUNTS: Final = (*PUPIL_GROUPS, "migrants_bought", "out_of_zone_pupils")
NOT_PER_PUPIL: Final = (*PUPIL_COUNTS, "classes")
"""Indicators of a plan that are no resources: no coefficient is made of them."""


@dataclass(frozen=True)
class Basic:
    """Basic balance (2.1): ``indicators`` column -> pupils it is counted per; ``composite`` stage -> most that the mean coefficient may be."""

    indicators: Mapping[str, float]
    composite: Mapping[Stage, float]
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Indicator:
    """One of the indicators of quality balance: ``line`` stage -> least value ``per`` so many pupils."""

    per: float
    line: Mapping[Stage, float]
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Quality:
    """Quality balance (2.2): every coefficient at most ``cv``; a school passes with ``least_met`` indicators at their lines and the others at ``floor`` of them."""

    indicators: Mapping[str, Indicator]
    cv: Mapping[Stage, float]
    least_met: int
    floor: float
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Exclusions:
    """Schools that are not measured: those of ``types``; teaching points under ``point_pupils`` pupils (0 = all are measured)."""

    types: tuple[str, ...]
    point_pupils: float
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Split:
    """``weight`` of a pupil of each stage where a school of several splits what they share."""

    weight: Mapping[Stage, float]
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Classes:
    """``cap`` most pupils of a class; ``bands`` upper edges; a class above ``large`` is large, at most ``large_share`` of them may be; none may be above ``huge``."""

    cap: Mapping[Stage, float]
    bands: tuple[float, ...]
    large: float
    large_share: float
    huge: float
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Size:
    """``pupils`` school type (primary, junior, nine_year, twelve_year ...) -> most pupils of its compulsory part; small country schools are funded as if they had ``funded_as`` pupils."""

    pupils: Mapping[str, float]
    funded_as: float = 100.0
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Staff:
    """``pupils_per_post`` of staff (教职工), per stage."""

    pupils_per_post: Mapping[Stage, float]
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Rooms:
    """A room of each of ``columns`` for every ``classes_per_room`` classes, begun ones too."""

    columns: tuple[str, ...]
    classes_per_room: float
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Groups:
    """Groups of pupils whose gap is measured, by their columns; ``migrants_in_public`` least share of migrant pupils in public schools or bought places."""

    columns: tuple[str, ...]
    migrants_in_public: float
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Proximity:
    """``zoned`` least share of public day schools in towns that have a zone."""

    zoned: Mapping[Stage, float]
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Warning:
    """Early warning (R27): levels of W = CV / line; a trend warns when it crosses ``red`` within ``horizon_years``, from ``least_years`` years of data on.

    Under ``least_schools`` schools of a stage a coefficient is not meaningful.
    """

    yellow: float
    red: float
    horizon_years: float
    least_years: int
    least_schools: int
    source: str = ""
    tag: Tag = "D"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class BalanceProfile:
    """All lines of one profile. ``name``: as the config called it."""

    basic: Basic
    quality: Quality
    exclusions: Exclusions
    split: Split
    classes: Classes
    size: Size
    staff: Staff
    rooms: Rooms
    groups: Groups
    proximity: Proximity
    warning: Warning
    name: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    __pydantic_config__: ClassVar[Any] = STRICT
