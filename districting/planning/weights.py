"""What a school weighs in the travel of a district: its pupils, else the residents around it, else once. One kind for all schools of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from districting.errors import Fault
from districting.wording import text

Kind = Literal["pupil", "resident", "school"]


@dataclass(frozen=True, eq=False)
class SchoolWeights:
    """``weight`` (s,) of every school-stage, all of one ``kind``; ``notes`` say what stands in for what."""

    weight: NDArray[np.float64]
    kind: Kind
    notes: tuple[Fault, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of weight x metres, e.g. ``resident-metre``."""
        return f"{self.kind}-metre"


def school_weights(members: Any, residents: Callable[[], NDArray[np.float64] | None]) -> SchoolWeights:
    """Weights of ``members`` (school-stages with pupils, seats, plan).

    Pupils count where every stage has some: the pupils of a school, else its seats, else its plan, else the mean of its stage. Where a whole stage gives none of
    them, residents are the weight (``residents()``: (s,) or None); without residents every school counts once. Kinds are never mixed, as a sum of pupils and
    residents means nothing.
    """
    stage = members["stage"].to_numpy(dtype=str)
    pupils, notes = _pupils(members)
    if all(np.isfinite(pupils[stage == s]).any() for s in np.unique(stage)):
        return _filled(pupils, stage, notes)
    found = residents()
    if found is not None and found.sum() > 0:
        return SchoolWeights(found, "resident", (_note("planning.weight_residents", residents=float(found[stage == stage[0]].sum())),))
    return SchoolWeights(np.ones(len(members)), "school", (_note("planning.weight_once"),))


def _pupils(members: Any) -> tuple[NDArray[np.float64], list[Fault]]:
    """(s,) pupils, with seats or plan where missing (noted), NaN where none is given."""
    pupils = members["pupils"].to_numpy(dtype=np.float64).copy()
    notes = []
    for column in ("seats", "plan"):
        other = members[column].to_numpy(dtype=np.float64)
        used = ~np.isfinite(pupils) & np.isfinite(other)
        pupils[used] = other[used]
        if used.any():
            notes.append(_note("planning.weight_from", column=column, count=int(used.sum())))
    return pupils, notes


def _filled(pupils: NDArray[np.float64], stage: NDArray[np.str_], notes: list[Fault]) -> SchoolWeights:
    lost = ~np.isfinite(pupils)
    for name in np.unique(stage[lost]):
        pupils[lost & (stage == name)] = pupils[(stage == name) & ~lost].mean()
    if lost.any():
        notes = [*notes, _note("planning.weight_mean", count=int(lost.sum()))]
    return SchoolWeights(pupils, "pupil", tuple(notes))


def _note(key: str, **values: Any) -> Fault:
    return Fault(text(key, **values), text("planning.fill_pupils"), column="pupils", severity="warning")
