"""Every setting of a run, as frozen dataclasses. ``districting.config`` parses TOML into them; unknown keys are errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from districting.model.database_address import without_password
from districting.model.pairing_settings import PairingSettings as PairingSettings
from districting.model.sharing_settings import SharingSettings as SharingSettings
from districting.model.stages import Stage

STRICT = {"extra": "forbid"}

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class ProjectSettings:
    """``[project]``: name and year of the plan, language of the outputs, metre CRS of the work, seed.

    ``outside_tolerance_m``: a school at most so many metres outside the area takes part as if it stood on its edge; farther ones are left out, with a note.
    ``repair_width_m``: slivers and gaps between blocks up to so wide are mended, with a record (rules: ``districting.geography.coverage_repair``); 0 mends none.
    ``cache``: folder, beside the config, in which the tables read from slow formats are kept as GeoParquet, so that the next read is quick; None keeps nothing. Tables of
    persons are never kept. The environment's ``DISTRICTING_CACHE`` stands before it.
    """

    name: str = "学区划分"
    year: int = 2026
    language: Language = "zh"
    crs: str | None = None
    seed: int = 0
    outside_tolerance_m: float = 0.0
    repair_width_m: float = 1.0
    cache: str | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class InputSpec:
    """One table or layer to read.

    ``columns`` maps our name -> their header; ``aliases`` their spelling of a school -> the school's name;
    ``values`` our column -> {their value -> ours}; ``stage`` fills the stage of every row; ``datum`` is wgs84, cgcs2000, gcj02, bd09 or an EPSG code.
    ``length_unit`` is that of lengths and areas in the table's columns, ``us-ft`` the US survey foot; shapes have the unit of their datum.
    ``neighbours = "voronoi"`` (blocks given as points): two blocks are neighbours when their Voronoi cells touch and they lie at most ``neighbours_reach_m`` apart.
    ``estimated`` names columns that hold estimates, not counts: every output says so.
    ``cells = "voronoi"`` (blocks given as points, such as addresses or compounds): every point gets the ground nearest to it, inside the outline and never across a
    barrier; ``"none"``: it gets none; not given: it does where a stage asks for zones that hang together and nothing else says who borders whom.
    ``path`` may be a table of a database, ``postgresql://user@host/db/schema.table``; a password in it is taken out, kept in ``password`` and shown nowhere.
    """

    path: str
    sheet: str | None = None
    layer: str | None = None
    where: str | None = None
    encoding: str | None = None
    datum: str | None = None
    stage: str | None = None
    length_unit: Literal["m", "us-ft"] = "m"
    neighbours: Literal["shapes", "voronoi"] = "shapes"
    neighbours_reach_m: float | None = None
    estimated: tuple[str, ...] = ()
    cells: Literal["voronoi", "none"] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    password: str | None = field(default=None, repr=False)
    __pydantic_config__: ClassVar[Any] = STRICT

    def __post_init__(self) -> None:
        shown, password = without_password(self.path)
        object.__setattr__(self, "path", shown)
        object.__setattr__(self, "password", self.password or password)


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
class ScoreSettings:
    """``[scores]``: where a school's score comes from.

    ``method``: ``given`` (the score column), or a composite of indicators within each stage, in points from 0 (the worst school) to 100 (the best):
    ``weights`` (of ``[scores.weights]``), ``entropy`` (熵权法) or ``pca`` (first principal component).
    ``indicators`` names the columns that ``entropy`` and ``pca`` use, by our name or by their header; none = every resource column that is given.
    ``per = "pupil"`` divides our columns, which are totals, by the pupils of the school; a column of the planner's own stands as it is.
    """

    method: Literal["given", "weights", "entropy", "pca"] = "given"
    per: Literal["pupil", "school"] = "pupil"
    indicators: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class DistanceLimits:
    """``maximum_distance_m = {urban = 3000, rural = 5000}``: metres by the blocks' urban/rural code (1.. town, 2.. country); none given = no limit."""

    urban: float | None = None
    rural: float | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ZoningRules:
    """``[zoning.STAGE.rules]``: the rules of an attendance-zone plan. None = the rule is off. Shares run from 0 to 1.

    Whole and near
        ``contiguous`` zones hang together; ``within_county`` no zone crosses a county line; ``home_block`` the block a school stands in is in its zone;
        ``share_zone`` schools of one block share a zone (their seats add up; off, two schools in a block are refused);
        ``maximum_distance_m`` metres to the school, a number or :class:`DistanceLimits`.
    Seats
        ``seats`` hard, or soft at ``seats_price`` units of the objective per pupil over (0 = seats do not bind); ``minimum_fill`` least share of the seats;
        ``forecast`` seats hold in coming years too: columns of the blocks, or a table (block_id, year, pupils), with ``forecast_seats``, as many columns of the
        schools or a table (school_id, year, seats), today's seats where not given.
    Against today (``inputs.today`` or the current-school columns of the blocks)
        ``travel_growth`` largest share by which the way to school may grow, ways up to ``travel_growth_free_m`` free; ``size_band`` [low, high] of today's pupils;
        ``neighbours_together`` least share of a block's neighbours of today's zone that stay with it; ``change_cap`` largest share of pupils who change school;
        ``excuse_islands`` pieces of today's zones that lie apart may stay.
    Settled beforehand
        ``keep_together`` column of the blocks: equal values (a compound) are not parted, blank = alone; ``whole_units`` the same for streets or villages, or a lower
        stage zoned in the same run (``"primary"``); ``shared_zones`` column of the schools: equal values share one zone, blank = alone;
        ``locked``, ``forbidden`` tables (block_id, school_id).
    """

    contiguous: bool = True
    within_county: bool = True
    home_block: bool = True
    share_zone: bool = False
    seats: Literal["hard", "soft"] = "hard"
    seats_price: float = 0.0
    minimum_fill: float | None = None
    maximum_distance_m: float | DistanceLimits | None = None
    travel_growth: float | None = None
    travel_growth_free_m: float = 0.0
    size_band: tuple[float, float] | None = None
    neighbours_together: float | None = None
    change_cap: float | None = None
    excuse_islands: bool = False
    keep_together: str | None = None
    whole_units: str | None = None
    shared_zones: str | None = None
    locked: InputSpec | None = None
    forbidden: InputSpec | None = None
    forecast: tuple[str, ...] | InputSpec | None = None
    forecast_seats: tuple[str, ...] | InputSpec | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


