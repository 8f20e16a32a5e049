"""What a district must be made of: the composition rules and weights of one form. Every form of district is one such value."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from districting.model.stages import Stage


@dataclass(frozen=True)
class DistrictSpec:
    """The specification of one form of school district.

    ``counts``: what is counted -> (least, most or None) per district. Keys are ``"<stage>"`` or ``"<stage>_<tier>"``, e.g. ``"junior_lead": (1, None)``.
    Members that no key bounds (regular juniors of an alliance) join as extra members.
    ``centre``: the key whose schools may open a district (each district is centred on one of them).
    Every weight turns its term into pupil-metres (resident-metres or school-metres where residents or nothing weighs the schools), and every term is >= 0:
    ``nearness`` (no unit) x pupils x metres to the centre;
    ``complementarity`` (metres per unit of gain) x pupils x (best gain any centre of the area offers - gain from the own centre);
    ``evenness`` (metres per standard deviation of quality) x sum over districts of abs(sum of pupils x (quality - mean quality of the area)).
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
        return dataclasses.replace(self, **changes)
