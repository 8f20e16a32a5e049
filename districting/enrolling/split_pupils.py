"""The graduates of the primaries as a list: whom to draw, in which stratum, with whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from districting.enrolling.lottery.bundles import bundles
from districting.enrolling.lottery.ids import id_faults
from districting.enrolling.lottery.wishes import folded
from districting.enrolling.privacy import Private, private_of, texts_of
from districting.enrolling.split_districts import School
from districting.errors import DataError, Fault, Gathered
from districting.model.settings import InputSpec
from districting.reading.enrolment_tables import Table, first_few, load_table
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class SplitPupils:
    """Pupils of primaries of the scheme who do not board, in the order of the list. ``primary`` (n,) positions; ``stratum`` (n,) of ``strata``; ``bundle`` (n,) position of the first who goes along."""

    private: Private
    primary: tuple[int, ...]
    strata: tuple[str, ...]
    stratum: tuple[int, ...]
    bundle: tuple[int, ...]
    notes: tuple[Fault, ...]
    remarks: tuple[Text, ...]


def split_pupils(path: str | Path, primaries: Sequence[School], strata: Sequence[str] = ()) -> SplitPupils:
    """Read the list of the graduates of ``primaries``; ``strata``: the columns (``sex``, ``residence``) in which each primary is split in proportion.

    Raises
    ------
    DataError : every fault; none of them holds an id or a name of a pupil
    """
    path = Path(path)
    table = load_table(path.parent, InputSpec(path.name), "split_pupils")
    gathered = Gathered()
    gathered.faults += id_faults(table)
    gathered.faults += [
        table.fault(text("enrolment.no_column", name=c), text("enrolment.split_strata_remedy"), None, c) for c in strata if c not in table.columns
    ]
    primary: list[int] = []
    bundle: list[int] = []
    with gathered:
        primary = _primaries(table, primaries)
    with gathered:
        bundle = bundles(table, [()] * len(table))
    gathered.refuse()
    boards = table.columns.get("boarding")
    keep = np.ones(len(table), dtype=bool) if boards is None else ~boards.to_numpy(dtype=bool)
    faults = _blank_strata(table, strata, keep)
    faults += _across(table, bundle, primary, keep)
    if faults:
        raise DataError(faults)
    cells = [texts_of(table, c) for c in strata]
    labels = ["·".join(of) for of in zip(*cells, strict=True)] if cells else [""] * len(table)
    kept = np.flatnonzero(keep).tolist()
    if not kept:
        raise DataError(table.fault(text("enrolment.split_all_board"), text("enrolment.split_all_board_remedy"), None, "boarding"))
    place = {i: k for k, i in enumerate(kept)}
    first: dict[int, int] = {}
    for i in kept:
        first.setdefault(bundle[i], place[i])
    names = tuple(sorted({labels[i] for i in kept}))
    whole = private_of(table)
    private = Private(whole.salt, *(tuple(of[i] for i in kept) for of in (whole.tokens, whole.ids, whole.names)))
    remarks = (text("enrolment.split_boarding", count=len(table) - len(kept)),) if len(kept) < len(table) else ()
    stratum = tuple(names.index(labels[i]) for i in kept)
    return SplitPupils(private, tuple(primary[i] for i in kept), names, stratum, tuple(first[bundle[i]] for i in kept), table.notes, remarks)


def _primaries(table: Table, primaries: Sequence[School]) -> list[int]:
    """(n,) position of the primary of each pupil, by id or name.

    Raises
    ------
    DataError : blank or unknown; a cell is quoted only where several rows hold it
    """
    index: dict[str, int] = {}
    names = Counter(folded(name) for _, name in primaries)
    for i, (own, name) in enumerate(primaries):
        index[folded(own)] = i
        if names[folded(name)] == 1:
            index.setdefault(folded(name), i)
    cells = texts_of(table, "primary")
    found = [index.get(folded(c), -1) if c else -1 for c in cells]
    counts = Counter(cells)
    faults = []
    for i in (k for k, at in enumerate(found) if at < 0):
        cell = cells[i]
        if not cell:
            problem, remedy = text("enrolment.blank"), text("enrolment.fill_cell")
        elif names[folded(cell)] > 1:
            problem, remedy = text("enrolment.split_same_name"), text("enrolment.split_same_name_remedy")
        else:
            problem = text("enrolment.split_unknown_primary", school=cell) if counts[cell] > 1 else text("enrolment.split_unknown_primary_once")
            remedy = text("enrolment.split_unknown_primary_remedy")
        faults.append(table.fault(problem, remedy, i, "primary"))
    if faults:
        raise DataError(first_few(faults))
    return found


def _blank_strata(table: Table, strata: Sequence[str], keep: np.ndarray) -> list[Fault]:
    faults: list[Fault] = []
    for column in strata:
        blank = [i for i, cell in enumerate(texts_of(table, column)) if keep[i] and not cell]
        faults += table.faults(blank, text("enrolment.blank"), text("enrolment.fill_cell"), column)
    return faults


def _across(table: Table, bundle: Sequence[int], primary: Sequence[int], keep: np.ndarray) -> list[Fault]:
    """Siblings who leave different primaries cannot move as a unit in a draw inside one."""
    wrong = [i for i in range(len(table)) if keep[i] and keep[bundle[i]] and primary[i] != primary[bundle[i]]]
    return first_few(
        [table.fault(text("enrolment.split_bundle", row=int(table.row[bundle[i]])), text("enrolment.split_bundle_remedy"), i, "primary") for i in wrong]
    )