RULE_TABLES: Final = {"locked": "pairs", "forbidden": "pairs", "forecast": "forecast", "forecast_seats": "forecast_seats"}
"""Rules that may be given as a table file -> the kind of table."""


@dataclass(frozen=True)
class ZoningObjective:
    """``[zoning.STAGE.objective]``: weights of the goals. A weight of zero costs nothing: the goal is not built.

    With ``scale = "pupil"`` every weight says how many metres of one pupil's way the goal is worth, so that it can be weighed against distance:

    ``distance``
        of a pupil's metres to school.
    ``stability``
        metres that each pupil counts who leaves today's school.
    ``balance``
        metres per pupil, city-wide, for a mean deviation \\|1 - pupils / seats\\| of 1 (weight x pupils of the stage / zones goes to the sum over schools).
    ``compactness``
        metres per pupil, city-wide, for a mean 1 - Polsby-Popper of 1 (weight x pupils of the stage / zones goes to the sum over zones).
    ``mix``
        metres per pupil for a dissimilarity of 1 (weight x pupils); ``groups`` names the columns of the blocks that count the members of each group.
    ``border``
        pupil-metres per metre of border between zones.

    With ``scale = "plain"`` the weights multiply the terms as they are.
    """

    distance: float = 1.0
    stability: float = 0.0
    balance: float = 0.0
    compactness: float = 0.0
    mix: float = 0.0
    border: float = 0.0
    groups: tuple[str, ...] = ()
    scale: Literal["pupil", "plain"] = "pupil"
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ZoningSettings:
    """``[zoning.STAGE]``. ``demand`` is ``intake`` or ``roll``.

    ``distance`` is ``straight``, ``walk`` (along ``inputs.roads``), or a table file (block_id, school_id, distance_m) in which a pair that is absent is not allowed.
    """

    distance: Literal["straight", "walk"] | InputSpec = "straight"
    demand: Literal["intake", "roll"] = "intake"
    private: bool = False
    boarding: bool = False
    objective: ZoningObjective = ZoningObjective()
    rules: ZoningRules = ZoningRules()
    __pydantic_config__: ClassVar[Any] = STRICT

    @property
    def distance_word(self) -> str:
        """``straight``, ``walk`` or the path of the table, as the plan records it."""
        return self.distance.path if isinstance(self.distance, InputSpec) else self.distance


