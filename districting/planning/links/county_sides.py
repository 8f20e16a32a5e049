"""Which counties give and which take: as the planner names them, else by their role in the counties table, else by their land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.county_roles import land_of, role_of
from districting.model.pairing_settings import CountySettings
from districting.model.renewal import Renewal
from districting.planning.links.counties import Counties
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Sides:
    """``donor``, ``recipient`` (c,); ``source``: ``settings``, ``aid_role`` or ``county_type``."""

    donor: NDArray[np.bool_]
    recipient: NDArray[np.bool_]
    source: str


def sides_of(counties: Counties, settings: CountySettings) -> Sides:
    """Both sides of the alliances; a side that the settings do not name comes from the table, without the counties that they put on the other side.

    Raises
    ------
    DataError : unknown or doubled names, words of the table that are no role, or a side without a county
    """
    faults = _unknown_words(counties, settings)
    by_table, source = _by_table(counties)
    named = {}
    for side, words in (("donor", settings.donors), ("recipient", settings.recipients)):
        named[side], unknown = _positions(counties, words)
        faults += [_unknown(counties, word, f"pairing.county.{side}s") for word in unknown]
    both = sorted(set(named["donor"]) & set(named["recipient"]))
    if both:
        said = text("pairing.on_both_sides", names=[counties.name[i] for i in both])
        faults.append(Fault(said, text("pairing.choose_side"), column="pairing.county"))
    if faults:
        raise DataError(faults)
    count = len(counties.id)
    donor, recipient = (
        np.isin(np.arange(count), named[side]) if named[side] else by_table[side] & ~np.isin(np.arange(count), named[other])
        for side, other in (("donor", "recipient"), ("recipient", "donor"))
    )
    for side, mask in (("donors", donor), ("recipients", recipient)):
        if not mask.any():
            faults.append(Fault(text(f"pairing.no_{side}"), text("pairing.name_sides"), column="aid_role"))
    if faults:
        raise DataError(faults)
    return Sides(donor, recipient, "settings" if settings.donors or settings.recipients else source)


def pinned(counties: Counties, sides: Sides, pins: tuple[tuple[str, str], ...]) -> tuple[tuple[int, int], ...]:
    """The planner's pins as positions.

    Raises
    ------
    DataError : a name is unknown, or stands on the wrong side
    """
    faults, out = [], []
    for pair in pins:
        found = []
        for word, mask, side in zip(pair, (sides.donor, sides.recipient), ("donor", "recipient"), strict=True):
            at = counties.at(word)
            if at < 0:
                faults.append(_unknown(counties, word, "pairing.county.pins"))
            elif not mask[at]:
                faults.append(Fault(text(f"pairing.pin_no_{side}", county=counties.name[at]), text("pairing.mend_pin"), column="pairing.county.pins"))
            found.append(at)
        out.append((found[0], found[1]))
    if faults:
        raise DataError(faults)
    return tuple(sorted(set(out)))


def with_standing(pins: tuple[tuple[int, int], ...], counties: Counties, sides: Sides, renewal: Renewal) -> tuple[tuple[int, int], ...]:
    """The planner's pins, and the pairs that stand by a renewal: those of recipients without a pin of the planner whose ends are still on their sides."""
    place = {county: i for i, county in enumerate(counties.id)}
    chosen = {recipient for _, recipient in pins}
    known = [(place[giver], place[taker]) for stage, giver, taker in renewal.standing if not stage and giver in place and taker in place]
    return tuple(sorted({*pins, *((d, r) for d, r in known if sides.donor[d] and sides.recipient[r] and r not in chosen)}))


def _by_table(counties: Counties) -> tuple[dict[str, NDArray[np.bool_]], str]:
    if any(counties.role):
        role = [role_of(word) for word in counties.role]
        return {side: np.array([r == side for r in role]) for side in ("donor", "recipient")}, "aid_role"
    land = [land_of(word) for word in counties.land]
    return {"donor": np.array([w in ("urban", "plain") for w in land]), "recipient": np.array([w == "mountain" for w in land])}, "county_type"


def _unknown_words(counties: Counties, settings: CountySettings) -> list[Fault]:
    """Roles that are no role, unless the planner names both sides."""
    if settings.donors and settings.recipients:
        return []
    bad = sorted({word for word in counties.role if word and role_of(word) is None})
    return [Fault(text("pairing.no_role", given=word), text("pairing.known_roles"), column="aid_role") for word in bad]


def _positions(counties: Counties, words: tuple[str, ...]) -> tuple[list[int], list[str]]:
    at = {word: counties.at(word) for word in words}
    return sorted({i for i in at.values() if i >= 0}), [word for word, i in at.items() if i < 0]


def _unknown(counties: Counties, word: str, column: str) -> Fault:
    if counties.name.count(word) > 1:
        return Fault(text("pairing.county_ambiguous", given=word), text("pairing.use_county_code"), column=column)
    return Fault(text("pairing.unknown_county", given=word), text("pairing.known_counties", names=list(counties.name)), column=column)
