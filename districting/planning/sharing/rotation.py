"""``share rotation``: teachers who change schools inside districts or counties (policy R37, R06, R20)."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.rotation import broken_rotation_rules, miscounted
from districting.errors import DataError, DistrictingError, Fault
from districting.model.plan import Plan
from districting.model.rotation_problem import RotationProblem, RotationSolution, Shortfall, required_backbone, required_movers
from districting.model.share_result import ShareResult
from districting.model.stages import STAGES
from districting.model.teacher_settings import RotationSettings
from districting.planning.links.teaching import holds_any, main_subject
from districting.planning.offers import points_xy
from districting.planning.sharing.areas import areas, private_line, private_schools, staffed_schools
from districting.planning.sharing.easing import Asked
from districting.planning.sharing.eligible import leaders, principals, why_not
from districting.planning.sharing.rotation_tables import COUNT, Area, result_of
from districting.planning.sharing.short import Again, refuse_short
from districting.planning.sharing.wishes import wished_schools
from districting.reading.city import City
from districting.sharing.rotation import rotate
from districting.wording import text

PRINCIPAL: Final = "principal"
"""What stands for the subject of a principal: they change places among themselves."""


def share_rotation(city: City, plan: Plan | None = None) -> ShareResult:
    """Move list, coefficients of variation before and after, shares reached.

    Raises
    ------
    DataError : there is no table of teachers, or no plan where districts are asked for
    InfeasibleError : an area cannot reach the shares (``if_short = "refuse"``)
    """
    settings = city.settings.sharing.rotation
    if city.teachers is None:
        raise DataError(Fault(text("pairing.no_teachers"), text("pairing.give_teacher_table"), column="inputs.teachers"))
    members = staffed_schools(city, settings.stages)
    of_school, names = areas(members, city, plan, settings, "rotation")
    teachers = _teachers(city, members, settings)
    made, short, everyone = [], [], []
    for area in sorted(a for a in np.unique(of_school) if a):
        part = _part(members, teachers, np.flatnonzero(of_school == area))
        asked = _problem(part, settings)
        everyone += [(asked, _subjects(part.teachers) == PRINCIPAL)] if part.apart else []
        found = _solved(asked, settings)
        if isinstance(found, RotationSolution) and not found.held and settings.most_share is None:
            asked, found = _one_more(asked, found, settings)
        if isinstance(found, Shortfall):
            if settings.if_short == "refuse" and part.apart:
                short.append((names.get(area, area), asked, found, _subjects(part.teachers) == PRINCIPAL))
                continue
            asked, found = _less(asked, found, settings)
        elif found is not None:
            _checked(asked, found)
        made.append(Area(area, names.get(area, area), part.members, part.teachers, asked, found, _required(part, settings)))
    if short:
        again = Again(lambda other: _asked(city, plan, members, other), teachers["years_here"].to_numpy(dtype=np.float64))
        refuse_short(short, everyone, settings, again)
    outside = int((of_school == "").sum())
    private = private_schools(city, settings.stages)
    result = result_of(made, outside)
    return dataclasses.replace(result, facts={**result.facts, "schools_outside": outside, **private}, lines=(*result.lines, *private_line(private)))


def _asked(city: City, plan: Plan | None, members: Any, settings: RotationSettings) -> list[Asked]:
    """What every area in which somebody can change schools is asked."""
    of_school, _ = areas(members, city, plan, settings, "rotation")
    teachers = _teachers(city, members, settings)
    parts = [_part(members, teachers, np.flatnonzero(of_school == area)) for area in sorted(a for a in np.unique(of_school) if a)]
    return [(_problem(part, settings), _subjects(part.teachers) == PRINCIPAL) for part in parts if part.apart]


@dataclass(frozen=True, eq=False)
class _Part:
    """Schools and teachers of an area; ``apart``: some stage has two schools."""

    members: Any
    teachers: pd.DataFrame

    @property
    def apart(self) -> bool:
        return bool((self.members["stage"].value_counts() > 1).any())


def _teachers(city: City, members: Any, settings: RotationSettings) -> pd.DataFrame:
    """Teachers of the members, longest in their school first (they go first of those who differ in nothing else), with what the problem asks."""
    assert city.teachers is not None
    at = {key: i for i, key in enumerate(zip(members["school_id"], members["stage"], strict=True))}
    position = [at.get(key, -1) for key in zip(city.teachers["school_id"], city.teachers["stage"], strict=True)]
    rows = city.teachers.assign(_at=position)
    rows = rows[rows["_at"] >= 0].sort_values(["years_here", "teacher_id"], ascending=[False, True], kind="stable").reset_index(drop=True)
    head = principals(rows, settings)
    subject = np.where(head, PRINCIPAL, np.array([main_subject(s) for s in rows["subject"]], dtype=object))
    counts = {f"{COUNT}{name}": column for name, column in indicators_of(rows, settings).items()}
    return rows.assign(subject_key=subject, leader=leaders(rows, settings), why_not=why_not(rows, settings), **counts)


def indicators_of(teachers: pd.DataFrame, settings: RotationSettings) -> dict[str, NDArray[np.float64]]:
    """(t,) 0 or 1 for each indicator that the table can say."""
    pe_art = [any(s.startswith(p) for p in settings.pe_art_subjects) for s in teachers["subject"]]
    columns = {
        "teachers": np.ones(len(teachers)),
        "backbone": teachers["backbone"].to_numpy(dtype=np.float64),
        "above_degree": np.nan_to_num(teachers["above_degree"].to_numpy(dtype=np.float64)),
        "senior_title": np.array([holds_any(t, settings.titles) for t in teachers["title"]], dtype=np.float64),
        "pe_art": np.array(pe_art, dtype=np.float64),
    }
    return {name: columns[name] for name in settings.indicators if columns[name].any()}


def _part(members: Any, teachers: pd.DataFrame, at: NDArray[np.int64]) -> _Part:
    mine = teachers[teachers["_at"].isin(at)]
    place = np.full(len(members), -1)
    place[at] = np.arange(len(at))
    return _Part(members.iloc[at].reset_index(drop=True), mine.assign(_at=place[mine["_at"]]).reset_index(drop=True))


def _required(part: _Part, settings: RotationSettings) -> tuple[int, int]:
    """Teachers who must go, and backbone teachers among them."""
    eligible = part.teachers[part.teachers["why_not"] == ""]
    movers = required_movers(len(eligible), settings.share)
    backbone = required_backbone(movers, len(eligible), int(eligible["backbone"].sum()), settings.backbone_share, settings.backbone_base)
    return max(movers, backbone), backbone


def sides(members: Any) -> NDArray[np.int64]:
    """(s,) 1 lead schools, and town schools that are not weak; -1 weak schools, and country schools that do not lead; 0 where nothing says."""
    code = members["urban_rural_code"].fillna("").astype("str") if "urban_rural_code" in members.columns else pd.Series("", index=members.index)
    tier = members["tier"].fillna("").astype("str")
    by_place = np.select([code.str.startswith("1"), code.str.startswith("2")], [1, -1], 0)
    return np.select([tier == "lead", tier == "weak"], [1, -1], by_place).astype(np.int64)


def floor_of(members: Any) -> NDArray[np.bool_]:
    """(s,) weak schools of stages that have others too: where all are weak there is nobody to give, and they exchange among themselves."""
    weak = (members["tier"].fillna("").astype("str") == "weak").to_numpy(dtype=bool)
    stages = members["stage"].to_numpy(dtype=object)
    return np.array([w and not bool(weak[stages == s].all()) for w, s in zip(weak, stages, strict=True)], dtype=np.bool_)


def _problem(part: _Part, settings: RotationSettings) -> RotationProblem:
    members, teachers = part.members, part.teachers
    xy = points_xy(members)
    subjects = _subjects(teachers)
    eligible = (teachers["why_not"] == "").to_numpy(dtype=bool)
    movers, backbone = _required(part, settings)
    most = movers if settings.most_share is None else max(movers, math.ceil(settings.most_share * eligible.sum() - 1e-9))
    town = members["town_code"].fillna("") if "town_code" in members.columns else pd.Series("", index=members.index)
    change = np.where(subjects == PRINCIPAL, 0, settings.subject_change)
    return RotationProblem(
        stage=np.array([list(STAGES).index(s) for s in members["stage"]], dtype=np.int64),
        pupils=members["pupils"].to_numpy(dtype=np.float64),
        side=sides(members),
        place=np.unique(np.where(town == "", members["school_id"], town).astype(str), return_inverse=True)[1].astype(np.int64),
        distance_m=np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)),
        school=teachers["_at"].to_numpy(dtype=np.int64),
        subject=subjects.get_indexer(pd.Index(teachers["subject_key"])).astype(np.int64),
        eligible=eligible,
        backbone=teachers["backbone"].to_numpy(dtype=bool),
        leader=teachers["leader"].to_numpy(dtype=bool),
        counts=teachers[[c for c in teachers.columns if c.startswith(COUNT)]].to_numpy(dtype=np.float64),
        partner=_partners(teachers),
        subject_change=change.astype(np.int64),
        staff_change=settings.staff_change,
        movers=movers,
        backbone_movers=backbone,
        most=most,
        leader_share=settings.leader_share,
        couple_price_m=settings.couple_price_m,
        wish_rank=_wish_rank(teachers, members),
        floor=floor_of(members) if settings.weak_floor else None,
    )


def _wish_rank(teachers: pd.DataFrame, members: Any) -> NDArray[np.int64] | None:
    """(t, s) place of each school in a teacher's wishes from 1, 0 not named or the own school; None where nobody names another of these schools."""
    wished = wished_schools(teachers, members)
    rank = np.zeros((len(teachers), len(members)), dtype=np.int64)
    for t, (schools, own) in enumerate(zip(wished, teachers["_at"].tolist(), strict=True)):
        others = [s for s in schools if s != own]
        rank[t, others] = np.arange(1, len(others) + 1)
    return rank if rank.any() else None


