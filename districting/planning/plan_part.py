"""One stage of a plan, or of one county of it, as a zoning problem made from the plan's own tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.block_middles import block_middles_xy
from districting.model.plan import Plan
from districting.model.rules import ExcusedIslands, Forbidden, MaximumDistance, MinimumFill, Rule, Seats
from districting.model.zoning_problem import ZoningProblem
from districting.planning.exceptions import Exceptions, exception_rules, exceptions_of
from districting.planning.plan_goals import goal_fields, measured
from districting.wording import text


@dataclass(frozen=True, eq=False)
class PlanPart:
    """Blocks ``blocks`` (n,) of the plan and zones ``zone_ids`` (z,) with their ``problem``; ``label`` (n,) the plan's zones, -1 where a zone is not among them.

    ``not_held``: rules the plan was made with that its tables do not carry; a plan made from this part need not keep them.
    """

    stage: str
    blocks: NDArray[np.int64]
    block_ids: NDArray[Any]
    zone_ids: NDArray[Any]
    problem: ZoningProblem
    label: NDArray[np.int64]
    not_held: tuple[str, ...] = ()


def counties_of(plan: Plan, stage: str) -> NDArray[Any]:
    """(n,) county of each block where zones may not cross counties, else all alike."""
    rows = plan.rules
    within = rows[(rows["decision"] == "zoning") & (rows["stage"] == stage) & (rows["rule"] == "within_county")]["value"].tolist() == ["on"]
    return plan.blocks["county_code"].fillna("").astype("str").to_numpy(dtype=object) if within else np.full(len(plan.blocks), "", dtype=object)


def part_of_plan(plan: Plan, stage: str, county: str | None = None) -> PlanPart:
    """The part of ``plan`` that lies in ``county``; None = all of it, pairs across a county line not allowed where zones may not cross it. A zone with several schools is as near as the nearest of them; its home is that of the first.
    Where the plan knows no distances the problem has the plan's own goals; see :func:`districting.planning.plan_goals.goal_fields`.

    Raises
    ------
    DataError : the stage has no zones, a school of it is not among the plan's schools, or nothing says which block a school stands in
    """
    if stage not in plan.zoned_stages:
        raise DataError(Fault(text("variants.stage_without_zones", stage=text(f"word.{stage}")), text("variants.make_zones"), column="stage"))
    codes = counties_of(plan, stage)
    blocks = np.arange(len(codes)) if county is None else np.flatnonzero(codes == county)
    ids = plan.blocks["block_id"].to_numpy(dtype=object)[blocks]
    members = members_of_zones(plan, stage)
    home = homes_of(plan, members)
    _refuse_homeless(members, home)
    inside = np.flatnonzero((codes[home] == county) | (county is None))
    members, home = members.iloc[inside].reset_index(drop=True), home[inside]
    zone_ids, first, zone = np.unique(members["zone_id"].to_numpy(dtype=object).astype(str), return_index=True, return_inverse=True)
    edges, shared = _open_edges(plan, ids)
    label = pd.Index(zone_ids).get_indexer(plan.blocks[f"zone_id_{stage}"].iloc[blocks].astype("str")).astype(np.int64)
    rows = plan.rules[(plan.rules["decision"] == "zoning") & (plan.rules["stage"] == stage)]
    switched = dict(zip(rows["rule"].astype("str"), rows["value"].astype("str"), strict=True))
    rules, not_held = _rules(switched)
    problem = ZoningProblem(
        demand=pupils_in_plan(plan, stage, ids),
        capacity=np.bincount(zone, members["seats"].to_numpy(dtype=np.float64), len(zone_ids)).astype(np.float64),
        edges=edges,
        home_block=np.searchsorted(blocks, home[first]),
        contiguous=switched.get("connected", "on") == "on",
        keep_home=switched.get("home_block", "on") == "on",
        today=label,
        rules=rules,
        **_fields(plan, stage, blocks, members, zone, shared),
    )
    problem = _inside_counties(problem, codes[blocks], codes[home[first]])
    school_zone = dict(zip(members["school_id"], zone.tolist(), strict=True))
    problem = with_exceptions(problem, exceptions_of(plan), stage, ids, school_zone)
    return PlanPart(stage, blocks, ids, zone_ids.astype(object), problem, label, not_held)


def homes_of(plan: Plan, members: Any) -> NDArray[np.int64]:
    """(s,) block of each row of :func:`members_of_zones`: the one the plan names, else the one that holds its point; -1 where neither says it."""
    home = pd.Index(plan.blocks["block_id"]).get_indexer(pd.Index(members["home_block_id"])).astype(np.int64)
    shapes, points = np.asarray(plan.blocks.geometry.array, dtype=object), members["geometry"].to_numpy(dtype=object)
    unnamed = np.flatnonzero((home < 0) & ~shapely.is_missing(points))
    if len(unnamed) and len(shapes) and not shapely.is_missing(shapes).any():
        home[unnamed] = standing_blocks(shapes, points[unnamed])
    return home


def _refuse_homeless(members: Any, home: NDArray[np.int64]) -> None:
    lost = members["school_id"].to_numpy(dtype=object)[home < 0].tolist()
    if lost:
        raise DataError(Fault(text("variants.no_home", count=len(lost), schools=lost[:5]), text("variants.run_again"), column="home_block_id"))


def with_exceptions(problem: ZoningProblem, exceptions: Exceptions, stage: str, block_ids: Any, zone_of_school: dict[str, int]) -> ZoningProblem:
    """The problem with the address exceptions of the stage in force."""
    return problem.replace(rules=(*problem.rules, *exception_rules(problem, exceptions.places(stage, block_ids, zone_of_school))))


def _rules(switched: Mapping[str, str]) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules of the plan's table that can be had from it, and the names of the others."""
    held: list[Rule] = []
    if switched.get("seats", "on").startswith("soft"):
        held.append(Seats(hard=False, price=float(switched["seats"].split()[1])))
    not_held = []
    for rule, value in switched.items():
        if rule in _SWITCHES or value == "off":
            continue
        number = _number(value)
        if rule == "excuse_islands":
            held.append(ExcusedIslands())
        elif rule == "minimum_fill" and number is not None:
            held.append(MinimumFill(number))
        elif rule == "maximum_distance_m" and number is not None:
            held.append(MaximumDistance(number))
        elif rule != "shared_zones":  # zones of several schools are in the plan as they are
            not_held.append(rule)
    return tuple(held), tuple(sorted(not_held))


