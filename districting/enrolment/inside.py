"""The draw inside one primary: which of its pupils go to which junior, siblings together (policy R03)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Place = tuple[int, int]
"""Stratum and junior."""


def draw_inside(
    pupils: ArrayLike, order: ArrayLike, places_order: ArrayLike, bundles: Sequence[Sequence[int]] = (), stratum: ArrayLike | None = None
) -> NDArray[np.int64]:
    """The junior of each pupil of one primary, when so many of them go to each junior.

    Parameters
    ----------
    pupils : (j,) pupils for each junior, or (s, j) of each stratum for each junior
    order : (n,) the pupils' positions in the order of their drawn numbers
    places_order : (n,) the places in the order of theirs; places are counted stratum by stratum, junior by junior
    bundles : pupils (positions) who stay together: siblings and twins. They come before the others, each bundle to the junior of the next place that still holds them
        all in their strata; where none does, to the next junior that holds them all if strata exchange places with another junior; a bundle larger than what any junior
        has left is spread over those with most places.
    stratum : (n,) of each pupil, with ``pupils`` (s, j)

    Raises
    ------
    ValueError : the pupils of a stratum are not as many as its places, or one is in two bundles

    Source: policy R03 (random draw inside each primary; siblings and twins move as a unit).

    >>> draw_inside([1, 2], [2, 0, 1], [0, 1, 2]).tolist()
    [1, 1, 0]
    >>> draw_inside([[1, 1], [1, 1]], [0, 1, 2, 3], [0, 1, 2, 3], bundles=[(0, 2)], stratum=[0, 0, 1, 1]).tolist()
    [0, 1, 0, 1]
    """
    given = np.asarray(pupils, dtype=np.float64)
    if given.ndim not in (1, 2) or not np.isfinite(given).all() or (given < 0).any() or (given != np.round(given)).any():
        raise ValueError("pupils are whole numbers >= 0")
    count = np.atleast_2d(given).astype(np.int64)
    n = int(count.sum())
    kind = np.zeros(n, dtype=np.int64) if stratum is None else np.asarray(stratum, dtype=np.int64)
    turn, places = np.asarray(order, dtype=np.int64), np.asarray(places_order, dtype=np.int64)
    if len(turn) != n or len(places) != n or sorted(turn.tolist()) != list(range(n)) or sorted(places.tolist()) != list(range(n)):
        raise ValueError("order and places_order are permutations of the pupils")
    if len(kind) != n or (n and not 0 <= kind.min() <= kind.max() < len(count)) or (np.bincount(kind, minlength=len(count)) != count.sum(axis=1)).any():
        raise ValueError("the pupils of a stratum are not as many as its places")
    together = [i for b in bundles for i in b]
    if len(set(together)) < len(together):
        raise ValueError("a pupil is in two bundles")
    room = _Room(count, places)
    at = np.argsort(turn)
    out = np.full(n, -1, dtype=np.int64)
    for bundle in sorted((list(b) for b in bundles), key=lambda b: min(at[i] for i in b)):
        for pupil, junior in zip(bundle, room.together([int(kind[i]) for i in bundle]), strict=True):
            out[pupil] = junior
    rest = {s: [j for t, j in room.line if t == s] for s in range(len(count))}
    for s, line in rest.items():
        for pupil, junior in zip((i for i in turn.tolist() if out[i] < 0 and kind[i] == s), line, strict=True):
            out[pupil] = junior
    return out


class _Room:
    """Places left, in their drawn order."""

    def __init__(self, count: NDArray[np.int64], places: NDArray[np.int64]) -> None:
        strata, juniors = np.indices(count.shape)
        flat = list(zip(np.repeat(strata.ravel(), count.ravel()).tolist(), np.repeat(juniors.ravel(), count.ravel()).tolist(), strict=True))
        self.line: list[Place] = [flat[i] for i in places.tolist()]
        self.left = count.copy()

    def together(self, kinds: list[int]) -> list[int]:
        """The junior of each member of a bundle, whose strata are ``kinds``."""
        need = np.bincount(kinds, minlength=len(self.left))
        own = [j for s, j in self.line if need[s]]
        whole = next((j for j in own if (self.left[:, j] >= need).all()), None)
        if whole is None:
            whole = next((j for _, j in self.line if self.left[:, j].sum() >= len(kinds)), None)
            if whole is not None:
                self._exchange(whole, need)
        found = []
        for s in kinds:
            junior = int(np.argmax(self.left[s])) if whole is None else whole
            self.line.remove((s, junior))
            self.left[s, junior] -= 1
            found.append(junior)
        return found

    def _exchange(self, junior: int, need: NDArray[np.int64]) -> None:
        """Places of other strata at ``junior`` become those that are needed; what they give up they get where the needed ones come from."""
        for s in range(len(need)):
            while self.left[s, junior] < need[s]:
                other = int(np.argmax(self.left[:, junior] - need))
                where = int(np.argmax(np.where(np.arange(self.left.shape[1]) == junior, -1, self.left[s])))
                for old, new in (((other, junior), (s, junior)), ((s, where), (other, where))):
                    self.line[self.line.index(old)] = new
                    self.left[old] -= 1
                    self.left[new] += 1
