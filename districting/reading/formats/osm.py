"""OpenStreetMap extracts (.osm.pbf, .osm) through pyosmium: one layer for each theme."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from districting.model.settings import InputSpec
from districting.reading.osm_extract import THEMES, osm_layers, refuse_layer
from districting.reading.table import Found, RawTable, fail
from districting.wording import text

LAYER_OF_TABLE: Final[Mapping[str, str]] = {
    **{name: name for name in ("roads", "barriers", "schools", "admin", "counties")},
    "blocks": "residential",
}
"""The layer of each input where the config names none."""


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read one theme of an extract; ``layer`` says which, else the input it stands for. ``schools`` are points: those drawn as areas by a point inside."""
    name = spec.layer or LAYER_OF_TABLE.get(table)
    if name is None:
        raise fail(spec.path, text("reading.many_layers"), text("reading.choose_layer", names=list(THEMES)))
    if name not in THEMES:
        raise refuse_layer(spec.path, name)
    layer = osm_layers(path, (name,), spec.path)[name]
    found = Found(spec.path, name)
    if layer.broken:
        found.add(text("osm.broken", count=layer.broken), text("osm.larger_extract"), warning=True)
    frame = pd.DataFrame(layer.rows, columns=["osm_id"] if not layer.rows else None, dtype="object")
    if table == "schools":
        frame = frame.rename(columns={"osm_id": "school_id"})
    elif table == "blocks":
        frame = frame.rename(columns={"osm_id": "block_id"})
    shapes = layer.shapes
    if name == "schools" and len(shapes):
        import shapely

        shapes = shapely.point_on_surface(shapes)
    return RawTable(frame, np.arange(1, len(frame) + 1, dtype=np.int64), name, shapes, "EPSG:4326", tuple(found.faults))
