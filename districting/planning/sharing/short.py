"""Areas that cannot reach the shares of rotation: which, by how much, and the least that would do."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.rotation_problem import RotationProblem, Shortfall
from districting.model.teacher_settings import RotationSettings
from districting.planning.sharing.easing import GIVEN, SETTABLE, Asked, at_shares, base_of, binding, down, eased, easing, least, named
from districting.sharing.rotation_limits import can_rotate, most_backbone, most_movers
from districting.wording import Text, text

TRIES: Final = 25
"""Shares below the largest of the model that are tried: a smaller number may fail where a larger one goes (one cannot change places alone)."""
YEARS: Final = 6
"""Fewer years in a school that are tried."""
Short = tuple[str, RotationProblem, Shortfall, NDArray[np.bool_]]
"""Name of the area, what was asked, what can be done, and which subjects are fixed whatever is relaxed."""


@dataclass(frozen=True, eq=False)
class Again:
    """``asked``: what every area would be asked under other settings; ``years`` (t,) of all teachers in their schools."""

    asked: Callable[[RotationSettings], list[Asked]]
    years: NDArray[np.float64]


def refuse_short(short: Sequence[Short], everyone: Sequence[Asked], settings: RotationSettings, again: Again) -> NoReturn:
    """InfeasibleError with a conflict per area, the rules that bind there, and the least relaxations, each tried on ``everyone``: what every area was asked."""
    conflicts = []
    for name, problem, found, fixed in short:
        eligible = int(problem.eligible.sum())
        if found.movers < problem.movers:
            said = text("sharing.rotation_short", area=name, required=problem.movers, possible=found.movers, eligible=eligible)
            conflicts.append(Conflict("sharing.rotation.share", problem.movers - found.movers, "teacher", _with_rules(said, (problem, fixed), settings)))
        elif found.backbone_movers < problem.backbone_movers:
            said = text("sharing.backbone_short", area=name, required=problem.backbone_movers, possible=found.backbone_movers)
            conflicts.append(
                Conflict(
                    "sharing.rotation.backbone_share", problem.backbone_movers - found.backbone_movers, "teacher", _with_rules(said, (problem, fixed), settings)
                )
            )
        else:
            said = text("sharing.rotation_together", area=name, required=problem.movers, backbone=problem.backbone_movers)
            conflicts.append(Conflict("sharing.rotation", 1.0, "teacher", _with_rules(said, (problem, fixed), settings)))
    raise InfeasibleError(conflicts, [*_relaxations(short, everyone, settings), *_otherwise(again, settings), text("sharing.relax_part")])


def _with_rules(said: Text, asked: Asked, settings: RotationSettings) -> Text:
    """What an area cannot do, and the rules without which it could."""
    given = [r for r in (*GIVEN, *SETTABLE) if r != "weak_floor" or settings.weak_floor]
    rules = binding([asked], given, settings.time_limit_s)
    return text("rotation.binds" if len(rules) > 1 else "rotation.bind", said=said, rules=named(rules[::-1])) if rules else said


def _relaxations(short: Sequence[Short], everyone: Sequence[Asked], settings: RotationSettings) -> list[Text]:
    loosened = _loosened(short, everyone, settings)
    out = [] if loosened is None else [loosened]
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
    return out


def _largest_share(short: Sequence[Short], everyone: Sequence[Asked], settings: RotationSettings) -> float | None:
    """The largest share of the eligible that every area reaches with the backbone share as it is; None where none does, or none above nothing."""
    of_movers = settings.backbone_share if settings.backbone_base == "rotators" else None
    most = {id(problem): most_movers(problem, of_movers, time_limit_s=settings.time_limit_s) for _, problem, _, _ in short}
    asked = [(_eligible(p), most.get(id(p), p.movers)) for p, _ in everyone]
    top = min((n / e for e, n in asked if e), default=0.0)
    shares = {down(min(n, math.floor(top * e + 1e-9)) - less, e) for e, n in asked if e for less in range(TRIES)}
    for share in sorted((s for s in shares if 0 < s < settings.share and s <= top + 1e-9), reverse=True)[:TRIES]:
        if _all_reach(everyone, dataclasses.replace(settings, share=share)):
            return share
    return None


def _largest_backbone(short: Sequence[Short], everyone: Sequence[Asked], settings: RotationSettings) -> float | None:
    """The largest share of backbone teachers that every area reaches with the share of all as it is; None where that share cannot be reached anyhow."""
    lowest = settings.backbone_share
    for _, problem, _, _ in short:
        alone = at_shares(problem, dataclasses.replace(settings, backbone_share=0.0))
        most = most_backbone(alone, time_limit_s=settings.time_limit_s)
        if most is None:
            return None
        of = base_of(alone, settings)
        lowest = min(lowest, down(most, of)) if of else lowest
    to = dataclasses.replace(settings, backbone_share=lowest)
    return lowest if lowest < settings.backbone_share and _all_reach(everyone, to) else None


def _largest_both(short: Sequence[Short], everyone: Sequence[Asked], settings: RotationSettings) -> RotationSettings | None:
    """The largest share of all that can be reached without backbone teachers, then the largest share of these; None where no share can be reached."""
    bare = dataclasses.replace(settings, backbone_share=0.0)
    share = _largest_share([(name, at_shares(p, bare), f, fixed) for name, p, f, fixed in short], [(at_shares(p, bare), fixed) for p, fixed in everyone], bare)
    if share is None:
        return None
    to = dataclasses.replace(settings, share=share)
    if _all_reach(everyone, to):
        return to
    backbone = _largest_backbone([(name, at_shares(p, to), f, fixed) for name, p, f, fixed in short], everyone, to)
    return None if backbone is None else dataclasses.replace(to, backbone_share=backbone)


def _eligible(problem: RotationProblem) -> int:
    return int(problem.eligible.sum())


def _all_reach(everyone: Sequence[Asked], settings: RotationSettings) -> bool:
    return all(can_rotate(at_shares(problem, settings), time_limit_s=settings.time_limit_s) for problem, _ in everyone)


def _loosened(short: Sequence[Short], everyone: Sequence[Asked], settings: RotationSettings) -> Text | None:
    """The least values of the settings that bind, tried on every area; None where no settings do, or the share of backbone teachers alone does (told apart)."""
    areas = [(problem, fixed) for _, problem, _, fixed in short]
    rules = tuple(reversed(binding(areas, [r for r in SETTABLE if r != "weak_floor" or settings.weak_floor], settings.time_limit_s)))
    if not rules or rules == ("backbone_share",):
        return None
    found = least(areas, rules, settings)
    if found is None or not all(can_rotate(eased(a, found), time_limit_s=settings.time_limit_s) for a in everyone):
        return None
    return easing(rules, found, settings)


def _otherwise(again: Again, settings: RotationSettings) -> list[Text]:
    """Fewer years in a school that make teachers eligible, and counties instead of districts, where all areas then reach their shares."""
    out = []
    for years in _years(again.years, settings.min_years):
        if _reaches_all(again.asked(dataclasses.replace(settings, min_years=years)), settings):
            out.append(text("rotation.ease_years", years=years, asked=settings.min_years))
            break
    if settings.scope == "district" and _reaches_all(again.asked(dataclasses.replace(settings, scope="county")), settings):
        out.append(text("rotation.ease_county"))
    return out


def _years(years: NDArray[np.float64], asked: float) -> list[float]:
    """Years that some teacher has and that are fewer than asked, the most first."""
    return sorted({float(y) for y in years[np.isfinite(years)] if 0 <= y < asked}, reverse=True)[:YEARS]


def _reaches_all(areas: Sequence[Asked], settings: RotationSettings) -> bool:
    return bool(areas) and all(can_rotate(problem, time_limit_s=settings.time_limit_s) for problem, _ in areas)
