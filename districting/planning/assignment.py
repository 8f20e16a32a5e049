"""Somebody's own assignment as a plan, so that it can be audited, mapped and compared like ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.planning.reasons import with_reasons
from districting.planning.rows import provenance_rows, stack
from districting.planning.zones import zone_shapes
from districting.planning.zoning_build import ZONE_PREFIX
from districting.wording import text


def plan_from_assignment(plan: Plan, school_of_block: Mapping[str, str] | Any, stage: str, *, source: str = "") -> Plan:
    """A copy of ``plan`` whose zones of ``stage`` are ``school_of_block`` (block id -> school id or name; a dict or a Series).

    Proofs, prices and findings of the old zones are dropped: they do not hold for other zones.

    Raises
    ------
    DataError : a block without a school, an unknown block, an unknown school (every one is listed); a plan on foot or by a table that holds no distance of a pair
    """
    given = pd.Series(dict(school_of_block), dtype="object").map(str)
    seats = plan.seats[plan.seats["stage"] == stage]
    names = plan.schools.set_index("school_id")["name"].reindex(seats["school_id"])
    id_of = {**{str(name): i for i, name in names.items()}, **{i: i for i in seats["school_id"]}}
    faults = [
        Fault(text("planning.unknown_school", name=name), text("planning.give_school_id"), file=source, column=stage)
        for name in sorted(set(given) - set(id_of))
    ]
    blocks = set(plan.blocks["block_id"])
    faults += [Fault(text("planning.unknown_block", block=b), text("planning.give_block_id"), file=source) for b in sorted(set(given.index.map(str)) - blocks)]
    faults += [
        Fault(text("planning.block_without_school", block=b), text("planning.assign_block"), file=source) for b in sorted(blocks - set(given.index.map(str)))
    ]
    if faults:
        raise DataError(faults)
    school = plan.blocks["block_id"].map(given.map(id_of)).to_numpy(dtype=object)
    _refuse_unmeasured(plan, stage, school, source)
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
        provenance=stack(provenance, provenance_rows(f"zoning.{stage}", {"ended": "given", "source": source, "distance": plan.distance_word(stage)})),
    )
    return with_reasons(made, (stage,))


def _refuse_unmeasured(plan: Plan, stage: str, school: Any, source: str) -> None:
    """Pairs whose distance the plan does not hold, where a straight line would not be the same thing."""
    if plan.distance_word(stage) == "straight":
        return
    rows = plan.distances[plan.distances["stage"] == stage]
    held = set(zip(rows["block_id"], rows["school_id"], strict=True))
    lost = [f"{b} - {s}" for b, s in zip(plan.blocks["block_id"], school, strict=True) if (b, s) not in held]
    if lost:
        problem = text("travel.no_arcs", distance=plan.distance_word(stage), count=len(lost), pairs=lost[:5])
        raise DataError(Fault(problem, text("travel.give_as_today"), file=source, column=stage))


def _without(frame: Any, stage: str) -> Any:
    return frame[frame["stage"] != stage].reset_index(drop=True)
