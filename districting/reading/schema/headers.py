"""Headers as files spell them to columns as we name them."""

from __future__ import annotations

import re
import unicodedata

from districting.reading.schema.column import Column
from districting.reading.schema.enrolment import ENROLMENT_TABLES
from districting.reading.schema.tables import TABLES


def template_columns(table: str) -> tuple[Column, ...]:
    """Columns of a template: all of the table, per-stage ones included.

    >>> [c.header_zh for c in template_columns("today")]
    ['地块编号', '学段', '学校']
    """
    return TABLES[table]


def normal(header: object) -> str:
    """A header without what spellings differ in: width, case, blanks, line breaks, units in brackets.

    >>> normal("校舍面积（平方米）") == normal("校舍 面积")
    True
    """
    folded = unicodedata.normalize("NFKC", str(header)).casefold()
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】", "", folded)
    return re.sub(r"[\s_\-:*]+", "", bare or folded)


def header_index(table: str) -> dict[str, str]:
    """Normal header -> our column name; our own names win over other spellings."""
    index: dict[str, str] = {}
    for column in columns_of(table):
        index.setdefault(normal(column.name), column.name)
    for column in columns_of(table):
        for header in column.headers:
            index.setdefault(normal(header), column.name)
            index.setdefault(re.sub(r"[()\s]", "", header.replace("（", "").replace("）", "")).casefold(), column.name)
    return index


def column_of(table: str, name: str) -> Column | None:
    """The column called ``name``, or None."""
    return next((c for c in columns_of(table) if c.name == name), None)


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table of a city or of an enrolment."""
    return TABLES[table] if table in TABLES else ENROLMENT_TABLES[table]


def header_words(table: str, *names: str) -> dict[str, list[str]]:
    """Values of a remedy that asks for columns: ``headers`` as templates have them, ``names`` ours; reading knows both.

    >>> header_words("schools", "teachers", "books")
    {'headers': ['专任教师数', '图书册数'], 'names': ['teachers', 'books']}
    """
    return {"headers": [next(c.header_zh for c in columns_of(table) if c.name == name) for name in names], "names": list(names)}
