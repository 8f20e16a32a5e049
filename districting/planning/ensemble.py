"""Where a plan stands among lawful plans drawn without preference: a neutral ensemble with unequal seats, connected zones and every school in its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from districting.checking import check_zoning
from districting.errors import DataError, Fault, InfeasibleError
from districting.executing import Executor, in_order, open_executor
from districting.measures.zoning_terms import zoning_terms
from districting.model.goals import OBJECTIVES, Distance
from districting.model.zoning_problem import ZoningProblem
from districting.planning.budget import SAFETY_S
from districting.planning.chain_diagnostics import effective_size, split_r_hat
from districting.planning.recombination import Country, walk
from districting.planning.surcharge import with_surcharge
from districting.progress import tell_part
from districting.wording import Text, text
from districting.zoning import assign_blocks
from districting.zoning.ground import block_graph
from districting.zoning.lowering import Lowered, lower

CHAINS = 4
MIXED = 1.05
BETWEEN_PER_ZONE = 100
"""Proposals between two plans kept, per zone."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Plans of a neutral chain and the place of given plans among them.

    ``labels`` (size, n); ``chain`` (size,); ``measures``: one row per plan drawn; ``places``: plan, measure, value, ``share_below`` of the plans drawn (ties
    count half), lawful, broken; ``diagnostics``: measure, effective_size, r_hat; ``acceptance`` (chains,) accepted shares of proposals; ``separate_starts``:
    chains that began at plans of their own.
    """

    labels: NDArray[np.int32]
    chain: NDArray[np.int64]
    measures: pd.DataFrame
    places: pd.DataFrame
    diagnostics: pd.DataFrame
    acceptance: NDArray[np.float64]
    proposals: int
    separate_starts: int

    @property
    def mixed(self) -> bool:
        """Whether the chains agree in every measure that varies (split R-hat below 1.05)."""
        r_hat = self.diagnostics["r_hat"].to_numpy()
        return bool((np.isnan(r_hat) | (r_hat < MIXED)).all())

    @property
    def remark(self) -> Text:
        """What the diagnostics allow to be said."""
        sizes = self.diagnostics["effective_size"].to_numpy()
        least = float(sizes[np.isfinite(sizes)].min(initial=len(self.labels)))
        return text("variants.mixed" if self.mixed else "variants.not_mixed", size=len(self.labels), effective=least)


def ensemble(
    problem: ZoningProblem,
    plans: Mapping[str, ArrayLike] | None = None,
    size: int = 1000,
    *,
    seed: int = 0,
    between: int | None = None,
    warm_up: float = 0.5,
    steps: int | None = None,
    executor: Executor | None = None,
) -> Ensemble:
    """``size`` lawful plans from four reversible recombination chains, and the place of ``plans`` and of today's among them.

    The chain weighs a plan by the spanning trees of its zones and by nothing else; see :mod:`districting.planning.recombination`. Goals play no part.

    Parameters
    ----------
    plans : name -> (n,) labels, lawful or not; ``today`` is added where today's school is known of every block
    between : proposals between two plans kept; None = 100 per zone
    warm_up : plans dropped at the start of each chain, as a share of those kept
    steps : of the search for the plans the chains begin at
    executor : where the chains run, None = here; the plans drawn do not depend on it

    Raises
    ------
    DataError : a rule the chain cannot hold (zones in pieces, free homes, neighbours together), fewer than 8 plans
    InfeasibleError : no lawful plan to begin at

    Examples
    --------
    >>> line = ZoningProblem(demand=[1, 1, 1, 1], capacity=[3, 3], edges=[(0, 1), (1, 2), (2, 3)], home_block=[0, 3], xy=[(0, 0), (1, 0), (2, 0), (3, 0)],
    ...                      school_xy=[(0, 0), (3, 0)])
    >>> drawn = ensemble(line, {"even": [0, 0, 1, 1]}, 400, steps=1000)
    >>> sorted({tuple(row) for row in drawn.labels.tolist()})
    [(0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 1, 1)]
    """
    low = lower(problem)
    _refuse(low, size)
    country = build_country(low)
    starts = _starts(problem, seed, steps)
    between = BETWEEN_PER_ZONE * low.problem.school_count if between is None else between
    keeps = [size // CHAINS + (c < size % CHAINS) for c in range(CHAINS)]
    tasks = [
        _Chain(country, _of_units(low, starts[c % len(starts)]), (seed, c), between, keep, round(warm_up * keep), (sum(keeps[:c]), size))
        for c, keep in enumerate(keeps)
    ]
    walked = in_order(executor or open_executor("serial"), _walked, tasks, lambda done, _: tell_part("draws", done=sum(keeps[:done]), total=size))
    labels = np.concatenate([kept[:, low.unit_of_block] for kept, _ in walked])
    chain = np.repeat(np.arange(CHAINS), keeps)
    acceptance = [share for _, share in walked]
    measured = _with_all_goals(problem)
    measures = pd.DataFrame([_measures(measured, one) for one in labels])
    return Ensemble(
        labels,
        chain,
        measures,
        _places(problem, measures, _with_today(problem, plans or {})),
        _diagnostics(measures, chain),
        np.array(acceptance),
        between,
        len(starts),
    )


@dataclass(frozen=True, eq=False)
class _Chain:
    """One chain as a task: it starts at ``label`` (units), drops ``dropped`` plans and keeps ``keep``. ``told``: plans of the chains before it, and of all."""

    country: Country
    label: NDArray[np.int64]
    seed: tuple[int, int]
    between: int
    keep: int
    dropped: int
    told: tuple[int, int]


def _walked(chain: _Chain) -> tuple[NDArray[np.int32], float]:
    """(keep, u) labels of the units in the plans kept, and the accepted share of the proposals."""
    rng, label, accepted = np.random.default_rng(chain.seed), chain.label.copy(), 0
    kept = np.empty((chain.keep, len(label)), dtype=np.int32)
    for t in range(chain.dropped + chain.keep):
        tell_part("draws", done=chain.told[0] + max(t - chain.dropped, 0), total=chain.told[1])
        accepted += walk(chain.country, label, chain.between, rng)
        if t >= chain.dropped:
            kept[t - chain.dropped] = label
    return kept, accepted / max(chain.between * (chain.dropped + chain.keep), 1)


def plan_measures(problem: ZoningProblem, label: ArrayLike) -> dict[str, float]:
    """What is known of a plan, in plain units: mean_distance_m, pupils_moved, imbalance, border_pairs, border_m, compactness (mean Polsby-Popper), dissimilarity."""
    return _measures(_with_all_goals(problem), label)


def _with_all_goals(problem: ZoningProblem) -> ZoningProblem:
    """The problem with every goal that its data allow."""
    known = [g for g in OBJECTIVES.values() if all(getattr(problem, need) is not None for need in g.needs)]
    if problem.distance_m is None and problem.xy is None:
        known = [g for g in known if g is not Distance]
    return problem.replace(objectives=tuple(g() for g in known))


def _measures(problem: ZoningProblem, label: ArrayLike) -> dict[str, float]:
    zone = np.asarray(label, dtype=np.int64)
    terms = zoning_terms(problem, zone)
    parted = float((zone[problem.edges[:, 0]] != zone[problem.edges[:, 1]]).sum())
    pupils = max(float(problem.demand.sum()), 1e-300)
    found = {"mean_distance_m": terms["distance"] / pupils} if "distance" in terms else {}
    found |= {name: terms[goal] for name, goal in (("pupils_moved", "stability"), ("imbalance", "balance")) if goal in terms}
    found["border_pairs"] = parted
    found |= {name: terms[goal] for name, goal in (("border_m", "border"), ("dissimilarity", "mix")) if goal in terms}
    if "compactness" in terms:
        found["compactness"] = 1 - terms["compactness"] / len(np.unique(zone))
    return found


def build_country(low: Lowered) -> Country:
    """Arrays for the chain."""
    plain, draft = low.problem, low.draft
    u, z = plain.block_count, plain.school_count
    graph = block_graph(plain)
    finite = np.zeros((0, 0), dtype=np.bool_)
    if not low.same or plain.distance_m is not None:
        finite = np.stack([np.isfinite(plain.distance_of(np.arange(u), np.full(u, j))) for j in range(z)], axis=1)
    zone, unit = low.zone_of_school, low.unit_of_block
    sums = [np.stack(x, axis=1) for x in zip(*((np.bincount(unit, s.amount, u), *_band(s.low, s.high, zone, z)) for s in draft.sums), strict=True)]
    amount, lows, highs = sums if sums else (np.zeros((u, 0)), np.zeros((z, 0)), np.zeros((z, 0)))
    return Country(
        start=graph.indptr.astype(np.int64),
        neighbour=graph.indices.astype(np.int64),
        edges=np.ascontiguousarray(plain.edges),
        pupils=np.ascontiguousarray(plain.demand),
        seats=np.ascontiguousarray(plain.capacity),
        home=np.ascontiguousarray(plain.home_block),
        allowed=np.ascontiguousarray(finite),
        amount=np.ascontiguousarray(amount, dtype=np.float64),
        low=np.ascontiguousarray(lows, dtype=np.float64),
        high=np.ascontiguousarray(highs, dtype=np.float64),
        moved=_moved(low, u, z),
        moved_cap=float(draft.moved_cap),
    )


def _band(low: NDArray[np.float64], high: NDArray[np.float64], zone: NDArray[np.int64], z: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    most = np.finfo(np.float64).max / max(len(zone), 1)
    return np.bincount(zone, low, z).astype(np.float64), np.bincount(zone, np.minimum(high, most), z).astype(np.float64)


def _moved(low: Lowered, u: int, z: int) -> NDArray[np.float64]:
    """(u, z) pupils who would leave today's zone; (0, 0) without a cap on them."""
    given = low.given
    if given.today is None or np.isinf(low.draft.moved_cap):
        return np.zeros((0, 0))
    known = np.flatnonzero(given.today >= 0)
    unit, pupils = low.unit_of_block[known], given.demand[known]
    moved = np.repeat(np.bincount(unit, pupils, u)[:, None], z, axis=1)
    np.subtract.at(moved, (unit, low.zone_of_school[given.today[known]]), pupils)
    return np.ascontiguousarray(moved, dtype=np.float64)


