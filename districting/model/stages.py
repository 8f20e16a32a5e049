"""School stages: the four a pupil passes, and the school types that span several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, get_args

Stage = Literal["preschool", "primary", "junior", "senior"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)

SCHOOL_TYPES: Final[dict[str, tuple[Stage, ...]]] = {
    "preschool": ("preschool",),
    "primary": ("primary",),
    "junior": ("junior",),
    "senior": ("senior",),
    "nine_year": ("primary", "junior"),
    "twelve_year": ("primary", "junior", "senior"),
    "complete_secondary": ("junior", "senior"),
    "teaching_point": ("primary",),
}
"""School type -> the stages it teaches (policy source: MOE school type codes; a nine-year school counts in both stages)."""

Area = Literal["urban", "fringe", "rural"]
AREAS: Final[tuple[Area, ...]] = get_args(Area)


def kind_of_stages(stages: Iterable[str]) -> str:
    """The type of a school that teaches several stages; empty for one that teaches a single stage, or a mix that has no name.

    >>> kind_of_stages(["junior", "primary"]), kind_of_stages(["primary"])
    ('nine_year', '')
    """
    taught = frozenset(stages)
    return next((kind for kind, of_kind in SCHOOL_TYPES.items() if len(of_kind) > 1 and frozenset(of_kind) == taught), "")


def area_of_code(code: object) -> Area | Literal[""]:
    """Urban, fringe or rural of an urban-rural code of the statistics bureau (111 is the main urban area, 1xx urban fringe and towns, 2xx rural).

    >>> area_of_code("111"), area_of_code("122"), area_of_code("220"), area_of_code(None)
    ('urban', 'fringe', 'rural', '')
    """
    word = str(code)
    return "urban" if word.startswith("111") else "fringe" if word.startswith("1") else "rural" if word.startswith("2") else ""


Tier = Literal["lead", "regular", "weak"]
TIERS: Final[tuple[Tier, ...]] = get_args(Tier)
