"""The grouping of a joint plan: districts of primary zones that serve the junior pupils who live there, and a bound that holds whatever the zones are."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault, InfeasibleError
from districting.grouping import group_units
from districting.grouping.keys import counted
from districting.model.district_spec import DistrictSpec
from districting.model.grouping_problem import GroupingProblem
from districting.model.plan import Plan
from districting.model.settings import Settings
from districting.planning.block_graph import BlockGraph
from districting.planning.districts import spec_of
from districting.planning.grouping_build import BuiltGrouping, build_grouping
from districting.planning.zoning_build import StageProblem
from districting.reading.city import City
from districting.solvers.milp import Milp
from districting.wording import text

_LARGEST_LP = 2_000_000
"""Block-centre pairs of the transport bound; beyond it every block goes to its nearest centre."""


def joint_spec(settings: Settings) -> DistrictSpec:
    """The form with the rule on junior places: as the config says, else as the preset says, else 1.

    Raises
    ------
    DataError : zones of primaries and juniors are not both asked for, or the form's districts are not made of primary zones
    """
    assert settings.grouping is not None
    spec = spec_of(settings.grouping)
    both = {"primary", "junior"}
    if spec.tree or spec.each_stage or spec.units not in ("territory", "feeders") or not spec.connected or not both <= set(spec.stages):
        raise DataError(Fault(text("joint.form", form=spec.form), text("joint.other_form"), column="grouping.joint"))
    missing = [s for s in ("primary", "junior") if s not in settings.zoning]
    if missing:
        raise DataError([Fault(text("joint.not_zoned", stage=text(f"word.{s}")), text("joint.zone_it", stage=s), column="grouping.joint") for s in missing])
    said = settings.grouping.changes_of(spec.form).get("junior_seats")
    return spec if said is not None or spec.junior_seats > 0 else spec.replace(junior_seats=1.0)


@dataclass(frozen=True, eq=False)
class JointGrouping:
    """``built`` on the primary zones of one round, and the unit of every block."""

    built: BuiltGrouping
    unit_of_block: NDArray[np.int64]


def joint_grouping(plan: Plan, city: City, spec: DistrictSpec, taken: Any, junior: StageProblem | None, need: NDArray[np.float64]) -> JointGrouping:
    """The problem of a round. Without ``junior`` zones (primaries feed juniors) the form's own seat rule on graduates stands alone, and a junior may stand anywhere. ``plan`` holds the primary zones and no others; ``need`` (n,) what a junior pupil of a block counts (1, more where a district turned out too tight)."""
    built = build_grouping(plan, city, spec, taken)
    if built.units.kind != "zones":
        raise DataError(Fault(text("planning.districts_need_outlines"), text("planning.give_block_outlines"), column="grouping.joint"))
    layer = plan.zones[plan.zones["stage"] == "primary"]["zone_id"].tolist()
    position = {zone: at for at, zone in enumerate(layer)}
    unit_of_block = np.array([position[z] for z in plan.blocks["zone_id_primary"]], dtype=np.int64)
    if junior is None:
        return JointGrouping(_beside_zones(built, plan), unit_of_block)
    if junior.settings.rules.home_block:
        built = _at_home(built, plan, unit_of_block, junior)
    if junior.settings.rules.seats == "hard":
        facts = dataclasses.replace(built.problem.facts, room=_room(built, unit_of_block, junior, need))
        built = dataclasses.replace(built, problem=dataclasses.replace(built.problem, facts=facts))
    return JointGrouping(built, unit_of_block)


def _beside_zones(built: BuiltGrouping, plan: Plan) -> BuiltGrouping:
    """Primaries without a zone (boarding) as units without ground: their graduates go to any junior of the county, whoever's zone they stand in."""
    problem, units = built.problem, built.units
    ids = built.members["school_id"].to_numpy(dtype=object)
    zoned = set(plan.zone_schools.loc[plan.zone_schools["stage"] == "primary", "school_id"])
    aside = [i for i in np.flatnonzero(problem.stage_of_member == "primary").tolist() if ids[i] not in zoned]
    if not aside:
        return built
    n, place = problem.unit_count, problem.unit_of_member.copy()
    old = place[aside]
    for at, i in enumerate(aside):
        place[ids == ids[i]] = n + at
    more = len(aside)
    ground = np.concatenate([problem.ground, np.zeros(more, dtype=np.bool_)])
    weight = np.concatenate([problem.weight_of_unit, np.zeros(more)])
    xy, homes = problem.member_xy, problem.homes_m
    if homes is not None:
        homes = np.vstack([homes, *(problem.pupils[i] * np.hypot(*(xy - xy[i]).T)[None, :] for i in aside)])
    problem = dataclasses.replace(
        problem,
        unit_of_member=place,
        county_of_unit=np.concatenate([problem.county_of_unit, problem.county_of_unit[old]]),
        weight_of_unit=weight,
        ground_of_unit=ground,
        homes_m=homes,
        part_of_unit=None if problem.part_of_unit is None else np.concatenate([problem.part_of_unit, problem.part_of_unit[old]]),
    )
    shape = np.concatenate([units.shape, np.array([shapely.Polygon()] * more, dtype=object)])
    county = np.concatenate([units.county, units.county[old]])
    units = dataclasses.replace(units, shape=shape, ground=ground, county=county, weight=weight, unit_of_member=place, homes_m=homes)
    return dataclasses.replace(built, problem=problem, units=units)


