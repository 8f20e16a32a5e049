"""Pairs of schools that both gain from what the other has (R17), and who gives what in them, added to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.pairing.difference import check_difference
from districting.errors import DataError, DistrictingError, Fault, Gathered
from districting.model.difference_problem import DifferenceProblem, DifferenceSolution
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.pairing import gifts, pair_differences
from districting.planning.links.tables import with_links
from districting.planning.links.vectors import Vectors, stage_vectors
from districting.planning.offers import points_xy
from districting.planning.profile import resource_notes
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.reading.schema import header_words
from districting.wording import text

FORM = "difference"
CHANNEL = "resource_sharing"
EXAMPLES = ("teachers", "backbone_teachers", "books", "computers", "sports_area_m2")
"""Columns of resources that a message names."""

ELSEWHERE = ("dominated", "nothing_to_gain")
"""Reasons of schools that belong in the pairs and chains of strong and weak."""
CARRYING = ("school", "chain")
"""Forms of link that take them."""


def add_difference_pairs(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the pairs of every stage in ``settings.stages``. ``gain_from`` is what the giver named first (the smaller code) gains, ``gain_to`` the other.

    A school that nobody can pair so, because it has nothing to give or lacks nothing, is named with the forms that suit it unless a link of those has it already.

    Raises
    ------
    DataError : no school of a stage says anything of its resources; a weight for a resource that nobody has
    """
    of_stage: dict[str, Vectors] = {stage: stage_vectors(city, settings, stage) for stage in settings.stages}
    gathered = Gathered()
    with gathered:
        _refuse_strange(of_stage, settings)
    for stage, vectors in of_stage.items():
        with gathered:
            plan = _with_stage(plan, settings, stage, vectors)
    gathered.refuse()
    return plan


def _refuse_strange(of_stage: Mapping[str, Vectors], settings: PairingSettings) -> None:
    """A weight for a resource that no school of any stage has is a slip of the pen."""
    known = list(dict.fromkeys(name for vectors in of_stage.values() for name in vectors.resources.names))
    strange = [name for name in settings.difference.weights if name not in known]
    if strange:
        problem, remedy = text("pairing.strange_resource", names=strange), text("pairing.name_resource", names=known)
        raise DataError(Fault(problem, remedy, column="pairing.difference.weights"))


def _with_stage(plan: Plan, settings: PairingSettings, stage: str, vectors: Vectors) -> Plan:
    members, own = vectors.members, settings.difference
    if not vectors.resources.names:
        silent = text("pairing.no_resources", stage=text(f"word.{stage}"), count=len(members) + len(vectors.unknown))
        raise DataError(Fault(silent, text("pairing.give_resources", **header_words("schools", *EXAMPLES)), column="teachers"))
    county = members["county_code"].fillna("").to_numpy(dtype=str)
    problem = DifferenceProblem(
        z=vectors.resources.z,
        weight=vectors.weight,
        xy=points_xy(members),
        gain_value_m=own.gain_value_m,
        min_gain=own.min_gain,
        max_distance_m=settings.max_distance_m,
        remote=own.remote,
        allowed=county[:, None] == county[None, :] if settings.within_county else None,
        code=tuple(members["school_id"]),
    )
    found = pair_differences(problem)
    broken = check_difference(problem, found)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))
    links = _links(found, members, stage)
    plan = with_links(plan, links, settings)
    decision = f"pairing.{FORM}.{stage}"
    left = _left_out(plan, found, vectors, stage)
    record = {"status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap, "unit": "metre", "sense": "max"}
    reasons = left["reason"].value_counts().sort_index()
    counts = {"pairs": len(links), **{f"left_out.{k}": int(n) for k, n in reasons.items()}}
    return plan.replace(
        gains=stack(plan.gains, _gains(problem, found, vectors, stage)),
        coverage=left_out_of(plan.coverage, left, decision),
        notes=stack(plan.notes, note_rows(resource_notes(vectors.resources), plan.language)),
        provenance=stack(plan.provenance, provenance_rows(decision, record | counts)),
    )


def _links(found: DifferenceSolution, members: Any, stage: str) -> pd.DataFrame:
    ids = members["school_id"].to_numpy(dtype=object)
    ends = {"from_id": ids[found.a], "to_id": ids[found.b], "gain_from": found.gain_a, "gain_to": found.gain_b}
    return pd.DataFrame({"kind": FORM, "stage": stage, "channel": CHANNEL, "remote": found.remote, **ends})


def _gains(problem: DifferenceProblem, found: DifferenceSolution, vectors: Vectors, stage: str) -> pd.DataFrame:
    """Who gives what: one row per pair, direction and resource, the largest first."""
    ids = vectors.members["school_id"].to_numpy(dtype=object)
    giver = np.column_stack([found.a, found.b]).ravel()
    taker = np.column_stack([found.b, found.a]).ravel()
    amount: NDArray[np.float64] = gifts(problem.z, problem.weight, giver, taker)
    row, resource = np.nonzero(amount > 0)
    order = np.lexsort((resource, -amount[row, resource], row))
    row, resource = row[order], resource[order]
    names = np.array(vectors.resources.names, dtype=object)
    ends = {"giver_id": ids[giver[row]], "taker_id": ids[taker[row]]}
    return pd.DataFrame({"kind": FORM, "stage": stage, **ends, "resource": names[resource], "amount": amount[row, resource]})


def _left_out(plan: Plan, found: DifferenceSolution, vectors: Vectors, stage: str) -> pd.DataFrame:
    """Schools without a partner and why; those that suit other forms only while no link of these has them."""
    links = plan.links
    carried = links[links["kind"].isin(CARRYING) & (links["stage"] == stage)]
    known = {*carried["from_id"], *carried["to_id"]}
    alone = vectors.members.assign(reason=found.reason)[found.reason != ""]
    alone = alone[~(alone["reason"].isin(ELSEWHERE) & alone["school_id"].isin(known))]
    rows = stack(alone, vectors.unknown.assign(reason="no_resources"))
    return rows.assign(stage=stage)[["school_id", "name", "stage", "reason"]]
