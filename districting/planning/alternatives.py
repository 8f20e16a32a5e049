"""Several good plans that are clearly different from each other, or the honest word that there are fewer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

from districting.checking import check_zoning
from districting.errors import InfeasibleError
from districting.measures.zoning_terms import objective_of, zoning_terms
from districting.model.solution import ZoningSolution, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.planning.budget import PROOF_NODES, SAFETY_S
from districting.planning.surcharge import repeats, with_surcharge
from districting.progress import tell_part
from districting.wording import Text, text
from districting.zoning import assign_blocks

EVEN_SOLVES, UNEVEN_SOLVES, REFINEMENTS = 8, 6, 2
"""Solves with one surcharge for all, with surcharges that differ by zone, and bisections after the first plan that is near and far enough."""
SLACK = 1e-9
Ending = Literal["found", "none_exists", "none_found"]


@dataclass(frozen=True, eq=False)
class Alternative:
    """One plan: ``moved_from_best`` and ``nearest`` are shares of pupils, the latter to the most alike of the others; ``cost_over_best`` (objective / best) - 1."""

    solution: ZoningSolution
    moved_from_best: float
    cost_over_best: float
    nearest: float


@dataclass(frozen=True, eq=False)
class Alternatives:
    """The plans, the best first. ``ended``: ``found`` as many as asked; ``none_exists``: it is proved that no further plan is both near enough in cost
    and different enough from all of these; ``none_found``: none was found, which proves nothing.
    """

    members: tuple[Alternative, ...]
    wanted: int
    ended: Ending

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Alternative]:
        return iter(self.members)

    def __getitem__(self, position: int) -> Alternative:
        return self.members[position]

    @property
    def remark(self) -> Text:
        """How many there are, and what is known about more."""
        return text(f"variants.{self.ended}", count=len(self.members), wanted=self.wanted)


def alternatives(
    problem: ZoningProblem,
    count: int = 3,
    *,
    within: float = 0.02,
    apart: float = 0.05,
    known: Sequence[ArrayLike] = (),
    bound: float = -np.inf,
    seed: int = 0,
    steps: int | None = None,
) -> Alternatives:
    """Up to ``count`` lawful plans, the best among them: none dearer than (1 + ``within``) x the best, any two at least ``apart`` of all pupils different.

    Each further plan is the cheapest under a surcharge on repeating the plans before it; the surcharge is bisected between too alike and too dear.
    The bound of a surcharged problem also proves, where it is high enough, that no further plan exists.

    Parameters
    ----------
    known : plans (n,) that may be among the answers if they are lawful
    bound : proven elsewhere for every plan of the problem; gaps are to it where it is the stronger one

    Raises
    ------
    InfeasibleError : not even one plan; see :func:`districting.zoning.assign_blocks`

    Examples
    --------
    >>> line = ZoningProblem(demand=[1, 1, 1], capacity=[2, 2], edges=[(0, 1), (1, 2)], home_block=[0, 2], xy=[(0, 0), (100, 0), (200, 0)],
    ...                      school_xy=[(0, 0), (200, 0)])
    >>> [a.solution.school_of_block.tolist() for a in alternatives(line, steps=2000)] in ([[0, 0, 1], [0, 1, 1]], [[0, 1, 1], [0, 0, 1]])
    True
    """
    first = assign_blocks(problem, time_limit_s=SAFETY_S, seed=seed, steps=steps, proof_nodes=PROOF_NODES)
    if bound > first.bound:
        first = dataclasses.replace(first, bound=bound, certificate=None)
    hunt = _Hunt(problem, within, apart, seed, steps)
    for label in (first.school_of_block, *known):
        hunt.offer(np.asarray(label, dtype=np.int64))
    ended: Ending = "found"
    while len(picked := hunt.picks(count)) < count:
        tell_part("alternatives", done=len(picked), total=count)
        before = hunt.best_value
        proved = hunt.seek([hunt.label[p] for p in picked])
        if len(hunt.picks(count)) <= len(picked) and hunt.best_value >= before - SLACK * before:
            ended = "none_exists" if proved else "none_found"
            break
    return Alternatives(tuple(_described(problem, first, hunt, hunt.picks(count))), count, ended)


@dataclass
class _Hunt:
    """Every lawful plan met so far, with its objective."""

    problem: ZoningProblem
    within: float
    apart: float
    seed: int
    steps: int | None
    label: list[NDArray[np.int64]] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    @property
    def best_value(self) -> float:
        return min(self.value)

    @property
    def pupils(self) -> float:
        return max(float(self.problem.demand.sum()), 1e-300)

    def offer(self, label: NDArray[np.int64]) -> None:
        if not check_zoning(self.problem, label):
            self.label.append(label)
            self.value.append(objective_of(self.problem, label))

    def difference(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
        """Share of pupils whose zone differs."""
        return float(self.problem.demand[a != b].sum()) / self.pupils

    def far(self, label: NDArray[np.int64], others: list[NDArray[np.int64]]) -> bool:
        return all(self.difference(label, other) >= self.apart - SLACK for other in others)

    def picks(self, count: int) -> list[int]:
        """The cheapest plan, then always the cheapest of those far enough from all picked."""
        order = np.argsort(self.value, kind="stable").tolist()
        limit = (1 + self.within) * self.best_value * (1 + SLACK)
        picked: list[int] = []
        for p in order:
            if len(picked) < count and self.value[p] <= limit and self.far(self.label[p], [self.label[q] for q in picked]):
                picked.append(p)
        return picked

    def seek(self, chosen: list[NDArray[np.int64]]) -> bool:
        """Add plans far from the chosen; True when a bound proves that there is none near enough in cost."""
        count = repeats(self.problem, chosen)
        limit = (1 + self.within) * self.best_value
        alike = len(chosen) * (1 - self.apart) * self.pupils
        toll = max(self.within, 1e-3) * self.best_value / (max(self.apart, 1e-3) * self.pupils)
        low, high, far, good = 0.0, np.inf, [], 0
        for turn in range(EVEN_SOLVES):
            if good > REFINEMENTS:
                break
            found = self._solve(toll * count, turn)
            if found is None:
                break
            if found.bound - toll * alike > limit * (1 + SLACK):
                return True
            label = found.school_of_block.astype(np.int64)
            if self.far(label, chosen):
                high = toll
                far.append(label)
                good = max(good, int(objective_of(self.problem, label) <= limit))
            else:
                low = toll
            good += good > 0
            toll = 4 * toll if np.isinf(high) else (low + high) / 2 if low > 0 else high / 4
        if len(self.picks(len(chosen) + 1)) <= len(chosen):
            far += self._uneven(toll if np.isinf(high) else high, count, chosen)
        if len(self.picks(len(chosen) + 1)) <= len(chosen):
            for label in far:
                self.offer(self._nearer(label, chosen, limit))
        return False

    def _solve(self, surcharge: NDArray[np.float64], turn: int) -> ZoningSolution | None:
        """The cheapest plan under a surcharge, offered; None when none was found."""
        try:
            dearer = with_surcharge(self.problem, surcharge)
            found = assign_blocks(dearer, time_limit_s=SAFETY_S, seed=self.seed + 1 + turn, steps=self.steps, proof_nodes=0)
        except InfeasibleError:
            return None
        self.offer(found.school_of_block.astype(np.int64))
        return found

    def _uneven(self, toll: float, count: NDArray[np.float64], chosen: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
        """Far plans under surcharges that weigh on some zones more than on others, so that the differences gather in one part of the map."""
        rng = np.random.default_rng((self.seed, len(chosen)))
        far = []
        for turn in range(UNEVEN_SOLVES):
            found = self._solve(toll * count * rng.choice([0.0, 1.0, 3.0], count.shape[1]), EVEN_SOLVES + turn)
            if found is not None and self.far(found.school_of_block, chosen):
                far.append(found.school_of_block.astype(np.int64))
        return far

    def _nearer(self, label: NDArray[np.int64], chosen: list[NDArray[np.int64]], limit: float) -> NDArray[np.int64]:
        """A plan too dear, with patches put back to the first chosen one while it stays lawful and far enough, the most saving first."""
        best, value = chosen[0], objective_of(self.problem, label)
        for patch in _patches(self.problem, label, best):
            if value <= limit:
                break
            trial = label.copy()
            trial[patch] = best[patch]
            cheaper = objective_of(self.problem, trial)
            if cheaper < value and self.far(trial, chosen) and not check_zoning(self.problem, trial):
                label, value = trial, cheaper
        return label


def _patches(problem: ZoningProblem, label: NDArray[np.int64], other: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Connected patches of blocks that went from one zone to another together; those that cost most beside ``other`` first."""
    (a, b), n = problem.edges.T, problem.block_count
    same = (label[a] == label[b]) & (other[a] == other[b])
    graph = sp.coo_array((np.ones(same.sum()), (a[same], b[same])), shape=(n, n))
    piece = connected_components(graph, directed=False)[1]
    changed = np.unique(piece[label != other])
    patches = [np.flatnonzero(piece == p) for p in changed]

    def saving(patch: NDArray[np.int64]) -> float:
        trial = label.copy()
        trial[patch] = other[patch]
        return objective_of(problem, trial)

    return sorted(patches, key=saving)


def _described(problem: ZoningProblem, first: ZoningSolution, hunt: _Hunt, picked: list[int]) -> Iterator[Alternative]:
    best = hunt.label[picked[0]]
    for p in picked:
        label, value = hunt.label[p], hunt.value[p]
        gap = relative_gap(value, first.bound)
        solution = dataclasses.replace(
            first,
            school_of_block=label,
            objective=value,
            bound=min(first.bound, value),
            gap=gap,
            status="optimal" if gap <= SLACK else "feasible",
            terms=zoning_terms(problem, label),
        )
        others = [hunt.difference(label, hunt.label[q]) for q in picked if q != p]
        over = value / hunt.best_value - 1 if hunt.best_value > 0 else 0.0
        yield Alternative(solution, hunt.difference(label, best), over, min(others, default=1.0))
