"""One SCIP tree over the arcs left: separators are added where a zone falls apart, so that the bound holds for connected zones."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyscipopt import Conshdlr, Eventhdlr, Model, quicksum
from pyscipopt.scip import PY_SCIP_EVENTTYPE as SCIP_EVENTTYPE
from pyscipopt.scip import PY_SCIP_PARAMSETTING as SCIP_PARAMSETTING
from pyscipopt.scip import PY_SCIP_RESULT as SCIP_RESULT

from districting.zoning.exact.instance import Instance
from districting.zoning.exact.record import SAFE, Progress
from districting.zoning.exact.relaxation import Tightened
from districting.zoning.exact.separators import Separator, find_separators

VIOLATION = 0.03
"""Share of a block by which a separator is broken before it is added to the tree."""
LP_MOST, ENFORCE_MOST = 20, 100
"""Separators per school and round at most: to lift the bound, and against a whole solution."""
WORTH_AGAIN = 0.15
"""Share of the arcs that a better plan must forbid to be worth a new tree."""


class Cut(NamedTuple):
    """The first ``positive`` arcs less the others are at least ``least``; arcs at -1 are gone."""

    arcs: NDArray[np.int64]
    positive: int
    least: float


class Tree:
    """The model of one solve: arcs as binary variables."""

    def __init__(self, instance: Instance, tightened: Tightened, scale: float, seed: int) -> None:
        self.instance, self.alive, self.scale = instance, tightened.alive, scale
        alive = self.alive
        self.block, self.school = np.nonzero(alive)
        self.model = Model("zones")
        self.model.hideOutput()
        self._parameters(seed)
        cost = instance.cost[self.block, self.school] / scale
        self.var = [self.model.addVar(f"x{i}_{j}", vtype="B", obj=float(c)) for i, j, c in zip(self.block, self.school, cost, strict=True)]
        self.position = np.full(alive.shape, -1, dtype=np.int64)
        self.position[self.block, self.school] = np.arange(len(self.var))
        self._rows(tightened.tight)

    def _parameters(self, seed: int) -> None:
        model = self.model
        model.setHeuristics(SCIP_PARAMSETTING.OFF)
        for name, value in (
            ("misc/allowstrongdualreds", False),
            ("misc/allowweakdualreds", False),
            ("misc/usesymmetry", 0),
            ("randomization/randomseedshift", seed % 2_000_000_000),
            ("parallel/maxnthreads", 1),
            ("lp/threads", 1),
            ("timing/clocktype", 2),
            ("misc/catchctrlc", False),
        ):
            model.setParam(name, value)

    def _rows(self, separators: list[Separator]) -> None:
        model, instance = self.model, self.instance
        for i in range(instance.block_count):
            model.addCons(quicksum(self.var[a] for a in self.position[i][self.alive[i]]) == 1)
        for j in range(instance.school_count):
            mine = np.flatnonzero(self.alive[:, j])
            if instance.demand[mine].sum() > instance.seats[j]:
                model.addCons(quicksum(float(instance.demand[i]) * self.var[self.position[i, j]] for i in mine) <= float(instance.seats[j]))
        for s in separators:
            if self.alive[s.block, s.school]:
                between = [a for a in self.position[s.between, s.school] if a >= 0]
                model.addCons(quicksum(self.var[a] for a in between) - self.var[self.position[s.block, s.school]] >= 0, removable=True)

    def values(self, solution: Any) -> NDArray[np.float64]:
        """(n, k) values of a SCIP solution; None stands for the relaxation at hand."""
        value = np.zeros(self.alive.shape)
        get = self.model.getSolVal
        value[self.block, self.school] = [get(solution, v) for v in self.var]
        return value


class SoundZones(Conshdlr):
    """Zones are connected, and seats hold to the slip that the check of a plan allows: what the rows of the model leave open."""

    def __init__(self, tree: Tree, progress: Progress) -> None:
        self.tree, self.progress = tree, progress

    def _parted(self, value: NDArray[np.float64], most: int) -> list[Cut]:
        tree = self.tree
        if not tree.instance.connected:
            return []
        found = find_separators(tree.instance, tree.alive, value, violation=VIOLATION, most=most)
        return [Cut(np.append(tree.position[s.between, s.school], tree.position[s.block, s.school]), len(s.between), 0.0) for s in found]

    def _overfull(self, value: NDArray[np.float64]) -> list[Cut]:
        """For a whole solution: the blocks of a school with too many pupils by less than the solver's tolerance are not together."""
        tree, instance, found = self.tree, self.tree.instance, []
        for j in range(instance.school_count):
            mine = np.flatnonzero(value[:, j] > 0.5)
            if instance.demand[mine].sum() > instance.seats[j]:
                found.append(Cut(tree.position[mine, j], 0, 1.0 - len(mine)))
        return found

    def _add(self, cuts: list[Cut]) -> dict[str, Any]:
        model, cutoff = self.tree.model, False
        for cut in cuts:
            row = model.createEmptyRowUnspec("sound", lhs=cut.least, rhs=None, local=False, removable=True)
            model.cacheRowExtensions(row)
            for place, a in enumerate(cut.arcs):
                if a >= 0:
                    model.addVarToRow(row, self.tree.var[a], 1.0 if place < cut.positive else -1.0)
            model.flushRowExtensions(row)
            cutoff = model.addCut(row, forcecut=True) or cutoff
            model.addPoolCut(row)
            model.releaseRow(row)
        self.progress.cuts += len(cuts)
        return {"result": SCIP_RESULT.CUTOFF if cutoff else SCIP_RESULT.SEPARATED}

    def _sound(self, solution: Any) -> bool:
        value = self.tree.values(solution)
        return not self._overfull(value) and not self._parted(value, 1)

    def conscheck(self, constraints: Any, solution: Any, *_: Any) -> dict[str, Any]:
        return {"result": SCIP_RESULT.FEASIBLE if self._sound(solution) else SCIP_RESULT.INFEASIBLE}

    def consenfolp(self, constraints: Any, nusefulconss: int, solinfeasible: bool) -> dict[str, Any]:
        value = self.tree.values(None)
        cuts = self._parted(value, ENFORCE_MOST) or self._overfull(value)
        return self._add(cuts) if cuts else {"result": SCIP_RESULT.FEASIBLE}

    def consenfops(self, constraints: Any, nusefulconss: int, solinfeasible: bool, objinfeasible: bool) -> dict[str, Any]:
        return {"result": SCIP_RESULT.FEASIBLE if self._sound(None) else SCIP_RESULT.SOLVELP}

    def conssepalp(self, constraints: Any, nusefulconss: int) -> dict[str, Any]:
        cuts = self._parted(self.tree.values(None), LP_MOST)
        return self._add(cuts) if cuts else {"result": SCIP_RESULT.DIDNOTFIND}

    def conslock(self, constraint: Any, locktype: int, nlockspos: int, nlocksneg: int) -> None:
        for v in self.tree.var:
            self.tree.model.addVarLocks(v, nlockspos + nlocksneg, nlockspos + nlocksneg)


