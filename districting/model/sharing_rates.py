"""What members of a district lend each other: a share of each resource, and what kind of sharing that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

SHARING_KINDS: Final = ("venue", "teacher", "lesson")
"""In the order in which the steps of a balance sheet are told."""


@dataclass(frozen=True)
class SharedIndicator:
    """``kind``: venues are shared within reach only; ``share`` 0..1 of what a school has."""

    kind: Literal["venue", "teacher", "lesson"]
    share: float
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}


@dataclass(frozen=True)
class SharingRates:
    """``reach_m``: the way to a venue at most; ``indicators``: resource -> what of it is lent."""

    reach_m: float
    indicators: Mapping[str, SharedIndicator] = field(default_factory=dict)
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}
