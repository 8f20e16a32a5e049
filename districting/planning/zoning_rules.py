"""Rules of the config to rule objects, county by county. One function and one line in ``_BUILDERS`` for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import Conflict, DataError, Fault, Gathered, InfeasibleError
from districting.model.rules import (
    Barriers,
    ChangeCap,
    ExcusedIslands,
    Forbidden,
    Forecast,
    KeepTogether,
    Locked,
    MaximumDistance,
    MinimumFill,
    NeighboursTogether,
    Rule,
    Seats,
    SharedZones,
    SizeBand,
    TravelGrowth,
    WholeUnits,
)
from districting.model.settings import DistanceLimits, ZoningRules
from districting.model.stages import STAGES
from districting.planning.given import group_numbers, named_column
from districting.planning.zoning_goals import uses_border
from districting.planning.zoning_part import Part
from districting.wording import text

NEED_TODAY: Final = ("travel_growth", "size_band", "neighbours_together", "change_cap", "excuse_islands")
NEED_DISTANCE: Final = ("maximum_distance_m", "travel_growth")
_FEW: Final = 20


def rules_of(part: Part) -> tuple[Rule, ...]:
    """Every rule that the config switches on for the part.

    Raises
    ------
    DataError : a table or column that a rule needs is missing or does not fit; each fault names the key of the config
    InfeasibleError : blocks that stay together lie in several counties
    """
    found: list[Rule] = []
    gathered = Gathered()
    for build in _BUILDERS:
        with gathered:
            found += build(part, part.settings.rules)
    gathered.refuse()
    return tuple(found)


def today_faults(stage: str, rules: ZoningRules, *, stability: bool, known: bool) -> list[Fault]:
    """Goals and rules that look at today's schools where none is known."""
    keys = [f"rules.{name}" for name in NEED_TODAY if getattr(rules, name)] + (["objective.stability"] if stability else [])
    return [] if known else [Fault(text("planning.needs_today"), text("planning.give_today", stage=stage), column=f"zoning.{stage}.{key}") for key in keys]


def parted_neighbours(part: Part) -> bool:
    """Whether borders that a barrier closes must stay in the problem: their lengths count, or who was a neighbour does."""
    return uses_border(part.settings.objective) or part.settings.rules.neighbours_together is not None


