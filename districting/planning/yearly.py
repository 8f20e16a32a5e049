"""The yearly update: start from last year's plan, list what came and went, weigh every move, and say what staying near the plan costs."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import Fault
from districting.measures.zoning_terms import zoning_terms
from districting.model.goals import Distance
from districting.model.kinds import refuse_public
from districting.model.plan import Plan
from districting.model.settings import Settings, SolveSettings
from districting.model.stages import Stage
from districting.planning.block_graph import block_graph
from districting.planning.exceptions import stage_with_exceptions
from districting.planning.neighbourhood import DEFAULT_STABILITY_M
from districting.planning.rows import county_names, provenance_rows, stack
from districting.planning.zoning_build import StageProblem, build_stage, needs_distance
from districting.planning.zoning_solve import solve_stage
from districting.planning.zoning_stage import positions_today
from districting.reading.city import City
from districting.wording import text

FREE_STEPS_SHARE = 0.2
"""Proposals of the free plan that prices are held against, as a share of those of the plan itself."""


@dataclass(frozen=True, eq=False)
class Base:
    """Last year's plan with the name and SHA-256 of its file."""

    plan: Plan
    name: str = ""
    sha256: str = ""


def base_of(plan: Plan, path: str | Path) -> Base:
    """The plan that was read from ``path``."""
    refuse_public(plan)
    return Base(plan, Path(path).name, hashlib.sha256(Path(path).read_bytes()).hexdigest())


def with_base(plan: Plan, base: Base) -> Plan:
    """``plan`` with the provenance of the plan it started from."""
    record = {"file": base.name, "sha256": base.sha256, "name": base.plan.name, "year": base.plan.year}
    kept = plan.provenance[plan.provenance["part"] != "base"]
    return plan.replace(provenance=pd.concat([kept, provenance_rows("base", record)], ignore_index=True))


def start_from(city: City, base: Base) -> City:
    """The city whose today is last year's plan in every stage zoned then and now, and in which a move weighs 300 m unless the config says otherwise.

    Blocks that are new or gone and schools that are no more are listed in the notes, one by one; none is matched by guess. Address exceptions of last year
    are carried over until they run out; the city's own come first.
    """
    stages = [s for s in city.settings.zoning if s in base.plan.zoned_stages]
    notes: list[Fault] = []
    today = [city.today[~city.today["stage"].isin(stages)]]
    for stage in stages:
        rows, more = _stage_today(city, base, stage)
        today.append(rows)
        notes += more
    notes = _blocks_come_and_gone(city, base) + notes
    merged = pd.concat([t for t in today if len(t)] or [city.today.iloc[:0]], ignore_index=True)
    return dataclasses.replace(
        city,
        settings=_with_stability(city.settings, stages),
        today=merged,
        exceptions=_exceptions(city, base),
        notes=(*city.notes, *notes),
    )


def _stage_today(city: City, base: Base, stage: str) -> tuple[pd.DataFrame, list[Fault]]:
    """block_id, stage, school_id by last year's zones; of a zone of several schools the first that is still there."""
    offered = set(city.school_stages.loc[city.school_stages["stage"] == stage, "school_id"])
    members = base.plan.zone_schools[base.plan.zone_schools["stage"] == stage]
    still = members[members["school_id"].isin(offered)].drop_duplicates("zone_id").set_index("zone_id")["school_id"]
    zone = base.plan.blocks.set_index("block_id")[f"zone_id_{stage}"].reindex(city.blocks["block_id"])
    rows = pd.DataFrame({"block_id": zone.index.to_numpy(dtype=object), "stage": stage, "school_id": zone.map(still).to_numpy(dtype=object)})
    notes = [
        _note(text("variants.school_gone", school=school, stage=text(f"word.{stage}"), blocks=int((zone == z).sum())), "variants.school_gone_remedy", base.name)
        for z, school in members.loc[~members["school_id"].isin(offered), ["zone_id", "school_id"]].itertuples(index=False)
    ]
    return rows.dropna(subset="school_id").astype("str").reset_index(drop=True), notes


def _blocks_come_and_gone(city: City, base: Base) -> list[Fault]:
    now, then = set(city.blocks["block_id"]), set(base.plan.blocks["block_id"])
    new = [_note(text("variants.block_new", block=b), "variants.block_new_remedy", base.name) for b in sorted(now - then)]
    return new + [_note(text("variants.block_gone", block=b), "variants.block_gone_remedy", base.name) for b in sorted(then - now)]


def _note(problem: Any, remedy: str, file: str) -> Fault:
    return Fault(problem, text(remedy), file=file, column="block_id", severity="warning")


