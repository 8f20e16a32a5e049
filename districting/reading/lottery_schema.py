"""JSON Schemas of RULES.toml and RECORD.json, published beside those of the tables."""

from __future__ import annotations

import json
from typing import Any, Final

from districting.model.lottery_rules import DIGITS, ENGINE_NAMES
from districting.reading.schema.enrolment import ENROLMENT_TABLES

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final = {"type": "string"}
_NAME: Final = {"type": "string", "minLength": 1}
_COUNT: Final = {"type": "integer", "minimum": 0}
_LINES: Final = {"type": "array", "items": {"type": "string"}}


def lottery_schemas() -> dict[str, str]:
    """File name -> text of the schemas of a lottery."""
    return {
        f"{name}.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in {"lottery_rules": _rules(), "lottery_record": _record()}.items()
    }


def object_schema(required: list[str], **properties: Any) -> dict[str, Any]:
    """An object with these properties and no other."""
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def file_schema(of: str) -> dict[str, Any]:
    """A path alone, or a table with its sheet, filter and headers."""
    texts = {"type": "object", "additionalProperties": _TEXT}
    columns = {"type": "object", "propertyNames": {"enum": [c.name for c in ENROLMENT_TABLES[of]]}, "additionalProperties": _TEXT}
    values = {"type": "object", "additionalProperties": {"type": "object"}}
    place = {"datum": _NAME} if {"lng", "lat"} <= {c.name for c in ENROLMENT_TABLES[of]} else {}
    file = object_schema(["path"], path=_NAME, sheet=_TEXT, where=_TEXT, encoding=_TEXT, columns=columns, aliases=texts, values=values, **place)
    return {"anyOf": [_NAME, file]}


def _rules() -> dict[str, Any]:
    many = {"type": "array"}
    schools = {
        "anyOf": [
            *file_schema("enrolment_schools")["anyOf"],
            {**many, "minItems": 1, "items": object_schema(["school", "plan"], school=_NAME, plan=_COUNT, id=_TEXT, cap=_COUNT)},
        ]
    }
    wishes = {**many, "minItems": 2, "maxItems": 2, "items": {"type": "integer", "minimum": 1}}
    seats = {"type": "integer", "minimum": 1}
    body = object_schema(
        ["name", "engine", "pupils", "schools"],
        name=_NAME,
        year={"type": "integer"},
        stage=_TEXT,
        language={"enum": ["zh", "en"]},
        engine={"enum": list(ENGINE_NAMES)},
        pupils=file_schema("enrolment_pupils"),
        wishes=file_schema("enrolment_wishes"),
        schools=schools,
        direction={"enum": ["ascending", "descending"], "default": "ascending"},
        digits={"enum": list(DIGITS), "default": 10},
        bundle={"enum": ["overfill", "skip"], "default": "overfill"},
        order_keys={**many, "items": _NAME},
        tiers={**many, "items": object_schema(["name", "when"], name=_NAME, when=_NAME)},
        reserved={
            **many,
            "items": object_schema(
                ["school", "seats", "when"], school=_NAME, seats=seats, when=_NAME, name=_TEXT, unfilled={"enum": ["return", "keep"], "default": "return"}
            ),
        },
        batches={
            **many,
            "items": object_schema(
                ["name", "wishes"], name=_NAME, wishes=wishes, engine={"enum": ["preference_first", "number_first"]}, schools={**many, "items": _NAME}
            ),
        },
        default_order={**many, "items": _NAME},
    )
    return {"$schema": DRAFT, "title": "lottery_rules", **body}


def _record() -> dict[str, Any]:
    counts = [
        "entries", "groups", "schools", "seats", "placed_by_default_order", "unplaced", "over_plan", "seats_left", "reserved_left", "equal_numbers",
    ]  # fmt: skip
    summary = object_schema([*counts, "placed_by_wish"], **dict.fromkeys(counts, _COUNT), placed_by_wish={"type": "array", "items": _COUNT})
    rules = ["name", "year", "stage", "order_keys", "engine", "direction", "digits", "bundle", "default_order"]
    parts = {
        "algorithm": {"const": "draw-1"},
        "commitment": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "public_seed": _NAME,
        "rules": object_schema(rules, **dict.fromkeys(rules, _TEXT)),
        "frozen": {**_LINES, "prefixItems": [{"const": "draw-1"}]},
        "frozen_checks": {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{8}$"}},
        "numbers": {"type": "array", "items": {"type": "string", "pattern": "^([0-9]{7}|[0-9]{9}|[0-9]{10})?$"}},
        "log": _LINES,
        "results": {"type": "array", "items": {"type": ["integer", "null"], "minimum": 1}},
        "summary": summary,
    }
    return {"$schema": DRAFT, "title": "lottery_record", **object_schema(list(parts), **parts)}
