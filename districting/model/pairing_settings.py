"""``[pairing]``: links between schools, counties and teachers. What every form knows stands at the top, the numbers of a form in a table of its own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from districting.model.stages import Stage

STRICT: Final = {"extra": "forbid"}


@dataclass(frozen=True)
class CountySettings:
    """``[pairing.county]``: county-level 1+1 alliances (R08)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class IncubationSettings:
    """``[pairing.incubation]``: incubation areas (R09)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class SecondLevelSettings:
    """``[pairing.second_level]``: alliances inside counties (R10)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ChainSettings:
    """``[pairing.chain]``: mentor chains (R12)."""

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
    """``[pairing.base_school]``: base schools of joint research (R23, R39)."""

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
    """``[pairing.master_apprentice]``: masters and apprentices among teachers, and the calendar of support (R14)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class ShareSettings:
    """``[pairing.six_shares]``: the six layers of sharing (R16)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class RenewalSettings:
    """``[pairing.renewal]``: what is weighed at the end of a term (R13)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class PairingSettings:
    """``[pairing]``. Of every form: ``form`` (one or several, made in this order), ``stages``, ``term_years`` from ``term_from`` on (default: the year of the
    project), ``private`` schools by switch, ``within_county``, and ``max_distance_m``: farther links are kept but flagged as remote.

    Of school pairs (R07): ``donor_cap`` most recipients of a donor, ``gap_weight_m`` metres that a standard deviation of score is worth.
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
