"""A quota as frozen lines (``quota-1``) that anybody can apportion and draw again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.frozen import clean, commitment_of
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
    """The list behind the lines; ValueError, IndexError or KeyError where they are none."""
    rows: dict[str, list[list[str]]] = {}
    for line in lines[1:]:
        kind, *fields = line.split("\t")
        rows.setdefault(kind, []).append(fields)
    labels = {f[0]: f[1] for f in rows["rule"]}
    seniors, juniors = rows["senior"], rows["junior"]
    serves = np.zeros((len(seniors), len(juniors)), dtype=bool)
    for i, f in enumerate(seniors):
        if f[3] == "all":
            serves[i] = True
        elif f[3] != "-":
            serves[i, [int(j) - 1 for j in f[3].split(",")]] = True
    rounding: QuotaRounding = "draw" if labels.pop("rounding") == "draw" else "largest_remainder"
    numbers = (tuple(int(f[2]) for f in seniors), tuple(int(f[2]) for f in juniors), tuple(float(f[3]) for f in juniors))
    return QuotaList(labels, tuple(f[1] for f in seniors), tuple(f[1] for f in juniors), *numbers, serves, int(labels.pop("floor")), rounding)


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