def _refuse(low: Lowered, size: int) -> None:
    faults = []
    for rule, broken in (
        ("connected", not low.problem.contiguous),
        ("home_block", not low.problem.keep_home),
        ("neighbours_together", low.draft.mates_share > 0),
    ):
        if broken:
            faults.append(Fault(text("variants.chain_rule", rule=text(f"rules.{rule}")), text("variants.chain_rule_remedy"), column=rule))
    if size < 2 * CHAINS:
        faults.append(Fault(text("variants.too_few_plans", size=size), text("variants.more_plans", least=2 * CHAINS), column="size"))
    if faults:
        raise DataError(faults)


def _starts(problem: ZoningProblem, seed: int, steps: int | None) -> list[NDArray[np.int64]]:
    """Lawful plans that lie apart: the best, and the best under random surcharges of up to twice the mean distance."""
    first = assign_blocks(problem, time_limit_s=SAFETY_S, seed=seed, steps=steps, proof_nodes=0)
    found = [first.school_of_block]
    zones = int(lower(problem).zone_of_school.max()) + 1
    typical = 2 * first.objective / max(float(problem.demand.sum()), 1e-300) or 1.0
    for c in range(1, CHAINS):
        rng = np.random.default_rng((seed, c, 1))
        try:
            dearer = with_surcharge(problem, rng.uniform(0, typical, (problem.block_count, zones)))
            label = assign_blocks(dearer, time_limit_s=SAFETY_S, seed=seed + c, steps=steps, proof_nodes=0).school_of_block
        except InfeasibleError:
            continue
        if not check_zoning(problem, label):
            found.append(label)
    return found


