"""What is said of one block: its schools, what keeps it from another, and who would move if it went there all the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from districting.wording import Text


@dataclass(frozen=True)
class SchoolSeen:
    """A school as seen from a block. ``rank`` 1 = no school is nearer; ``load`` pupils and ``seats`` of its zone; ``seat_price_m`` metres per pupil (None = not known).

    ``zone_name``: all schools of its zone. ``zone_id`` is empty for a school without a zone; load, seats and price are None then.
    """

    school_id: str
    name: str
    zone_id: str
    zone_name: str
    distance_m: float | None
    rank: int | None
    load: float | None
    seats: float | None
    seat_price_m: float | None


@dataclass(frozen=True)
class Cause:
    """One thing that stands in the way: the rule, by how much it would be broken, and the sentence."""

    rule: str
    amount: float
    unit: str
    said: Text

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The object of ``--json``."""
        return {"rule": self.rule, "amount": self.amount, "unit": self.unit, "said": self.said.say(lang)}


@dataclass(frozen=True)
class Shift:
    """Blocks that would go from one zone to another."""

    from_zone: str
    to_zone: str
    from_name: str
    to_name: str
    blocks: int
    pupils: float
    block_ids: tuple[str, ...]


@dataclass(frozen=True)
class IfMoved:
    """The plan in which the block goes to another school.

    ``found``: there is one. Then ``shifts`` (the block's own first), ``zones_open`` and ``zones_changed``, ``change_pupil_m`` of all ways together, and
    ``low_pupil_m``: no plan at all with the block there changes them by less; the least change lies between the two, and ``proved`` says that they meet.
    Both are None where the plan knows no distances; ``change_goals`` is then that of its own goals, in their unit.
    Without a plan ``proved`` says whether it is proved that there is none, and ``why`` the sentences of the proof or of the search.
    """

    found: bool
    proved: bool
    why: tuple[Text, ...] = ()
    shifts: tuple[Shift, ...] = ()
    zones_open: int = 0
    zones_changed: int = 0
    every_zone_open: bool = False
    change_pupil_m: float | None = None
    low_pupil_m: float | None = None
    change_goals: float | None = None

    @property
    def blocks_moved(self) -> int:
        return sum(s.blocks for s in self.shifts)

    @property
    def pupils_moved(self) -> float:
        return sum(s.pupils for s in self.shifts)

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The object of ``--json``; distances in pupil-km."""
        return {
            "found": self.found,
            "proved": self.proved,
            "why": [t.say(lang) for t in self.why],
            "blocks_moved": self.blocks_moved,
            "pupils_moved": self.pupils_moved,
            "shifts": [asdict(s) for s in self.shifts],
            "zones_open": self.zones_open,
            "zones_changed": self.zones_changed,
            "change_goals": self.change_goals,
            "change_pupil_km": None if self.change_pupil_m is None else self.change_pupil_m / 1000,
            "least_change_pupil_km": None if self.change_pupil_m is None or self.low_pupil_m is None else [self.low_pupil_m / 1000, self.change_pupil_m / 1000],
        }


@dataclass(frozen=True)
class BlockExplanation:
    """Why a block goes where it goes. ``target`` is the school asked about: the nearest, unless another was ``named``, or the
    nearest of the county where the nearest of all lies across a line that zones do not cross. Where the plan knows no distances ``nearest`` is None, and
    ``target`` today's school if that is another, else the neighbouring zone's with most free seats (None where no neighbour is of another zone). ``reason`` is one of
    :data:`districting.planning.reasons.REASONS`; ``causes`` all that keeps the block from ``target``; ``goals`` other goals the plan weighs; ``not_carried`` rules that
    the plan's tables only name. ``if_moved`` is None where ``target`` is None or the block's own school.
    """

    stage: str
    block_id: str
    name: str
    pupils: float
    reason: str
    assigned: SchoolSeen | None
    nearest: SchoolSeen | None
    today: SchoolSeen | None
    target: SchoolSeen | None
    named: bool
    causes: tuple[Cause, ...]
    goals: tuple[str, ...]
    not_carried: tuple[str, ...]
    if_moved: IfMoved | None

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The object of ``--json``."""
        seen = {name: None if school is None else asdict(school) for name in ("assigned", "nearest", "today", "target") for school in [getattr(self, name)]}
        return {
            "stage": self.stage,
            "block_id": self.block_id,
            "name": self.name,
            "pupils": self.pupils,
            "reason": self.reason,
            **seen,
            "causes": [c.as_json(lang) for c in self.causes],
            "goals": list(self.goals),
            "rules_not_carried": list(self.not_carried),
            "if_moved": None if self.if_moved is None else self.if_moved.as_json(lang),
        }
