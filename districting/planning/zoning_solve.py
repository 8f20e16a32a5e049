"""Solve the zoning of a stage county by county and turn labels into the plan's tables."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking import check_zoning
from districting.errors import DistrictingError, InfeasibleError
from districting.measures.zoning_terms import seat_price
from districting.model.goals import OBJECTIVES
from districting.model.settings import SolveSettings
from districting.model.solution import ZoningSolution, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.planning.arcs import near_arcs
from districting.planning.budget import PROOF_NODES, SAFETY_S
from districting.planning.starts import Start, best_of_starts
from districting.planning.zoning_build import StageProblem
from districting.planning.zoning_names import named_conflicts
from districting.wording import text

HURRY_S = 2.0
"""For all counties left after an interrupt."""


@dataclass(frozen=True, eq=False)
class StageZones:
    """The zones of one stage. ``zone_of_block`` holds positions in ``problem.zone_ids``."""

    problem: StageProblem
    zone_of_block: NDArray[np.int64]
    seat_price_m: NDArray[np.float64]
    record: dict[str, Any]
    violations: tuple[str, ...] = ()

    @property
    def stage(self) -> str:
        return self.problem.stage


def solve_stage(problem: StageProblem, solve: SolveSettings, seed: int, names: dict[str, str], *, brief: bool = False) -> StageZones:
    """Zones of one stage over all counties; conflicts of all counties are raised together. ``brief``: no proof and no relaxations, for one trial among many."""
    labels = np.full(len(problem.demand), -1, dtype=np.int64)
    price = np.zeros(len(problem.zone_ids))
    solutions: list[ZoningSolution] = []
    conflicts, relaxations = [], []
    nodes = 0 if brief else PROOF_NODES if solve.time_limit_s is None else None
    size = sum(len(blocks) for _, blocks, _, _ in problem.parts)
    for (county, blocks, zones, part), piece in zip(problem.parts, problem.pieces, strict=True):
        if solutions and solutions[-1].ended == "interrupt":
            nodes, solve = 0, dataclasses.replace(solve, time_limit_s=HURRY_S)
        limit = (solve.time_limit_s or SAFETY_S) * max(len(blocks) / size, 0.05)
        try:
            first = Start(part, limit, solve.gap, seed, solve.steps, nodes, not brief)
            found = best_of_starts(first, 1 if brief or nodes == 0 else solve.starts, clocked=solve.time_limit_s is not None)
        except InfeasibleError as error:
            said, offers = named_conflicts(error, piece, part, names.get(county, county))
            conflicts += said
            relaxations += [r for r in offers if r not in relaxations]
            continue
        refuse_broken(part, found.school_of_block)
        labels[blocks], price[zones] = zones[found.school_of_block], found.seat_price_m
        solutions.append(found)
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    return StageZones(
        problem, labels, price, {**_record(solutions, seed, problem), **terms_of([s.terms for s in solutions], [part for *_, part in problem.parts])}
    )


def refuse_broken(part: ZoningProblem, school_of_block: NDArray[np.int64]) -> None:
    """Labels that the independent check finds to break a hard rule go no further."""
    broken = check_zoning(part, school_of_block)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))


def terms_of(terms: list[dict[str, float]], parts: list[ZoningProblem]) -> dict[str, float | str]:
    """``term.NAME``, ``unit.NAME`` and ``weight.NAME`` of every goal over all counties; value x weight is its part of the objective.

    Values add up; a measure between 0 and 1 whose weight differs by county (the social mix) is their mean, weighted alike.
    """
    value: dict[str, float] = {}
    weighted: dict[str, float] = {}
    weights: dict[str, list[float]] = {}
    for found, part in zip(terms, parts, strict=True):
        given = {goal.name: goal.weight for goal in part.goals} | {"seats_over": seat_price(part)}
        for name, amount in found.items():
            value[name] = value.get(name, 0.0) + amount
            weighted[name] = weighted.get(name, 0.0) + given[name] * amount
            weights.setdefault(name, []).append(given[name])
    record: dict[str, float | str] = {}
    for name, each in weights.items():
        same = all(w == each[0] for w in each)
        weight = each[0] if same else sum(each)
        record[f"term.{name}"] = value[name] if same else weighted[name] / weight
        record[f"unit.{name}"] = OBJECTIVES[name].unit if name in OBJECTIVES else "pupil"
        record[f"weight.{name}"] = weight
    return record


def _record(solutions: list[ZoningSolution], seed: int, problem: StageProblem) -> dict[str, Any]:
    objective, bound = sum(s.objective for s in solutions), sum(s.bound for s in solutions)
    proved = all(s.status == "optimal" for s in solutions)
    return {
        "status": "optimal" if proved else "feasible",
        "objective": objective,
        "bound": bound,
        "gap": relative_gap(objective, bound),
        "unit": "pupil-metre" if problem.settings.objective.scale == "pupil" else "1",
        "steps": sum(s.steps for s in solutions),
        "seed": seed,
        "ended": "proved" if proved else max((s.ended for s in solutions), key=("proved", "gap", "steps", "time", "interrupt").index),
    }


def zone_tables(zones: StageZones, block_ids: Any, today: NDArray[np.int64]) -> dict[str, pd.DataFrame]:
    """``zone_schools``, ``demand``, ``seats``, ``seat_prices`` and ``distances`` of one stage. ``today`` (n,) positions of offers, -1 unknown."""
    problem, stage = zones.problem, zones.stage
    school_ids = problem.offers.taken["school_id"].to_numpy(dtype=object)
    zone_ids = np.array(problem.zone_ids, dtype=object)
    return {
        "zone_schools": pd.DataFrame({"zone_id": zone_ids[problem.zone_of_offer], "stage": stage, "school_id": school_ids}),
        "demand": pd.DataFrame({"block_id": block_ids, "stage": stage, "pupils": problem.demand}),
        "seats": pd.DataFrame({"school_id": school_ids, "stage": stage, "seats": problem.seats}),
        "seat_prices": pd.DataFrame({"school_id": school_ids, "stage": stage, "price_m": zones.seat_price_m[problem.zone_of_offer]}),
        "distances": near_arcs(problem, zones.zone_of_block, block_ids, today),
    }
