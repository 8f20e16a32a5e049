"""Numbers of ``[sharing.research]`` that are of the right kind and still make no sense."""

from __future__ import annotations

import math
from typing import Final

from districting.errors import Fault
from districting.model.sharing_settings import SharingSettings
from districting.wording import text

_LEAST: Final = (
    ("least_teachers", 1), ("every_weeks", 1), ("weeks", 1), ("host_seats", 1), ("seats_per_class", 0), ("schools_per_base", 1), ("base_seats", 0),
    ("studio_seats", 1), ("studio_least", 1), ("studio_km", 0), ("member_years", 0), ("training_km", 0),
)  # fmt: skip


def research_faults(settings: SharingSettings) -> list[Fault]:
    """Every number out of its range, each at its key.

    >>> from districting.model.research_settings import ResearchSettings
    >>> [f.column for f in research_faults(SharingSettings(research=ResearchSettings(every_weeks=0, half_days=())))]
    ['sharing.research.every_weeks', 'sharing.research.half_days']
    """
    research = settings.research
    numbers = [(name, getattr(research, name), least) for name, least in _LEAST]
    numbers += [("half_days", len(set(research.half_days)), 1), *((f"backbone_per_100.{s}", v, 0) for s, v in research.backbone_per_100.items())]
    faults = [
        Fault(text("config.too_small", given=v, least=least), text("config.give_at_least", least=least), column=f"sharing.research.{name}")
        for name, v, least in numbers
        if not least <= v < math.inf
    ]
    if not research.time_limit_s > 0:
        faults.append(Fault(text("config.no_time", given=research.time_limit_s), text("config.give_time"), column="sharing.research.time_limit_s"))
    return faults
