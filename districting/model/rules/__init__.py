"""The rules of an attendance-zone plan, each in its own file. A new one: a file here, a line in ``RULES``, its check in ``districting/checking/rules``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from districting.model.rules.barriers import Barriers
from districting.model.rules.change_cap import ChangeCap
from districting.model.rules.connected import Connected
from districting.model.rules.excused_islands import ExcusedIslands
from districting.model.rules.forbidden import Forbidden
from districting.model.rules.forecast import Forecast
from districting.model.rules.home_block import HomeBlock
from districting.model.rules.keep_together import KeepTogether, WholeUnits
from districting.model.rules.locked import Locked
from districting.model.rules.maximum_distance import MaximumDistance
from districting.model.rules.minimum_fill import MinimumFill
from districting.model.rules.neighbours_together import NeighboursTogether
from districting.model.rules.rule import Rule
from districting.model.rules.seats import Seats
from districting.model.rules.shared_zones import SharedZones
from districting.model.rules.size_band import SizeBand
from districting.model.rules.travel_growth import TravelGrowth

RULES: Final[Mapping[str, type[Rule]]] = {
    rule.name: rule
    for rule in (
        Seats,
        MinimumFill,
        Connected,
        HomeBlock,
        MaximumDistance,
        Locked,
        Forbidden,
        TravelGrowth,
        SizeBand,
        NeighboursTogether,
        KeepTogether,
        WholeUnits,
        ExcusedIslands,
        ChangeCap,
        Forecast,
        Barriers,
        SharedZones,
    )
}

__all__ = [
    "RULES",
    "Barriers",
    "ChangeCap",
    "Connected",
    "ExcusedIslands",
    "Forbidden",
    "Forecast",
    "HomeBlock",
    "KeepTogether",
    "Locked",
    "MaximumDistance",
    "MinimumFill",
    "NeighboursTogether",
    "Rule",
    "Seats",
    "SharedZones",
    "SizeBand",
    "TravelGrowth",
    "WholeUnits",
]
