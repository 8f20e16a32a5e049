"""What a document is made of, whatever it is written as: headings, paragraphs, tables and pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from districting.outputs.workbook import Cell, Share

Look = Literal["body", "centre", "right", "mark", "note", "item"]

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_RESERVED: Final = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(10)), *(f"lpt{i}" for i in range(10))}
_LONGEST_NAME: Final = 60
_LONGEST_SHEET: Final = 31


@dataclass(frozen=True)
class Heading:
    """``level`` 1 is a chapter of its own page, 2 and 3 stand inside."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Para:
    """One paragraph; ``item``: of a list."""

    text: str
    look: Look = "body"


@dataclass(frozen=True)
class Table:
    """``name``: its caption, and the name of its sheet; ``weights``: relative widths of the columns, equal if empty; ``wide``: wants a page turned on its side."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    weights: tuple[float, ...] = ()
    wide: bool = False


@dataclass(frozen=True)
class Picture:
    """A map, as PNG."""

    png: bytes
    caption: str


Part = Heading | Para | Table | Picture


@dataclass(frozen=True)
class Chapter:
    """One document, or one chapter of a longer one."""

    key: str
    title: str
    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def tables(self) -> list[Table]:
        """Its tables, in order."""
        return [p for p in self.parts if isinstance(p, Table)]


def clean(words: object) -> str:
    """Text without the characters that no document can hold.

    >>> clean("a\\x00b\\x0bc")
    'abc'
    """
    return _CONTROL.sub("", str(words))


def shown(cell: Cell) -> str:
    """A cell as people read it.

    >>> shown(1234), shown(Share(0.125)), shown("a"), shown(2.0)
    ('1,234', '12.5%', 'a', '2')
    """
    if isinstance(cell, Share):
        return f"{float(cell):.1%}"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell == round(cell) else f"{cell:,.2f}"
    return clean(cell)


def safe_name(words: str) -> str:
    """A part of a file name that every system takes: no separators, no leading or ending dots, no name reserved by Windows, at most 60 characters.

    >>> safe_name("../../etc/passwd"), safe_name("CON"), safe_name("a" * 200) == "a" * 60, safe_name(" .. ")
    ('etc_passwd', 'CON_', True, '_')
    """
    kept = re.sub(r'[\\/:*?"<>|\s]+', "_", clean(words)).strip("._ ")
    kept = re.sub(r"_?\.\._?", "_", kept).strip("._ ")[:_LONGEST_NAME].strip("._ ") or "_"
    return f"{kept}_" if kept.split(".")[0].lower() in _RESERVED else kept


def sheet_name(words: str, taken: set[str]) -> str:
    """A name that a workbook takes for a sheet and that is none of ``taken`` (in lower case), to which it is added.

    >>> sheet_name("a/b", {"a b"})
    'a b 2'
    """
    plain = re.sub(r"[\[\]:*?/\\]", " ", clean(words)).strip("' ")[:_LONGEST_SHEET] or "-"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: _LONGEST_SHEET - len(str(number)) - 1]} {number}"
    taken.add(name.lower())
    return name
