"""The CSV tables: what Excel and other programs find in them."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from districting.errors import DataError
from districting.model.plan import PLAN_TABLES, Plan
from districting.outputs import tables

BOM = b"\xef\xbb\xbf"


def plan_of_two_stages() -> Plan:
    """Three blocks. Primary: 001 and 002 to s1, 003 to a zone that s2 and s3 share. Junior: all to j1, but 003 has no zone."""
    blocks = {"block_id": ["001", "002", "003"], "name": "", "county_code": "", "zone_id_primary": ["p1", "p1", "p2"], "zone_id_junior": ["j", "j", None]}
    return Plan(
        "示范市",
        2026,
        "zh",
        "EPSG:4546",
        blocks=gpd.GeoDataFrame(blocks, geometry=[box(i, 0, i + 1, 1) for i in range(3)], crs="EPSG:4546"),
        zone_schools=pd.DataFrame({"zone_id": ["p1", "p2", "p2", "j"], "stage": ["primary"] * 3 + ["junior"], "school_id": ["s1", "s2", "s3", "j1"]}),
        memberships=pd.DataFrame({"scheme": ["alliance"], "district_id": ["d1"], "school_id": ["s1"], "stage": ["primary"], "role": ["lead"]}),
        links=pd.DataFrame(
            {
                "kind": ["school"],
                "stage": ["primary"],
                "from_id": ["-7"],
                "to_id": ["s2"],
                "channel": ["=HYPERLINK(1)"],
                "term": [3],
                "distance_m": [200.0],
                "score_gap": [float("nan")],
                "runner_up_id": [None],
                "remote": [True],
            }
        ),
        findings=pd.DataFrame(
            {
                "measure": ["cv"],
                "stage": ["primary"],
                "scope": ["all"],
                "value": [-0.25],
                "today": [0.1 + 0.2],
                "unit": ["cv"],
                "threshold": [None],
                "verdict": ["ok"],
                "source": ["教督〔2012〕3号"],
            }
        ),
    )


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as page:
        return list(csv.reader(page))


def test_zones_have_one_row_per_block_stage_and_school(tmp_path: Path) -> None:
    tables.zones_csv(plan_of_two_stages(), tmp_path / "zones.csv")
    assert read(tmp_path / "zones.csv") == [
        ["block_id", "stage", "zone_id", "school_id"],
        ["001", "primary", "p1", "s1"],
        ["002", "primary", "p1", "s1"],
        ["003", "primary", "p2", "s2"],
        ["003", "primary", "p2", "s3"],
        ["001", "junior", "j", "j1"],
        ["002", "junior", "j", "j1"],
        ["003", "junior", "", ""],
    ]


def test_districts_have_the_published_columns(tmp_path: Path) -> None:
    tables.districts_csv(plan_of_two_stages(), tmp_path / "districts.csv")
    assert read(tmp_path / "districts.csv") == [["scheme", "district_id", "school_id", "stage", "role"], ["alliance", "d1", "s1", "primary", "lead"]]


def test_words_that_look_like_a_formula_are_defused_and_ids_are_not_touched(tmp_path: Path) -> None:
    tables.links_csv(plan_of_two_stages(), tmp_path / "links.csv")
    head, row = read(tmp_path / "links.csv")
    assert tuple(head) == PLAN_TABLES["links"][:-1]  # the line on the map stays in plan.gpkg
    cells = dict(zip(head, row, strict=True))
    assert (cells["from_id"], cells["channel"]) == ("-7", "'=HYPERLINK(1)")
    assert (cells["remote"], cells["score_gap"], cells["runner_up_id"], cells["distance_m"]) == ("true", "", "", "200")


def test_numbers_have_no_tails_and_read_back_to_ten_digits(tmp_path: Path) -> None:
    tables.findings_csv(plan_of_two_stages(), tmp_path / "findings.csv")
    cells = dict(zip(*read(tmp_path / "findings.csv"), strict=True))
    assert (cells["value"], cells["today"], cells["threshold"]) == ("-0.25", "0.3", "")  # today is 0.1 + 0.2
    assert [tables._cell(v) for v in (27.700000000000003, 33235606.370118514, 16095576179.919676, 3.0)] == ["27.7", "33235606.37", "16095576180", "3"]


@pytest.mark.parametrize("write", [tables.zones_csv, tables.districts_csv, tables.links_csv, tables.findings_csv])
def test_excel_finds_its_byte_order_mark_and_line_ends(write: object, tmp_path: Path) -> None:
    write(plan_of_two_stages(), tmp_path / "t.csv")  # type: ignore[operator]
    page = (tmp_path / "t.csv").read_bytes()
    assert page.startswith(BOM)
    assert page.endswith(b"\r\n")
    assert page.count(b"\n") == page.count(b"\r\n")


@pytest.mark.parametrize("write", [tables.zones_csv, tables.districts_csv, tables.links_csv, tables.findings_csv])
def test_a_plan_without_rows_gives_a_header(write: object, tmp_path: Path) -> None:
    write(Plan("空", 2026, "zh", "EPSG:4546"), tmp_path / "t.csv")  # type: ignore[operator]
    assert len(read(tmp_path / "t.csv")) == 1


def test_an_assignment_is_exported_under_any_header_with_the_school_or_the_shared_zone(tmp_path: Path) -> None:
    tables.export_assignment(plan_of_two_stages(), tmp_path / "out.csv", columns=("ID", "ZONE"), stage="primary")
    assert read(tmp_path / "out.csv") == [["ID", "ZONE"], ["001", "s1"], ["002", "s1"], ["003", "p2"]]
    assert not (tmp_path / "out.csv").read_bytes().startswith(BOM), "pure ASCII needs no mark"
    tables.export_assignment(plan_of_two_stages(), tmp_path / "zh.csv", columns=("地块编号", "学校"), stage="junior")
    assert read(tmp_path / "zh.csv") == [["地块编号", "学校"], ["001", "j1"], ["002", "j1"], ["003", ""]]
    assert (tmp_path / "zh.csv").read_bytes().startswith(BOM)


@pytest.mark.parametrize(("stage", "sentence"), [(None, "several stages: primary, junior"), ("senior", "no zones of the stage 'senior'")])
def test_a_stage_that_is_not_clear_is_asked_for(stage: str | None, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        tables.export_assignment(plan_of_two_stages(), tmp_path / "out.csv", stage=stage)
    assert sentence in caught.value.say("en")
    assert "--stage" in caught.value.say("zh")
    assert not (tmp_path / "out.csv").exists()


def test_a_plan_without_zones_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        tables.export_assignment(Plan("空", 2026, "zh", "EPSG:4546"), tmp_path / "out.csv")
    assert "no attendance zones" in caught.value.say("en")


def test_the_only_zoned_stage_need_not_be_named(tmp_path: Path) -> None:
    plan = plan_of_two_stages()
    tables.export_assignment(plan.replace(blocks=plan.blocks.drop(columns="zone_id_junior")), tmp_path / "out.csv")
    assert len(read(tmp_path / "out.csv")) == 4
