"""School stages: the four a pupil passes, and the school types that span several."""

from __future__ import annotations

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

Tier = Literal["lead", "regular", "weak"]
TIERS: Final[tuple[Tier, ...]] = get_args(Tier)
