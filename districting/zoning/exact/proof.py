"""The proof: arcs are forbidden by prices, then one tree over the arcs left settles the rest."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.checking.zoning import check_zoning
from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import TransportSolution
from districting.wording import text
from districting.zoning.exact.columns import forbid_by_columns
from districting.zoning.exact.fallback import solve_again, solver_name
from districting.zoning.exact.instance import Instance, build_instance, drop_unreached, first_arcs
from districting.zoning.exact.record import Progress, Proof
from districting.zoning.exact.relaxation import Tightened, forbid, tighten
from districting.zoning.lowering import lower

COLUMNS_GAP, COLUMNS_ZONE = 0.02, 20
"""Columns are worth their time where the relaxation over arcs is this far from the plan and zones have at most this many blocks on average."""
KERNEL_ARCS, KERNEL_NODES, KERNEL_SHARE = (1.5, 2.0, 2.5), 1_000, 0.15
"""Arcs per block, nodes and share of the clock of each look for better plans before the tree over all arcs."""
KERNEL_LEAST = 1_500
"""With fewer arcs left the tree over all of them is as fast."""
FAR_GAP, FAR_SHARE = 1.5e-3, 0.5
"""Where the relaxation is this far from the plan, larger groups of zones are drawn anew for this share of the clock before the tree."""


class Tree(NamedTuple):
    """``solver``: ``"scip"`` or ``"highs"``, None = SCIP where pyscipopt can be imported, otherwise HiGHS; ``nodes`` at most; ``seed`` of its random choices."""

    solver: str | None = None
    nodes: int | None = None
    seed: int = 0


Better = Callable[[NDArray[np.int64], float], NDArray[np.int64]]
"""Labels and seconds -> labels at least as good."""
UNIT = 1e4
"""The objective that the solvers see, whatever the pupil-metres."""


def prove(
    problem: ZoningProblem,
    labels: ArrayLike | None,
    transport: TransportSolution,
    *,
    seconds: float,
    gap: float = 0.0,
    tree: Tree = Tree(),  # noqa: B008 - frozen
    better: Better | None = None,
) -> Proof:
    """The best bound that ``seconds`` allow on the least pupil-metres of whole blocks, hard seats, connected zones and home blocks kept.

    Parameters
    ----------
    problem : in plain form: distance alone, the default rules
    labels : (n,) a plan that holds every rule; None where none is known
    transport : of the same problem
    seconds : the clock; when it ends, or on an interrupt, the best bound so far is given
    gap : good enough: stop when (objective - bound) / objective is at most this
    tree : how the tree is grown; a run that its nodes end repeats, unlike one that the clock ends
    better : looks for a better plan than labels (n,) within some seconds; asked where the relaxation stays far from the plan

    Returns
    -------
    Proof
        ``bound`` never above the optimum; ``labels`` at least as good as those given.

    Raises
    ------
    DataError : a plan that breaks a rule, goals or rules beyond the default ones, connected zones without their home block
    InfeasibleError : proved that no plan exists

    Examples
    --------
    >>> from districting.solvers.transport import solve_transport
    >>> problem = ZoningProblem(demand=[3, 2, 4], capacity=[6, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2],
    ...                         xy=[(0, 0), (90, 0), (200, 0)], school_xy=[(0, 0), (200, 0)])
    >>> found = prove(problem, [0, 1, 1], solve_transport(problem), seconds=10, tree=Tree("highs"))
    >>> found.optimal, found.labels.tolist(), round(found.bound, 3)
    (True, [0, 0, 1], 180.0)
    """
    plan = _sound(problem, labels)
    instance = build_instance(problem)
    began = time.perf_counter()
    solver = tree.solver or ("scip" if scip_installed() else "highs")
    progress = Progress(began, began + seconds, problem, "scip" if solver == "scip" else "highs", most_nodes=tree.nodes)
    if plan is not None:
        progress.take_plan(plan)
    progress.raise_bound(transport.bound)
    interrupted = False
    try:
        _close(instance, transport, progress, (gap, tree.seed, better))
    except KeyboardInterrupt:
        interrupted = True
    if progress.labels is None and progress.bound == np.inf:
        raise InfeasibleError(
            [Conflict("connected", float(problem.block_count), "block", text("exact.no_plan", blocks=problem.block_count, schools=problem.school_count))],
            [text("exact.add_seats"), text("exact.lift_connected")],
        )
    return progress.proof(interrupted)


def scip_installed() -> bool:
    """Whether pyscipopt can be imported: it has wheels for the usual machines, and HiGHS does without it elsewhere."""
    return importlib.util.find_spec("pyscipopt") is not None


def _close(instance: Instance, transport: TransportSolution, progress: Progress, wanted: tuple[float, int, Better | None]) -> None:
    """Forbid and branch; again from the start when a better plan forbids much more. ``wanted``: gap, seed, and who looks for better plans."""
    gap, seed, better = wanted
    alive = first_arcs(instance)
    drop_unreached(instance, alive)
    progress.note("reach", alive)
    _forbid_by_transport(instance, alive, transport, progress)
    progress.note("transport", alive)
    while not progress.within(gap) and progress.seconds_left > 0:
        tightened = tighten(instance, alive, progress, _scale(transport, progress))
        alive = tightened.alive
        progress.note("relaxation", alive)
        if better is not None and alive.sum() > KERNEL_LEAST:
            _ask(instance, tightened, progress, better)
            better = None
        if progress.method != "highs" and alive.sum() > KERNEL_LEAST:
            alive = _improve(instance, tightened, progress, gap, seed)
        if _columns_pay(instance, tightened, progress):
            alive = forbid_by_columns(instance, alive, tightened.price, progress, _scale(transport, progress))
            progress.method = "columns+scip"
            progress.note("forced", alive)
        if not _branch(instance, tightened._replace(alive=alive), transport, progress, gap, seed):
            return


def _ask(instance: Instance, tightened: Tightened, progress: Progress, better: Better) -> None:
    """A better plan from who looks for one, where the relaxation leaves much open; then the arcs that it forbids go."""
    if progress.labels is None or progress.objective - tightened.bound <= FAR_GAP * progress.objective:
        return
    found = better(progress.labels, FAR_SHARE * progress.seconds_left)
    if progress.take_plan(found):
        forbid(instance, tightened.alive, tightened.bound, tightened.reduced, progress.objective)
        progress.note("plan from wider groups", tightened.alive)


def _improve(instance: Instance, tightened: Tightened, progress: Progress, gap: float, seed: int) -> NDArray[np.bool_]:
    """Better plans from the arcs that the relaxation likes best, a few per block; then the arcs that the best of them forbids go."""
    from districting.zoning.exact.tree import solve_tree

    alive = tightened.alive.copy()
    for per_block in KERNEL_ARCS:
        left = progress.seconds_left
        count = round(per_block * instance.block_count)
        if progress.within(gap) or left <= 0 or not alive.any(axis=1).all() or count >= alive.sum():
            break
        likely = alive & (tightened.reduced <= np.partition(tightened.reduced[alive], count - 1)[count - 1])
        if progress.labels is not None:
            likely[np.arange(instance.block_count), progress.labels] = alive[np.arange(instance.block_count), progress.labels]
        drop_unreached(instance, likely)
        if not likely.any(axis=1).all():
            continue
        now = time.perf_counter()
        part = Progress(now, now + KERNEL_SHARE * left, progress.problem, progress.method, labels=progress.labels, objective=progress.objective)
        part.most_nodes = KERNEL_NODES if progress.most_nodes is None else min(KERNEL_NODES, progress.most_nodes)
        solve_tree(instance, tightened._replace(alive=likely, reduced=np.full(alive.shape, -np.inf)), part, scale=_scale_of(progress), gap=gap, seed=seed)
        progress.nodes += part.nodes
        if part.labels is not None and progress.take_plan(part.labels):
            forbid(instance, alive, tightened.bound, tightened.reduced, progress.objective)
            progress.note(f"plan from {per_block:g} arcs per block", alive)
    return alive


def _branch(instance: Instance, tightened: Tightened, transport: TransportSolution, progress: Progress, gap: float, seed: int) -> bool:
    """One tree over the arcs left. Whether a better plan sends us back to forbidding arcs."""
    alive, scale = tightened.alive, _scale(transport, progress)
    if not alive.any(axis=1).all():
        progress.raise_bound(progress.objective)
        return False
    if progress.within(gap) or progress.seconds_left <= 0:
        return False
    if progress.method == "highs":
        progress.solver = solver_name()
        solve_again(instance, alive, tightened.tight, progress, scale=scale, gap=gap)
        return False
    from districting.zoning.exact.tree import solve_tree

    return solve_tree(instance, tightened, progress, scale=scale, gap=gap, seed=seed)


def _forbid_by_transport(instance: Instance, alive: NDArray[np.bool_], transport: TransportSolution, progress: Progress) -> None:
    priced = np.where(alive, instance.cost + instance.demand[:, None] * transport.seat_price_m[None, :], np.inf)
    least = priced.min(axis=1)
    if not np.isfinite(least).all():
        alive[:] = False
        return
    bound = float(least.sum() - (instance.seats * transport.seat_price_m).sum())
    progress.raise_bound(bound)
    forbid(instance, alive, bound, priced - least[:, None], progress.objective)


def _scale_of(progress: Progress) -> float:
    return progress.objective / UNIT if 0 < progress.objective < np.inf else 1.0


def _scale(transport: TransportSolution, progress: Progress) -> float:
    size = progress.objective if np.isfinite(progress.objective) else transport.bound
    return size / UNIT if size > 0 else 1.0


def _columns_pay(instance: Instance, tightened: Tightened, progress: Progress) -> bool:
    alive = tightened.alive
    small = instance.block_count <= COLUMNS_ZONE * instance.school_count
    far = progress.objective - tightened.bound > COLUMNS_GAP * progress.objective
    return progress.method != "highs" and bool(alive.any(axis=1).all()) and instance.connected and instance.keep_home and small and far


def _sound(problem: ZoningProblem, labels: ArrayLike | None) -> NDArray[np.int64] | None:
    """The plan as positions, refused when it breaks a rule or when the problem is not the one this proof is for."""
    faults = []
    low = lower(problem)
    if not (low.plain and low.same):
        faults.append(Fault(text("exact.not_plain"), text("exact.give_plain"), column="objectives"))
    if problem.contiguous and not problem.keep_home:
        faults.append(Fault(text("exact.home_free"), text("exact.keep_home"), column="keep_home"))
    plan = None if labels is None else np.array(labels, dtype=np.int64)
    if plan is not None and not faults:
        faults += [Fault(text("exact.broken_plan", broken=v.problem), text("exact.give_plan"), column="labels") for v in check_zoning(problem, plan)]
    if faults:
        raise DataError(faults)
    return plan
