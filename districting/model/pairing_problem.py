"""Strong and weak schools of one stage as arrays: who carries whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class PairingProblem:
    """Donors and recipients among s schools of one stage.

    ``score`` (s,) higher is stronger; ``is_donor``, ``is_recipient`` (s,) bool; ``xy`` (s, 2) metres; ``allowed`` (s, s) bool or None (all);
    ``allowed[donor, recipient]``. Cost of a pair in metres = distance + ``gap_weight_m`` x (widest gap - gap), gaps in standard deviations of the score:
    see :func:`districting.pairing.pair_schools`. ``max_distance_m``: a pair farther apart is remote (kept, flagged, avoided first).
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
