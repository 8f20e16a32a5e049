"""Who would have to move if a block went to another school: solved with the block fixed there, near zones first, and held against a bound on every such plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from districting.checking import check_zoning
from districting.errors import DistrictingError, InfeasibleError
from districting.model.goals import Distance, Stability
from districting.model.plan import Plan
from districting.model.rules import Locked, Seats
from districting.model.settings import SolveSettings
from districting.model.zoning_problem import ZoningProblem
from districting.planning.explanation import IfMoved, Shift
from districting.planning.neighbourhood import DEFAULT_STABILITY_M, rings_around, solve_counted
from districting.planning.plan_goals import cost_goals, cost_of, measured
from districting.planning.plan_part import PlanPart
from districting.planning.recorded import recorded_slack_m
from districting.planning.zones_alone import zones_alone
from districting.planning.zoning_names import names_in_plan
from districting.solvers.pricing import price_bound
from districting.solvers.transport import solve_transport
from districting.wording import Text, text
from districting.zoning.exact.reach import reached_weight
from districting.zoning.ground import block_graph
from districting.zoning.lowering import lower

PROVED_PAIRS: Final = 1_500
"""Block-zone pairs up to which a tree proves the plan found and the bound on every plan; beyond, the search ends by its steps and the bound is that of split blocks."""
STEPS_PER_BLOCK, MOST_STEPS = 3_000, 1_000_000
"""Proposals of one search where no number is set."""
TABLE_PAIRS: Final = 8_000_000
"""Pairs beyond which the bound comes from the plan's own seat prices, without a table."""


@dataclass(frozen=True)
class MoveOptions:
    """``stability_m``: metres that moving one pupil weighs, so that few have to; ``solve``: when to stop (counted work unless a clock is named)."""

    stability_m: float = DEFAULT_STABILITY_M
    solve: SolveSettings = field(default_factory=SolveSettings)
    seed: int = 0


def if_moved(plan: Plan, part: PlanPart, block: int, zone: int, names: dict[str, str], options: MoveOptions) -> IfMoved:
    """The plan of least distance and moves with ``block`` in ``zone`` (positions in ``part``); ``names``: zone id -> the names of its schools.
    Where the plan knows no distances, its own goals stand in for them.

    The two zones and their neighbours are open first, then the neighbours' neighbours, then all.
    """
    cost = cost_goals(part.problem)
    way = np.array([block]) if measured(plan, part.stage) else _least_chain(part, block, zone)
    forced = part.problem.replace(objectives=cost, rules=(*part.problem.rules, Locked(way, np.full(len(way), zone))))
    said = _impossible(part, forced, block, zone, names)
    if said:
        return IfMoved(found=False, proved=True, why=tuple(said))
    refusal: InfeasibleError | None = None
    every = False
    for chosen in _wider(part, block, zone):
        chosen[part.label[way][part.label[way] >= 0]] = True
        alone, blocks, zones = zones_alone(forced, part.label, chosen)
        aimed = alone.replace(objectives=(*cost, Stability(options.stability_m))) if (np.asarray(alone.today) >= 0).any() else alone
        try:
            found = solve_counted(aimed, _brief(aimed, options.solve), options.seed)
        except InfeasibleError as error:
            refusal = error
            every = len(zones) == len(part.zone_ids)
            continue
        _refuse_broken(alone, found.school_of_block)
        label = part.label.copy()
        label[blocks] = zones[found.school_of_block]
        return _laid_out(plan, part, forced, block, label, (len(zones), names))
    assert refusal is not None
    if not measured(plan, part.stage):
        return IfMoved(found=False, proved=False)
    proved = every and refusal.proven
    return IfMoved(found=False, proved=proved, why=tuple(names_in_plan(plan, part).said(c.problem) for c in refusal.conflicts))


def _brief(problem: ZoningProblem, solve: SolveSettings) -> SolveSettings:
    """As asked for; else a proof of what is tiny and some steps for the rest."""
    if solve.steps is not None or solve.time_limit_s is not None or problem.block_count * problem.school_count <= PROVED_PAIRS:
        return solve
    return dataclasses.replace(solve, steps=max(20_000, min(STEPS_PER_BLOCK * problem.block_count, MOST_STEPS)))


