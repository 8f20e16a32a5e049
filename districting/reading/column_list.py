"""The columns of every table as a person looks them up: our name, kind, unit, meaning and the headers we know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from districting.model.stages import STAGES
from districting.reading.schema import TABLES, Column
from districting.wording import Text, text


@dataclass(frozen=True)
class ListedColumn:
    """One column with its ``meaning``."""

    column: Column
    meaning: Text

    def words(self) -> dict[str, Any]:
        """Values of a printed line."""
        column = self.column
        return {
            "name": column.name,
            "kind": text(f"project.kind_{column.kind}"),
            "unit": text("cli.column_unit", unit=column.unit) if column.unit else "",
            "required": text("cli.column_required") if column.required else "",
            "meaning": self.meaning,
            "headers": list(column.headers),
        }

    def as_json(self, lang: str) -> dict[str, Any]:
        """The object of ``--json``."""
        column = self.column
        plain = {"name": column.name, "kind": column.kind, "unit": column.unit, "required": column.required}
        return {**plain, "headers": list(column.headers), "meaning": self.meaning.say(lang)}


def column_list(tables: Iterable[str]) -> dict[str, list[ListedColumn]]:
    """Table -> its columns.

    >>> [c.column.name for c in column_list(["edges"])["edges"]]
    ['block_a', 'block_b', 'shared_m']
    """
    return {table: [ListedColumn(c, meaning(c)) for c in TABLES[table]] for table in tables}


def meaning(column: Column) -> Text:
    """What a column says; one that comes per stage names its stage.

    >>> meaning(next(c for c in TABLES["blocks"] if c.name == "current_school_primary")).say("en")[:37]
    "primary: today's school of the block,"
    """
    base, _, stage = column.name.rpartition("_")
    if column.per_stage and stage in STAGES:
        return text("cli.column_of_stage", stage=text(f"word.{stage}"), meaning=text(f"column.{base}"))
    return text(f"column.{column.name}")
