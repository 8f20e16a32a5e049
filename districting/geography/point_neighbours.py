"""Neighbours among points: blocks that are given without their outlines."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import Delaunay, QhullError, cKDTree

SAME_PLACE_M = 0.01
"""Points this near to each other are one place."""


def voronoi_neighbours(xy: ArrayLike, reach_m: float) -> NDArray[np.int64]:
    """Pairs of points whose Voronoi cells touch and that lie at most ``reach_m`` apart.

    The reach stands in for the outline that nobody gave: without it the cells at the rim of the city run to infinity, and points on opposite sides of a gap
    or a bay would be neighbours. Points in one place are neighbours of each other and share the neighbours of the place.

    Parameters
    ----------
    xy : (n, 2) metres
    reach_m : farthest neighbour

    Returns
    -------
    (m, 2) positions, smaller first, sorted

    Examples
    --------
    >>> voronoi_neighbours([[0, 0], [100, 0], [0, 100], [100, 110], [900, 50]], reach_m=120).tolist()
    [[0, 1], [0, 2], [1, 3], [2, 3]]
    >>> voronoi_neighbours([[0, 0], [100, 0], [200, 0]], reach_m=120).tolist()
    [[0, 1], [1, 2]]
    """
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    site = _site_of_point(points)
    first = np.unique(site, return_index=True)[1]
    pairs = _touching(points[first])
    near = np.hypot(*(points[first][pairs[:, 0]] - points[first][pairs[:, 1]]).T) <= reach_m
    members = [np.flatnonzero(site == s) for s in range(len(first))]
    found = [(a, b) for s in range(len(first)) for a in members[s] for b in members[s] if a < b]
    found += [(min(a, b), max(a, b)) for s, t in pairs[near].tolist() for a in members[s] for b in members[t]]
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _site_of_point(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) number of the place of each point, in order of first appearance."""
    site = np.arange(len(points))
    for a, b in sorted(cKDTree(points).query_pairs(SAME_PLACE_M)):
        site[b] = min(site[b], site[a])
    return np.unique(site, return_inverse=True)[1].astype(np.int64)


def _touching(sites: NDArray[np.float64]) -> NDArray[np.int64]:
    """Pairs whose cells share a ridge. Points on one line have no triangles: there neighbours follow each other."""
    if len(sites) < 2:
        return np.empty((0, 2), dtype=np.int64)
    centred = sites - sites.mean(axis=0)
    axis = np.linalg.svd(centred, full_matrices=False)
    if len(sites) == 2 or axis[1][1] <= 1e-9 * axis[1][0]:
        order = np.argsort(centred @ axis[2][0], kind="stable")
        return np.sort(np.column_stack([order[:-1], order[1:]]), axis=1).astype(np.int64)
    try:
        triangles = Delaunay(centred).simplices
    except QhullError:
        triangles = Delaunay(centred, qhull_options="QJ").simplices
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
