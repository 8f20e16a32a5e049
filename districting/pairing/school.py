"""Strong schools carry weak ones of the same stage: one donor for every recipient, at the least cost (policy R07)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from districting.errors import Conflict, InfeasibleError
from districting.model.pairing_problem import PairingProblem
from districting.model.solution import PairingSolution
from districting.pairing.capacity import least_cap, matched
from districting.wording import text

RE_SOLVE_AT_MOST = 100
"""Up to so many pairs the runner-up comes from solving again without the pair."""


def pair_schools(problem: PairingProblem) -> PairingSolution:
    """Every recipient with one strictly stronger donor, no donor above its cap, at the least total cost.

    Cost of a pair in metres: ``distance + gap_weight_m * (widest gap - gap)``, where a gap is the donor's score less the recipient's in standard deviations
    of the scores of all donors and recipients, and the widest gap is that of all allowed pairs: so every cost is >= 0 and a wide gap is preferred.
    Pairs beyond ``max_distance_m`` are remote: first as few remote pairs as possible, then the least cost. ``objective`` is the cost of the pairs; the
    assignment is solved exactly (scipy ``linear_sum_assignment``), so ``bound`` equals it among plans with as few remote pairs.

    ``runner_up_of_pair``: up to 100 pairs, the donor the recipient gets when its pair is forbidden and all is solved again (-1: no plan without the pair);
    beyond that, the cheapest other donor of the recipient alone. ``unpaired``: recipients that no allowed donor surpasses. Schools are taken in the order of
    their codes, so ties do not depend on the order of the input.

    Raises
    ------
    InfeasibleError : donors cannot carry all recipients; offers the least cap that can, when one exists
    """
    donor, recipient = _in_code_order(problem, problem.is_donor), _in_code_order(problem, problem.is_recipient)
    allowed = _allowed(problem, donor, recipient)
    served = allowed.any(axis=1)
    unpaired, recipient, allowed = recipient[~served], recipient[served], allowed[served]
    if not len(recipient):
        return _solution(recipient, recipient, recipient, np.zeros(0, dtype=bool), 0.0, unpaired)
    _refuse_shortage(allowed, problem.donor_cap)
    cost, remote = _cost(problem, donor, recipient, allowed)
    priced = np.where(remote, cost + 1.0 + len(recipient) * float(cost[allowed].max()), cost)
    choice = _assign(priced, allowed, problem.donor_cap)
    if choice is None:  # ruled out by _refuse_shortage
        raise InfeasibleError([])
    runner = _runner_up(priced, allowed, problem.donor_cap, choice)
    rows = np.arange(len(recipient))
    runner_up = np.where(runner >= 0, donor[runner], -1)
    return _solution(donor[choice], recipient, runner_up, remote[rows, choice], float(cost[rows, choice].sum()), unpaired)


def _solution(
    donor: NDArray[np.int64],
    recipient: NDArray[np.int64],
    runner_up: NDArray[np.int64],
    remote: NDArray[np.bool_],
    objective: float,
    unpaired: NDArray[np.int64],
) -> PairingSolution:
    return PairingSolution(donor, recipient, runner_up, remote, objective, objective, 0.0, "optimal", unpaired)


def _in_code_order(problem: PairingProblem, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    chosen = np.flatnonzero(mask)
    return np.array(sorted(chosen.tolist(), key=lambda i: (problem.code[i], i)), dtype=np.int64) if problem.code else chosen


def _allowed(problem: PairingProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(recipients, donors) strictly stronger and allowed."""
    stronger: NDArray[np.bool_] = problem.score[donor][None, :] > problem.score[recipient][:, None]
    return stronger if problem.allowed is None else stronger & problem.allowed[np.ix_(donor, recipient)].T


def _cost(
    problem: PairingProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    distance = np.hypot(*(problem.xy[recipient][:, None, :] - problem.xy[donor][None, :, :]).transpose(2, 0, 1))
    spread = float(problem.score[problem.is_donor | problem.is_recipient].std())
    gap = (problem.score[donor][None, :] - problem.score[recipient][:, None]) / (spread if spread > 0 else 1.0)
    return distance + problem.gap_weight_m * (gap[allowed].max() - gap), distance > problem.max_distance_m


def _assign(cost: NDArray[np.float64], allowed: NDArray[np.bool_], cap: int) -> NDArray[np.int64] | None:
    """(recipients,) the donor of each at least cost; None when not all can be served."""
    copies = min(cap, len(cost))
    try:
        rows, columns = linear_sum_assignment(np.repeat(np.where(allowed, cost, np.inf), copies, axis=1))
    except ValueError:
        return None
    if len(rows) < len(cost):
        return None
    return (columns // copies).astype(np.int64)


def _runner_up(cost: NDArray[np.float64], allowed: NDArray[np.bool_], cap: int, choice: NDArray[np.int64]) -> NDArray[np.int64]:
    found = np.full(len(choice), -1, dtype=np.int64)
    for row, own in enumerate(choice):
        other = allowed.copy() if len(choice) <= RE_SOLVE_AT_MOST else allowed[row : row + 1].copy()
        at = row if len(choice) <= RE_SOLVE_AT_MOST else 0
        other[at, own] = False
        if len(choice) <= RE_SOLVE_AT_MOST:
            again = _assign(cost, other, cap)
            found[row] = -1 if again is None else again[row]
        elif other.any():
            found[row] = int(np.argmin(np.where(other[0], cost[row], np.inf)))
    return found


def _refuse_shortage(allowed: NDArray[np.bool_], cap: int) -> None:
    count = len(allowed)
    missing = count - matched(allowed, cap)
    if missing:
        problem = text("pairing.donors_short", recipients=count, donors=int(allowed.any(axis=0).sum()), cap=cap, missing=missing)
        raise InfeasibleError([Conflict("donor_cap", float(missing), "school", problem)], [text("pairing.raise_cap", cap=least_cap(allowed, cap))])
