"""The zoning decision: every stage that the settings zone, added to a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import Gathered
from districting.geography.shapes import dissolve
from districting.model.plan import Plan
from districting.model.settings import DistanceLimits, InputSpec, ZoningRules
from districting.model.stages import STAGES, Stage
from districting.planning.block_graph import BlockGraph, block_graph
from districting.planning.exceptions import stage_with_exceptions, with_exceptions_of
from districting.planning.reasons import RuleMarks, rule_marks, with_reasons
from districting.planning.rows import county_names, left_out_of, note_rows, provenance_rows, stack
from districting.planning.zoning_build import build_stage
from districting.planning.zoning_solve import StageZones, solve_stage, zone_tables
from districting.planning.zoning_stage import positions_today
from districting.progress import tell_part
from districting.reading.city import City
from districting.reading.repair import polygonal


def add_zones(plan: Plan, city: City, stages: tuple[Stage, ...], given: Mapping[str, StageZones] | None = None) -> Plan:
    """A copy of ``plan`` with the attendance zones of ``stages``, solved in school order; a later stage may keep the zones of an earlier one whole.

    ``given``: stages that are solved already.

    Raises
    ------
    DataError, InfeasibleError : see build_stage and districting.zoning.assign_blocks
    """
    graph = block_graph(city)
    settings = city.settings
    order = [stage for stage in STAGES if stage in stages]
    solved = given or {}
    ready, gathered = {}, Gathered()
    for stage in order:
        if stage not in solved and settings.zoning[stage].rules.whole_units not in stages:
            with gathered:
                ready[stage] = build_stage(city, graph, stage)
    gathered.refuse()
    plan = _with_graph(plan, city, graph)
    done: dict[str, NDArray[np.int64]] = {}
    marks: dict[str, RuleMarks] = {}
    for stage in order:
        if stage in solved:
            zones = solved[stage]
        else:
            tell_part("zones", stage)
            problem = stage_with_exceptions(ready[stage] if stage in ready else build_stage(city, graph, stage, done), city)
            zones = solve_stage(problem, settings.solve, settings.project.seed, county_names(city))
        done[stage] = zones.zone_of_block
        marks[stage] = rule_marks(zones.problem, city.blocks["block_id"].to_numpy(dtype=object))
        plan = _with_stage(plan, city, zones)
    return with_reasons(with_exceptions_of(plan, city), tuple(order), marks)


def _with_graph(plan: Plan, city: City, graph: BlockGraph) -> Plan:
    ids = city.blocks["block_id"].to_numpy(dtype=object)
    pairs = np.concatenate([graph.edges, graph.bridges])
    shared = np.concatenate([graph.shared_m, np.zeros(len(graph.bridges))])
    cut = np.concatenate([graph.cut, np.zeros(len(graph.bridges), dtype=np.bool_)])
    edges = pd.DataFrame({"block_a": ids[pairs[:, 0]], "block_b": ids[pairs[:, 1]], "shared_m": shared, "cut": cut})
    blocks = plan.blocks.assign(area_m2=graph.area_m2, perimeter_m=graph.perimeter_m)
    return plan.replace(blocks=blocks, edges=edges, notes=stack(plan.notes, note_rows(graph.notes, plan.language)), today=city.today.copy())


def _with_stage(plan: Plan, city: City, zones: StageZones) -> Plan:
    ids = city.blocks["block_id"].to_numpy(dtype=object)
    today = positions_today(city, zones.stage, zones.problem.offers)
    tables: Mapping[str, pd.DataFrame] = zone_tables(zones, ids, today)
    labels = np.array(zones.problem.zone_ids, dtype=object)[zones.zone_of_block]
    blocks = plan.blocks.copy()
    blocks[f"zone_id_{zones.stage}"] = labels
    year = pd.Series(plan.year, index=tables["demand"].index, dtype="int64")
    changes: dict[str, Any] = {name: stack(getattr(plan, name), frame) for name, frame in tables.items() if name != "demand"}
    changes["demand"] = stack(plan.demand, tables["demand"].assign(year=year)[["block_id", "stage", "year", "pupils"]])
    record = {**zones.record, "distance": zones.problem.settings.distance_word, "demand": zones.problem.settings.demand}
    return plan.replace(
        blocks=blocks,
        schools=_with_homes(plan.schools, zones, ids),
        zones=stack(plan.zones, zone_shapes(blocks, labels, zones.stage)),
        coverage=left_out_of(plan.coverage, zones.problem.offers.left_out, f"zoning.{zones.stage}"),
        notes=said_once(stack(plan.notes, note_rows(zones.problem.travel.notes, plan.language))),
        rules=stack(plan.rules, _rules(zones)),
        provenance=stack(plan.provenance, provenance_rows(f"zoning.{zones.stage}", record)),
        **changes,
    )


def _with_homes(schools: Any, zones: StageZones, block_ids: NDArray[Any]) -> Any:
    """The layer of schools with the block in which each school of the stage was held to stand."""
    home = dict(zip(zones.problem.offers.taken["school_id"], block_ids[zones.problem.home], strict=True))
    return schools.assign(home_block_id=schools["school_id"].map(home).fillna(schools["home_block_id"]).astype("str"))


_OF_A_STAGE: Final = re.compile(r"zoning\.\w+\.distance")


def said_once(notes: pd.DataFrame) -> pd.DataFrame:
    """The notes without repetitions: what is said alike of the ways of several stages is said once, of all of them.

    >>> note = {"file": "", "sheet": "", "row": "", "problem": "far", "remedy": "draw"}
    >>> rows = [note | {"column": f"zoning.{stage}.distance"} for stage in ("primary", "junior")] + [note | {"column": "inputs.roads"}]
    >>> said_once(pd.DataFrame(rows))["column"].tolist()
    ['zoning.primary.distance, zoning.junior.distance', 'inputs.roads']
    """
    notes = notes.drop_duplicates(ignore_index=True)
    words = [c for c in notes.columns if c != "column"]
    places: dict[tuple[str, ...], dict[str, None]] = {}
    column = []
    for said, place in zip(notes[words].itertuples(index=False, name=None), notes["column"], strict=True):
        stages = str(place).split(", ")
        if all(_OF_A_STAGE.fullmatch(s) for s in stages):
            places.setdefault(said, {}).update(dict.fromkeys(stages))
            column.append(places[said])
        else:
            column.append({str(place): None})
    return notes.assign(column=pd.Series([", ".join(c) for c in column], index=notes.index, dtype="str")).drop_duplicates(ignore_index=True)


def zone_shapes(blocks: Any, zone_of_block: NDArray[Any], stage: str) -> Any:
    """The ``zones`` layer of one stage: the union of each zone's blocks; without shapes where the blocks have no outlines."""
    import geopandas as gpd

    ids, position = np.unique(zone_of_block.astype(str), return_inverse=True)
    outlines = np.asarray(blocks.geometry.array, dtype=object)
    shapes = dissolve(outlines, position, len(ids)) if polygonal(outlines).all() else np.full(len(ids), None, dtype=object)
    return gpd.GeoDataFrame({"zone_id": ids.astype(object), "stage": stage}, geometry=list(shapes), crs=blocks.crs)


