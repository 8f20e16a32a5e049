"""Which schools a balance is not measured over: special and vocational schools, small teaching points, schools without pupils."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

KEPT: Final = ""
"""Reason of a school that counts."""


def exclusion_reasons(kind: ArrayLike, pupils: ArrayLike, excluded: Collection[str], point_pupils: float) -> NDArray[Any]:
    """(s,) why a school does not count: its type, ``small_point``, ``no_pupils`` or ``pupils_unknown``; ``""`` = it counts. Source: 教督〔2017〕6号; Hebei: points under 50 pupils.

    Parameters
    ----------
    kind : (s,) school types
    pupils : (s,) NaN = not given
    excluded : types that never count
    point_pupils : teaching points with fewer pupils do not count; 0 = all do

    >>> exclusion_reasons(["primary", "special", "teaching_point", "primary"], [100, 60, 30, 0], {"special"}, 50).tolist()
    ['', 'special', 'small_point', 'no_pupils']
    """
    types, number = np.asarray(kind, dtype=object), np.asarray(pupils, dtype=np.float64)
    out = np.full(len(types), KEPT, dtype=object)
    out[np.isnan(number)] = "pupils_unknown"
    out[number == 0] = "no_pupils"
    out[(types == "teaching_point") & (number > 0) & (number < point_pupils)] = "small_point"
    never = np.isin(types.astype(str), sorted(excluded))
    out[never] = types[never]
    return out
