"""The hard rules of a draw counted again from its results alone; the engines are not asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from districting.model.draw_list import DrawList


@dataclass(frozen=True)
class LotteryViolation:
    """A broken rule (``together``, ``seats``, ``cap``, ``asked``, ``reserved``) at the school of a position (-1: none in particular): what was counted and the most allowed."""

    rule: str
    school: int
    found: int
    most: int


def check_lottery(draw: DrawList, results: Sequence[int | None]) -> list[LotteryViolation]:
    """Broken rules; [] when every bundle is together, no school is over its plan by more than a bundle or over its cap, and all went where they asked to.

    Parameters
    ----------
    draw : the frozen list
    results : (n,) position of the school of each entry, from 1; None for none

    Seats reserved and kept are counted too: those who may use none of the kept pools of a school never hold more than its other seats and what a bundle went over.

    >>> from districting.model.draw_list import DrawEntry, DrawSchool
    >>> entries = tuple(DrawEntry("", i, 1, (), (), (0,)) for i in range(2))
    >>> draw = DrawList({}, "number_first", "ascending", 10, "overfill", (DrawSchool("", "A", 1),), entries)
    >>> check_lottery(draw, [1, None]), [v.rule for v in check_lottery(draw, [1, 1])]
    ([], ['seats'])
    """
    found = [LotteryViolation("together", -1, 1, 0) for i, e in enumerate(draw.entries) if results[i] != results[e.bundle]]
    for entry, at in zip(draw.entries, results, strict=True):
        if at is not None and at - 1 not in entry.wishes and at - 1 not in draw.default_order:
            found.append(LotteryViolation("asked", at - 1, 1, 0))
    over = max(Counter(e.bundle for e in draw.entries).values(), default=1) - 1 if draw.bundle == "overfill" else 0
    count = Counter(at - 1 for at in results if at is not None)
    kept = [p for p, pool in enumerate(draw.pools) if pool.unfilled == "keep"]
    for s, school in enumerate(draw.schools):
        here = [p for p in kept if draw.pools[p].school == s]
        if count[s] > school.plan + over:
            found.append(LotteryViolation("seats", s, count[s], school.plan + over))
        if school.cap is not None and count[s] > school.cap:
            found.append(LotteryViolation("cap", s, count[s], school.cap))
        if here:
            others = sum(at == s + 1 and not set(e.pools) & set(here) for e, at in zip(draw.entries, results, strict=True))
            most = school.plan - sum(draw.pools[p].seats for p in here) + over
            if others > most:
                found.append(LotteryViolation("reserved", s, others, most))
    return found
