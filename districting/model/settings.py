"""Every setting of a run, as frozen dataclasses. ``districting.config`` parses TOML into them; unknown keys are errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from districting.model.stages import Stage

STRICT = {"extra": "forbid"}

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class ProjectSettings:
    """``[project]``: name and year of the plan, language of the outputs, metre CRS of the work, seed."""

    name: str = "学区划分"
    year: int = 2026
    language: Language = "zh"
    crs: str | None = None
    seed: int = 0
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class InputSpec:
    """One table or layer to read.

    ``columns`` maps our name -> their header; ``aliases`` their spelling of a school -> the school's name;
    ``values`` our column -> {their value -> ours}; ``stage`` fills the stage of every row; ``datum`` is wgs84, cgcs2000, gcj02, bd09 or an EPSG code.
    """

    path: str
    sheet: str | None = None
    layer: str | None = None
    where: str | None = None
    encoding: str | None = None
    datum: str | None = None
    stage: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class TierSettings:
    """``[tiers]``: which labels of the planner's column mean lead, regular and weak, or how tiers are computed.

    ``source``: ``column`` (labels below), ``score`` (the best ``lead_share`` lead, the worst ``weak_share`` weak, per stage and county),
    or ``compliance`` (indicators against the quality-balance lines).
    """

    source: Literal["column", "score", "compliance"] = "column"
    lead: tuple[str, ...] = ("lead", "优质校", "优质", "牵头", "牵头学校", "强校")
    regular: tuple[str, ...] = ("regular", "普通校", "普通", "一般", "中等")
    weak: tuple[str, ...] = ("weak", "薄弱校", "薄弱", "弱校")
    lead_share: float = 0.25
    weak_share: float = 0.35
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ZoningRules:
    """``[zoning.STAGE.rules]``: the hard rules of an attendance-zone plan.

    ``share_zone``: schools that stand in one block share a zone (their seats add up); off, two schools in a block are refused.
    """

    contiguous: bool = True
    within_county: bool = True
    home_block: bool = True
    share_zone: bool = False
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ZoningObjective:
    """``[zoning.STAGE.objective]``: weights of the goals."""

    distance: float = 1.0
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ZoningSettings:
    """``[zoning.STAGE]``. ``distance`` is ``straight`` or a table file (block_id, school_id, distance_m); ``demand`` is ``intake`` or ``roll``."""

    distance: str = "straight"
    demand: Literal["intake", "roll"] = "intake"
    private: bool = False
    boarding: bool = False
    objective: ZoningObjective = ZoningObjective()
    rules: ZoningRules = ZoningRules()
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class GroupingSettings:
    """``[grouping]``: the form and its numbers; see :class:`districting.model.district_spec.DistrictSpec` for what they mean."""

    form: str = "alliance"
    leads_min: int | None = None
    leads_max: int | None = None
    weak_min: int | None = None
    weak_max: int | None = None
    primaries_min: int | None = None
    connected: bool | None = None
    within_county: bool | None = None
    nearness: float | None = None
    complementarity: float | None = None
    evenness: float | None = None
    private: bool = False
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class PairingSettings:
    """``[pairing]``: strong with weak of one stage. ``max_distance_m``: farther pairs are kept but flagged as remote."""

    form: str = "school"
    stages: tuple[Stage, ...] = ("primary", "junior")
    donor_cap: int = 1
    max_distance_m: float = 30_000.0
    gap_weight_m: float = 100.0
    term_years: int = 3
    within_county: bool = False
    private: bool = False
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class AuditSettings:
    """``[audit]``: lines to hold findings against. Service radii in metres (GB 50099-2011 4.1.4); balance lines per stage (basic balance 2012, quality balance 2017)."""

    service_radius_m: Mapping[str, float] = field(default_factory=lambda: {"preschool": 300.0, "primary": 500.0, "junior": 1000.0})
    cv_line: Mapping[str, float] = field(default_factory=lambda: {"primary": 0.50, "junior": 0.45})
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class SolveSettings:
    """``[solve]``: when to stop. A run ends at ``gap``, after ``steps`` (same bytes every time) or at the clock."""

    gap: float = 0.0
    steps: int | None = None
    time_limit_s: float | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class OutputSettings:
    """``[output]``: where results go and who may read the map."""

    folder: str = "maps"
    audience: Literal["internal", "public"] = "internal"
    overwrite: bool = False
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Settings:
    """All settings of a run. ``folder`` is where the config file stands: input paths are relative to it."""

    project: ProjectSettings = ProjectSettings()
    inputs: Mapping[str, tuple[InputSpec, ...]] = field(default_factory=dict)
    tiers: TierSettings = TierSettings()
    zoning: Mapping[Stage, ZoningSettings] = field(default_factory=dict)
    grouping: GroupingSettings | None = None
    pairing: PairingSettings | None = None
    audit: AuditSettings = AuditSettings()
    solve: SolveSettings = SolveSettings()
    output: OutputSettings = OutputSettings()
    folder: Path = Path(".")
    __pydantic_config__: ClassVar[Any] = STRICT
