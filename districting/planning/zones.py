"""The zoning decision: every stage that the settings zone, added to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.geography.shapes import dissolve
from districting.model.plan import Plan
from districting.model.stages import Stage
from districting.planning.block_graph import BlockGraph, block_graph
from districting.planning.rows import county_names, note_rows, provenance_rows, stack
from districting.planning.zoning_build import StageProblem, build_stage
from districting.planning.zoning_solve import StageZones, solve_stage, zone_tables
from districting.reading.city import City


def add_zones(plan: Plan, city: City, stages: tuple[Stage, ...]) -> Plan:
    """A copy of ``plan`` with the attendance zones of ``stages``.

    Raises
    ------
    DataError, InfeasibleError : see build_stage and districting.zoning.assign_blocks
    """
    graph = block_graph(city)
    settings = city.settings
    problems = [build_stage(city, graph, stage) for stage in stages]
    plan = _with_graph(plan, city, graph)
    for problem in problems:
        zones = solve_stage(problem, settings.solve, settings.project.seed, county_names(city))
        plan = _with_stage(plan, city, graph, zones)
    return plan


def _with_graph(plan: Plan, city: City, graph: BlockGraph) -> Plan:
    ids = city.blocks["block_id"].to_numpy(dtype=object)
    edges = pd.DataFrame({"block_a": ids[graph.edges[:, 0]], "block_b": ids[graph.edges[:, 1]], "shared_m": graph.shared_m, "cut": graph.cut})
    return plan.replace(edges=edges, notes=stack(plan.notes, note_rows(graph.notes, plan.language)), today=city.today.copy())


def _with_stage(plan: Plan, city: City, graph: BlockGraph, zones: StageZones) -> Plan:
    ids = city.blocks["block_id"].to_numpy(dtype=object)
    today = _positions_today(city, zones.problem)
    tables: Mapping[str, pd.DataFrame] = zone_tables(zones, ids, graph.xy, today)
    labels = np.array(zones.problem.zone_ids, dtype=object)[zones.zone_of_block]
    blocks = plan.blocks.copy()
    blocks[f"zone_id_{zones.stage}"] = labels
    year = pd.Series(plan.year, index=tables["demand"].index, dtype="int64")
    changes: dict[str, Any] = {name: stack(getattr(plan, name), frame) for name, frame in tables.items() if name != "demand"}
    changes["demand"] = stack(plan.demand, tables["demand"].assign(year=year)[["block_id", "stage", "year", "pupils"]])
    record = {**zones.record, "distance": zones.problem.settings.distance, "demand": zones.problem.settings.demand}
    return plan.replace(
        blocks=blocks,
        zones=stack(plan.zones, zone_shapes(blocks, labels, zones.stage)),
        coverage=stack(plan.coverage, zones.problem.offers.left_out),
        rules=stack(plan.rules, _rules(zones)),
        provenance=stack(plan.provenance, provenance_rows(f"zoning.{zones.stage}", record)),
        **changes,
    )


def zone_shapes(blocks: Any, zone_of_block: NDArray[Any], stage: str) -> Any:
    """The ``zones`` layer of one stage: the union of each zone's blocks."""
    import geopandas as gpd

    ids, position = np.unique(zone_of_block.astype(str), return_inverse=True)
    shapes = dissolve(np.asarray(blocks.geometry.array), position, len(ids))
    return gpd.GeoDataFrame({"zone_id": ids.astype(object), "stage": stage}, geometry=list(shapes), crs=blocks.crs)


def _positions_today(city: City, problem: StageProblem) -> NDArray[np.int64]:
    rows = city.today[city.today["stage"] == problem.stage].drop_duplicates("block_id").set_index("block_id")["school_id"]
    school = pd.Index(problem.offers.taken["school_id"])
    return school.get_indexer(rows.reindex(city.blocks["block_id"]).to_numpy()).astype(np.int64)


def _rules(zones: StageZones) -> pd.DataFrame:
    rules = zones.problem.settings.rules
    stated = {
        "seats": True,
        "connected": rules.contiguous,
        "home_block": rules.home_block,
        "within_county": rules.within_county,
        "share_zone": rules.share_zone,
    }
    rows = [{"decision": "zoning", "stage": zones.stage, "rule": rule, "value": "on" if on else "off", "holds": True} for rule, on in stated.items()]
    return pd.DataFrame(rows)
