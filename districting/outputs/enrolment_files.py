"""Files of a command of enrolment in one folder: tables with a mark for spreadsheets, workbooks, JSON, records; all of them or none, what is personal for its owner only."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from districting.outputs.atomic import atomic_paths, plain
from districting.outputs.lottery import OWNER_ONLY
from districting.outputs.workbook import Sheet, write_book
from districting.wording import say

Book = tuple[Sequence[Sheet], Callable[[Sheet], str]]
"""Sheets, and the title of each."""


def write_folder(folder: str | Path, texts: Mapping[str, str], books: Mapping[str, Book] | None = None, private: Sequence[str] = ()) -> list[str]:
    """Write files by name into ``folder``; those in ``private`` can be read and written by their owner only, from their first byte on. Their paths come back.

    Raises
    ------
    OutputError : one cannot be written; nothing has changed then
    """
    books = books or {}
    paths = [Path(folder) / name for name in (*texts, *books)]
    with atomic_paths(paths) as temporaries:
        for temporary, (name, content) in zip(temporaries, texts.items(), strict=False):
            mode = OWNER_ONLY if name in private else 0o666
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(content.encode("utf-8"))
        for temporary, (sheets, title) in zip(temporaries[len(texts) :], books.values(), strict=True):
            write_book(temporary, sheets, title, [])
    return [str(p) for p in paths]


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV in UTF-8 with a byte-order mark; cells that a spreadsheet would compute are kept as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([[_guarded(c) for c in row] for row in rows])
    return "\ufeff" + out.getvalue()


def _guarded(cell: Any) -> Any:
    """A cell that a spreadsheet would compute as text; ``="0123"`` is text already."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") and not cell.startswith('="') else cell


def json_text(tree: Any) -> str:
    """A tree as JSON, without what JSON lacks."""
    return json.dumps(plain(tree), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def head(lang: str, *names: str) -> tuple[str, ...]:
    """Headers of columns."""
    return tuple(say(f"enrolment.head_{name}", lang) for name in names)
