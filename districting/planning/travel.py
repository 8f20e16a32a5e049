"""How far it is from every block to every school of a stage: straight, on foot along the roads, or as a table says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.street_access import Barriers
from districting.geography.street_network import StreetNetwork
from districting.geography.walking import NEAR_SCHOOLS, Walking, walking
from districting.model.settings import InputSpec
from districting.model.stages import Stage
from districting.planning.block_graph import BlockGraph, closed_barriers
from districting.planning.offers import Offers, points_xy
from districting.planning.streets import streets_of
from districting.reading.city import City
from districting.wording import text

FAR_LEG_M: Final = 200.0
"""A block farther than this from every street is named in the notes."""
MOST_LOST: Final = 0.2
"""Where more than this share of the blocks has no way to a school, the roads are not those of the city."""
_FEW: Final = 5


@dataclass(frozen=True, eq=False)
class Travel:
    """Metres from n blocks to the offers of a stage. ``table`` is None where straight lines count, else (n, offers): an array, ``inf`` = no way, or CSR, absent = no way."""

    xy: NDArray[np.float64]
    school_xy: NDArray[np.float64]
    table: Any = None
    notes: tuple[Fault, ...] = ()

    def metres(self, block: NDArray[np.int64], offer: NDArray[np.int64]) -> NDArray[np.float64]:
        """(p,) from each block to the offer beside it; ``inf`` where no way leads there, NaN where a place is not known."""
        if self.table is None:
            return np.hypot(*(self.xy[block] - self.school_xy[offer]).T)
        if not sp.issparse(self.table):
            return np.asarray(self.table[block, offer], dtype=np.float64)
        rows, columns, stored = arcs_of(self.table)
        key, wanted = rows * self.table.shape[1] + columns, block * self.table.shape[1] + offer
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        return np.where(key[at] == wanted, stored[at], np.inf) if len(key) else np.full(len(block), np.inf)

    def inside(self, blocks: NDArray[np.int64], school_of_offer: NDArray[np.int64], count: int) -> Any:
        """(blocks, count) the table of a part: of several offers in one place of the problem the nearest."""
        here = np.flatnonzero(school_of_offer >= 0)
        if not sp.issparse(self.table):
            out = np.full((len(blocks), count), np.inf)
            for s in here.tolist():
                column = school_of_offer[s]
                out[:, column] = np.minimum(out[:, column], self.table[blocks, s])
            return out
        rows, columns, metres = arcs_of(self.table[blocks][:, here])
        school = school_of_offer[here][columns]
        order = np.lexsort((metres, school, rows))
        rows, school, metres = rows[order], school[order], metres[order]
        first = np.append(True, (rows[1:] != rows[:-1]) | (school[1:] != school[:-1])) if len(rows) else np.zeros(0, dtype=np.bool_)
        return sp.csr_array((metres[first], (rows[first], school[first])), shape=(len(blocks), count))


@dataclass(frozen=True, eq=False)
class Ask:
    """What must be known besides the nearest schools.

    ``home`` (offers,) block of each; ``today`` (n,) offer, -1 unknown; ``county`` (n,) of each block: no zone crosses its line;
    ``kept`` (p, 2) block and offer that are to go together: locks and address exceptions.
    """

    stage: Stage
    distance: str | InputSpec
    home: NDArray[np.int64]
    today: NDArray[np.int64]
    county: NDArray[Any]
    kept: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))

    @property
    def settled(self) -> NDArray[np.int64]:
        """(p, 2) block and offer that are to go together, own blocks of schools included."""
        return np.unique(np.concatenate([np.column_stack([self.home, np.arange(len(self.home))]), self.kept]), axis=0)


def arcs_of(table: Any) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Rows, columns and values of a CSR matrix, zeros that are stored included, row by row."""
    table.sort_indices()
    rows = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    return rows.astype(np.int64), table.indices.astype(np.int64), table.data.astype(np.float64)


def travel_of(city: City, graph: BlockGraph, chosen: Offers, ask: Ask) -> Travel:
    """The distances that the stage is zoned with.

    Raises
    ------
    DataError : no roads, or roads that most blocks cannot use
    """
    school_xy = points_xy(chosen.taken)
    if ask.distance == "straight":
        return Travel(graph.xy, school_xy)
    if ask.distance != "walk":
        return Travel(graph.xy, school_xy, _given(city, chosen, ask))
    network, notes = streets_of(city)
    closed = Barriers(closed_barriers(city))
    place = f"zoning.{ask.stage}.distance"
    ids = city.blocks["block_id"].to_numpy(dtype=object)
    ways = walking(network, graph.xy, school_xy, closed)
    table = ways.table_m() if ways.small() else _near(ways, network, ask)
    table, lost, pairs = _filled(table, Travel(graph.xy, school_xy), ask)
    found: list[Fault] = list(notes)
    if not ways.small() and len(school_xy) > NEAR_SCHOOLS:
        found.append(_note(text("travel.nearest_only", count=NEAR_SCHOOLS), text("travel.nearest_only_remedy"), place))
    if ways.idle_parts and network.parts > 1:
        found.append(_note(text("travel.idle_parts", count=ways.idle_parts), text("travel.link_streets"), "inputs.roads"))
    found += _far_notes(ways, ids, place)
    if len(lost) > MOST_LOST * len(ids):
        raise DataError(Fault(text("travel.most_lost", count=len(lost), blocks=len(ids)), text("travel.give_more_streets"), column=place))
    if len(lost):
        found.append(_note(text("travel.lost", count=len(lost), blocks=ids[lost[:_FEW]].tolist()), text("travel.link_streets"), place))
    if len(pairs):
        names = chosen.taken["name"].to_numpy(dtype=object)
        said = [f"{ids[b]} - {names[s]}" for b, s in pairs[:_FEW].tolist()]
        found.append(_note(text("travel.lost_pairs", count=len(pairs), pairs=said), text("travel.link_streets"), place))
    return Travel(graph.xy, school_xy, table, tuple(found))


