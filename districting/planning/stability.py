"""Which blocks change zone when a little changes: told by reduced costs, checked on plans drawn anew (policy R41)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.executing import Executor, in_order, open_executor
from districting.model.goals import Distance
from districting.model.plan import Plan
from districting.model.rules import Locked
from districting.model.zoning_problem import ZoningProblem
from districting.planning.plan_goals import measured
from districting.planning.plan_part import counties_of, part_of_plan
from districting.progress import tell_part
from districting.solvers.transport import solve_transport
from districting.zoning.lowering import lower
from districting.zoning.near import zones_near

RESOLVES: Final = 20
CONTROLS: Final = 5
"""Plans drawn anew without any change, to be told from those with one."""
STEPS_PER_BLOCK, STEPS_PER_BLOCK_LARGE, LARGE, LEAST_STEPS = 300, 100, 9_000, 20_000
"""Proposals of each plan drawn anew, per block up to 3,000 blocks and from ``LARGE`` on (between them as many as for 3,000), and at least, where no number is set."""


@dataclass(frozen=True, eq=False)
class Stability:
    """How firmly each block of a stage lies in its zone.

    margin_m : (n,) metres per pupil by which the own zone is better than the best zone next to the block, seat prices counted; below 0: another would be, and a rule keeps it;
        inf where no other zone is next to the block or it may not move; NaN where the block has no zone
    rival : (n,) that other zone, "" where there is none
    flips : (n,) share of the plans drawn anew in which the block is in another zone
    still : (n,) the same of plans drawn anew without any change: what the search alone moves, as the plan is not the best there is
    resolves, without_plan : plans drawn anew (county by county), and trials that found none
    agreement : among blocks with a margin, the chance that one that flipped has a smaller one than one that did not (0.5 = the margin tells nothing, 1 = all);
        NaN where none or all flip
    """

    stage: str
    block_ids: NDArray[Any]
    pupils: NDArray[np.float64]
    margin_m: NDArray[np.float64]
    rival: NDArray[Any]
    flips: NDArray[np.float64]
    still: NDArray[np.float64]
    resolves: int
    without_plan: int
    agreement: float

    def caught(self, line_m: float) -> tuple[float, float]:
        """Of the pupils in blocks that flipped, the share with a margin of at most ``line_m``; and of the pupils with such a margin, the share in blocks that flipped."""
        flipped, near = self.flips > 0, self.margin_m <= line_m
        both = float(self.pupils[flipped & near].sum())
        of = [float(self.pupils[s].sum()) for s in (flipped, near)]
        return (both / of[0] if of[0] else math.nan, both / of[1] if of[1] else math.nan)

    @property
    def flipping_share(self) -> float:
        """Mean over the plans of the share of pupils whose zone is another."""
        return self._share(self.flips)

    @property
    def still_share(self) -> float:
        """The same of plans drawn anew without any change."""
        return self._share(self.still)

    def _share(self, moved: NDArray[np.float64]) -> float:
        total = float(self.pupils.sum())
        return float((moved * self.pupils).sum()) / total if total else math.nan


def stability_map(
    plan: Plan,
    stage: str,
    rng: np.random.Generator,
    *,
    change: float,
    resolves: int = RESOLVES,
    steps: int | None = None,
    executor: Executor | None = None,
) -> Stability | None:
    """Margins from the prices of the transport bound, and ``resolves`` plans drawn anew from the plan's own zones after every block's pupils (their sum kept) and
    distances are off by ``change`` (standard deviation, share). None where the plan knows no distances, or leaves blocks of every county without a zone. ``steps``: proposals of each; the same ``rng`` gives the same bytes.
    ``executor``: where the plans are drawn, None = here; they do not depend on it.

    Raises
    ------
    DataError : the stage has no zones, or nothing says which block a school stands in
    """
    if not measured(plan, stage):
        return None
    n = len(plan.blocks)
    margin, rival = np.full(n, np.nan), np.full(n, "", dtype=object)
    flips, still, pupils = np.zeros(n), np.zeros(n), np.zeros(n)
    made = lost = 0
    parts = [part_of_plan(plan, stage, code) for code in sorted(set(counties_of(plan, stage).tolist()))]
    for part, own in zip(parts, rng.spawn(len(parts)), strict=True):
        pupils[part.blocks] = part.problem.demand
        if not len(part.zone_ids) or (part.label < 0).any():
            continue
        aimed = part.problem.replace(objectives=(Distance(1.0),))
        margin[part.blocks], near = margins(aimed, part.label)
        rival[part.blocks] = np.append(part.zone_ids, "")[near]
        spend = steps if steps is not None else default_steps(aimed.block_count)
        seeds = own.integers(2**31, size=resolves).tolist()
        trials = [_Trial(aimed, part.label, noise, change, spend, t) for t, noise in zip(seeds, own.spawn(resolves), strict=True)]
        controls = [_Trial(aimed, part.label, None, change, spend, t) for t in seeds[:CONTROLS]]
        found = in_order(executor or open_executor("serial"), _drawn_anew, trials + controls, _teller(stage, resolves))
        anew = found[:resolves]
        flips[part.blocks] = _moved(anew, part.label)
        still[part.blocks] = _moved(found[resolves:], part.label)
        lost += sum(label is None for label in anew)
        made += sum(label is not None for label in anew)
    if not made + lost:
        return None
    ids = plan.blocks["block_id"].to_numpy(dtype=object)
    return Stability(stage, ids, pupils, margin, rival, flips, still, made, lost, rank_agreement(np.where(np.isinf(margin), np.nan, margin), flips > 0))


@dataclass(frozen=True, eq=False)
class _Trial:
    """One plan drawn anew as a task; ``noise`` None: without any change."""

    problem: ZoningProblem
    label: NDArray[np.int64]
    noise: np.random.Generator | None
    change: float
    steps: int
    seed: int


def _drawn_anew(trial: _Trial) -> NDArray[np.int64] | None:
    """Labels of the plan, None where the search found none."""
    problem = trial.problem if trial.noise is None else shaken(trial.problem, trial.label, trial.noise, trial.change)
    return zones_near(problem, trial.label, steps=trial.steps, seed=trial.seed)


def _teller(stage: str, resolves: int) -> Callable[[int, int], None]:
    return lambda done, _: tell_part("resolves", stage, done=min(done, resolves), total=resolves)


def default_steps(n: int) -> int:
    """Proposals of one plan of n blocks drawn anew.

    >>> default_steps(10), default_steps(2_000), default_steps(20_000)
    (20000, 600000, 2000000)
    """
    return max(LEAST_STEPS, min(STEPS_PER_BLOCK * n, STEPS_PER_BLOCK_LARGE * max(n, LARGE)))


def _moved(anew: list[NDArray[np.int64] | None], label: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) share of the plans found in which a block is in another zone; 0 where none was found."""
    found = [one != label for one in anew if one is not None]
    return np.mean(found, axis=0) if found else np.zeros(len(label))