def _with_stability(settings: Settings, stages: list[Stage]) -> Settings:
    """A weight on moves for the stages that start from a plan, where the config gives none."""
    zoning = dict(settings.zoning)
    for stage in stages:
        objective = zoning[stage].objective
        if objective.stability == 0:
            zoning[stage] = dataclasses.replace(zoning[stage], objective=dataclasses.replace(objective, stability=DEFAULT_STABILITY_M))
    return dataclasses.replace(settings, zoning=zoning)


def _exceptions(city: City, base: Base) -> pd.DataFrame:
    """The city's exceptions, and those of last year for other blocks and stages."""
    named = set(zip(city.exceptions["block_id"], city.exceptions["stage"], strict=True))
    old = base.plan.exceptions
    mask = [(b, s) not in named for b, s in zip(old["block_id"], old["stage"], strict=True)]
    kept = old[np.array(mask, dtype=np.bool_)] if len(old) else old
    return stack(city.exceptions, kept[kept["block_id"].isin(set(city.blocks["block_id"]))])


def add_price(plan: Plan, city: City, base: Base) -> Plan:
    """``plan`` with what it costs to stay near last year's: part ``yearly.STAGE`` of the provenance.

    pupils_moved and pupils_moved_free (by a plan with the same rules and goals but no weight on moves), distance_pupil_km, price_pupil_km (the difference in
    distance to that plan), blocks_new (without a zone last year). The free search gets a fifth of the budget, and takes this plan where it finds none better.
    """
    stages = [s for s in city.settings.zoning if s in base.plan.zoned_stages]
    parts = [with_base(plan, base).provenance]
    graph = block_graph(city) if stages else None
    for stage in stages:
        objective = dataclasses.replace(city.settings.zoning[stage].objective, stability=0.0)
        zoning = {**city.settings.zoning, stage: dataclasses.replace(city.settings.zoning[stage], objective=objective)}
        free_city = dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning=zoning))
        assert graph is not None
        problem = stage_with_exceptions(build_stage(free_city, graph, stage, _zones_of(plan)), city)
        parts.append(provenance_rows(f"yearly.{stage}", _priced(plan, city, problem, stage)))
    return plan.replace(provenance=pd.concat(parts, ignore_index=True))


def _priced(plan: Plan, city: City, problem: StageProblem, stage: Stage) -> dict[str, Any]:
    made = float(plan.recorded(f"zoning.{stage}", "steps") or 0)
    solve = dataclasses.replace(city.settings.solve, steps=max(20_000, int(made * FREE_STEPS_SHARE))) if made else SolveSettings()
    free = solve_stage(problem, solve, city.settings.project.seed, county_names(city)).zone_of_block
    mine = pd.Index(problem.zone_ids).get_indexer(pd.Index(plan.blocks[f"zone_id_{stage}"].astype("str"))).astype(np.int64)
    before = _zones_before(city, problem)
    known = before >= 0
    record = {
        "pupils_moved": float(problem.demand[known & (mine != before)].sum()),
        "pupils_moved_free": float(problem.demand[known & (free != before)].sum()),
        "blocks_without_base": int((~known).sum()),
        "stability_m": float(city.settings.zoning[stage].objective.stability),
    }
    if not needs_distance(problem.settings):
        return record
    metres, free_metres = _pupil_metres(problem, mine), _pupil_metres(problem, free)
    return {**record, "distance_pupil_km": metres / 1000, "price_pupil_km": (metres - min(free_metres, metres)) / 1000}


def _pupil_metres(problem: StageProblem, zone: NDArray[np.int64]) -> float:
    """Pupils x metres over all parts, as the problems measure them."""
    total = 0.0
    for _, blocks, zones, part in problem.parts:
        rank = np.full(len(problem.zone_ids), -1, dtype=np.int64)
        rank[zones] = np.arange(len(zones))
        total += zoning_terms(part.replace(objectives=(Distance(1.0),)), rank[zone[blocks]])["distance"]
    return total


def _zones_before(city: City, problem: StageProblem) -> NDArray[np.int64]:
    """(n,) position of last year's zone, -1 where there is none."""
    school = positions_today(city, problem.stage, problem.offers)
    return np.where(school >= 0, problem.zone_of_offer[school], -1).astype(np.int64)


def _zones_of(plan: Plan) -> Mapping[str, NDArray[np.int64]]:
    """(n,) zone numbers of the stages already zoned, for rules that keep a lower stage's zones whole."""
    return {s: pd.factorize(plan.blocks[f"zone_id_{s}"])[0].astype(np.int64) for s in plan.zoned_stages}
