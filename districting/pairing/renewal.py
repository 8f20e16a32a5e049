"""Periodic rotation of links (周期轮动): who goes on, who gets another partner, who graduates (policy R13)."""

from __future__ import annotations

import numpy as np

from districting.model.renewal import TermDecisions, TermProblem

_ROUNDING = 1e-12


def weigh_terms(problem: TermProblem, graduate_share: float = 0.8, renew_share: float = 0.2, max_terms: int = 2) -> TermDecisions:
    """What becomes of every link, by the first rule that holds.

    Rules, each with its decision and reason:

    1. an end is no more: end, ``gone``;
    2. between schools with a gap: the taker passes the quality balance, was weak and is no more, or its gap is gone: graduate, ``passes``, ``risen``,
       ``no_gap``. This ends a running term early;
    3. the term is running: keep, ``running``;
    4. no gap is known: evaluate, ``no_measure``: the planner decides;
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
    with np.errstate(divide="ignore", invalid="ignore"):
        closed = np.where(then > 0, (then - now) / then, np.nan)
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
    conditions = [rule for rule, _, _ in rules]
    decision = np.select(conditions, [d for _, d, _ in rules], "renew")
    reason = np.select(conditions, [r for _, _, r in rules], "closing")
    return TermDecisions(decision.astype(np.str_), reason.astype(np.str_), closed)
