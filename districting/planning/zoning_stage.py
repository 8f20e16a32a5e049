"""What a stage brings to its problems: pupils, seats, today's schools, the block of every school and the zones that schools form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.model.settings import ZoningSettings
from districting.planning.block_graph import BlockGraph
from districting.planning.given import group_numbers, named_column
from districting.planning.offers import Offers
from districting.reading.city import City
from districting.wording import text


def positions_today(city: City, stage: str, chosen: Offers) -> NDArray[np.int64]:
    """(n,) position of today's school among those that take part, -1 unknown."""
    rows = city.today[city.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"]
    school = pd.Index(chosen.taken["school_id"])
    return school.get_indexer(rows.reindex(city.blocks["block_id"]).to_numpy()).astype(np.int64)


def pupils_of(city: City, stage: str, settings: ZoningSettings) -> NDArray[np.float64]:
    """(n,) pupils of every block: entrants or the roll, as the settings say."""
    column = f"{'entrants' if settings.demand == 'intake' else 'pupils'}_{stage}"
    if city.blocks is None:
        raise DataError(Fault(text("planning.no_blocks"), text("planning.give_blocks"), column="inputs.blocks"))
    if column not in city.blocks.columns:
        other = "roll" if settings.demand == "intake" else "intake"
        raise DataError(Fault(text("planning.no_demand", column=column), text("planning.give_demand", column=column, stage=stage, other=other), column=column))
    return city.blocks[column].to_numpy(dtype=np.float64)


def seats_of(chosen: Offers, stage: str, settings: ZoningSettings) -> NDArray[np.float64]:
    """(offers,) enrolment plan or seats, as the settings say."""
    column = "plan" if settings.demand == "intake" else "seats"
    if not len(chosen.taken):
        raise DataError(Fault(text("planning.no_schools", stage=text(f"word.{stage}")), text("planning.give_schools"), column="stage"))
    missing = chosen.taken.loc[chosen.taken[column].isna(), "name"].tolist()
    if missing:
        raise DataError(
            Fault(text("planning.no_seats", column=column, count=len(missing), names=missing[:5]), text("planning.give_seats", column=column), column=column)
        )
    return chosen.taken[column].to_numpy(dtype=np.float64)


def home_blocks(city: City, graph: BlockGraph, chosen: Offers) -> NDArray[np.int64]:
    """Position of the block a school stands in: the one its table names, else the one that holds its point.

    On a shared border that is the first block, in a gap of the coverage the nearest; among blocks given as points the nearest, whose Voronoi cell holds the school.
    """
    home = np.full(len(chosen.taken), -1, dtype=np.int64)
    if "block_id" in chosen.taken.columns:
        home = pd.Index(city.blocks["block_id"]).get_indexer(chosen.taken["block_id"]).astype(np.int64)
    unnamed = np.flatnonzero(home < 0)
    if not len(unnamed):
        return home
    points = np.asarray(chosen.taken["geometry"], dtype=object)
    homeless = unnamed[shapely.is_missing(points[unnamed])] if graph.located else unnamed
    if len(homeless):
        names = chosen.taken["name"].to_numpy(dtype=object)[homeless[:5]].tolist()
        raise DataError(Fault(text("planning.no_home", count=len(homeless), names=names), text("planning.give_home"), column="inputs.schools"))
    shapes = np.asarray(city.blocks.geometry.array)
    tree = shapely.STRtree(shapes)
    hits = tree.query(points[unnamed], predicate="intersects")
    for point, block in zip(*hits[:, np.lexsort((hits[1], hits[0]))[::-1]], strict=True):
        home[unnamed[point]] = block
    lost = np.flatnonzero(home < 0)
    if len(lost):
        home[lost] = tree.nearest(points[lost])
    return home


def zones_of(chosen: Offers, home: NDArray[np.int64], stage: str, settings: ZoningSettings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Zone of each school and home block of each zone's first school; schools share a zone by their block or by a column, where the rules say so."""
    rules = settings.rules
    group = np.arange(len(home))
    if rules.shared_zones is not None:
        said = group_numbers(named_column(chosen.taken, rules.shared_zones, f"zoning.{stage}.rules.shared_zones"))
        group = _joined(group, said)
    if rules.share_zone:
        group = _joined(group, home)
    blocks = np.unique(home)
    crowded = [b for b in blocks if len(np.unique(group[home == b])) > 1]
    if crowded and rules.home_block:
        names = [chosen.taken["name"][home == b].tolist() for b in crowded]
        conflict = Conflict("home_block", float(len(crowded)), "block", text("planning.shared_home", names=[text("planning.together", names=n) for n in names]))
        raise InfeasibleError([conflict], [text("planning.share_zone"), text("problem.split_block")])
    first = np.unique(group, return_index=True)[1]
    zone = np.unique(group, return_inverse=True)[1].astype(np.int64)
    return zone, home[first]


def _joined(group: NDArray[np.int64], label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups with those of one label (>= 0) made one; each group bears the number of its first member."""
    out = group.copy()
    for value in np.unique(label[label >= 0]):
        mine = np.unique(out[label == value])
        out[np.isin(out, mine)] = mine[0]
    return out


def county_of_block(city: City, settings: ZoningSettings) -> NDArray[Any]:
    """(n,) county of every block; all alike where zones may cross county lines."""
    if not settings.rules.within_county or "county_code" not in city.blocks.columns:
        return np.full(len(city.blocks), "", dtype=object)
    return pd.Series(city.blocks["county_code"]).fillna("").astype("str").to_numpy(dtype=object)
