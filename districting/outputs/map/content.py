"""What a page knows of a plan, as plain lists; what the public must not see is left out here, not hidden in the browser."""

from __future__ import annotations

import math
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.auditing.views import StageViews, stage_views
from districting.errors import DataError, Fault
from districting.model.draft_mark import is_draft
from districting.model.estimate_mark import estimated_columns
from districting.model.plan import Plan
from districting.model.stages import STAGES
from districting.outputs.estimate_words import estimate_sentence
from districting.outputs.map.charts import charts
from districting.outputs.map.colours import PALETTE, colour_numbers
from districting.outputs.map.editing import edit_content
from districting.outputs.map.given import given_measures
from districting.outputs.map.ground import drawn_shapes, in_degrees, pieces, position_inside, shapes_of, spots, touching
from districting.outputs.map.judgement import findings, left_out
from districting.outputs.map.lenses import lenses
from districting.outputs.map.links import links
from districting.outputs.map.measures import measures
from districting.outputs.map.odds import add_odds
from districting.outputs.map.options import PageOptions
from districting.outputs.map.schools import role_marks, schools, short
from districting.outputs.map.search_keys import search_keys
from districting.outputs.map.topology import topology
from districting.outputs.map.why import far_blocks, goals_and_rules, zone_prices
from districting.outputs.public import public_plan
from districting.outputs.scheme_names import scheme_name
from districting.wording import LANGUAGES, say, text

Audience = Literal["internal", "public"]
FORMAT: Final = "page-1"
"""Version of the page's data; the geometry in ``ground`` carries its own."""

_LINES: Final = ("outline", "county", "road", "barrier")


