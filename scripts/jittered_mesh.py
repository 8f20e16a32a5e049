"""A valid coverage of any size for measuring the page: a mesh of four-sided blocks with shaken corners and crooked shared borders, 24 or 25 points a block, Chinese names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

CRS: Final = "EPSG:4548"
"""CGCS2000, three-degree zone of 117 E."""
_CORNER: Final = (500_000.0, 4_400_000.0)
_SIDE_M: Final = 170.0
_BETWEEN: Final = 5
"""Points on a border between two corners: a block has 4 corners and 4 x 5 points between them, and its first corner again."""

_ROADS: Final = [
    "长安",
    "建国",
    "花园",
    "学院",
    "知春",
    "和平",
    "解放",
    "人民",
    "新华",
    "光明",
    "东风",
    "胜利",
    "幸福",
    "团结",
    "前进",
    "青年",
    "文化",
    "朝阳",
    "永定",
    "安定",
    "西直",
    "德胜",
    "广渠",
    "左家",
    "柳芳",
    "望京",
    "双井",
    "劲松",
    "潘家",
    "方庄",
]
_KINDS: Final = ["路", "街", "里", "东里", "西里", "南里", "北里", "胡同", "大街", "小区"]


@dataclass(frozen=True, eq=False)
class Mesh:
    """``shapes`` (n,) polygons in metres of ``CRS``, row by row; ``ids`` and ``names`` of the blocks; ``row`` and ``column`` of each."""

    shapes: NDArray[Any]
    ids: list[str]
    names: list[str]
    row: NDArray[np.int64]
    column: NDArray[np.int64]

    def frame(self) -> gpd.GeoDataFrame:
        """As a layer in metres."""
        return gpd.GeoDataFrame({"block_id": self.ids, "name": self.names}, geometry=self.shapes, crs=CRS)


def jittered_mesh(n: int, seed: int = 0) -> Mesh:
    """``n`` blocks, the same for the same seed.

    >>> bool(shapely.coverage_is_valid(jittered_mesh(30).shapes))
    True
    """
    rng = np.random.default_rng(seed)
    across = max(1, round(float(np.sqrt(n))))
    down = -(-n // across)
    grid = np.stack(np.meshgrid(np.arange(across + 1), np.arange(down + 1)), axis=-1).astype(np.float64)
    corner = _SIDE_M * (grid + rng.uniform(-0.18, 0.18, grid.shape))
    east = _crooked(corner[:, :-1], corner[:, 1:], rng)  # (down + 1, across, between + 1, 2), from west to east without the last corner
    north = _crooked(corner[:-1], corner[1:], rng)
    row, column = np.divmod(np.arange(n), across)
    back = [_reversed(east[row + 1, column], corner[row + 1, column + 1]), _reversed(north[row, column], corner[row + 1, column])]
    rings = np.concatenate([east[row, column], north[row, column + 1], *back], axis=1)
    shapes = shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1) + np.array(_CORNER))
    road, kind = rng.integers(0, len(_ROADS), (down, 2)), rng.integers(0, len(_KINDS), (down, across))
    names = [f"{_ROADS[road[r, 0]]}{_ROADS[road[r, 1]]}{_KINDS[kind[r, c]]}{c % 97 + 1}号院" for r, c in zip(row, column, strict=True)]
    return Mesh(shapes, [f"B{i:06d}" for i in range(n)], names, row, column)


def _crooked(a: NDArray[np.float64], b: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    share = np.arange(_BETWEEN + 1)[:, None] / (_BETWEEN + 1)
    line = a[..., None, :] * (1 - share) + b[..., None, :] * share
    line[..., 1:, :] += rng.uniform(-0.04, 0.04, line[..., 1:, :].shape) * _SIDE_M
    return line


def _reversed(line: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """The border backwards: from its last corner, without its first."""
    return np.concatenate([last[:, None], line[:, :0:-1]], axis=1)
