"""Pairs that the planner names in the config, found among the schools that take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from districting.errors import Fault
from districting.wording import text


@dataclass(frozen=True)
class NamedPair:
    """A pair of one stage as positions in its frame of schools, and where it was given."""

    giver: int
    taker: int
    place: str


def named_pairs(given: Sequence[tuple[str, str]], schools: Mapping[str, Any], place: str) -> tuple[dict[str, list[NamedPair]], list[Fault]]:
    """Stage -> pairs of that stage, by id or name; a pair that two stages know is meant in both.

    ``schools``: stage -> frame with school_id and name; ``place``: the key of the list. Faults: schools that nobody knows, names of several schools, and pairs
    that share no stage.
    """
    found: dict[str, list[NamedPair]] = {stage: [] for stage in schools}
    faults = []
    for k, pair in enumerate(given):
        at = f"{place}.{k}"
        for stage, frame in schools.items():
            ends = [_positions(frame, name) for name in pair]
            if all(len(e) == 1 for e in ends):
                found[stage].append(NamedPair(ends[0][0], ends[1][0], at))
        faults += _faults(pair, schools, at)
    return found, faults


def _positions(frame: Any, name: str) -> list[int]:
    by_id = [i for i, known in enumerate(frame["school_id"]) if known == name]
    return by_id or [i for i, known in enumerate(frame["name"]) if known == name]


def _faults(pair: tuple[str, str], schools: Mapping[str, Any], place: str) -> list[Fault]:
    counts = {name: [len(_positions(frame, name)) for frame in schools.values()] for name in pair}
    unknown = [name for name, of_stage in counts.items() if not any(of_stage)]
    if unknown:
        return [Fault(text("pairing.unknown_school", names=unknown), text("pairing.give_school"), column=place)]
    several = [name for name, of_stage in counts.items() if max(of_stage) > 1]
    if several:
        return [Fault(text("pairing.several_schools", names=several), text("pairing.give_id"), column=place)]
    if not any(a and b for a, b in zip(counts[pair[0]], counts[pair[1]], strict=True)):
        return [Fault(text("pairing.no_common_stage", first=pair[0], second=pair[1]), text("pairing.give_school"), column=place)]
    return []
