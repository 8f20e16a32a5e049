"""Strong schools carry weak ones of the same stage: one donor for every recipient, at the least cost (policy R07)."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.pairing_problem import PairingProblem
from districting.model.solution import PairingSolution
from districting.pairing.assignment import assign
from districting.pairing.capacity import least_cap, matched
from districting.pairing.pins import refuse_pins
from districting.pairing.score_margin import EXACT_AT_MOST, score_margins
from districting.pairing.yardstick import Sides, Yardstick
from districting.wording import text


def pair_schools(problem: PairingProblem) -> PairingSolution:
    """Every recipient with one strictly stronger donor, no donor above its cap, at the least total cost.

    What a pair costs, in metres, never below 0:

    - its straight distance;
    - ``gap_weight_m`` per standard deviation of the scores of all donors and recipients, times, with ``gap_goal``
      "wide": what its gap (donor's score less recipient's) lacks to the widest of the allowed pairs. Summed over pairs this only depends on *which* donors are
      taken: it chooses the strongest where donors are in surplus, and changes nothing where every donor is needed;
      "alike": how far its gap is from the mean gap of the allowed pairs, so that no pair is far from another and none is between equals;
    - ``size_weight_m`` per doubling between their pupils: ``|log2(pupils of donor / pupils of recipient)|``, fewer than one pupil counted as one.

    Pairs beyond ``max_distance_m`` are remote: first as few remote pairs as possible, then the least cost. ``objective`` is the cost of all pairs; the
    assignment is solved exactly (scipy ``linear_sum_assignment``), so ``bound`` equals it among plans with as few remote pairs. ``pinned`` pairs stand whatever
    they cost and wherever they are; a pinned donor that is no donor otherwise carries nobody else.

    ``runner_up_of_pair``: up to 100 pairs, the donor the recipient gets when its pair is forbidden and all is solved again (-1: no plan without the pair);
    beyond that, the cheapest other donor of the recipient alone. ``score_margin_of_pair``: up to 100 pairs exact, beyond a lower bound: the largest m such that
    the pair stands in an optimal plan as long as the score of its donor or of its recipient (one of them, all else fixed, spread and reference gap as they
    are) moves by less than m points. ``unpaired``: recipients that no allowed donor surpasses. Schools are taken in the order of their codes, so ties do not
    depend on the order of the input.

    Source: same-stage school pairs, policy R07 (结对帮扶: 同学段，一强带一弱，互派团队、项目支持、联合科研).

    Raises
    ------
    DataError : a pinned donor is not stronger, or a recipient is pinned to two donors
    InfeasibleError : donors cannot carry all recipients; offers the least cap that can, when one exists

    >>> found = pair_schools(PairingProblem(
    ...     score=np.array([90.0, 80.0, 60.0]), is_donor=np.array([True, True, False]), is_recipient=np.array([False, False, True]),
    ...     xy=np.array([[0.0, 0.0], [1000.0, 0.0], [900.0, 0.0]])))
    >>> found.donor_of_pair.tolist(), found.runner_up_of_pair.tolist(), found.score_margin_of_pair.tolist()
    ([1], [0], [20.0])
    """
    refuse_pins(problem)
    donor, recipient = _in_code_order(problem, _ends(problem, 0)), _in_code_order(problem, _ends(problem, 1))
    permitted, pinned = _permitted(problem, donor, recipient)
    distance: NDArray[np.float64] = np.hypot(*(problem.xy[recipient][:, None, :] - problem.xy[donor][None, :, :]).transpose(2, 0, 1))
    remote: NDArray[np.bool_] = np.asarray(distance > problem.max_distance_m)
    allowed = permitted & (problem.score[donor][None, :] > problem.score[recipient][:, None])
    served: NDArray[np.bool_] = np.asarray(allowed.any(axis=1))
    if not served.any():
        none = np.zeros(0, dtype=np.int64)
        flags = np.zeros(0, dtype=bool)
        return PairingSolution(none, none, none, flags, 0.0, 0.0, 0.0, "optimal", recipient, flags, np.zeros(0))
    _refuse_shortage(allowed[served], problem.donor_cap)
    sides = Sides(
        problem.score[recipient],
        problem.score[donor],
        permitted,
        distance + _size(problem, donor, recipient),
        _yardstick(problem, donor, recipient, allowed),
        problem.donor_cap,
        pinned,
    )
    return _solved(problem, (donor, recipient), sides, remote, served)


def _solved(
    problem: PairingProblem, ends: tuple[NDArray[np.int64], NDArray[np.int64]], sides: Sides, remote: NDArray[np.bool_], served: NDArray[np.bool_]
) -> PairingSolution:
    donor, recipient = ends
    priced = dataclasses.replace(sides, fixed=np.where(remote, sides.fixed + _remote_price(sides, remote), sides.fixed))
    rows = priced.rows(served)
    cost, allowed = rows.price, rows.allowed
    choice = assign(cost, allowed, problem.donor_cap)
    if choice is None:  # ruled out by _refuse_shortage
        raise InfeasibleError([])
    runner = _runner_up(cost, allowed, problem.donor_cap, choice)
    whole = np.full(len(served), -1, dtype=np.int64)
    whole[served] = choice
    exact = len(choice) <= EXACT_AT_MOST
    at = (np.arange(len(choice)), choice)
    objective = float(sides.rows(served).price[at].sum())
    return PairingSolution(
        donor[choice],
        recipient[served],
        np.where(runner >= 0, donor[runner], -1),
        remote[served][at],
        objective,
        objective,
        0.0,
        "optimal",
        recipient[~served],
        rows.pinned,
        score_margins(priced, whole, exact=exact)[served],
        exact,
    )


def _ends(problem: PairingProblem, end: int) -> NDArray[np.bool_]:
    """Donors (0) or recipients (1), those that are pinned among them."""
    mask = (problem.is_recipient if end else problem.is_donor).copy()
    mask[problem.pinned[:, end]] = True
    return mask


def _in_code_order(problem: PairingProblem, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    chosen = np.flatnonzero(mask)
    return np.array(sorted(chosen.tolist(), key=lambda i: (problem.code[i], i)), dtype=np.int64) if problem.code else chosen


def _permitted(problem: PairingProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(recipients, donors) that may be a pair whatever their scores, and (recipients,) which have no choice."""
    found = np.repeat(problem.is_donor[donor][None, :], len(recipient), axis=0)
    found &= recipient[:, None] != donor[None, :]
    if problem.allowed is not None:
        found &= problem.allowed[np.ix_(donor, recipient)].T
    pinned = np.isin(recipient, problem.pinned[:, 1])
    found[pinned] = False
    for giver, taker in problem.pinned.tolist():
        found[recipient == taker, np.flatnonzero(donor == giver)] = True
    return found, pinned


