"""The roads of the city as a network to walk on: which of them carry people on foot, on which level, and what was mended."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.street_network import StreetNetwork, street_network
from districting.reading.city import City
from districting.reading.osm_extract import NOT_WALKED
from districting.wording import text

NOT_ON_FOOT: Final = NOT_WALKED | {"高速公路", "高速", "城市快速路", "快速路", "快速路匝道", "在建"}
"""Kinds of road that nobody walks along unless the column ``walkable`` says so."""
_NO: Final = frozenset({"no", "n", "false", "f", "0", "private", "use_sidepath", "否", "不可", "不允许", "禁止", "禁行", "无", "×"})
_YES: Final = frozenset({"yes", "y", "true", "t", "1", "designated", "permissive", "official", "destination", "是", "可", "允许", "有", "√"})
_POINTS: Final = frozenset({"points", "point", "节点"})
"""The column ``meets``: lines that meet only at points they share, as those of OpenStreetMap do; nothing is to be joined where they cross."""
_STREETS: Final = frozenset({"tertiary", "unclassified", "residential", "living_street", "pedestrian", "road"})
_PATHS: Final = frozenset(
    {"service", "track", "path", "footway", "cycleway", "bridleway", "steps", "corridor", "platform", "busway", "via_ferrata", "elevator"}
    | {"construction", "proposed", "abandoned", "razed", "raceway"}
)
"""Kinds of ways in the words of OpenStreetMap: streets that are no main roads, and what no map of a city shows."""
_SPAN: Final = frozenset({"桥梁", "桥", "高架"})


def streets_of(city: City) -> tuple[StreetNetwork, tuple[Fault, ...]]:
    """The network of ``inputs.roads`` and what a reader must know about it.

    Raises
    ------
    DataError : no road that people may walk along
    """
    roads = city.roads
    walked = np.zeros(0, dtype=np.bool_)
    odd: list[str] = []
    if roads is not None and len(roads):
        walked, odd = _walked(roads)
    if not walked.any():
        raise DataError(Fault(text("travel.no_streets"), text("travel.give_streets"), column="inputs.roads"))
    drawn = _words(roads, "meets").isin(_POINTS).to_numpy()
    network = street_network(np.asarray(roads.geometry.array)[walked], _level(roads)[walked], drawn[walked])
    if not len(network.ends):
        raise DataError(Fault(text("travel.no_streets"), text("travel.give_streets"), column="inputs.roads"))
    return network, tuple(_notes(network, int((~walked).sum()), odd))


def walked_lines(city: City) -> NDArray[Any]:
    """Shapes of the roads that may be walked along: the only ones that lead over a barrier."""
    if city.roads is None or not len(city.roads):
        return np.array([], dtype=object)
    return np.asarray(city.roads.geometry.array, dtype=object)[_walked(city.roads)[0]]


def roads_to_show(city: City) -> list[tuple[str, Any]]:
    """Kind of line and rows: ``road`` for the map and for crossings to count; ``street`` for what bounds a zone.

    Where the column ``kind`` speaks as OpenStreetMap does, main roads are roads, other streets with a name are streets, and footpaths, tracks and drives are
    neither; else every row is a road.
    """
    if city.roads is None or not len(city.roads):
        return []
    kind = _words(city.roads, "kind").str.removesuffix("_link")
    if not kind.isin(_STREETS | _PATHS).any():
        return [("road", city.roads)]
    named = (_words(city.roads, "name") != "").to_numpy()
    street, path = kind.isin(_STREETS).to_numpy(), kind.isin(_PATHS).to_numpy()
    return [("road", city.roads[~street & ~path]), ("street", city.roads[street & named])]


def _walked(roads: Any) -> tuple[NDArray[np.bool_], list[str]]:
    """(r,) roads that may be walked along, and words of the column ``walkable`` that say neither yes nor no."""
    kind = _words(roads, "kind")
    said = _words(roads, "walkable")
    no, yes = said.isin(_NO).to_numpy(), said.isin(_YES).to_numpy()
    odd = sorted(set(said[(said != "") & ~no & ~yes]))
    return ~no & (yes | ~kind.isin(NOT_ON_FOOT).to_numpy()), odd


def _level(roads: Any) -> NDArray[np.float64]:
    """(r,) level of each road: as its column says, else 1 on a bridge and -1 in a tunnel; lines of different levels do not meet where they cross."""
    given = pd.to_numeric(_words(roads, "level"), errors="coerce").to_numpy(dtype=np.float64)
    bridge, tunnel = _words(roads, "bridge"), _words(roads, "tunnel")
    span = (~bridge.isin(_NO | {""}) | _words(roads, "kind").isin(_SPAN)).to_numpy()
    below = (~tunnel.isin(_NO | {""})).to_numpy()
    return np.where(np.isfinite(given), given, np.where(span, 1.0, np.where(below, -1.0, 0.0)))


def _words(roads: Any, column: str) -> pd.Series:
    """Cells in lower case, blank where there is none."""
    if column not in roads.columns:
        return pd.Series("", index=range(len(roads)), dtype="object")
    return (
        pd.Series(roads[column])
        .reset_index(drop=True)
        .astype("object")
        .map(lambda v: str(v).strip().casefold(), na_action="ignore")
        .astype("object")
        .fillna("")
    )


def _notes(network: StreetNetwork, left_out: int, odd: list[str]) -> list[Fault]:
    found = []
    if left_out:
        found.append((text("travel.not_on_foot", count=left_out), text("travel.say_walkable")))
    if odd:
        found.append((text("travel.odd_words", words=odd[:5]), text("travel.say_walkable")))
    if network.crossings or network.loose_ends:
        found.append((text("travel.joined", crossings=network.crossings, ends=network.loose_ends), text("travel.say_level")))
    if network.stray_pieces:
        found.append((text("travel.strays", count=network.stray_pieces, metres=network.stray_m), text("travel.link_streets")))
    if network.parts > 1:
        found.append((text("travel.parts", parts=network.parts), text("travel.link_streets")))
    return [Fault(problem, remedy, column="inputs.roads", severity="warning") for problem, remedy in found]
