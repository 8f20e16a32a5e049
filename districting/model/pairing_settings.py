"""``[pairing]``: links between schools, counties and teachers. What every form knows stands at the top, the numbers of a form in a table of its own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from districting.model.stages import Stage

STRICT: Final = {"extra": "forbid"}


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
    """``[pairing.incubation]``: incubation areas (R09)."""

    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class SecondLevelSettings:
    """``[pairing.second_level]``: alliances of compulsory schools inside counties (R10).

    ``size``: least and most schools of an alliance (default 4 to 6, after 西安大学区 R30d). A county that no number of alliances of that size can divide gets the
    least size lowered, as little as it must be. Weights as in R01 (the form ``alliance`` of ``[grouping]``): ``nearness`` of members to their lead,
    ``complementarity`` and ``evenness``; with these two at 0 only pupils x metres to the lead count. ``linked``: kinds of links between schools that are level 1 already (default: every kind that the plan holds by then);
    their schools are not placed again.
    """

    size: tuple[int, int] = (4, 6)
    nearness: float = 1.0
    complementarity: float = 500.0
    evenness: float = 500.0
    linked: tuple[str, ...] | None = None
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
