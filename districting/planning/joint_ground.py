"""What the rounds of joint zones and districts start from and share: both zonings without the districts, and how districts are read off a grouping."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.district_spec import DistrictSpec
from districting.model.plan import Plan
from districting.model.solution import GroupingSolution
from districting.model.stages import STAGES, Stage
from districting.planning.block_graph import BlockGraph, block_graph
from districting.planning.exceptions import stage_with_exceptions
from districting.planning.joint_grouping import JointGrouping, joint_grouping
from districting.planning.joint_watch import JUNIOR_SHARE, PRIMARY_SHARE, Watch
from districting.planning.offers import Offers, offers
from districting.planning.rows import county_names
from districting.planning.zones import add_zones
from districting.planning.zoning_build import StageProblem, build_stage
from districting.planning.zoning_solve import StageZones, solve_stage
from districting.reading.city import City
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Ground:
    """What does not change from round to round. ``free_junior`` is None where the juniors' zones follow from the feeders."""

    plan: Plan
    city: City
    graph: BlockGraph
    spec: DistrictSpec
    chosen: Offers
    primary: StageProblem
    free_primary: StageZones
    free_junior: StageZones | None
    build_junior: Callable[[StageZones], StageProblem]
    watch: Watch

    def solve(self, stage: StageProblem, seed: int = 0, *, brief: bool = False) -> StageZones:
        settings = self.city.settings
        return solve_stage(stage, self.watch.again(), settings.project.seed + seed, county_names(self.city), brief=brief)

    @property
    def junior(self) -> StageProblem | None:
        return None if self.free_junior is None else self.free_junior.problem

    def of_junior(self, key: str) -> float:
        """``objective`` or ``bound`` of the junior zones without districts."""
        return 0.0 if self.free_junior is None else float(self.free_junior.record[key])


def begin(plan: Plan, city: City, spec: DistrictSpec) -> tuple[dict[str, StageZones], Ground]:
    """Both zonings without the districts, and whatever is zoned below them."""
    settings, graph, watch = city.settings, block_graph(city), Watch(city.settings.solve)
    given: dict[str, StageZones] = {}

    def build(stage: Stage, whose: City = city) -> StageProblem:
        below = {name: zones.zone_of_block for name, zones in given.items()}
        return stage_with_exceptions(build_stage(whose, graph, stage, below), whose)

    def build_junior(primary: StageZones) -> StageProblem:
        below = {name: zones.zone_of_block for name, zones in given.items()} | {"primary": primary.zone_of_block}
        return stage_with_exceptions(build_stage(city, graph, "junior", below), city)

    chosen = offers(city, spec.stages, private=bool(settings.grouping and settings.grouping.private))
    if not len(chosen.taken):
        raise DataError(Fault(text("planning.no_members"), text("planning.give_schools"), column="stage"))
    if "preschool" in settings.zoning:
        given["preschool"] = solve_stage(build("preschool"), watch.first(JUNIOR_SHARE), settings.project.seed, county_names(city))
    primary = build("primary")
    rest = (settings.project.seed, county_names(city))
    free = solve_stage(primary, watch.first(PRIMARY_SHARE), *rest)
    junior = None if spec.units == "feeders" else solve_stage(build("junior", _loose(city)), watch.first(JUNIOR_SHARE), *rest)
    ground = Ground(plan, city, graph, spec, chosen, primary, free, junior, build_junior, watch)
    return given, ground


def zoned_only(ground: Ground) -> Ground:
    """Without school-stages that have no zone, such as boarding schools: they serve no block of a district. Where primaries feed juniors, all take part."""
    if ground.junior is None:
        return ground
    taken, left = ground.chosen.taken, [ground.chosen.left_out]
    kept = np.ones(len(taken), dtype=bool)
    for stage in (ground.primary, ground.junior):
        kept &= ~((taken["stage"] == stage.stage) & ~taken["school_id"].isin(stage.offers.taken["school_id"])).to_numpy()
        left.append(stage.offers.left_out)
    chosen = Offers(taken[kept].reset_index(drop=True), pd.concat(left, ignore_index=True).drop_duplicates(["school_id", "stage"], ignore_index=True))
    return dataclasses.replace(ground, chosen=chosen)


def _loose(city: City) -> City:
    """Without the rule that keeps zones of a lower stage whole: those zones may change from round to round."""
    settings = city.settings
    junior = settings.zoning["junior"]
    if junior.rules.whole_units not in STAGES:
        return city
    zoning = {**settings.zoning, "junior": dataclasses.replace(junior, rules=dataclasses.replace(junior.rules, whole_units=None))}
    return dataclasses.replace(city, settings=dataclasses.replace(settings, zoning=zoning))


def grouped(ground: Ground, primary: StageZones, need: NDArray[np.float64]) -> JointGrouping:
    """The grouping problem over these primary zones; ``need`` (blocks,) weighs the junior places that each block asks for."""
    trial = add_zones(ground.plan, ground.city, ("primary",), {"primary": primary})
    return joint_grouping(trial, ground.city, ground.spec, ground.chosen.taken, ground.junior, need)


def districts_of(one: JointGrouping, found: GroupingSolution, stage: StageProblem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """District of every block (n,) and of every offer of the stage, -1 = none."""
    label = found.district_of_unit
    rows = one.built.members
    member = {s: int(label[u]) for s, g, u in zip(rows["school_id"], rows["stage"], one.built.problem.unit_of_member, strict=True) if g == stage.stage}
    offer = np.array([member.get(s, -1) for s in stage.offers.taken["school_id"]], dtype=np.int64)
    return label[one.unit_of_block].astype(np.int64), offer


def district_of_zone(one: JointGrouping, found: GroupingSolution, stage: StageProblem, primary: StageZones) -> NDArray[np.int64]:
    """(zones,) district of every primary zone."""
    district = np.full(len(stage.zone_ids), -1, dtype=np.int64)
    district[primary.zone_of_block] = found.district_of_unit[one.unit_of_block]
    return district