def _at_home(built: BuiltGrouping, plan: Plan, unit_of_block: NDArray[np.int64], junior: StageProblem) -> BuiltGrouping:
    """Every junior in the primary zone that holds its own block, which its zone must hold as well; units without ground are no more."""
    problem, units = built.problem, built.units
    home = dict(zip(junior.offers.taken["school_id"], unit_of_block[junior.home].tolist(), strict=True))
    ids = built.members["school_id"].to_numpy(dtype=object)
    primaries = set(ids[problem.stage_of_member == "primary"].tolist())
    place, ground = problem.unit_of_member.copy(), problem.ground
    n = int(ground.sum())
    homes = None if problem.homes_m is None else problem.homes_m[:n].copy()
    near = shapely.STRtree(units.shape[:n])
    for i in np.flatnonzero(problem.stage_of_member == "junior").tolist():
        if ids[i] in primaries and place[i] < n:
            continue
        old = int(place[i])
        place[i] = home[ids[i]] if ids[i] in home else old if old < n else int(near.nearest(built.members["geometry"].iloc[i]))
        if homes is not None and problem.homes_m is not None and old >= n:
            homes[place[i]] += problem.homes_m[old]
    part = None if problem.part_of_unit is None else problem.part_of_unit[:n]
    problem = dataclasses.replace(
        problem,
        unit_of_member=place,
        county_of_unit=problem.county_of_unit[:n],
        weight_of_unit=problem.weight_of_unit[:n],
        ground_of_unit=None,
        homes_m=homes,
        part_of_unit=part,
    )
    units = dataclasses.replace(
        units, shape=units.shape[:n], ground=units.ground[:n], county=units.county[:n], weight=units.weight[:n], unit_of_member=place, homes_m=homes
    )
    return dataclasses.replace(built, problem=problem, units=units)


def _room(built: BuiltGrouping, unit_of_block: NDArray[np.int64], junior: StageProblem, need: NDArray[np.float64]) -> NDArray[np.float64]:
    """(s,) junior seats at juniors, less the junior pupils of a unit at its first member on the ground."""
    problem = built.problem
    seats = dict(zip(junior.offers.taken["school_id"], junior.seats.tolist(), strict=True))
    ids = built.members["school_id"].to_numpy(dtype=object)
    is_junior = problem.stage_of_member == "junior"
    room = np.array([seats.get(s, 0.0) if j else 0.0 for s, j in zip(ids, is_junior.tolist(), strict=True)])
    living = np.bincount(unit_of_block, junior.demand * need, problem.unit_count)
    first = {int(u): i for i, u in reversed(list(enumerate(problem.unit_of_member.tolist())))}
    for unit, member in first.items():
        room[member] -= living[unit]
    return room


def bound_for_any_zones(
    one: JointGrouping, city: City, graph: BlockGraph, primary: StageProblem, junior: StageProblem | None, time_limit_s: float
) -> tuple[float, float]:
    """A bound of the grouping objective whatever the zones, and of the ways from homes beside it: single schools as units, in any pieces, and the way from homes block by block.

    Rules and terms that hang on how the zones are drawn are left out, so every joint plan is among what it is taken over.

    Raises
    ------
    InfeasibleError : proven: no zones can make such districts
    """
    problem = one.built.problem
    spec = problem.spec
    crossing = spec.within_county and not primary.settings.rules.within_county
    loose: dict[str, Any] = {"connected": False, "borders": False, "seat_evenness": 0.0}
    if crossing:
        loose |= {"within_county": False, "evenness": 0.0, "mix_evenness": 0.0, "fill_evenness": 0.0}
    if crossing or _in_pieces(graph, primary):
        loose["complementarity"] = 0.0
    homes = spec.from_homes and problem.homes_m is not None
    if homes:
        loose |= {"from_homes": False, "nearness": 0.0}
    school = problem.school_of_member
    first = np.unique(school, return_index=True)[1]
    facts = dataclasses.replace(problem.facts, room=None)
    relaxed = dataclasses.replace(
        problem,
        spec=spec.replace(**loose),
        unit_of_member=np.unique(school, return_inverse=True)[1].astype(np.int64),
        edges=np.zeros((0, 2), dtype=np.int64),
        county_of_unit=problem.county_of_unit[problem.unit_of_member[first]],
        weight_of_unit=np.zeros(len(first)),
        facts=facts,
        part_of_unit=None if problem.part_of_unit is None else problem.part_of_unit[problem.unit_of_member[first]],
        ground_of_unit=None,
        homes_m=None,
    )
    try:
        bound = group_units(relaxed, time_limit_s=time_limit_s, gap=city.settings.solve.gap).bound
    except InfeasibleError as error:
        if error.proven:
            raise
        bound = 0.0
    return bound, _homes_bound(one, city, primary, junior, crossing=crossing) if homes else 0.0


