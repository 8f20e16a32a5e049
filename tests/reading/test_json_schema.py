"""The published JSON Schemas are those of the table of columns, and tell good rows from bad ones."""

from importlib import resources

import jsonschema
import pytest

from districting.reading.json_schema import json_schema, schema_files
from districting.reading.schema import TABLES

GOOD = {
    "schools": {"school_id": "2111000003", "name": "第一小学", "stage": "小学", "lng": 116.3, "lat": 39.9, "plan": 120, "boarding": False, "score": -1.5},
    "blocks": {"block_id": "b1", "entrants_primary": 12, "households": None, "current_school_primary": "第一小学", "not_ours": "kept"},
    "admin": {"name": "青禾街道", "county_code": "610112"},
    "counties": {"name": "青禾县", "residents": 5.2e5},
    "roads": {"name": "朝阳路"},
    "barriers": {"kind": "river", "crossable": False},
    "social_resources": {"name": "科技馆", "kind": "科技馆", "themes": "科技教育", "capacity": 500, "lng": 107.6, "lat": 34.4, "crs": "bd09"},
    "teachers": {"teacher_id": "T1a2b", "school": "第一小学", "stage": "小学", "subject": "语文", "years_here": 3, "backbone": True, "title": "一级教师"},
    "posts": {"school": "第一小学", "stage": "小学", "subject": "语文", "posts": 12},
    "shares": {"layer": "好书共读", "from": "第一小学", "to": "第二小学"},
    "today": {"block_id": "b1", "stage": "primary", "school": "第一小学"},
    "edges": {"block_a": "b1", "block_b": "b2", "shared_m": 120.5},
    "bridges": {"block_a": "b1", "block_b": "b2"},
    "pairs": {"block_id": "b1", "school": "第一小学"},
    "distances": {"block_id": "b1", "school": "第一小学", "distance_m": 850.5},
    "forecast": {"block_id": "b1", "year": "2027", "pupils": 12},
    "forecast_seats": {"school": "第一小学", "year": "2027", "seats": 120},
    "exceptions": {"block_id": "b1", "stage": "primary", "school": "第一小学", "reason": "拆迁安置", "temporary_until": 2028},
}
BAD = {
    "schools": [{"stage": "小学"}, {"name": None}, {"name": "第一小学", "plan": -1}, {"name": "第一小学", "score": "高"}],
    "blocks": [{}, {"block_id": None}, {"block_id": 12}, {"block_id": "b1", "entrants_primary": -3}, {"block_id": "b1", "households": "八十"}],
    "admin": [{"county_code": 610112}],
    "counties": [{"residents": -1}],
    "roads": [{"name": 1}],
    "barriers": [{"crossable": "maybe"}],
    "social_resources": [{"kind": "科技馆"}, {"name": "科技馆", "capacity": -1}],
    "teachers": [{"school": "第一小学"}, {"teacher_id": "T1", "school": "第一小学", "age": -1}, {"teacher_id": "T1", "school": "第一小学", "backbone": "是"}],
    "posts": [{"school": "第一小学"}, {"school": "第一小学", "posts": -1}],
    "shares": [{"layer": "book", "from": "第一小学"}, {"layer": "", "from": "第一小学", "to": "第二小学"}],
    "today": [{"block_id": "b1"}, {"block_id": "b1", "school": ""}],
    "edges": [{"block_a": "b1"}, {"block_a": "b1", "block_b": "b2", "shared_m": -1}],
    "bridges": [{"block_a": "b1"}],
    "pairs": [{"block_id": "b1"}, {"block_id": "b1", "school": ""}],
    "distances": [{"block_id": "b1", "school": "第一小学"}, {"block_id": "b1", "school": "第一小学", "distance_m": -1}],
    "forecast": [{"block_id": "b1", "year": "2027"}, {"block_id": "b1", "year": "2027", "pupils": -1}],
    "forecast_seats": [{"school": "第一小学", "year": "2027", "seats": "多"}],
    "exceptions": [{"block_id": "b1"}, {"block_id": "b1", "school": "第一小学", "temporary_until": 12}],
}


def test_the_published_files_are_current():
    """Otherwise write them anew: districting.reading.json_schema.write_schemas."""
    folder = resources.files("districting") / "schemas"
    assert {f.name: f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".json")} == schema_files()


@pytest.mark.parametrize("table", TABLES)
def test_a_good_row_validates_and_bad_ones_do_not(table):
    schema = json_schema(table)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(GOOD[table], schema)
    for row in BAD[table]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(row, schema)
