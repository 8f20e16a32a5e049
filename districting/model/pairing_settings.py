"""``[pairing]``: links between schools, counties and teachers. What every form knows stands at the top, the numbers of a form in a table of its own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from districting.model.pairing_problem import GapGoal
from districting.model.stages import Stage

STRICT: Final = {"extra": "forbid"}
SUPPORT_EVENTS: Final = ("joint_research", "lessons_sent", "same_lesson", "master_apprentice")
"""Support events (R14): 联片教研, 送教下乡, 同课异构, 师徒结对."""
Channel = Literal["team_exchange", "project_support", "joint_research"]


@dataclass(frozen=True)
class SchoolSettings:
    """``[pairing.school]``: same-stage school pairs (R07); the caps and weights that other forms read too stand in ``[pairing]``.

    ``gap_goal``: "wide" prefers the strongest donors where donors are in surplus (where every donor is needed it changes nothing), "alike" pairs whose gap is
    near the mean gap. ``size_weight_m``: metres that a doubling between the pupils of both is worth (0: size does not count). ``channels``: what every pair
    does together, of team exchange, project support and joint research (互派团队、项目支持、联合科研). ``pins`` and ``forbidden``: pairs
    ``["donor", "recipient"]`` by id or name that must stand, or must not be made.
    """

    gap_goal: GapGoal = "wide"
    size_weight_m: float = 0.0
    channels: tuple[Channel, ...] = ("team_exchange", "project_support", "joint_research")
    pins: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class CountySettings:
    """``[pairing.county]``: county-level 1+1 alliances (R08). Counties are named by their codes or their names.

    Who gives and who takes: ``donors`` and ``recipients`` where named here; else the column ``aid_role`` of the counties (支援, 受援); where no county has one, its ``county_type``:
    urban and plain counties give, mountain counties take. ``donor_cap``: most recipients of a donor (default: recipients over donors, rounded up; with as many
    donors as recipients that is one-to-one). ``every_donor``: no donor is left over; where donors outnumber recipients, some recipients have several donors then.
    ``pins``: (donor, recipient) pairs that are fixed.

    ``need_weight_m`` (ours): metres that leaving all shortages of a recipient unfilled is worth; 0 = only travel counts. A county is short of a resource (the indicators
    of 教督〔2012〕3号 and 教督〔2017〕6号, per pupil, of each of the form's ``stages``) where it has less than the city's mean, or less than the planner's line:
    ``lines`` = resource -> amount per 100 pupils.
    """

    donors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    donor_cap: int | None = None
    every_donor: bool = False
    pins: tuple[tuple[str, str], ...] = ()
    need_weight_m: float = 20_000.0
    lines: Mapping[str, float] = field(default_factory=dict)
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class IncubationSettings:
    """``[pairing.incubation]``: incubation areas (R09).

    ``areas``: stage -> exactly how many (7 for seniors and 12 for preschools as in Baoji; the stages named are those that are divided). ``tolerance``: the size of every area
    lies within so large a share of the mean size (0.3, a default of this project); ``size`` is counted in ``schools`` or ``pupils``. ``travel`` to the incubator at the
    centre weighs ``pupils``, or every school once. ``incubators``: ids or names; of a stage in which none is named the lead schools are. ``contiguous``: the ground of an
    area hangs together. ``within_county``: no school in the area of another county's incubator (``[pairing] within_county`` where not given).
    """

    areas: Mapping[Stage, int] = field(default_factory=lambda: {"senior": 7, "preschool": 12})
    tolerance: float = 0.3
    size: Literal["schools", "pupils"] = "schools"
    travel: Literal["pupils", "schools"] = "pupils"
    incubators: tuple[str, ...] = ()
    contiguous: bool = False
    within_county: bool | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class SecondLevelSettings:
    """``[pairing.second_level]``: alliances of compulsory schools inside counties (R10).

    ``size``: least and most schools of an alliance (default 4 to 6, after 西安大学区 R30d). A county that no number of alliances of that size can divide gets the
    least size lowered, as little as it must be. Weights as in R01 (the form ``alliance`` of ``[grouping]``): ``nearness`` of members to their lead,
    ``complementarity`` and ``evenness``; with these two at 0 only pupils x metres to the lead count. ``linked``: kinds of links between schools, made before, whose
    schools stay at level 1 (R10: "not already in level 1") and are not placed below; none by default, as who is missing below would tell who is strong and weak. Where
    any school stays out of level 2, the whole scheme is kept from the public.
    """

    size: tuple[int, int] = (4, 6)
    nearness: float = 1.0
    complementarity: float = 500.0
    evenness: float = 500.0
    linked: tuple[str, ...] = ()
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ChainSettings:
    """``[pairing.chain]``: mentor chains (R12).

    ``levels``: what makes a school higher: the column ``level`` (``column``: city > county > town > village), the tier (``tier``: lead > regular > weak) or the
    score (``score``: ``score_levels`` classes of about equally many schools of the stage, equal scores in the same class). ``roots``: ``top``, all schools of
    the highest level there is (inside a county with ``within_county``), or ``lead``, the lead schools of any level and nobody else. ``max_mentees`` of a school and
    ``max_depth`` links up to a root are the defaults of policy R12 [D]. ``level_gap_weight_m``: metres that each level skipped costs. ``allow_new_roots``: where
    not all can be carried, the fewest further schools become roots, and are named.
    """

    levels: Literal["column", "tier", "score"] = "column"
    score_levels: int = 4
    roots: Literal["top", "lead"] = "top"
    max_mentees: int = 5
    max_depth: int = 3
    level_gap_weight_m: float = 2_000.0
    allow_new_roots: bool = False
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class DifferenceSettings:
    """``[pairing.difference]``: pairs in which both sides gain (R17; the formula and its defaults are ours).

    gain_value_m : metres of travel that one unit of gain is worth. A gain is 1 where the partner lies one standard deviation above the average, and the school
        one below, in every resource; 0.1 is usual in a good pair, so 100 km a unit let it travel 10 km
    min_gain : both gains of a pair must exceed it
    remote : pairs beyond ``max_distance_m`` are made and flagged; else they are not made
    weights : resource -> what it counts, beside the other weights: 1, of subjects of teachers together 1, of theme tags together 1
    """

    gain_value_m: float = 100_000.0
    min_gain: float = 0.0
    remote: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class DriveSettings:
    """``[pairing.drive]``: what drives a link (R30a); lines in units of gain (see ``[pairing.difference]``), ours.

    mutual : from here on both sides gain enough to agree of their own will
    large : from here on help that flows one way takes an order; below, a contract with compensation
    least : gains up to here are none
    """

    mutual: float = 0.1
    large: float = 0.3
    least: float = 0.01
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class BaseSchoolSettings:
    """``[pairing.base_school]``: base schools of joint research (R23, R39).

    ``by``: bases of every ``subject`` (of all that are taught, or of ``subjects``), or one set of bases for ``all``. ``bases`` of each; default: a quarter of the number
    of towns (R23 [D]), at least one in every county. ``candidates``: ``strong`` schools (tier lead, or an expert or backbone teacher of the subject) or ``any``.
    ``demand``: what a way counts, ``teachers`` of the subject or ``schools``. ``load_cap`` most schools of a base, itself among them; none by default. ``experts`` most
    experts listed for a base: experts first, then backbone teachers, then those whose title holds one of ``expert_titles`` ([D]). ``senior_community``: all senior
    schools of the city in one community of joint research (R23).
    """

    by: Literal["subject", "all"] = "subject"
    subjects: tuple[str, ...] = ()
    bases: int | None = None
    candidates: Literal["strong", "any"] = "strong"
    demand: Literal["teachers", "schools"] = "teachers"
    load_cap: int | None = None
    experts: int = 5
    expert_titles: tuple[str, ...] = ("高级",)
    senior_community: bool = True
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class UdsSettings:
    """``[pairing.uds]``: communities of a university, the bureau and schools (R21; the numbers are ours).

    bureau : whose bureau is the one of a community: ``county`` (all its schools are of one county) or ``city`` (of any)
    university_cap : most communities of a university
    member_cap : most weak or rural schools of a community, beside its quality school
    kinds : what the social resources call a university
    remote_university : name of a university elsewhere, taken where the city has none; its links are flagged as remote
    time_limit_s : for all stages together
    """

    bureau: Literal["county", "city"] = "county"
    university_cap: int = 10
    member_cap: int = 4
    kinds: tuple[str, ...] = ("高等学校", "高校", "大学", "学院", "university", "college")
    remote_university: str = ""
    time_limit_s: float = 30.0
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ApprenticeSettings:
    """``[pairing.master_apprentice]``: masters and apprentices among teachers, and the calendar of support (R14).

    Masters are experts, backbone teachers and those whose title holds one of ``master_titles``; apprentices are other teachers who have taught at most
    ``apprentice_years`` (``years_teaching`` where given, else ``years_here``) or whose title holds one of ``apprentice_titles``. A master has at most ``cap``
    apprentices (R14: 3 [D]). ``own_school``: whether a master of the same school may be taken.

    The calendar: ``per_year`` events of a link (``joint_research`` 联片教研, ``lessons_sent`` 送教下乡, ``same_lesson`` 同课异构, ``master_apprentice`` 师徒结对), in the
    months of term of ``[governance]``, with ``teachers`` from every school and ``hours`` each, in turn for the ``subjects`` where the link names none. All [D].
    """

    master_titles: tuple[str, ...] = ("高级",)
    apprentice_years: float = 3.0
    apprentice_titles: tuple[str, ...] = ("三级", "见习", "未评")
    cap: int = 3
    own_school: bool = False
    per_year: Mapping[str, int] = field(default_factory=lambda: {"joint_research": 2, "lessons_sent": 2, "same_lesson": 2, "master_apprentice": 4})
    teachers: int = 2
    hours: float = 2.0
    subjects: tuple[str, ...] = ("语文", "数学", "英语")
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ShareSettings:
    """``[pairing.six_shares]``: the six layers of sharing (R16). ``inside``: in a district only links with its own schools count, not those with others."""

    inside: bool = False
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class RenewalSettings:
    """``[pairing.renewal]``: what is weighed at the end of a term (R13), by ``pair --renew``. R13 gives no numbers; these defaults are ours.

    ``graduate_share``: share of the gap closed from which the pair graduates; ``renew_share``: from which it goes on for another term, below it the recipient
    gets another donor; ``max_terms``: most terms in a row of one pair, then another donor follows.
    """

    graduate_share: float = 0.8
    renew_share: float = 0.2
    max_terms: int = 2
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class PairingSettings:
    """``[pairing]``. Of every form: ``form`` (one or several, made in this order), ``stages``, ``term_years`` from ``term_from`` on (default: the year of the
    project), ``private`` schools by switch, ``within_county``, and ``max_distance_m``: farther links are kept but flagged as remote.

    ``donor_cap`` most recipients of a donor, ``gap_weight_m`` metres that a standard deviation of score is worth (R07).
    """

    form: str | tuple[str, ...] = "school"
    stages: tuple[Stage, ...] = ("primary", "junior")
    term_years: int = 3
    term_from: int | None = None
    private: bool = False
    within_county: bool = False
    max_distance_m: float = 30_000.0
    donor_cap: int = 1
    gap_weight_m: float = 100.0
    school: SchoolSettings = SchoolSettings()
    county: CountySettings = CountySettings()
    incubation: IncubationSettings = IncubationSettings()
    second_level: SecondLevelSettings = SecondLevelSettings()
    chain: ChainSettings = ChainSettings()
    difference: DifferenceSettings = DifferenceSettings()
    drive: DriveSettings = DriveSettings()
    base_school: BaseSchoolSettings = BaseSchoolSettings()
    uds: UdsSettings = UdsSettings()
    master_apprentice: ApprenticeSettings = ApprenticeSettings()
    six_shares: ShareSettings = ShareSettings()
    renewal: RenewalSettings = RenewalSettings()
    __pydantic_config__: ClassVar[Any] = STRICT

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms asked for, in order.

        >>> PairingSettings().forms, PairingSettings(form=("school", "chain")).forms
        (('school',), ('school', 'chain'))
        """
        return (self.form,) if isinstance(self.form, str) else self.form
