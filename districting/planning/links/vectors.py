"""Resource vectors of the schools of a stage: what pairs of differences and the drives of links are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.model.pairing_settings import PairingSettings
from districting.model.resources import THEME
from districting.planning.offers import offers
from districting.planning.profile import Resources, resources_of
from districting.reading.city import City


@dataclass(frozen=True, eq=False)
class Vectors:
    """``members`` (s rows) and their ``resources``, standardised over them; ``unknown``: rows of schools that say nothing of any resource."""

    members: Any
    resources: Resources
    weight: NDArray[np.float64]
    unknown: Any


def stage_vectors(city: City, settings: PairingSettings, stage: str) -> Vectors:
    """Per-pupil resources of the schools of ``stage`` that take part; what a school does not say counts as average there."""
    taken = offers(city, (stage,), private=settings.private).taken
    first = resources_of(taken)
    totals = np.array([not name.startswith(f"{THEME}:") for name in first.names], dtype=bool)
    silent = first.missing[:, totals].all(axis=1) if totals.any() else np.zeros(len(taken), dtype=bool)
    members = taken[~silent].reset_index(drop=True)
    resources = resources_of(members) if silent.any() else first
    given = settings.difference.weights
    weight = np.array([given.get(n, w) for n, w in zip(resources.names, resources.weight.tolist(), strict=True)], dtype=np.float64)
    return Vectors(members, resources, weight, taken[silent])
