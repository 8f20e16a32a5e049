"""``[pairing]``: links between schools, counties and teachers. What every form knows stands at the top, the numbers of a form in a table of its own name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from districting.model.pairing_problem import GapGoal
from districting.model.stages import Stage

STRICT: Final = {"extra": "forbid"}
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
    """``[pairing.difference]``: pairs in which both sides gain (R17)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class DriveSettings:
    """``[pairing.drive]``: what drives a link (R30a)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class BaseSchoolSettings:
    """``[pairing.base_school]``: base schools of joint research (R23, R39)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class UdsSettings:
    """``[pairing.uds]``: communities of a university, the bureau and schools (R21)."""

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
