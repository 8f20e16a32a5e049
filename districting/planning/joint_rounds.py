"""The rounds in which zones and districts come to hold together: what clashes in one is told to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.checking.grouping import check_grouping
from districting.errors import Conflict, DistrictingError, InfeasibleError
from districting.grouping import group_units
from districting.grouping.area import Area, areas
from districting.grouping.diagnosis import conflicts_of
from districting.grouping.solve_area import possible
from districting.model.solution import GroupingSolution
from districting.model.stages import STAGES
from districting.planning.joint_feedback import crowded_homes, failed_by_trial, longer_ways, tightened
from districting.planning.joint_feeders import fed_ways, fed_zones
from districting.planning.joint_ground import Ground, district_of_zone, districts_of, grouped
from districting.planning.joint_grouping import JointGrouping
from districting.planning.joint_juniors import ClashError, by_district, clashes, zones_inside
from districting.planning.joint_territory import new_ground
from districting.planning.joint_zones import Extra, measured_as, solve_changed, with_extra, with_parts_of, within_districts
from districting.planning.zoning_solve import StageZones
from districting.wording import Text, text

ROUNDS, BETTER_ROUNDS = 12, 4
"""Rounds at most, and those that only make a plan better."""
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


def best_of_rounds(ground: Ground) -> tuple[Whole, int]:
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
        one = grouped(ground, primary, need)
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
        district = district_of_zone(one, found, ground.primary, primary)
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


def _nearer(ground: Ground, whole: Whole, district: NDArray[np.int64]) -> Whole | None:
    """Where primaries feed juniors: primary zones drawn with the way to the junior in mind, except in counties that then cannot be grouped; None where nothing is left."""
    if ground.watch.over:
        return None
    surcharge = fed_ways(ground.city, ground.primary, district, whole.one, whole.found)
    try:
        drawn = ground.solve(with_extra(ground.primary, Extra(surcharge=surcharge)), brief=True)
        one = grouped(ground, drawn, np.ones(len(ground.primary.demand)))
        lost = [one.unit_of_block[blocks] for _, blocks, _, _ in ground.primary.parts]
        bad = np.concatenate([a.unit for a in _impossible(one)] or [np.zeros(0, dtype=np.int64)])
        drawn = with_parts_of(drawn, whole.primary, [bool(np.isin(units, bad).any()) for units in lost])
        drawn = measured_as(drawn, ground.primary, ground.free_primary.record["bound"])
        one = grouped(ground, drawn, np.ones(len(ground.primary.demand))) if len(bad) else one
        found = _group(ground, one)
        return Whole(drawn, _junior(ground, one, found, drawn), one, found, whole.number + 1)
    except InfeasibleError:
        return None


def _impossible(one: JointGrouping) -> list[Area]:
    problem = one.built.problem
    return [a for a in areas(problem) if conflicts_of(problem, a) or possible(a, deadline=perf_counter() + POSSIBLE_S) is False]


def _primary(ground: Ground, feedback: Feedback) -> StageZones | None:
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


def _group(ground: Ground, one: JointGrouping) -> GroupingSolution:
    problem = one.built.problem
    impossible = _impossible(one)
    if impossible:
        raise InfeasibleError([c for a in impossible for c in conflicts_of(problem, a, proven=True)])
    found = group_units(problem, time_limit_s=ground.watch.share_s(), gap=ground.city.settings.solve.gap, relaxing=False)
    broken = check_grouping(one.built.problem, found.district_of_unit, found.lead_of_district, found.theme_of_district)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    return found


def _after_grouping(ground: Ground, one: JointGrouping, primary: StageZones, feedback: Feedback) -> None:
    """Primary zones that cannot be grouped: juniors parted that stand in one zone, ground that has seats for both stages, or another seed."""
    crowded = [] if ground.junior is None else crowded_homes(one, ground.primary, ground.junior, primary.zone_of_block, feedback.refused)
    new = [pair for pair in crowded if pair not in feedback.forbidden]
    if new:
        feedback.forbidden += new
        return
    seed = ground.city.settings.project.seed + feedback.seed
    feedback.territory = new_ground(one, ground.primary, ground.junior, seed, ground.watch.share_s(0.5, most=60.0))
    feedback.seed += feedback.territory is None


def _junior(ground: Ground, one: JointGrouping, found: GroupingSolution, primary: StageZones) -> StageZones:
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


def _not_found(ground: Ground, clash: InfeasibleError | None, rounds: int) -> InfeasibleError:
    """The clash of the last round, which proves nothing about other zones."""
    last: list[Text] = [c.problem for c in clash.conflicts] if clash is not None else [text("joint.zones_clash")]
    conflicts = [Conflict("joint", 1.0, "plan", text("joint.not_found", rounds=rounds, clash=said), proven=False) for said in last]
    return InfeasibleError(conflicts, clash.relaxations if clash is not None else ())
