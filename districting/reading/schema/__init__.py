"""The columns of every input: what it may hold, under which Chinese and English headers, in which unit. One file a subject; the table of tables is ``tables.py``."""

from districting.reading.schema.column import STAGE_ZH, Column, Kind
from districting.reading.schema.headers import column_of, columns_of, header_index, header_words, normal, template_columns
from districting.reading.schema.tables import INPUTS, MAY_BE_EMPTY, NEEDS_GEOMETRY, NEEDS_POLYGONS, OF_RULES, TABLES, WITHOUT_OUTLINES

__all__ = [
    "INPUTS",
    "MAY_BE_EMPTY",
    "NEEDS_GEOMETRY",
    "NEEDS_POLYGONS",
    "OF_RULES",
    "STAGE_ZH",
    "TABLES",
    "WITHOUT_OUTLINES",
    "Column",
    "Kind",
    "column_of",
    "columns_of",
    "header_index",
    "header_words",
    "normal",
    "template_columns",
]
