"""A plan's tables as the whole numbers that edits are reckoned from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.block_middles import block_middles
from districting.model.edit_ground import LARGEST_SUM, EditGround, EditStage, Ints
from districting.model.kinds import refuse_public
from districting.model.plan import Plan
from districting.model.plan_key import plan_key
from districting.model.stages import STAGES
from districting.planning.edit_groupings import edit_groupings
from districting.planning.exceptions import exceptions_of
from districting.planning.plan_goals import measured
from districting.planning.plan_part import counties_of, homes_of, members_of_zones, pupils_in_plan
from districting.wording import text

FRACTION: Final = 1000
"""Parts of a pupil where any block has a fraction of one."""
_SWITCHES: Final = frozenset({"seats", "connected", "home_block", "within_county", "share_zone", "shared_zones", "travel_growth_free_m", "excuse_islands"})


def edit_ground(plan: Plan) -> EditGround:
    """All zoned stages of the plan.

    Raises
    ------
    DataError : there is no zone to edit, the plan is for the public, or the sums are too large to be exact in a browser
    """
    refuse_public(plan)
    if not len(plan.blocks) or not plan.zoned_stages:
        raise DataError(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy")))
    ids = plan.blocks["block_id"].astype("str").to_numpy(dtype=object)
    pupils = {stage: pupils_in_plan(plan, stage, ids) for stage in plan.zoned_stages}
    whole = all((p == np.floor(p)).all() for p in pupils.values())
    parts = 1 if whole and _whole_seats(plan) else FRACTION
    stages = tuple(_stage(plan, stage, _rounded(pupils[stage] * parts), parts) for stage in plan.zoned_stages)
    for one in stages:
        _refuse_large(one)
    return EditGround(plan_key(plan), plan.name, plan.year, tuple(ids.tolist()), parts, stages, edit_groupings(plan, stages))


def _whole_seats(plan: Plan) -> bool:
    seats = plan.seats["seats"].to_numpy(dtype=np.float64)
    return bool((np.nan_to_num(seats) == np.floor(np.nan_to_num(seats))).all())


def _rounded(values: NDArray[np.float64]) -> Ints:
    """Half away from zero, as everywhere in the editor; values are not negative or are places."""
    return (np.sign(values) * np.floor(np.abs(values) + 0.5)).astype(np.int64)


def zones_of(plan: Plan, stage: str) -> tuple[str, ...]:
    """The zones of a stage as the page lists them: those without a block come last."""
    drawn = set(plan.zones.loc[plan.zones["stage"] == stage, "zone_id"].astype("str"))
    return tuple(sorted(set(members_of_zones(plan, stage)["zone_id"].astype("str")), key=lambda z: (z not in drawn, z)))


def _stage(plan: Plan, stage: str, pupils: Ints, parts: int) -> EditStage:
    ids = pd.Index(plan.blocks["block_id"])
    members = members_of_zones(plan, stage)
    zones = zones_of(plan, stage)
    at = pd.Index(zones)
    zone = at.get_indexer(members["zone_id"].astype("str")).astype(np.int64)
    home = homes_of(plan, members)
    seats = _rounded(np.bincount(zone, members["seats"].to_numpy(dtype=np.float64), len(zones)).astype(np.float64) * parts)
    base = at.get_indexer(pd.Index(plan.blocks[f"zone_id_{stage}"].fillna("").astype("str"))).astype(np.int64)
    rows = plan.rules[(plan.rules["decision"] == "zoning") & (plan.rules["stage"] == stage)]
    rules = dict(zip(rows["rule"].astype("str"), rows["value"].astype("str"), strict=True))
    counties = counties_of(plan, stage)
    code, _ = pd.factorize(counties)
    first = np.unique(zone, return_index=True)[1]
    edges, border = _edges(plan, ids)
    locked = exceptions_of(plan).places(stage, ids.to_numpy(dtype=object), dict(zip(members["school_id"], zone.tolist(), strict=True)))
    today = _today(plan, stage, ids, dict(zip(members["school_id"], zone.tolist(), strict=True)))
    homes = np.column_stack([home, zone]).astype(np.int64)
    open_edges, open_border = _with_exceptions(edges, border, locked, home[first])
    plain = EditStage(
        *(stage, zones, base, today, pupils, seats, homes[home >= 0], open_edges, open_border),
        county_of_block=code.astype(np.int64),
        county_of_zone=np.where(home[first] >= 0, code[home[first]], -1).astype(np.int64),
        locked=locked,
        seats_hard=not rules.get("seats", "on").startswith("soft"),
        connected=rules.get("connected", "on") == "on",
        keep_home=rules.get("home_block", "on") == "on",
        **_ways(plan, stage, ids, members, zone),
    )
    return _with_rules(plan, plain, rules, edges)


def _edges(plan: Plan, ids: pd.Index[Any]) -> tuple[Ints, Ints]:
    """Pairs of neighbours that no barrier parts, each once with the lower position first, sorted; and whole metres of their border."""
    rows = plan.edges[~plan.edges["cut"].astype(bool)]
    pairs = np.column_stack([ids.get_indexer(pd.Index(rows["block_a"])), ids.get_indexer(pd.Index(rows["block_b"]))]).astype(np.int64).reshape(-1, 2)
    here = (pairs >= 0).all(axis=1) & (pairs[:, 0] != pairs[:, 1])
    metres = _rounded(np.nan_to_num(rows["shared_m"].to_numpy(dtype=np.float64)))[here]
    pairs, first = np.unique(np.sort(pairs[here], axis=1), axis=0, return_index=True)
    return pairs, metres[first]


def _with_exceptions(edges: Ints, border: Ints, locked: Ints, home: Ints) -> tuple[Ints, Ints]:
    """An exception is one address: it hangs on its school's block and its other borders connect nothing (as in ``planning.exceptions``)."""
    if not len(locked):
        return edges, border
    away = (locked[:, 0] != home[locked[:, 1]]) & (home[locked[:, 1]] >= 0)
    excepted = np.isin(edges, locked[away, 0]).any(axis=1)
    bridges = np.sort(np.column_stack([locked[away, 0], home[locked[away, 1]]]), axis=1)
    pairs = np.concatenate([edges[~excepted], bridges])
    pairs, first = np.unique(pairs, axis=0, return_index=True)
    return pairs, np.concatenate([border[~excepted], np.zeros(len(bridges), dtype=np.int64)])[first]