def _given(city: City, chosen: Offers, ask: Ask) -> Any:
    """The table of the config as CSR; a school that its own block may not go to is a fault where that block stays with it."""
    place = f"zoning.{ask.stage}.distance"
    if place not in city.rule_tables:
        raise DataError(Fault(text("planning.no_rule_table"), text("planning.give_rule_table"), column=place))
    given = city.rule_tables[place]
    block = pd.Index(city.blocks["block_id"]).get_indexer(given["block_id"])
    offer = pd.Index(chosen.taken["school_id"]).get_indexer(given["school_id"])
    known = (block >= 0) & (offer >= 0)
    metres = given["distance_m"].to_numpy(dtype=np.float64)[known]
    table = sp.csr_array((metres, (block[known], offer[known])), shape=(len(city.blocks), len(chosen.taken)))
    rules = city.settings.zoning[ask.stage].rules
    if rules.home_block and not rules.share_zone and rules.shared_zones is None:
        offers = np.arange(len(ask.home))
        lost = np.flatnonzero(~np.isfinite(Travel(np.empty((0, 2)), np.empty((0, 2)), table).metres(ask.home, offers)))
        ids, names = city.blocks["block_id"].to_numpy(dtype=object)[ask.home], chosen.taken["name"].to_numpy(dtype=object)
        if len(lost):
            raise DataError(
                Fault(text("travel.no_home_pair", block=str(ids[s]), school=str(names[s])), text("travel.give_home_pair"), column=place) for s in lost.tolist()
            )
    return table


def _near(ways: Walking, network: StreetNetwork, ask: Ask) -> Any:
    """The nearest schools of every block in its county; today's school and settled pairs wherever they stand."""
    county_of_offer = ask.county[ask.home]
    k = len(county_of_offer)
    codes = sorted(set(ask.county.tolist()))
    parts = []
    for code in codes:
        blocks, offers = np.flatnonzero(ask.county == code), np.flatnonzero(county_of_offer == code)
        if len(offers):
            inside = ways if len(codes) == 1 else walking(network, ways.xy[blocks], ways.school_xy[offers], ways.barriers)
            rows, columns, metres = arcs_of(inside.near_m())
            parts.append(np.stack([blocks[rows], offers[columns], metres]))
    near = np.concatenate(parts, axis=1) if parts else np.empty((3, 0))
    known = np.flatnonzero(ask.today >= 0)
    block, offer = np.concatenate([ask.settled, np.column_stack([known, ask.today[known]])]).T
    pair = np.setdiff1d(block * k + offer, (near[0] * k + near[1]).astype(np.int64))
    more = ways.pairs_m(pair // k, pair % k)
    reached = np.isfinite(more)
    near = np.concatenate([near, np.stack([pair[reached] // k, pair[reached] % k, more[reached]])], axis=1)
    return sp.csr_array((near[2], (near[0].astype(np.int64), near[1].astype(np.int64))), shape=(len(ways.xy), k))


def _filled(table: Any, straight: Travel, ask: Ask) -> tuple[Any, NDArray[np.int64], NDArray[np.int64]]:
    """The table with straight lines for the blocks that no way leads from, and for settled pairs that no way joins; both are named."""
    offers = np.arange(len(ask.home))
    county_of_offer = ask.county[ask.home]
    rows, columns = np.nonzero(np.isfinite(table)) if not sp.issparse(table) else arcs_of(table)[:2]
    reached = np.zeros(len(ask.county), dtype=np.bool_)
    reached[rows[ask.county[rows] == county_of_offer[columns]]] = True
    lost = np.flatnonzero(~reached & np.isin(ask.county, county_of_offer))
    pairs = ask.settled
    pairs = pairs[~np.isfinite(Travel(straight.xy, straight.school_xy, table).metres(*pairs.T)) & ~np.isin(pairs[:, 0], lost)]
    block, offer = np.concatenate([np.column_stack([np.repeat(lost, len(offers)), np.tile(offers, len(lost))]), pairs]).T
    near = (ask.county[block] == county_of_offer[offer]) & ~np.isfinite(Travel(straight.xy, straight.school_xy, table).metres(block, offer))
    block, offer = block[near], offer[near]
    metres = straight.metres(block, offer)
    if not sp.issparse(table):
        table[block, offer] = metres
        return table, lost, pairs
    old_rows, old_columns, old = arcs_of(table)
    made = (np.concatenate([old, metres]), (np.concatenate([old_rows, block]), np.concatenate([old_columns, offer])))
    return sp.csr_array(made, shape=table.shape), lost, pairs


def _far_notes(ways: Walking, ids: NDArray[Any], place: str) -> list[Fault]:
    leg = ways.access.leg_m
    far = np.flatnonzero(np.isfinite(leg) & (leg > FAR_LEG_M))
    if not len(far):
        return []
    order = far[np.argsort(-leg[far], kind="stable")][:_FEW]
    said = text(
        "travel.far_from_streets", count=len(far), metres=FAR_LEG_M, blocks=ids[order].tolist(), longest=float(leg.max(where=np.isfinite(leg), initial=0))
    )
    return [_note(said, text("travel.give_more_streets"), place)]


def _note(problem: Any, remedy: Any, column: str) -> Fault:
    return Fault(problem, remedy, column=column, severity="warning")
