"""The schools of one stage that balance is measured over, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.measures.balance import KEPT, exclusion_reasons, per_pupil
from districting.model.balance_profile import NOT_PER_PUPIL, BalanceProfile
from districting.model.plan import Plan
from districting.model.stages import AREAS, Stage, area_of_code

COMPULSORY: Final[tuple[Stage, ...]] = ("primary", "junior")
_OTHER: Final = len(AREAS)


@dataclass(frozen=True, eq=False)
class Population:
    """Schools that count (s,) and what is known of them; ``total`` (s, k) of ``columns``; ``excluded``: reason -> schools that do not count.

    ``area`` (s,) position in AREAS, one more where the code says nothing.
    """

    stage: Stage
    school_ids: tuple[str, ...]
    pupils: NDArray[np.float64]
    columns: tuple[str, ...]
    total: NDArray[np.float64]
    area: NDArray[np.int64]
    public: NDArray[np.bool_]
    excluded: dict[str, int]

    def of(self, column: str) -> NDArray[np.float64]:
        """(s,) the total of one column; NaN where nobody gives it."""
        return self.total[:, self.columns.index(column)] if column in self.columns else np.full(len(self.school_ids), np.nan)

    def totals(self, columns: Any) -> NDArray[np.float64]:
        """(s, k) totals of columns."""
        return np.column_stack([self.of(c) for c in columns]) if len(columns) else np.zeros((len(self.school_ids), 0))

    def values(self, columns: Any, per: Any = 1.0) -> NDArray[np.float64]:
        """(s, k) totals by pupils, ``per`` so many pupils."""
        return np.asarray(per, dtype=np.float64) * per_pupil(self.totals(columns), self.pupils)

    @property
    def resources(self) -> tuple[str, ...]:
        """Columns that are resources, not counts of pupils or classes."""
        return tuple(c for c in self.columns if c not in NOT_PER_PUPIL)


def population(plan: Plan, stage: Stage, profile: BalanceProfile) -> Population:
    """Schools of ``stage`` without those that the profile excludes, by code; schools without pupils have nothing per pupil and are left out too."""
    rows = plan.school_stages[plan.school_stages["stage"] == stage].drop_duplicates("school_id").sort_values("school_id", kind="stable")
    ids = rows["school_id"].astype("str")
    given = plan.indicators[plan.indicators["stage"] == stage]
    wide = given.pivot_table(index="school_id", columns="indicator", values="value", aggfunc="first", sort=True).reindex(ids)
    facts = plan.schools.drop_duplicates("school_id").set_index("school_id").reindex(ids)
    pupils = rows["pupils"].to_numpy(dtype=np.float64)
    reason = exclusion_reasons(_text(facts, "school_type"), pupils, profile.exclusions.types, profile.exclusions.point_pupils)
    kept = reason == KEPT
    why, count = np.unique(reason[~kept].astype(str), return_counts=True)
    area = np.array([AREAS.index(a) if (a := area_of_code(c)) else _OTHER for c in _text(facts, "urban_rural_code")], dtype=np.int64)
    return Population(
        stage,
        tuple(ids[kept]),
        pupils[kept],
        tuple(str(c) for c in wide.columns),
        wide.to_numpy(dtype=np.float64)[kept],
        area[kept],
        (_text(facts, "ownership") != "private")[kept],
        dict(zip(why.tolist(), count.tolist(), strict=True)),
    )


def quality_columns(of: Population, profile: BalanceProfile) -> list[str]:
    """Indicators of quality balance, where the stage has lines and at least one of them is given at all; else none."""
    columns = [c for c, i in profile.quality.indicators.items() if of.stage in i.line]
    return columns if set(columns) & set(of.columns) else []


def district_of(plan: Plan, scheme: str, of: Population) -> NDArray[np.int64]:
    """(s,) number of each school's district, -1 where it is in none."""
    members = plan.top_members(scheme)
    mine = members[members["stage"] == of.stage].drop_duplicates("school_id")
    district = dict(zip(mine["school_id"].astype("str"), mine["district_id"].astype("str"), strict=True))
    codes = {d: n for n, d in enumerate(sorted(set(district.values())))}
    return np.array([codes[district[s]] if s in district else -1 for s in of.school_ids], dtype=np.int64)


def schemes_of(plan: Plan) -> list[str]:
    """Schemes of districts of the plan."""
    return [str(s) for s in plan.districts["scheme"].unique()] if len(plan.districts) else []


def _text(facts: pd.DataFrame, column: str) -> NDArray[Any]:
    return facts[column].fillna("").astype("str").to_numpy(dtype=object) if column in facts.columns else np.full(len(facts), "", dtype=object)
