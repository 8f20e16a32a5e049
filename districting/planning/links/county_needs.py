"""What counties are short of and what others have to spare: resources per pupil beside the city's mean or the planner's line, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.resources import RESOURCES, kind_of_resource


@dataclass(frozen=True, eq=False)
class CountyNeeds:
    """q resources of stages (``keys``: stage, resource) in c counties.

    ``short``, ``spare`` : (c, q) what a county lacks to the reference for its pupils and has above it, in the unit of the resource (teachers, volumes ...); 0 where unknown
    lack : (c, q) ``short`` as a share of what the reference would give
    weight : (q,) what a resource counts; subjects together as one resource
    """

    keys: tuple[tuple[str, str], ...]
    short: NDArray[np.float64]
    spare: NDArray[np.float64]
    lack: NDArray[np.float64]
    weight: NDArray[np.float64]

    def filled(self) -> NDArray[np.float64]:
        """(c, c, q) ``[donor, recipient]``: share 0..1 of the recipient's shortage that the donor's spare could fill if all of it went there; NaN where nothing is short."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.minimum(1.0, self.spare[:, None, :] / self.short[None, :, :])
        return np.where(self.short[None, :, :] > 0, share, np.nan)

    def unmet(self) -> NDArray[np.float64]:
        """(c, c) ``[donor, recipient]``: share of the recipient's shortages, each weighed by how large a lack it is, that the donor cannot fill; 0 where nothing is short."""
        heavy = self.lack * self.weight
        left = (np.nan_to_num(1.0 - self.filled(), nan=0.0) * heavy[None, :, :]).sum(axis=2)
        whole = heavy.sum(axis=1)
        return np.where(whole[None, :] > 0, left / np.where(whole > 0, whole, 1.0)[None, :], 0.0)


def county_needs(members: Any, county: NDArray[Any], ids: tuple[str, ...], lines: Mapping[str, float]) -> CountyNeeds:
    """Needs of the counties ``ids`` from school-stages ``members`` (stage, pupils and whichever resources are given) that stand in ``county`` (s,).

    The reference of a resource is the planner's line (amount per 100 pupils) or the city's amount per pupil, over the schools of the stage that say both numbers.
    """
    keys, short, spare, lack = [], [], [], []
    pupils = members["pupils"].to_numpy(dtype=np.float64)
    stage = members["stage"].to_numpy(dtype=str)
    place = pd.Index(ids).get_indexer(pd.Index(county))
    for name in np.unique(stage).tolist():
        for resource in (r for r in RESOURCES if r in members.columns):
            amount = members[resource].to_numpy(dtype=np.float64)
            told = (stage == name) & np.isfinite(amount) & (pupils > 0)
            if not told.any():
                continue
            reference = lines[resource] / 100.0 if resource in lines else float(amount[told].sum() / pupils[told].sum())
            mine = told & (place >= 0)
            held, due = (np.bincount(place[mine], v[mine], len(ids)).astype(np.float64) for v in (amount, pupils * reference))
            missing = _without_rounding(due - held, due)
            keys.append((name, resource))
            short.append(np.maximum(0.0, missing))
            spare.append(np.maximum(0.0, -missing))
            lack.append(np.divide(np.maximum(0.0, missing), due, out=np.zeros(len(ids)), where=due > 0))
    if not keys:
        empty = np.zeros((len(ids), 0))
        return CountyNeeds((), empty, empty, empty, np.zeros(0))
    kinds = pd.Series([(stage, kind_of_resource(resource)) for stage, resource in keys])
    weight = 1.0 / kinds.map(kinds.value_counts()).to_numpy(dtype=np.float64)
    return CountyNeeds(tuple(keys), np.column_stack(short), np.column_stack(spare), np.column_stack(lack), np.asarray(weight))


def _without_rounding(missing: NDArray[np.float64], due: NDArray[np.float64]) -> NDArray[np.float64]:
    """Differences that are tails of binary arithmetic are none."""
    return np.where(np.abs(missing) <= 1e-9 * np.maximum(due, 1.0), 0.0, missing)
