"""Settings of sharing that are of the right kind and still make no sense."""

from __future__ import annotations

import math
from typing import Any, Final

from districting.errors import Fault
from districting.model.sharing_settings import SharingSettings
from districting.model.weekly_times import hours_of
from districting.wording import text

_NOT_NEGATIVE: Final = (
    ("reach", "walk_min"),
    ("reach", "ride_min"),
    ("reach", "walk_kmh"),
    ("reach", "ride_kmh"),
    ("accessibility", "ride_min"),
    ("accessibility", "ride_kmh"),
    ("roving", "max_hop_minutes"),
)
_LEAST: Final = (
    ("facilities", "weak_weight", 1), ("facilities", "social_hours", 0), ("facilities", "class_size", 1), ("facilities", "weeks", 1),
    ("courses", "weak_weight", 1), ("courses", "live_schools", 1), ("courses", "class_size", 1), ("courses", "weeks", 1), ("ledger", "fund_yuan", 0),
    ("upgrade", "budget_yuan", 0), ("upgrade", "curve_steps", 1),
    ("roving", "max_schools", 1), ("roving", "max_lessons", 1), ("roving", "half_day_lessons", 1), ("roving", "days", 1), ("roving", "weak_weight", 1), ("roving", "detour", 1),
)  # fmt: skip
_TABLES: Final = (("facilities", "hours_per_class"), ("ledger", "weights"), ("roving", "lessons_per_class"), ("upgrade", "price_yuan"))


def sharing_faults(settings: SharingSettings) -> list[Fault]:
    """Every number out of its range, each at its key.

    >>> from districting.model.sharing_settings import LedgerSettings
    >>> [f.column for f in sharing_faults(SharingSettings(ledger=LedgerSettings(fund_yuan=-1)))]
    ['sharing.ledger.fund_yuan']
    """
    numbers: list[tuple[str, Any, float]] = [(f"{s}.{n}", getattr(getattr(settings, s), n), 0.0) for s, n in _NOT_NEGATIVE]
    numbers += [(f"{s}.{n}.{k}", v, 0.0) for s, n in _TABLES for k, v in getattr(getattr(settings, s), n).items()]
    numbers += [(f"accessibility.band_weights.{i}", w, 0.0) for i, w in enumerate(settings.accessibility.band_weights)]
    faults = [
        Fault(text("config.negative", given=v), text("config.give_not_negative"), column=f"sharing.{place}")
        for place, v, least in numbers
        if not least <= v < math.inf
    ]
    for section, name, lowest in _LEAST:
        given = getattr(getattr(settings, section), name)
        if not lowest <= given < math.inf:
            faults.append(
                Fault(text("config.too_small", given=given, least=lowest), text("config.give_at_least", least=lowest), column=f"sharing.{section}.{name}")
            )
    roving = settings.roving
    if roving.max_lessons > roving.half_day_lessons * roving.days:
        most = roving.half_day_lessons * roving.days
        faults.append(
            Fault(text("sharing.load_too_high", given=roving.max_lessons), text("sharing.load_at_most", most=most), column="sharing.roving.max_lessons")
        )
    if not 0 < roving.ride_kmh < math.inf:
        faults.append(Fault(text("config.negative", given=roving.ride_kmh), text("config.give_not_negative"), column="sharing.roving.ride_kmh"))
    for indicator, step in settings.upgrade.step.items():
        if not 0 < step < math.inf:
            faults.append(Fault(text("balance.not_positive", given=step), text("balance.give_positive"), column=f"sharing.upgrade.step.{indicator}"))
    for section in ("facilities", "courses", "upgrade"):
        limit = getattr(settings, section).time_limit_s
        if not limit > 0:
            faults.append(Fault(text("config.no_time", given=limit), text("config.give_time"), column=f"sharing.{section}.time_limit_s"))
    if hours_of(settings.facilities.school_times) is None:
        given = settings.facilities.school_times
        faults.append(Fault(text("reading.no_times", value=given), text("reading.write_times"), column="sharing.facilities.school_times"))
    return faults
