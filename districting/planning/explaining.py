"""Why a block goes to its school and what it would take to send it to another: from the plan alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.planning.causes import Question, beside, causes_of, ties_of
from districting.planning.explanation import BlockExplanation, Cause, IfMoved, SchoolSeen
from districting.planning.if_moved import MoveOptions, if_moved
from districting.planning.plan_ground import StageGround, stage_ground, zoned_stage
from districting.planning.plan_part import counties_of, part_of_plan
from districting.planning.reasons import RuleMarks, other_goals, reasons_of, rules_not_carried
from districting.wording import text


def explain_block(plan: Plan, block_id: str, stage: str | None = None, *, to: str | None = None, options: MoveOptions | None = None) -> BlockExplanation:
    """The schools of a block, all that keeps it from the nearest, and who would have to move if it went there all the same.

    Parameters
    ----------
    plan : of :func:`districting.read_plan`; nothing else is needed
    stage : may be left out where the plan zones one stage
    to : id or name of another school to ask about than the nearest (than the nearest of its county, where zones do not cross county lines; where the plan
        knows no distances, than today's, or the neighbouring zone's with most free seats)
    options : weight of moves, seed, and when the re-solve stops

    Raises
    ------
    DataError : an unknown block, school or stage; several stages and none named; a table of distances without the block

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> ground = gpd.GeoDataFrame({"block_id": ["a", "b", "c"], "name": "", "county_code": "", "zone_id_primary": ["P-s", "P-t", "P-t"]},
    ...                           geometry=[shapely.box(x, 0, x + 100, 100) for x in (0, 100, 200)], crs="EPSG:4546")
    >>> schools = gpd.GeoDataFrame({"school_id": ["s", "t"], "name": ["s", "t"], "county_code": "", "ownership": ""},
    ...                            geometry=[shapely.Point(90, 50), shapely.Point(250, 50)], crs="EPSG:4546")
    >>> plan = Plan("town", 2026, "en", "EPSG:4546", blocks=ground, schools=schools,
    ...             zone_schools=pd.DataFrame({"zone_id": ["P-s", "P-t"], "stage": "primary", "school_id": ["s", "t"]}),
    ...             demand=pd.DataFrame({"block_id": ["a", "b", "c"], "stage": "primary", "year": 2026, "pupils": [2.0, 1.0, 1.0]}),
    ...             seats=pd.DataFrame({"school_id": ["s", "t"], "stage": "primary", "seats": [2.0, 4.0]}),
    ...             edges=pd.DataFrame({"block_a": ["a", "b"], "block_b": ["b", "c"], "shared_m": 100.0, "cut": False}))
    >>> told = explain_block(plan, "b")
    >>> told.reason, told.nearest.school_id, told.nearest.distance_m, told.assigned.distance_m, told.assigned.rank
    ('seats', 's', 60.0, 100.0, 2)
    >>> told.if_moved.found, told.if_moved.proved
    (False, True)
    """
    stage = zoned_stage(plan, stage)
    ground = stage_ground(plan, stage)
    block = _block(ground, block_id)
    names = zone_names(plan, ground)
    own, nearest = int(ground.label[block]), _nearest(ground, block)
    school = _school(plan, ground, to) if to is not None else _nearest_inside(ground, block, nearest) if nearest >= 0 else _beside_or_today(plan, ground, block)
    zone = int(ground.zone_of_school[school]) if school >= 0 else own
    reason = "" if ground.ways is None else _reason(plan, ground, block)
    seen = _Seen(plan, ground, block, names)
    asked = Question(plan, ground, block, own, school, zone, names, reason)
    causes = causes_of(asked) if school >= 0 else ties_of(asked)
    if nearest >= 0:
        causes = _across(dataclasses.replace(asked, school=nearest, zone=int(ground.zone_of_school[nearest])), asked) + causes
    row = plan.blocks.iloc[block]
    return BlockExplanation(
        stage=stage,
        block_id=block_id,
        name=row["name"] if isinstance(row["name"], str) else "",
        pupils=float(ground.pupils[block]),
        reason=reason or _reason_of(causes, plan, ground),
        assigned=seen.school(_assigned(ground, block)) if own >= 0 else None,
        nearest=seen.school(nearest) if nearest >= 0 else None,
        today=_today(plan, seen, block_id, stage),
        target=seen.school(school) if school >= 0 else None,
        named=to is not None,
        causes=causes,
        goals=other_goals(plan, stage),
        not_carried=rules_not_carried(ground),
        if_moved=_if_moved(asked, options or MoveOptions()) if own >= 0 and own != zone else None,
    )


def _nearest(ground: StageGround, block: int) -> int:
    """The nearest school; -1 where the plan knows no distances."""
    if ground.ways is None:
        return -1
    found = int(ground.ways.nearest[block])
    if found < 0:
        raise DataError(Fault(text("explain.no_way", block=str(ground.block_ids[block])), text("explain.give_places"), column="distances"))
    return found


def _assigned(ground: StageGround, block: int) -> int:
    """The nearest school of the block's zone, or its first where the plan knows no distances."""
    return int(ground.assigned[block]) if ground.ways is not None else int(np.flatnonzero(ground.zone_of_school == ground.label[block])[0])


def _beside_or_today(plan: Plan, ground: StageGround, block: int) -> int:
    """Today's school where the block goes to another zone, else the first school of the neighbouring zone with most free seats; -1 where there is none."""
    rows = plan.today[(plan.today["stage"] == ground.stage) & (plan.today["block_id"] == ground.block_ids[block])]["school_id"]
    today = np.flatnonzero(np.isin(ground.school_ids, rows.to_numpy(dtype=object)))
    if len(today) and ground.zone_of_school[today[0]] != ground.label[block]:
        return int(today[0])
    near = np.unique(ground.label[beside(np.concatenate([ground.edges, ground.closed]), block)])
    near = near[(near >= 0) & (near != ground.label[block])]
    if not len(near):
        return -1
    zone = near[np.argmax((ground.seats - ground.load)[near])]
    return int(np.flatnonzero(ground.zone_of_school == zone)[0])


