"""JSON Schema of FORECAST.toml, published beside those of its tables."""

from __future__ import annotations

from typing import Any

from districting.model.forecast_rules import Rates
from districting.reading.lottery_schema import DRAFT, file_schema, object_schema

_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_FROM_ZERO = {"type": "number", "minimum": 0}
_YEARS = {"type": "integer", "minimum": 1, "maximum": 30}


def forecast_rules_schema() -> dict[str, Any]:
    """Keys, kinds and ranges of the file; what stands between two of its keys, such as yellow <= red, the reader says.

    >>> forecast_rules_schema()["required"]
    ['plan', 'data_date']
    """
    tables = {name: file_schema(name) for name in ("births", "kindergarten", "rolls", "estates", "block_rates")}
    body = object_schema(
        ["plan", "data_date"],
        plan={"type": "string", "minLength": 1},
        data_date={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        **tables,
        seats=file_schema("seat_years"),
        stage={"enum": ["primary", "junior"], "default": "primary"},
        name={"type": "string"},
        language={"enum": ["zh", "en"], "default": "zh"},
        first_year={"type": "integer"},
        years={**_YEARS, "default": 10},
        basis={"enum": ["intake", "roll"]},
        cutoff={"type": "string", "pattern": r"^\d{2}-\d{2}$", "default": "08-31"},
        rates=_rates(),
        class_size={"type": "integer", "minimum": 1, "maximum": 1000},
        yellow={"type": "number", "exclusiveMinimum": 0, "default": 0.9},
        red={"type": "number", "exclusiveMinimum": 0, "default": 1.0},
        warn_years={**_YEARS, "default": 3},
        history_years={**_YEARS, "default": 3},
    )
    return {"$schema": DRAFT, "title": "forecast_rules", **body}


def _rates() -> dict[str, Any]:
    plain = Rates()
    kinds: dict[str, Any] = {
        "net_migration": {"type": "number", "minimum": -1},
        **dict.fromkeys(("migration_spread", "survival", "presence", "occupancy", "direct_feed"), _SHARE),
        **dict.fromkeys(("capture", "entrants_per_unit"), _FROM_ZERO),
    }
    given = {name: {**kind, "default": getattr(plain, name)} for name, kind in kinds.items()}
    return object_schema([], **given, progression={"type": "array", "items": _FROM_ZERO})