def _size(problem: PairingProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64]) -> NDArray[np.float64]:
    """(recipients, donors) metres for unlike size."""
    if problem.pupils is None or problem.size_weight_m == 0.0:
        return np.zeros((len(recipient), len(donor)))
    doublings = np.log2(np.maximum(problem.pupils, 1.0))
    return problem.size_weight_m * np.abs(doublings[donor][None, :] - doublings[recipient][:, None])


def _yardstick(problem: PairingProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64], allowed: NDArray[np.bool_]) -> Yardstick:
    scores = problem.score[np.union1d(donor, recipient)]
    spread = float(scores.std())
    alike = spread <= 1e-9 * float(np.abs(scores).max())  # of equal scores, what rounding leaves is no spread
    gaps = (problem.score[donor][None, :] - problem.score[recipient][:, None])[allowed]
    return Yardstick(problem.gap_weight_m, problem.gap_goal, 1.0 if alike else spread, float(gaps.max() if problem.gap_goal == "wide" else gaps.mean()))


def _remote_price(sides: Sides, remote: NDArray[np.bool_]) -> float:
    """Metres that weigh more than any other difference between two plans, also while a score moves by as much as the widest gap; 0 where no pair can be remote."""
    if not (remote & sides.permitted).any():
        return 0.0
    widest = float(np.abs(sides.gap[sides.permitted]).max())
    cost = sides.price[sides.permitted]
    return 1.0 + len(sides.weak) * float(cost.max() - cost.min() + 2.0 * sides.yardstick.slope * widest)


def _runner_up(cost: NDArray[np.float64], allowed: NDArray[np.bool_], cap: int, choice: NDArray[np.int64]) -> NDArray[np.int64]:
    found = np.full(len(choice), -1, dtype=np.int64)
    if len(choice) > EXACT_AT_MOST:
        rows = np.arange(len(choice))
        other = np.where(allowed, cost, np.inf)
        other[rows, choice] = np.inf
        best = np.argmin(other, axis=1)
        return np.where(np.isfinite(other[rows, best]), best, found)
    for row, own in enumerate(choice):
        other = allowed.copy()
        other[row, own] = False
        again = assign(cost, other, cap)
        found[row] = -1 if again is None else again[row]
    return found


def _refuse_shortage(allowed: NDArray[np.bool_], cap: int) -> None:
    count = len(allowed)
    missing = count - matched(allowed, cap)
    if missing:
        problem = text("pairing.donors_short", recipients=count, donors=int(allowed.any(axis=0).sum()), cap=cap, missing=missing)
        raise InfeasibleError([Conflict("donor_cap", float(missing), "school", problem)], [text("pairing.raise_cap", cap=least_cap(allowed, cap))])
