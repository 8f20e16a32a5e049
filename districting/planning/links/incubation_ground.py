"""The ground of incubation areas: the cell around every school inside the outline, and which schools are neighbours by their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.planning.territory import territory
from districting.reading.city import City


@dataclass(frozen=True, eq=False)
class AreaGround:
    """``shape`` (c,) cells; ``holder`` (c,) the school each belongs to: of several in one place the first; ``edges`` (m, 2) neighbouring schools."""

    shape: NDArray[Any]
    holder: NDArray[np.int64]
    edges: NDArray[np.int64]


def area_ground(city: City, members: Any, *, within_county: bool) -> AreaGround:
    """Cells of the schools of one stage; schools in one place are neighbours.

    Raises
    ------
    DataError : neither blocks, streets nor counties give an outline
    """
    land = territory(None, city, members, within_county=within_county)
    cell = land.unit_of_point(members["geometry"].to_numpy(dtype=object))
    holder = np.full(len(land.shape), -1, dtype=np.int64)
    for school in range(len(members) - 1, -1, -1):
        holder[cell[school]] = school
    ends = holder[land.edges] if len(land.edges) else np.zeros((0, 2), dtype=np.int64)
    shared = np.column_stack([holder[cell], np.arange(len(cell))])
    pairs = np.sort(np.vstack([ends[(ends >= 0).all(axis=1)], shared[shared[:, 0] != shared[:, 1]]]), axis=1)
    return AreaGround(land.shape, holder, np.unique(pairs, axis=0).astype(np.int64).reshape(-1, 2))
