"""Mentor chains added to a plan: a forest over the schools of every stage (policy R12)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.pairing.chain import check_chain
from districting.errors import Conflict, DataError, DistrictingError, Fault, InfeasibleError
from districting.model.chain_problem import ChainProblem, ChainSolution
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.model.renewal import Renewal
from districting.model.school_levels import LEVELS, level_of
from districting.model.stages import TIERS
from districting.pairing import mentor_chain, reach_of_roots
from districting.planning.links.tables import with_links
from districting.planning.offers import offers, points_xy
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import Text, text

FORM = "chain"
CHANNEL = "mentor_chain"
DEFAULT_TIME_LIMIT_S = 60.0
NOTHING = Renewal()


def add_mentor_chains(plan: Plan, city: City, settings: PairingSettings, renewal: Renewal = NOTHING) -> Plan:
    """A copy of ``plan`` with the chains of every stage in ``settings.stages``; what stands in the way of any stage is raised together.

    Under a ``renewal`` links that stand are pinned while the mentor still stands higher, others are forbidden, and a school that graduated is a root: it needs no
    mentor and may carry others.
    """
    faults: list[Fault] = []
    conflicts: list[Conflict] = []
    relaxations: list[Text] = []
    for stage in settings.stages:
        try:
            plan = _with_stage(plan, city, settings, stage, renewal)
        except DataError as error:
            faults += error.faults
        except InfeasibleError as error:
            of_stage = text(f"word.{stage}")
            conflicts += [Conflict(c.rule, c.amount, c.unit, text("planning.of_stage", stage=of_stage, said=c.problem), c.proven) for c in error.conflicts]
            relaxations += [text("planning.of_stage", stage=of_stage, said=r) for r in error.relaxations]
    if faults:
        raise DataError(faults)
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    return plan


def _with_stage(plan: Plan, city: City, settings: PairingSettings, stage: str, renewal: Renewal) -> Plan:
    chosen = offers(city, (stage,), private=settings.private)
    members = chosen.taken
    part = f"pairing.{FORM}.{stage}"
    plan = plan.replace(coverage=left_out_of(plan.coverage, chosen.left_out, part))
    if not len(members):
        return plan.replace(provenance=stack(plan.provenance, provenance_rows(part, {"pairs": 0})))
    problem = _renewing(_problem(members, settings, stage), members, stage, renewal)
    solve = city.settings.solve
    found = mentor_chain(problem, time_limit_s=solve.time_limit_s or DEFAULT_TIME_LIMIT_S, gap=solve.gap)
    broken = check_chain(problem, found.mentor_of_school, found.new_roots)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    plan = with_links(plan, _links(problem, found, members, stage), settings)
    freed = _graduated(members, stage, renewal) & (found.mentor_of_school < 0)
    record = _record(problem, found, members)
    if not record["pairs"] and freed.any():
        record["ended"] = "all_graduated"
    idle = members[freed & ~np.isin(np.arange(len(members)), found.mentor_of_school)][["school_id", "name"]].assign(stage=stage, reason="graduated")
    return plan.replace(
        coverage=left_out_of(plan.coverage, pd.DataFrame(idle), part),
        notes=stack(plan.notes, note_rows(_notes(problem, found, members, stage), plan.language)),
        provenance=stack(plan.provenance, provenance_rows(part, record)),
    )


def _problem(members: Any, settings: PairingSettings, stage: str) -> ChainProblem:
    level, names = _levels(members, settings, stage)
    county = members["county_code"].fillna("").to_numpy(dtype=str)
    return ChainProblem(
        level=level,
        is_root=_roots(members, settings, stage, level, county),
        xy=points_xy(members),
        max_mentees=settings.chain.max_mentees,
        max_depth=settings.chain.max_depth,
        level_gap_weight_m=settings.chain.level_gap_weight_m,
        max_distance_m=settings.max_distance_m,
        county=county if settings.within_county else None,
        allow_new_roots=settings.chain.allow_new_roots,
        code=tuple(members["school_id"]),
        level_names=names,
    )


def _renewing(problem: ChainProblem, members: Any, stage: str, renewal: Renewal) -> ChainProblem:
    """The problem with what the renewal asks of this stage. A link whose mentor stands no higher now cannot go on; the table of renewals says so."""
    place = {school: i for i, school in enumerate(members["school_id"])}
    pinned = np.full(len(members), -1, dtype=np.int64)
    for at, mentor, mentee in renewal.standing:
        if at == stage and mentor in place and mentee in place and problem.level[place[mentor]] < problem.level[place[mentee]]:
            pinned[place[mentee]] = place[mentor]
    barred = sorted(
        (place[a], place[b]) for at, a, b in renewal.forbidden if at == stage and a in place and b in place and _has_other(problem, place[a], place[b])
    )
    return problem.replace(
        is_root=problem.is_root | _graduated(members, stage, renewal),
        pinned=pinned if (pinned >= 0).any() else None,
        forbidden=np.array(barred, dtype=np.int64).reshape(-1, 2) if barred else None,
    )


def _has_other(problem: ChainProblem, mentor: int, mentee: int) -> bool:
    """Whether anybody else stands above the mentee."""
    above = problem.level < problem.level[mentee]
    if problem.county is not None:
        above &= problem.county == problem.county[mentee]
    return bool(above.sum() > above[mentor])


def _graduated(members: Any, stage: str, renewal: Renewal) -> NDArray[np.bool_]:
    return np.array([(stage, school) in renewal.graduated for school in members["school_id"]], dtype=bool)


def _levels(members: Any, settings: PairingSettings, stage: str) -> tuple[NDArray[np.int64], tuple[Text, ...]]:
    """(level of every school, 0 the highest; the levels in words)."""
    kind = settings.chain.levels
    if kind == "score":
        score = members["score"].to_numpy(dtype=np.float64)
        _refuse_missing(members, ~np.isfinite(score), "score", stage)
        return score_levels(score, settings.chain.score_levels), ()
    if kind == "tier":
        words = members["tier"].fillna("").to_numpy(dtype=str)
        order: tuple[str, ...] = TIERS
        names = tuple(text(f"pairing.tier_{t}") for t in TIERS)
    else:
        given = members["level"] if "level" in members.columns else pd.Series("", index=members.index)
        words = np.array([level_of(w) or "" for w in given.fillna("").astype("str")], dtype=str)
        order = LEVELS
        names = tuple(text(f"pairing.level_{v}") for v in LEVELS)
    _refuse_missing(members, ~np.isin(words, order), "tier" if kind == "tier" else "level", stage)
    return np.array([order.index(w) for w in words], dtype=np.int64), names


def score_levels(score: NDArray[np.float64], classes: int) -> NDArray[np.int64]:
    """Classes of about equally many schools, the highest scores 0; equal scores in the same class.

    >>> score_levels(np.array([90.0, 80.0, 70.0, 60.0]), 2).tolist(), score_levels(np.array([70.0, 70.0, 70.0]), 4).tolist()
    ([0, 0, 1, 1], [0, 0, 0])
    """
    stronger = np.array([np.count_nonzero(score > own) for own in score])
    return (stronger * classes // max(1, len(score))).astype(np.int64)


def _refuse_missing(members: Any, missing: NDArray[np.bool_], column: str, stage: str) -> None:
    if missing.any():
        names = members["name"][missing].tolist()
        problem = text(f"pairing.chain_no_{column}", stage=text(f"word.{stage}"), of=len(members), count=len(names), names=names[:5])
        raise DataError(Fault(problem, text(f"pairing.chain_give_{column}"), column=column))


def _roots(members: Any, settings: PairingSettings, stage: str, level: NDArray[np.int64], county: NDArray[np.str_]) -> NDArray[np.bool_]:
    """The highest level present, inside each county where mentors stay inside it; or the lead schools."""
    if settings.chain.roots == "lead":
        lead: NDArray[np.bool_] = members["tier"].fillna("").to_numpy(dtype=str) == "lead"
        if not lead.any():
            raise DataError(Fault(text("pairing.chain_no_lead", stage=text(f"word.{stage}")), text("pairing.chain_give_lead"), column="tier"))
        return lead
    if not settings.within_county:
        return np.asarray(level == level.min())
    return np.asarray(level == pd.Series(level).groupby(county).transform("min").to_numpy())


def _links(problem: ChainProblem, found: ChainSolution, members: Any, stage: str) -> pd.DataFrame:
    ids = members["school_id"].to_numpy(dtype=object)
    score = members["score"].to_numpy(dtype=np.float64)
    mentee = np.flatnonzero(found.mentor_of_school >= 0)
    mentor = found.mentor_of_school[mentee]
    return pd.DataFrame(
        {
            "kind": FORM,
            "stage": stage,
            "from_id": ids[mentor],
            "to_id": ids[mentee],
            "channel": CHANNEL,
            "distance_m": np.hypot(*(problem.xy[mentor] - problem.xy[mentee]).T),
            "score_gap": score[mentor] - score[mentee],
            "remote": found.remote[mentee],
        }
    )


def _record(problem: ChainProblem, found: ChainSolution, members: Any) -> dict[str, Any]:
    """What the provenance says of the chains of a stage."""
    reach = reach_of_roots(found.mentor_of_school, problem.xy, members["pupils"].to_numpy(dtype=np.float64))
    mentors = np.bincount(found.mentor_of_school[found.mentor_of_school >= 0], minlength=problem.school_count)
    score = members["score"].to_numpy(dtype=np.float64)
    mentee = np.flatnonzero(found.mentor_of_school >= 0)
    record = {
        "status": found.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "unit": "metre",
        "pairs": len(mentee),
        "remote": int(found.remote.sum()),
        "roots": len(reach.root),
        "roots_alone": int((reach.schools == 1).sum()),
        "new_roots": len(found.new_roots),
        "deepest": int(reach.depth.max()),
        "weaker_mentors": int(np.count_nonzero(score[found.mentor_of_school[mentee]] < score[mentee])),  # levels decide; a lower score is told
        "most_mentees": int(mentors.max()),
        "widest_reach_schools": int(reach.schools.max()),
        "widest_reach_pupils": float(reach.pupils.max()),
    }
    return record | ({"ended": "one_level"} if _one_level(problem, found) else {})


def _one_level(problem: ChainProblem, found: ChainSolution) -> bool:
    return len(np.unique(problem.level)) == 1 and bool((found.mentor_of_school < 0).all())


def _notes(problem: ChainProblem, found: ChainSolution, members: Any, stage: str) -> list[Fault]:
    of_stage = text(f"word.{stage}")
    if _one_level(problem, found):
        said = text("pairing.chain_one_level", stage=of_stage, count=problem.school_count)
        return [Fault(said, text("pairing.chain_check_level"), column="level", severity="warning")]
    if len(found.new_roots):
        names = members["name"].iloc[found.new_roots].tolist()
        said = text("pairing.chain_new_roots", stage=of_stage, count=len(names), names=names)
        return [Fault(said, text("pairing.chain_grow_room"), column="level", severity="warning")]
    return []
