"""Time of all balance measures at 3,000 schools x 8 indicators; Gini and Theil beside PySAL inequality on the same input in the same run, with the same values."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.balance import balance_findings
from districting.measures import balance
from districting.model.plan import Plan
from districting.reading.balance_profile import balance_profile
from scripts.bench_row import Row, in_turn, median_seconds

SCHOOLS = 3000
INDICATORS = 8
DISTRICTS = 300
TARGET_S = 0.1
RELATIVE = 1e-9


@dataclass(frozen=True, eq=False)
class Input:
    """Totals (s, k), pupils (s,), districts (s,), areas (s,) and sizes of classes."""

    total: Any
    pupils: Any
    district: Any
    area: Any
    sizes: Any


def make_input(seed: int = 0) -> Input:
    """Schools of 50 to 2,000 pupils; resources per pupil spread as a log-normal of 0.3; one in a hundred is not given."""
    rng = np.random.default_rng(seed)
    pupils = rng.integers(50, 2000, SCHOOLS).astype(np.float64)
    total = pupils[:, None] * rng.lognormal(0.0, 0.3, (SCHOOLS, INDICATORS))
    total[rng.random(total.shape) < 0.01] = np.nan
    return Input(total, pupils, rng.integers(0, DISTRICTS, SCHOOLS), rng.integers(0, 3, SCHOOLS), rng.integers(20, 70, SCHOOLS * 20))


def every_measure(of: Input) -> None:
    """Each measure of the package once over all schools and indicators."""
    values = balance.per_pupil(of.total, of.pupils)
    cv = balance.coefficients_of_variation(of.total, of.pupils)
    balance.composite(cv)
    balance.gini(values, of.pupils)
    balance.range_ratio(values, of.pupils)
    for group in (of.district, of.area):
        balance.theil_parts(values, of.pupils, group)
    found = balance.compliance(values[:, :7], np.ones(7), 6, 0.85)
    balance.near_misses(found.ratio)
    for share in (0.1, 0.48, 0.2):
        number = np.floor(of.pupils * share)
        balance.group_gaps(values, number, of.pupils)
        balance.dissimilarity(number, of.pupils)
        balance.group_share(number, of.pupils)
    balance.exclusion_reasons(np.full(SCHOOLS, "primary", dtype=object), of.pupils, ("special", "vocational"), 50)
    balance.split_shared(of.pupils, np.column_stack([of.pupils, of.pupils]), [1.0, 1.1])
    balance.band_counts(of.sizes, [35, 45, 55, 65])
    balance.share_above(of.sizes, 55)
    balance.posts_short(of.pupils, of.pupils / 18, 19.0)
    balance.rooms_short(of.pupils / 40, of.pupils / 500, 12.0)
    w = balance.warning_coefficient(cv, 0.5)
    balance.levels(w, 0.9, 1.0)
    balance.trend([1, 2, 3, 4], np.vstack([w, w, w, w]), 1.0, 3)


def _plan(of: Input) -> Plan:
    """A plan of as many primaries with the eight indicators of basic balance, in districts."""
    ids = [f"S{i:04d}" for i in range(SCHOOLS)]
    columns = list(balance_profile().basic.indicators)
    district = [f"D{d:03d}" for d in of.district]
    indicators = pd.DataFrame({"school_id": np.repeat(ids, INDICATORS), "stage": "primary", "indicator": np.tile(columns, SCHOOLS), "value": of.total.ravel()})
    return Plan(
        "bench",
        2026,
        "en",
        "EPSG:4546",
        schools=pd.DataFrame({"school_id": ids, "name": ids, "county_code": "150101", "ownership": "public", "urban_rural_code": "111"}),
        school_stages=pd.DataFrame({"school_id": ids, "stage": "primary", "pupils": of.pupils}),
        indicators=indicators.dropna(),
        districts=pd.DataFrame({"district_id": sorted(set(district)), "scheme": "alliance", "level": 1}),
        memberships=pd.DataFrame({"scheme": "alliance", "district_id": district, "school_id": ids, "stage": "primary", "role": "member"}),
    )


def _beside_pysal(of: Input) -> list[Row]:
    values = np.nan_to_num(balance.per_pupil(of.total, of.pupils), nan=1.0)
    size = f"{SCHOOLS:,} x {INDICATORS}, unweighted"
    if find_spec("inequality") is None:
        took = median_seconds(lambda: balance.gini(values))[0]
        return [Row(f"Gini, {size}", took, "s", remark="PySAL inequality is not installed: make setup-peers")]
    from inequality.gini import Gini
    from inequality.theil import Theil, TheilD

    def theirs() -> Any:
        return [Gini(values[:, k]).g for k in range(INDICATORS)]

    parts, peer = balance.theil_parts(values, None, of.district), TheilD(values, of.district)
    if not np.allclose(balance.gini(values), theirs(), rtol=RELATIVE) or not np.allclose(balance.theil(values), Theil(values).T, rtol=RELATIVE):
        raise AssertionError("Gini or Theil differ from the peer's")
    if not np.allclose(parts.between, peer.bg, rtol=1e-7) or not np.allclose(parts.within, peer.wg, rtol=1e-7):
        raise AssertionError("Theil between or within groups differs from the peer's")
    a, b = in_turn(lambda: balance.gini(values), theirs, runs=5)
    c, d = in_turn(lambda: balance.theil_parts(values, None, of.district), lambda: TheilD(values, of.district), runs=5)
    return [
        Row(f"Gini, {size}", a, "s", None, "PySAL inequality", b, "same values"),
        Row(f"Theil between and within {DISTRICTS} districts, {size}", c, "s", None, "PySAL inequality", d, "same values"),
    ]


def rows(full: bool = False) -> list[Row]:
    """All measures against the target; the findings of a plan; Gini and Theil beside the peer."""
    of = make_input()
    every_measure(of)
    took = median_seconds(lambda: every_measure(of), runs=7)[0]
    plan, profile = _plan(of), balance_profile()
    told, (found, lines) = median_seconds(lambda: balance_findings(plan, profile))
    remark = f"{len(found)} findings, {len(lines):,} rows of schools and lines"
    return [
        Row(f"all balance measures, {SCHOOLS:,} schools x {INDICATORS} indicators", took, "s", TARGET_S),
        Row(f"findings about balance from a plan of {SCHOOLS:,} schools", told, "s", remark=remark),
        *_beside_pysal(of),
    ]
