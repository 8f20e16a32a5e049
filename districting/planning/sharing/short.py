"""Areas that cannot reach the shares of rotation: which, by how much, and the least that would do."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.rotation_problem import RotationProblem, Shortfall, required_backbone, required_movers
from districting.model.teacher_settings import RotationSettings
from districting.sharing.rotation_limits import can_rotate, most_backbone, most_movers
from districting.wording import Text, text

WIDER: Final = 5
"""Largest change of subjects and staff beyond what was allowed that is tried."""
TRIES: Final = 25
"""Shares below the largest of the model that are tried: a smaller number may fail where a larger one goes (one cannot change places alone)."""
SHARE: Final = 10_000
"""Shares are given in parts of so many."""
Short = tuple[str, RotationProblem, Shortfall, NDArray[np.bool_]]
"""Name of the area, what was asked, what can be done, and which subjects are fixed whatever is relaxed."""


def refuse_short(short: Sequence[Short], everyone: Sequence[RotationProblem], settings: RotationSettings) -> NoReturn:
    """InfeasibleError with a conflict per area and rule, and the least relaxations, each tried on ``everyone``: what every area was asked."""
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
    raise InfeasibleError(conflicts, _relaxations(short, everyone, settings))


def _relaxations(short: Sequence[Short], everyone: Sequence[RotationProblem], settings: RotationSettings) -> list[Text]:
    out = []
    wider = _wider(short, settings)
    if wider is not None:
        out.append(text("sharing.relax_change", subject=wider[0], staff=wider[1]))
    share = _largest_share(short, everyone, settings)
    if share is not None:
        out.append(text("sharing.relax_share", share=share, asked=settings.share))
    fewer = _largest_backbone(short, everyone, settings)
    if fewer is not None:
        out.append(text("sharing.relax_backbone", share=fewer, asked=settings.backbone_share))
    if share is None and fewer is None:
        both = _largest_both(short, everyone, settings)
        if both is not None:
            out.append(text("sharing.relax_both", share=both.share, backbone=both.backbone_share, asked=settings.share, backbone_asked=settings.backbone_share))
    out.append(text("sharing.relax_part"))
    return out


def _largest_share(short: Sequence[Short], everyone: Sequence[RotationProblem], settings: RotationSettings) -> float | None:
    """The largest share of the eligible that every area reaches with the backbone share as it is; None where none does, or none above nothing."""
    of_movers = settings.backbone_share if settings.backbone_base == "rotators" else None
    most = {id(problem): most_movers(problem, of_movers, time_limit_s=settings.time_limit_s) for _, problem, _, _ in short}
    asked = [(_eligible(p), most.get(id(p), p.movers)) for p in everyone]
    top = min((n / e for e, n in asked if e), default=0.0)
    shares = {_down(min(n, math.floor(top * e + 1e-9)) - less, e) for e, n in asked if e for less in range(TRIES)}
    for share in sorted((s for s in shares if 0 < s < settings.share and s <= top + 1e-9), reverse=True)[:TRIES]:
        if _all_reach(everyone, dataclasses.replace(settings, share=share)):
            return share
    return None


def _largest_backbone(short: Sequence[Short], everyone: Sequence[RotationProblem], settings: RotationSettings) -> float | None:
    """The largest share of backbone teachers that every area reaches with the share of all as it is; None where that share cannot be reached anyhow."""
    least = settings.backbone_share
    for _, problem, _, _ in short:
        alone = at_shares(problem, dataclasses.replace(settings, backbone_share=0.0))
        most = most_backbone(alone, time_limit_s=settings.time_limit_s)
        if most is None:
            return None
        base = {"rotators": alone.movers, "eligible": _eligible(problem), "eligible_backbone": int((problem.eligible & problem.backbone).sum())}
        of = base[settings.backbone_base]
        least = min(least, _down(most, of)) if of else least
    eased = dataclasses.replace(settings, backbone_share=least)
    return least if least < settings.backbone_share and _all_reach(everyone, eased) else None


def _largest_both(short: Sequence[Short], everyone: Sequence[RotationProblem], settings: RotationSettings) -> RotationSettings | None:
    """The largest share of all that can be reached without backbone teachers, then the largest share of these; None where no share can be reached."""
    bare = dataclasses.replace(settings, backbone_share=0.0)
    share = _largest_share([(name, at_shares(p, bare), f, fixed) for name, p, f, fixed in short], [at_shares(p, bare) for p in everyone], bare)
    if share is None:
        return None
    eased = dataclasses.replace(settings, share=share)
    if _all_reach(everyone, eased):
        return eased
    backbone = _largest_backbone([(name, at_shares(p, eased), f, fixed) for name, p, f, fixed in short], everyone, eased)
    return None if backbone is None else dataclasses.replace(eased, backbone_share=backbone)


def _eligible(problem: RotationProblem) -> int:
    return int(problem.eligible.sum())


def _down(count: int, of: int) -> float:
    """A share that asks for no more than ``count`` of ``of``."""
    return max(math.floor(SHARE * count / of), 0) / SHARE


def at_shares(problem: RotationProblem, settings: RotationSettings) -> RotationProblem:
    """The same area under the shares of ``settings``."""
    eligible = _eligible(problem)
    movers = required_movers(eligible, settings.share)
    backbone = required_backbone(movers, eligible, int((problem.eligible & problem.backbone).sum()), settings.backbone_share, settings.backbone_base)
    movers = max(movers, backbone)
    most = movers if settings.most_share is None else max(movers, math.ceil(settings.most_share * eligible - 1e-9))
    return dataclasses.replace(problem, movers=movers, backbone_movers=backbone, most=most)


def _all_reach(everyone: Sequence[RotationProblem], settings: RotationSettings) -> bool:
    return all(_reaches(at_shares(problem, settings), settings) for problem in everyone)


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
    return can_rotate(problem, time_limit_s=settings.time_limit_s)