Limit = int | tuple[int] | tuple[int, int]
"""``7`` = exactly 7, ``[4, 6]`` = 4 to 6, ``[1]`` or ``[1, 0]`` = 1 or more."""


@dataclass(frozen=True)
class FormSettings:
    """Numbers of one form that differ from its preset, under the names of :class:`districting.model.district_spec.DistrictSpec`; None = as the preset says."""

    stages: tuple[Stage, ...] | None = None
    units: Literal["territory", "streets", "schools", "feeders"] | None = None
    takes: tuple[str, ...] | None = None
    each_stage: bool | None = None
    centre: str | None = None
    tree: tuple[Stage, ...] | None = None
    children: Limit | None = None
    one_zone: bool | None = None
    counts: Mapping[str, Limit] = field(default_factory=dict)
    spread: tuple[str, ...] | None = None
    min_tiers: int | None = None
    districts: Limit | None = None
    connected: bool | None = None
    within_county: bool | None = None
    apart: bool | None = None
    borders: bool | None = None
    radius_m: float | None = None
    diameter_m: float | None = None
    junior_seats: float | None = None
    backbone_floor: float | None = None
    theme_share: float | None = None
    theme_reach_m: float | None = None
    from_homes: bool | None = None
    nearness: float | None = None
    complementarity: float | None = None
    evenness: float | None = None
    seat_evenness: float | None = None
    mix_evenness: float | None = None
    fill_evenness: float | None = None
    stability: float | None = None
    theme: float | None = None
    theme_repeat: float | None = None
    __pydantic_config__: ClassVar[Any] = STRICT

    def changes(self) -> dict[str, Any]:
        """The numbers that are set, by name."""
        named = {f.name: getattr(self, f.name) for f in dataclass_fields(FormSettings)}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True)
class GroupingSettings(FormSettings):
    """``[grouping]``: the form and its numbers. ``forms`` (``[grouping.forms.NAME]``): numbers of other forms, for ``group --form NAME``.

    ``joint``: zones and districts are solved in turns until both hold. ``baselines``: the plan records beside its districts what plain clustering makes of the schools.
    """

    form: str = "alliance"
    private: bool = False
    joint: bool = False
    baselines: bool = False
    forms: Mapping[str, FormSettings] = field(default_factory=dict)
    __pydantic_config__: ClassVar[Any] = STRICT

    def changes_of(self, form: str) -> dict[str, Any]:
        """The numbers for ``form``: its own table over those of ``[grouping]`` where that is of the same form."""
        own = self.forms.get(form)
        base = self.changes() if form == self.form else {}
        more = {} if own is None else own.changes()
        return {**base, **more, "counts": {**base.get("counts", {}), **more.get("counts", {})}}


