"""Odds before the draw: exact where each entry has one wish and a formula holds, else from simulated draws with a Wilson interval."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.draw import allot
from districting.enrolment.hall import Group, groups_of
from districting.model.draw_list import DrawList

SMALL: Final = 5
"""Blocks of fewer entries are told together: the odds of a block of one are those of a child."""
FEW: Final = f"<{SMALL}"
_Z: Final = 1.959963984540054
"""Standard score of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class GroupOdds:
    """Mean odds of the entries of one school of first wish, one tier or one block (``kind``); ``key``: its position from 1, or the id of the block (``FEW``: all small ones)."""

    kind: str
    key: int | str
    entries: int
    first: float
    placed: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Odds:
    """``first``, ``placed``: (n,) probability of the first wish, and of any school; ``low``, ``high``: (n,) bounds of ``placed``, equal to it where ``exact``."""

    exact: bool
    draws: int
    first: NDArray[np.float64]
    placed: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    groups: tuple[GroupOdds, ...]

    def as_json(self, draw: DrawList) -> dict[str, Any]:
        """The part of ``--json`` that is about groups."""
        named: dict[str, Callable[[Any], str]] = {"first_wish": lambda k: draw.schools[k - 1].name, "tier": lambda k: tier_name(draw, k), "block": str}
        rows = [
            {"kind": g.kind, "of": named[g.kind](g.key), "entries": g.entries, "first": g.first, "placed": g.placed, "low": g.low, "high": g.high}
            for g in self.groups
        ]
        return {"exact": self.exact, "draws": self.draws, "confidence": None if self.exact else 0.95, "groups": rows}


def odds(draw: DrawList, blocks: Sequence[str] = (), *, draws: int, seed: int = 0) -> Odds:
    """Odds of every entry, and their means by school of first wish, by tier and by block.

    Parameters
    ----------
    draw : the frozen list
    blocks : (n,) id of the block of each entry, "" for none; empty = none at all
    draws : simulated draws, where no formula holds
    seed : of the simulation; it has nothing to do with the public seed

    Examples
    --------
    Three children for two seats:

    >>> from districting.model.draw_list import DrawEntry, DrawSchool
    >>> entries = tuple(DrawEntry("", i, 1, (), (), (0,)) for i in range(3))
    >>> found = odds(DrawList({}, "single_school", "ascending", 10, "overfill", (DrawSchool("", "A", 2),), entries), draws=1)
    >>> found.exact, round(float(found.placed[0]), 4)
    (True, 0.6667)
    """
    groups = groups_of(draw)
    exact = _has_formula(draw, groups)
    first, placed = _by_formula(draw, groups) if exact else _simulated(draw, groups, draws, seed)
    low, high = (placed, placed) if exact else wilson(placed, draws)
    return Odds(exact, 0 if exact else draws, first, placed, low, high, tuple(_means(draw, blocks, first, placed, 0 if exact else draws)))


def wilson(share: NDArray[np.float64], draws: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds at 95 % of a probability of which ``share`` was seen in ``draws`` draws.

    >>> low, high = wilson(np.array([0.5]), 100)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.4038, 0.5962)
    """
    z2 = _Z**2 / draws
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z * np.sqrt(share * (1 - share) / draws + z2 / (4 * draws)) / (1 + z2)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def tier_name(draw: DrawList, tier: int) -> str:
    """Name of a tier; "-" for those of none."""
    return draw.tiers[tier - 1][0] if tier <= len(draw.tiers) else "-"


def _has_formula(draw: DrawList, groups: Sequence[Group]) -> bool:
    """One wish each, nobody bound, no reserved seats, nothing after the wishes: every school is a list of its own."""
    alone = all(len(g.members) == 1 and len([w for w in g.wishes if w is not None]) <= 1 for g in groups)
    return alone and draw.engine != "batched" and not draw.pools and not draw.default_order


def _by_formula(draw: DrawList, groups: Sequence[Group]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Class after class of equal claim (and of equal rank of the wish, where wishes are run one after another): seats left over those who ask."""
    classes: dict[int, dict[tuple[int, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for group in groups:
        for wish, school in enumerate(group.wishes, 1):
            if school is not None:
                stand = group.claim if draw.engine in ("number_first", "single_school") else (wish, *group.claim)
                classes[school][stand].append(group.members[0])
    placed = np.zeros(len(draw.entries))
    for school, of in classes.items():
        left = draw.schools[school].plan
        for stand in sorted(of):
            taken = min(left, len(of[stand]))
            placed[of[stand]] = taken / len(of[stand])
            left -= taken
    head = np.array([bool(e.wishes) and e.wishes[0] is not None for e in draw.entries], dtype=bool)
    return np.where(head, placed, 0.0), placed


def _simulated(draw: DrawList, groups: Sequence[Group], draws: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    first, placed = np.zeros(len(groups)), np.zeros(len(groups))
    for _ in range(draws):
        hall = allot(draw, groups, rng.permutation(len(groups)).tolist(), logged=False)
        got = np.array([s is not None for s in hall.school_of], dtype=bool)
        placed += got
        first += got & (np.array(hall.wish_of) == 1)
    of_entry = np.empty(len(draw.entries), dtype=np.int64)
    for g, group in enumerate(groups):
        of_entry[list(group.members)] = g
    return first[of_entry] / draws, placed[of_entry] / draws


def _means(draw: DrawList, blocks: Sequence[str], first: NDArray[np.float64], placed: NDArray[np.float64], draws: int) -> list[GroupOdds]:
    """The interval of a mean is that of one entry with the same odds: never narrower than the truth, however the odds of a group hang together."""
    kinds: dict[str, list[Any]] = {"first_wish": [next((w + 1 for w in e.wishes[:1] if w is not None), None) for e in draw.entries]}
    if draw.tiers:
        kinds["tier"] = [e.tier for e in draw.entries]
    if any(blocks):
        size = Counter(blocks)
        kinds["block"] = [(b if size[b] >= SMALL else FEW) if b else None for b in blocks]
    rows = []
    for kind, labels in kinds.items():
        members: dict[Hashable, list[int]] = defaultdict(list)
        for i, label in enumerate(labels):
            if label is not None:
                members[label].append(i)
        for key in sorted(members, key=lambda k: (str(type(k)), k)):
            at = members[key]
            share = math.fsum(placed[at]) / len(at)
            low, high = wilson(np.array([share]), draws) if draws else (np.array([share]), np.array([share]))
            rows.append(GroupOdds(kind, key, len(at), math.fsum(first[at]) / len(at), share, float(low[0]), float(high[0])))  # type: ignore[arg-type]
    return rows
