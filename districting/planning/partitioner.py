"""The estimator face of zoning: constructor stores parameters, ``fit`` works, results end in an underscore."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from districting.errors import DataError, Fault
from districting.geography.adjacency import rook_adjacency
from districting.model.kinds import refuse_kind
from districting.model.zoning_problem import ZoningProblem
from districting.reading.places import GAP_M
from districting.wording import text
from districting.zoning import assign_blocks


class DistrictPartitioner:
    """Attendance zones from two GeoDataFrames in a metre CRS.

    Parameters
    ----------
    demand_column, capacity_column : names of the pupils of a block and the seats of a school
    gap, time_limit_s, random_state : as ``gap``, ``time_limit_s`` and ``seed`` of :func:`districting.assign_blocks`

    Attributes
    ----------
    labels_ : Series, index of the blocks -> index label of the school
    solution_ : the ZoningSolution with objective, bound and gap
    """

    def __init__(
        self, *, demand_column: str = "pupils", capacity_column: str = "seats", gap: float = 0.0, time_limit_s: float = 60.0, random_state: int = 0
    ) -> None:
        self.demand_column = demand_column
        self.capacity_column = capacity_column
        self.gap = gap
        self.time_limit_s = time_limit_s
        self.random_state = random_state

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name, as scikit-learn's ``clone`` wants them."""
        names = ("demand_column", "capacity_column", "gap", "time_limit_s", "random_state")
        return {name: getattr(self, name) for name in names}

    def set_params(self, **params: Any) -> DistrictPartitioner:
        """Change parameters by name."""
        for name, value in params.items():
            if name not in self.get_params():
                raise ValueError(f"unknown parameter {name!r}")
            setattr(self, name, value)
        return self

    def fit(self, blocks: Any, schools: Any) -> DistrictPartitioner:
        """Draw the zones.

        Raises
        ------
        DataError : not two GeoDataFrames in one metre CRS, nothing in them, an index label twice, a missing column, or a school that is no point among the blocks
        InfeasibleError : no plan within seats and connectedness
        """
        for frame, name in ((blocks, "blocks"), (schools, "schools")):
            _refuse_frame(frame, name)
        _refuse_degrees(blocks, schools)
        for frame, column in ((blocks, self.demand_column), (schools, self.capacity_column)):
            if column not in frame.columns:
                raise DataError(Fault(text("planning.no_column", column=column), text("planning.name_column"), column=column))
        shapes = np.asarray(blocks.geometry.array)
        points = np.asarray(schools.geometry.array)
        tree = shapely.STRtree(shapes)
        _refuse_places(schools, points, tree)
        problem = ZoningProblem(
            demand=blocks[self.demand_column].to_numpy(),
            capacity=schools[self.capacity_column].to_numpy(),
            edges=rook_adjacency(shapes).edges,
            home_block=np.asarray(tree.nearest(points), dtype=np.int64),
            xy=shapely.get_coordinates(shapely.centroid(shapes)),
            school_xy=shapely.get_coordinates(points),
        )
        self.solution_ = assign_blocks(problem, time_limit_s=self.time_limit_s, gap=self.gap, seed=self.random_state)
        self.labels_ = pd.Series(schools.index.to_numpy()[self.solution_.school_of_block], index=blocks.index, name="school")
        return self

    def fit_predict(self, blocks: Any, schools: Any) -> pd.Series[Any]:
        """``fit`` and ``labels_`` in one call."""
        return self.fit(blocks, schools).labels_


def _refuse_frame(frame: Any, name: str) -> None:
    import geopandas as gpd

    refuse_kind(frame, gpd.GeoDataFrame, name)
    if not len(frame):
        raise DataError(Fault(text("planning.empty_frame", name=name), text("planning.give_rows"), column=name))
    twice = frame.index[frame.index.duplicated()].unique()
    if len(twice):
        problem = text("planning.index_twice", name=name, labels=[str(i) for i in twice[:5]])
        raise DataError(Fault(problem, text("planning.give_unique_index"), column=name))


def _refuse_places(schools: Any, points: Any, blocks: shapely.STRtree) -> None:
    """Schools stand, as points, in a block or in a narrow gap between blocks."""
    none = (shapely.get_type_id(points) != shapely.GeometryType.POINT) | shapely.is_empty(points)
    faults = (
        [Fault(text("planning.no_point", names=[str(i) for i in schools.index[none][:5]]), text("planning.give_point"), column="schools")] if none.any() else []
    )
    if not faults:
        at, metres = blocks.query_nearest(points, return_distance=True, all_matches=False)
        far = {str(schools.index[i]): float(m) for i, m in zip(at[0], metres, strict=True) if m > GAP_M}
        faults = [Fault(text("planning.far_school", name=i, metres=m), text("planning.give_near"), column="schools") for i, m in far.items()]
    if faults:
        raise DataError(faults)


def _refuse_degrees(blocks: Any, schools: Any) -> None:
    if blocks.crs is None or not blocks.crs.is_projected or schools.crs != blocks.crs:
        raise DataError(Fault(text("planning.needs_metres"), text("planning.give_metres")))
