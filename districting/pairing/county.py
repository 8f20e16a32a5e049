"""County-level 1+1 alliances: donor counties support recipient counties (policy R08, 2.3 "1+1" of Baoji; P1 of the algorithms).

One kind of problem, two ways to solve it exactly: an assignment with a copy of a donor for every recipient it may carry, and, where no donor may be left over, a
programme with least loads (HiGHS). :mod:`districting.pairing.guide_baoji` is a worked example.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from districting.errors import Conflict, InfeasibleError
from districting.model.county_problem import CountyProblem, CountySolution
from districting.model.solution import relative_gap
from districting.pairing.county_refusal import refuse_pins
from districting.solvers.milp import Milp, Row
from districting.wording import text

_TIME_LIMIT_S = 60.0
_PROVED = 1e-9


def pair_counties(problem: CountyProblem) -> CountySolution:
    """Every recipient with exactly one donor, no donor above its cap, every pin kept, at the least total cost in metres.

    Cost of a pair = metres between the counties + ``need_weight_m`` x share of the recipient's shortages that this donor cannot fill, each pair weighed as if the
    donor gave to it alone. As many donors as recipients and a cap of 1 make it one-to-one. With more recipients a donor carries up to ``cap``; with more donors the
    spare ones are named in ``spare``, or, with ``every_donor``, each of them is a further donor of some recipient (a recipient has at most donors over recipients,
    rounded up, or as many as are pinned to it). Counties are taken in the order of their codes, so ties do not depend on the order of the input.

    Raises
    ------
    InfeasibleError : donors cannot carry all recipients, two donors are pinned to one recipient, or pins leave a donor without a recipient; with the least relaxation

    >>> distance = np.array([[0, 0, 9, 2], [0, 0, 4, 1], [9, 4, 0, 0], [2, 1, 0, 0]], dtype=float)
    >>> donors = np.array([True, True, False, False])
    >>> found = pair_counties(CountyProblem(donors, ~donors, distance, code=("A", "B", "X", "Y")))
    >>> found.donor_of_pair.tolist(), found.recipient_of_pair.tolist(), found.objective
    ([1, 0], [2, 3], 6.0)
    """
    donor, recipient = _in_code_order(problem, problem.is_donor), _in_code_order(problem, problem.is_recipient)
    if not len(recipient):
        return _solution(problem, [], 0.0, [], donor)
    _refuse_shortage(len(donor), len(recipient), problem)
    refuse_pins(problem)
    best = _best(problem, donor, recipient)
    if best is None:
        raise InfeasibleError([Conflict("every_donor", 1.0, "county", text("pairing.pins_clash"))], [text("pairing.drop_every_donor")])
    pairs, bound = best
    return _solution(problem, pairs, bound, [_without(problem, donor, recipient, pair, _cost(problem, pairs)) for pair in pairs], donor)


Pairs = list[tuple[int, int]]


def _in_code_order(problem: CountyProblem, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    chosen = np.flatnonzero(mask)
    return np.array(sorted(chosen.tolist(), key=lambda i: (problem.code[i], i)), dtype=np.int64) if problem.code else chosen


def _cost(problem: CountyProblem, pairs: Pairs) -> float:
    return float(sum(problem.cost_m[d, r] for d, r in pairs))


def _best(
    problem: CountyProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64], forbidden: tuple[int, int] | None = None
) -> tuple[Pairs, float] | None:
    """The cheapest pairs, sorted by recipient, and a bound on their cost; None where there are none."""
    found = (_by_programme if problem.every_donor else _by_copies)(problem, donor, recipient, forbidden)
    return None if found is None else (sorted(found[0], key=lambda p: (recipient.tolist().index(p[1]), donor.tolist().index(p[0]))), found[1])


def _by_copies(problem: CountyProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64], forbidden: tuple[int, int] | None) -> tuple[Pairs, float] | None:
    """Assignment of recipients to copies of donors; a pinned recipient may have its donor alone."""
    cost = problem.cost_m[np.ix_(donor, recipient)].T.copy()
    pinned = {r: d for d, r in problem.pins}
    for row, taker in enumerate(recipient.tolist()):
        if taker in pinned:
            cost[row, donor != pinned[taker]] = np.inf
    if forbidden is not None:
        cost[recipient.tolist().index(forbidden[1]), donor.tolist().index(forbidden[0])] = np.inf
    copies = min(problem.cap, len(recipient))
    try:
        rows, columns = linear_sum_assignment(np.repeat(cost, copies, axis=1))
    except ValueError:
        return None
    pairs = list(zip(donor[columns // copies].tolist(), recipient[rows].tolist(), strict=True))
    return pairs, _cost(problem, pairs)


def _by_programme(
    problem: CountyProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64], forbidden: tuple[int, int] | None
) -> tuple[Pairs, float] | None:
    """0/1 variable for every donor and recipient; each donor 1 to cap recipients, each recipient 1 donor, or several where donors outnumber recipients."""
    d, r = len(donor), len(recipient)
    at = np.arange(d * r).reshape(d, r)
    low, high = np.zeros(d * r), np.ones(d * r)
    giver, taker = donor.tolist(), recipient.tolist()
    for pin in problem.pins:
        low[at[giver.index(pin[0]), taker.index(pin[1])]] = 1.0
    if forbidden is not None:
        high[at[giver.index(forbidden[0]), taker.index(forbidden[1])]] = 0.0
    most = -(-d // r) if problem.doubling else 1
    rows: list[Row] = [(at[i], np.ones(r), 1.0, float(problem.cap)) for i in range(d)]
    rows += [(at[:, j], np.ones(d), 1.0, float(max(most, sum(p[1] == t for p in problem.pins)))) for j, t in enumerate(taker)]
    model = Milp(problem.cost_m[np.ix_(donor, recipient)].ravel(), low, high, np.ones(d * r, dtype=bool))
    model.add_rows(rows)
    found = model.solve(time_limit_s=_TIME_LIMIT_S)
    if found.x is None:
        return None
    chosen = np.argwhere(found.x.reshape(d, r) > 0.5)
    return [(giver[i], taker[j]) for i, j in chosen.tolist()], found.bound


def _without(problem: CountyProblem, donor: NDArray[np.int64], recipient: NDArray[np.int64], pair: tuple[int, int], cost: float) -> tuple[int, float]:
    """The donor that the recipient of ``pair`` gets when the pair is forbidden and all is solved again, and by how much that is dearer; (-1, NaN) where it cannot be."""
    if pair in problem.pins:
        return -1, np.nan
    again = _best(problem, donor, recipient, forbidden=pair)
    if again is None:
        return -1, np.nan
    others = [d for d, r in again[0] if r == pair[1]]
    return min(others, key=lambda i: (problem.cost_m[i, pair[1]], i)), max(0.0, _cost(problem, again[0]) - cost)


def _refuse_shortage(donors: int, recipients: int, problem: CountyProblem) -> None:
    missing = recipients - donors * problem.cap
    if not donors or missing > 0:
        problem_text = text("pairing.counties_short", recipients=recipients, donors=donors, cap=problem.cap, missing=max(missing, 0) if donors else recipients)
        remedies = [text("pairing.raise_county_cap", cap=-(-recipients // donors))] if donors else []
        raise InfeasibleError([Conflict("donor_cap", float(max(missing, 1)), "county", problem_text)], remedies)


def _solution(problem: CountyProblem, pairs: Pairs, bound: float, runners: list[tuple[int, float]], donor: NDArray[np.int64]) -> CountySolution:
    givers, takers = (np.array([p[end] for p in pairs], dtype=np.int64) for end in (0, 1))
    objective = _cost(problem, pairs)
    gap = relative_gap(objective, min(bound, objective))
    proved = gap <= _PROVED
    return CountySolution(
        donor_of_pair=givers,
        recipient_of_pair=takers,
        runner_up_of_pair=np.array([r[0] for r in runners], dtype=np.int64),
        dearer_m_of_pair=np.array([r[1] for r in runners], dtype=np.float64),
        remote=problem.distance_m[givers, takers] > problem.max_distance_m,
        spare=np.array([d for d in donor.tolist() if d not in givers.tolist()], dtype=np.int64),
        objective=objective,
        bound=objective if proved else bound,
        gap=0.0 if proved else gap,
        status="optimal" if proved else "feasible",
    )


def price_of_pins(problem: CountyProblem) -> float:
    """How many metres the planner's pins add to the least cost there is without them.

    >>> distance = np.array([[0, 0, 9, 2], [0, 0, 4, 1], [9, 4, 0, 0], [2, 1, 0, 0]], dtype=float)
    >>> donors = np.array([True, True, False, False])
    >>> price_of_pins(CountyProblem(donors, ~donors, distance, pins=((0, 2),)))
    4.0
    """
    if not problem.pins:
        return 0.0
    return pair_counties(problem).objective - pair_counties(dataclasses.replace(problem, pins=())).objective
