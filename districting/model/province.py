"""What a batch knows of each county, small enough to send about, and what the counties come to together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

CountyStatus = Literal["ok", "infeasible", "invalid", "failed"]
EXIT_OF: Final[dict[CountyStatus, int]] = {"ok": 0, "infeasible": 3, "invalid": 4, "failed": 1}


@dataclass(frozen=True)
class CountyResult:
    """One county. ``status`` other than ``ok``: no plan, and ``trouble`` says in one line why; then all numbers are 0 or NaN.

    pupils : of all zoned stages; pupil_m : sum of their ways, over ``pupils_measured`` of them whose way is known; the same today
    over_seats, moved : pupils; objective, bound, gap, unit : of the decisions, NaN where they have no sum
    worst : findings that break a line or are worse than today, worst first: measure, stage, value, unit, verdict
    mapped : whether there is a map page; draft : whether the plan's risk is not yet assessed
    rings : the outline, simplified, as rings of (longitude, latitude)
    """

    code: str
    status: CountyStatus = "ok"
    name: str = ""
    audience: str = "internal"
    exit_code: int = 0
    seconds: float = 0.0
    schools: int = 0
    blocks: int = 0
    pupils: float = 0.0
    pupil_m: float = 0.0
    pupils_measured: float = 0.0
    pupil_m_today: float = 0.0
    pupils_measured_today: float = 0.0
    over_seats: float = 0.0
    moved: float = 0.0
    objective: float = math.nan
    bound: float = math.nan
    gap: float = math.nan
    unit: str = ""
    worst: tuple[dict[str, Any], ...] = ()
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    mapped: bool = False
    draft: bool = False
    trouble: str = ""
    faults_file: str = ""

    @property
    def mean_m(self) -> float:
        """Mean way of a pupil in metres."""
        return _share(self.pupil_m, self.pupils_measured)

    @property
    def mean_today_m(self) -> float:
        """The same today."""
        return _share(self.pupil_m_today, self.pupils_measured_today)

    @property
    def share_moved(self) -> float:
        """Share of the pupils who change zone."""
        return _share(self.moved, self.pupils)


@dataclass(frozen=True)
class Province:
    """The counties by code."""

    name: str
    counties: tuple[CountyResult, ...] = field(default=())

    @property
    def total(self) -> CountyResult:
        """All counties with a plan as one. Sums; so means are weighted by pupils, and the gap by what the counties' objectives are; of unlike objectives the largest gap.

        >>> near, far = CountyResult("1", pupils=300, pupil_m=3e5, pupils_measured=300), CountyResult("2", pupils=100, pupil_m=3e5, pupils_measured=100)
        >>> Province("", (near, far)).total.mean_m
        1500.0
        """
        done = [c for c in self.counties if c.status == "ok"]
        summed = ("schools", "blocks", "pupils", "pupil_m", "pupils_measured", "pupil_m_today", "pupils_measured_today", "over_seats", "moved", "seconds")
        return CountyResult("", name=self.name, **_proof(done), **{n: sum(getattr(c, n) for c in done) for n in summed})

    def of(self, status: CountyStatus) -> list[CountyResult]:
        """The counties that ended so."""
        return [c for c in self.counties if c.status == status]

    @property
    def exit_code(self) -> int:
        """0 when every county has a plan; else 1 when one failed, 4 when the input of one is not usable, 3 when one has no lawful plan: the first that holds."""
        return next((EXIT_OF[s] for s in ("failed", "invalid", "infeasible") if self.of(s)), 0)


def _proof(done: Sequence[CountyResult]) -> dict[str, Any]:
    known = [c for c in done if not math.isnan(c.gap)]
    if not known:
        return {}
    if len({c.unit for c in known}) > 1 or any(math.isnan(c.objective) or math.isnan(c.bound) for c in known):
        return {"gap": max(c.gap for c in known)}
    objective, bound = sum(c.objective for c in known), sum(c.bound for c in known)
    return {"objective": objective, "bound": bound, "gap": abs(objective - bound) / abs(objective) if objective else 0.0, "unit": known[0].unit}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
