"""Which rules of rotation bind where the shares are out of reach, and the least values of their settings that would do (policy R37)."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from districting.model.rotation_problem import RotationProblem, required_backbone, required_movers
from districting.model.teacher_settings import RotationSettings
from districting.sharing.rotation_limits import can_rotate
from districting.wording import Text, text

SETTABLE: Final = ("weak_floor", "leader_share", "backbone_share", "subject_change", "staff_change")
"""Rules with a setting; the first are let go of first where either of two would do, so that the last are blamed."""
GIVEN: Final = ("eligible", "direction")
"""Rules without a number of their own: who may go, and that the weak get no fewer than they give together."""
SHARE: Final = 10_000
"""Shares are given in parts of so many."""
Asked = tuple[RotationProblem, NDArray[np.bool_]]
"""What an area is asked, and which subjects are fixed whatever is relaxed."""
_T = TypeVar("_T")


def binding(areas: Sequence[Asked], rules: Sequence[str], seconds: float) -> tuple[str, ...]:
    """Rules without which all areas reach their shares, and would not if one of these stood again; () where not even without all of ``rules``."""
    if not _reach([lifted(a, rules) for a in areas], seconds):
        return ()
    kept = list(rules)
    for rule in rules:
        fewer = [r for r in kept if r != rule]
        if _reach([lifted(a, fewer) for a in areas], seconds):
            kept = fewer
    return tuple(kept)


def lifted(asked: Asked, rules: Sequence[str]) -> RotationProblem:
    """The area without some of its rules: a school cannot change by more than all who go."""
    problem, fixed = asked
    change = np.where(fixed, problem.subject_change, np.maximum(problem.subject_change, problem.most))
    without = {
        "subject_change": {"subject_change": change},
        "staff_change": {"staff_change": max(problem.staff_change, problem.most)},
        "leader_share": {"leader_share": 1.0},
        "backbone_share": {"backbone_movers": 0},
        "weak_floor": {"floor": None},
        "direction": {"side": np.zeros_like(problem.side)},
        "eligible": {"eligible": problem.subject >= 0},
    }
    for rule in rules:
        problem = dataclasses.replace(problem, **without[rule])  # type: ignore[arg-type]
    return problem


def eased(asked: Asked, settings: RotationSettings) -> RotationProblem:
    """The same area under other settings, as the command would ask it."""
    problem, fixed = asked
    change = np.where(fixed, problem.subject_change, settings.subject_change)
    floor = problem.floor if settings.weak_floor else None
    return dataclasses.replace(
        at_shares(problem, settings), subject_change=change, staff_change=settings.staff_change, leader_share=settings.leader_share, floor=floor
    )


def at_shares(problem: RotationProblem, settings: RotationSettings) -> RotationProblem:
    """The same area under the shares of ``settings``."""
    eligible = int(problem.eligible.sum())
    movers = required_movers(eligible, settings.share)
    backbone = required_backbone(movers, eligible, int((problem.eligible & problem.backbone).sum()), settings.backbone_share, settings.backbone_base)
    movers = max(movers, backbone)
    most = movers if settings.most_share is None else max(movers, math.ceil(settings.most_share * eligible - 1e-9))
    return dataclasses.replace(problem, movers=movers, backbone_movers=backbone, most=most)


def least(short: Sequence[Asked], rules: Sequence[str], settings: RotationSettings) -> RotationSettings | None:
    """Settings of ``rules`` with which all of ``short`` reach their shares, none of which could be nearer to what was asked while the others stay; None where none do.

    Subjects and staff are tried in either order; the one with the smaller sum is kept.
    """
    swapped = [{"subject_change": "staff_change", "staff_change": "subject_change"}.get(r, r) for r in rules]
    orders = [list(rules), swapped] if {"subject_change", "staff_change"} <= set(rules) else [list(rules)]
    found = [s for order in orders if (s := _in_turn(short, order, settings)) is not None]
    return min(found, key=lambda s: (s.subject_change + s.staff_change, s.subject_change), default=None)


def _in_turn(short: Sequence[Asked], rules: list[str], settings: RotationSettings) -> RotationSettings | None:
    """The first rule as little as the others allow while these are lifted, then the next beside it, and so on."""
    if not rules:
        return settings
    rule, later = rules[0], rules[1:]
    tries = [_with(settings, rule, value) for value in _values(short, rule, settings)]
    found = _first(tries, lambda to: _reach([lifted((eased(a, to), a[1]), later) for a in short], settings.time_limit_s))
    return None if found is None else _in_turn(short, later, found)


def _with(settings: RotationSettings, rule: str, value: float) -> RotationSettings:
    return dataclasses.replace(settings, **{rule: value})  # type: ignore[arg-type]


def _values(short: Sequence[Asked], rule: str, settings: RotationSettings) -> list[float]:
    """Values of a setting, the nearest to what was asked first."""
    if rule in ("subject_change", "staff_change"):
        now: int = getattr(settings, rule)
        return list(range(now, max(now, *(p.most for p, _ in short)) + 1))
    if rule == "leader_share":
        teams = {int(n) for p, _ in short for n in np.bincount(p.school[p.leader], minlength=1) if n}
        return sorted(s for s in {math.ceil(SHARE * k / n - 1e-9) / SHARE for n in teams for k in range(1, n + 1)} if s > settings.leader_share)
    if rule == "backbone_share":
        bases = {base_of(p, settings) for p, _ in short}
        return sorted((s for s in {0.0, *(down(k, n) for n in bases if n for k in range(n))} if s < settings.backbone_share), reverse=True)
    return [False]


def base_of(problem: RotationProblem, settings: RotationSettings) -> int:
    """Of how many teachers ``backbone_share`` is a share."""
    eligible = int(problem.eligible.sum())
    if settings.backbone_base == "rotators":
        return required_movers(eligible, settings.share)
    return eligible if settings.backbone_base == "eligible" else int((problem.eligible & problem.backbone).sum())


def down(count: int, of: int) -> float:
    """A share that asks for no more than ``count`` of ``of``.

    >>> down(1, 3), down(2, 2)
    (0.3333, 1.0)
    """
    return max(math.floor(SHARE * count / of), 0) / SHARE


def _first(values: Sequence[_T], works: Callable[[_T], bool]) -> _T | None:
    """The first value that works, if all behind one that works do too; None where not even the last one works."""
    if not values or not works(values[-1]):
        return None
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if works(values[middle]) else (middle + 1, high)
    return values[low]


def _reach(problems: Sequence[RotationProblem], seconds: float) -> bool:
    return all(can_rotate(p, time_limit_s=seconds) for p in problems)


def named(rules: Sequence[str]) -> list[Text]:
    """Names of rules, each with the key of its setting."""
    return [text(f"rotation.rule_{r}") for r in rules]


def easing(rules: Sequence[str], found: RotationSettings, asked: RotationSettings) -> Text:
    """Which settings to write, and what stands there now."""
    write, now = ([text("rotation.key", key=r, value=_toml(getattr(s, r))) for r in rules] for s in (found, asked))
    return text("rotation.ease", keys=write, now=now)


def _toml(value: float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
