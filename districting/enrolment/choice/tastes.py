"""Lists of wishes for one draw: as stated, or from the model of tastes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.model.choice_problem import NONE, ChoiceProblem, ChoiceTown, Tastes


def systematic_utility(town: ChoiceTown, tastes: Tastes) -> NDArray[np.float64]:
    """(b, w) utility of each option without noise; -inf where there is none.

    Raises
    ------
    ValueError : a score or a distance that has weight is unknown
    """
    there = town.options >= 0
    value = np.zeros(town.options.shape)
    if tastes.quality_weight:
        value += tastes.quality_weight * town.quality[np.maximum(town.options, 0)]
    if tastes.distance_weight:
        value -= tastes.distance_weight * town.distance_m / 1000.0
    if np.isnan(value[there]).any():
        raise ValueError("a score or distance that tastes give weight to is unknown")
    return np.where(there, value, -np.inf)


def blocks_of(town: ChoiceTown) -> NDArray[np.int64]:
    """(n,) block of every pupil."""
    return np.repeat(np.arange(len(town.pupils)), town.pupils) if town.block_of_pupil is None else town.block_of_pupil


def drawn_problem(town: ChoiceTown, tastes: Tastes, utility: NDArray[np.float64], rng: np.random.Generator) -> tuple[ChoiceProblem, NDArray[np.float64]]:
    """One draw: a number for every pupil and, without stated wishes, a list for every pupil. With it (n, w) metres to each option."""
    block = blocks_of(town)
    number = rng.permutation(len(block))
    if town.stated is not None:
        return stated_problem(town, number)
    order = np.argsort(-(utility[block] + tastes.noise * rng.gumbel(size=(len(block), town.options.shape[1]))), axis=1, kind="stable")
    count = (town.options >= 0).sum(axis=1)[block]
    wishes = np.minimum(count, tastes.most_wishes) if tastes.most_wishes else count
    if (wishes < count).any():  # the rest nearest first: the options of a block stand in that order
        beyond = np.arange(order.shape[1])[None, :] >= wishes[:, None]
        order = np.take_along_axis(order, np.argsort(np.where(beyond, order.shape[1] + order, np.arange(order.shape[1])[None, :]), axis=1), axis=1)
    options = np.take_along_axis(town.options[block], order, axis=1)
    tier = np.take_along_axis(town.tier[block], order, axis=1)
    return ChoiceProblem(options, wishes, tier, number, town.seats), np.take_along_axis(town.distance_m[block], order, axis=1)


def stated_problem(town: ChoiceTown, number: NDArray[np.int64]) -> tuple[ChoiceProblem, NDArray[np.float64]]:
    """Stated wishes, and behind them the other schools of the zone, nearest first.

    Raises
    ------
    ValueError : a wish outside the options of the pupil's block
    """
    assert town.stated is not None
    block = blocks_of(town)
    mine = town.options[block]
    rank = np.full(mine.shape, town.stated.shape[1] + mine.shape[1], dtype=np.int64)
    for j in reversed(range(town.stated.shape[1])):
        wish = town.stated[:, j]
        hit = (mine == wish[:, None]) & (wish >= 0)[:, None]
        if (hit.sum(axis=1) < (wish >= 0)).any():
            raise ValueError("a wish outside the options of the block")
        rank[hit] = j
    wished = rank < town.stated.shape[1]
    rank = np.where(wished, rank, town.stated.shape[1] + np.arange(mine.shape[1])[None, :])
    rank = np.where(mine >= 0, rank, np.iinfo(np.int64).max)
    order = np.argsort(rank, axis=1, kind="stable")
    options = np.take_along_axis(mine, order, axis=1)
    if town.further is not None:
        beyond = np.arange(options.shape[1])[None, :] >= wished.sum(axis=1)[:, None]
        options = np.where(beyond & ~town.further[np.maximum(options, 0)], NONE, options).astype(np.int32)
    tier = (
        np.take_along_axis(town.tier[block], order, axis=1) if town.tier_of_pupil is None else np.broadcast_to(town.tier_of_pupil[:, None], mine.shape).copy()
    )
    problem = ChoiceProblem(options, wished.sum(axis=1), tier, number, town.seats, town.size_of_pupil)
    return problem, np.take_along_axis(town.distance_m[block], order, axis=1)


def alike(town: ChoiceTown, utility: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) class of pupils whose chances are the same before the draw: same options, tiers and, by the model, utilities; as stated, same list."""
    block = blocks_of(town)
    rows: list[NDArray[np.float64]] = [town.options.astype(np.float64), town.tier.astype(np.float64)]
    if town.stated is None:
        rows.append(np.where(np.isfinite(utility), utility, 0.0))
        return np.unique(np.hstack(rows), axis=0, return_inverse=True)[1].ravel()[block].astype(np.int64)
    own = [v[:, None].astype(np.float64) for v in (town.size_of_pupil, town.tier_of_pupil) if v is not None]
    pupil_rows = np.hstack([*(r[block] for r in rows), town.stated.astype(np.float64), *own])
    return np.unique(pupil_rows, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