def _in_pieces(graph: BlockGraph, primary: StageProblem) -> bool:
    """Whether the ground of a county hangs together only in part: then an area may be smaller than its county."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    for piece in primary.pieces:
        edges, _ = piece.edges_inside(graph.open_edges)
        n = len(piece.blocks)
        if connected_components(coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n)), directed=False)[0] > 1:
            return True
    return False


def _homes_bound(one: JointGrouping, city: City, primary: StageProblem, junior: StageProblem | None, *, crossing: bool) -> float:
    """The least way of every block's primary pupils to a centre of its county; where every district has one junior, its centre, within that junior's seats."""
    problem = one.built.problem
    spec, members = problem.spec, one.built.members
    pupils = primary.demand
    home = shapely.get_coordinates(shapely.point_on_surface(np.asarray(city.blocks.geometry.array, dtype=object)))
    centres = np.flatnonzero(counted(problem, spec.centre))
    apart = not spec.within_county or crossing
    of_block = np.zeros(len(pupils), dtype=np.int64) if apart else problem.county_of_unit[one.unit_of_block]
    of_centre = np.zeros(len(centres), dtype=np.int64) if apart else problem.county_of_unit[problem.unit_of_member[centres]]
    seats = {} if junior is None else dict(zip(junior.offers.taken["school_id"], junior.seats.tolist(), strict=True))
    living = np.zeros(len(pupils)) if junior is None else junior.demand
    single = spec.centre == "junior" and spec.counts.get("junior") == (1, 1) and junior is not None and junior.settings.rules.seats == "hard"
    total = 0.0
    for county in np.unique(of_block):
        blocks, mine = np.flatnonzero((of_block == county) & ((pupils > 0) | (living > 0))), centres[of_centre == county]
        if not len(blocks) or not len(mine):
            continue
        metres = np.hypot(*(home[blocks][:, None, :] - problem.member_xy[mine][None, :, :]).transpose(2, 0, 1))
        cost = pupils[blocks][:, None] * metres
        least = float(cost.min(axis=1).sum())
        if single and cost.size <= _LARGEST_LP:
            room = np.array([seats.get(s, 0.0) for s in members["school_id"].to_numpy(dtype=object)[mine]])
            least = max(least, _transport(cost, living[blocks], room))
        total += least
    return spec.nearness * total


def _transport(cost: NDArray[np.float64], load: NDArray[np.float64], room: NDArray[np.float64]) -> float:
    """The optimum of blocks to centres in shares, each centre within its room; 0 where none is found."""
    n, c = cost.shape
    scale = max(1.0, float(cost.mean()))
    model = Milp(cost.ravel() / scale, np.zeros(n * c), np.ones(n * c), np.zeros(n * c, dtype=np.bool_))
    column = np.arange(n * c).reshape(n, c)
    rows = [(column[i], np.ones(c), 1.0, 1.0) for i in range(n)]
    rows += [(column[:, j], load, -np.inf, float(room[j])) for j in range(c)]
    model.add_rows(rows)
    found = model.relaxed(time_limit_s=60.0)
    return found.bound * scale * (1 - 1e-9) if found.status == "optimal" else 0.0


def units_over(problem: GroupingProblem) -> list[tuple[int, int]]:
    """(unit, juniors too many) of every unit that alone holds more juniors than a district may."""
    most = {key: high for key, (_, high) in problem.spec.counts.items() if high is not None and key.split("_")[0] == "junior"}
    over: dict[int, int] = {}
    for key, high in most.items():
        held = np.bincount(problem.unit_of_member[counted(problem, key)], minlength=problem.unit_count)
        for unit in np.flatnonzero(held > high).tolist():
            over[unit] = max(over.get(unit, 0), int(held[unit]) - high)
    return sorted(over.items())
