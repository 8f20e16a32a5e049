"""Terms of links: what is weighed when an older plan is renewed, and what a form of link must then hold to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Key = tuple[str, str, str]
"""Stage, id of the giver, id of the taker."""


@dataclass(frozen=True)
class Renewal:
    """What the renewal of an older plan asks of one form.

    ``standing``: links that must be in the new plan, as if the planner had pinned them; ``forbidden``: links that must not; ``graduated``: (stage, taker) that
    need no giver this year. A form that can hold to this takes a Renewal as its fourth argument and is named in ``RENEWING`` of planning/links/add.py: it pins,
    forbids and leaves out; terms and outcomes are written by add_links, for every form. The empty one asks nothing.
    """

    standing: tuple[Key, ...] = ()
    forbidden: frozenset[Key] = frozenset()
    graduated: frozenset[tuple[str, str]] = frozenset()

    @property
    def asks(self) -> bool:
        """Whether it asks anything."""
        return bool(self.standing or self.forbidden or self.graduated)


@dataclass(frozen=True, eq=False)
class TermProblem:
    """n links of an older plan, as arrays (n,).

    ``over``: the term has ended; ``present``: both ends are still there; ``gap_then``, ``gap_now`` points of score between giver and taker, NaN where the kind of
    link knows none; ``passes``: the taker passes the quality balance of a school; ``risen``: it was weak and is no more; ``terms``: terms in a row so far.
    """

    over: NDArray[np.bool_]
    present: NDArray[np.bool_]
    gap_then: NDArray[np.float64]
    gap_now: NDArray[np.float64]
    passes: NDArray[np.bool_]
    risen: NDArray[np.bool_]
    terms: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TermDecisions:
    """What becomes of n links: ``decision`` (n,) keep, renew, rematch, graduate, evaluate, end or reopen, ``reason`` (n,), ``closed_share`` (n,) of the gap, NaN
    unknown.
    """

    decision: NDArray[np.str_]
    reason: NDArray[np.str_]
    closed_share: NDArray[np.float64]
