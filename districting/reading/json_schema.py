"""JSON Schema of a row of each input, made from the one table of columns and published in ``districting/schemas``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from districting.model.stages import STAGES
from districting.reading.forecast_schema import forecast_rules_schema
from districting.reading.lottery_schema import lottery_schemas
from districting.reading.overflow_rules import overflow_schema
from districting.reading.quota_rules import quota_schema
from districting.reading.schema import TABLES, Column
from districting.reading.schema.forecast import BIRTH_HEADER, ENTRY_HEADER, FORECAST_TABLES

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final = {"text": "string", "stage": "string", "number": "number", "integer": "integer", "bool": "boolean"}


def json_schema(table: str) -> dict[str, Any]:
    """Schema of one row of ``table`` under our column names; other columns are allowed, as the reader allows them.

    >>> json_schema("today")["required"]
    ['block_id', 'school']
    """
    if table != "schools":
        return _row(table, TABLES[table])
    schema = _row(table, TABLES[table], strict=False)
    # a school is known by its name or by its id; the reader fills the other
    schema["anyOf"] = [{"required": [name], "properties": {name: {"type": "string"}}} for name in ("name", "school_id")]
    return schema


def forecast_table_schema(table: str) -> dict[str, Any]:
    """Schema of one row of a table of FORECAST.toml. Births stand in rows by year, or in one column a year; rolls name a school or a block.

    >>> forecast_table_schema("estates")["required"]
    ['block_id', 'year', 'units']
    """
    schema = _row(f"forecast_{table}", FORECAST_TABLES[table])
    if table == "births":
        long = [{"required": [year, "births"], "properties": {year: {"type": "integer"}}} for year in ("birth_year", "entry_year")]
        wide = [{"not": {"propertyNames": {"not": {"pattern": pattern.pattern}}}} for pattern in (BIRTH_HEADER, ENTRY_HEADER)]
        schema["oneOf"] = [*long, *wide]
        schema["patternProperties"] = {pattern.pattern: {"type": ["number", "null"], "minimum": 0} for pattern in (BIRTH_HEADER, ENTRY_HEADER)}
    elif table == "rolls":
        schema["oneOf"] = [{"required": [place], "properties": {place: {"type": "string"}}} for place in ("school", "block_id")]
    elif table == "seat_years":
        schema["oneOf"] = [{"required": [given], "properties": {given: {"type": "number"}}} for given in ("seats", "classes")]
    return schema


def _row(title: str, columns: Sequence[Column], *, strict: bool = True) -> dict[str, Any]:
    """``strict``: required columns are, and are not empty."""
    required = [c.name for c in columns if c.required and strict]
    schema: dict[str, Any] = {"$schema": DRAFT, "title": title, "type": "object", "properties": {c.name: _property(c, c.name in required) for c in columns}}
    return {**schema, "required": required} if required else schema


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
    trees = {table: json_schema(table) for table in TABLES}
    trees |= {f"forecast_{table}": forecast_table_schema(table) for table in FORECAST_TABLES}
    trees["forecast_rules"] = forecast_rules_schema()
    return (
        {f"{name}.json": json.dumps(tree, ensure_ascii=False, indent=2) + "\n" for name, tree in trees.items()}
        | lottery_schemas()
        | quota_schema()
        | overflow_schema()
    )


def write_schemas(folder: Path) -> None:
    """Write every schema into ``folder``."""
    for name, content in schema_files().items():
        (folder / name).write_text(content, encoding="utf-8")
