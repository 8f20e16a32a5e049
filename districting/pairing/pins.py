"""Pairs that are to stand: what makes them impossible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.model.pairing_problem import PairingProblem
from districting.wording import text


def pin_faults(problem: PairingProblem, names: Sequence[str], places: Sequence[str]) -> list[Fault]:
    """Pins that contradict the rules or each other, each at its place: a school with itself, a donor that is not stronger, a recipient pinned twice.

    ``names`` (s,) of the schools, ``places`` (p,) where each pin was given.
    """
    faults: list[Fault] = []
    taken: dict[int, int] = {}
    for (donor, recipient), place in zip(problem.pinned.tolist(), places, strict=True):
        said = {"donor": names[donor], "recipient": names[recipient]}
        if donor == recipient:
            faults.append(Fault(text("pairing.pin_itself", school=names[donor]), text("pairing.mend_school_pin"), column=place))
        elif not problem.score[donor] > problem.score[recipient]:
            faults.append(Fault(text("pairing.pin_not_stronger", **said), text("pairing.mend_school_pin"), column=place))
        if taken.setdefault(recipient, donor) != donor:
            faults.append(
                Fault(
                    text("pairing.pin_twice", recipient=names[recipient], first=names[taken[recipient]], second=names[donor]),
                    text("pairing.mend_school_pin"),
                    column=place,
                )
            )
    return faults


def refuse_pins(problem: PairingProblem) -> None:
    """DataError for pins that contradict each other, InfeasibleError where they ask more of a donor than its cap."""
    names = [problem.named(i) for i in range(len(problem.score))]
    faults = pin_faults(problem, names, [f"pinned[{k}]" for k in range(len(problem.pinned))])
    if faults:
        raise DataError(faults)
    load = np.bincount(np.unique(problem.pinned, axis=0)[:, 0], minlength=len(problem.score))
    over = np.flatnonzero(load > problem.donor_cap)
    if len(over):
        conflicts = [
            Conflict(
                "donor_cap",
                float(load[i] - problem.donor_cap),
                "school",
                text("pairing.pins_over_cap", donor=names[i], pins=int(load[i]), cap=problem.donor_cap),
            )
            for i in over
        ]
        raise InfeasibleError(conflicts, [text("pairing.raise_cap", cap=int(load.max()))])
