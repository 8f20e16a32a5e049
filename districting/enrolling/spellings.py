"""Schools of a plan that a public table names in another spelling: taken where exactly one name is alike, each with a note; near names are offered."""

from __future__ import annotations

from collections.abc import Iterable

from districting.errors import Fault
from districting.reading.alike import NameIndex, in_a_line
from districting.reading.enrolment_tables import Table
from districting.wording import Text, text


class Spellings:
    """The names of schools by their positions; ``notes`` holds what was taken from ``table``. Not for tables with rows of children: the notes repeat cells."""

    def __init__(self, names: Iterable[tuple[str, int]], table: Table) -> None:
        of: dict[str, list[str]] = {}
        for name, at in names:
            of.setdefault(name, []).append(str(at))
        self._index = NameIndex((name, tuple(ats)) for name, ats in of.items())
        self._table = table
        self._taken: dict[str, int] = {}
        self.notes: list[Fault] = []

    def position(self, cell: str, at: int) -> int:
        """The position of the school that the cell of record ``at`` means; -1 where none or several may be meant."""
        if cell in self._taken or not cell:
            return self._taken.get(cell, -1)
        meant = self._index.meant(cell)
        found = int(meant[0].ids[0]) if len(meant) == 1 and len(meant[0].ids) == 1 else -1
        self._taken[cell] = found
        if found >= 0:
            count = sum(str(c) == cell for c in self._table.columns["school"])
            said = text("names.taken", spelling=in_a_line(cell), name=in_a_line(meant[0].spelling), count=count)
            row, header = int(self._table.row[at]), self._table.headers.get("school", "school")
            self.notes.append(Fault(said, text("names.check_taken"), self._table.file, self._table.sheet, row, header, "warning"))
        return found

    def remedy(self, cell: str, otherwise: Text) -> Text:
        """What to write in place of a name that finds no school."""
        near = [in_a_line(n) for n in self._index.near(cell)] if cell else []
        return text("names.perhaps", near=near, otherwise=otherwise) if near else otherwise
