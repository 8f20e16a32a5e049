"""The draw of a split as frozen lines (``split-1``) that anybody can draw again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.frozen import clean, commitment_of
from districting.enrolment.frozen_rows import FrozenRows, bad_line, below, whole
from districting.enrolment.inside import draw_inside
from districting.enrolment.keyed import drawn_order
from districting.enrolment.numbers import digests, shown_number

SPLIT: Final = "split-1"
DIGITS: Final = 10
_NONE: Final = "-"


@dataclass(frozen=True, eq=False)
class SplitList:
    """What is drawn. ``count`` (p, s, j + 1): pupils of each primary and stratum for each junior, the surplus in the last column; ``primary``, ``stratum``, ``bundle`` (n,)
    positions, ``bundle`` that of the first pupil who goes with this one, itself where nobody does; ``tokens`` (n,) pseudonyms.
    """

    labels: dict[str, str]
    primaries: tuple[tuple[str, str], ...]
    juniors: tuple[tuple[str, str], ...]
    strata: tuple[str, ...]
    count: NDArray[np.int64]
    tokens: tuple[str, ...]
    primary: tuple[int, ...]
    stratum: tuple[int, ...]
    bundle: tuple[int, ...]


def split_lines(split: SplitList) -> list[str]:
    """The frozen lines: rules, primaries, juniors, strata, numbers of each cell (junior 0: surplus), pupils; positions from 1."""
    lines = [SPLIT, *(f"rule\t{clean(k)}\t{clean(v)}" for k, v in split.labels.items())]
    for kind, rows in (("primary", split.primaries), ("junior", split.juniors)):
        lines += [f"{kind}\t{i}\t{clean(own)}\t{clean(name)}" for i, (own, name) in enumerate(rows, 1)]
    lines += [f"stratum\t{i}\t{clean(name) or _NONE}" for i, name in enumerate(split.strata, 1)]
    last = split.count.shape[2] - 1
    lines += [f"quota\t{p + 1}\t{s + 1}\t{0 if j == last else j + 1}\t{split.count[p, s, j]}" for p, s, j in np.argwhere(split.count > 0)]
    pupils = zip(split.tokens, split.primary, split.stratum, split.bundle, strict=True)
    return lines + [f"pupil\t{i}\t{token}\t{p + 1}\t{s + 1}\t{b + 1}" for i, (token, p, s, b) in enumerate(pupils, 1)]


def read_split(lines: Sequence[str]) -> SplitList:
    """The list behind the lines.

    Raises
    ------
    DataError : the first line that is none of the format
    """
    rows = FrozenRows(lines, {"rule": 2, "primary": 3, "junior": 3, "stratum": 2, "quota": 4, "pupil": 5}, free=("quota",))
    primaries, juniors = (tuple((f[1], f[2]) for f in rows.rows[kind]) for kind in ("primary", "junior"))
    strata = tuple("" if f[1] == _NONE else f[1] for f in rows.rows["stratum"])
    np_, ns, nj, n = len(primaries), len(strata), len(juniors), len(rows.rows["pupil"])
    count = np.zeros((np_, ns, nj + 1), dtype=np.int64)
    for p, s, j, pupils in rows.each("quota", lambda f: (below(f[0], np_), below(f[1], ns), nj if f[2] == "0" else below(f[2], nj), whole(f[3]))):
        count[p, s, j] = pupils
    listed = rows.each("pupil", lambda f: (below(f[2], np_), below(f[3], ns), below(f[4], n)))
    primary, stratum, bundle = (tuple(row[k] for row in listed) for k in (0, 1, 2))
    given = np.zeros((np_, ns), dtype=np.int64)
    np.add.at(given, (np.array(primary, dtype=np.int64), np.array(stratum, dtype=np.int64)), 1)
    if (given != count.sum(axis=2)).any():  # the pupils of a primary and stratum are as many as its places
        raise bad_line(rows.first.get("quota", 1))
    for i, b in enumerate(bundle):
        if b > i or bundle[b] != b or primary[b] != primary[i]:
            raise bad_line(rows.first["pupil"] + i)
    return SplitList(rows.rules, primaries, juniors, strata, count, tuple(f[1] for f in rows.rows["pupil"]), primary, stratum, bundle)


def draw_split(lines: Sequence[str], seed: str) -> dict[str, Any]:
    """Numbers (10 digits), results (position of the junior, None for the surplus) and a summary."""
    split, commitment = read_split(lines), commitment_of(lines)
    found = digests(seed, commitment, (str(b + 1) for b in split.bundle))
    results: list[int | None] = [None] * len(found)
    apart = 0
    for p in range(len(split.primaries)):
        mine = [i for i, own in enumerate(split.primary) if own == p]
        if not mine:
            continue
        at = {i: k for k, i in enumerate(mine)}
        groups: dict[int, list[int]] = {}
        for i in mine:
            groups.setdefault(split.bundle[i], []).append(at[i])
        bundles = [g for g in groups.values() if len(g) > 1]
        order = sorted(range(len(mine)), key=lambda k: (found[mine[k]], mine[k]))
        places = drawn_order(seed, commitment, (f"{p + 1}|{k + 1}" for k in range(len(mine))))
        junior = draw_inside(split.count[p], order, places, bundles, [split.stratum[i] for i in mine])
        apart += sum(len({int(junior[k]) for k in g}) > 1 for g in bundles)
        for k, i in enumerate(mine):
            results[i] = int(junior[k]) + 1 if junior[k] < len(split.juniors) else None
    placed = sum(r is not None for r in results)
    summary = {"pupils": len(results), "placed": placed, "surplus": len(results) - placed, "bundles_apart": apart}
    return {"numbers": [shown_number(d, DIGITS) for d in found], "results": results, "summary": summary}
