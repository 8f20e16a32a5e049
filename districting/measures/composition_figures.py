"""Composition of edited districts in whole numbers, and the rules of the form that it breaks: what ``scenario_schools.js`` reckons in the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from districting.measures.scenario_figures import mean_of
from districting.model.edit_grouping import RULE_ORDER, EditGrouping, Ints


@dataclass(frozen=True)
class BrokenRule:
    """A rule broken by districts: ``district`` -1 where none in particular; ``unit`` of ``amount``: few | many (schools too few, too many), piece, county, decimetre ..."""

    rule: str
    district: int
    amount: int
    unit: str
    in_plan: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the page lists it."""
        return {"rule": self.rule, "district": self.district, "amount": self.amount, "unit": self.unit, "in_plan": self.in_plan}


def composition(grouping: EditGrouping, label: Ints, zone: Ints | None = None, block_edges: Ints | None = None) -> dict[str, Any]:
    """``{"districts": [...], "total": {...}}``: schools by role, what each rule counts, mean score in hundredths (None where none is known), pieces of the ground.

    Parameters
    ----------
    label : (u,) district of each unit, -1 = none
    zone : (n,) zone of each block at the stage whose zones are the units
    block_edges : (m, 2) blocks that touch
    """
    of_school, ground = grouping.district_of_school(label), grouping.has_ground(zone)
    pieces = _pieces(grouping, label, ground, zone, block_edges)
    rows: list[dict[str, Any]] = []
    for d in range(len(grouping.district_ids)):
        here = of_school == d
        scored = here & (grouping.score >= 0)
        lead, weak = int(grouping.lead[here].sum()), int(grouping.weak[here].sum())
        rows.append(
            {
                "schools": int(here.sum()),
                "lead": lead,
                "weak": weak,
                "other": int(here.sum()) - lead - weak,
                "counts": [int(a[here].sum()) for a in grouping.amounts],
                "mean_h": mean_of(int(grouping.score[scored].sum()), int(scored.sum())),
                "pieces": int(pieces[d]),
            }
        )
    means = [r["mean_h"] for r in rows if r["mean_h"] is not None]
    there = (grouping.unit_of_school >= 0) & (of_school != grouping.district_of_school(grouping.base))
    total = {
        "districts": len(set(label[label >= 0].tolist())),
        "moved_schools": int(there.sum()),
        "lowest_h": min(means) if means else None,
        "highest_h": max(means) if means else None,
        "spread_h": max(means) - min(means) if means else None,
    }
    return {"districts": rows, "total": total}


def _pieces(grouping: EditGrouping, label: Ints, ground: Any, zone: Ints | None, block_edges: Ints | None) -> Ints:
    """(d,) pieces of each district's ground; 0 without any."""
    edges = grouping.neighbours(zone, np.empty((0, 2), dtype=np.int64) if block_edges is None else block_edges)
    held = ground & (label >= 0)
    same = edges[(label[edges[:, 0]] == label[edges[:, 1]]) & held[edges[:, 0]] & held[edges[:, 1]]]
    graph = sp.coo_array((np.ones(len(same), dtype=np.int8), (same[:, 0], same[:, 1])), shape=(len(label), len(label)))
    piece = connected_components(graph, directed=False)[1]
    found = np.zeros(len(grouping.district_ids), dtype=np.int64)
    for d, _ in set(zip(label[held].tolist(), piece[held].tolist(), strict=True)):
        found[d] += 1
    return found


def broken_composition(
    grouping: EditGrouping, label: Ints, zone: Ints | None = None, block_edges: Ints | None = None, base_zone: Ints | None = None
) -> list[BrokenRule]:
    """Every rule that the districts break; ``in_plan``: the plan itself broke it too (``base_zone`` its zones). A district without ground and schools is none."""
    before = {(b.rule, b.district, b.unit) for b in _listed(grouping, grouping.base, zone if base_zone is None else base_zone, block_edges)}
    return [BrokenRule(b.rule, b.district, b.amount, b.unit, (b.rule, b.district, b.unit) in before) for b in _listed(grouping, label, zone, block_edges)]


def _listed(grouping: EditGrouping, label: Ints, zone: Ints | None, block_edges: Ints | None) -> list[BrokenRule]:
    found = composition(grouping, label, zone, block_edges)
    of_school = grouping.district_of_school(label)
    lost = int(((grouping.unit_of_school >= 0) & (of_school < 0)).sum())
    rows = [BrokenRule("covered", -1, lost, "few")]
    least, most = grouping.districts
    number = found["total"]["districts"]
    rows += [BrokenRule("districts", -1, least - number, "few"), BrokenRule("districts", -1, number - most if most >= 0 else 0, "many")]
    for d in sorted(set(label[label >= 0].tolist())):
        rows += _of_district(grouping, label, of_school, found["districts"][d], d)
    place = {key: i for i, (key, _, _) in enumerate(grouping.limits)} | {rule: len(grouping.limits) + i for i, rule in enumerate(RULE_ORDER)}
    return sorted((b for b in rows if b.amount > 0), key=lambda b: (place[b.rule], b.district))


def _of_district(grouping: EditGrouping, label: Ints, of_school: Ints, row: dict[str, Any], d: int) -> list[BrokenRule]:
    rows = []
    for (key, least, most), count in zip(grouping.limits, row["counts"], strict=True):
        rows += [BrokenRule(key, d, least - count, "few"), BrokenRule(key, d, count - most if most >= 0 else 0, "many")]
    here = np.flatnonzero(of_school == d)
    bits = int(np.bitwise_or.reduce(grouping.tiers[here])) if len(here) else 0
    rows.append(BrokenRule("centre", d, 0 if row["lead"] else 1, "few"))
    rows.append(BrokenRule("min_tiers", d, grouping.min_tiers - bits.bit_count() if grouping.min_tiers > 1 else 0, "tier"))
    rows.append(BrokenRule("connected", d, row["pieces"] - 1 if grouping.connected else 0, "piece"))
    counties = len(np.unique(grouping.county_of_unit[label == d]))
    rows.append(BrokenRule("within_county", d, counties - 1 if grouping.within_county else 0, "county"))
    if grouping.radius_dm >= 0:
        leads = here[grouping.lead[here] == 1]
        reach = min((_longest(grouping, here, np.array([i])) for i in leads.tolist()), default=0)
        rows.append(BrokenRule("radius_m", d, reach - grouping.radius_dm, "decimetre"))
    if grouping.diameter_dm >= 0:
        rows.append(BrokenRule("diameter_m", d, _longest(grouping, here, here) - grouping.diameter_dm, "decimetre"))
    return rows


def _longest(grouping: EditGrouping, schools: Ints, others: Ints) -> int:
    """Whole decimetres between the two furthest from each other."""
    if not len(schools) or not len(others):
        return 0
    square = ((grouping.place_dm[schools][:, None, :] - grouping.place_dm[others][None, :, :]) ** 2).sum(axis=2).max()
    return int(np.floor(np.sqrt(np.float64(square)) + 0.5))
