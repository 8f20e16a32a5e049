"""Somebody's own assignment as a plan, so that it can be audited, mapped and compared like ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.kinds import refuse_kind
from districting.model.plan import Plan
from districting.planning.reasons import with_reasons
from districting.planning.rows import provenance_rows, stack
from districting.planning.zones import zone_shapes
from districting.planning.zoning_build import ZONE_PREFIX
from districting.reading.assignment import AssignmentTable
from districting.wording import Text, text


def plan_from_assignment(plan: Plan, school_of_block: Mapping[str, str] | AssignmentTable | Any, stage: str, *, source: str = "") -> Plan:
    """A copy of ``plan`` whose zones of ``stage`` are ``school_of_block`` (block id -> school id, name, or an alias the plan was made with).

    A dict, a Series, or what :func:`districting.reading.assignment.read_assignment_table` gives: faults then name the row and the table's own column.
    Proofs, prices and findings of the old zones are dropped: they do not hold for other zones.

    Raises
    ------
    DataError : a block without a school, an unknown block, an unknown school (every one is listed); a plan on foot or by a table that holds no distance of a pair
    """
    refuse_kind(plan, Plan, "plan")
    table = school_of_block if isinstance(school_of_block, AssignmentTable) else _bare(school_of_block, stage, source)
    given = table.school_of_block.map(str)
    id_of = _school_ids(plan, stage)
    _refuse_unknown(plan, table, given, id_of)
    school = plan.blocks["block_id"].map(given.map(id_of)).to_numpy(dtype=object)
    _refuse_unmeasured(plan, stage, school, table)
    labels = np.array([f"{ZONE_PREFIX[stage]}-{s}" for s in school], dtype=object)
    frame = plan.blocks.copy()
    frame[f"zone_id_{stage}"] = labels
    zone_schools = pd.DataFrame({"zone_id": labels, "stage": stage, "school_id": school}).drop_duplicates().sort_values("zone_id").reset_index(drop=True)
    kept = {name: _without(getattr(plan, name), stage) for name in ("zones", "zone_schools", "seat_prices", "rules", "reasons")}
    provenance = plan.provenance[plan.provenance["part"] != f"zoning.{stage}"]
    made = plan.replace(
        blocks=frame,
        zones=stack(kept["zones"], zone_shapes(frame, labels, stage)),
        zone_schools=stack(kept["zone_schools"], zone_schools),
        seat_prices=kept["seat_prices"],
        rules=kept["rules"],
        reasons=kept["reasons"],
        findings=plan.findings.iloc[:0],
        provenance=stack(provenance, provenance_rows(f"zoning.{stage}", {"ended": "given", "source": table.file, "distance": plan.distance_word(stage)})),
    )
    return with_reasons(made, (stage,))


def _bare(school_of_block: Any, stage: str, source: str) -> AssignmentTable:
    """A dict or a Series as a table that has no rows to point at."""
    given = pd.Series(dict(school_of_block), dtype="object")
    given.index = given.index.map(str)
    return AssignmentTable(given, pd.Series(dtype="int64"), "", stage, source)


def _school_ids(plan: Plan, stage: str) -> dict[str, str]:
    """Id, name or alias of every school of the stage -> its id; an id wins over a name, a name over an alias."""
    seats = plan.seats[plan.seats["stage"] == stage]
    names = plan.schools.set_index("school_id")["name"].reindex(seats["school_id"])
    id_of = {**{str(name): str(i) for i, name in names.items()}, **{str(i): str(i) for i in seats["school_id"]}}
    aliases = {str(s): id_of[str(n)] for s, n in zip(plan.aliases["spelling"], plan.aliases["name"], strict=True) if str(n) in id_of}
    return {**aliases, **id_of}


def _refuse_unknown(plan: Plan, table: AssignmentTable, given: pd.Series, id_of: Mapping[str, str]) -> None:
    """Every spelling, block and gap that does not fit the plan, each at the row where it stands first."""
    blocks = {str(b) for b in plan.blocks["block_id"]}
    strange = given[~given.isin(list(id_of))]
    faults = []
    for name, group in sorted(strange.groupby(strange), key=lambda pair: str(pair[0])):
        problem = text("planning.strange_school", name=name, count=len(group))
        faults.append(_fault(table, problem, text("planning.map_spelling", name=name), group.index[0], table.school_header))
    faults += [
        _fault(table, text("planning.unknown_block", block=b), text("planning.give_block_id"), b, table.block_header) for b in sorted(set(given.index) - blocks)
    ]
    faults += [Fault(text("planning.block_without_school", block=b), text("planning.assign_block"), file=table.file) for b in sorted(blocks - set(given.index))]
    if faults:
        raise DataError(faults)


def _fault(table: AssignmentTable, problem: Text, remedy: Text, block: str, column: str) -> Fault:
    row = int(table.row_of_block[block]) if block in table.row_of_block.index else None
    return Fault(problem, remedy, file=table.file, sheet=table.sheet, row=row, column=column)


def _refuse_unmeasured(plan: Plan, stage: str, school: Any, table: AssignmentTable) -> None:
    """Pairs whose distance the plan does not hold, where a straight line would not be the same thing."""
    if plan.distance_word(stage) == "straight":
        return
    rows = plan.distances[plan.distances["stage"] == stage]
    held = set(zip(rows["block_id"], rows["school_id"], strict=True))
    lost = [f"{b} - {s}" for b, s in zip(plan.blocks["block_id"], school, strict=True) if (b, s) not in held]
    if lost:
        problem = text("travel.no_arcs", distance=plan.distance_word(stage), count=len(lost), pairs=lost[:5])
        raise DataError(Fault(problem, text("travel.give_as_today"), file=table.file, column=table.school_header))


def _without(frame: Any, stage: str) -> Any:
    return frame[frame["stage"] != stage].reset_index(drop=True)
