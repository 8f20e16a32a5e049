"""What the page of a comparison knows: one ground, and over its areas the zones and districts of every plan, numbered and coloured alike where they are the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.auditing.compare import different_distances
from districting.auditing.views import stage_views
from districting.model.draft_mark import is_draft
from districting.model.estimate_mark import estimated_columns
from districting.model.plan import Plan
from districting.model.stages import STAGES
from districting.outputs.estimate_words import estimate_sentence
from districting.outputs.finding_words import measure_name, scope_name, shown_difference, shown_value
from districting.outputs.map.colours import PALETTE, colour_numbers
from districting.outputs.map.content import district_layers, districts_of_blocks, zone_layer
from districting.outputs.map.ground import drawn_shapes, in_degrees, pieces, shapes_of, spots, touching
from districting.outputs.map.judgement import is_headline
from districting.outputs.map.schools import short
from districting.outputs.map.search_keys import search_keys
from districting.outputs.map.topology import topology
from districting.outputs.scheme_names import scheme_name
from districting.wording import LANGUAGES, say

FORMAT: Final = "compare-1"
"""Version of the page's data; the geometry in ``ground`` carries its own."""


def compare_content(plans: Sequence[Plan], compared: Sequence[pd.DataFrame], lang: str) -> dict[str, Any]:
    """Everything the page shows of the plans, the first of which the others are held against; ``compared``: the comparison of each with it.

    ``views``: the zones of each stage and the districts of each scheme. A view has ``groups`` (zones or districts of all plans, each once) and for each plan None or ``of``,
    the group of every area, with ``at``, where its number stands; of zones also ``school`` and ``metres`` of every area and ``load`` [pupils, seats] of every group.
    """
    first = plans[0]
    ids = list(dict.fromkeys(str(i) for plan in plans for i in plan.schools["school_id"]))
    layers = [(p, layer) for p, plan in enumerate(plans) for layer in district_layers(plan)]
    stages = [s for s in STAGES if any(s in plan.zoned_stages for plan in plans)] if len(first.blocks) else []
    territory = [shapes_of(layer.to_crs(first.crs)) for _, layer in layers]
    blocks = shapes_of(first.blocks) if stages or not layers else np.empty(0, dtype=object)
    drawn, district = (blocks, districts_of_blocks(blocks, territory)) if len(blocks) else pieces(territory)
    unit = _units(first, len(blocks) > 0, len(drawn))
    schools = _schools(plans, ids)
    order = [pd.Index(plan.blocks["block_id"]).get_indexer(first.blocks["block_id"]) if len(blocks) else np.empty(0, dtype=np.int64) for plan in plans]
    views = [_zones_view(plans, stage, pd.Index(ids), order) for stage in stages]
    views += _district_views(plans, layers, district, shapely.area(drawn) if len(drawn) else np.empty(0))
    return {
        "format": FORMAT,
        "lang": lang,
        "plans": [{"name": plan.name, "year": plan.year} for plan in plans],
        "draft": any(is_draft(plan) for plan in plans),
        "palette": list(PALETTE),
        "ground": topology(in_degrees(drawn_shapes(drawn), first.crs)).encoded(),
        "unit": unit,
        "schools": schools,
        "views": views,
        "findings": comparison_rows(compared),
        "remarks": _remarks(plans),
        "groupings": [],
        "search": search_keys([*(s["name"] for s in schools), *unit["name"]]),
    }


def comparison_rows(compared: Sequence[pd.DataFrame]) -> list[dict[str, Any]]:
    """The rows of :func:`districting.compare_plans` for each plan held against the first, side by side: the same numbers in the same print as in the terminal.

    ``first`` is the first plan's value, ``others`` for each other plan None or [value, difference, verdict]; a difference that languages write differently is a dict of them; ``head`` marks those shown first.
    """
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for k, rows in enumerate(compared):
        for row in rows.to_dict(orient="records"):
            key = str(row["measure"]), str(row["stage"] or ""), str(row["scope"])
            of = found.setdefault(key, _finding(key, row, len(compared)))
            apart = {lang: shown_difference(row["difference"], row["unit"], lang) for lang in LANGUAGES}
            of["others"][k] = [shown_value(row["b"], row["unit"]), apart if len(set(apart.values())) > 1 else apart["zh"], row["verdict"] or ""]
            of["head"] = of["head"] and not (_nothing(row["a"]) and _nothing(row["b"]))
    return list(found.values())