def page_content(plan: Plan, audience: Audience, lang: str, options: PageOptions | None = None) -> dict[str, Any]:
    """Everything the page shows. Positions refer to the lists ``schools``, ``zones[stage]`` and ``groupings[g].districts``."""
    options = options or PageOptions()
    if audience == "public":
        plan = public_plan(plan)
    at: Any = pd.Index(plan.schools["school_id"])
    layers = district_layers(plan)
    zoned = plan.zoned_stages if len(plan.blocks) else ()
    blocks = shapes_of(plan.blocks) if zoned or not layers else np.empty(0, dtype=object)
    groupings = [_grouping(plan, layer, at) for layer in layers]
    if audience == "internal":
        for one in groupings:
            _add_closed(one, plan)
    territory = [shapes_of(layer.to_crs(plan.crs)) for layer in layers]
    kind = "block" if len(blocks) else "district"
    drawn, group = (blocks, districts_of_blocks(blocks, territory)) if len(blocks) else pieces(territory)
    content: dict[str, Any] = {
        "format": FORMAT,
        "title": _title(plan, lang),
        "year": plan.year,
        "lang": lang,
        "audience": audience,
        "draft": is_draft(plan),
        **({"estimated": {said: estimate_sentence(plan, said) for said in LANGUAGES}} if estimated_columns(plan) else {}),
        "palette": list(PALETTE),
        "roles": role_marks(audience),
        "ground": topology(options.placed(in_degrees(drawn_shapes(drawn), plan.crs))).encoded(),
        "unit": {"kind": kind, **_names(plan, kind, groupings, group), "group": group.T.tolist(), "stage": {}},
        "zones": {stage: _zones(plan, stage, at) for stage in zoned},
        "groupings": groupings,
        "schools": schools(plan, at, groupings, audience),
        "findings": findings(plan, audience),
        "left": left_out(plan, audience),
        "backdrop": _backdrop(plan),
        "charts": charts(plan, audience, options.drawn) if len(blocks) else {},
        **options.told(plan),
    }
    if len(blocks):
        content["unit"]["stage"] = {stage: _stage_of_blocks(plan, stage, at) for stage in zoned}
        content["rules"] = {stage: goals_and_rules(plan, stage) for stage in zoned}
    content["measures"] = measures(content["unit"]["stage"]) + (add_odds(content, plan) if len(blocks) else [])
    content["search"] = search_keys(_all_names(content))
    if audience == "internal":
        content["measures"] += given_measures(options.values, content["unit"]["id"], zoned) if len(blocks) else []
        content["links"] = links(plan, at)
        content["lenses"] = lenses(plan) if len(blocks) else []
        content |= _edit(plan) if len(blocks) else _not_edited(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy")))
    return options.placed_content(content)


def _title(plan: Plan, lang: str) -> str:
    """The plan's name, and that it rests on estimates where it does not say so itself."""
    mark = say("osm.estimated_word", lang)
    return say("osm.estimated_name", lang, name=plan.name) if estimated_columns(plan) and mark not in plan.name else plan.name


def _all_names(content: dict[str, Any]) -> list[str]:
    """Every name that can be searched for."""
    districts = (d["name"] for grouping in content["groupings"] for d in grouping["districts"])
    return [*(s["name"] for s in content["schools"]), *content["unit"]["name"], *districts]


def _edit(plan: Plan) -> dict[str, Any]:
    """What the editor needs, or under ``no_edit`` why this plan cannot be edited, by language: the map is drawn all the same."""
    try:
        edit = edit_content(plan)
    except DataError as error:
        return _not_edited(*error.faults)
    return _not_edited(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy"))) if edit is None else {"edit": edit}


def _not_edited(*faults: Fault) -> dict[str, Any]:
    return {"no_edit": {lang: [fault.problem.say(lang) for fault in faults] for lang in LANGUAGES}}


def districts_of_blocks(blocks: NDArray[Any], territory: list[NDArray[Any]]) -> NDArray[np.int64]:
    """(n blocks, number of groupings) positions, -1 where a block lies in no district."""
    none = np.empty((len(blocks), 0), dtype=np.int64)
    return np.column_stack([none, *(position_inside(blocks, shapes) for shapes in territory)])


def district_layers(plan: Plan) -> list[Any]:
    """The districts, one layer for each scheme and level, in the order they were made: primary before junior, trees before their parts."""
    if not len(plan.districts):
        return []
    return [layer.reset_index(drop=True) for _, layer in plan.districts.groupby(["scheme", "level"], sort=False)]


def _names(plan: Plan, kind: str, groupings: list[dict[str, Any]], group: NDArray[np.int64]) -> dict[str, list[str]]:
    if kind == "block":
        return {"id": plan.blocks["block_id"].astype(str).tolist(), "name": plan.blocks["name"].fillna("").astype(str).tolist()}
    first = [next(groupings[g]["districts"][d] for g, d in enumerate(row) if d >= 0) for row in group.tolist()]
    return {"id": [d["id"] for d in first], "name": [d["name"] for d in first]}


def _stage_of_blocks(plan: Plan, stage: str, at: Any) -> dict[str, Any]:
    """Lists over the blocks. As in the audit, a block whose school of today is in no zone of the plan does not count as changed."""
    views = stage_views(plan, stage)
    number = np.append(at.get_indexer(list(views.school_ids)), -1)
    today = plan.today[plan.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"].reindex(plan.blocks["block_id"])
    now, before = number[views.plan.school_of_block], at.get_indexer(today)
    counted = (before >= 0) & np.isin(before, number[:-1])
    return {
        "zone": pd.Index(zone_layer(plan, stage)["zone_id"]).get_indexer(pd.Index(plan.blocks[f"zone_id_{stage}"])).tolist(),
        "school": now.tolist(),
        "today": before.tolist(),
        "changed": (counted & (now != before)).astype(int).tolist(),
        "pupils": [short(p) for p in views.plan.demand],
        "metres": _metres(views.plan.distance_m),
        "nearest": _metres(views.plan.nearest_m),
        "was": _was(views, before),
        **_why(plan, stage),
        **far_blocks(plan, stage, at),
    }


def _was(views: StageViews, before: NDArray[np.int64]) -> dict[str, list[Any]]:
    """Metres to the school of today, for the blocks (``block``) where they are not those of the plan."""
    if views.today is None:
        return {"block": [], "metres": []}
    metres, now = _metres(views.today.distance_m), _metres(views.plan.distance_m)
    other = [u for u, (a, b) in enumerate(zip(metres, now, strict=True)) if a != b and before[u] >= 0]
    return {"block": other, "metres": [metres[u] for u in other]}


def _why(plan: Plan, stage: str) -> dict[str, Any]:
    """Why each block goes where it goes: ``reasons`` lists the words that occur, ``why`` the position of each block's word (-1 = not known)."""
    rows = plan.reasons[plan.reasons["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["reason"]
    words = sorted(set(rows))
    return {"reasons": words, "why": pd.Index(words).get_indexer(pd.Index(rows.reindex(plan.blocks["block_id"]))).tolist()} if words else {}


def _metres(values: NDArray[np.float64]) -> list[int | None]:
    return [round(m) if math.isfinite(m) else None for m in values.tolist()]


def zone_layer(plan: Plan, stage: str) -> Any:
    """The zones of a stage in the order of their ids: positions of zones refer to it."""
    return plan.zones[plan.zones["stage"] == stage].sort_values("zone_id").reset_index(drop=True)


def _zones(plan: Plan, stage: str, at: Any) -> list[dict[str, Any]]:
    """The zones of a stage; after them, without an id, the schools that blocks go to today but that have no zone in the plan."""
    layer = zone_layer(plan, stage)
    members = plan.zone_schools[plan.zone_schools["stage"] == stage].groupby("zone_id")["school_id"].agg(list)
    shapes = shapes_of(layer)
    rows = [
        {"id": zone, "schools": at.get_indexer(members[zone]).tolist(), "colour": colour, "at": spot, **price}
        for zone, colour, spot, price in zip(
            layer["zone_id"],
            colour_numbers(len(layer), touching(shapes)),
            spots(shapes, plan.crs),
            zone_prices(plan, stage, [members[zone] for zone in layer["zone_id"]]),
            strict=True,
        )
    ]
    zoned = {school for row in rows for school in row["schools"]}
    today = at.get_indexer(plan.today.loc[plan.today["stage"] == stage, "school_id"].dropna().unique())
    only_today = sorted({int(s) for s in today if s >= 0} - zoned)
    return rows + [{"id": "", "schools": [school], "colour": n % len(PALETTE), "at": None} for n, school in enumerate(only_today)]


def _grouping(plan: Plan, layer: Any, at: Any) -> dict[str, Any]:
    scheme = str(layer["scheme"].iloc[0])
    mine = plan.memberships[plan.memberships["scheme"] == scheme]
    shapes = shapes_of(layer)
    anchors = _anchors(plan, scheme)
    districts = []
    for row, colour, spot in zip(layer.itertuples(), colour_numbers(len(layer), touching(shapes)), spots(shapes, plan.crs), strict=True):
        members = mine[mine["district_id"] == row.district_id]
        districts.append(
            {
                "id": str(row.district_id),
                "name": str(row.name) if isinstance(row.name, str) and row.name else str(row.district_id),
                "lead": _positions(at, members.loc[members["role"] == "lead", "school_id"]),
                "members": _positions(at, members["school_id"]),
                "anchors": anchors.get(str(row.district_id), []),
                "colour": colour,
                "at": spot,
            }
        )
    level = int(layer["level"].iloc[0])
    names = {lang: scheme_name(scheme, lang, level) for lang in LANGUAGES}
    return {
        "scheme": scheme,
        "level": level,
        "names": names,
        "ground": _ground(plan, scheme),
        "districts": districts,
    }


def _add_closed(grouping: dict[str, Any], plan: Plan) -> None:
    """``closed`` of each district that shares: stage -> share by which sharing lowers the mean coefficient between its schools. Internal only."""
    effect = plan.sharing_effect
    rows = effect[(effect["scheme"] == grouping["scheme"]) & effect["before"].notna() & effect["after"].notna()] if len(effect) else effect
    sums = rows.groupby(["district_id", "stage"], sort=False)[["before", "after"]].sum() if len(rows) else rows
    for district in grouping["districts"]:
        mine = [(stage, sums.loc[(district["id"], stage)]) for stage in STAGES if len(rows) and (district["id"], stage) in sums.index]
        closed = {stage: float(1.0 - s["after"] / s["before"]) for stage, s in mine if s["before"] > 0}
        if closed:
            district["closed"] = closed


def _ground(plan: Plan, scheme: str) -> str:
    """What the districts are made of, as the decision recorded it that made them: one of districts, or a form of links that makes areas."""
    form, _, stage = scheme.rpartition("_")
    parts = (f"grouping.{scheme}", f"pairing.{form}.{stage}" if stage in STAGES else f"pairing.{scheme}")
    return next((str(kind) for part in parts if (kind := plan.recorded(part, "territory"))), "")


def _anchors(plan: Plan, scheme: str) -> dict[str, list[str]]:
    """District -> names of the places that anchor its theme, nearest first."""
    mine = plan.anchors[plan.anchors["scheme"] == scheme] if len(plan.anchors) else plan.anchors
    return {str(district): rows["name"].astype("str").tolist() for district, rows in mine.groupby("district_id", sort=False)} if len(mine) else {}


def _positions(at: Any, ids: Any) -> list[int]:
    return sorted({int(i) for i in at.get_indexer(ids) if i >= 0})


def _backdrop(plan: Plan) -> list[dict[str, Any]]:
    """Lines over the areas: county borders, roads, barriers."""
    if not len(plan.backdrop):
        return []
    wanted = plan.backdrop[plan.backdrop["kind"].isin(_LINES)]
    shapes = in_degrees(np.asarray(shapely.simplify(shapes_of(wanted), 10.0), dtype=object), plan.crs)
    rows = []
    for kind, shape in zip(wanted["kind"], shapes, strict=True):
        lines = shapely.boundary(shape) if shape.geom_type.endswith("Polygon") else shape
        for line in shapely.get_parts(lines):
            rows.append({"kind": kind, "line": [[round(y, 5), round(x, 5)] for x, y in shapely.get_coordinates(line).tolist()]})
    return rows
