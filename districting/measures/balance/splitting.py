"""Schools of several stages taken apart, so that each part enters its stage as a school of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from districting.measures.balance.columns import Floats, ratio


def split_shared(total: ArrayLike, pupils: ArrayLike, weight: ArrayLike) -> Floats:
    """What the stages of a school share, by weighted pupils: nine-year A : 1.1 B, complete secondary B : 1.2 C, twelve-year A : 1.1 B : 1.32 C.

    Source: 测算均衡系数拆分公式. Teachers are counted by stage and not split.

    Parameters
    ----------
    total : (s,) the resource of the whole school
    pupils : (s, t) pupils of its stages, 0 where it does not teach one, NaN where not given
    weight : (t,) weight of a pupil of each stage

    Returns
    -------
    (s, t) : rows sum to the total; NaN where a number of pupils is missing or there are none at all

    >>> split_shared([23226.0], [[166, 210]], [1.0, 1.1]).round(1).tolist()
    [[9711.6, 13514.4]]
    """
    need = np.asarray(pupils, dtype=np.float64) * np.asarray(weight, dtype=np.float64)
    return np.asarray(total, dtype=np.float64)[:, None] * ratio(need, need.sum(axis=1, keepdims=True))
