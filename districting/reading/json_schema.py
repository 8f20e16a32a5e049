"""JSON Schema of a row of each input, made from the one table of columns and published in ``districting/schemas``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from districting.model.stages import STAGES
from districting.reading.lottery_schema import lottery_schemas
from districting.reading.overflow_rules import overflow_schema
from districting.reading.quota_rules import quota_schema
from districting.reading.schema import TABLES, Column

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final = {"text": "string", "stage": "string", "number": "number", "integer": "integer", "bool": "boolean"}


def json_schema(table: str) -> dict[str, Any]:
    """Schema of one row of ``table`` under our column names; other columns are allowed, as the reader allows them.

    >>> json_schema("today")["required"]
    ['block_id', 'school']
    """
    columns = TABLES[table]
    required = [c.name for c in columns if c.required]
    schema: dict[str, Any] = {
        "$schema": DRAFT,
        "title": table,
        "type": "object",
        "properties": {c.name: _property(c, c.name in required and table != "schools") for c in columns},
    }
    if table == "schools":
        # a school is known by its name or by its id; the reader fills the other
        schema["anyOf"] = [{"required": [name], "properties": {name: {"type": "string"}}} for name in ("name", "school_id")]
    elif required:
        schema["required"] = required
    return schema


def _property(column: Column, required: bool) -> dict[str, Any]:
    kind = _TYPES[column.kind]
    out: dict[str, Any] = {"title": column.header_zh, "type": kind if required else [kind, "null"]}
    if kind == "string":
        out["minLength"] = 1
    if column.minimum is not None and kind in ("number", "integer"):
        out["minimum"] = column.minimum
    if column.kind == "stage":
        out["examples"] = list(STAGES)
    if column.unit:
        out["x-unit"] = column.unit
    out["x-headers"] = list(column.headers)
    return out


def schema_files() -> dict[str, str]:
    """File name -> text of every published schema."""
    return (
        {f"{table}.json": json.dumps(json_schema(table), ensure_ascii=False, indent=2) + "\n" for table in TABLES}
        | lottery_schemas()
        | quota_schema()
        | overflow_schema()
    )


def write_schemas(folder: Path) -> None:
    """Write every schema into ``folder``."""
    for name, content in schema_files().items():
        (folder / name).write_text(content, encoding="utf-8")
