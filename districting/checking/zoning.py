"""Attendance zones against their hard rules: whole, within seats, connected, home block kept, allowed pairs only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.checking.rules import check_rules
from districting.checking.rules.neighbours import neighbours_of
from districting.checking.rules.violation import Violation
from districting.model.rules import Seats, SharedZones
from districting.model.zoning_problem import ZoningProblem
from districting.wording import text

__all__ = ["Violation", "check_zoning"]

TOLERANCE = 1e-9
"""Pupils above the seats that count as rounding of fractional demand, as a share of the seats (and at least this many pupils)."""


def check_zoning(problem: ZoningProblem, school_of_block: ArrayLike) -> list[Violation]:
    """Every hard rule that the labels break.

    Parameters
    ----------
    problem : the zoning problem; its switches ``contiguous`` and ``keep_home`` lift two of the rules
    school_of_block : (n,) position of the school of each block (of the zone, where schools share zones)

    Returns
    -------
    list of Violation
        Empty when every block has a school, no school has more pupils than seats, every zone is connected on ``problem.edges``, every school's own block
        is in its zone every block may go to its school, and every rule of ``problem.rules`` holds.

    Examples
    --------
    >>> problem = ZoningProblem(demand=[3, 2, 4], capacity=[6, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2],
    ...                         xy=[(0, 0), (100, 0), (200, 0)], school_xy=[(0, 0), (200, 0)])
    >>> check_zoning(problem, [0, 0, 1])
    []
    >>> [str(v) for v in check_zoning(problem, [0, 1, 0])]
    ['school 0: 7 pupils for 6 seats, 1 too many', "school 0: the zone is in 2 pieces, 1 block(s) cut off from the school's own", 'school 1: its own block 2 is in another zone']
    """
    given = np.asarray(school_of_block)
    n, schools = problem.block_count, _schools_of_zone(problem)
    k = len(schools)
    if given.ndim != 1:
        return [Violation("whole", -1, (), float(n), "block", text("zoning.wrong_shape", given=str(given.shape), wanted=f"({n},)"))]
    if len(given) != n:
        return [Violation("whole", -1, (), float(abs(given.size - n)), "block", text("zoning.wrong_length", given=given.size, wanted=n))]
    if not np.issubdtype(given.dtype, np.integer):
        number = np.array([_number(x) for x in given.tolist()])
        given = np.where(np.isfinite(number) & (number % 1 == 0), number, -1)
    label = given.astype(np.int64)
    outside = np.flatnonzero((label < 0) | (label >= k))
    label[outside] = -1
    found = _unassigned(outside)
    if not any(isinstance(rule, Seats) and not rule.hard for rule in problem.rules):
        found += _over_seats(problem, label, schools)
    if problem.contiguous:
        found += _in_pieces(problem, label, schools)
    if problem.keep_home:
        found += _home_lost(problem, label, schools)
    found += _not_allowed(problem, label, schools)
    return found + (check_rules(problem, label, schools) if not len(outside) else [])


def _number(given: object) -> float:
    """The label as a number; NaN when it is none."""
    try:
        return float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")


def _schools_of_zone(problem: ZoningProblem) -> list[list[int]]:
    """Schools of each zone: one each, unless schools share zones."""
    for rule in reversed(problem.rules):
        if isinstance(rule, SharedZones):
            number = np.asarray(rule.zone_of_school).tolist()
            return [[j for j in range(len(number)) if number[j] == z] for z in sorted(set(number))]
    return [[j] for j in range(problem.school_count)]


def _unassigned(outside: NDArray[np.int64]) -> list[Violation]:
    if not len(outside):
        return []
    blocks = tuple(outside.tolist())
    return [Violation("whole", -1, blocks, float(len(blocks)), "block", text("zoning.no_school", count=len(blocks)))]


def _over_seats(problem: ZoningProblem, label: NDArray[np.int64], schools: list[list[int]]) -> list[Violation]:
    found = []
    for j, members in enumerate(schools):
        mine = np.flatnonzero(label == j)
        load, seats = float(problem.demand[mine].sum()), float(problem.capacity[members].sum())
        over = load - seats
        if over > TOLERANCE * max(1.0, seats):
            problem_text = text("zoning.over_seats", school=j, pupils=load, seats=seats, over=over)
            found.append(Violation("seats", j, tuple(mine.tolist()), over, "pupil", problem_text))
    return found


def _in_pieces(problem: ZoningProblem, label: NDArray[np.int64], schools: list[list[int]]) -> list[Violation]:
    """One violation for each zone in pieces: the blocks outside the piece of the school (outside the largest where homes are free)."""
    beside: list[list[int]] = [[] for _ in range(problem.block_count)]
    for a, b in neighbours_of(problem, label, schools):
        if label[a] == label[b]:
            beside[a].append(b)
            beside[b].append(a)
    found = []
    for j, members in enumerate(schools):
        pieces = _pieces(np.flatnonzero(label == j).tolist(), beside)
        if len(pieces) < 2:
            continue
        home = int(problem.home_block[members[0]])
        main = max(pieces, key=lambda piece: (problem.keep_home and home in piece, len(piece)))
        cut_off = tuple(sorted(b for piece in pieces if piece is not main for b in piece))
        problem_text = text("zoning.in_pieces", school=j, pieces=len(pieces), count=len(cut_off))
        found.append(Violation("connected", j, cut_off, float(len(pieces) - 1), "piece", problem_text))
    return found


def _pieces(blocks: list[int], beside: list[list[int]]) -> list[set[int]]:
    left, pieces = set(blocks), []
    while left:
        first = left.pop()
        piece, stack = {first}, [first]
        while stack:
            for v in beside[stack.pop()]:
                if v in left:
                    left.remove(v)
                    piece.add(v)
                    stack.append(v)
        pieces.append(piece)
    return pieces


def _home_lost(problem: ZoningProblem, label: NDArray[np.int64], schools: list[list[int]]) -> list[Violation]:
    lost = [(j, int(problem.home_block[j])) for zone, members in enumerate(schools) for j in members if label[problem.home_block[j]] != zone]
    return [Violation("home_block", j, (block,), 1.0, "block", text("zoning.home_lost", school=j, block=block)) for j, block in sorted(lost)]


def _not_allowed(problem: ZoningProblem, label: NDArray[np.int64], schools: list[list[int]]) -> list[Violation]:
    found = []
    for zone, members in enumerate(schools):
        mine = np.flatnonzero(label == zone)
        reach = np.stack([np.isfinite(problem.distance_of(mine, np.full(len(mine), j))) for j in members])
        far = mine[~reach.any(axis=0)]
        if len(far):
            said = text("zoning.not_allowed", school=zone, count=len(far))
            found.append(Violation("allowed", zone, tuple(far.tolist()), float(len(far)), "block", said))
    return found