def _wider(part: PlanPart, block: int, zone: int) -> Iterator[NDArray[np.bool_]]:
    """Wider and wider sets of zones (z,), the last of them all."""
    count = len(part.zone_ids)
    ring = rings_around(part.problem.edges, part.label, [block, int(part.problem.home_block[zone])], count)
    seen = -1
    for reach in (1, 2, count + 1):
        chosen = ((ring >= 0) & (ring <= reach)) | (reach > count)
        chosen[zone] = True
        if chosen.sum() > seen:
            seen = int(chosen.sum())
            yield chosen


def _impossible(part: PlanPart, forced: ZoningProblem, block: int, zone: int, names: dict[str, str]) -> list[Text]:
    """Proofs that need no search: the block is settled elsewhere, or no chain of blocks from the school to it fits into the seats."""
    homes = np.flatnonzero(part.problem.home_block == block)
    if part.problem.keep_home and len(homes) and zone not in homes:
        return [text("explain.proof_home", school=names[part.zone_ids[homes[0]]])]
    for rule in part.problem.rules:
        if isinstance(rule, Locked) and (np.asarray(rule.blocks)[np.asarray(rule.schools) != zone] == block).any():
            return [text("explain.proof_exception")]
    if not np.isfinite(part.problem.distance_of([block], [zone]))[0]:
        return [text("explain.proof_no_way", school=names[part.zone_ids[zone]])]
    if not part.problem.contiguous or not part.problem.keep_home:
        return []
    soft = any(isinstance(r, Seats) and not r.hard for r in part.problem.rules)
    plain = forced if forced.block_count * forced.school_count > TABLE_PAIRS else lower(forced).problem
    graph = block_graph(plain)
    allowed = np.isfinite(part.problem.distance_of(np.arange(part.problem.block_count), np.full(part.problem.block_count, zone)))
    allowed[np.delete(part.problem.home_block, zone)] = False
    home = int(part.problem.home_block[zone])
    chain = reached_weight(graph.indptr.astype(np.int64), graph.indices.astype(np.int32), part.problem.demand, allowed, home, np.inf)[block]
    seats = float(part.problem.capacity[zone])
    if not np.isfinite(chain):
        return [text("explain.proof_no_chain", school=names[part.zone_ids[zone]])]
    if soft or chain <= seats * (1 + 1e-9):
        return []
    return [text("explain.proof_chain", school=names[part.zone_ids[zone]], pupils=float(chain), seats=seats)]


def _least_chain(part: PlanPart, block: int, zone: int) -> NDArray[np.int64]:
    """The blocks by which ``block`` is joined to the zone with fewest pupils moved: without distances nothing draws a search towards a block that lies apart."""
    problem = part.problem
    if not problem.contiguous or not problem.keep_home:
        return np.array([block])
    shut = np.zeros(problem.block_count, dtype=np.bool_)
    shut[np.delete(problem.home_block, zone)] = True
    a, b = np.concatenate([problem.edges, problem.edges[:, ::-1]]).T
    a, b = a[~shut[a] & ~shut[b]], b[~shut[a] & ~shut[b]]
    toll = np.where(part.label == zone, 1e-9, problem.demand + 1e-6)
    graph = sp.csr_array((toll[b], (a, b)), shape=(problem.block_count, problem.block_count))
    before = dijkstra(graph, indices=int(problem.home_block[zone]), return_predecessors=True)[1]
    chain = [block]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    joining = [i for i in chain if part.label[i] != zone]
    return np.array(joining if chain[-1] == problem.home_block[zone] else [block], dtype=np.int64)


def _refuse_broken(problem: ZoningProblem, label: NDArray[np.int64]) -> None:
    broken = check_zoning(problem, label)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))