def _today(plan: Plan, stage: str, ids: pd.Index[Any], zone_of_school: Mapping[str, int]) -> Ints:
    rows = plan.today[plan.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"]
    return np.array([zone_of_school.get(s, -1) for s in rows.reindex(ids).to_numpy(dtype=object)], dtype=np.int64)


def _ways(plan: Plan, stage: str, ids: pd.Index[Any], members: Any, zone: Ints) -> dict[str, Any]:
    """Places, or the table's arcs, in decimetres; nothing where the plan knows no distances."""
    if not measured(plan, stage):
        return {"metric": "none"}
    if plan.distance_word(stage) == "straight":
        middle = block_middles(plan.blocks)
        places = members["geometry"].to_numpy(dtype=object)
        block, school = (np.column_stack([shapely.get_x(p), shapely.get_y(p)]) for p in (middle, places))
        origin = np.floor(block.min(axis=0))
        return {"metric": "straight", "block_dm": _rounded((block - origin) * 10), "school_dm": _rounded((school - origin) * 10), "zone_of_school": zone}
    rows = plan.distances[plan.distances["stage"] == stage]
    block, school = ids.get_indexer(pd.Index(rows["block_id"])), pd.Index(members["school_id"]).get_indexer(pd.Index(rows["school_id"]))
    known = (block >= 0) & (school >= 0) & np.isfinite(rows["distance_m"].to_numpy(dtype=np.float64))
    arcs = np.column_stack([block[known], zone[school[known]], _rounded(rows["distance_m"].to_numpy(dtype=np.float64)[known] * 10)]).astype(np.int64)
    arcs = arcs[np.lexsort((arcs[:, 2], arcs[:, 1], arcs[:, 0]))]
    first = np.unique(arcs[:, :2], axis=0, return_index=True)[1]
    return {"metric": "table", "arcs": arcs[first]}


def _with_rules(plan: Plan, plain: EditStage, rules: Mapping[str, str], edges: Ints) -> EditStage:
    """Limits from the plan's table of rules; those it only names are listed as not checked."""
    more: dict[str, Any] = {}
    unchecked = []
    pupils = plain.pupils
    for rule, value in rules.items():
        numbers = _numbers(value)
        if rule in _SWITCHES or value == "off":
            continue
        if rule == "maximum_distance_m" and len(numbers) == 1 and plain.metric != "none":
            more["limit_dm"] = np.where(pupils > 0, _floor(numbers[0] * 10), -1).astype(np.int64)
        elif rule == "travel_growth" and len(numbers) == 1 and plain.metric != "none" and (plain.today >= 0).any():
            more["growth_dm"] = _growth(plain, numbers[0], (_numbers(rules.get("travel_growth_free_m", "0")) or [0.0])[0])
        elif rule == "minimum_fill" and len(numbers) == 1:
            more["least"] = np.ceil(plain.seats * numbers[0] - 1e-6).astype(np.int64)
        elif rule == "size_band" and len(numbers) == 2 and (plain.today >= 0).any():
            known = plain.today >= 0
            before = np.bincount(plain.today[known], pupils[known], len(plain.zone_ids))
            more |= {"low": np.ceil(before * numbers[0] - 1e-6).astype(np.int64), "high": np.floor(before * numbers[1] + 1e-6).astype(np.int64)}
        elif rule == "change_cap" and len(numbers) == 1 and (plain.today >= 0).any():
            more["cap"] = _floor(numbers[0] * float(pupils.sum()))
        elif rule == "neighbours_together" and len(numbers) == 1 and (plain.today >= 0).any():
            more |= {"beside": _beside(plain, edges), "share_beside": numbers[0]}
        elif rule == "whole_units" and value in STAGES and value in plan.zoned_stages:
            more["whole_below"] = value
        else:
            unchecked.append(rule)
    if rules.get("excuse_islands", "off") == "on":
        more["excused"] = _islands(plain, edges)
    return replace(plain, **more, unchecked=tuple(sorted(unchecked)))


def _numbers(value: str) -> list[float]:
    """The numbers a rule's value is made of; empty where it is something else."""
    try:
        found = [float(word) for word in value.split()]
    except ValueError:
        return []
    return found if all(math.isfinite(f) for f in found) else []


def _floor(value: float) -> int:
    return math.floor(value * (1 + 1e-9) + 1e-6)


def _growth(plain: EditStage, share: float, free_m: float) -> Ints:
    """Longest way of each block, -1 where nothing binds."""
    known = np.flatnonzero((plain.today >= 0) & (plain.pupils > 0))
    before = plain.metres_dm(known, plain.today[known])
    limit = np.maximum(np.floor(before * (1 + share) * (1 + 1e-9) + 1e-6), _floor(free_m * 10)).astype(np.int64)
    out = np.full(len(plain.pupils), -1, dtype=np.int64)
    out[known] = np.where(before >= 0, limit, -1)
    return out


def _beside(plain: EditStage, edges: Ints) -> Ints:
    a, b = edges.T
    return edges[(plain.today[a] == plain.today[b]) & (plain.today[a] >= 0)]


def _islands(plain: EditStage, edges: Ints) -> Ints:
    """(e, 2) blocks of today's zones that no way inside the zone leads to its school from, with that zone."""
    inside = _beside(plain, edges)
    beside: dict[int, list[int]] = {}
    for a, b in inside.tolist():
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    reached: set[int] = set()
    for home, zone in plain.homes.tolist():
        stack = [home] if plain.today[home] == zone and home not in reached else []
        reached.update(stack)
        while stack:
            new = [v for v in beside.get(stack.pop(), []) if v not in reached]
            reached.update(new)
            stack += new
    found = [(i, int(plain.today[i])) for i in range(len(plain.today)) if plain.today[i] >= 0 and i not in reached]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _refuse_large(one: EditStage) -> None:
    far = np.abs(one.block_dm).max(initial=0) + np.abs(one.school_dm).max(initial=0)
    longest = max(int(one.arcs[:, 2].max(initial=0)), math.isqrt(2 * int(far) ** 2) + 1)
    if int(one.pupils.sum()) * longest >= LARGEST_SUM or 2 * int(far) ** 2 >= LARGEST_SUM:
        raise DataError(Fault(text("edit.too_large", stage=text(f"word.{one.stage}")), text("edit.too_large_remedy"), column="demand"))
