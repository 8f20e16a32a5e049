"""What drives a link between two schools: their own interest, a contract with compensation, or an order (policy R30a)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.model.pairing_settings import DriveSettings

DRIVES: Final = ("voluntary", "compensated", "administrative", "none")
"""自愿协议、协议加补偿、行政指派、不建立."""


def drives_of(gain_a: NDArray[np.float64], gain_b: NDArray[np.float64], lines: DriveSettings) -> NDArray[np.str_]:
    """(p,) the drive of every pair, "" where a gain is not known (NaN).

    Both gains at ``mutual`` or more: ``voluntary``, a contract in both sides' interest. Otherwise help flows one way, the larger gain says how much:
    ``administrative`` from ``large`` on, where no market would carry it; ``compensated`` below, a contract with compensation (R28); ``none`` where it is no more
    than ``least``: no link is advised. Source: 校际合作的市场与政府驱动, policy R30a; the lines are ours.

    >>> drives_of(np.array([0.2, 0.0, 0.0, 0.0]), np.array([0.1, 0.1, 0.5, 0.0]), DriveSettings()).tolist()
    ['voluntary', 'compensated', 'administrative', 'none']
    """
    low, high = np.minimum(gain_a, gain_b), np.maximum(gain_a, gain_b)
    known = np.isfinite(low)
    return np.select(
        [~known, low >= lines.mutual, high >= lines.large, high > lines.least],
        ["", "voluntary", "administrative", "compensated"],
        "none",
    )
