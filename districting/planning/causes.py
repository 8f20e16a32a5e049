"""What would break if a block alone went to another school: every rule that the plan's tables carry, each with its number and its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.model.plan import Plan
from districting.planning.cut_blocks import pieces_without
from districting.planning.explanation import Cause
from districting.planning.plan_ground import SAME, StageGround
from districting.planning.reasons import minimum_pupils
from districting.wording import metres_said, text


@dataclass(frozen=True, eq=False)
class Question:
    """Block ``block`` of the ground, in zone ``own``, asked about school ``school`` in zone ``zone``; ``names`` zone id -> names of its schools; ``reason`` the table's word."""

    plan: Plan
    ground: StageGround
    block: int
    own: int
    school: int
    zone: int
    names: Mapping[str, str]
    reason: str

    def name(self, zone: int) -> str:
        return self.names[str(self.ground.zone_ids[zone])]

    @property
    def pupils(self) -> float:
        return float(self.ground.pupils[self.block])

    def metres(self, zone: int) -> float:
        """To the nearest school of the zone."""
        assert self.ground.ways is not None
        of = np.flatnonzero(self.ground.zone_of_school == zone)
        return float(self.ground.ways.metres(np.full(len(of), self.block), of).min())


def causes_of(asked: Question) -> tuple[Cause, ...]:
    """Everything that keeps the block from the zone asked about; nothing where it is its own."""
    if asked.own == asked.zone or asked.own < 0:
        return ()
    return tuple(cause for look in _LOOKS for cause in look(asked))


def ties_of(asked: Question) -> tuple[Cause, ...]:
    """Everything that ties the block to its own zone, whichever other is asked about."""
    return tuple(cause for look in (_exception, _marked, _home, _cut) for cause in look(asked)) if asked.own >= 0 else ()


def _exception(asked: Question) -> list[Cause]:
    if not asked.ground.excepted[asked.block]:
        return []
    rows = asked.plan.exceptions
    row = rows[(rows["stage"] == asked.ground.stage) & (rows["block_id"] == asked.ground.block_ids[asked.block])].iloc[0]
    why = row["reason"] if isinstance(row["reason"], str) and row["reason"] else "-"
    until = text("explain.for_good") if row["temporary_until"] != row["temporary_until"] else text("explain.until", year=int(row["temporary_until"]))
    return [Cause("exception", 1.0, "block", text("explain.cause_exception", school=asked.name(asked.own), why=why, until=until))]


def _marked(asked: Question) -> list[Cause]:
    """Rules whose tables are not in the plan, but whose hold on this block is."""
    if asked.reason not in ("locked", "district", "forbidden", "together"):
        return []
    return [Cause(asked.reason, 1.0, "block", text(f"explain.cause_{asked.reason}"))]


def _home(asked: Question) -> list[Cause]:
    ground = asked.ground
    if ground.home[asked.own] != asked.block or not ground.holds("home_block"):
        return []
    return [Cause("home_block", 1.0, "block", text("explain.cause_home_block", school=asked.name(asked.own)))]


def _county(asked: Question) -> list[Cause]:
    ground = asked.ground
    here, there = ground.county_of_block[asked.block], ground.county_of_block[ground.home[asked.zone]]
    return [] if here == there else [Cause("within_county", 1.0, "block", text("explain.cause_county", school=asked.name(asked.zone), here=here, there=there))]


def _far(asked: Question) -> list[Cause]:
    try:
        limit = float(asked.ground.rules.get("maximum_distance_m", "inf"))
    except ValueError:
        return []
    if asked.ground.ways is None:
        return []
    metres = asked.metres(asked.zone)
    if metres <= limit * (1 + SAME) or asked.pupils <= 0:
        return []
    return [
        Cause(
            "maximum_distance_m",
            metres - limit,
            "metre",
            text("explain.cause_far", school=asked.name(asked.zone), metres=metres_said(metres), limit=metres_said(limit)),
        )
    ]


def _seats(asked: Question) -> list[Cause]:
    ground = asked.ground
    if not ground.seats_bind:
        return []
    seats, load = float(ground.seats[asked.zone]), float(ground.load[asked.zone])
    over = load + asked.pupils - seats
    if over <= SAME * max(seats, 1.0):
        return []
    said = text("explain.cause_seats", school=asked.name(asked.zone), seats=seats, load=load, free=max(seats - load, 0.0), pupils=asked.pupils, over=over)
    return [Cause("seats", over, "pupil", said)]


def _price(asked: Question) -> list[Cause]:
    """The seat prices: what the way and the seat cost together, here and there."""
    ground = asked.ground
    prices = ground.price_m[[asked.zone, asked.own]]
    if ground.ways is None or not np.isfinite(prices).all() or prices[0] <= 0 or not ground.seats_bind:
        return []
    there, here = asked.metres(asked.zone), asked.metres(asked.own)
    more = there + prices[0] - here - prices[1]
    if more <= 0:
        return []
    values = {"school": asked.name(asked.zone), "own": asked.name(asked.own), "price": float(prices[0]), "own_price": float(prices[1])}
    said = text("explain.cause_price", **values, there=there, here=here, sum_there=there + float(prices[0]), sum_here=here + float(prices[1]), more=float(more))
    return [Cause("seat_price", float(more), "metre", said)]


def _island(asked: Question) -> list[Cause]:
    ground = asked.ground
    if not ground.holds("connected") or ground.home[asked.zone] == asked.block:
        return []
    near = beside(ground.edges, asked.block)
    if asked.zone in ground.label[near[~ground.excepted[near]]]:  # the block's own exception would end with the move
        return []
    parted = ground.label[beside(ground.closed, asked.block)]
    key = "explain.cause_barrier" if asked.zone in parted else "explain.cause_island"
    return [Cause("barrier" if asked.zone in parted else "connected", 1.0, "block", text(key, school=asked.name(asked.zone)))]


def _cut(asked: Question) -> list[Cause]:
    ground = asked.ground
    if not ground.holds("connected") or ground.home[asked.own] == asked.block:
        return []
    mine = np.flatnonzero((ground.label == asked.own) & ~ground.excepted)
    joined, home = ground.joined(), int(ground.home[asked.own])
    before = pieces_without(joined, mine, -1, home)
    lost = np.setdiff1d(pieces_without(joined, mine, asked.block, home), before)
    if not len(lost):
        return []
    values = {"school": asked.name(asked.own), "blocks": len(lost), "pupils": float(ground.pupils[lost].sum())}
    return [Cause("connected", float(len(lost)), "block", text("explain.cause_cut", **values, ids=[str(b) for b in ground.block_ids[lost[:5]]]))]


def _fill(asked: Question) -> list[Cause]:
    least, load = float(minimum_pupils(asked.ground)[asked.own]), float(asked.ground.load[asked.own])
    short = least - (load - asked.pupils)
    if short <= SAME or least <= 0:
        return []
    said = text("explain.cause_minimum_fill", school=asked.name(asked.own), load=load, pupils=asked.pupils, left=load - asked.pupils, least=least)
    return [Cause("minimum_fill", short, "pupil", said)]


def beside(edges: NDArray[np.int64], block: int) -> NDArray[np.int64]:
    """The blocks that ``edges`` join to ``block``."""
    a, b = edges.T
    return np.concatenate([b[a == block], a[b == block]])


_LOOKS: Final[tuple[Callable[[Question], list[Cause]], ...]] = (_exception, _marked, _home, _county, _far, _seats, _price, _island, _cut, _fill)
