"""How far shared lessons reach over the network (policy R05: 班班通)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class DigitalReach:
    """``rooms_per_100`` (s,), NaN = not known; ``reached`` (s,) pupils who can sit in a connected room at one time, NaN = not known."""

    rooms_per_100: NDArray[np.float64]
    reached: NDArray[np.float64]
    share: float


def digital_reach(pupils: ArrayLike, rooms: ArrayLike, classes: ArrayLike) -> DigitalReach:
    """Pupils in connected rooms of all pupils of schools whose rooms are known.

    Parameters
    ----------
    pupils : (s,) pupils, >= 0; NaN = not known
    rooms : (s,) rooms with network multimedia; NaN = not known
    classes : (s,) classes; NaN = not known

    A room serves one class at a time: ``reached = pupils * min(1, rooms / classes)``. Source: policy R05 and indicator 7 of 教督〔2017〕6号.

    Raises
    ------
    ValueError : arrays that do not fit, negative numbers

    >>> digital_reach([900, 90], [10, 0], [20, 2]).share
    0.45454545454545453
    """
    count, room, klass = (np.asarray(a, dtype=np.float64) for a in (pupils, rooms, classes))
    if count.ndim != 1 or count.shape != room.shape or count.shape != klass.shape or (np.concatenate((count, room, klass)) < 0).any():
        raise ValueError("pupils, rooms and classes are (s,) and >= 0")
    known = np.isfinite(count) & np.isfinite(room) & np.isfinite(klass)
    some = known & (count > 0)
    groups = np.maximum(klass, 1.0)
    per_100 = np.divide(100.0 * room, count, out=np.full(len(count), np.nan), where=some)
    reached = np.where(known, 0.0, np.nan)
    reached[some] = count[some] * np.minimum(1.0, room[some] / groups[some])
    everyone = float(count[known].sum())
    return DigitalReach(per_100, reached, float(np.nansum(reached)) / everyone if everyone else float("nan"))