@dataclass(frozen=True)
class GovernanceSettings:
    """``[governance]``: how the districts are run. Every plan with districts gets these tables.

    Charter and joint conference
        ``term_years`` of chair and members; ``meetings_per_month`` in the ``term_months``, which stand in the order of the school year, so that those after the turn
        belong to the next year; ``hosts``: every seat in turn, or always the chair; ``one_principal`` lists of schools, by id or name, that one principal heads:
        they hold one seat (a school of several stages does so anyway).
    Inspectors
        ``inspector_load`` most schools of one inspector; ``inspector_area`` inside which schools share inspectors.
    Score card
        ``lead_share`` weight of the lead's score against the mean of its members' scores.
    Data file
        ``profile`` path of a TOML file of actors, duties and mechanisms, beside the config; None = the one of the package (``profiles/governance.toml``).
    """

    term_years: int = 3
    meetings_per_month: int = 1
    term_months: tuple[int, ...] = (9, 10, 11, 12, 1, 3, 4, 5, 6)
    hosts: Literal["rotation", "chair"] = "rotation"
    one_principal: tuple[tuple[str, ...], ...] = ()
    inspector_load: int = 5
    inspector_area: Literal["district", "county"] = "district"
    lead_share: float = 0.5
    profile: str | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class AuditSettings:
    """``[audit]``: lines to hold findings against. Service radii in metres (GB 50099-2011 4.1.4).

    ``profile``: the lines of balance monitoring, by name (``balance``: the national rules; ``balance_hebei``) or as a path (``FILE.toml``) beside the config;
    ``[audit.balance.TABLE]`` puts single numbers in place of those of the profile, and ``cv_line`` (stage -> coefficient) those of ``quality.cv``.
    ``weak_weight``: how many times a weak school's shortfalls count in the complementarity of its district.
    ``proximity``: a TOML file of the lines of enrolment near home, beside the config; None = the one of the package (``profiles/proximity.toml``). ``intake``: a table of
    entrants by school, or by school and block of origin. ``risk``: a TOML file of errors, lines and levels of the risk assessment, beside the config; None = the one of
    the package (``profiles/risk.toml``).
    ``shared``: resource -> share of it that members of a district lend each other, in place of that of ``profiles/sharing.toml``; ``shared_reach_m``: the way to a shared
    venue at most (None = of the profile); ``weak_first``: what is shared goes to those who have least, not to all alike.
    """

    service_radius_m: Mapping[str, float] = field(default_factory=lambda: {"preschool": 300.0, "primary": 500.0, "junior": 1000.0})
    profile: str = "balance"
    balance: Mapping[str, Any] = field(default_factory=dict)
    cv_line: Mapping[str, float] = field(default_factory=dict)
    weak_weight: float = 2.0
    proximity: str | None = None
    intake: str | None = None
    risk: str | None = None
    shared: Mapping[str, float] = field(default_factory=dict)
    shared_reach_m: float | None = None
    weak_first: bool = False
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class SolveSettings:
    """``[solve]``: when to stop. A run ends at ``gap``, after ``steps`` (same bytes every time) or at the clock. ``starts``: searches of each county, the best is taken."""

    gap: float = 0.0
    steps: int | None = None
    starts: int = 1
    time_limit_s: float | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class OutputSettings:
    """``[output]``: where results go and who may read the map; ``review_number`` (审图号) and ``made_on`` (date of making) stand on the page."""

    folder: str = "maps"
    audience: Literal["internal", "public"] = "internal"
    overwrite: bool = False
    review_number: str = ""
    made_on: str = ""
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class Settings:
    """All settings of a run. ``folder`` is where the config file stands: input paths are relative to it; ``file`` is its name, for faults."""

    project: ProjectSettings = ProjectSettings()
    inputs: Mapping[str, tuple[InputSpec, ...]] = field(default_factory=dict)
    tiers: TierSettings = TierSettings()
    scores: ScoreSettings = field(default_factory=ScoreSettings)
    zoning: Mapping[Stage, ZoningSettings] = field(default_factory=dict)
    grouping: GroupingSettings | None = None
    pairing: PairingSettings | None = None
    sharing: SharingSettings = field(default_factory=SharingSettings)
    governance: GovernanceSettings = GovernanceSettings()
    audit: AuditSettings = AuditSettings()
    solve: SolveSettings = SolveSettings()
    output: OutputSettings = OutputSettings()
    folder: Path = Path(".")
    file: str = ""
    __pydantic_config__: ClassVar[Any] = STRICT
