"""How far it is from blocks to schools when a what-if moves blocks: the plan's own distances where it has them, else around its barriers, else straight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.enrolling.zones import StageZones
from districting.errors import DataError, Fault
from districting.wording import Text, text

WayKind = Literal["straight", "barriers", "walk", "table"]


@dataclass(frozen=True, eq=False)
class Ways:
    """``metres`` (n, z) to the zones of the plan by ``kind``; ``ground`` (n, z) the same by ``ground_kind``, in which a new place can be measured too. inf: not to be gone.

    ``county``: whether blocks stay with schools of their county.
    """

    zones: StageZones
    kind: WayKind
    metres: NDArray[np.float64]
    ground_kind: WayKind
    ground: NDArray[np.float64]
    county: bool

    def to_block(self, block: int) -> NDArray[np.float64]:
        """(n,) metres to a new school in the middle of ``block``, of the kind of ``ground``."""
        zones = self.zones
        way = zones.metres_to(zones.block_xy[[block]])[:, 0]
        if self.ground_kind == "barriers":
            around = _from_blocks(zones, np.array([block]))[0]
            way = np.where(np.isfinite(around), around, np.inf)
        if self.county:
            code = zones.plan.blocks["county_code"].astype("str").to_numpy()
            way = np.where(_apart(code, code[[block]])[:, 0], np.inf, way)
        return way

    def say(self, *, opens: bool) -> Text:
        """The words for the distances that were used."""
        kind = self.ground_kind if opens else self.kind
        return text(f"forecast.way_{kind}", file=self.zones.plan.distance_word(self.zones.stage))


def ways_of(zones: StageZones) -> Ways:
    """The distances of the stage.

    Raises
    ------
    DataError : the plan knows no places and no distances
    """
    word = zones.plan.distance_word(zones.stage)
    kind: WayKind = word if word in ("straight", "walk") else "table"  # type: ignore[assignment]
    table = _table(zones) if kind != "straight" else None
    cut = len(zones.plan.edges) > 0 and zones.plan.edges["cut"].astype(bool).any()
    ground_kind: WayKind = "barriers" if cut else "straight"
    try:
        ground = _around(zones) if cut else zones.metres
    except DataError:
        if table is None:
            raise
        ground = np.full(table.shape, np.inf)
    metres = ground if table is None else table
    county = zones.within_county
    if county:
        apart = _county_apart(zones)
        metres, ground = np.where(apart, np.inf, metres), np.where(apart, np.inf, ground)
    return Ways(zones, ground_kind if table is None else kind, metres, ground_kind, ground, county)


def _table(zones: StageZones) -> NDArray[np.float64]:
    """(n, z) the least distance that the plan holds from a block to a school of a zone; inf where it holds none."""
    rows = zones.plan.distances[zones.plan.distances["stage"] == zones.stage]
    block = zones.block_ids.get_indexer(pd.Index(rows["block_id"].astype("str")))
    of = {school: z for z, members in enumerate(zones.schools) for school in members}
    zone = np.array([of.get(str(s), -1) for s in rows["school_id"]], dtype=np.int64)
    known = (block >= 0) & (zone >= 0)
    if not known.any():
        raise DataError(Fault(text("forecast.no_distances"), text("forecast.no_places_remedy"), column="distances"))
    out = np.full((len(zones.block_ids), len(zones.zone_ids)), np.inf)
    np.minimum.at(out, (block[known], zone[known]), rows["distance_m"].to_numpy(dtype=np.float64)[known])
    return out


def _around(zones: StageZones) -> NDArray[np.float64]:
    """(n, z) metres over the borders of neighbouring blocks that no barrier cuts; straight for a block that reaches no school in this way, such as an island."""
    schools = [s for members in zones.schools for s in members]
    zone = np.repeat(np.arange(len(zones.schools)), [len(m) for m in zones.schools])
    xy = zones.school_xy(schools)
    straight = zones.metres_to(xy)
    told, nearest = zones.homes(schools), np.where(np.isfinite(straight), straight, np.inf).argmin(axis=0)
    home = np.where(told >= 0, told, nearest)
    way = _from_blocks(zones, home).T + straight[home, np.arange(len(schools))]
    out = np.full((len(zones.block_ids), len(zones.zone_ids)), np.inf)
    for column, z in enumerate(zone.tolist()):
        out[:, z] = np.fmin(out[:, z], way[:, column])
    lost = ~np.isfinite(out).any(axis=1)
    out[lost] = zones.metres[lost]
    return out


def _from_blocks(zones: StageZones, start: NDArray[np.int64]) -> NDArray[np.float64]:
    """(k, n) metres from the middles of the blocks ``start`` to those of all others, from neighbour to neighbour."""
    from scipy.sparse.csgraph import dijkstra

    edges = zones.plan.edges[~zones.plan.edges["cut"].astype(bool)]
    a, b = (zones.block_ids.get_indexer(pd.Index(edges[c].astype("str"))) for c in ("block_a", "block_b"))
    known = (a >= 0) & (b >= 0)
    a, b, n = a[known], b[known], len(zones.block_ids)
    length = np.maximum(np.hypot(*(zones.block_xy[a] - zones.block_xy[b]).T), 1e-6)
    return np.asarray(dijkstra(sp.csr_array((length, (a, b)), shape=(n, n)), directed=False, indices=start), dtype=np.float64)


def _county_apart(zones: StageZones) -> NDArray[np.bool_]:
    """(n, z) block and zone of different counties."""
    code: dict[str, str] = dict(zones.plan.schools[["school_id", "county_code"]].fillna("").astype("str").itertuples(index=False, name=None))
    return _apart(zones.plan.blocks["county_code"].fillna("").astype("str").to_numpy(), np.array([code.get(m[0], "") for m in zones.schools], dtype=object))


def _apart(block: Any, zone: Any) -> NDArray[np.bool_]:
    return np.asarray((block[:, None] != zone[None, :]) & (block[:, None] != "") & (zone[None, :] != ""), dtype=np.bool_)
