"""Address exceptions (门牌例外): single blocks that go to a named school for a reason, some of them only until a year."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.rules import Barriers, Locked, Rule
from districting.model.zoning_problem import ZoningProblem
from districting.planning.rows import note_rows, stack
from districting.planning.zoning_build import StageProblem
from districting.reading.city import City
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Exceptions:
    """Rows of the table ``exceptions`` that are in force in ``year``, and those that have run out."""

    year: int
    active: pd.DataFrame
    expired: pd.DataFrame

    def places(self, stage: str, block_ids: Any, zone_of_school: Mapping[str, int]) -> NDArray[np.int64]:
        """(e, 2) position of the block and of the zone of its school; exceptions of blocks that are not among these are another part's.

        Raises
        ------
        DataError : an exception names a school that has no zone here (every one listed)
        """
        rows = self.active[(self.active["stage"] == stage) & self.active["block_id"].isin(set(np.asarray(block_ids, dtype=object).tolist()))]
        faults = [
            Fault(text("variants.exception_school", block=r.block_id, school=r.school_id), text("variants.exception_school_remedy"), column="school_id")
            for r in rows.itertuples()
            if r.school_id not in zone_of_school
        ]
        if faults:
            raise DataError(faults)
        block = pd.Index(block_ids).get_indexer(rows["block_id"])
        zone = [zone_of_school[s] for s in rows["school_id"]]
        return np.column_stack([block, np.array(zone, dtype=np.int64)]).astype(np.int64).reshape(-1, 2)

    def notes(self) -> list[Fault]:
        """One warning for each exception that has run out."""
        return [
            Fault(
                text("variants.exception_over", block=row["block_id"], stage=text(f"word.{row['stage']}"), until=int(row["temporary_until"]), year=self.year),
                text("variants.exception_over_remedy"),
                column="exceptions",
                severity="warning",
            )
            for row in self.expired.to_dict(orient="records")
        ]


def exceptions_in_force(rows: pd.DataFrame, year: int) -> Exceptions:
    """Split the table by year: an exception holds up to and including its ``temporary_until``; without one it holds for good.

    Raises
    ------
    DataError : two exceptions for one block and stage that name different schools

    Examples
    --------
    >>> rows = pd.DataFrame({"block_id": ["b1", "b2"], "stage": "primary", "school_id": ["s", "s"], "reason": "", "temporary_until": [2026, None]})
    >>> [len(exceptions_in_force(rows, year).active) for year in (2026, 2027)]
    [2, 1]
    """
    table = rows.reindex(columns=list(PLAN_TABLES["exceptions"])).drop_duplicates(["block_id", "stage", "school_id"]).reset_index(drop=True)
    until = pd.to_numeric(table["temporary_until"]).astype("float64")
    over = (until < year).to_numpy()
    active = table[~over]
    twice = active[active.duplicated(["block_id", "stage"], keep=False)]
    if len(twice):
        blocks = sorted(set(twice["block_id"]))
        raise DataError(
            Fault(text("variants.exception_twice", blocks=blocks[:10], count=len(blocks)), text("variants.exception_twice_remedy"), column="block_id")
        )
    return Exceptions(year, active.reset_index(drop=True), table[over].reset_index(drop=True))


def exceptions_of(plan: Plan) -> Exceptions:
    """Those of a plan in its own year."""
    return exceptions_in_force(plan.exceptions, plan.year)


def exception_rules(problem: ZoningProblem, places: NDArray[np.int64]) -> tuple[Rule, ...]:
    """The excepted blocks locked to their schools, and bound to them as if next door. The exception is one address and no ground to extend a zone over:
    its other borders connect nothing, except where it lies beside the school's own block.

    Parameters
    ----------
    places : (e, 2) block, zone (position of a school where each has its own)
    """
    if not len(places):
        return ()
    block, zone = places.T
    home = problem.home_block[zone]
    away = block != home
    excepted = np.zeros(problem.block_count, dtype=np.bool_)
    excepted[block[away]] = True
    cut = problem.edges[excepted[problem.edges].any(axis=1)]
    return (Locked(block, zone), Barriers(cut=cut, bridges=np.column_stack([block[away], home[away]])))


def stage_with_exceptions(stage_problem: StageProblem, city: City) -> StageProblem:
    """The problems of a stage with the city's address exceptions in force in the project's year."""
    exceptions = exceptions_in_force(city.exceptions, city.settings.project.year)
    mine = exceptions.active[exceptions.active["stage"] == stage_problem.stage]
    if not len(mine):
        return stage_problem
    ids = city.blocks["block_id"].to_numpy(dtype=object)
    schools = stage_problem.offers.taken["school_id"].tolist()
    parts = []
    for (county, blocks, zones, problem), piece in zip(stage_problem.parts, stage_problem.pieces, strict=True):
        place = {school: int(p) for school, p in zip(schools, piece.school_of_offer.tolist(), strict=True) if p >= 0}
        rules = exception_rules(problem, exceptions.places(stage_problem.stage, ids[blocks], place))
        parts.append((county, blocks, zones, problem.replace(rules=(*problem.rules, *rules)) if rules else problem))
    return dataclasses.replace(stage_problem, parts=tuple(parts))


def with_exceptions_of(plan: Plan, city: City) -> Plan:
    """``plan`` with the exceptions in force in its year; those that have run out are left behind, each with a note."""
    exceptions = exceptions_in_force(city.exceptions, plan.year)
    return plan.replace(exceptions=exceptions.active, notes=stack(plan.notes, note_rows(exceptions.notes(), plan.language)))
