"""What a district must be made of: the composition rules and weights of one form. Every form of district is one such value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from districting.model.stages import Stage


@dataclass(frozen=True)
class DistrictSpec:
    """The specification of one form of school district.

    ``counts``: what is counted -> (least, most or None) per district. Keys are ``"<stage>"`` or ``"<stage>_<tier>"``, e.g. ``"junior_lead": (1, None)``.
    ``centre``: the key whose schools may open a district (each district is centred on one of them).
    ``attach_near``: stages whose surplus members (tier ``regular``) join as extra members.
    Weights: ``nearness`` per pupil-metre to the centre, ``complementarity`` per pupil-metre-equivalent of gain (metres a pupil would travel for a full gain of 1),
    ``evenness`` in metres per unit of quality deviation times pupils.
    """

    form: str
    stages: tuple[Stage, ...]
    counts: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    centre: str = "junior_lead"
    connected: bool = True
    within_county: bool = True
    nearness: float = 1.0
    complementarity: float = 500.0
    evenness: float = 500.0
    source: str = ""

    def replace(self, **changes: Any) -> DistrictSpec:
        """A copy with some fields changed."""
        from dataclasses import replace

        return replace(self, **changes)
