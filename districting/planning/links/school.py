"""The pairing decision: strong schools carry weak ones of the same stage, added to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.pairing.school import check_school_pairs
from districting.errors import DataError, DistrictingError, Fault, Gathered, InfeasibleError
from districting.model.pairing_problem import PairingProblem
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.model.renewal import Renewal
from districting.model.solution import PairingSolution
from districting.pairing import pair_schools
from districting.pairing.pins import pin_faults
from districting.planning.links.named_pairs import NamedPair, named_pairs
from districting.planning.links.tables import with_links
from districting.planning.offers import offers, points_xy
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import text

FORM = "school"
NOTHING = Renewal()


@dataclass(frozen=True, eq=False)
class _Stage:
    """The schools of one stage, and the pairs that are to stand or are not to be made, as positions."""

    name: str
    members: Any
    pins: tuple[NamedPair, ...]
    forbidden: tuple[NamedPair, ...]
    graduated: NDArray[np.bool_]


def add_school_pairs(plan: Plan, city: City, settings: PairingSettings, renewal: Renewal = NOTHING) -> Plan:
    """A copy of ``plan`` with the pairs of every stage in ``settings.stages``; faults, and conflicts, of all stages are raised together.

    Links that stand by the ``renewal`` are pinned, unless the planner forbids them; takers that graduated need nobody.
    """
    conflicts, relaxations = [], []
    faults = Gathered()
    for stage in _stages(city, settings, renewal):
        with faults:
            try:
                plan = _with_stage(plan, settings, stage, city.settings.tiers.source)
            except InfeasibleError as error:
                conflicts += list(error.conflicts)
                relaxations += [r for r in error.relaxations if r not in relaxations]
    faults.refuse()
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    return plan


def _stages(city: City, settings: PairingSettings, renewal: Renewal) -> list[_Stage]:
    schools: dict[str, Any] = {stage: offers(city, (stage,), private=settings.private).taken for stage in settings.stages}
    pins, faults = named_pairs(settings.school.pins, schools, "pairing.school.pins")
    forbidden, more = named_pairs(settings.school.forbidden, schools, "pairing.school.forbidden")
    faults += more
    for stage in schools:
        barred = {(p.giver, p.taker) for p in forbidden[stage]}
        faults += [Fault(text("pairing.pin_forbidden"), text("pairing.mend_school_pin"), column=p.place) for p in pins[stage] if (p.giver, p.taker) in barred]
    if faults:
        raise DataError(faults)
    return [_stage(stage, members, (pins[stage], forbidden[stage]), renewal) for stage, members in schools.items()]


def _stage(stage: str, members: Any, named: tuple[list[NamedPair], list[NamedPair]], renewal: Renewal) -> _Stage:
    place = {school: i for i, school in enumerate(members["school_id"])}
    pins, forbidden = list(named[0]), list(named[1])
    barred = {(p.giver, p.taker) for p in forbidden}
    known = {(p.giver, p.taker) for p in pins}
    for key, into in (*((k, pins) for k in renewal.standing), *((k, forbidden) for k in renewal.forbidden)):
        if key[0] == stage and key[1] in place and key[2] in place:
            pair = (place[key[1]], place[key[2]])
            if pair not in known and (into is forbidden or pair not in barred):
                into.append(NamedPair(*pair, "renewal"))
    graduated = np.array([(stage, school) in renewal.graduated for school in members["school_id"]], dtype=bool)
    pins.sort(key=lambda p: p.place != "renewal")  # so that a planner's pin that clashes with a running pair is named at its place
    return _Stage(stage, members, tuple(pins), tuple(forbidden), graduated)


def _with_stage(plan: Plan, settings: PairingSettings, stage: _Stage, tiers: str) -> Plan:
    problem = _problem(settings, stage)
    if not problem.is_recipient.any() and not len(problem.pinned):
        return _without_weak(_with_graduates(plan, stage), stage)
    found = pair_schools(problem)
    _refuse_broken(problem, found)
    plan = with_links(plan, _links(problem, found, stage, settings), settings)
    part = f"pairing.{FORM}.{stage.name}"
    plan = plan.replace(
        coverage=left_out_of(plan.coverage, _unpaired(problem, found, stage), part),
        provenance=stack(plan.provenance, provenance_rows(part, _record(found, settings, tiers))),
    )
    return _with_graduates(plan, stage)


def _problem(settings: PairingSettings, stage: _Stage) -> PairingProblem:
    members = stage.members
    tier = members["tier"].fillna("").to_numpy(dtype=str)
    pinned = np.array([(p.giver, p.taker) for p in stage.pins], dtype=np.int64).reshape(-1, 2)
    donor, recipient = tier == "lead", (tier == "weak") & ~stage.graduated
    score, pupils = (members[c].to_numpy(dtype=np.float64) if c in members.columns else np.full(len(tier), np.nan) for c in ("score", "pupils"))
    if recipient.any() or len(pinned):
        involved = recipient | donor | np.isin(np.arange(len(tier)), pinned)
        _refuse_missing(members, involved & ~np.isfinite(score), "score")
        if settings.school.size_weight_m > 0:
            _refuse_missing(members, involved & ~np.isfinite(pupils), "pupils")
    problem = PairingProblem(
        score=np.nan_to_num(score),
        is_donor=donor,
        is_recipient=recipient,
        xy=points_xy(members),
        donor_cap=settings.donor_cap,
        gap_weight_m=settings.gap_weight_m,
        max_distance_m=settings.max_distance_m,
        allowed=_allowed(settings, stage),
        code=tuple(members["school_id"]),
        gap_goal=settings.school.gap_goal,
        pupils=np.nan_to_num(pupils),
        size_weight_m=settings.school.size_weight_m,
        pinned=pinned,
        names=tuple(members["name"].astype(str)),
    )
    _refuse_pins(problem, settings, stage)
    return problem


def _allowed(settings: PairingSettings, stage: _Stage) -> NDArray[np.bool_]:
    county = stage.members["county_code"].fillna("").to_numpy(dtype=str)
    allowed = county[:, None] == county[None, :] if settings.within_county else np.ones((len(county),) * 2, dtype=bool)
    for pair in stage.forbidden:
        allowed[pair.giver, pair.taker] = False
    return allowed


def _refuse_missing(members: Any, missing: NDArray[np.bool_], column: str) -> None:
    if missing.any():
        names = members["name"][missing].tolist()
        if column == "score":
            raise DataError(Fault(text("planning.no_score", count=len(names), names=names[:5]), text("planning.give_score"), column=column))
        raise DataError(Fault(text("pairing.school_without_pupils", count=len(names), names=names[:5]), text("pairing.give_school_pupils"), column=column))


def _refuse_pins(problem: PairingProblem, settings: PairingSettings, stage: _Stage) -> None:
    names = [problem.named(i) for i in range(len(problem.score))]
    faults = pin_faults(problem, names, [p.place for p in stage.pins])
    if settings.within_county:
        county = stage.members["county_code"].fillna("").to_numpy(dtype=str)
        for pair in stage.pins:
            if pair.place != "renewal" and county[pair.giver] != county[pair.taker]:
                said = {"donor": names[pair.giver], "recipient": names[pair.taker]}
                faults.append(Fault(text("pairing.pin_across", **said), text("pairing.mend_pin_across"), column=pair.place))
    if faults:
        raise DataError(faults)


def _refuse_broken(problem: PairingProblem, found: PairingSolution) -> None:
    broken = check_school_pairs(problem, found.donor_of_pair, found.recipient_of_pair, found.unpaired)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))


def _record(found: PairingSolution, settings: PairingSettings, tiers: str) -> dict[str, Any]:
    """What the provenance says: how it was solved, and how many pairs are remote or pinned, the smallest margin of the others (exact, or a lower bound) and
    where the tiers come from that it takes as given.
    """
    record = {"status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap, "unit": "metre", "pairs": len(found.donor_of_pair)}
    more: dict[str, Any] = {"remote": int(found.remote.sum()), "max_distance_m": float(settings.max_distance_m), "pinned": int(found.pinned.sum())}
    if not found.pinned.all():
        more |= {
            "least_margin": float(found.score_margin_of_pair[~found.pinned].min()),
            "margin": "exact" if found.margins_exact else "at_least",
            "tiers": tiers,
        }
    return record | more


def _without_weak(plan: Plan, stage: _Stage) -> Plan:
    """Pairs were asked for and no school of the stage is weak: said, not passed over."""
    record = {"pairs": 0, "ended": "all_graduated" if stage.graduated.any() else "no_weak"}
    provenance = stack(plan.provenance, provenance_rows(f"pairing.{FORM}.{stage.name}", record))
    if stage.graduated.any():
        return plan.replace(provenance=provenance)
    problem = text("planning.no_weak", stage=text(f"word.{stage.name}"), count=len(stage.members))
    note = Fault(problem, text("planning.name_weak"), column="tier", severity="warning")
    return plan.replace(notes=stack(plan.notes, note_rows([note], plan.language)), provenance=provenance)


def _links(problem: PairingProblem, found: PairingSolution, stage: _Stage, settings: PairingSettings) -> pd.DataFrame:
    ids = stage.members["school_id"].to_numpy(dtype=object)
    donor, recipient, runner = found.donor_of_pair, found.recipient_of_pair, found.runner_up_of_pair
    return pd.DataFrame(
        {
            "kind": FORM,
            "stage": stage.name,
            "from_id": ids[donor],
            "to_id": ids[recipient],
            "channel": ",".join(settings.school.channels),
            "distance_m": np.hypot(*(problem.xy[donor] - problem.xy[recipient]).T),
            "score_gap": problem.score[donor] - problem.score[recipient],
            "score_margin": found.score_margin_of_pair,
            "runner_up_id": np.where(runner >= 0, ids[runner], ""),
            "remote": found.remote,
            "pinned": found.pinned,
        }
    )


def _unpaired(problem: PairingProblem, found: PairingSolution, stage: _Stage) -> pd.DataFrame:
    """Those nobody can carry; where only schools that may not are stronger, that is said."""
    rows = stage.members.iloc[found.unpaired]
    barred = {p.taker for p in stage.forbidden if problem.is_donor[p.giver] and problem.score[p.giver] > problem.score[p.taker]}
    reason = ["only_forbidden_donor" if i in barred else "no_stronger_donor" for i in found.unpaired.tolist()]
    return _left_out(rows, stage.name, reason)


def _with_graduates(plan: Plan, stage: _Stage) -> Plan:
    pinned = {p.taker for p in stage.pins}
    weak = (stage.members["tier"] == "weak").to_numpy(dtype=bool) & stage.graduated
    rows = stage.members.iloc[[i for i in np.flatnonzero(weak) if i not in pinned]]
    return plan.replace(coverage=left_out_of(plan.coverage, _left_out(rows, stage.name, ["graduated"] * len(rows)), f"pairing.{FORM}.{stage.name}"))


def _left_out(rows: Any, stage: str, reason: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"school_id": rows["school_id"].to_numpy(), "name": rows["name"].to_numpy(), "stage": stage, "reason": reason}, dtype="str")