def _subjects(teachers: pd.DataFrame) -> pd.Index[str]:
    return pd.Index(sorted(set(teachers["subject_key"]) - {""}))


def _partners(teachers: pd.DataFrame) -> NDArray[np.int64]:
    """(t,) position of husband or wife, -1 none in this area; one row of the two is enough, and who is named by two has neither."""
    named = pd.Index(teachers["teacher_id"]).get_indexer(pd.Index(teachers["partner_id"]))
    pairs = sorted({(min(t, p), max(t, p)) for t, p in enumerate(named.tolist()) if p >= 0 and p != t})
    known = pd.Series([t for pair in pairs for t in pair], dtype="int64").value_counts()
    partner = np.full(len(teachers), -1, dtype=np.int64)
    for x, y in pairs:
        if known[x] == 1 and known[y] == 1:
            partner[x], partner[y] = y, x
    return partner


def _solved(problem: RotationProblem, settings: RotationSettings) -> RotationSolution | Shortfall | None:
    """None where nobody has to go."""
    if not problem.most:
        return None
    try:
        return rotate(problem, time_limit_s=settings.time_limit_s, gap=settings.gap)
    except TimeoutError:
        raise DistrictingError(text("sharing.rotation_time", seconds=settings.time_limit_s)) from None


def _one_more(problem: RotationProblem, found: RotationSolution, settings: RotationSettings) -> tuple[RotationProblem, RotationSolution]:
    """One teacher beyond the share where that lets every indicator hold: an odd number cannot exchange in pairs."""
    more = dataclasses.replace(problem, most=problem.most + 1)
    other = _solved(more, settings)
    return (more, other) if isinstance(other, RotationSolution) and other.held else (problem, found)


def _less(problem: RotationProblem, short: Shortfall, settings: RotationSettings) -> tuple[RotationProblem, RotationSolution | None]:
    """As many as can go."""
    movers = min(problem.movers, short.movers)
    less = dataclasses.replace(problem, movers=movers, backbone_movers=min(problem.backbone_movers, short.backbone_movers), most=max(movers, 0))
    found = _solved(less, settings)
    if isinstance(found, Shortfall):
        raise DistrictingError(text("sharing.rotation_time", seconds=settings.time_limit_s))
    if found is not None:
        _checked(less, found)
    return less, found


def _checked(problem: RotationProblem, found: RotationSolution) -> None:
    broken = [*broken_rotation_rules(problem, found.school_of_teacher), *miscounted(problem, found)]
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))
