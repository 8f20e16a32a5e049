"""Straight distances between blocks and schools, never more of the table than is used."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

_CHUNK_CELLS = 4_000_000


def straight_distance_m(xy: ArrayLike, school_xy: ArrayLike) -> NDArray[np.float64]:
    """Straight distance of every block to every school, (n, k) metres. For small n x k; else :func:`nearest_candidates`.

    Examples
    --------
    >>> straight_distance_m([[0, 0]], [[3, 4], [0, 1]])
    array([[5., 1.]])
    """
    a, b = np.asarray(xy, dtype=np.float64), np.asarray(school_xy, dtype=np.float64)
    return np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])


def paired_distance_m(xy: ArrayLike, school_xy: ArrayLike) -> NDArray[np.float64]:
    """Straight distance between two lists of points, row by row.

    Examples
    --------
    >>> paired_distance_m([[0, 0], [1, 1]], [[3, 4], [1, 1]])
    array([5., 0.])
    """
    away = np.asarray(xy, dtype=np.float64) - np.asarray(school_xy, dtype=np.float64)
    return np.hypot(away[:, 0], away[:, 1])


def nearest_candidates(xy: ArrayLike, school_xy: ArrayLike, m: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The m nearest schools of every block, nearest first; schools equally far away come in their own order.

    Parameters
    ----------
    xy : (n, 2) metres
    school_xy : (k, 2) metres
    m : how many, cut to k

    Returns
    -------
    school : (n, min(m, k)) positions of schools
    distance_m : (n, min(m, k))

    Memory stays within a few times the size of the answer: small tables are cut into chunks of blocks, large ones go through a k-d tree.

    Examples
    --------
    >>> school, distance_m = nearest_candidates([[0, 0], [10, 0]], [[9, 0], [0, 1], [50, 50]], 2)
    >>> school.tolist(), distance_m.tolist()
    ([[1, 0], [0, 1]], [[1.0, 9.0], [1.0, 10.04987562112089]])
    """
    a, b = np.asarray(xy, dtype=np.float64).reshape(-1, 2), np.asarray(school_xy, dtype=np.float64).reshape(-1, 2)
    m = min(m, len(b))
    if m == 0 or len(a) == 0:
        return np.empty((len(a), m), dtype=np.int64), np.empty((len(a), m))
    # One school more than asked for shows whether the last place is tied; ties are settled by the exact table of those blocks alone.
    if len(a) * len(b) <= _CHUNK_CELLS or m + 1 > len(b):
        return _by_table(a, b, m)
    distance, school = cKDTree(b).query(a, k=m + 1)
    school, distance = school[:, :m].astype(np.int64), np.asarray(distance)
    tied = np.isclose(distance[:, 1:], distance[:, :-1], rtol=1e-12, atol=1e-9).any(axis=1)
    distance_m = np.hypot(a[:, None, 0] - b[school, 0], a[:, None, 1] - b[school, 1])
    school[tied], distance_m[tied] = _by_table(a[tied], b, m)
    return school, distance_m


def _by_table(a: NDArray[np.float64], b: NDArray[np.float64], m: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    school, distance_m = np.empty((len(a), m), dtype=np.int64), np.empty((len(a), m))
    step = max(1, _CHUNK_CELLS // len(b))
    for start in range(0, len(a), step):
        rows = slice(start, start + step)
        table = straight_distance_m(a[rows], b)
        order = np.argsort(table, axis=1, kind="stable")[:, :m]
        school[rows], distance_m[rows] = order, np.take_along_axis(table, order, axis=1)
    return school, distance_m
