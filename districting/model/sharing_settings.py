"""``[sharing]``: what the commands of ``share`` go by. One class per command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from districting.model.pairing_settings import STRICT
from districting.model.research_settings import ResearchSettings
from districting.model.stages import Stage
from districting.model.teacher_settings import RotationSettings, StaffingSettings


@dataclass(frozen=True)
class DigitalSettings:
    """``[sharing.digital]``.

    rooms_per_100 : the line of each stage, rooms with network multimedia per 100 pupils (教督〔2017〕6号, indicator 7)
    class_size : pupils of a class where a school's classes are not given (GB 50099-2011 3.0.1)
    """

    rooms_per_100: Mapping[str, float] = field(default_factory=lambda: {"primary": 2.3, "junior": 2.4})
    class_size: Mapping[str, int] = field(default_factory=lambda: {"primary": 45, "junior": 50})
    __pydantic_config__: ClassVar[Any] = STRICT


Area = Literal["district", "county", "city"]


@dataclass(frozen=True)
class ReachSettings:
    """``[sharing.reach]``: how far classes and pupils go to what is shared (policy R19: 15 minutes on foot or 10 by bus or bicycle).

    ``distance``: straight lines, or ``walk`` along ``inputs.roads``; ``ride_min = 0``: on foot only. Speeds in km/h are ours.
    """

    walk_min: float = 15.0
    ride_min: float = 10.0
    walk_kmh: float = 4.5
    ride_kmh: float = 18.0
    distance: Literal["straight", "walk"] = "straight"
    __pydantic_config__: ClassVar[Any] = STRICT

    @property
    def walk_m(self) -> float:
        """Metres within reach on foot.

        >>> ReachSettings().walk_m, ReachSettings().limit_m, ReachSettings(ride_min=0).limit_m
        (1125.0, 3000.0, 1125.0)
        """
        return self.walk_kmh * 1000.0 / 60.0 * self.walk_min

    @property
    def limit_m(self) -> float:
        """Metres within reach at all."""
        return max(self.walk_m, self.ride_kmh * 1000.0 / 60.0 * self.ride_min)


@dataclass(frozen=True)
class FacilityShareSettings:
    """``[sharing.facilities]``: who books which venue (policy R19, R35).

    area : a school books in its district, its county or the whole city
    district_first : of plans that meet as much, the one with the most hours in the own district (where a plan is given)
    weak_weight : what an hour of a weak school counts, that of any other counts 1
    school_times : when schools can come where their row says no times
    hours_per_class : kind -> hours a week that every class needs, for schools that state none of the kind
    social : halls, museums and others of ``inputs.social_resources`` are suppliers; ``social_hours`` a week where they state none; ``social_kinds`` their kind -> the
        kind that schools ask for; ``class_size`` pupils of a class, by which their capacity in persons becomes classes
    weeks : of a term, by which hours a week become hours in the ledger
    """

    area: Area = "county"
    district_first: bool = True
    weak_weight: float = 2.0
    school_times: str = "周一至周五 8:00-18:00"
    hours_per_class: Mapping[str, float] = field(default_factory=dict)
    social: bool = True
    social_hours: int = 4
    social_kinds: Mapping[str, str] = field(default_factory=dict)
    class_size: int = 45
    weeks: int = 20
    time_limit_s: float = 60.0
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class AccessSettings:
    """``[sharing.accessibility]``: the floating catchments (policy R26: within 30 minutes by vehicle between schools).

    ``ride_min``, ``ride_kmh``: that limit; the speed is ours. Not those of ``[sharing.reach]``, by which classes go to what they book every week.
    ``method``: ``gaussian`` decay or the three ``bands`` of E2SFCA with ``band_weights``.

    ``stages``: whose pupils count; ``area``: schools reach what lies in their district, county or the whole city.
    """

    ride_min: float = 30.0
    ride_kmh: float = 30.0
    method: Literal["gaussian", "bands"] = "gaussian"
    band_weights: tuple[float, float, float] = (1.0, 0.68, 0.22)
    stages: tuple[Stage, ...] = ("primary", "junior")
    area: Area = "city"
    __pydantic_config__: ClassVar[Any] = STRICT

    @property
    def limit_m(self) -> float:
        """Metres within the limit.

        >>> AccessSettings().limit_m
        15000.0
        """
        return self.ride_kmh * 1000.0 / 60.0 * self.ride_min


@dataclass(frozen=True)
class CourseShareSettings:
    """``[sharing.courses]``: who offers which course to whom.

    area : a school takes live lessons and comes to lessons in its district, its county or the whole city; a platform reaches every school
    weak_weight : what a pupil of a weak school counts, that of any other counts 1
    whole : the pupils of a school who ask for a course all go to one offer of it
    live_schools : schools that one live lesson reaches at a time
    room_modes : ways of teaching for which the taker needs a connected room (where its rooms are known); ``class_size`` pupils sit in one
    """

    area: Area = "county"
    weak_weight: float = 2.0
    whole: bool = True
    live_schools: int = 4
    room_modes: tuple[Literal["live", "platform", "place"], ...] = ("live", "platform")
    class_size: int = 45
    weeks: int = 20
    time_limit_s: float = 60.0
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class LedgerSettings:
    """``[sharing.ledger]``: what each item counts (policy R28; the weight of a lesson is ours), and the fund that is shared by what schools give net.

    fund_yuan : whole yuan; 0 = shares only
    if_none : where nobody gives net, the fund goes to all schools of the ledger alike, or to nobody
    year : only entries whose date begins with it; none = all
    """

    weights: Mapping[Literal["teacher_days", "facility_hours", "lessons"], float] = field(
        default_factory=lambda: {"teacher_days": 1.0, "facility_hours": 0.2, "lessons": 0.25}
    )
    fund_yuan: int = 0
    if_none: Literal["equal", "none"] = "none"
    year: int | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class RovingSettings:
    """``[sharing.roving]``: lessons of subjects that are short of teachers (policy R38).

    scope, scheme : teachers go about inside districts (of this scheme of the plan; None = its first) or counties
    stages : a teacher gives lessons in the own stage only
    lessons_per_class : subject -> lessons a week that every class has (of 26 to 34 a week 10-11 % PE, 9-11 % arts: 义务教育课程方案2022)
    max_schools, max_lessons, max_hop_minutes : schools and lessons a week of a teacher at most, minutes from school to school at most
    half_day_lessons, days : lessons that fit into a half-day, days a week
    ride_kmh, detour : speed, and how much longer roads are than straight lines
    weak_weight : what a covered lesson of a weak school counts, that of any other counts 1
    by_hours_free : who states free lessons gives no more of them away from home
    """

    scope: Literal["district", "county"] = "district"
    scheme: str | None = None
    stages: tuple[Stage, ...] = ("primary", "junior")
    lessons_per_class: Mapping[str, float] = field(default_factory=lambda: {"体育": 3.0, "音乐": 1.5, "美术": 1.5})
    max_schools: int = 3
    max_lessons: int = 16
    max_hop_minutes: float = 40.0
    half_day_lessons: int = 4
    days: int = 5
    ride_kmh: float = 30.0
    detour: float = 1.3
    weak_weight: float = 1.0
    by_hours_free: bool = True
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class UpgradeSettings:
    """``[sharing.upgrade]``: what it costs to bring schools up to the lines of quality balance (policy R29).

    budget_yuan : what may be spent; 0 = the curve only
    price_yuan : indicator -> price of one unit; an indicator without a price can be added nowhere. No prices come with the package
    step : indicator -> what one unit adds to the total, 1 where not said (a room, a square metre, a teacher)
    schools : ``weak`` (of the weak tier), ``public`` (all public schools) or ``all``
    weight : what a school that comes to pass counts: its ``pupils``, or as one of the ``schools``
    curve_steps : budgets between nothing and what everything costs, for which a plan is made
    """

    budget_yuan: float = 0.0
    price_yuan: Mapping[str, float] = field(default_factory=dict)
    step: Mapping[str, float] = field(default_factory=dict)
    schools: Literal["weak", "public", "all"] = "public"
    weight: Literal["pupils", "schools"] = "pupils"
    curve_steps: int = 10
    time_limit_s: float = 60.0
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class SharingSettings:
    """``[sharing]``: a table for each command."""

    reach: ReachSettings = ReachSettings()
    facilities: FacilityShareSettings = field(default_factory=FacilityShareSettings)
    accessibility: AccessSettings = AccessSettings()
    courses: CourseShareSettings = CourseShareSettings()
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    digital: DigitalSettings = field(default_factory=DigitalSettings)
    upgrade: UpgradeSettings = field(default_factory=UpgradeSettings)
    rotation: RotationSettings = field(default_factory=RotationSettings)
    staffing: StaffingSettings = field(default_factory=StaffingSettings)
    roving: RovingSettings = field(default_factory=RovingSettings)
    research: ResearchSettings = field(default_factory=ResearchSettings)
    __pydantic_config__: ClassVar[Any] = STRICT