def _seats(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.seats == "hard" else [Seats(hard=False, price=rules.seats_price)]


def _fill(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.minimum_fill is None else [MinimumFill(rules.minimum_fill)]


def _distance(part: Part, rules: ZoningRules) -> list[Rule]:
    limit = rules.maximum_distance_m
    if limit is None:
        return []
    if not isinstance(limit, DistanceLimits):
        return [MaximumDistance(limit)]
    code = part.city.blocks["urban_rural_code"] if "urban_rural_code" in part.city.blocks.columns else pd.Series(np.nan, index=range(len(part.city.blocks)))
    first = code.astype("object").map(lambda c: str(c).strip()[:1], na_action="ignore").to_numpy(dtype=object)[part.blocks]
    unknown = part.blocks[(part.demand > 0) & ~np.isin(first.astype(str), ["1", "2"])]
    if len(unknown):
        ids = part.city.blocks["block_id"].to_numpy(dtype=object)[unknown[:5]].tolist()
        problem = text("planning.no_urban_rural", count=len(unknown), blocks=ids)
        raise DataError(Fault(problem, text("planning.give_urban_rural"), column=part.key("maximum_distance_m")))
    metres = {"1": limit.urban, "2": limit.rural}
    return [MaximumDistance(np.array([np.inf if metres.get(str(c)) is None else metres[str(c)] for c in first], dtype=np.float64))]


def _growth(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.travel_growth is None else [TravelGrowth(rules.travel_growth, rules.travel_growth_free_m)]


def _band(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.size_band is None else [SizeBand(*rules.size_band)]


def _neighbours(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.neighbours_together is None else [NeighboursTogether(rules.neighbours_together)]


def _changes(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.change_cap is None else [ChangeCap(rules.change_cap)]


def _islands(part: Part, rules: ZoningRules) -> list[Rule]:
    return [ExcusedIslands()] if rules.excuse_islands else []


def _compounds(part: Part, rules: ZoningRules) -> list[Rule]:
    if rules.keep_together is None:
        return []
    key = part.key("keep_together")
    return [KeepTogether(_groups(part, group_numbers(named_column(part.city.blocks, rules.keep_together, key)), "keep_together"))]


def _units(part: Part, rules: ZoningRules) -> list[Rule]:
    if rules.whole_units is None:
        return []
    if rules.whole_units in STAGES:
        return [WholeUnits(_groups(part, part.unit_below, "whole_units"))]
    return [WholeUnits(_groups(part, group_numbers(named_column(part.city.blocks, rules.whole_units, part.key("whole_units"))), "whole_units"))]


def _groups(part: Part, group: NDArray[np.int64], rule: str) -> NDArray[np.int64]:
    """Groups of the part's blocks; one that reaches into another county cannot stay together."""
    here = group[part.blocks]
    elsewhere = group[(part.place_of_block < 0) & (group >= 0)]
    torn = np.intersect1d(here[here >= 0], elsewhere)
    if len(torn):
        ids = part.city.blocks["block_id"].to_numpy(dtype=object)
        first = [ids[np.flatnonzero(group == g)[0]] for g in torn[:5]]
        said = text("planning.group_across", rule=text(f"rules.{rule}"), count=len(torn), blocks=first)
        raise InfeasibleError([Conflict(rule, float(len(torn)), "group", said)], [text("planning.let_cross_county"), text("zoning.split_group")])
    return here


def _locked(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.locked is None else [Locked(*_positions(part, "locked"))]


def _forbidden(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.forbidden is None else [Forbidden(*_positions(part, "forbidden"))]


def _positions(part: Part, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the pairs of a table whose block lies in the part."""
    table = _table(part, name)
    block = pd.Index(part.city.blocks["block_id"]).get_indexer(table["block_id"])
    mine = np.flatnonzero((block >= 0) & (part.place_of_block[block] >= 0))
    offer = pd.Index(part.offers["school_id"]).get_indexer(table["school_id"].to_numpy()[mine])
    school = np.where(offer >= 0, part.school_of_offer[offer], -1)
    absent = np.flatnonzero(school < 0)
    if name == "locked" and len(absent):
        raise DataError(
            Fault(
                text("planning.locked_elsewhere", block=str(table["block_id"].iloc[mine[i]]), school=str(table["school_id"].iloc[mine[i]])),
                text("planning.lock_elsewhere"),
                column=part.key(name),
            )
            for i in absent[:_FEW]
        )
    kept = school >= 0
    return part.place_of_block[block[mine]][kept].astype(np.int64), school[kept].astype(np.int64)


def _table(part: Part, name: str) -> pd.DataFrame:
    key = part.key(name)
    if key not in part.city.rule_tables:
        raise DataError(Fault(text("planning.no_rule_table"), text("planning.give_rule_table"), column=key))
    return part.city.rule_tables[key]


def _forecast(part: Part, rules: ZoningRules) -> list[Rule]:
    if rules.forecast is None:
        return []
    if isinstance(rules.forecast, tuple):
        years = list(rules.forecast)
        demand = np.column_stack([named_column(part.city.blocks, c, part.key("forecast")).to_numpy(dtype=np.float64) for c in years])
    else:
        wide = _table(part, "forecast").pivot(index="block_id", columns="year", values="pupils")
        years = [str(y) for y in wide.columns]
        demand = wide.reindex(part.city.blocks["block_id"]).to_numpy(dtype=np.float64)
    return [Forecast(demand[part.blocks], _forecast_seats(part, rules, years))]


def _forecast_seats(part: Part, rules: ZoningRules, years: list[str]) -> NDArray[np.float64] | None:
    """(k, years) seats, None where today's hold on."""
    given, key = rules.forecast_seats, part.key("forecast_seats")
    if given is None:
        return None
    if isinstance(given, tuple):
        if len(given) != len(years):
            raise DataError(Fault(text("planning.years_differ", given=list(given), wanted=years), text("planning.same_years"), column=key))
        seats = np.column_stack([named_column(part.offers, c, key).to_numpy(dtype=np.float64) for c in given])
    else:
        wide = _table(part, "forecast_seats").pivot(index="school_id", columns="year", values="seats")
        columns = {str(c): c for c in wide.columns}
        if set(columns) != set(years) and not isinstance(rules.forecast, tuple):
            raise DataError(Fault(text("planning.years_differ", given=sorted(columns), wanted=years), text("planning.same_years"), column=key))
        if len(columns) != len(years):
            raise DataError(Fault(text("planning.years_differ", given=sorted(columns), wanted=years), text("planning.same_years"), column=key))
        seats = wide[sorted(wide.columns)].reindex(part.offers["school_id"]).to_numpy(dtype=np.float64)
    mine = part.school_of_offer >= 0
    lost = part.offers["name"].to_numpy(dtype=object)[mine & np.isnan(seats).any(axis=1)]
    if len(lost):
        raise DataError(Fault(text("planning.no_forecast_seats", count=len(lost), names=lost[:5].tolist()), text("planning.give_forecast_seats"), column=key))
    total = np.zeros((part.school_count, len(years)))
    np.add.at(total, part.school_of_offer[mine], seats[mine])
    return total


def _barriers(part: Part, rules: ZoningRules) -> list[Rule]:
    """Closed borders and bridges as a rule, where the borders themselves must stay in the problem; else they change its edges."""
    if not parted_neighbours(part):
        return []
    cut, _ = part.edges_inside(part.graph.edges[part.graph.cut])
    bridges, _ = part.edges_inside(part.graph.bridges)
    return [Barriers(cut, bridges)] if len(cut) or len(bridges) else []


def _shared(part: Part, rules: ZoningRules) -> list[Rule]:
    return [] if rules.shared_zones is None else [SharedZones(part.zone_of_school)]


_BUILDERS: Final[tuple[Callable[[Part, ZoningRules], list[Rule]], ...]] = (
    _seats,
    _fill,
    _distance,
    _locked,
    _forbidden,
    _growth,
    _band,
    _neighbours,
    _compounds,
    _units,
    _islands,
    _changes,
    _forecast,
    _barriers,
    _shared,
)
