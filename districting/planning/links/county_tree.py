"""The rows of a tree of two levels: alliances of counties, and under them the alliances of schools inside each county."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.geography.shapes import dissolve
from districting.model.plan import Plan
from districting.model.solution import GroupingSolution
from districting.planning.grouping_build import BuiltGrouping
from districting.planning.rows import stack
from districting.wording import say


class SolvedCounty(Protocol):
    """A county with its alliances: positions of its school-stages and units in the whole problem, and the labels over its own."""

    @property
    def county(self) -> str: ...
    @property
    def member(self) -> NDArray[np.int64]: ...
    @property
    def unit(self) -> NDArray[np.int64]: ...
    @property
    def found(self) -> GroupingSolution: ...


@dataclass(frozen=True, eq=False)
class CountyAlliances:
    """``parts``: the counties solved; ``also``: (school, stage, county) that level 1 alone holds; ``names``, ``shapes``: of counties by id, where known."""

    scheme: str
    parts: tuple[SolvedCounty, ...]
    also: tuple[tuple[str, str, str], ...]
    names: Mapping[str, str]
    shapes: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class _Alliance:
    """One alliance inside a county; ``lead`` and ``members`` positions of school-stages, ``units`` of units, all in the whole problem."""

    county: str
    lead: int
    members: NDArray[np.int64]
    units: NDArray[np.int64]


def with_tree(plan: Plan, built: BuiltGrouping, tree: CountyAlliances) -> Plan:
    """A copy of ``plan`` with the districts and memberships of both levels."""
    ids = built.members["school_id"].to_numpy(dtype=object)
    counties = {p.county for p in tree.parts} | {c for _, _, c in tree.also}
    tops = _level_1(plan, counties)
    top_of = {county: f"D{n + 1:02d}" for n, group in enumerate(tops) for county in group}
    alliances = sorted((a for p in tree.parts for a in _alliances(built, p)), key=lambda a: (top_of[a.county], _place(tops, a.county), str(ids[a.lead])))
    names = _numbered([top_of[a.county] for a in alliances])
    rows = [*_top_rows(plan, built, tree, tops, alliances), *_alliance_rows(plan, built, tree.scheme, alliances, names, top_of)]
    members = [*_top_members(built, tree, top_of), *_alliance_members(built, tree.scheme, alliances, names)]
    held = pd.DataFrame(members).sort_values(["district_id", "stage", "school_id"], kind="stable").reset_index(drop=True)
    return plan.replace(districts=stack(plan.districts, gpd.GeoDataFrame(rows, geometry="geometry", crs=plan.crs)), memberships=stack(plan.memberships, held))


def _level_1(plan: Plan, counties: set[str]) -> list[list[str]]:
    """Counties joined by county links, each other county by itself, in the order of their ids; groups without any of ``counties`` are left out."""
    graph = nx.Graph()
    graph.add_nodes_from(counties)
    pairs = plan.links[plan.links["kind"] == "county"] if len(plan.links) else plan.links
    graph.add_edges_from(zip(pairs["from_id"].astype(str), pairs["to_id"].astype(str), strict=True))
    return sorted(sorted(group) for group in nx.connected_components(graph) if group & counties)


def _place(tops: list[list[str]], county: str) -> int:
    return next(group.index(county) for group in tops if county in group)


def _alliances(built: BuiltGrouping, part: SolvedCounty) -> list[_Alliance]:
    label = np.full(built.problem.unit_count, -1, dtype=np.int64)
    label[part.unit] = part.found.district_of_unit
    of_member = label[built.problem.unit_of_member]
    return [
        _Alliance(part.county, int(part.member[lead]), np.flatnonzero(of_member == d), np.flatnonzero(label == d))
        for d, lead in enumerate(part.found.lead_of_district.tolist())
    ]


def _numbered(above: list[str]) -> list[str]:
    count: dict[str, int] = {}
    names = []
    for top in above:
        count[top] = count.get(top, 0) + 1
        names.append(f"{top}-{count[top]:02d}")
    return names


def _shape(built: BuiltGrouping, units: NDArray[np.int64]) -> Any:
    """The cells of the units as one shape; empty where they have none."""
    shapes = built.units.shape[units]
    shapes = shapes[~np.asarray(shapely.is_empty(shapes))] if len(shapes) else shapes
    return dissolve(shapes, np.zeros(len(shapes), dtype=np.int64), 1)[0] if len(shapes) else shapely.Polygon()


def _top_rows(plan: Plan, built: BuiltGrouping, tree: CountyAlliances, tops: list[list[str]], alliances: list[_Alliance]) -> list[dict[str, Any]]:
    rows = []
    for n, group in enumerate(tops):
        ground = [_shape(built, np.concatenate([a.units for a in alliances if a.county == c] or [np.zeros(0, dtype=np.int64)])) for c in group]
        whole = [tree.shapes[c] if shape.is_empty and c in tree.shapes else shape for c, shape in zip(group, ground, strict=True)]
        names = [tree.names.get(c, c) for c in group]
        name = names[0] if len(names) == 1 else say("pairing.counties_together", plan.language, names=names)
        rows.append(_row(f"D{n + 1:02d}", tree.scheme, 1, "", name, group[0] if len(group) == 1 else "", shapely.union_all(whole)))
    return rows


def _alliance_rows(
    plan: Plan, built: BuiltGrouping, scheme: str, alliances: list[_Alliance], ids: list[str], top_of: Mapping[str, str]
) -> list[dict[str, Any]]:
    lead_name = built.members["name"].to_numpy(dtype=object)
    return [
        _row(i, scheme, 2, top_of[a.county], say("pairing.alliance_of", plan.language, lead=lead_name[a.lead]), a.county, _shape(built, a.units))
        for i, a in zip(ids, alliances, strict=True)
    ]


def _row(district: str, scheme: str, level: int, parent: str, name: str, county: str, shape: Any) -> dict[str, Any]:
    return {
        "district_id": district,
        "scheme": scheme,
        "level": level,
        "parent_id": parent,
        "name": name,
        "theme": "",
        "county_code": county,
        "geometry": shape,
    }


def _member(scheme: str, district: str, school: str, stage: str, role: str) -> dict[str, str]:
    return {"scheme": scheme, "district_id": district, "school_id": school, "stage": stage, "role": role}


def _top_members(built: BuiltGrouping, tree: CountyAlliances, top_of: Mapping[str, str]) -> list[dict[str, str]]:
    """All schools of the counties; nobody leads above the counties."""
    ids, stage = (built.members[c].to_numpy(dtype=object) for c in ("school_id", "stage"))
    rows = [_member(tree.scheme, top_of[p.county], str(ids[i]), str(stage[i]), "member") for p in tree.parts for i in p.member.tolist()]
    return rows + [_member(tree.scheme, top_of[county], school, stage, "member") for school, stage, county in tree.also]


def _alliance_members(built: BuiltGrouping, scheme: str, alliances: list[_Alliance], names: list[str]) -> list[dict[str, str]]:
    ids, stage = (built.members[c].to_numpy(dtype=object) for c in ("school_id", "stage"))
    return [
        _member(scheme, name, str(ids[i]), str(stage[i]), "lead" if ids[i] == ids[a.lead] else "member")
        for name, a in zip(names, alliances, strict=True)
        for i in a.members.tolist()
    ]
