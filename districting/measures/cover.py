"""How much of what its members lack a district covers out of its own (优势互补), and who gives what to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.measures.district_view import DistrictView


@dataclass(frozen=True, eq=False)
class Cover:
    """What every member lacks and who covers it.

    shortfall : (s, r) ``max(0, -z)``
    cover : (s, r) ``min(shortfall, the most that one other member of the district has to spare)``; spare is ``max(0, z)``
    giver : (s, r) the member that has most to spare (the first of equals), -1 where nothing is covered
    """

    shortfall: NDArray[np.float64]
    cover: NDArray[np.float64]
    giver: NDArray[np.int64]


def cover_of(view: DistrictView) -> Cover:
    """Shortfall, cover and giver of every member and resource.

    A surplus is not used up: a laboratory or a teacher is shared, not handed over, so one member may cover several. Another member never lowers a cover.

    Examples
    --------
    Two schools. The first lacks 2 of the books and has 1 of the rooms to spare; the second has 1.5 of the books to spare and lacks .5 of the rooms.

    >>> z = np.array([[-2.0, 1.0], [1.5, -0.5]])
    >>> view = DistrictView(z, np.array([0, 0]), np.array([0, 1]), np.ones(2), np.ones(2))
    >>> found = cover_of(view)
    >>> found.cover
    array([[1.5, 0. ],
           [0. , 0.5]])
    >>> found.giver
    array([[ 1, -1],
           [-1,  0]])
    """
    shortfall, spare = np.maximum(0.0, -view.resources), np.maximum(0.0, view.resources)
    cover, giver = np.zeros_like(shortfall), np.full(shortfall.shape, -1, dtype=np.int64)
    for member in np.flatnonzero((view.district >= 0) & (shortfall > 0).any(axis=1)):
        others = np.flatnonzero((view.district == view.district[member]) & (view.school != view.school[member]))
        if not len(others):
            continue
        best = others[spare[others].argmax(axis=0)]
        cover[member] = np.minimum(shortfall[member], spare[best, np.arange(spare.shape[1])])
        giver[member] = np.where(cover[member] > 0, best, -1)
    return Cover(shortfall, cover, giver)


def complementarity(view: DistrictView) -> float:
    """Share of the members' shortfalls that other members of their district cover (policy R01, R31: 优势互补).

    ``sum_ik v_i w_k cover_ik / sum_ik v_i w_k shortfall_ik`` with the weight ``v_i`` of the member and ``w_k`` of the resource; 0 when nothing is shared, 1 when
    every shortfall is covered, NaN when nobody is short of anything.

    Examples
    --------
    A district of three schools and two resources, written as deviations from the mean of the stage::

        school        weight   books   rooms     lacks           covered
        A (weak)         2      -1.5    +0.5     1.5 of books     1.0 (B has 1.0 to spare)
        B                1      +1.0    -0.5     0.5 of rooms     0.5 (A has 0.5 to spare)
        C                1      +0.5     0.0     nothing

    Covered: 2 x 1.0 + 1 x 0.5 = 2.5; lacking: 2 x 1.5 + 1 x 0.5 = 3.5; 2.5 / 3.5 = 0.714.

    >>> z = np.array([[-1.5, 0.5], [1.0, -0.5], [0.5, 0.0]])
    >>> district, school = np.zeros(3, dtype=int), np.arange(3)
    >>> round(complementarity(DistrictView(z, district, school, np.array([2.0, 1.0, 1.0]), np.ones(2))), 3)
    0.714

    Alone, each covers nothing:

    >>> complementarity(DistrictView(z, np.arange(3), school, np.array([2.0, 1.0, 1.0]), np.ones(2)))
    0.0
    """
    return covered_share(cover_of(view), view)


def covered_share(found: Cover, view: DistrictView) -> float:
    """The share of the shortfalls in ``found`` that is covered, by the weights of ``view``; NaN where nobody is short of anything."""
    weight = view.weight[:, None] * view.resource_weight[None, :]
    lacking = float((weight * found.shortfall).sum())
    return float((weight * found.cover).sum()) / lacking if lacking > 0 else float("nan")
