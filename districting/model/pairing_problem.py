"""Strong and weak schools of one stage as arrays: who carries whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

GapGoal = Literal["wide", "alike"]


def _no_pins() -> NDArray[np.int64]:
    return np.zeros((0, 2), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class PairingProblem:
    """Donors and recipients among s schools of one stage.

    ``score`` (s,) higher is stronger; ``is_donor``, ``is_recipient`` (s,) bool; ``xy`` (s, 2) metres; ``allowed`` (s, s) bool or None (all);
    ``allowed[donor, recipient]``. What a pair costs in metres is said at :func:`districting.pairing.pair_schools`: distance, ``gap_weight_m`` per standard
    deviation of score (``gap_goal``), ``size_weight_m`` per doubling between the ``pupils`` (s,) of both. ``max_distance_m``: a pair farther apart is remote
    (kept, flagged, avoided first). ``names`` (s,) or none: what messages call the schools. ``pinned`` (p, 2): (donor, recipient) that stand whatever they cost, also where ``allowed`` or the masks say otherwise.
    """

    score: NDArray[np.float64]
    is_donor: NDArray[np.bool_]
    is_recipient: NDArray[np.bool_]
    xy: NDArray[np.float64]
    donor_cap: int = 1
    gap_weight_m: float = 100.0
    max_distance_m: float = np.inf
    allowed: NDArray[np.bool_] | None = None
    code: tuple[str, ...] = ()
    gap_goal: GapGoal = "wide"
    pupils: NDArray[np.float64] | None = None
    size_weight_m: float = 0.0
    pinned: NDArray[np.int64] = field(default_factory=_no_pins)
    names: tuple[str, ...] = ()

    def named(self, school: int) -> str:
        """The name of a school, with its code in brackets where others have the same; without names its code, or its position."""
        if self.names:
            name = self.names[school]
            return f"{name} ({self.code[school]})" if self.code and self.names.count(name) > 1 else name
        return self.code[school] if self.code else str(school)
