"""Pupils of a list as codes: ids and names apart, pseudonyms in their place."""

from __future__ import annotations

from dataclasses import dataclass

from districting.enrolling.lottery.freeze import salt_of, token
from districting.reading.enrolment_tables import Table


@dataclass(frozen=True, eq=False)
class Private:
    """``tokens`` stand in what is published; ``salt``, ``ids`` and ``names`` only in the private file; all in the order of the list."""

    salt: str
    tokens: tuple[str, ...]
    ids: tuple[str, ...]
    names: tuple[str, ...]


def private_of(pupils: Table) -> Private:
    """Pseudonyms of the pupils of a table whose ids are whole and unlike."""
    ids = tuple(str(i) for i in pupils.columns["pupil_id"])
    salt = salt_of(pupils, ids)
    return Private(salt, tuple(token(salt, own) for own in ids), ids, texts_of(pupils, "name"))


def texts_of(table: Table, column: str) -> tuple[str, ...]:
    """The cells of a column as text, "" where there is none."""
    cells = table.columns.get(column)
    return ("",) * len(table) if cells is None else tuple(c if isinstance(c, str) else "" for c in cells)
