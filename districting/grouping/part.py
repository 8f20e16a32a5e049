"""A few districts of an area taken out as an area of their own, all others staying as they are."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area


def part_of(area: Area, unit: NDArray[np.int64], centre: NDArray[np.int64], elsewhere: int) -> Area:
    """The ``unit`` positions under the ``centre`` positions, whose roots are among them, ``elsewhere`` districts being open outside."""
    local = np.full(len(area.unit), -1, dtype=np.int64)
    local[unit] = np.arange(len(unit))
    held = local.tolist()
    arcs = np.ix_(unit, centre)
    least, most = area.districts
    return dataclasses.replace(
        area,
        unit=area.unit[unit],
        centre=area.centre[centre],
        root=local[area.root[centre]],
        theme=area.theme[centre],
        arcs={name: cost[arcs] for name, cost in area.arcs.items()},
        cost=area.cost[arcs],
        pull=area.pull[unit],
        limits=dataclasses.replace(area.limits, amount=area.limits.amount[unit]),
        allowed=area.allowed[arcs],
        fit=None if area.fit is None else area.fit[arcs],
        tiers=area.tiers[unit],
        far=tuple(frozenset(held[v] for v in area.far[u] if held[v] >= 0) for u in unit.tolist()) if area.far else (),
        districts=area.districts if area.districts == (0, np.inf) else (max(0, least - elsewhere), most - elsewhere),
        neighbours=tuple(tuple(held[v] for v in area.neighbours[u] if held[v] >= 0) for u in unit.tolist()),
        ground=area.ground[unit],
    )