_SWITCHES = ("seats", "connected", "home_block", "within_county", "share_zone", "travel_growth_free_m")


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def members_of_zones(plan: Plan, stage: str) -> Any:
    """Rows zone_id, school_id, seats, geometry, county_code, home_block_id (empty where not known) of the stage, one for each school of a zone."""
    rows = plan.zone_schools[plan.zone_schools["stage"] == stage]
    seats = plan.seats[plan.seats["stage"] == stage].set_index("school_id")["seats"]
    place = plan.schools.set_index("school_id")
    lost = sorted(set(rows["school_id"]) - set(place.index))
    if lost:
        raise DataError(Fault(text("variants.school_not_in_plan", schools=lost[:5]), text("outputs.make_again"), column="school_id"))
    named = place["home_block_id"] if "home_block_id" in place.columns else pd.Series("", index=place.index)
    return rows.assign(
        home_block_id=named.reindex(rows["school_id"]).fillna("").astype("str").to_numpy(dtype=object),
        seats=seats.reindex(rows["school_id"]).fillna(0.0).to_numpy(),
        geometry=place["geometry"].reindex(rows["school_id"]).to_numpy(dtype=object),
        county_code=place["county_code"].reindex(rows["school_id"]).fillna("").astype("str").to_numpy(dtype=object),
    ).reset_index(drop=True)


def standing_blocks(shapes: NDArray[Any], points: NDArray[Any]) -> NDArray[np.int64]:
    """(s,) block in which each school stands; on a shared border the first, in a gap the nearest."""
    tree = shapely.STRtree(shapes)
    home = np.full(len(points), -1, dtype=np.int64)
    hits = tree.query(points, predicate="intersects")
    for point, block in zip(*hits[:, np.lexsort((hits[1], hits[0]))[::-1]], strict=True):
        home[point] = block
    lost = np.flatnonzero(home < 0)
    if len(lost):
        home[lost] = tree.nearest(points[lost])
    return home