def _finding(key: tuple[str, str, str], row: Mapping[Any, Any], others: int) -> dict[str, Any]:
    measure, stage, scope = key
    words = {lang: [measure_name(measure, lang), "" if scope == "all" else scope_name(scope, lang)] for lang in LANGUAGES}
    head = measure == "pupils_differing" or is_headline(measure, scope)
    return {"words": words, "stage": stage, "measure": measure, "head": head, "first": shown_value(row["a"], row["unit"]), "others": [None] * others}


def _nothing(value: float) -> bool:
    return value is None or math.isnan(value)


def _remarks(plans: Sequence[Plan]) -> list[dict[str, str]]:
    """What must be said of the numbers, in both languages: which of them rest on estimates, and distances of different kinds, for each plan held against the first."""
    guessed = [plan for plan in plans if estimated_columns(plan)]
    found = [{lang: say("estimates.of_plan", lang, name=plan.name, told=estimate_sentence(plan, lang)) for lang in LANGUAGES} for plan in guessed]
    for other in plans[1:]:
        for stage, (a, b) in different_distances(plans[0], other).items():
            found.append({lang: say("auditing.other_distances", lang, stage=say(f"word.{stage}", lang), a=a, b=b) for lang in LANGUAGES})
    return [one for i, one in enumerate(found) if one not in found[:i]]


def _units(first: Plan, of_blocks: bool, count: int) -> dict[str, Any]:
    if not of_blocks:
        return {"kind": "district", "id": [str(i + 1) for i in range(count)], "name": [""] * count}
    return {"kind": "block", "id": first.blocks["block_id"].astype(str).tolist(), "name": first.blocks["name"].fillna("").astype(str).tolist()}


def _schools(plans: Sequence[Plan], ids: list[str]) -> list[dict[str, Any]]:
    """Each school once, as the first plan that has it names and places it."""
    found: dict[str, dict[str, Any]] = {}
    for plan in plans:
        for school, name, point in zip(plan.schools["school_id"], plan.schools["name"], in_degrees(shapes_of(plan.schools), plan.crs), strict=True):
            spot = None if point is None or point.is_empty else [round(point.y, 6), round(point.x, 6)]
            found.setdefault(str(school), {"id": str(school), "name": str(name), "at": spot, "stages": []})
        for row in plan.school_stages.itertuples():
            stages = found[str(row.school_id)]["stages"]
            if row.stage not in stages:
                stages.append(row.stage)
    return [found[i] for i in ids]


def _zones_view(plans: Sequence[Plan], stage: str, at: Any, order: Sequence[NDArray[Any]]) -> dict[str, Any]:
    """Zones of the same schools are one group, in whatever plan."""
    groups: dict[tuple[int, ...], int] = {}
    sides: list[dict[str, Any] | None] = []
    edges, pupils = [np.empty((0, 2), dtype=np.int64)], None
    for plan, position in zip(plans, order, strict=True):
        if stage not in plan.zoned_stages:
            sides.append(None)
            continue
        layer, views = zone_layer(plan, stage), stage_views(plan, stage)
        rows = plan.zone_schools[plan.zone_schools["stage"] == stage]
        members = {zone: tuple(sorted(at.get_indexer(schools).tolist())) for zone, schools in rows.groupby("zone_id")["school_id"]}
        group = np.array([groups.setdefault(members[zone], len(groups)) for zone in layer["zone_id"]] + [-1], dtype=np.int64)
        zone = pd.Index(layer["zone_id"]).get_indexer(pd.Index(plan.blocks[f"zone_id_{stage}"]))[position]
        school = np.append(at.get_indexer(list(views.school_ids)), -1)[views.plan.school_of_block][position]
        load = {int(at.get_indexer([s])[0]): (n, seats) for s, n, seats in zip(views.school_ids, views.plan.load, views.plan.seats, strict=True)}
        sides.append(
            {
                "of": group[zone].tolist(),
                "school": school.tolist(),
                "metres": [round(m) if math.isfinite(m) else None for m in views.plan.distance_m[position].tolist()],
                "at": _by_group(group[:-1], spots(shapes_of(layer), plan.crs)),
                "load": _by_group(group[:-1], [_sum_of(members[z], load) for z in layer["zone_id"]]),
            }
        )
        edges.append(group[touching(shapes_of(layer))].reshape(-1, 2))
        pupils = [short(p) for p in views.plan.demand] if pupils is None else pupils
    colours = colour_numbers(len(groups), np.concatenate(edges))
    return {
        "kind": "zones",
        "stage": stage,
        "pupils": pupils,
        "groups": [{"schools": list(schools), "colour": colours[g]} for schools, g in groups.items()],
        "plans": _of_all(sides, len(groups), ("at", "load")),
    }


