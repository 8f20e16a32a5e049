"""What a what-if edit of districts is reckoned from: units that move whole with their schools, and the composition rules of the form, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
RULE_ORDER: Final = ("covered", "centre", "min_tiers", "districts", "connected", "within_county", "radius_m", "diameter_m")
"""Rules other than counts, in the order they are listed in after them; names as in ``checking.grouping``."""


def _no_numbers() -> Ints:
    return np.empty(0, dtype=np.int64)


def _no_pairs() -> Ints:
    return np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class NotEdited:
    """A grouping that cannot be edited: ``why`` is a code with words in both languages."""

    scheme: str
    level: int
    why: str


@dataclass(frozen=True, eq=False)
class EditGrouping:
    """d districts, u units, s schools of the plan (positions in its table of schools; those outside the grouping have unit -1).

    A unit moves whole: the schools that stand on one piece of ground stay together, as in the form. ``base`` (u,) district of each unit, -1 = none.
    ``unit_stage``: units are the zones of that stage (positions as in its ``EditStage``), wherever their blocks lie now; empty: ``unit_of_block`` (n,) says which
    unit a block belongs to (empty: the units have no ground that is known), and ``edges`` (m, 2) which units touch.
    ``limits``: key, least, most (-1 = no limit) schools of a district, ``amounts`` (k, s) what each school adds to each key. ``tiers`` (s,) bits of its tiers.
    ``lead`` (s,) 1 = heads a district, ``weak`` (s,) 1 = its role is that; ``score`` (s,) hundredths, -1 = not known; ``place_dm`` (s, 2).
    ``districts``: least and most, -1 = no limit; ``radius_dm``, ``diameter_dm`` -1 = no rule; ``unchecked``: rules of the plan that its file only names.
    """

    scheme: str
    level: int
    district_ids: tuple[str, ...]
    base: Ints
    unit_of_school: Ints
    county_of_unit: Ints
    lead: Ints
    weak: Ints
    score: Ints
    tiers: Ints
    place_dm: Ints
    limits: tuple[tuple[str, int, int], ...] = ()
    amounts: Ints = field(default_factory=_no_pairs)
    unit_stage: str = ""
    unit_of_block: Ints = field(default_factory=_no_numbers)
    edges: Ints = field(default_factory=_no_pairs)
    districts: tuple[int, int] = (1, -1)
    min_tiers: int = 1
    connected: bool = False
    within_county: bool = False
    radius_dm: int = -1
    diameter_dm: int = -1
    unchecked: tuple[str, ...] = ()

    def district_of_school(self, label: Ints) -> Ints:
        """(s,) from the districts of the units."""
        return np.where(self.unit_of_school >= 0, label[np.maximum(self.unit_of_school, 0)], -1) if len(label) else np.full(len(self.lead), -1)

    def neighbours(self, zone: Ints | None, block_edges: Ints) -> Ints:
        """(m, 2) units that touch: over the blocks' open borders where units are zones (``zone`` (n,) as they are now), else the given ones."""
        if not self.unit_stage or zone is None:
            return self.edges
        ends = np.sort(zone[block_edges], axis=1) if len(block_edges) else _no_pairs()
        return np.unique(ends[(ends[:, 0] >= 0) & (ends[:, 0] != ends[:, 1])], axis=0)

    def has_ground(self, zone: Ints | None) -> NDArray[np.bool_]:
        """(u,) whether a unit has ground that is known: a zone without a block has none."""
        there = zone if self.unit_stage else self.unit_of_block
        found = np.zeros(len(self.base), dtype=bool)
        if there is not None and len(there):
            found[there[there >= 0]] = True
        return found
