"""Periodic rotation of links (周期轮动): who goes on, who gets another partner, who graduates (policy R13)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from districting.model.renewal import TermDecisions, TermProblem

_ROUNDING = 1e-12


def weigh_terms(problem: TermProblem, graduate_share: float = 0.8, renew_share: float = 0.2, max_terms: int = 2) -> TermDecisions:
    """What becomes of every link, by the first rule that holds.

    Rules, each with its decision and reason:

    1. an end is no more: end, ``gone``;
    2. between schools with a gap: the taker passes the quality balance, was weak and is no more, or its gap is gone: graduate, ``passes``, ``risen``,
       ``no_gap``. This ends a running term early;
    3. the term is running: keep, ``running``;
    4. no gap is known: evaluate, ``no_measure``: the new plan is free to make the link again;
    5. ``closed_share`` = (gap then - gap now) / gap then is at least ``graduate_share``: graduate, ``gap_closed``;
    6. it is below ``renew_share``: rematch, ``little_closed``;
    7. the pair has had ``max_terms``: rematch, ``most_terms``; else renew, ``closing``.

    Source: periodic rotation, policy R13 (行政推动、统筹联动、创新驱动、周期轮动); the quality balance is policy 2.2 (教督〔2017〕6号). The shares are no rule of R13.

    >>> n = np.zeros(3, dtype=bool)
    >>> found = weigh_terms(TermProblem(~n, ~n, np.array([20.0, 20.0, 20.0]), np.array([2.0, 12.0, 19.0]), n, n, np.ones(3, dtype=np.int64)))
    >>> found.decision.tolist(), found.closed_share.tolist()
    (['graduate', 'renew', 'rematch'], [0.9, 0.4, 0.05])
    """
    then, now = problem.gap_then, problem.gap_now
    closed = _closed(problem)
    weighed = np.isfinite(then)
    rules = [
        (~problem.present, "end", "gone"),
        (weighed & problem.passes, "graduate", "passes"),
        (weighed & problem.risen, "graduate", "risen"),
        (weighed & (now <= 0), "graduate", "no_gap"),
        (~problem.over, "keep", "running"),
        (~np.isfinite(closed), "evaluate", "no_measure"),
        (closed >= graduate_share - _ROUNDING, "graduate", "gap_closed"),
        (closed < renew_share - _ROUNDING, "rematch", "little_closed"),
        (problem.terms >= max_terms, "rematch", "most_terms"),
    ]
    return _first(rules, ("renew", "closing"), closed)


def weigh_graduates(problem: TermProblem, graduate_share: float = 0.8) -> TermDecisions:
    """Whether schools that graduated in an earlier year need no giver this year either, by the first rule that holds; of the problem ``gap_then`` is the gap at the
    start of the term that they graduated from, ``gap_now`` that to the same giver.

    1. the school passes the quality balance: graduate, ``still_passes``;
    2. it is weak no more: graduate, ``still_risen``;
    3. the gap is still gone, or closed by ``graduate_share``: graduate, ``still_closed``;
    4. the giver is no more, or a score is missing: reopen, ``no_gap_known``; else reopen, ``widened``: the school is weighed as any other.

    Source: as :func:`weigh_terms`.

    >>> n = np.zeros(2, dtype=bool)
    >>> found = weigh_graduates(TermProblem(~n, ~n, np.array([20.0, 20.0]), np.array([4.0, 5.0]), n, n, np.ones(2, dtype=np.int64)))
    >>> found.decision.tolist(), found.reason.tolist()
    (['graduate', 'reopen'], ['still_closed', 'widened'])
    """
    closed = _closed(problem)
    rules = [
        (problem.passes, "graduate", "still_passes"),
        (problem.risen, "graduate", "still_risen"),
        ((problem.gap_now <= 0) | (closed >= graduate_share - _ROUNDING), "graduate", "still_closed"),
        (~np.isfinite(closed), "reopen", "no_gap_known"),
    ]
    return _first(rules, ("reopen", "widened"), closed)


def _closed(problem: TermProblem) -> NDArray[np.float64]:
    then, now = problem.gap_then, problem.gap_now
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(then > 0, (then - now) / then, np.nan)


def _first(rules: Sequence[tuple[NDArray[np.bool_], str, str]], otherwise: tuple[str, str], closed: NDArray[np.float64]) -> TermDecisions:
    conditions = [rule for rule, _, _ in rules]
    decision = np.select(conditions, [d for _, d, _ in rules], otherwise[0])
    reason = np.select(conditions, [r for _, _, r in rules], otherwise[1])
    return TermDecisions(decision.astype(np.str_), reason.astype(np.str_), closed)
