"""What the page's editor reckons from: the plan in whole numbers, packed. Format "edit-1", read by assets/scenario.js."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from districting.model.edit_ground import EditGround, EditStage, Ints
from districting.model.edit_grouping import EditGrouping, NotEdited
from districting.model.plan import Plan
from districting.outputs.map.packing import packed, packed_steps
from districting.planning.edit_ground import edit_ground

FORMAT: Final = "edit-1"
_ALIKE: Final = frozenset({"edges", "border_m", "county_of_block", "block_x", "block_y", "today"})
"""What stages often have in common: the ground."""


def edit_content(plan: Plan) -> dict[str, Any] | None:
    """``content["edit"]`` of a page for internal use; None where there is no zone to edit. Zones stand in the order of the page's zones, blocks in that of its blocks.

    Raises
    ------
    DataError : sums are too large to be exact in a browser
    """
    if not len(plan.blocks) or not plan.zoned_stages:
        return None
    return packed_ground(edit_ground(plan))


def packed_ground(ground: EditGround) -> dict[str, Any]:
    """The numbers as ``districtingScenario`` takes them; it is handed the ids of the blocks and of the schools beside, as the page has them already."""
    return {
        "format": FORMAT,
        "key": ground.key,
        "name": ground.name,
        "year": ground.year,
        "pupil_parts": ground.pupil_parts,
        "stages": _said_once([_stage(one, ground.pupil_parts) for one in ground.stages]),
        "groupings": [_grouping(one) for one in ground.groupings],
    }


def _grouping(one: EditGrouping | NotEdited) -> dict[str, Any]:
    """Districts as ``districtingScenarioGrouping`` takes them; positions of schools are those of the page."""
    if isinstance(one, NotEdited):
        return {"scheme": one.scheme, "why": one.why}
    return {
        "scheme": one.scheme,
        "districts": list(one.district_ids),
        "base": packed(one.base),
        "unit_of_school": packed(one.unit_of_school),
        "county_of_unit": packed(one.county_of_unit),
        "lead": packed(one.lead),
        "weak": packed(one.weak),
        "score": packed(one.score),
        "tiers": packed(one.tiers),
        "place_dm": packed_steps(one.place_dm.ravel()),
        "limits": [list(limit) for limit in one.limits],
        "amounts": [packed(a) for a in one.amounts],
        "unit_stage": one.unit_stage,
        "unit_of_block": packed_steps(one.unit_of_block),
        "edges": packed(one.edges.ravel()),
        "number": list(one.districts),
        "min_tiers": one.min_tiers,
        "connected": one.connected,
        "within_county": one.within_county,
        "radius_dm": one.radius_dm,
        "diameter_dm": one.diameter_dm,
        "unchecked": list(one.unchecked),
    }


def _said_once(stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a later stage has as the first has it is left out there."""
    first = stages[0]
    return [first, *({k: v for k, v in one.items() if k not in _ALIKE or v != first[k]} for one in stages[1:])]


def _stage(one: EditStage, parts: int) -> dict[str, Any]:
    block = one.block_dm if len(one.block_dm) else np.empty((0, 2), dtype=np.int64)
    return {
        "stage": one.stage,
        "parts": parts,
        "zones": list(one.zone_ids),
        "metric": one.metric,
        "seats_hard": one.seats_hard,
        "connected": one.connected,
        "keep_home": one.keep_home,
        "cap": one.cap,
        "share_beside": one.share_beside,
        "whole_below": one.whole_below,
        "unchecked": list(one.unchecked),
        "base": packed_steps(one.base),
        "today": packed_steps(one.today),
        "pupils": packed(one.pupils),
        "seats": packed(one.seats),
        "homes": packed(one.homes),
        "edges": _pairs(one.edges),
        "border_m": packed(one.border_m),
        "county_of_block": packed_steps(one.county_of_block),
        "county_of_zone": packed(one.county_of_zone),
        "block_x": packed_steps(block[:, 0]),
        "block_y": packed_steps(block[:, 1]),
        "school_dm": packed(one.school_dm),
        "zone_of_school": packed(one.zone_of_school),
        **_arcs(one),
        "limit_dm": packed_steps(one.limit_dm),
        "growth_dm": packed_steps(one.growth_dm),
        "locked": packed(one.locked),
        "excused": packed(one.excused),
        "beside": _pairs(one.beside),
        "least": packed(one.least),
        "low": packed(one.low),
        "high": packed(one.high),
    }


def _pairs(pairs: Ints) -> str:
    """Pairs sorted by their first end: the step of the first from the one before, and the way to the second."""
    if not len(pairs):
        return ""
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    a, b = pairs[order].T
    return packed(np.column_stack([np.diff(a, prepend=0), b - a]))


def _arcs(one: EditStage) -> dict[str, str]:
    """A table of ways: arcs of each block, their zones as steps within the block, decimetres."""
    if one.metric != "table":
        return {"arc_counts": "", "arc_zones": "", "arc_dm": ""}
    first = np.append(True, np.diff(one.arcs[:, 0]) != 0)[: len(one.arcs)]
    zone = np.where(first, one.arcs[:, 1], np.diff(one.arcs[:, 1], prepend=0))
    counts = np.bincount(one.arcs[:, 0], minlength=len(one.base))
    return {"arc_counts": packed(counts), "arc_zones": packed(zone), "arc_dm": packed(one.arcs[:, 2])}