def _of_units(low: Lowered, label: NDArray[np.int64]) -> NDArray[np.int64]:
    unit_label = np.empty(low.problem.block_count, dtype=np.int64)
    unit_label[low.unit_of_block] = label
    return unit_label


def _with_today(problem: ZoningProblem, plans: Mapping[str, ArrayLike]) -> dict[str, ArrayLike]:
    if problem.today is None or (problem.today < 0).any() or "today" in plans:
        return dict(plans)
    return {"today": lower(problem).zone_of_school[problem.today], **plans}


def _places(problem: ZoningProblem, measures: pd.DataFrame, plans: Mapping[str, ArrayLike]) -> pd.DataFrame:
    rows = []
    for name, label in plans.items():
        broken = sorted({v.rule for v in check_zoning(problem, np.asarray(label))})
        for measure, value in plan_measures(problem, label).items():
            drawn = measures[measure].to_numpy()
            near = np.isclose(drawn, value, rtol=1e-9, atol=1e-12)
            below = float((((drawn < value) & ~near) + 0.5 * near).mean())
            rows.append({"plan": name, "measure": measure, "value": value, "share_below": below, "lawful": not broken, "broken": ",".join(broken)})
    return pd.DataFrame(rows, columns=["plan", "measure", "value", "share_below", "lawful", "broken"])


def _diagnostics(measures: pd.DataFrame, chain: NDArray[np.int64]) -> pd.DataFrame:
    least = min(np.bincount(chain))
    rows = []
    for measure in measures.columns:
        values = np.stack([measures[measure].to_numpy()[chain == c][:least] for c in range(CHAINS)])
        rows.append({"measure": measure, "effective_size": effective_size(values), "r_hat": split_r_hat(values)})
    return pd.DataFrame(rows)
