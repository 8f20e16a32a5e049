"""The rules of second-level alliances counted again from labels alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def check_second_level(alliance_of_member: ArrayLike, county_of_member: ArrayLike, school_of_member: Sequence[str], leads: Sequence[int]) -> list[str]:
    """Names of the broken rules; [] when every school-stage is in an alliance, a school in one alliance only, an alliance in one county and led by a member of its own.

    ``leads``: for every alliance in order, the position of its lead among the members.
    """
    label, county = np.asarray(alliance_of_member, dtype=np.int64), np.asarray(county_of_member, dtype=object)
    broken = set()
    if (label < 0).any():
        broken.add("covered")
    if len({(s, a) for s, a in zip(school_of_member, label.tolist(), strict=True)}) != len(set(school_of_member)):
        broken.add("one_alliance")
    for alliance, lead in enumerate(leads):
        if len(set(county[label == alliance].tolist())) != 1:
            broken.add("within_county")
        if label[lead] != alliance:
            broken.add("lead")
    if set(county[label >= 0].tolist()) != set(county.tolist()):
        broken.add("every_county")
    return sorted(broken)
