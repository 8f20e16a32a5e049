"""A quota as frozen lines (``quota-1``) that anybody can apportion and draw again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.frozen import clean, commitment_of
from districting.enrolment.frozen_rows import FrozenRows, bad_line, below, whole
from districting.enrolment.keyed import drawn_order
from districting.enrolment.numbers import digests, shown_number
from districting.enrolment.quota import QuotaPlan, QuotaRounding, apportion_quota

QUOTA: Final = "quota-1"


@dataclass(frozen=True, eq=False)
class QuotaList:
    """``quotas`` (i,) places to apportion, direct ones not among them; ``eligible`` (j,), ``uplift`` (j,) factors; ``serves`` (i, j)."""

    labels: dict[str, str]
    seniors: tuple[str, ...]
    juniors: tuple[str, ...]
    quotas: tuple[int, ...]
    eligible: tuple[int, ...]
    uplift: tuple[float, ...]
    serves: NDArray[np.bool_]
    floor: int
    rounding: QuotaRounding


def quota_lines(quota: QuotaList) -> list[str]:
    """The frozen lines; positions from 1."""
    lines = [QUOTA, *(f"rule\t{clean(k)}\t{clean(v)}" for k, v in quota.labels.items())]
    lines += [f"rule\trounding\t{quota.rounding}", f"rule\tfloor\t{quota.floor}"]
    for i, (name, places) in enumerate(zip(quota.seniors, quota.quotas, strict=True)):
        served = "all" if quota.serves[i].all() else ",".join(str(j + 1) for j in np.flatnonzero(quota.serves[i])) or "-"
        lines.append(f"senior\t{i + 1}\t{clean(name)}\t{places}\t{served}")
    rows = zip(quota.juniors, quota.eligible, quota.uplift, strict=True)
    return lines + [f"junior\t{j}\t{clean(name)}\t{pupils}\t{factor!r}" for j, (name, pupils, factor) in enumerate(rows, 1)]


def read_quota(lines: Sequence[str]) -> QuotaList:
    """The list behind the lines.

    Raises
    ------
    DataError : the first line that is none of the format
    """
    rows = FrozenRows(lines, {"rule": 2, "senior": 4, "junior": 4})
    rounding, floor = rows.rule("rounding", _rounding), rows.rule("floor", whole)
    juniors = rows.each("junior", _junior)
    served = rows.each("senior", lambda f: (whole(f[2]), _served(f[3], len(juniors))))
    if not juniors or not served:
        raise bad_line(1)
    serves = np.zeros((len(served), len(juniors)), dtype=bool)
    for i, (_, own) in enumerate(served):
        serves[i, own] = True
    names, eligible, factors = zip(*juniors, strict=True)
    return QuotaList(rows.rules, tuple(f[1] for f in rows.rows["senior"]), names, tuple(q for q, _ in served), eligible, factors, serves, floor, rounding)


def _rounding(value: str) -> QuotaRounding:
    if value == "draw":
        return "draw"
    if value != "largest_remainder":
        raise ValueError(value)
    return "largest_remainder"


def _junior(fields: list[str]) -> tuple[str, int, float]:
    factor = float(fields[3])
    if not (math.isfinite(factor) and factor >= 0 and repr(factor) == fields[3]):
        raise ValueError(fields[3])
    return fields[1], whole(fields[2]), factor


def _served(value: str, juniors: int) -> list[int]:
    if value == "all":
        return list(range(juniors))
    return [] if value == "-" else [below(j, juniors) for j in value.split(",")]


def apportioned(quota: QuotaList, seed: str | None, commitment: str) -> QuotaPlan:
    """The table of places; without a seed equal remainders stand as the juniors do."""
    order = None if seed is None else drawn_order(seed, commitment, map(str, range(1, len(quota.juniors) + 1)))
    return apportion_quota(quota.quotas, quota.eligible, uplift=quota.uplift, floor=quota.floor, serves=quota.serves, rounding=quota.rounding, order=order)


def draw_quota(lines: Sequence[str], seed: str) -> dict[str, Any]:
    """Numbers of the juniors, one line of places for each senior, and a summary."""
    quota, commitment = read_quota(lines), commitment_of(lines)
    plan = apportioned(quota, seed, commitment)
    numbers = [shown_number(d, 10) for d in digests(seed, commitment, map(str, range(1, len(quota.juniors) + 1)))]
    results = [",".join(map(str, row)) for row in plan.places.tolist()]
    return {"numbers": numbers, "results": results, "summary": {"seniors": len(quota.seniors), "juniors": len(quota.juniors), "places": int(plan.places.sum())}}
