"""The published JSON Schemas are those of the table of columns, and tell good rows from bad ones."""

import csv
import tomllib
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from districting.reading.forecast_schema import forecast_rules_schema
from districting.reading.json_schema import forecast_table_schema, json_schema, schema_files
from districting.reading.schema import TABLES
from districting.reading.schema.forecast import FORECAST_TABLES

GOOD = {
    "schools": {"school_id": "2111000003", "name": "第一小学", "stage": "小学", "lng": 116.3, "lat": 39.9, "plan": 120, "boarding": False, "score": -1.5},
    "blocks": {"block_id": "b1", "entrants_primary": 12, "households": None, "current_school_primary": "第一小学", "not_ours": "kept"},
    "admin": {"name": "青禾街道", "county_code": "610112"},
    "counties": {"name": "青禾县", "residents": 5.2e5},
    "roads": {"name": "朝阳路"},
    "barriers": {"kind": "river", "crossable": False},
    "population": {"name": "格网12", "entrants_primary": 3.5, "residents": None},
    "buildings": {"name": "1号楼", "floors": 11},
    "social_resources": {"name": "科技馆", "kind": "科技馆", "themes": "科技教育", "capacity": 500, "lng": 107.6, "lat": 34.4, "crs": "bd09"},
    "teachers": {"teacher_id": "T1a2b", "school": "第一小学", "stage": "小学", "subject": "语文", "years_here": 3, "backbone": True, "title": "一级教师"},
    "posts": {"school": "第一小学", "stage": "小学", "subject": "语文", "posts": 12},
    "shares": {"layer": "好书共读", "from": "第一小学", "to": "第二小学"},
    "facilities": {"name": "游泳馆", "school": "第一小学", "kind": "游泳馆", "classes_at_once": 1, "free_times": "周一 9:00-11:00", "lng": None},
    "facility_demand": {"school": "第一小学", "kind": "游泳馆", "needed_hours": 3},
    "courses": {"course": "合唱", "school": "第一小学", "mode": "直播", "lesson_hours": 1, "course_seats": None},
    "course_demand": {"course": "合唱", "school": "第二小学", "course_pupils": 40},
    "ledger": {"giver": "第一小学", "taker": "第二小学", "item": "课时", "amount": 12.5, "date": "2026-05-01"},
    "training_demand": {"school": "第一小学", "stage": "小学", "subject": "音乐", "topic": "合唱指挥", "people": 2},
    "research_topics": {"school": "第一小学", "stage": "小学", "subject": "数学", "topic": "作业设计"},
    "history": {"year": 2024, "school": "第一小学", "stage": "小学", "indicator": "图书册数", "value": 21000},
    "upgrades": {"school": "第一小学", "stage": "小学", "indicator": "体育运动场馆面积", "unit_price_yuan": 900, "most_units": 0},
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
    "population": [{"entrants_primary": -1}, {"residents": "多"}],
    "buildings": [{"floors": -1}],
    "social_resources": [{"kind": "科技馆"}, {"name": "科技馆", "capacity": -1}],
    "teachers": [{"school": "第一小学"}, {"teacher_id": "T1", "school": "第一小学", "age": -1}, {"teacher_id": "T1", "school": "第一小学", "backbone": "是"}],
    "posts": [{"school": "第一小学"}, {"school": "第一小学", "posts": -1}],
    "shares": [{"layer": "book", "from": "第一小学"}, {"layer": "", "from": "第一小学", "to": "第二小学"}],
    "facilities": [{"name": "游泳馆"}, {"name": "游泳馆", "kind": "游泳馆", "free_hours": -1}, {"name": "游泳馆", "kind": "游泳馆", "free_hours": 1.5}],
    "facility_demand": [{"school": "第一小学", "kind": "游泳馆"}, {"school": "第一小学", "kind": "游泳馆", "needed_hours": "多"}],
    "courses": [{"course": "合唱", "school": "第一小学"}, {"course": "合唱", "school": "第一小学", "mode": "直播", "course_seats": -1}],
    "course_demand": [{"course": "合唱", "school": "第一小学"}, {"course": "合唱", "school": "第一小学", "course_pupils": None}],
    "ledger": [{"giver": "第一小学", "taker": "第二小学", "item": "课时"}, {"giver": "第一小学", "taker": "第二小学", "item": "课时", "amount": -1}],
    "training_demand": [{"school": "第一小学", "topic": "合唱"}, {"school": "第一小学", "topic": "合唱", "people": -1}],
    "research_topics": [{"school": "第一小学"}, {"school": "", "topic": "作业设计"}],
    "history": [{"year": 2024, "school": "第一小学", "indicator": "图书册数"}, {"year": 24, "school": "第一小学", "indicator": "图书册数", "value": 1}],
    "upgrades": [{"school": "第一小学"}, {"school": "第一小学", "indicator": "图书册数", "most_units": -1}],
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


SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
FORECAST_GOOD = {
    "births": [
        {"block_id": "b1", "birth_year": 2020, "births": 12},
        {"block_id": "b1", "entry_year": 2026, "births": 12.5},
        {"block_id": "b1", "2019年出生": 3, "出生2020": None},
        {"block_id": "b1", "2026入学": 3},
    ],
    "kindergarten": [{"block_id": "b1", "pupils": 3}],
    "rolls": [{"school": "第一小学", "year": 2025, "grade": 6, "pupils": 45}, {"block_id": "b1", "year": 2025, "grade": 1, "pupils": 4}],
    "estates": [{"block_id": "b1", "year": 2027, "units": 800}],
    "seat_years": [{"school": "第一小学", "year": 2027, "classes": 4}, {"school": "第一小学", "year": 2027, "seats": 180}],
    "block_rates": [{"block_id": "b1", "net_migration": -0.02, "presence": None}],
}
FORECAST_BAD = {
    "births": [{"block_id": "b1"}, {"block_id": "b1", "births": 12}, {"block_id": "b1", "2019年出生": -3}, {"block_id": "b1", "2019年出生": 1, "2026入学": 1}],
    "kindergarten": [{"block_id": "b1"}, {"block_id": "b1", "pupils": -1}],
    "rolls": [
        {"year": 2025, "grade": 1, "pupils": 4},
        {"school": "s", "block_id": "b1", "year": 2025, "grade": 1, "pupils": 4},
        {"school": "s", "year": 2025, "grade": 0, "pupils": 4},
    ],
    "estates": [{"block_id": "b1", "year": 2027}, {"block_id": "b1", "year": "later", "units": 8}],
    "seat_years": [{"school": "s", "year": 2027}, {"school": "s", "year": 2027, "classes": 4, "seats": 180}],
    "block_rates": [{"presence": 0.9}, {"block_id": "b1", "presence": -0.1}],
}


@pytest.mark.parametrize("table", FORECAST_TABLES)
def test_rows_of_a_forecast_validate_as_they_are_read(table):
    schema = forecast_table_schema(table)
    jsonschema.Draft202012Validator.check_schema(schema)
    for row in FORECAST_GOOD[table]:
        jsonschema.validate(row, schema)
    for row in FORECAST_BAD[table]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(row, schema)


@pytest.mark.parametrize("name", ["forecast.toml", "forecast_junior.toml"])
def test_the_rules_of_the_sample_forecasts_validate_and_a_misspelt_key_does_not(name):
    tree = tomllib.loads((SAMPLE / name).read_text(encoding="utf-8"))
    schema = forecast_rules_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tree, schema)
    for bad in ({**tree, "yelow": 0.9}, {**tree, "rates": {"survivel": 1.0}}, {**tree, "data_date": "March"}, {**tree, "years": 0}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


def test_the_births_of_the_sample_are_rows_of_the_schema():
    with (SAMPLE / "births.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    jsonschema.validate({"block_id": row.pop("地块编号"), **{k: float(v) if v else None for k, v in row.items()}}, forecast_table_schema("births"))
