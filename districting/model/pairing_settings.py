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