class Watch(Eventhdlr):
    """Writes down the bound when it rises and takes every better plan; stops the tree when a plan forbids many arcs."""

    def __init__(self, tree: Tree, tightened: Tightened, progress: Progress) -> None:
        self.tree, self.tightened, self.progress = tree, tightened, progress
        self.limit, self.again = progress.objective, False
        self.interrupted = False

    def eventinit(self) -> None:
        self.model.catchEvent(SCIP_EVENTTYPE.BESTSOLFOUND, self)
        self.model.catchEvent(SCIP_EVENTTYPE.NODESOLVED, self)

    def eventexit(self) -> None:
        self.model.dropEvent(SCIP_EVENTTYPE.BESTSOLFOUND, self)
        self.model.dropEvent(SCIP_EVENTTYPE.NODESOLVED, self)

    def eventexec(self, event: Any) -> None:
        if self.interrupted:
            self.tree.model.interruptSolve()
        if event.getType() == SCIP_EVENTTYPE.BESTSOLFOUND:
            self.take_plan()
        else:
            self.take_bound()

    def take_bound(self) -> None:
        """SCIP's bound holds for plans below the limit given to it."""
        bound = self.tree.model.getDualbound()
        if abs(bound) < self.tree.model.infinity():
            self.progress.raise_bound(min(bound * self.tree.scale, self.limit))

    def take_plan(self) -> None:
        """The best plan of SCIP, checked."""
        tree, progress = self.tree, self.progress
        progress.take_plan(tree.values(tree.model.getBestSol()).argmax(axis=1))
        known = self.tightened
        costly = known.alive & (known.bound + known.reduced > progress.objective)
        if costly.sum() > WORTH_AGAIN * known.alive.sum():
            self.again = True
            tree.model.interruptSolve()


@contextlib.contextmanager
def _interrupts_to(watch: Watch) -> Iterator[None]:
    """Ctrl-C asks the tree to stop at its next node: an exception may not cross the solver, and the solver's own handler prints."""

    def note(*_: object) -> None:
        watch.interrupted = True

    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def solve_tree(instance: Instance, tightened: Tightened, progress: Progress, *, scale: float, gap: float, seed: int) -> bool:
    """Run SCIP on the arcs left. Whether it stopped because a better plan is worth forbidding arcs again."""
    tree = Tree(instance, tightened, scale, seed)
    model = tree.model
    model.setParam("limits/time", max(0.1, progress.seconds_left))
    model.setParam("limits/gap", gap)
    if progress.most_nodes is not None:
        model.setParam("limits/totalnodes", progress.most_nodes)
    if np.isfinite(progress.objective):
        model.setObjlimit(progress.objective * (1 - SAFE) / scale)
    watch = Watch(tree, tightened, progress)
    model.includeConshdlr(
        SoundZones(tree, progress), "sound", "connected zones", sepapriority=0, enfopriority=-10, chckpriority=-10, sepafreq=1, propfreq=-1, eagerfreq=-1,
        needscons=False,
    )  # fmt: skip
    model.includeEventhdlr(watch, "watch", "bounds and plans")
    progress.solver = f"SCIP {model.version()}"
    with _interrupts_to(watch):
        model.optimize()
    progress.nodes += model.getNTotalNodes()
    status = model.getStatus()
    if status == "infeasible":
        progress.raise_bound(progress.objective)
    elif status == "optimal":
        best = model.getPrimalbound() * scale
        # a plan of SCIP that the check refused would leave the plan at hand above SCIP's optimum
        progress.raise_bound(best if best < progress.objective * (1 - 2 * SAFE) else progress.objective)
    else:
        watch.take_bound()
    if watch.interrupted:
        raise KeyboardInterrupt
    return watch.again
