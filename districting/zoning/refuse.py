"""Proofs that no zoning exists, each with its number and the smallest relaxations."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from districting.errors import Conflict, InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.wording import Text, text
from districting.zoning.ground import block_graph

Found = tuple[list[Conflict], list[Text]]


def refuse_impossible(problem: ZoningProblem) -> None:
    """Raise InfeasibleError with every conflict that a count can prove; return when none is found (which proves nothing)."""
    parts = [_total(problem), _homes(problem), _blocks(problem)]
    if problem.contiguous:
        parts.append(_components(problem))
    conflicts = [c for found, _ in parts for c in found]
    if conflicts:
        offers: list[Text] = []
        for offer in (r for _, given in parts for r in given):
            if offer not in offers:
                offers.append(offer)
        raise InfeasibleError(conflicts, offers)


def _total(problem: ZoningProblem) -> Found:
    demand, seats = float(problem.demand.sum()), float(problem.capacity.sum())
    short = demand - seats
    if short <= _slip(seats):
        return [], []
    said = text("zoning.seats_short", demand=demand, seats=seats, short=short)
    return [Conflict("seats", short, "seat", said)], [text("zoning.add_seats", short=short)]


def _slip(seats: float) -> float:
    """Rounding of fractional demand that is not called a shortage."""
    return 1e-9 * max(1.0, seats)


def _homes(problem: ZoningProblem) -> Found:
    conflicts: list[Conflict] = []
    offers: list[Text] = []
    if not problem.keep_home:
        return conflicts, offers
    schools = np.arange(problem.school_count)
    pupils = problem.demand[problem.home_block]
    allowed = np.isfinite(problem.distance_of(problem.home_block, schools))
    for j in schools.tolist():
        block, seats, short = int(problem.home_block[j]), float(problem.capacity[j]), float(pupils[j] - problem.capacity[j])
        if not allowed[j]:
            conflicts.append(Conflict("home_block", 1.0, "block", text("zoning.home_not_allowed", school=j, block=block)))
            offers.append(text("zoning.lift_home"))
        if short > _slip(seats):
            said = text("zoning.home_too_big", school=j, block=block, pupils=float(pupils[j]), seats=seats)
            conflicts.append(Conflict("seats", short, "seat", said))
            offers += [text("zoning.add_seats_at", school=j, short=short), text("zoning.split_block", block=block), text("zoning.lift_home")]
    return conflicts, offers


def _blocks(problem: ZoningProblem) -> Found:
    """Blocks with no school to go to, or none that is large enough."""
    conflicts: list[Conflict] = []
    offers: list[Text] = []
    largest = _largest_allowed(problem)
    homes = set(problem.home_block.tolist()) if problem.keep_home else set()
    for i in np.flatnonzero(~(largest >= problem.demand - _slip(float(problem.capacity.max())))).tolist():
        if i in homes:
            continue
        pupils, seats = float(problem.demand[i]), float(largest[i])
        if seats < 0:
            conflicts.append(Conflict("allowed", 1.0, "block", text("zoning.no_allowed_school", block=i)))
            offers.append(text("zoning.allow_school", block=i))
        else:
            said = text("zoning.block_too_big", block=i, pupils=pupils, seats=seats)
            conflicts.append(Conflict("seats", pupils - seats, "seat", said))
            offers += [text("zoning.add_seats", short=pupils - seats), text("zoning.split_block", block=i)]
    return conflicts, offers


def _largest_allowed(problem: ZoningProblem) -> NDArray[np.float64]:
    """(n,) seats of the largest school that each block may go to, -1 where there is none."""
    n, capacity = problem.block_count, problem.capacity
    if problem.distance_m is None:
        return np.full(n, capacity.max())
    largest = np.full(n, -1.0)
    if sp.issparse(problem.distance_m):
        stored = problem.distance_m.tocoo()
        block, school = stored.coords
        known = np.isfinite(stored.data)
        np.maximum.at(largest, block[known], capacity[school[known]])
        return largest
    return np.where(np.isfinite(problem.distance_m), capacity[None, :], -1.0).max(axis=1)


def _components(problem: ZoningProblem) -> Found:
    """Parts of the block graph without a school, or with fewer seats than pupils; where homes are free, more parts than zones."""
    conflicts: list[Conflict] = []
    offers: list[Text] = []
    count, part = connected_components(block_graph(problem), directed=False)
    if not problem.keep_home:
        if count > problem.school_count:
            said = text("zoning.more_parts_than_schools", parts=int(count), schools=problem.school_count)
            conflicts.append(Conflict("connected", float(count - problem.school_count), "zone", said))
            offers += [text("zoning.bridge"), text("zoning.lift_connected")]
        return conflicts, offers
    if count == 1:
        return conflicts, offers
    blocks = np.bincount(part, minlength=count)
    demand = np.bincount(part, problem.demand, count)
    here = part[problem.home_block]
    schools, seats = np.bincount(here, minlength=count), np.bincount(here, problem.capacity, count)
    for c in range(count):
        short = float(demand[c] - seats[c])
        if schools[c] == 0:
            said = text("zoning.part_without_school", blocks=int(blocks[c]), pupils=float(demand[c]))
            conflicts.append(Conflict("connected", float(blocks[c]), "block", said))
            offers += [text("zoning.bridge"), text("zoning.lift_connected")]
        elif short > _slip(float(seats[c])):
            said = text("zoning.part_short", blocks=int(blocks[c]), demand=float(demand[c]), seats=float(seats[c]), short=short)
            conflicts.append(Conflict("seats", short, "seat", said))
            offers += [text("zoning.add_seats", short=short), text("zoning.bridge"), text("zoning.lift_connected")]
    return conflicts, offers
