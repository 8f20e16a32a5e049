"""Class sizes, staffing and rooms against their norms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.measures.balance.columns import Floats


def band_counts(sizes: ArrayLike, edges: ArrayLike) -> NDArray[np.int64]:
    """Classes by size: (b + 1,) for the upper edges (b,) of all bands but the last. Bands of 2.4: up to 35, 36-45, 46-55, 56-65, 66 and more.

    >>> band_counts([35, 36, 45, 46, 66], [35, 45, 55, 65]).tolist()
    [1, 2, 1, 0, 1]
    """
    upper = np.asarray(edges, dtype=np.float64)
    return np.bincount(np.searchsorted(upper, np.asarray(sizes, dtype=np.float64), side="left"), minlength=len(upper) + 1).astype(np.int64)


def share_above(sizes: ArrayLike, limit: float) -> float:
    """Share of classes with more than ``limit`` pupils; NaN without classes.

    >>> share_above([45, 56, 57, 40], 55)
    0.5
    """
    given = np.asarray(sizes, dtype=np.float64)
    return float((given > limit).mean()) if len(given) else float("nan")


def posts_short(pupils: ArrayLike, staff: ArrayLike, pupils_per_post: ArrayLike) -> Floats:
    """(s,) posts that a school lacks of ``pupils / pupils_per_post``, 0 where it has enough; NaN where not given. 中央编办发〔2014〕72号: 1 : 19, 13.5, 12.5.

    >>> posts_short([1900, 190], [97, 20], 19.0).tolist()
    [3.0, 0.0]
    """
    need = np.asarray(pupils, dtype=np.float64) / np.asarray(pupils_per_post, dtype=np.float64)
    return np.maximum(need - np.asarray(staff, dtype=np.float64), 0.0)


def funded_more(pupils: ArrayLike, funded_as: float) -> Floats:
    """(s,) pupils a small school is funded for beyond its own, as if it had ``funded_as``; 0 from there on, NaN where not given. 教督〔2017〕6号 art. 7: 100.

    >>> funded_more([30, 100, 240], 100).tolist()
    [70.0, 0.0, 0.0]
    """
    return np.maximum(float(funded_as) - np.asarray(pupils, dtype=np.float64), 0.0)


def rooms_short(classes: ArrayLike, rooms: ArrayLike, classes_per_room: float) -> Floats:
    """(s,) rooms that a school lacks when every ``classes_per_room`` classes, begun ones too, need one (音乐、美术专用教室, 教督〔2017〕6号 art. 7); NaN where not given.

    >>> rooms_short([12, 13, 24], [1, 1, 3], 12).tolist()
    [0.0, 1.0, 0.0]
    """
    need = np.ceil(np.asarray(classes, dtype=np.float64) / classes_per_room - 1e-9)
    return np.maximum(need - np.floor(np.asarray(rooms, dtype=np.float64) + 1e-9), 0.0)
