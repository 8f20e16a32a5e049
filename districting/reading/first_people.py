"""People of each cell of an OpenStreetMap extract: by floor area of its dwellings, else by residential land, else by residential streets. An estimate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.reading.osm_extract import Layer

_HOMES: Final = frozenset({"residential", "living_street"})


def people_of(cells: NDArray[Any], found: Mapping[str, Layer], shapes: Mapping[str, NDArray[Any]], rates: Mapping[str, Any]) -> tuple[NDArray[np.float64], str]:
    """(n,) people of each cell, and what they follow from: ``buildings``, ``land`` (residential land alone) or ``streets``.

    A building counts in the cell its middle lies in, floor area = ground area x floors; residential land counts where no dwelling is drawn in it.

    Parameters
    ----------
    cells : (n,) polygons in metres
    found, shapes : layers ``buildings``, ``residential`` and ``roads`` of the extract, shapes in metres
    rates : of ``profiles/first_project.toml``
    """
    per_m2 = rates["household"]["value"] / rates["dwelling_m2"]["value"]
    tree, middle = shapely.STRtree(cells), shapely.centroid(shapes["buildings"])
    floor = floor_m2(found["buildings"].rows, shapely.area(shapes["buildings"]), rates)
    lives = floor > 0
    people = np.zeros(len(cells))
    building, cell = tree.query(middle[lives], predicate="intersects")
    _, first = np.unique(building, return_index=True)
    np.add.at(people, cell[first], floor[lives][building[first]] * per_m2)
    land = shapes["residential"]
    if len(land):
        built = np.zeros(len(land), dtype=np.bool_)
        built[shapely.STRtree(land).query(middle[lives], predicate="intersects")[1]] = True
        bare, cell = tree.query(land[~built], predicate="intersects")
        share = shapely.area(shapely.intersection(land[~built][bare], cells[cell]))
        np.add.at(people, cell, share * rates["floor_ratio"]["value"] * per_m2)
    if people.any():
        return people, "buildings" if lives.any() else "land"
    homes = np.array([row["kind"] in _HOMES for row in found["roads"].rows], dtype=np.bool_)
    street, cell = tree.query(shapes["roads"][homes], predicate="intersects")
    metres = shapely.length(shapely.intersection(shapes["roads"][homes][street], cells[cell]))
    # a street on the border of two cells is half of each
    total = np.bincount(street, metres, int(homes.sum()))
    whole = shapely.length(shapes["roads"][homes])
    np.add.at(people, cell, metres * np.where(total > 0, whole / np.maximum(total, 1e-9), 0)[street] * rates["street_people_per_km"]["value"] / 1000)
    return people, "streets"


def floor_m2(rows: list[dict[str, Any]], ground_m2: NDArray[np.float64], rates: Mapping[str, Any]) -> NDArray[np.float64]:
    """(b,) floor area of each building in which people live, else 0.

    >>> rates = {"levels": {"yes": 2, "apartments": 6}, "least_building_m2": {"value": 30}, "largest_building_m2": {"value": 3000}}
    >>> rows = [{"kind": "yes", "levels": ""}, {"kind": "yes", "levels": "5"}, {"kind": "apartments", "levels": ""}, {"kind": "church", "levels": "1"}]
    >>> floor_m2(rows, np.full(4, 100.0), rates).tolist()
    [200.0, 500.0, 600.0, 0.0]
    """
    floors = np.array([_floors(row, rates["levels"]) for row in rows], dtype=np.float64)
    vague = np.array([row["kind"] == "yes" for row in rows], dtype=np.bool_)
    small, large = rates["least_building_m2"]["value"], rates["largest_building_m2"]["value"]
    return np.where((ground_m2 < small) | (vague & (ground_m2 > large)), 0.0, ground_m2 * floors)


def _floors(row: Mapping[str, Any], levels: Mapping[str, float]) -> float:
    usual = float(levels.get(str(row["kind"]), 0))
    stated = re.fullmatch(r"\s*(\d{1,3}(?:\.\d+)?)\s*", str(row["levels"]))
    return usual if not usual or stated is None or float(stated[1]) <= 0 else float(stated[1])
