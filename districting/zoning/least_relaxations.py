"""Where no plan was found: what would have to give, each rule tried alone, and how much."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from districting.errors import Conflict, InfeasibleError
from districting.model.goals import Distance
from districting.model.rules import Seats
from districting.model.zoning_problem import ZoningProblem
from districting.wording import Text, text
from districting.zoning.clock import Clock, Effort
from districting.zoning.general import search_general
from districting.zoning.ground import LARGEST_TABLE
from districting.zoning.lowering import lower

STEPS_PER_BLOCK, MOST_STEPS = 5_000, 5_000_000
DEAR = 100.0
"""A pupil over the seats costs this many times the longest way."""
NAMED_SCHOOLS = 5

Solve = Callable[[ZoningProblem], NDArray[np.int64] | None]


def refuse_with_relaxations(problem: ZoningProblem, said: Text, seed: int, deadline: float, solve: Solve, *, proved: bool, over: float) -> InfeasibleError:
    """The refusal ``said`` of a plain problem, with the rules that clash, by how much, and the least found that must give.

    Parameters
    ----------
    deadline : by ``time.perf_counter``
    solve : a problem -> labels of a plan, or None where none is found
    over : seats that the closest plan of the search is over, used where the search for fewest seats cannot be made
    """
    offers: list[Text] = [] if proved else [text("zoning.more_time")]
    short = _seats_to_add(problem, seed, deadline)
    if short is not None and short.sum() > 0:
        over = float(short.sum())
        where = [
            text("zoning.add_seats_at", school=j, short=float(short[j])) for j in np.argsort(-short, kind="stable")[:NAMED_SCHOOLS].tolist() if short[j] > 0
        ]
        offers += where if len(where) == int((short > 0).sum()) else [text("zoning.add_seats", short=over)]
    elif np.isfinite(over):
        offers.append(text("zoning.add_seats", short=over))
    conflicts = [Conflict("seats", over, "seat", said, proved)]
    loose = solve(problem.replace(contiguous=False)) if problem.contiguous else None
    if loose is not None:
        apart = _apart(problem, loose)
        conflicts.append(Conflict("connected", float(apart), "block", text("zoning.apart_with_seats", blocks_apart=apart), proved))
        offers.append(text("zoning.lift_connected_apart", blocks_apart=apart))
    elif problem.contiguous and not proved:
        offers.append(text("zoning.lift_connected"))
    return InfeasibleError(conflicts, offers)


def _seats_to_add(problem: ZoningProblem, seed: int, deadline: float) -> NDArray[np.float64] | None:
    """(k,) seats that a plan with everything else kept needs beyond those there are, the fewest in all that a search finds; None where none is found."""
    n, k = problem.block_count, problem.school_count
    if n * k > LARGEST_TABLE:
        return None
    pairs = problem.distance_of(np.repeat(np.arange(n), k), np.tile(np.arange(k), n))
    longest = float(pairs[np.isfinite(pairs)].max(initial=1.0))
    soft = lower(problem.replace(objectives=(Distance(),), rules=(Seats(hard=False, price=DEAR * max(longest, 1.0)),)))
    left = max(deadline - time.perf_counter(), 0.0)
    found = search_general(soft, 0.0, Effort(Clock(left), 0.0, seed, min(STEPS_PER_BLOCK * n, MOST_STEPS), 0))
    if found.label is None:
        return None
    over = np.bincount(found.label, problem.demand, k) - problem.capacity
    return np.where(over > 1e-9 * np.maximum(problem.capacity, 1.0), over, 0.0)


def _apart(problem: ZoningProblem, label: NDArray[np.int64]) -> int:
    """Blocks that are not joined to their school's own block within its zone."""
    a, b = problem.edges.T
    same = label[a] == label[b]
    n = problem.block_count
    graph = sp.coo_array((np.ones(int(same.sum()), dtype=np.int8), (a[same], b[same])), shape=(n, n))
    piece = connected_components(graph, directed=False)[1]
    return int((piece != piece[problem.home_block[label]]).sum())
