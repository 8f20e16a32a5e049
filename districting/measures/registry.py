"""The measures by name, those of a zoning and those of districts: one line each. An audit line is one of these beside today's value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from districting.measures import access, cover, pieces, seat_use
from districting.measures.district_view import DistrictView
from districting.measures.zoning_view import ZoningView

Direction = Literal["lower", "higher", "neutral"]
View = TypeVar("View")


@dataclass(frozen=True)
class Measure(Generic[View]):
    """A pure function of a view, its unit and which way is better. ``source`` is the rule it comes from."""

    function: Callable[[View], float]
    unit: str
    better: Direction
    source: str = ""


MEASURES: Final[Mapping[str, Measure[ZoningView]]] = {
    "pupils": Measure(lambda view: float(view.demand.sum() if view.known_load is None else view.known_load.sum()), "pupil", "neutral"),
    "mean_distance_m": Measure(access.mean_distance_m, "m", "lower", "义务教育法第十二条"),
    "p95_distance_m": Measure(access.p95_distance_m, "m", "lower", "义务教育法第十二条"),
    "max_distance_m": Measure(access.max_distance_m, "m", "lower", "义务教育法第十二条"),
    "share_beyond_radius": Measure(access.share_beyond_radius, "share", "lower", "GB 50099-2011 4.1.4"),
    "share_at_nearest": Measure(access.share_at_nearest, "share", "higher", "义务教育法第十二条"),
    "pupils_over_seats": Measure(seat_use.pupils_over_seats, "pupil", "lower", "教基厅〔2022〕1号"),
    "fullest_school": Measure(seat_use.fullest_school, "share", "lower", "教基厅〔2022〕1号"),
    "emptiest_school": Measure(seat_use.emptiest_school, "share", "higher", "教基厅〔2022〕1号"),
    "seat_use_cv": Measure(seat_use.seat_use_cv, "cv", "lower", "教督〔2012〕3号"),
    "detached_pieces": Measure(pieces.detached_pieces, "piece", "lower", "教基厅〔2022〕1号"),
}

DISTRICT_MEASURES: Final[Mapping[str, Measure[DistrictView]]] = {
    "complementarity": Measure(cover.complementarity, "share", "higher", "呼和浩特学区制（新华社 2014-03-20）：优势互补"),
}
