"""Who a school took in, by where they live: a table of counts, kept with the plan for its proximity findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.proximity_lines import STAGES
from districting.enrolling.lottery.wishes import folded
from districting.errors import DataError, Fault
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.settings import InputSpec
from districting.reading.enrolment_tables import Table, load_table
from districting.reading.labels import stages_of
from districting.wording import text

_COUNTS = ("entrants", "in_zone", "specialty")


def with_intake(plan: Plan, path: str | Path) -> Plan:
    """The plan with its table ``intake`` from a file: one row a school (and stage), or one a school and block of origin.

    Entrants of a block are in the zone when the block is in a zone of the school: of this plan (``in_zone``), and of today (``in_zone_today``).
    A row without a block states ``in_zone`` itself, or leaves it unknown; one unknown row makes the count of its school unknown, never zero.

    Raises
    ------
    DataError : every fault of the table: unknown schools or blocks, a school or origin twice, parts that are more than the whole
    """
    path = Path(path)
    table = load_table(path.parent, InputSpec(path.name), "zone_intake")
    faults: list[Fault] = []
    school = _schools(plan, table, faults)
    stage = _stages(plan, table, school, faults)
    block = _blocks(plan, table, faults)
    counts = {c: _numbers(table, c) for c in _COUNTS}
    blank = np.flatnonzero(np.isnan(counts["entrants"]))
    faults += table.faults([int(i) for i in blank], text("enrolment.blank"), text("enrolment.fill_cell"), "entrants")
    for part in ("in_zone", "specialty"):
        more = np.flatnonzero(counts[part] > counts["entrants"])
        faults += table.faults([int(i) for i in more], text("proximity.part_over_whole"), text("proximity.mend_part"), part)
    both = np.flatnonzero((block != "") & ~np.isnan(counts["in_zone"]))
    faults += table.faults([int(i) for i in both], text("proximity.both_ways"), text("proximity.one_way"), "in_zone")
    again = pd.DataFrame({"school": school, "stage": stage, "block": block}).duplicated().to_numpy(dtype=bool)
    twice = np.flatnonzero(again & (school != "") & (stage != ""))
    faults += table.faults([int(i) for i in twice], text("proximity.twice"), text("proximity.once"), "school")
    if faults:
        raise DataError(faults)
    rows = pd.DataFrame({"school_id": school, "stage": stage, **counts})
    rows["in_zone_today"] = rows["in_zone"]
    of_block = block != ""
    for column, home in (("in_zone", _zone_pairs(plan)), ("in_zone_today", _today_pairs(plan))):
        inside = np.array([(s, t, b) in home for s, t, b in zip(school, stage, block, strict=True)], dtype=bool)
        unknown = of_block & (~np.isin(stage, list(plan.zoned_stages)) if column == "in_zone" else ~_told_today(plan, stage, block))
        rows[column] = np.where(of_block, np.where(unknown, np.nan, np.where(inside, counts["entrants"], 0.0)), rows[column])
    parts = ["entrants", "in_zone", "in_zone_today", "specialty"]
    by_school = rows.groupby(["school_id", "stage"], sort=True)[parts]
    summed = by_school.sum().where(by_school.count().eq(by_school.size(), axis=0))  # one that is not known makes the sum unknown
    return plan.replace(intake=summed.reset_index()[list(PLAN_TABLES["intake"])])


def _schools(plan: Plan, table: Table, faults: list[Fault]) -> NDArray[Any]:
    """Ids by id, by name (one that a single school has) or by a spelling of the config."""
    ids, names = plan.schools["school_id"].astype("str"), plan.schools["name"].fillna("").astype("str").map(folded)
    known = {n: i for n, i in zip(names, ids, strict=True) if n and (names == n).sum() == 1}
    known |= {folded(i): i for i in ids}
    for spelling, name in zip(plan.aliases["spelling"], plan.aliases["name"], strict=True):
        if folded(str(name)) in known:
            known.setdefault(folded(str(spelling)), known[folded(str(name))])
    cells = table.columns["school"]
    found = np.array([known.get(folded(str(c)), "") if isinstance(c, str) else "" for c in cells], dtype=object)
    lost = [int(i) for i in np.flatnonzero(found == "")]
    faults += table.faults(lost, text("proximity.unknown_school"), text("proximity.unknown_school_remedy"), "school")
    return found


def _stages(plan: Plan, table: Table, school: NDArray[Any], faults: list[Fault]) -> NDArray[Any]:
    """As stated; without a word the only stage of compulsory education that the school has."""
    has: dict[str, list[str]] = {}
    for school_id, of in zip(plan.school_stages["school_id"].astype("str"), plan.school_stages["stage"].astype("str"), strict=True):
        if of in STAGES and of not in has.setdefault(school_id, []):
            has[school_id].append(of)
    cells = table.columns.get("stage", pd.Series(None, index=range(len(table)), dtype="object"))
    found = np.full(len(table), "", dtype=object)
    lost = []
    for i, (cell, at) in enumerate(zip(cells, school, strict=True)):
        stages = has.get(at, [])
        said = stages_of(cell) if isinstance(cell, str) else tuple(stages)
        if said is not None and len(said) == 1 and said[0] in stages:
            found[i] = said[0]
        elif at:
            lost.append(i)
    faults += table.faults(lost, text("proximity.unknown_stage"), text("proximity.unknown_stage_remedy"), "stage")
    return found


def _blocks(plan: Plan, table: Table, faults: list[Fault]) -> NDArray[Any]:
    cells = table.columns.get("block_id", pd.Series(None, index=range(len(table)), dtype="object"))
    ids = set(plan.blocks["block_id"].astype("str"))
    lost = [i for i, c in enumerate(cells) if isinstance(c, str) and c not in ids]
    faults += table.faults(lost, text("proximity.unknown_block"), text("proximity.unknown_block_remedy"), "block_id")
    return np.array([c if isinstance(c, str) else "" for c in cells], dtype=object)


def _numbers(table: Table, column: str) -> NDArray[np.float64]:
    if column not in table.columns or column not in table.headers:
        return np.full(len(table), np.nan)
    return pd.to_numeric(table.columns[column], errors="coerce").to_numpy(dtype=np.float64)


def _zone_pairs(plan: Plan) -> set[tuple[str, str, str]]:
    """(school, stage, block) of every block in a zone of the school."""
    found: set[tuple[str, str, str]] = set()
    for stage in plan.zoned_stages:
        blocks = pd.DataFrame({"block_id": plan.blocks["block_id"], "zone_id": plan.blocks[f"zone_id_{stage}"]})
        served = plan.zone_schools.loc[plan.zone_schools["stage"] == stage, ["zone_id", "school_id"]]
        rows = blocks.merge(served, on="zone_id")
        found |= {(s, stage, b) for s, b in zip(rows["school_id"], rows["block_id"], strict=True)}
    return found


def _today_pairs(plan: Plan) -> set[tuple[str, str, str]]:
    rows = plan.today.dropna(subset="school_id")
    return set(zip(rows["school_id"], rows["stage"], rows["block_id"], strict=True))


def _told_today(plan: Plan, stage: NDArray[Any], block: NDArray[Any]) -> NDArray[np.bool_]:
    known = {(t, b) for _, t, b in _today_pairs(plan)}
    return np.array([(t, b) in known for t, b in zip(stage, block, strict=True)], dtype=bool)
