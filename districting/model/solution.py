"""What a solver returns: labels, objective, proven bound and how the search ended. Status, bound and gap are separate fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Status = Literal["optimal", "feasible"]
ROUNDING = 1e-12
"""A gap below this is a tail of binary arithmetic."""
Ending = Literal["proved", "gap", "steps", "time", "interrupt"]


def relative_gap(objective: float, bound: float) -> float:
    """(objective - bound) / objective; 0 when the objective is 0, or the difference is no more than rounding.

    >>> relative_gap(200.0, 190.0), relative_gap(0.1 + 0.2, 0.3)
    (0.05, 0.0)
    """
    gap = (objective - bound) / objective if objective > 0 else 0.0
    return gap if gap >= ROUNDING else 0.0


@dataclass(frozen=True, eq=False)
class ZoningSolution:
    """Labels of a zoning with their proof.

    ``seat_price_m`` (k,) >= 0 in metres per pupil: evaluating ``sum_i w_i min_j (d_ij + price_j) - sum_j cap_j price_j`` gives ``transport_bound``.
    ``d_ij`` is what a pupil of block i costs at school j: metres, plus every goal that is a sum over pupils (stability); blocks that stay together count as one.
    ``bound`` >= ``transport_bound``; ``certificate`` carries what a stronger bound rests on. ``terms`` holds each goal's value in its own unit.
    Where schools share zones (``SharedZones``) the labels are positions of zones; ``zone_of_block`` is the better name for them then.
    """

    school_of_block: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
    seat_price_m: NDArray[np.float64]
    transport_bound: float
    seconds: float
    steps: int
    seed: int
    ended: Ending
    certificate: object | None = None
    terms: dict[str, float] = field(default_factory=dict)

    @property
    def zone_of_block(self) -> NDArray[np.int64]:
        """The labels as positions of zones."""
        return self.school_of_block


@dataclass(frozen=True, eq=False)
class GroupingSolution:
    """Labels of a grouping of units into districts. ``lead_of_district`` holds school positions, ``theme_of_district`` theme positions (-1 = none); terms are the parts of the objective."""

    district_of_unit: NDArray[np.int64]
    lead_of_district: NDArray[np.int64]
    theme_of_district: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
    terms: dict[str, float]
    seconds: float
    ended: Ending


@dataclass(frozen=True, eq=False)
class PairingSolution:
    """Pairs (donor, recipient) as school positions, the runner-up donor of each (-1 = none), which pairs are remote or pinned.

    ``score_margin_of_pair``: points that the score of the donor or of the recipient may move before the pair changes, exact or (``margins_exact`` False) a
    lower bound: see :func:`districting.pairing.pair_schools`.
    """

    donor_of_pair: NDArray[np.int64]
    recipient_of_pair: NDArray[np.int64]
    runner_up_of_pair: NDArray[np.int64]
    remote: NDArray[np.bool_]
    objective: float
    bound: float
    gap: float
    status: Status
    unpaired: NDArray[np.int64]
    pinned: NDArray[np.bool_]
    score_margin_of_pair: NDArray[np.float64]
    margins_exact: bool = True
