"""A plan over a jittered mesh, for measuring the page of a large city: two stages with zones, today, distances, reasons, one scheme of districts, two further colourings."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.model.plan import Plan
from scripts.jittered_mesh import CRS, Mesh, jittered_mesh

_ZONE_SIDE: Final = {"primary": 16, "junior": 28}
"""Blocks along a side of a zone."""
_DISTRICT_SIDE: Final = 42
_MOVED: Final = 2
"""Columns by which the zones of today lie further west."""
_REASONS: Final = {"nearest": 0.8, "nearest_full": 0.1, "compact": 0.06, "stays": 0.04}
_ACCESS: Final = {"own": 0.3, "near": 0.45, "none": 0.25}


def mesh_plan(n: int, seed: int = 0) -> Plan:
    """A plan of ``n`` blocks, the same for the same seed."""
    mesh = jittered_mesh(n, seed)
    rng = np.random.default_rng(seed + 1)
    blocks = mesh.frame().assign(county_code="110101")
    middle = shapely.centroid(mesh.shapes)
    parts = [_stage(mesh, middle, stage, side, rng) for stage, side in _ZONE_SIDE.items()]
    for stage, part in zip(_ZONE_SIDE, parts, strict=True):
        blocks[f"zone_id_{stage}"] = part["zone_of_block"]
        blocks[f"quality_access_{stage}"] = rng.choice(list(_ACCESS), n, p=list(_ACCESS.values()))
        blocks[f"quality_access_today_{stage}"] = rng.choice(list(_ACCESS), n, p=list(_ACCESS.values()))
    together = {name: pd.concat([p[name] for p in parts], ignore_index=True) for name in parts[0] if name != "zone_of_block"}
    schools = gpd.GeoDataFrame(together.pop("schools"), geometry="geometry", crs=CRS)
    zones = gpd.GeoDataFrame(together.pop("zones"), geometry="geometry", crs=CRS)
    districts, memberships = _districts(mesh, schools, together["school_stages"])
    return Plan("测试市", 2026, "zh", CRS, blocks=blocks, zones=zones, schools=schools, districts=districts, memberships=memberships, **together)


def _tiles(mesh: Mesh, side: int, shift: int = 0) -> NDArray[np.int64]:
    """The tile of each block: squares of ``side`` blocks, without empty numbers."""
    across = int(mesh.column.max()) // side + 1
    tile = mesh.row // side * across + np.minimum((mesh.column + shift) // side, across - 1)
    return np.unique(tile, return_inverse=True)[1].astype(np.int64)


def _stage(mesh: Mesh, middle: NDArray[Any], stage: str, side: int, rng: np.random.Generator) -> dict[str, Any]:
    n, tile = len(mesh.ids), _tiles(mesh, side)
    count = int(tile.max()) + 1
    ids = np.array([f"{stage[0].upper()}{k:04d}" for k in range(count)], dtype=object)
    xy = np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
    place = np.column_stack([np.bincount(tile, xy[:, axis]) / np.bincount(tile) for axis in (0, 1)])
    today = np.minimum(_tiles(mesh, side, _MOVED), count - 1)
    pupils = rng.poisson(6, n)
    away = np.hypot(*(xy[:, None] - place[np.column_stack([tile, today])]).transpose(2, 0, 1)) * 1.3
    shapes = [shapely.coverage_union_all(mesh.shapes[tile == k]) for k in range(count)]
    word = "小学" if stage == "primary" else "中学"
    return {
        "zone_of_block": ids[tile],
        "zones": pd.DataFrame({"zone_id": ids, "stage": stage, "geometry": shapes}),
        "schools": pd.DataFrame(
            {"school_id": ids, "name": [f"第{k + 1}{word}" for k in range(count)], "county_code": "110101", "geometry": shapely.points(place)}
        ),
        "school_stages": pd.DataFrame({"school_id": ids, "stage": stage, "tier": None, "score": np.nan}),
        "zone_schools": pd.DataFrame({"zone_id": ids, "stage": stage, "school_id": ids}),
        "seats": pd.DataFrame({"school_id": ids, "stage": stage, "seats": np.bincount(tile, pupils) * 1.1 // 1}),
        "demand": pd.DataFrame({"block_id": mesh.ids, "stage": stage, "year": 2026, "pupils": pupils}),
        "today": pd.DataFrame({"block_id": mesh.ids, "stage": stage, "school_id": ids[today]}),
        "distances": pd.DataFrame(
            {
                "block_id": np.repeat(np.array(mesh.ids, dtype=object), 2),
                "stage": stage,
                "school_id": ids[np.column_stack([tile, today]).ravel()],
                "distance_m": away.ravel(),
            }
        ).drop_duplicates(["block_id", "school_id"]),
        "reasons": pd.DataFrame({"block_id": mesh.ids, "stage": stage, "reason": rng.choice(list(_REASONS), n, p=list(_REASONS.values()))}),
    }


def _districts(mesh: Mesh, schools: Any, stages: pd.DataFrame) -> tuple[Any, pd.DataFrame]:
    tile = _tiles(mesh, _DISTRICT_SIDE)
    shapes = np.array([shapely.coverage_union_all(mesh.shapes[tile == k]) for k in range(int(tile.max()) + 1)], dtype=object)
    ids = [f"D{k:03d}" for k in range(len(shapes))]
    school, home = shapely.STRtree(shapes).query(np.asarray(schools.geometry.array), predicate="within")
    row = {"scheme": "general", "level": 1, "parent_id": None, "theme": None, "county_code": "110101"}
    districts = gpd.GeoDataFrame({"district_id": ids, "name": [f"第{k + 1}学区" for k in range(len(ids))], **row}, geometry=shapes, crs=CRS)
    members = pd.DataFrame(
        {
            "scheme": "general",
            "district_id": np.array(ids, dtype=object)[home],
            "school_id": schools["school_id"].to_numpy()[school],
            "stage": stages["stage"].to_numpy()[school],
        }
    )
    lead = ~members.duplicated(["district_id"])
    return districts, members.assign(role=np.where(lead, "lead", "member"))
