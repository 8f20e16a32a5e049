"""What the measures of districts look at: the members of all districts of one scheme as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class DistrictView:
    """Members of districts. A campus with two stages is two members of one ``school``.

    Parameters
    ----------
    resources : (s, r) resource vectors, standardised within the stage; 0 where unknown
    district : (s,) the district of a member, -1 for none (it stands alone)
    school : (s,) the school of a member: nobody gives to itself
    weight : (s,) >= 0, how much a member counts (weak schools more)
    resource_weight : (r,) >= 0, how much a resource counts
    """

    resources: NDArray[np.float64]
    district: NDArray[np.int64]
    school: NDArray[np.int64]
    weight: NDArray[np.float64]
    resource_weight: NDArray[np.float64]

    def of(self, members: NDArray[np.bool_]) -> DistrictView:
        """Only these members."""
        return DistrictView(self.resources[members], self.district[members], self.school[members], self.weight[members], self.resource_weight)
