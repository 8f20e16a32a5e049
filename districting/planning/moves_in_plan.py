"""Moves held against the plan they are for: every fault of a file at once, and what is clear although it is not exact."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from districting.errors import DataError, Fault
from districting.model.edit_ground import EditGround, Ints
from districting.model.moves import Move, Moves
from districting.model.plan import Plan
from districting.wording import text


@dataclass
class _Ids:
    """Ids of one kind; a name, or an id that lost its leading zeros, is known where only one fits."""

    position: dict[str, int]
    names: Iterable[tuple[str, str]] = ()
    """Id and name of each."""
    bare: dict[str, list[str]] = field(default_factory=dict)
    named: dict[str, dict[int, str]] = field(default_factory=dict)
    """Name -> position -> id."""

    def __post_init__(self) -> None:
        for one in self.position:
            if one.isdigit():
                self.bare.setdefault(one.lstrip("0"), []).append(one)
        for one, name in self.names:
            if _same(name):
                self.named.setdefault(_same(name), {}).setdefault(self.position[one], one)

    def find(self, given: str) -> tuple[int, str]:
        """Position, and the id that was meant where another was written; -1 where none or several are meant."""
        if given in self.position:
            return self.position[given], ""
        meant = self.bare.get(given.lstrip("0"), []) if given.isdigit() else []
        if len({self.position[m] for m in meant}) == 1 and len(meant) == 1:
            return self.position[meant[0]], meant[0]
        of_name = self.named.get(_same(given), {})
        return (next(iter(of_name)), "") if len(of_name) == 1 else (-1, "")

    def several(self, given: str) -> list[str]:
        """The ids of all that bear the name."""
        return sorted(self.named.get(_same(given), {}).values())


def _same(name: str) -> str:
    """A name as it is compared: full and half width alike, blanks left out.

    >>> _same(" 第１小学　（东区）") == _same("第1小学(东区)")
    True
    """
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def moved_labels(plan: Plan, ground: EditGround, given: Moves, stage: str | None) -> tuple[dict[str, Ints], list[Fault]]:
    """Zones of every block after the moves, stage by stage, and warnings of ids that had lost their leading zeros.

    Raises
    ------
    DataError : the moves are for another plan, or name what the plan does not have, or a block twice (every fault listed)
    """
    if given.base_key and given.base_key != ground.key:
        raise DataError(Fault(text("edit.other_base", key=given.base_key[:12], wanted=ground.key[:12]), text("edit.other_base_remedy"), file=given.file))
    blocks = _Ids({b: i for i, b in enumerate(ground.block_ids)}, _names(plan.blocks, "block_id"))
    labels = {one.stage: one.base.copy() for one in ground.stages}
    targets = {one.stage: _targets(plan, one.stage, one.zone_ids) for one in ground.stages}
    faults: list[Fault] = []
    warnings: list[Fault] = []
    seen: set[tuple[str, int]] = set()
    for move in given.moves:
        name = move.stage or stage or ""
        found = _one(move, name, blocks, targets)
        faults += [_placed(f, given, move) for f in found.faults]
        warnings += [_placed(f, given, move) for f in found.warnings]
        if found.faults:
            continue
        one = ground.stage(name)
        here = "" if one.base[found.block] < 0 else one.zone_ids[one.base[found.block]]
        if (name, found.block) in seen:
            faults.append(_placed(Fault(text("edit.twice", block=move.block_id), text("edit.twice_remedy"), column="block_id"), given, move))
        elif move.start is not None and move.start != here:
            said = text("edit.other_start", block=move.block_id, given=move.start, zone=here)
            faults.append(_placed(Fault(said, text("edit.other_base_remedy"), column="from"), given, move))
        seen.add((name, found.block))
        labels[name][found.block] = found.zone
    if faults:
        raise DataError(faults)
    return labels, warnings


def _placed(fault: Fault, given: Moves, move: Move) -> Fault:
    return Fault(fault.problem, fault.remedy, given.file, "", move.row, fault.column, fault.severity)


@dataclass
class _Found:
    block: int = -1
    zone: int = -1
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def _one(move: Move, stage: str, blocks: _Ids, targets: dict[str, _Ids]) -> _Found:
    if stage not in targets:
        return _Found(faults=[Fault(text("edit.unknown_stage", stage=stage, stages=list(targets)), text("edit.stage_remedy"), column="stage")])
    found = _Found()
    found.block, block = blocks.find(move.block_id)
    found.zone, zone = targets[stage].find(move.to)
    if found.block < 0:
        found.faults.append(_unknown("block", move.block_id, blocks, "block_id"))
    if found.zone < 0:
        found.faults.append(_unknown("zone", move.to, targets[stage], "zone_id"))
    for given, meant, column in ((move.block_id, block, "block_id"), (move.to, zone, "zone_id")):
        if meant:
            found.warnings.append(Fault(text("edit.zeros", given=given, meant=meant), text("edit.zeros_remedy"), column=column, severity="warning"))
    return found


def _unknown(kind: str, given: str, among: _Ids, column: str) -> Fault:
    """Several of the name, with their ids to choose from, or none."""
    several = among.several(given)
    if several:
        return Fault(text(f"edit.several_{kind}", name=given, ids=several), text("edit.several_remedy"), column=column)
    return Fault(text(f"edit.unknown_{kind}", **{kind: given}), text("edit.id_remedy"), column=column)


def _names(table: Any, column: str) -> list[tuple[str, str]]:
    return list(zip(table[column].astype("str"), table["name"].fillna("").astype("str"), strict=True))


def _targets(plan: Plan, stage: str, zone_ids: Iterable[str]) -> _Ids:
    """Zones by their own ids, and by the ids and names of their schools."""
    position = {z: i for i, z in enumerate(zone_ids)}
    members = plan.zone_schools[plan.zone_schools["stage"] == stage]
    schools = {str(s): position[str(z)] for s, z in zip(members["school_id"], members["zone_id"], strict=True)}
    return _Ids({**schools, **position}, [(s, name) for s, name in _names(plan.schools, "school_id") if s in schools])