def _sum_of(schools: tuple[int, ...], load: dict[int, tuple[float, float]]) -> list[Any]:
    pairs = [load[s] for s in schools if s in load]
    return [short(sum(p for p, _ in pairs)), short(sum(s for _, s in pairs))]


def _by_group(group: NDArray[np.int64], values: list[Any]) -> dict[int, Any]:
    return dict(zip(group.tolist(), values, strict=True))


def _of_all(sides: list[dict[str, Any] | None], count: int, keys: tuple[str, ...]) -> list[dict[str, Any] | None]:
    """What a plan says of its own groups as lists over all groups, None for those it has not."""
    return [None if side is None else {**side, **{key: [side[key].get(g) for g in range(count)] for key in keys}} for side in sides]


def _district_views(plans: Sequence[Plan], layers: list[tuple[int, Any]], district: NDArray[np.int64], area: NDArray[np.float64]) -> list[dict[str, Any]]:
    """One view for each scheme and level that a plan has."""
    found: dict[tuple[str, int], list[tuple[int, Any, NDArray[np.int64]]]] = {}
    for (p, layer), column in zip(layers, district.T, strict=True):
        found.setdefault((str(layer["scheme"].iloc[0]), int(layer["level"].iloc[0])), []).append((p, layer, column))
    return [_district_view(plans, key, sides, area) for key, sides in found.items()]


def _district_view(plans: Sequence[Plan], key: tuple[str, int], given: list[tuple[int, Any, NDArray[np.int64]]], area: NDArray[np.float64]) -> dict[str, Any]:
    """Districts of another plan are those of the first with which they share most ground, both ways; the others are groups of their own."""
    sides: list[dict[str, Any] | None] = [None] * len(plans)
    edges, count, base = [np.empty((0, 2), dtype=np.int64)], 0, None
    for p, layer, column in given:
        shapes, size = shapes_of(layer), len(layer)
        same = np.full(size, -1) if base is None else same_ground(base, column, area, size)
        new = np.flatnonzero(same < 0)
        same[new] = count + np.arange(len(new))
        base, count = (column if base is None else base), count + len(new)
        names = [str(n) if isinstance(n, str) and n else str(i) for i, n in zip(layer["district_id"], layer["name"], strict=True)]
        sides[p] = {"of": np.append(same, -1)[column].tolist(), "at": _by_group(same, spots(shapes, plans[p].crs)), "names": _by_group(same, names)}
        edges.append(same[touching(shapes)].reshape(-1, 2))
    colours = colour_numbers(count, np.concatenate(edges))
    titles = {lang: scheme_name(key[0], lang, key[1]) for lang in LANGUAGES}
    return {"kind": "districts", "title": titles, "groups": [{"colour": c} for c in colours], "plans": _of_all(sides, count, ("at", "names"))}


def same_ground(first: NDArray[np.int64], other: NDArray[np.int64], area: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """For each of ``size`` districts of ``other`` the district of ``first`` it shares most ground with, where that one also shares most with it; else -1.

    ``first`` and ``other`` (n,) give the district of every area, -1 for none; ``area`` (n,) in square metres.

    Examples
    --------
    >>> same_ground(np.array([0, 0, 1, 1]), np.array([1, 1, 1, 0]), np.ones(4), 2).tolist()
    [1, 0]
    """
    shared = np.zeros((size, int(first.max(initial=-1)) + 1))
    inside = (first >= 0) & (other >= 0)
    np.add.at(shared, (other[inside], first[inside]), area[inside])
    found = np.full(size, -1)
    if not shared.size:
        return found
    best, back = shared.argmax(axis=1), shared.argmax(axis=0)
    mutual = (back[best] == np.arange(size)) & (shared.max(axis=1) > 0)
    found[mutual] = best[mutual]
    return found
