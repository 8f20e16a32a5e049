"""``[pairing]``: links between schools, counties and teachers. What every form knows stands at the top, the numbers of a form in a table of its own name."""

from __future__ import annotations

from dataclasses import dataclass
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
