"""What a district must be made of: the composition rules and weights of one form. Every form of district is one such value."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from districting.errors import DataError, Fault
from districting.model.stages import STAGES, Stage
from districting.wording import text

Units = Literal["territory", "streets", "schools", "feeders"]
"""What a district takes whole: ``territory`` (zones of a stage of the form, else cells of its schools), ``streets`` (admin units), ``schools`` (each one alone,
without ground) or ``feeders`` (primary zones that feed juniors; a junior need not stand in its own ground)."""
Limits = tuple[int, int | None]


@dataclass(frozen=True)
class DistrictSpec:
    """The specification of one form of school district; presets are such values in ``profiles/forms.toml``.

    Who takes part: ``stages``; of these only schools that one of the keys of ``takes`` counts (empty = all). ``each_stage``: every stage is grouped by itself.
    ``units``: what a district takes whole, see :data:`Units`. ``centre``: the key whose schools may open a district; each district is centred on one of them.
    ``tree``: stages from the root down (``("senior", "junior", "primary")``): every school of a stage hangs on one of the stage above; ``children`` = least and most per parent.
    ``one_zone``: the schools of a district share one attendance zone, which is drawn once they are grouped.

    Hard rules of a district
        ``counts``: key -> (least, most or None). A key is ``"<stage>"``, ``"<stage>_<tier>"``, a tier, a school type (``nine_year`` ...), ``urban`` | ``fringe`` |
        ``rural`` or ``school``; a key without a stage counts a school of several stages once. Schools that no key bounds join as extra members.
        ``spread``: keys that no district may hold more of than the even share, rounded up. ``min_tiers``: different tiers a district holds at least.
        ``connected`` (territory in one piece), ``within_county``, ``apart`` (old town and new town, the column ``town_part``, never together), ``borders`` (units joined only
        across a barrier line are no neighbours), ``radius_m`` (every member this near to the centre), ``diameter_m`` (every two members).
        ``junior_seats``: junior places >= ``junior_seats`` x graduates of the district's primaries (0 = no rule).
        ``backbone_floor``: backbone teachers per 100 pupils that a lead keeps after it has lifted its members to the same (0 = no rule).
        ``theme_share``: share of the members that carry the district's theme or reach its anchor within ``theme_reach_m`` (0 = no themes); the lead is one of them.
        ``districts``: (least, most or None) districts in all.

    Weights; each turns its term into pupil-metres (resident-metres or school-metres where residents or nothing weighs the schools), and every term is >= 0
        ``nearness`` (no unit) x pupils x metres to the centre, from the schools or, with ``from_homes``, from the homes in the unit;
        ``complementarity`` (metres per unit of gain) x pupils x (best gain any centre of the area offers - gain from the own centre);
        ``evenness`` (metres per standard deviation of quality) x sum over districts of abs(sum of pupils x (quality - mean quality of the area));
        ``seat_evenness`` (metres per seat) x abs(places in quality schools - their even share by pupils); ``mix_evenness`` (metres per pupil) x abs(rural pupils - even share);
        ``fill_evenness`` (metres per place) x abs(junior places - even share by graduates);
        ``stability`` (metres) x pupils of schools whose district of today has another centre; ``theme`` (metres) x pupils without the district's theme;
        ``theme_repeat`` (metres) x pupils of the smaller of two neighbouring districts of the same theme.
    """

    form: str
    stages: tuple[Stage, ...]
    units: Units = "territory"
    takes: tuple[str, ...] = ()
    each_stage: bool = False
    centre: str = "junior_lead"
    tree: tuple[Stage, ...] = ()
    one_zone: bool = False
    children: Limits = (0, None)
    counts: Mapping[str, Limits] = field(default_factory=dict)
    spread: tuple[str, ...] = ()
    min_tiers: int = 1
    districts: Limits = (1, None)
    connected: bool = True
    within_county: bool = True
    apart: bool = False
    borders: bool = False
    radius_m: float | None = None
    diameter_m: float | None = None
    junior_seats: float = 0.0
    backbone_floor: float = 0.0
    theme_share: float = 0.0
    theme_reach_m: float = 2000.0
    from_homes: bool = False
    nearness: float = 1.0
    complementarity: float = 500.0
    evenness: float = 500.0
    seat_evenness: float = 0.0
    mix_evenness: float = 0.0
    fill_evenness: float = 0.0
    stability: float = 0.0
    theme: float = 0.0
    theme_repeat: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        faults = (
            [Fault(text("grouping.unknown_units", given=self.units), text("grouping.known_units", units=list(get_args(Units))), column="units")]
            if self.units not in get_args(Units)
            else []
        )
        unknown = [stage for stage in (*self.stages, *self.tree) if stage not in STAGES]
        faults += [Fault(text("grouping.unknown_stage", given=stage), text("grouping.known_stages", stages=list(STAGES)), column="stages") for stage in unknown]
        faults += range_faults(self)
        if faults:
            raise DataError(faults)

    def replace(self, **changes: Any) -> DistrictSpec:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    @property
    def counted_districts(self) -> bool:
        """Whether the number of districts is bounded."""
        return self.districts[0] > 1 or self.districts[1] is not None


def limits(given: int | Sequence[int | None]) -> Limits:
    """``7`` = exactly 7, ``[4, 6]`` = 4 to 6, ``[1]`` or ``[1, 0]`` = 1 or more.

    >>> limits(7), limits([4, 6]), limits([1, 0])
    ((7, 7), (4, 6), (1, None))
    """
    if isinstance(given, int):
        return given, given
    return int(given[0] or 0), (given[1] or None) if len(given) > 1 else None


def range_faults(numbers: Any, place: str = "") -> list[Fault]:
    """Numbers of a form out of their range: negative weights and lengths, shares above 1, tiers that do not exist, limits that no count can meet.

    ``numbers`` : a specification, or settings of the same names in which None = not given; ``place`` stands before every name.
    """
    faults = []
    for name in (*WEIGHTS, "radius_m", "diameter_m", "junior_seats", "backbone_floor", "theme_reach_m"):
        given = getattr(numbers, name)
        if given is not None and not 0 <= given < math.inf:
            faults.append(Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"{place}{name}"))
    if numbers.theme_share is not None and not 0 <= numbers.theme_share <= 1:
        faults.append(Fault(text("config.not_a_share", given=numbers.theme_share), text("config.give_share"), column=f"{place}theme_share"))
    if numbers.min_tiers is not None and not 1 <= numbers.min_tiers <= 3:
        faults.append(Fault(text("config.not_tiers", given=numbers.min_tiers), text("config.give_tiers"), column=f"{place}min_tiers"))
    if numbers.stages is not None and not numbers.stages:
        faults.append(Fault(text("config.no_stages"), text("config.give_stages"), column=f"{place}stages"))
    pairs = {**{f"counts.{key}": pair for key, pair in numbers.counts.items()}, "districts": numbers.districts, "children": numbers.children}
    for name, pair in pairs.items():
        least, most = (0, None) if pair is None else limits(pair)
        if least < 0 or (most is not None and most < least):
            faults.append(Fault(text("config.limits_clash", given=str(pair)), text("config.give_limits"), column=f"{place}{name}"))
    return faults


WEIGHTS = ("nearness", "complementarity", "evenness", "seat_evenness", "mix_evenness", "fill_evenness", "stability", "theme", "theme_repeat")
"""The weights of a specification, in the order of their terms."""
