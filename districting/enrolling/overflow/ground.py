"""What a plan says of the schools of one stage: places, districts, districts next to each other, groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.enrolling.lottery.wishes import folded
from districting.enrolling.zones import StageZones, stage_zones
from districting.errors import DataError, Fault
from districting.model.overflow_rules import OverflowRules
from districting.model.plan import Plan
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class Ground:
    """s schools of the stage. ``xy`` (s, 2) metres; ``district`` (s,) -1 none; ``next_to`` (d, d); ``group`` (s,) of ``group_scheme``, -1 none; ``other`` (s,) pupils of the
    school's other stage of compulsory schooling, NaN unknown; ``nine_year`` (s,); ``index``: id, name, other spelling -> position; ``zones``: None without zones.
    """

    plan: Plan
    ids: tuple[str, ...]
    names: tuple[str, ...]
    xy: NDArray[np.float64]
    district: NDArray[np.int64]
    next_to: NDArray[np.bool_]
    group: NDArray[np.int64]
    nine_year: NDArray[np.bool_]
    other: NDArray[np.float64]
    index: Mapping[str, int]
    zones: StageZones | None
    remarks: tuple[Text, ...]


def ground_of(plan: Plan, rules: OverflowRules) -> Ground:
    """The schools of the stage of the rules.

    Raises
    ------
    DataError : the plan has no school of the stage or none with a place, no such scheme, or several and none named
    """
    stages = plan.school_stages
    with_stage = set(stages.loc[stages["stage"] == rules.stage, "school_id"].astype(str))
    with_stage |= set(plan.zone_schools.loc[plan.zone_schools["stage"] == rules.stage, "school_id"].astype(str))
    rows = plan.schools[plan.schools["school_id"].astype(str).isin(with_stage)].sort_values("school_id")
    shapes = np.asarray(rows["geometry"].to_numpy() if "geometry" in rows.columns else [None] * len(rows), dtype=object)
    rows, shapes = rows[~shapely.is_missing(shapes)], shapes[~shapely.is_missing(shapes)]
    if not len(rows):
        raise DataError(Fault(text("overflow.no_schools", stage=text(f"word.{rules.stage}")), text("overflow.no_schools_remedy"), rules.file, column="plan"))
    ids, names = tuple(rows["school_id"].astype(str)), tuple(rows["name"].astype(str))
    zones = stage_zones(plan, rules.stage) if rules.stage in plan.zoned_stages else None
    scheme = _scheme(plan, rules)
    district, own = _members(plan, scheme, ids, rules.stage)
    group, _ = _members(plan, rules.group_scheme, ids, rules.stage)
    both = _both_stages(plan)
    rest = stages[stages["stage"] == ("junior" if rules.stage == "primary" else "primary")].set_index("school_id")["pupils"]
    remarks = [] if scheme is not None else [text("overflow.no_scheme")]
    lost = int((district < 0).sum()) if scheme is not None else 0
    return Ground(
        plan, ids, names, shapely.get_coordinates(shapely.centroid(shapes)), district, _next_to(plan, zones, own, scheme, ids, district), group,
        np.array([s in both for s in ids], dtype=bool), pd.to_numeric(rest[~rest.index.duplicated()].reindex(list(ids)), errors="coerce").to_numpy(dtype=np.float64),
        _index(plan, ids, names), zones, (*remarks, *((text("overflow.without_district", count=lost),) if lost else ())),
    )  # fmt: skip


def scope_of_schools(ground: Ground, group: NDArray[np.int64], order: tuple[str, ...]) -> NDArray[np.int64]:
    """(s, s) first scope of the order in which a school (column) counts for pupils of another (row), -1 none; ``group`` (s,) education groups."""
    n = len(ground.ids)
    mine, theirs = ground.district[:, None], ground.district[None, :]
    known = (mine >= 0) & (theirs >= 0)
    beside = np.zeros((n, n), dtype=bool)
    if ground.next_to.size:
        beside = known & ground.next_to[np.maximum(mine, 0), np.maximum(theirs, 0)]
    holds = {
        "own_school": np.eye(n, dtype=bool),
        "own_district": (known & (mine == theirs)) | np.eye(n, dtype=bool),
        "group": (group[:, None] >= 0) & (group[:, None] == group[None, :]),
        "adjacent_district": beside,
        "nearest": np.ones((n, n), dtype=bool),
    }
    found = np.full((n, n), -1, dtype=np.int64)
    for position in reversed(range(len(order))):
        found[holds[order[position]]] = position
    return found


def _scheme(plan: Plan, rules: OverflowRules) -> str | None:
    """The scheme of the districts: the one that is named, or the only one that is not that of the groups."""
    names = list(dict.fromkeys(plan.districts["scheme"].astype(str)))
    faults = [
        Fault(text("overflow.unknown_scheme", scheme=given), text("overflow.schemes", names=names), rules.file, column=key)
        for key, given in (("scheme", rules.scheme), ("group_scheme", rules.group_scheme))
        if given is not None and given not in names
    ]
    rest = [n for n in names if n != rules.group_scheme and (plan.school_members(n)["stage"] == rules.stage).any()]
    if rules.scheme is None and len(rest) > 1:
        faults.append(Fault(text("overflow.which_scheme"), text("overflow.schemes", names=rest), rules.file, column="scheme"))
    if faults:
        raise DataError(faults)
    return rules.scheme if rules.scheme is not None else rest[0] if rest else None


def _members(plan: Plan, scheme: str | None, ids: tuple[str, ...], stage: str) -> tuple[NDArray[np.int64], pd.Index[str]]:
    """(s,) position of the district of each school, of its own stage before others; ids of the districts."""
    if scheme is None:
        return np.full(len(ids), -1, dtype=np.int64), pd.Index([], dtype="str")
    own = pd.Index(plan.school_districts(scheme)["district_id"].astype("str").unique())
    members = plan.school_members(scheme)
    members = members.assign(late=members["stage"] != stage).sort_values(["late", "district_id"], kind="stable").drop_duplicates("school_id")
    of = members.set_index(members["school_id"].astype("str"))["district_id"].astype("str")
    return np.asarray(own.get_indexer(of.reindex(list(ids)).fillna("")), dtype=np.int64), own


def _next_to(
    plan: Plan, zones: StageZones | None, own: pd.Index[str], scheme: str | None, ids: tuple[str, ...], district: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """(d, d) districts whose zones share a border that no river or railway closes; without zones, whose shapes share one."""
    found = np.zeros((len(own), len(own)), dtype=bool)
    if scheme is None:
        return found
    if zones is not None and len(plan.edges):
        of_school = dict(zip(ids, district.tolist(), strict=True))
        of_zone = np.array([next((of_school[s] for s in members if of_school.get(s, -1) >= 0), -1) for members in zones.schools] + [-1], dtype=np.int64)
        of_block = of_zone[zones.zone]
        edges = plan.edges[~plan.edges["cut"].astype(bool)]
        ends = np.column_stack([zones.block_ids.get_indexer(pd.Index(edges[c].astype("str"))) for c in ("block_a", "block_b")])
        ends = of_block[ends[(ends >= 0).all(axis=1)]]
    else:
        ends = _touching(plan, scheme, own)
    ends = ends[(ends >= 0).all(axis=1) & (ends[:, 0] != ends[:, 1])]
    found[ends[:, 0], ends[:, 1]] = found[ends[:, 1], ends[:, 0]] = True
    return found


def _touching(plan: Plan, scheme: str, own: pd.Index[str]) -> NDArray[np.int64]:
    """(m, 2) districts whose shapes share a border."""
    from districting.geography import rook_adjacency

    rows = plan.school_districts(scheme)
    shapes = np.asarray(rows["geometry"].to_numpy() if "geometry" in rows.columns else [None] * len(rows), dtype=object)
    drawn = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if len(drawn) < 2:
        return np.empty((0, 2), dtype=np.int64)
    at = np.asarray(own.get_indexer(pd.Index(rows["district_id"].astype("str"))), dtype=np.int64)[drawn]
    return at[rook_adjacency(shapes[drawn]).edges]


def _both_stages(plan: Plan) -> set[str]:
    """Ids of schools with primary and junior grades."""
    stages = plan.school_stages
    first, second = (set(stages.loc[stages["stage"] == s, "school_id"].astype(str)) for s in ("primary", "junior"))
    return first & second


def _index(plan: Plan, ids: tuple[str, ...], names: tuple[str, ...]) -> dict[str, int]:
    """Id, name that one school has, other spelling of it -> position."""
    index: dict[str, int] = {}
    plain = [folded(n) for n in names]
    named = {n: i for i, n in enumerate(plain) if plain.count(n) == 1}
    for spelling, name in plan.aliases[["spelling", "name"]].itertuples(index=False):
        if folded(str(name)) in named:
            index[folded(str(spelling))] = named[folded(str(name))]
    return {**index, **named, **{folded(s): i for i, s in enumerate(ids)}}
