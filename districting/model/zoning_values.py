"""What is wrong with the numbers of a stage's zoning settings, and which settings would have no effect."""

from __future__ import annotations

import math
from typing import Final

from districting.errors import Fault
from districting.model.settings import DistanceLimits, ZoningObjective, ZoningRules, ZoningSettings
from districting.wording import text

WEIGHTS: Final = ("distance", "stability", "balance", "compactness", "mix", "border")
_SHARES: Final = ("minimum_fill", "neighbours_together", "change_cap")
_NOT_NEGATIVE: Final = ("seats_price", "travel_growth", "travel_growth_free_m")


def zoning_faults(stage: str, zoning: ZoningSettings) -> list[Fault]:
    """Every fault of ``[zoning.STAGE]``, each at its key.

    >>> [f.column for f in zoning_faults("primary", ZoningSettings(rules=ZoningRules(change_cap=10)))]
    ['zoning.primary.rules.change_cap']
    """
    return _objective_faults(f"zoning.{stage}.objective", zoning.objective) + _rule_faults(f"zoning.{stage}.rules", zoning.rules)


def _objective_faults(place: str, objective: ZoningObjective) -> list[Fault]:
    weights = {name: getattr(objective, name) for name in WEIGHTS}
    faults = [_wrong(f"{place}.{name}", given=weight) for name, weight in weights.items() if not 0 <= weight < math.inf]
    if not faults and not any(weights.values()):
        faults.append(Fault(text("config.no_goal"), text("config.give_goal"), column=place))
    if objective.mix > 0 and not objective.groups:
        faults.append(Fault(text("config.mix_without_groups"), text("config.give_groups"), column=f"{place}.groups"))
    if objective.groups and not objective.mix:
        faults.append(_idle(f"{place}.groups", "mix"))
    return faults


def _rule_faults(place: str, rules: ZoningRules) -> list[Fault]:
    given = {name: value for name in (*_SHARES, *_NOT_NEGATIVE) if (value := getattr(rules, name)) is not None}
    faults = [_wrong(f"{place}.{name}", given=v) for name, v in given.items() if not 0 <= v < math.inf and name not in _SHARES]
    faults += [
        Fault(text("config.not_a_share", given=given[n]), text("config.give_share"), column=f"{place}.{n}") for n in _SHARES if not 0 <= given.get(n, 0) <= 1
    ]
    if rules.size_band is not None and not 0 <= rules.size_band[0] <= rules.size_band[1]:
        faults.append(Fault(text("config.band", low=rules.size_band[0], high=rules.size_band[1]), text("config.give_band"), column=f"{place}.size_band"))
    limits = rules.maximum_distance_m
    metres = [limits.urban, limits.rural] if isinstance(limits, DistanceLimits) else [limits]
    faults += [_wrong(f"{place}.maximum_distance_m", given=m) for m in metres if m is not None and not 0 <= m < math.inf]
    if rules.seats == "hard" and rules.seats_price:
        faults.append(_idle(f"{place}.seats_price", 'seats = "soft"'))
    if rules.travel_growth is None and rules.travel_growth_free_m:
        faults.append(_idle(f"{place}.travel_growth_free_m", "travel_growth"))
    if rules.forecast is None and rules.forecast_seats is not None:
        faults.append(_idle(f"{place}.forecast_seats", "forecast"))
    return faults


def _wrong(place: str, given: float) -> Fault:
    return Fault(text("config.negative", given=given), text("config.give_not_negative"), column=place)


def _idle(place: str, needs: str) -> Fault:
    """A setting that does nothing without another."""
    return Fault(text("config.idle", needs=needs), text("config.give_or_remove", needs=needs), column=place)
