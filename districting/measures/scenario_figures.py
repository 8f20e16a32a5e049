"""Figures and broken rules of an edited plan in whole numbers: what ``scenario_stage.js`` reckons in the page, found anew from the labels alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from districting.model.edit_ground import RULE_ORDER, EditStage, Ints


@dataclass(frozen=True)
class Broken:
    """A rule broken by labels: ``zone`` -1 where no single zone is to blame; ``amount`` in ``unit`` (pupils in parts, ways in decimetres)."""

    rule: str
    zone: int
    blocks: tuple[int, ...]
    amount: int
    unit: str
    in_plan: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the page lists it."""
        return {"rule": self.rule, "zone": self.zone, "blocks": list(self.blocks), "amount": self.amount, "unit": self.unit, "in_plan": self.in_plan}


def mean_of(total: int, count: int) -> int | None:
    """Whole number nearest to the mean, half up; None of nothing.

    >>> mean_of(5, 2), mean_of(4, 3), mean_of(0, 0)
    (3, 1, None)
    """
    return (2 * total + count) // (2 * count) if count else None


def shown(value: int, unit: int, digits: int) -> str:
    """``value`` / ``unit`` with ``digits`` decimals, half away from zero: the one rule of rounding of page and reports.

    >>> shown(1250, 1000, 1), shown(-1250, 1000, 1), shown(-4, 100, 1), shown(5, 1, 0)
    ('1.3', '-1.3', '0.0', '5')
    """
    whole = (2 * abs(value) * 10**digits + unit) // (2 * unit)
    text = str(whole).rjust(digits + 1, "0")
    text = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"-{text}" if value < 0 and whole else text


@dataclass(frozen=True, eq=False)
class _Zones:
    """What the labels come to, zone by zone."""

    stage: EditStage
    label: Ints
    dm: Ints
    outside: NDArray[np.bool_]
    pieces: Ints
    cut: list[Ints]

    def sums(self, amount: Ints, among: NDArray[np.bool_] | None = None) -> Ints:
        here = self.label >= 0 if among is None else (self.label >= 0) & among
        out = np.zeros(len(self.stage.zone_ids), dtype=np.int64)
        np.add.at(out, self.label[here], amount[here])
        return out


def _zones(stage: EditStage, label: Ints) -> _Zones:
    dm = np.full(len(label), -1, dtype=np.int64)
    known = np.flatnonzero(label >= 0)
    dm[known] = stage.metres_dm(known, label[known])
    outside = np.zeros(len(label), dtype=np.bool_)
    outside[known] = ~stage.inside(known, label[known])
    return _Zones(stage, label, dm, outside, *_pieces(stage, label))


def _pieces(stage: EditStage, label: Ints) -> tuple[Ints, list[Ints]]:
    """(z,) pieces of each zone, and the blocks outside its main piece: that of the home where homes are kept, else the largest, the first of equals."""
    n, k = len(label), len(stage.zone_ids)
    pairs = stage.edges
    home = np.full(k, -1, dtype=np.int64)
    home[stage.homes[::-1, 1]] = stage.homes[::-1, 0]
    if len(stage.excused):
        extra = np.column_stack([stage.excused[:, 0], home[stage.excused[:, 1]]])
        pairs = np.concatenate([pairs, extra[(label[extra[:, 0]] == stage.excused[:, 1]) & (extra[:, 1] >= 0)]])
    same = pairs[(label[pairs[:, 0]] == label[pairs[:, 1]]) & (label[pairs[:, 0]] >= 0)]
    graph = sp.coo_array((np.ones(len(same), dtype=np.int8), (same[:, 0], same[:, 1])), shape=(n, n))
    piece = connected_components(graph, directed=False)[1]
    counts, cut = np.zeros(k, dtype=np.int64), []
    for zone in range(k):
        mine = np.flatnonzero(label == zone)
        parts, first, sizes = np.unique(piece[mine], return_index=True, return_counts=True)
        counts[zone] = len(parts)
        at_home = stage.keep_home and home[zone] >= 0 and label[home[zone]] == zone
        rank = sorted(range(len(parts)), key=lambda p: (not (at_home and parts[p] == piece[home[zone]]), -sizes[p], mine[first[p]]))
        cut.append(mine[piece[mine] != parts[rank[0]]] if len(parts) > 1 else mine[:0])
    return counts, cut


def figures(stage: EditStage, label: Ints) -> dict[str, Any]:
    """``{"zones": [...], "total": {...}}`` as the page's ``figures``: pupils in parts, distances in decimetres (None where none are known).

    A pair that is not allowed has its distance all the same; ``unmeasured`` are the pupils, in parts, whose way is not known: no figure of distance counts them.

    Parameters
    ----------
    label : (n,) zone of each block, -1 = none
    """
    found, pupils = _zones(stage, label), stage.pupils
    known = stage.metric != "none"
    load, blocks = found.sums(pupils), found.sums(np.ones_like(pupils))
    reached = found.dm >= 0
    ways, counted = found.sums(pupils * np.maximum(found.dm, 0), reached), found.sums(pupils, reached)
    far = np.zeros(len(load), dtype=np.int64)
    living = np.flatnonzero(reached & (pupils > 0) & (label >= 0))
    np.maximum.at(far, label[living], found.dm[living])
    over = np.maximum(load - stage.seats, 0)
    rows = [
        {
            "blocks": int(blocks[z]),
            "pupils": int(load[z]),
            "seats": int(stage.seats[z]),
            "over": int(over[z]),
            "pieces": int(found.pieces[z]),
            "farthest_dm": int(far[z]) if known else None,
            "pupil_dm": int(ways[z]) if known else None,
            "mean_dm": mean_of(int(ways[z]), int(counted[z])) if known else None,
            "unmeasured": int(load[z] - counted[z]) if known else None,
        }
        for z in range(len(load))
    ]
    moved = label != stage.base
    total = {
        "pupils": int(load.sum()),
        "pupil_dm": int(ways.sum()) if known else None,
        "farthest_dm": int(far.max(initial=0)) if known else None,
        "over": int(over.sum()),
        "moved_blocks": int(moved.sum()),
        "moved_pupils": int(pupils[moved].sum()),
        "changed_from_today_pupils": _changed(stage, label),
        "mean_dm": mean_of(int(ways.sum()), int(counted.sum())) if known else None,
        "unmeasured": int(load.sum() - counted.sum()) if known else None,
    }
    return {"zones": rows, "total": total}