def _reason_of(causes: tuple[Cause, ...], plan: Plan, ground: StageGround) -> str:
    """The first thing that keeps the block from the school asked about, in the words of :data:`districting.planning.reasons.REASONS`."""
    if causes:
        return {"within_county": "county", "barrier": "connected"}.get(causes[0].rule, causes[0].rule)
    return "goal" if other_goals(plan, ground.stage) else "rule" if rules_not_carried(ground) else "open"


def _nearest_inside(ground: StageGround, block: int, nearest: int) -> int:
    """The nearest school that no county line keeps the block from."""
    assert ground.ways is not None
    inside = np.flatnonzero(ground.county_of_block[ground.home[ground.zone_of_school]] == ground.county_of_block[block])
    metres = ground.ways.metres(np.full(len(inside), block), inside)
    return int(inside[np.argmin(metres)]) if np.isfinite(metres).any() else nearest


def _across(nearest: Question, asked: Question) -> tuple[Cause, ...]:
    """The county line before the nearest school, where that is not the school asked about."""
    return () if nearest.zone == asked.zone else tuple(c for c in causes_of(nearest) if c.rule == "within_county")


def zone_names(plan: Plan, ground: StageGround) -> dict[str, str]:
    """Zone id -> the names of its schools."""
    name = plan.schools.set_index("school_id")["name"].reindex(ground.school_ids).astype("str").to_numpy(dtype=object)
    return {str(z): " / ".join(name[ground.zone_of_school == i]) for i, z in enumerate(ground.zone_ids)}


def _if_moved(asked: Question, options: MoveOptions) -> IfMoved:
    ground, stage = asked.ground, asked.ground.stage
    part = part_of_plan(asked.plan, stage, str(counties_of(asked.plan, stage)[asked.block]))
    place = np.flatnonzero(part.zone_ids == ground.zone_ids[asked.zone])
    if not len(place):
        return IfMoved(found=False, proved=True, why=(text("explain.proof_county"),))
    block = int(np.flatnonzero(part.blocks == asked.block)[0])
    return if_moved(asked.plan, part, block, int(place[0]), dict(asked.names), options)


class _Seen:
    """Schools as one block sees them."""

    def __init__(self, plan: Plan, ground: StageGround, block: int, names: Mapping[str, str]) -> None:
        self.ground, self.block, self.names = ground, block, names
        self.name = plan.schools.drop_duplicates("school_id").set_index("school_id")["name"]
        k = np.arange(len(ground.school_ids))
        self.metres: NDArray[np.float64] = np.full(len(k), np.inf) if ground.ways is None else ground.ways.metres(np.full(len(k), block), k)

    def school(self, s: int) -> SchoolSeen:
        ground, z, metres = self.ground, int(self.ground.zone_of_school[s]), float(self.metres[s])
        price = float(ground.price_m[z]) if ground.ways is not None else np.nan
        return SchoolSeen(
            school_id=str(ground.school_ids[s]),
            name=str(self.name[ground.school_ids[s]]),
            zone_id=str(ground.zone_ids[z]),
            zone_name=self.names[str(ground.zone_ids[z])],
            distance_m=metres if np.isfinite(metres) else None,
            rank=int((self.metres < metres * (1 - 1e-9)).sum()) + 1 if np.isfinite(metres) else None,
            load=float(ground.load[z]),
            seats=float(ground.seats[z]),
            seat_price_m=price if np.isfinite(price) else None,
        )

    def without_zone(self, school_id: str) -> SchoolSeen:
        return SchoolSeen(school_id, str(self.name.get(school_id, school_id)), "", "", None, None, None, None, None)


def _today(plan: Plan, seen: _Seen, block_id: str, stage: str) -> SchoolSeen | None:
    rows: Any = plan.today[(plan.today["stage"] == stage) & (plan.today["block_id"] == block_id)]["school_id"].dropna()
    if not len(rows):
        return None
    at = np.flatnonzero(seen.ground.school_ids == rows.iloc[0])
    return seen.school(int(at[0])) if len(at) else seen.without_zone(str(rows.iloc[0]))


def _reason(plan: Plan, ground: StageGround, block: int) -> str:
    """The table's word, which knows rules that only the run itself had at hand; else what the plan shows."""
    rows = plan.reasons[(plan.reasons["stage"] == ground.stage) & (plan.reasons["block_id"] == ground.block_ids[block])]["reason"]
    return str(rows.iloc[0]) if len(rows) else str(reasons_of(plan, ground, RuleMarks())[block])


def _block(ground: StageGround, block_id: str) -> int:
    found = np.flatnonzero(ground.block_ids == block_id)
    if not len(found):
        raise DataError(Fault(text("planning.unknown_block", block=block_id), text("planning.give_block_id"), column="block_id"))
    return int(found[0])


def _school(plan: Plan, ground: StageGround, given: str) -> int:
    """Position of a school by id, or by a name that only one school has."""
    name = plan.schools.set_index("school_id")["name"].reindex(ground.school_ids).to_numpy(dtype=object)
    found = np.flatnonzero(ground.school_ids == given)
    found = found if len(found) else np.flatnonzero(pd.Index(name) == given)
    if len(found) != 1:
        raise DataError(
            Fault(text("explain.unknown_school", school=given, stage=text(f"word.{ground.stage}")), text("explain.give_school"), column="school_id")
        )
    return int(found[0])
