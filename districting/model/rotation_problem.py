"""Teacher rotation (交流轮岗) inside one area: who may go, what must hold, and what was decided (policy R37, R06, R20)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status

FEW_ELIGIBLE = 10
"""Below so many eligible teachers one goes, whatever the share (policy R37)."""

BackboneBase = Literal["rotators", "eligible", "eligible_backbone"]


def required_movers(eligible: int, share: float) -> int:
    """``ceil(share x E)``; one where fewer than ten are eligible, none where nobody is.

    >>> required_movers(47, 0.10), required_movers(9, 0.30), required_movers(0, 0.10), required_movers(50, 0.10)
    (5, 1, 0, 5)
    """
    if not eligible or not share:
        return 0
    return 1 if eligible < FEW_ELIGIBLE else math.ceil(share * eligible - 1e-9)


def required_backbone(movers: int, eligible: int, eligible_backbone: int, share: float, base: BackboneBase) -> int:
    """``ceil(share x base)``: of those who go (教师〔2014〕4号), of the eligible (as a province words it), or of the eligible backbone teachers.

    >>> required_backbone(5, 47, 12, 0.20, "rotators"), required_backbone(5, 47, 12, 0.20, "eligible"), required_backbone(5, 47, 12, 0.20, "eligible_backbone")
    (1, 10, 3)
    """
    of = {"rotators": movers, "eligible": eligible, "eligible_backbone": eligible_backbone}[base]
    return math.ceil(share * of - 1e-9)


@dataclass(frozen=True, eq=False)
class RotationProblem:
    """s school-stages of one area and t teachers in them.

    Attributes
    ----------
    stage : (s,) number of the stage; teachers change schools inside a stage only
    pupils : (s,) pupils, NaN not known; a school without pupils takes nobody and counts in no coefficient
    side : (s,) 1 strong or urban (gives), -1 weak or rural (takes), 0 neither: of all of one side together
    place : (s,) number of the town; two schools of one town are one place for a couple
    distance_m : (s, s) metres between schools, NaN not known (counts nothing)
    school, subject : (t,) of each teacher; subject -1 = not known: does not go
    eligible, backbone, leader : (t,)
    counts : (t, k) 0 or 1: what a teacher adds to each of k indicators (teachers per pupil, backbone teachers per pupil ...)
    partner : (t,) position of the husband or wife, -1 none
    subject_change : (u,) by how much a school's teachers of a subject may change
    staff_change : by how much all teachers of a school may change
    movers, backbone_movers : how many go at least; ``most`` at most
    leader_share : of a school's leaders at most this share goes
    couple_price_m : metres of travel that a couple together is worth
    floor : (s,) schools that, each alone, get no fewer teachers and no fewer backbone teachers than they give; None: none
    wish_rank : (t, s) 1 the school that a teacher wishes first, 2 the second ..., 0 not named; None: nobody named one
    """

    stage: NDArray[np.int64]
    pupils: NDArray[np.float64]
    side: NDArray[np.int64]
    place: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    school: NDArray[np.int64]
    subject: NDArray[np.int64]
    eligible: NDArray[np.bool_]
    backbone: NDArray[np.bool_]
    leader: NDArray[np.bool_]
    counts: NDArray[np.float64]
    partner: NDArray[np.int64]
    subject_change: NDArray[np.int64]
    staff_change: int
    movers: int
    backbone_movers: int
    most: int
    leader_share: float = 0.30
    couple_price_m: float = 20_000.0
    wish_rank: NDArray[np.int64] | None = None
    floor: NDArray[np.bool_] | None = None

    @property
    def schools(self) -> int:
        """S."""
        return len(self.stage)

    @property
    def leaders_allowed(self) -> NDArray[np.int64]:
        """(s,) leaders that may leave each school in one year."""
        team = np.bincount(self.school[self.leader], minlength=self.schools)
        return np.floor(self.leader_share * team + 1e-9).astype(np.int64)


@dataclass(frozen=True, eq=False)
class RotationSolution:
    """``school_of_teacher`` (t,) after; ``objective`` the worst coefficient of variation after, ``bound`` no plan has a smaller worst one.

    ``travel_m`` of all who go, one way; ``travel_bound_m`` with these numbers of leavers and arrivals (``travel_whole``: over all plans as even as this one).
    ``split_couples`` who do not go the same way, ``wishes_met`` of those who go to a school that they named. ``held``: no indicator was allowed to rise.
    """

    school_of_teacher: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
    travel_m: float
    travel_bound_m: float
    travel_whole: bool
    split_couples: int
    held: bool
    wishes_met: int = 0


@dataclass(frozen=True)
class Shortfall:
    """What an area cannot do: at most ``movers`` of those asked can go, and at most ``backbone_movers`` backbone teachers among as many as can."""

    movers: int
    backbone_movers: int
