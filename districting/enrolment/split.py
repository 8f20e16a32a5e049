"""Graduates of each primary to the juniors of its district, in proportion to their plans (policy R03); the draw inside each primary is in ``inside``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.solvers.rounding import controlled_rounding


@dataclass(frozen=True, eq=False)
class SplitPlan:
    """How many pupils of each primary go to each junior.

    ``pupils`` (p, j) or (p, s, j) whole numbers; ``left_over`` (p,) or (p, s) graduates beyond all plans, for the overflow (R40); ``target`` of pupils' shape: the
    exact proportion; ``largest_deviation``: max |share of a primary's pupils at a junior - the junior's share of all places given|; ``dissimilarity`` 0..1: share of pupils who would have to change the
    junior for every junior to have the same mix of primaries; ``off``: sum of |pupils - target|; ``bound``: the least that any whole numbers with these sums allow, as proven.
    """

    pupils: NDArray[np.int64]
    left_over: NDArray[np.int64]
    target: NDArray[np.float64]
    largest_deviation: float
    dissimilarity: float
    off: float
    bound: float


def split_graduates(graduates: ArrayLike, plans: ArrayLike, order: ArrayLike | None = None) -> SplitPlan:
    """Every primary's graduates over the juniors in proportion to their plans, whole in both directions.

    Each cell is the whole number below or above graduates x plan / all plans; a primary's cells add up to its graduates, a junior's to at most its plan. Where there
    are more graduates than places every junior is full, and the surplus is shared by the primaries in the same proportion.

    Parameters
    ----------
    graduates : (p,) or (p, s) whole numbers >= 0; s strata (sex, residence ...) that are each split in proportion
    plans : (j,) places of the juniors, whole numbers >= 0
    order : which of two cells with equal remainders is rounded up first: positions (cells,), from a draw; default: as they stand

    Raises
    ------
    ValueError : negative or broken numbers, or no place at all

    Source: policy R03 (controlled rounding, largest remainder).

    >>> split_graduates([60, 40], [50, 50]).pupils.tolist()
    [[30, 30], [20, 20]]
    >>> split_graduates([3, 3], [2, 2]).left_over.tolist()
    [1, 1]
    """
    leaving, places = _whole(graduates, "graduates"), _whole(plans, "plans")
    if not places.sum():
        raise ValueError("the plans hold no place")
    everybody, room = int(leaving.sum()), int(places.sum())
    by_stratum = leaving if leaving.ndim == 2 else leaving[:, None]
    columns = np.append(places, max(0, everybody - room)).astype(np.float64)
    target = by_stratum[:, :, None] * (columns / columns.sum())
    full = everybody >= room
    rounded = controlled_rounding(target, exact_columns=full, order=_with_surplus(order, target.shape))
    table = rounded.table[:, :, :-1]
    shape = (*leaving.shape, len(places))
    return SplitPlan(
        pupils=table.reshape(shape),
        left_over=rounded.table[:, :, -1].reshape(leaving.shape),
        target=target[:, :, :-1].reshape(shape),
        largest_deviation=_deviation(table.sum(axis=1)),
        dissimilarity=dissimilarity(table.sum(axis=1)),
        off=rounded.off,
        bound=rounded.bound,
    )


def dissimilarity(pupils: ArrayLike) -> float:
    """0 when every junior has the same mix of primaries, towards 1 when every primary has a junior of its own; ``pupils`` (p, j).

    >>> dissimilarity([[5, 5], [5, 5]]), dissimilarity([[10, 0], [0, 10]])
    (0.0, 0.5)
    """
    table = np.asarray(pupils, dtype=np.float64)
    total = table.sum()
    if total == 0:
        return 0.0
    even = table.sum(axis=1)[:, None] * table.sum(axis=0)[None, :] / total
    return float(np.abs(table - even).sum() / (2.0 * total))


def _whole(values: ArrayLike, name: str) -> NDArray[np.int64]:
    given = np.asarray(values, dtype=np.float64)
    if not np.isfinite(given).all() or (given < 0).any() or (given != np.round(given)).any():
        raise ValueError(f"{name} are whole numbers >= 0")
    return given.astype(np.int64)


def _with_surplus(order: ArrayLike | None, shape: tuple[int, ...]) -> NDArray[np.int64] | None:
    """The order of the cells with one more column behind each row; the surplus comes last."""
    if order is None:
        return None
    rank = np.argsort(np.asarray(order, dtype=np.int64)).reshape(*shape[:-1], shape[-1] - 1)
    wide = np.concatenate([rank, rank.max() + 1 + np.arange(shape[0] * shape[1]).reshape(*shape[:-1], 1)], axis=-1)
    return np.argsort(wide.ravel(), kind="stable")


def _deviation(table: NDArray[np.int64]) -> float:
    rows = table.sum(axis=1)
    if not rows.any():
        return 0.0
    share = table[rows > 0] / rows[rows > 0, None]
    return float(np.abs(share - table.sum(axis=0) / table.sum()).max())