def _inside_counties(problem: ZoningProblem, of_block: NDArray[Any], of_zone: NDArray[Any]) -> ZoningProblem:
    """The problem without the pairs across a county line."""
    apart = of_block[:, None] != of_zone[None, :]
    if not apart.any():
        return problem
    table = problem.distance_m
    if table is None and (problem.xy is None or problem.school_xy is None):
        block, zone = np.nonzero(apart)
        return problem.replace(rules=(*problem.rules, Forbidden(block, zone)))
    if table is None:
        assert problem.xy is not None and problem.school_xy is not None
        table = np.hypot(*(problem.xy[:, None] - problem.school_xy[None]).transpose(2, 0, 1))
    if sp.issparse(table):
        arcs = table.tocoo()
        kept = ~apart[arcs.coords]
        return problem.replace(distance_m=sp.csr_array((arcs.data[kept], tuple(c[kept] for c in arcs.coords)), shape=table.shape))
    return problem.replace(distance_m=np.where(apart, np.inf, table), xy=None, school_xy=None)


def pupils_in_plan(plan: Plan, stage: str, ids: NDArray[Any]) -> NDArray[np.float64]:
    """(n,) pupils of the blocks ``ids`` in the plan's year."""
    rows = plan.demand[(plan.demand["stage"] == stage) & (plan.demand["year"] == plan.year)]
    return rows.set_index("block_id")["pupils"].reindex(ids).fillna(0.0).to_numpy(dtype=np.float64)


def _open_edges(plan: Plan, ids: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(m, 2) neighbours among the blocks ``ids`` that no barrier parts, and their shared border (m,)."""
    rows = plan.edges[~plan.edges["cut"].astype(bool)]
    index = pd.Index(ids)
    pairs = np.column_stack([index.get_indexer(rows["block_a"]), index.get_indexer(rows["block_b"])])
    here = (pairs >= 0).all(axis=1)
    return pairs[here].astype(np.int64), rows["shared_m"].to_numpy(dtype=np.float64)[here]


def _fields(plan: Plan, stage: str, blocks: NDArray[np.int64], members: Any, zone: NDArray[np.int64], shared: NDArray[np.float64]) -> Mapping[str, Any]:
    """Straight metres where the plan was made with them, else the distances the plan holds; the plan's own goals where it has none."""
    if not measured(plan, stage):
        return goal_fields(plan, stage, blocks, shared)
    count = int(zone.max()) + 1
    ids = plan.blocks["block_id"].to_numpy(dtype=object)[blocks]
    xy = block_middles_xy(plan.blocks)[blocks]
    if plan.distance_word(stage) == "straight":
        at = np.column_stack([shapely.get_x(members["geometry"].to_numpy(dtype=object)), shapely.get_y(members["geometry"].to_numpy(dtype=object))])
        if len(zone) == count:
            return {"xy": xy, "school_xy": at[np.argsort(zone, kind="stable")]}
        table = np.full((len(ids), count), np.inf)
        for s, z in enumerate(zone.tolist()):
            table[:, z] = np.minimum(table[:, z], np.hypot(*(xy - at[s]).T))
        return {"distance_m": table}
    rows = plan.distances[plan.distances["stage"] == stage]
    block = pd.Index(ids).get_indexer(rows["block_id"])
    school = pd.Index(members["school_id"]).get_indexer(rows["school_id"])
    known = (block >= 0) & (school >= 0)
    arcs = pd.DataFrame({"b": block[known], "z": zone[school[known]], "m": rows["distance_m"].to_numpy(dtype=np.float64)[known]})
    near = arcs.groupby(["b", "z"], sort=True)["m"].min().reset_index()
    return {"distance_m": sp.csr_array((near["m"].to_numpy(), (near["b"].to_numpy(), near["z"].to_numpy())), shape=(len(ids), count))}
