"""Zones and districts that hold together (policy R33, R40): primaries are zoned, their zones grouped, juniors zoned inside the districts; what clashes goes back to the first step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.grouping import check_grouping
from districting.errors import Conflict, DataError, DistrictingError, Fault, InfeasibleError
from districting.grouping import group_units
from districting.grouping.area import Area, areas
from districting.grouping.diagnosis import conflicts_of
from districting.grouping.solve_area import possible
from districting.model.district_spec import DistrictSpec
from districting.model.plan import Plan
from districting.model.solution import GroupingSolution, relative_gap
from districting.model.stages import STAGES, Stage
from districting.planning.block_graph import BlockGraph, block_graph
from districting.planning.districts import lay_districts
from districting.planning.exceptions import stage_with_exceptions
from districting.planning.joint_fed_bound import fed_bound
from districting.planning.joint_feedback import crowded_homes, failed_by_trial, longer_ways, tightened
from districting.planning.joint_feeders import fed_ways, fed_zones
from districting.planning.joint_grouping import JointGrouping, bound_for_any_zones, joint_grouping, joint_spec
from districting.planning.joint_juniors import ClashError, by_district, clashes, zones_inside
from districting.planning.joint_territory import new_ground
from districting.planning.joint_watch import JUNIOR_SHARE, PRIMARY_SHARE, Watch
from districting.planning.joint_zones import Extra, measured_as, solve_changed, with_extra, with_parts_of, within_districts
from districting.planning.offers import Offers, offers
from districting.planning.rows import county_names, provenance_rows, stack
from districting.planning.zones import add_zones
from districting.planning.zoning_build import StageProblem, build_stage
from districting.planning.zoning_solve import StageZones, solve_stage
from districting.progress import tell_part
from districting.reading.city import City
from districting.wording import Text, text

ROUNDS, BETTER_ROUNDS = 12, 4
"""Rounds at most, and those that only make a plan better."""
BOUND_SHARE, BOUND_S = 0.15, 10.0
"""Share of the time, and seconds at most, for each part of the bound."""
DEAR = 0.01
"""Share of the whole objective that keeping juniors inside the districts may cost before another round looks for primary zones that fit better."""
POSSIBLE_S = 3.0
"""Seconds for the question whether an area can be grouped at all."""


@dataclass(frozen=True, eq=False)
class Whole:
    """One plan in which all holds; ``objective`` over primary zones, junior zones (0 where they follow from the feeders) and districts."""

    primary: StageZones
    junior: StageZones
    one: JointGrouping
    found: GroupingSolution
    number: int

    @property
    def objective(self) -> float:
        return float(self.primary.record["objective"] + self.junior_objective + self.found.objective)

    @property
    def junior_objective(self) -> float:
        return float(self.junior.record.get("objective", 0.0))


@dataclass(eq=False)
class Feedback:
    """What the rounds so far say to the next primary zoning: pairs that are forbidden, ground to keep inside of, longer ways, another seed."""

    forbidden: list[tuple[int, int]] = field(default_factory=list)
    territory: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
    surcharge: NDArray[np.float64] | None = None
    seed: int = 0
    refused: set[tuple[int, int]] = field(default_factory=set)

    def extra(self) -> Extra:
        return Extra(tuple(self.forbidden), self.surcharge)


@dataclass(frozen=True, eq=False)
class _Ground:
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


def add_joint(plan: Plan, city: City) -> Plan:
    """A copy of ``plan`` with all zones and the districts of ``[grouping]``: every territory in one piece, junior places for its graduates, junior zones inside the districts.

    The best of at most ``ROUNDS`` rounds. ``joint`` in the provenance has the whole objective, a bound that holds for any zones, and the gap.

    Raises
    ------
    DataError : see joint_spec
    InfeasibleError : no such plan exists (proven), or none was found in the rounds
    """
    spec = joint_spec(city.settings)
    tell_part("joint")
    given, ground = _begin(plan, city, spec)
    ground = _zoned_only(ground)
    first = _grouped(ground, ground.free_primary, np.ones(len(ground.primary.demand)))
    loose = _loose_bound(ground, first)
    best, rounds = _rounds(ground)
    bound = ground.free_primary.record["bound"] + ground.of_junior("bound") + loose
    given |= {"primary": _told(ground, best), "junior": best.junior}
    plan = add_zones(plan, city, tuple(city.settings.zoning), given)
    plan = lay_districts(plan, best.one.built, best.found, spec.form, ground.chosen.left_out)
    return plan.replace(provenance=stack(plan.provenance, provenance_rows("joint", _record(best, min(bound, best.objective), loose, rounds, ground))))


def _told(ground: _Ground, best: Whole) -> StageZones:
    """The primary zones; in counties that were redrawn for the districts, with every other district closed to a block, so that the reasons say what keeps it."""
    held = within_districts(ground.primary, *districts_of(best.one, best.found, ground.primary))
    pairs = zip(best.primary.problem.parts, ground.primary.parts, held.parts, strict=True)
    parts = tuple(plain if new[3] is plain[3] else told for new, plain, told in pairs)
    return dataclasses.replace(best.primary, problem=dataclasses.replace(ground.primary, parts=parts))


def _loose_bound(ground: _Ground, first: JointGrouping) -> float:
    """What districts cost at least beside free zones; where primaries feed juniors, zones and the ways to juniors are bounded together where that says more."""
    seconds = ground.watch.share_s(BOUND_SHARE, most=BOUND_S)
    rest, homes = bound_for_any_zones(first, ground.city, ground.graph, ground.primary, ground.junior, seconds)
    together = fed_bound(first, ground.city, ground.primary, seconds) if ground.junior is None else None
    if together is not None:
        homes = max(homes, together - float(ground.free_primary.record["bound"]))
    return rest + homes


def _record(best: Whole, bound: float, loose: float, rounds: int, ground: _Ground) -> dict[str, Any]:
    gap = relative_gap(best.objective, bound)
    zones = float(best.primary.record["objective"] - ground.free_primary.record["bound"]) + best.junior_objective - ground.of_junior("bound")
    of_zones = min(gap, zones / best.objective) if best.objective else 0.0
    kept = best.junior_objective - ground.of_junior("objective")
    return {
        "form": ground.spec.form,
        "status": "optimal" if gap <= 1e-6 else "feasible",
        "rounds": rounds,
        "round": best.number,
        "objective": best.objective,
        "bound": bound,
        "gap": gap,
        "gap.zones": of_zones,
        "gap.districts": gap - of_zones,
        "junior_seats": ground.spec.junior_seats,
        "bound.primary": ground.free_primary.record["bound"],
        "bound.junior": ground.of_junior("bound"),
        "bound.districts": loose,
        "objective.primary": best.primary.record["objective"],
        "objective.junior": best.junior_objective,
        "objective.districts": best.found.objective,
        "price.primary": best.primary.record["objective"] - ground.free_primary.record["objective"],
        "price.junior": kept,
    }


def _begin(plan: Plan, city: City, spec: DistrictSpec) -> tuple[dict[str, StageZones], _Ground]:
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
    ground = _Ground(plan, city, graph, spec, chosen, primary, free, junior, build_junior, watch)
    return given, ground


def _zoned_only(ground: _Ground) -> _Ground:
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


def _grouped(ground: _Ground, primary: StageZones, need: NDArray[np.float64]) -> JointGrouping:
    trial = add_zones(ground.plan, ground.city, ("primary",), {"primary": primary})
    return joint_grouping(trial, ground.city, ground.spec, ground.chosen.taken, ground.junior, need)


def _rounds(ground: _Ground) -> tuple[Whole, int]:
    """The cheapest whole plan and how many rounds were made; a round that finds nothing tells the next why."""
    feedback, need = Feedback(), np.ones(len(ground.primary.demand))
    best: Whole | None = None
    clash: InfeasibleError | None = None
    seen: set[bytes] = set()
    number = better = 0
    for number in range(1, ROUNDS + 1):
        if ground.watch.over and (best is not None or clash is not None):
            number -= 1
            break
        primary = _primary(ground, feedback)
        if primary is None:
            feedback = Feedback(seed=feedback.seed + 1, refused=feedback.refused | set(feedback.forbidden))
            continue
        state = primary.zone_of_block.tobytes() + need.tobytes()
        if state in seen:
            break
        seen.add(state)
        one = _grouped(ground, primary, need)
        try:
            found = _group(ground, one)
        except InfeasibleError as error:
            clash = error
            if best is not None:
                break
            _after_grouping(ground, one, primary, feedback)
            continue
        try:
            junior = _junior(ground, one, found, primary)
        except ClashError as error:
            clash = error
            tight = tightened(error.stage, error.of_block, error.of_offer, error.failed)
            need = need * tight if tight is not None else need
            feedback.seed += tight is None
            continue
        whole = Whole(primary, junior, one, found, number)
        best = whole if best is None or whole.objective < best.objective else best
        better += 1
        district = _district_of_zone(one, found, ground.primary, primary)
        if ground.junior is None:
            nearer = _nearer(ground, whole, district)
            number += nearer is not None
            best = nearer if nearer is not None and nearer.objective < best.objective else best
            break
        if better > BETTER_ROUNDS or whole.junior_objective - ground.of_junior("objective") <= DEAR * whole.objective:
            break
        feedback.surcharge = longer_ways(ground.primary, ground.junior, district, one, found)
    if best is None:
        raise _not_found(ground, clash, number)
    return best, number


def _nearer(ground: _Ground, whole: Whole, district: NDArray[np.int64]) -> Whole | None:
    """Where primaries feed juniors: primary zones drawn with the way to the junior in mind, except in counties that then cannot be grouped; None where nothing is left."""
    if ground.watch.over:
        return None
    surcharge = fed_ways(ground.city, ground.primary, district, whole.one, whole.found)
    try:
        drawn = ground.solve(with_extra(ground.primary, Extra(surcharge=surcharge)), brief=True)
        one = _grouped(ground, drawn, np.ones(len(ground.primary.demand)))
        lost = [one.unit_of_block[blocks] for _, blocks, _, _ in ground.primary.parts]
        bad = np.concatenate([a.unit for a in _impossible(one)] or [np.zeros(0, dtype=np.int64)])
        drawn = with_parts_of(drawn, whole.primary, [bool(np.isin(units, bad).any()) for units in lost])
        drawn = measured_as(drawn, ground.primary, ground.free_primary.record["bound"])
        one = _grouped(ground, drawn, np.ones(len(ground.primary.demand))) if len(bad) else one
        found = _group(ground, one)
        return Whole(drawn, _junior(ground, one, found, drawn), one, found, whole.number + 1)
    except InfeasibleError:
        return None


def _impossible(one: JointGrouping) -> list[Area]:
    problem = one.built.problem
    return [a for a in areas(problem) if conflicts_of(problem, a) or possible(a, deadline=perf_counter() + POSSIBLE_S) is False]


def _primary(ground: _Ground, feedback: Feedback) -> StageZones | None:
    """Primary zones under the feedback; None where it asks for what cannot be."""
    extra = feedback.extra()
    if extra.empty and feedback.territory is None and not feedback.seed:
        return ground.free_primary
    stage = with_extra(ground.primary, extra)
    try:
        held = stage if feedback.territory is None else within_districts(stage, *feedback.territory)
        zones = (
            solve_changed(held, ground.free_primary, lambda part: ground.solve(part, feedback.seed)) if not feedback.seed else ground.solve(held, feedback.seed)
        )
    except InfeasibleError:
        return None
    return measured_as(zones, ground.primary, ground.free_primary.record["bound"])


def _group(ground: _Ground, one: JointGrouping) -> GroupingSolution:
    problem = one.built.problem
    impossible = _impossible(one)
    if impossible:
        raise InfeasibleError([c for a in impossible for c in conflicts_of(problem, a, proven=True)])
    found = group_units(problem, time_limit_s=ground.watch.share_s(), gap=ground.city.settings.solve.gap, relaxing=False)
    broken = check_grouping(one.built.problem, found.district_of_unit, found.lead_of_district, found.theme_of_district)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    return found


def _after_grouping(ground: _Ground, one: JointGrouping, primary: StageZones, feedback: Feedback) -> None:
    """Primary zones that cannot be grouped: juniors parted that stand in one zone, ground that has seats for both stages, or another seed."""
    crowded = [] if ground.junior is None else crowded_homes(one, ground.primary, ground.junior, primary.zone_of_block, feedback.refused)
    new = [pair for pair in crowded if pair not in feedback.forbidden]
    if new:
        feedback.forbidden += new
        return
    seed = ground.city.settings.project.seed + feedback.seed
    feedback.territory = new_ground(one, ground.primary, ground.junior, seed, ground.watch.share_s(0.5, most=60.0))
    feedback.seed += feedback.territory is None


def _junior(ground: _Ground, one: JointGrouping, found: GroupingSolution, primary: StageZones) -> StageZones:
    """Junior zones inside the districts; the free ones where they lie inside already; where primaries feed juniors, the ground that feeds each."""
    free = ground.free_junior
    if free is None:
        return fed_zones(ground.city, ground.graph, one, found)
    same_rules = ground.city.settings.zoning["junior"].rules.whole_units not in STAGES
    stage = free.problem if same_rules else ground.build_junior(primary)
    of_block, of_offer = districts_of(one, found, stage)
    bound = ground.of_junior("bound")
    if same_rules and by_district(stage) and (of_block >= 0).all():
        made, failed = zones_inside(stage, free, of_block, of_offer, ground.watch.again(), ground.city.settings.project.seed)
        if failed:
            raise ClashError(clashes(one, found, stage, of_block, of_offer, failed), stage, of_block, of_offer, tuple(failed))
        return free if np.array_equal(made.zone_of_block, free.zone_of_block) else measured_as(made, stage, bound)
    held = within_districts(stage, of_block, of_offer)
    try:
        zones = solve_changed(held, free, ground.solve) if same_rules else ground.solve(held)
    except InfeasibleError as error:
        tried = failed_by_trial(stage, of_block, of_offer, partial(ground.solve, brief=True), ground.watch.share_s())
        raise ClashError(error.conflicts, stage, of_block, of_offer, tuple(tried)) from None
    return measured_as(zones, stage, bound)


def districts_of(one: JointGrouping, found: GroupingSolution, stage: StageProblem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """District of every block (n,) and of every offer of the stage, -1 = none."""
    label = found.district_of_unit
    rows = one.built.members
    member = {s: int(label[u]) for s, g, u in zip(rows["school_id"], rows["stage"], one.built.problem.unit_of_member, strict=True) if g == stage.stage}
    offer = np.array([member.get(s, -1) for s in stage.offers.taken["school_id"]], dtype=np.int64)
    return label[one.unit_of_block].astype(np.int64), offer


def _district_of_zone(one: JointGrouping, found: GroupingSolution, stage: StageProblem, primary: StageZones) -> NDArray[np.int64]:
    """(zones,) district of every primary zone."""
    district = np.full(len(stage.zone_ids), -1, dtype=np.int64)
    district[primary.zone_of_block] = found.district_of_unit[one.unit_of_block]
    return district


def _not_found(ground: _Ground, clash: InfeasibleError | None, rounds: int) -> InfeasibleError:
    """The clash of the last round, which proves nothing about other zones."""
    last: list[Text] = [c.problem for c in clash.conflicts] if clash is not None else [text("joint.zones_clash")]
    conflicts = [Conflict("joint", 1.0, "plan", text("joint.not_found", rounds=rounds, clash=said), proven=False) for said in last]
    return InfeasibleError(conflicts, clash.relaxations if clash is not None else ())