def _laid_out(plan: Plan, part: PlanPart, forced: ZoningProblem, block: int, label: NDArray[np.int64], opened: tuple[int, dict[str, str]]) -> IfMoved:
    """The moves and what they cost."""
    zones_open, names = opened
    changed = np.unique(np.concatenate([label[label != part.label], part.label[label != part.label]]))
    found = IfMoved(
        found=True,
        proved=False,
        shifts=_shifts(part, block, label, names),
        zones_open=zones_open,
        zones_changed=int((changed >= 0).sum()),
        every_zone_open=zones_open == len(part.zone_ids),
    )
    if not measured(plan, part.stage):
        return dataclasses.replace(found, change_goals=cost_of(part.problem, label) - cost_of(part.problem, part.label) if (part.label >= 0).all() else None)
    before = _metres(part.problem, part.label)
    change = _metres(part.problem, label) - before
    low = max(_least_metres(plan, part, forced, before) - before, -recorded_slack_m(plan, part.stage))
    return dataclasses.replace(found, proved=low >= change - 1e-6 * max(before, 1.0), change_pupil_m=change, low_pupil_m=min(low, change))


def _metres(problem: ZoningProblem, label: NDArray[np.int64]) -> float:
    """Pupils x metres over the blocks that have a zone."""
    known = np.flatnonzero((label >= 0) & (problem.demand > 0))
    return float((problem.demand[known] * problem.distance_of(known, label[known])).sum())


def _least_metres(plan: Plan, part: PlanPart, forced: ZoningProblem, before: float) -> float:
    """A bound that no plan with the block fixed stays below; ``before`` is only its scale."""
    pairs = forced.block_count * forced.school_count
    if pairs > TABLE_PAIRS:
        return _by_prices(plan, part, forced)
    low = lower(forced)
    bound = solve_transport(low.problem).bound
    soft = any(isinstance(r, Seats) and not r.hard for r in forced.rules)
    if pairs <= PROVED_PAIRS and not soft and before > 0:
        bound = max(bound, solve_counted(forced, None, 0).bound)
    return float(bound)


def _by_prices(plan: Plan, part: PlanPart, forced: ZoningProblem) -> float:
    """What the plan's seat prices prove for every plan, and for the block in particular: no table is needed."""
    members = plan.zone_schools[plan.zone_schools["stage"] == part.stage].drop_duplicates("zone_id").set_index("zone_id")["school_id"]
    given = plan.seat_prices[plan.seat_prices["stage"] == part.stage].drop_duplicates("school_id").set_index("school_id")["price_m"]
    price = np.nan_to_num(given.reindex(members.reindex(part.zone_ids)).to_numpy(dtype=np.float64))
    lock = next(r for r in reversed(forced.rules) if isinstance(r, Locked))
    block, zone = int(np.asarray(lock.blocks)[0]), int(np.asarray(lock.schools)[0])
    k = np.arange(forced.school_count)
    priced = forced.distance_of(np.full(len(k), block), k) + price
    plain = part.problem.replace(rules=(), objectives=(Distance(1.0),))
    return price_bound(plain, price) + float(forced.demand[block]) * float(priced[zone] - priced.min())


def _shifts(part: PlanPart, block: int, label: NDArray[np.int64], names: dict[str, str]) -> tuple[Shift, ...]:
    """Moves from zone to zone, that of the block first, then by pupils."""
    rows: dict[tuple[int, int], list[int]] = {}
    for i in np.flatnonzero(label != part.label).tolist():
        rows.setdefault((int(part.label[i]), int(label[i])), []).append(i)
    found = []
    for (old, new), blocks in rows.items():
        of, to = "" if old < 0 else str(part.zone_ids[old]), str(part.zone_ids[new])
        pupils = float(part.problem.demand[blocks].sum())
        ids = tuple(str(b) for b in part.block_ids[blocks])
        found.append((block not in blocks, -pupils, of, to, Shift(of, to, names.get(of, of), names.get(to, to), len(blocks), pupils, ids)))
    return tuple(row[-1] for row in sorted(found, key=lambda r: r[:4]))
