"""A draw: the frozen list and the public seed in, numbers, log and results out; and the same again from a record alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from districting.checking.lottery import check_lottery
from districting.enrolment.engines import ENGINES
from districting.enrolment.frozen import ALGORITHM, commitment_of, frozen_lines, line_checks, read_frozen
from districting.enrolment.hall import Group, Hall, groups_of
from districting.enrolment.numbers import digests, public_seed, shown_number
from districting.errors import DistrictingError
from districting.model.draw_list import DrawList
from districting.wording import text


@dataclass(frozen=True)
class Drawn:
    """``numbers``: (n,) as shown, "" for an entry that draws at no school; ``results``: (n,) school position from 1, or None."""

    numbers: list[str]
    log: list[str]
    results: list[int | None]
    summary: dict[str, Any]


def lottery(draw: DrawList, seed: str) -> dict[str, Any]:
    """The record of a draw under the public ``seed``: everything that is needed to draw again, and nothing about a person but a pseudonym.

    Raises
    ------
    DataError : the seed is empty or holds control characters
    DistrictingError : the result failed the independent check (:mod:`districting.checking.lottery`)

    Source: policy 2.6 (commit, then reveal); format and order of everything: ``draw-1.md``.
    """
    lines = frozen_lines(draw)
    seed = public_seed(seed)
    record = record_tree(lines, draw, commitment_of(lines), seed)
    broken = check_lottery(draw, record["results"])
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    return record


def record_tree(lines: Sequence[str], draw: DrawList, commitment: str, seed: str) -> dict[str, Any]:
    """What a record of these frozen lines holds."""
    drawn = draw_under(draw, commitment, seed)
    return {
        "algorithm": ALGORITHM,
        "commitment": commitment,
        "public_seed": seed,
        "rules": rules_of(lines),
        "frozen": list(lines),
        "frozen_checks": line_checks(lines),
        "numbers": drawn.numbers,
        "log": drawn.log,
        "results": drawn.results,
        "summary": drawn.summary,
    }


def rules_of(lines: Sequence[str]) -> dict[str, str]:
    """The rule lines as a table."""
    return {fields[1]: fields[2] for fields in (line.split("\t") for line in lines if line.startswith("rule\t"))}


def draw_under(draw: DrawList, commitment: str, seed: str) -> Drawn:
    """Numbers, decisions and results."""
    groups = groups_of(draw)
    suffixes = _suffixes(draw, groups)
    drawing = [g for g, suffix in enumerate(suffixes) if suffix]
    found: list[str] = [""] * len(groups)
    for g, digest in zip(drawing, digests(seed, commitment, (suffixes[g] for g in drawing)), strict=True):
        found[g] = digest
    hall = allot(draw, groups, ranks_of(found, descending=draw.direction == "descending"))
    shown = [shown_number(d, draw.digits) if d else "" for d in found]
    numbers, results = [""] * len(draw.entries), [None] * len(draw.entries)  # type: tuple[list[str], list[int | None]]
    for g, group in enumerate(groups):
        school = hall.school_of[g]
        for i in group.members:
            numbers[i] = shown[g]
            results[i] = None if school is None else school + 1
    return Drawn(numbers, hall.log, results, _summary(hall, shown))


def ranks_of(found: Sequence[str], *, descending: bool) -> list[int]:
    """Place of every group by its digest; equal digests by their first position."""
    order = sorted(range(len(found)), key=lambda g: found[g], reverse=descending)
    ranks = [0] * len(found)
    for place, g in enumerate(order):
        ranks[g] = place
    return ranks


def allot(draw: DrawList, groups: Sequence[Group], ranks: Sequence[int], *, logged: bool = True) -> Hall:
    """The hall after the engine, the pass with seats given back, and the pass by the default order."""
    engine = ENGINES[draw.engine]
    hall = Hall(draw, groups, ranks, logged=logged)
    engine.wishes(hall)
    if hall.give_back():
        hall.begin("again")
        engine.wishes(hall)
    hall.fill(hall.by_number if engine.left_over == "number" else hall.by_claim)
    return hall


def _suffixes(draw: DrawList, groups: Sequence[Group]) -> list[str]:
    """What is behind ``commitment|`` in the message of every group; "" where it draws at no school."""
    if not ENGINES[draw.engine].number_at_school:
        return [str(g.members[0] + 1) for g in groups]
    return [f"{g.members[0] + 1}|{g.wishes[0] + 1}" if g.wishes and g.wishes[0] is not None else "" for g in groups]


def _summary(hall: Hall, shown: Sequence[str]) -> dict[str, Any]:
    sizes = [len(g.members) for g in hall.groups]
    by_wish = [0] * (hall.longest + 1)
    for g, school in enumerate(hall.school_of):
        if school is not None:
            by_wish[hall.wish_of[g]] += sizes[g]
    drawn = [n for n in shown if n]
    return {
        "entries": len(hall.draw.entries),
        "groups": len(sizes),
        "schools": len(hall.draw.schools),
        "seats": sum(s.plan for s in hall.draw.schools),
        "placed_by_wish": by_wish[1:],
        "placed_by_default_order": by_wish[0],
        "unplaced": len(hall.draw.entries) - sum(by_wish),
        "over_plan": sum(hall.over),
        "seats_left": sum(hall.general),
        "reserved_left": sum(hall.reserved),
        "equal_numbers": len(drawn) - len(set(drawn)),
    }


__all__ = ["Drawn", "allot", "draw_under", "lottery", "read_frozen", "record_tree"]