def margins(problem: ZoningProblem, label: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(n,) metres per pupil between the own zone and the best zone of a neighbour, by distance and seat price, and (n,) that zone (-1 = none).

    The prices are those of the transport bound: the difference is the reduced cost of the move at the given labels.

    >>> problem = ZoningProblem(demand=[1, 1, 1], capacity=[3, 3], edges=[(0, 1), (1, 2)], home_block=[0, 2],
    ...                         xy=[(0, 0), (90, 0), (200, 0)], school_xy=[(0, 0), (200, 0)])
    >>> margin, rival = margins(problem, np.array([0, 0, 1]))
    >>> margin.tolist(), rival.tolist()
    ([inf, 20.0, inf], [-1, 1, -1])
    """
    price = solve_transport(lower(problem).problem).seat_price_m
    a, b = np.concatenate([problem.edges, problem.edges[:, ::-1]]).T
    apart = (label[a] != label[b]) & (label[b] >= 0)
    pair = np.unique(np.column_stack([a[apart], label[b[apart]]]), axis=0)
    own = problem.distance_of(np.arange(problem.block_count), np.maximum(label, 0)) + price[np.maximum(label, 0)]
    best, rival = np.full(problem.block_count, np.inf), np.full(problem.block_count, -1, dtype=np.int64)
    fixed = np.zeros(problem.block_count, dtype=np.bool_)
    if problem.keep_home:
        fixed[problem.home_block] = True
    for rule in problem.rules:
        if isinstance(rule, Locked):
            fixed[np.asarray(rule.blocks, dtype=np.int64)] = True
    pair = pair[~fixed[pair[:, 0]]] if len(pair) else pair.reshape(0, 2)
    value = problem.distance_of(pair[:, 0], pair[:, 1]) + price[pair[:, 1]]
    order = np.lexsort((pair[:, 1], value, pair[:, 0]))
    block, first = np.unique(pair[order, 0], return_index=True)
    best[block], rival[block] = value[order][first], pair[order][first, 1]
    rival[~np.isfinite(best)] = -1
    return np.where(np.isfinite(best), best - own, np.inf), rival


def shaken(problem: ZoningProblem, label: NDArray[np.int64], rng: np.random.Generator, change: float) -> ZoningProblem:
    """The problem with pupils and distances off by ``change``; all pupils together are as many as before. Of straight lines a block's middle moves by that share of its way to school."""
    pupils = problem.demand * np.maximum(1.0 + change * rng.standard_normal(problem.block_count), 0.0)
    total = pupils.sum()
    pupils = pupils * (problem.demand.sum() / total) if total > 0 else problem.demand
    table = problem.distance_m
    if table is None and problem.xy is not None:
        way = problem.distance_of(np.arange(problem.block_count), label)
        angle = rng.uniform(0.0, 2.0 * np.pi, problem.block_count)
        step = change * rng.standard_normal(problem.block_count) * np.where(np.isfinite(way), way, 0.0)
        return problem.replace(demand=pupils, xy=problem.xy + step[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
    if table is None:
        return problem.replace(demand=pupils)
    if sp.issparse(table):
        arcs = table.tocsr(copy=True)
        arcs.data = arcs.data * np.maximum(1.0 + change * rng.standard_normal(len(arcs.data)), 0.0)
        return problem.replace(demand=pupils, distance_m=arcs)
    return problem.replace(demand=pupils, distance_m=np.asarray(table) * np.maximum(1.0 + change * rng.standard_normal(np.shape(table)), 0.0))


def rank_agreement(margin_m: NDArray[np.float64], flipped: NDArray[np.bool_]) -> float:
    """Chance that a block that flipped has a smaller margin than one that did not, ties half (the area under the ROC curve); NaN where there is nothing to tell apart.

    >>> rank_agreement(np.array([1.0, 2.0, 3.0]), np.array([True, False, False])), rank_agreement(np.array([1.0, 1.0]), np.array([True, False]))
    (1.0, 0.5)
    """
    known = ~np.isnan(margin_m)
    flips, stays = int((flipped & known).sum()), int((~flipped & known).sum())
    if not flips or not stays:
        return math.nan
    rank = pd.Series(margin_m[known]).rank(method="average").to_numpy()
    return float(1.0 - (rank[flipped[known]].sum() - flips * (flips + 1) / 2) / (flips * stays))