def _changed(stage: EditStage, label: Ints) -> int:
    return int(stage.pupils[(label >= 0) & (stage.today >= 0) & (label != stage.today)].sum())


def broken_rules(stage: EditStage, label: Ints, below: Ints | None = None, parts: int = 1) -> list[Broken]:
    """Every rule that the labels break, as the page's ``broken`` lists it.

    Parameters
    ----------
    label : (n,) zone of each block, -1 = none
    below : (n,) zones of the lower stage that stay whole, where the plan has that rule
    parts : parts of a pupil; where pupils have fractions, half a part for each block counts as rounding
    """
    before = {(b.rule, b.zone) for b in _listed(stage, stage.base, below, parts)}
    return [Broken(b.rule, b.zone, b.blocks, b.amount, b.unit, (b.rule, b.zone) in before) for b in _listed(stage, label, below, parts)]


def _listed(stage: EditStage, label: Ints, below: Ints | None, parts: int) -> list[Broken]:
    found = _zones(stage, label)
    listed = [*_of_zones(stage, found, parts), *_of_blocks(stage, found), *_of_groups(stage, label, below)]
    return sorted((b for b in listed if b.amount > 0), key=lambda b: (RULE_ORDER.index(b.rule), b.zone))


def _of_zones(stage: EditStage, found: _Zones, parts: int) -> list[Broken]:
    load, blocks = found.sums(stage.pupils), found.sums(np.ones_like(stage.pupils))
    slack = np.zeros_like(load) if parts == 1 else (blocks + 1) // 2
    rows: list[Broken] = []

    def sums(rule: str, excess: Ints) -> None:
        rows.extend(Broken(rule, z, (), int(excess[z]), "pupil") for z in np.flatnonzero(excess > slack).tolist())

    if stage.seats_hard:
        sums("seats", load - stage.seats)
    if len(stage.least):
        sums("minimum_fill", stage.least - load)
    if len(stage.low):
        sums("size_band", np.maximum(stage.low - load, load - stage.high))
    if stage.connected:
        rows += [Broken("connected", z, _tuple(found.cut[z]), int(found.pieces[z]) - 1, "piece") for z in range(len(load))]
    return rows


def _of_blocks(stage: EditStage, found: _Zones) -> list[Broken]:
    label, dm = found.label, found.dm
    lost = np.flatnonzero(label < 0)
    rows = [Broken("whole", -1, _tuple(lost), len(lost), "block")]
    for zone in range(len(stage.zone_ids)):
        homes = stage.homes[stage.homes[:, 1] == zone, 0]
        away = homes[label[homes] != zone] if stage.keep_home else homes[:0]
        rows.append(Broken("home_block", zone, _tuple(away), len(away), "block"))
        for rule, wrong in (("within_county", found.outside), ("known_way", dm < 0)):
            banned = np.flatnonzero((label == zone) & wrong)
            rows.append(Broken(rule, zone, _tuple(banned), len(banned), "block"))
    for rule, limit in (("maximum_distance", stage.limit_dm), ("travel_growth", stage.growth_dm)):
        if len(limit):
            excess = np.where((limit >= 0) & (dm >= 0), dm - limit, 0)
            far = np.flatnonzero(excess > 0)
            rows.append(Broken(rule, -1, _tuple(far), int(excess.max(initial=0)), "decimetre"))
    gone = [b for b, z in stage.locked.tolist() if label[b] >= 0 and label[b] != z]
    return [*rows, Broken("locked", -1, tuple(sorted(gone)), len(gone), "block")]


def _of_groups(stage: EditStage, label: Ints, below: Ints | None) -> list[Broken]:
    rows = []
    if stage.cap >= 0:
        rows.append(Broken("change_cap", -1, (), _changed(stage, label) - stage.cap, "pupil"))
    if len(stage.beside):
        ends = stage.beside.ravel()
        kept = np.repeat(label[stage.beside[:, 0]] == label[stage.beside[:, 1]], 2)
        mates, together = np.bincount(ends, minlength=len(label)), np.bincount(ends, kept, len(label))
        alone = np.flatnonzero((mates > 0) & (together < stage.share_beside * mates - 1e-9))
        rows.append(Broken("neighbours_together", -1, _tuple(alone), len(alone), "block"))
    if stage.whole_below and below is not None:
        groups = [g for g in np.unique(below[below >= 0]).tolist() if len(np.unique(label[below == g])) > 1]
        rows.append(Broken("whole_units", -1, _tuple(np.flatnonzero(np.isin(below, groups))), len(groups), "group"))
    return rows


def _tuple(blocks: Any) -> tuple[int, ...]:
    return tuple(np.asarray(blocks).tolist())