def _rules(zones: StageZones) -> pd.DataFrame:
    """Every rule of the stage as it was asked for; the independent check has found none broken."""
    rules = zones.problem.settings.rules
    switches = {"connected": rules.contiguous, "home_block": rules.home_block, "within_county": rules.within_county, "share_zone": rules.share_zone}
    stated = {"seats": "on" if rules.seats == "hard" else f"soft {rules.seats_price:g}"} | {name: "on" if on else "off" for name, on in switches.items()}
    stated |= {name: _value(getattr(rules, name)) for name in _OPTIONAL_RULES if getattr(rules, name)}
    rows = [{"decision": "zoning", "stage": zones.stage, "rule": rule, "value": value, "holds": True} for rule, value in stated.items()]
    return pd.DataFrame(rows)


_OPTIONAL_RULES = tuple(
    f.name for f in fields(ZoningRules) if f.name not in ("contiguous", "home_block", "within_county", "share_zone", "seats", "seats_price")
)


def _value(given: Any) -> str:
    """A rule's setting in one word or two."""
    if isinstance(given, InputSpec):
        return given.path
    if isinstance(given, DistanceLimits):
        return " ".join(f"{name}={metres:g}" for name, metres in (("urban", given.urban), ("rural", given.rural)) if metres is not None)
    if isinstance(given, tuple):
        return " ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in given)
    return "on" if given is True else f"{given:g}" if isinstance(given, (int, float)) else str(given)
