"""What a model of tastes needs to know of a town, said before it is asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.choice_problem import ChoiceTown, Tastes
from districting.wording import text


def refuse_unknown(town: ChoiceTown, tastes: Tastes) -> None:
    """Scores and distances that tastes give weight to must be there; somebody must choose.

    Raises
    ------
    DataError : pupils none, schools without a score, blocks without a way to a school of their zone
    """
    faults: list[Fault] = []
    there = (town.options >= 0) & (town.pupils > 0)[:, None]
    if not there.any():
        faults.append(Fault(text("choice.no_pupils"), text("choice.no_pupils_remedy"), column="pupils"))
    if town.stated is None and tastes.quality_weight:
        used = np.unique(town.options[there])
        blank = [town.school_names[s] for s in used if np.isnan(town.quality[s])]
        if blank:
            faults.append(Fault(text("choice.no_score", schools=blank[:5], count=len(blank)), text("choice.no_score_remedy"), column="score"))
    if town.stated is None and tastes.distance_weight:
        lost = np.flatnonzero((there & np.isnan(town.distance_m)).any(axis=1))
        if len(lost):
            blocks = [town.block_ids[b] for b in lost[:5]]
            faults.append(Fault(text("choice.no_distance", blocks=blocks, count=len(lost)), text("choice.no_distance_remedy"), column="distance_m"))
    if faults:
        raise DataError(faults)


def refuse_other_blocks(at: NDArray[np.int64]) -> None:
    """``at`` (b,): position of each block in another plan; that plan must have some of them.

    Raises
    ------
    DataError : it has none
    """
    if not (at >= 0).any():
        raise DataError(Fault(text("choice.other_blocks"), text("choice.other_blocks_remedy"), column="block_id"))
