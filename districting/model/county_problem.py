"""Counties that give and counties that take as arrays: who supports whom (policy R08)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status


@dataclass(frozen=True, eq=False)
class CountyProblem:
    """c counties, some of which give and some of which take.

    Parameters
    ----------
    is_donor, is_recipient : (c,) a county is one of them, or neither, never both
    distance_m : (c, c) metres between the counties
    unmet : (c, c) ``unmet[donor, recipient]``, the share 0..1 of the recipient's shortages that the donor cannot fill; None = nothing is known of needs
    need_weight_m : metres that shortages left wholly unfilled are worth
    donor_cap : most recipients of a donor; None = recipients over donors, rounded up
    every_donor : no donor is left over; where donors outnumber recipients, some recipients have several donors then
    pins : (donor, recipient) pairs that the planner fixes, as positions
    max_distance_m : a pair farther apart is remote: kept and flagged
    code : (c,) ids; ties go by them
    names : (c,) for messages
    """

    is_donor: NDArray[np.bool_]
    is_recipient: NDArray[np.bool_]
    distance_m: NDArray[np.float64]
    unmet: NDArray[np.float64] | None = None
    need_weight_m: float = 0.0
    donor_cap: int | None = None
    every_donor: bool = False
    pins: tuple[tuple[int, int], ...] = ()
    max_distance_m: float = np.inf
    code: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def cap(self) -> int:
        """The most recipients of a donor."""
        if self.donor_cap is not None:
            return self.donor_cap
        return max(1, -(-int(self.is_recipient.sum()) // max(1, int(self.is_donor.sum()))))

    @property
    def doubling(self) -> bool:
        """Whether some recipients have several donors, so that no donor is left over."""
        return self.every_donor and int(self.is_donor.sum()) > int(self.is_recipient.sum())

    @property
    def cost_m(self) -> NDArray[np.float64]:
        """(c, c) metres of every pair: the way, and what stays unfilled."""
        return self.distance_m if self.unmet is None else self.distance_m + self.need_weight_m * self.unmet


@dataclass(frozen=True, eq=False)
class CountySolution:
    """Pairs of counties as positions, sorted by recipient.

    ``runner_up_of_pair``: the donor of the recipient in the best plan without the pair (-1: there is none, or the pair is pinned), ``dearer_m_of_pair`` by how many
    metres that plan is dearer (NaN: there is none); ``spare``: donors without a recipient. ``objective`` and ``bound`` in metres.
    """

    donor_of_pair: NDArray[np.int64]
    recipient_of_pair: NDArray[np.int64]
    runner_up_of_pair: NDArray[np.int64]
    dearer_m_of_pair: NDArray[np.float64]
    remote: NDArray[np.bool_]
    spare: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
