"""Areas that cannot reach the shares of rotation: which, by how much, and the least that would do."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.rotation_problem import RotationProblem, RotationSolution, Shortfall, required_backbone, required_movers
from districting.model.teacher_settings import RotationSettings
from districting.sharing.rotation import rotate
from districting.wording import Text, text

WIDER: Final = 5
"""Largest change of subjects and staff beyond what was allowed that is tried."""
Short = tuple[str, RotationProblem, Shortfall, NDArray[np.bool_]]
"""Name of the area, what was asked, what can be done, and which subjects are fixed whatever is relaxed."""


def refuse_short(short: Sequence[Short], settings: RotationSettings) -> NoReturn:
    """InfeasibleError with a conflict per area and rule, and the least relaxations."""
    conflicts = []
    for name, problem, found, _ in short:
        eligible = int(problem.eligible.sum())
        if found.movers < problem.movers:
            said = text("sharing.rotation_short", area=name, required=problem.movers, possible=found.movers, eligible=eligible)
            conflicts.append(Conflict("sharing.rotation.share", problem.movers - found.movers, "teacher", said))
        elif found.backbone_movers < problem.backbone_movers:
            said = text("sharing.backbone_short", area=name, required=problem.backbone_movers, possible=found.backbone_movers)
            conflicts.append(Conflict("sharing.rotation.backbone_share", problem.backbone_movers - found.backbone_movers, "teacher", said))
        else:
            said = text("sharing.rotation_together", area=name, required=problem.movers, backbone=problem.backbone_movers)
            conflicts.append(Conflict("sharing.rotation", 1.0, "teacher", said))
    raise InfeasibleError(conflicts, _relaxations(short, settings))


def _relaxations(short: Sequence[Short], settings: RotationSettings) -> list[Text]:
    out = []
    wider = _wider(short, settings)
    if wider is not None:
        out.append(text("sharing.relax_change", subject=wider[0], staff=wider[1]))
    share = min(_share(problem, found) for _, problem, found, _ in short)
    if 0 < share < settings.share and all(_reaches(_at_share(problem, share, settings), settings) for _, problem, _, _ in short):
        out.append(text("sharing.relax_share", share=share))
    fewer = _backbone_share(short, settings)
    if fewer is not None:
        out.append(text("sharing.relax_backbone", share=fewer))
    out.append(text("sharing.relax_part"))
    return out


def _share(problem: RotationProblem, found: Shortfall) -> float:
    """The largest share, in ten-thousandths, that asks for no more than can go."""
    eligible = int(problem.eligible.sum())
    return math.floor(10_000 * min(found.movers, problem.movers) / eligible) / 10_000 if eligible else 0.0


def _backbone_share(short: Sequence[Short], settings: RotationSettings) -> float | None:
    """The largest share of backbone teachers, in hundredths, under which all areas reach what is asked; None where it does not help."""
    for hundredths in range(math.ceil(100 * settings.backbone_share) - 1, -1, -1):
        asked = dataclasses.replace(settings, backbone_share=hundredths / 100)
        eased = [_at_share(problem, settings.share, asked) for _, problem, _, _ in short]
        if all(e.movers <= f.movers and e.backbone_movers <= f.backbone_movers for e, (_, _, f, _) in zip(eased, short, strict=True)):
            return asked.backbone_share if all(_reaches(e, settings) for e in eased) else None
    return None


def _at_share(problem: RotationProblem, share: float, settings: RotationSettings) -> RotationProblem:
    eligible = int(problem.eligible.sum())
    movers = required_movers(eligible, share)
    backbone = required_backbone(movers, eligible, int((problem.eligible & problem.backbone).sum()), settings.backbone_share, settings.backbone_base)
    return dataclasses.replace(problem, movers=max(movers, backbone), backbone_movers=backbone, most=max(movers, backbone))


def _wider(short: Sequence[Short], settings: RotationSettings) -> tuple[int, int] | None:
    """Changes of subjects and of staff under which all areas reach their shares, the smallest that do."""
    for more in range(1, WIDER + 1):
        for subject, staff in ((more, 0), (more, more)):
            if all(_reaches(_changed(problem, fixed, subject, staff), settings) for _, problem, _, fixed in short):
                return settings.subject_change + subject, settings.staff_change + staff
    return None


def _changed(problem: RotationProblem, fixed: NDArray[np.bool_], subject: int, staff: int) -> RotationProblem:
    change = np.where(fixed, problem.subject_change, problem.subject_change + subject)
    return dataclasses.replace(problem, subject_change=change, staff_change=problem.staff_change + staff)


def _reaches(problem: RotationProblem, settings: RotationSettings) -> bool:
    if not problem.most:
        return True
    try:
        return isinstance(rotate(problem, time_limit_s=settings.time_limit_s, gap=1.0), RotationSolution)
    except TimeoutError:
        return False
