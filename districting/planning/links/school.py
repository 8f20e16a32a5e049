"""The pairing decision: strong schools carry weak ones of the same stage, added to a plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault, InfeasibleError
from districting.model.pairing_problem import PairingProblem
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.model.solution import PairingSolution
from districting.pairing import pair_schools
from districting.planning.links.tables import with_links
from districting.planning.offers import offers, points_xy
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import text

FORM = "school"

CHANNELS = "team_exchange,project_support,joint_research"
"""The three channels of a pair: 互派团队, 项目支持, 联合科研."""


def add_school_pairs(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the pairs of every stage in ``settings.stages``; conflicts of all stages are raised together."""
    conflicts, relaxations = [], []
    for stage in settings.stages:
        members = offers(city, (stage,), private=settings.private)
        try:
            plan = _with_stage(plan, settings, stage, members.taken)
        except InfeasibleError as error:
            conflicts += list(error.conflicts)
            relaxations += [r for r in error.relaxations if r not in relaxations]
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    return plan


def _with_stage(plan: Plan, settings: PairingSettings, stage: str, members: Any) -> Plan:
    tier = members["tier"].fillna("").to_numpy(dtype=str)
    recipient = tier == "weak"
    if not recipient.any():
        return _without_weak(plan, settings, stage, len(members))
    score = members["score"].to_numpy(dtype=np.float64)
    involved = recipient | (tier == "lead")
    if not np.isfinite(score[involved]).all():
        names = members["name"][involved & ~np.isfinite(score)].tolist()
        raise DataError(Fault(text("planning.no_score", count=len(names), names=names[:5]), text("planning.give_score"), column="score"))
    county = members["county_code"].fillna("").to_numpy(dtype=str)
    problem = PairingProblem(
        score=np.nan_to_num(score),
        is_donor=tier == "lead",
        is_recipient=recipient,
        xy=points_xy(members),
        donor_cap=settings.donor_cap,
        gap_weight_m=settings.gap_weight_m,
        max_distance_m=settings.max_distance_m,
        allowed=county[:, None] == county[None, :] if settings.within_county else None,
        code=tuple(members["school_id"]),
    )
    found = pair_schools(problem)
    record = {"status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap, "unit": "metre", "pairs": len(found.donor_of_pair)}
    plan = with_links(plan, _links(problem, found, members, stage), settings)
    return plan.replace(
        coverage=left_out_of(plan.coverage, _unpaired(found, members, stage), f"pairing.{FORM}.{stage}"),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}.{stage}", record)),
    )


def _without_weak(plan: Plan, settings: PairingSettings, stage: str, schools: int) -> Plan:
    """Pairs were asked for and no school of the stage is weak: said, not passed over."""
    problem = text("planning.no_weak", stage=text(f"word.{stage}"), count=schools)
    note = Fault(problem, text("planning.name_weak"), column="tier", severity="warning")
    return plan.replace(
        notes=stack(plan.notes, note_rows([note], plan.language)),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}.{stage}", {"pairs": 0, "ended": "no_weak"})),
    )


def _links(problem: PairingProblem, found: PairingSolution, members: Any, stage: str) -> pd.DataFrame:
    ids = members["school_id"].to_numpy(dtype=object)
    donor, recipient, runner = found.donor_of_pair, found.recipient_of_pair, found.runner_up_of_pair
    return pd.DataFrame(
        {
            "kind": FORM,
            "stage": stage,
            "from_id": ids[donor],
            "to_id": ids[recipient],
            "channel": CHANNELS,
            "distance_m": np.hypot(*(problem.xy[donor] - problem.xy[recipient]).T),
            "score_gap": problem.score[donor] - problem.score[recipient],
            "runner_up_id": np.where(runner >= 0, ids[runner], ""),
            "remote": found.remote,
        }
    )


def _unpaired(found: PairingSolution, members: Any, stage: str) -> pd.DataFrame:
    rows = members.iloc[found.unpaired]
    return pd.DataFrame({"school_id": rows["school_id"].to_numpy(), "name": rows["name"].to_numpy(), "stage": stage, "reason": "no_stronger_donor"})
