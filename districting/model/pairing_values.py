"""Numbers of the forms of links that are of the right kind and still make no sense."""

from __future__ import annotations

import math

from districting.errors import Fault
from districting.model.pairing_settings import SUPPORT_EVENTS, ApprenticeSettings, CountySettings, IncubationSettings, PairingSettings, SecondLevelSettings
from districting.model.resources import RESOURCES
from districting.wording import text


def pairing_faults(pairing: PairingSettings | None) -> list[Fault]:
    """Every number of a form of link that is out of its range, each at its key; what is a plain least or most stands in ``setting_values``."""
    if pairing is None:
        return []
    return (
        _list_faults(pairing)
        + _school_faults(pairing)
        + _county_faults(pairing.county)
        + _incubation_faults(pairing.incubation)
        + _second_level_faults(pairing.second_level)
        + _event_faults(pairing.master_apprentice)
    )


def _list_faults(pairing: PairingSettings) -> list[Fault]:
    """No form or no stage at all, which would make an empty plan; one that is named twice, which would make its links twice."""
    faults = []
    for name, given in (("form", pairing.forms), ("stages", pairing.stages)):
        if not given:
            faults.append(Fault(text("pairing.empty_list"), text(f"pairing.give_{name}"), column=f"pairing.{name}"))
        twice = [one for one in dict.fromkeys(given) if given.count(one) > 1]
        if twice:
            faults.append(Fault(text("pairing.named_twice", names=twice), text("pairing.name_once"), column=f"pairing.{name}"))
    return faults


def _school_faults(pairing: PairingSettings) -> list[Fault]:
    """Channels that say nothing, and lines of the renewal that cross."""
    faults = []
    channels, renewal = pairing.school.channels, pairing.renewal
    if not channels or len(set(channels)) < len(channels):
        faults.append(Fault(text("pairing.no_channels"), text("pairing.give_channels"), column="pairing.school.channels"))
    if 0 <= renewal.graduate_share < renewal.renew_share <= 1:
        given = {"graduate": renewal.graduate_share, "renew": renewal.renew_share}
        faults.append(Fault(text("pairing.shares_cross", **given), text("pairing.part_shares"), column="pairing.renewal.renew_share"))
    return faults


def _county_faults(county: CountySettings) -> list[Fault]:
    place = "pairing.county"
    faults = []
    if county.donor_cap is not None and county.donor_cap < 1:
        faults.append(Fault(text("config.too_small", given=county.donor_cap, least=1), text("config.give_at_least", least=1), column=f"{place}.donor_cap"))
    for name, given in {"need_weight_m": county.need_weight_m, **{f"lines.{k}": v for k, v in county.lines.items()}}.items():
        if not 0 <= given < math.inf:
            faults.append(Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"{place}.{name}"))
    for name in county.lines:
        if name not in RESOURCES:
            faults.append(Fault(text("config.no_resource", given=name), text("config.give_resource", names=list(RESOURCES)), column=f"{place}.lines.{name}"))
    return faults


def _incubation_faults(given: IncubationSettings) -> list[Fault]:
    """Areas below 1 or none at all, or a tolerance that is negative."""
    place = "pairing.incubation"
    faults = [
        Fault(text("config.too_small", given=count, least=1), text("config.give_at_least", least=1), column=f"{place}.areas.{stage}")
        for stage, count in given.areas.items()
        if count < 1
    ]
    if not given.areas:
        faults.append(Fault(text("pairing.no_areas"), text("pairing.give_areas"), column=f"{place}.areas"))
    if not 0 <= given.tolerance < math.inf:
        faults.append(Fault(text("config.negative", given=given.tolerance), text("config.give_not_negative"), column=f"{place}.tolerance"))
    return faults


def _second_level_faults(second: SecondLevelSettings) -> list[Fault]:
    place = "pairing.second_level"
    least, most = second.size
    faults = []
    if not 1 <= least <= most:
        faults.append(Fault(text("config.limits_clash", given=str(second.size)), text("config.give_limits"), column=f"{place}.size"))
    for name in ("nearness", "complementarity", "evenness"):
        given = getattr(second, name)
        if not 0 <= given < math.inf:
            faults.append(Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"{place}.{name}"))
    return faults


def _event_faults(apprentices: ApprenticeSettings) -> list[Fault]:
    """Support events that there are not, or that take place less than never."""
    faults = []
    place = "pairing.master_apprentice.per_year"
    for name, given in apprentices.per_year.items():
        if name not in SUPPORT_EVENTS:
            faults.append(Fault(text("pairing.no_such_event", given=name), text("pairing.events_are", names=list(SUPPORT_EVENTS)), column=f"{place}.{name}"))
        elif given < 0:
            faults.append(Fault(text("config.too_small", given=given, least=0), text("config.give_at_least", least=0), column=f"{place}.{name}"))
    return faults
