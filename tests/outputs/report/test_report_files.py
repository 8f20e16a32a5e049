"""The folder of a report: what is in it, that it opens, that names cannot break it, that the public one is silent about strength."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from functools import lru_cache

import geopandas as gpd
import openpyxl
import pandas as pd
import pypdf
import pytest
from docx import Document

from districting.outputs.geopackage import read_plan
from districting.outputs.report import make_report, write_report
from districting.outputs.report.docx_file import SONG
from districting.outputs.report.gis import SHP_PARTS, layers, write_shapefile
from districting.outputs.report.registry import DOCUMENTS
from tests.outputs.conftest import ODD
from tests.outputs.report.conftest import LONG, NAMES
from tests.planning.conftest import SCORE

SECRET = ("薄弱", "等次", "得分", "排名", "强弱", "结对", "weak", "runner_up", "score_gap", "team_exchange", *(f"{s + ODD:.3f}" for s in SCORE.values()))


@lru_cache
def words_of(path):
    """All the text a file holds, as somebody who unpacks it would find it."""
    if path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as packed:
            return "\n".join(re.sub(r"<[^>]+>", " ", packed.read(n).decode("utf-8", "replace")) for n in packed.namelist() if n.endswith((".xml", ".rels")))
    if path.suffix == ".pdf":
        read = pypdf.PdfReader(path)
        return "\n".join([*(p.extract_text() for p in read.pages), str(read.metadata)])
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as base:
            tables = [r[0] for r in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return "\n".join(str(v) for t in tables for row in base.execute(f'SELECT * FROM "{t}"') for v in row if isinstance(v, (str, float)))
    return path.read_bytes().decode("gbk" if path.suffix == ".dbf" else "utf-8", "replace")


def makers(report):
    return {name: make for document in DOCUMENTS if document.missing(report) is None for name, make in document.files(report).items()}


def told(folder):
    held = {p.name: words_of(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: [w for w in SECRET if w in words] for name, words in held.items()}


def test_no_file_of_a_public_report_speaks_of_strength(public):
    folder, _ = public
    found = told(folder)
    assert len(found) > 20
    assert {name: words for name, words in found.items() if words} == {}


def test_the_same_search_finds_it_in_the_internal_report_which_is_marked(hard_plan, plan_file, tmp_path):
    report = make_report(hard_plan, "internal")
    for name in ("notice.xlsx", "01-zoning.docx"):
        makers(report)[name](report, tmp_path / name)
    found = told(tmp_path) | told(plan_file.parent)
    assert "weak" in found["11-layers.gpkg"]
    assert any(w[0].isdigit() for w in found["11-layers.gpkg"])
    assert all("内部资料" in words_of(tmp_path / name) for name in ("notice.xlsx", "01-zoning.docx"))


def test_the_contents_name_all_twelve_deliverables_and_a_reason_for_every_one_that_is_missing(public):
    folder, contents = public
    listed = {d["number"]: d for d in contents["documents"] if d["number"]}
    assert sorted(listed) == list(range(1, 13))
    assert all(bool(d["files"]) != bool(d["missing"]) for d in contents["documents"])
    assert {n for n, d in listed.items() if d["files"]} == {1, 2, 4, 10, 11, 12}
    assert {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} == set(contents["files"])


def test_a_formula_stays_a_text_and_an_id_stays_a_text(public):
    folder, _ = public
    rows = [r for r in openpyxl.load_workbook(folder / "notice.xlsx")["小学"].iter_rows() if r[0].value == "1"]
    assert rows[0][1].value.startswith("=cmd|' /C calc'!A0")
    assert rows[0][1].data_type == "s"
    for book in folder.glob("*.xlsx"):
        with zipfile.ZipFile(book) as packed:
            sheets = "".join(packed.read(n).decode() for n in packed.namelist() if n.startswith("xl/worksheets/sheet"))
        own = re.findall(r"<f>(.*?)</f>", sheets)
        assert all(re.fullmatch(r"[A-Z]\d+/[A-Z]\d+", rule) for rule in own), "seat use alone is worked out by the spreadsheet"


def test_hard_names_stay_inside_the_folder_and_are_text_in_word_and_pdf(public):
    folder, contents = public
    assert all(re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name) for name in contents["files"])
    page = "\n".join(c.text for t in Document(folder / "notice.docx").tables for row in t.rows for c in row.cells)
    assert NAMES["P2"] in page
    assert "../../etc/passwd" in page
    assert LONG in page
    assert "\x0b" not in page
    assert "北环路" in words_of(folder / "notice.pdf").replace("\n", "")


def test_word_is_told_the_chinese_font(public):
    folder, _ = public
    with zipfile.ZipFile(folder / "01-zoning.docx") as packed:
        assert f'w:eastAsia="{SONG}"' in packed.read("word/styles.xml").decode()


def test_the_pdf_has_contents_with_page_numbers_that_are_true(public):
    pages = [p.extract_text() for p in pypdf.PdfReader(public[0] / "report.pdf").pages]
    assert re.search(r"示范市2026|2026年", pages[0])
    numbers = re.findall(r"^\d+$", pages[1], flags=re.MULTILINE)  # they stand apart from the titles in the stream, in the same order
    titles = [t for t in pages[1].splitlines() if t and not re.fullmatch(r"\d+|目\s*录", t)][: len(numbers)]
    assert {"划片方案", "学区组建方案", "学位供需与预警表"} <= set(titles)
    assert [t for t, number in zip(titles, numbers, strict=True) if t not in pages[int(number) - 1].replace("\n", "")] == []


def test_a_program_reads_the_layers_in_every_format_and_finds_the_same_zones(public):
    folder, _ = public
    plan = read_plan(folder / "11-layers.gpkg")
    assert len(plan.links) == 0
    there = gpd.read_file(folder / "11-zones.geojson")
    shapes = gpd.read_file(folder / "11-shp-gbk" / "zones.shp")  # the .cpg says it is GBK
    assert list(there["zone_id"]) == list(shapes["zone_id"])
    assert there.crs == "EPSG:4326"
    assert max(abs(there.to_crs(plan.crs).area - shapes.area)) < 4.0  # 7 decimals of degrees: a centimetre along 400 m
    assert "第M学校" in set(gpd.read_file(folder / "11-shp-gbk" / "schools.shp")["name"])
    assert all(len(c) <= 10 for c in shapes.columns)
    legend = pd.read_csv(folder / "11-shp-gbk" / "fields.csv")
    assert set(shapes.columns) - {"geometry"} <= set(legend.iloc[:, 0])
    assert any("断" in str(m) for m in legend.iloc[:, 2])  # a name of 200 characters and an emoji do not fit


def test_the_same_plan_gives_the_same_bytes_in_every_pdf_and_shapefile(public, hard_plan, tmp_path):
    folder, _ = public
    report = make_report(hard_plan)
    names = ("notice.pdf", "report.pdf", "11-maps.pdf")
    for name in names:
        makers(report)[name](report, tmp_path / name)
    write_shapefile(layers(report)["zones"], tmp_path / "zones.shp", report.plan.year)
    pairs = [(folder / n, tmp_path / n) for n in names] + [(folder / "11-shp-gbk" / f"zones.{part}", tmp_path / f"zones.{part}") for part in SHP_PARTS]
    assert [a.name for a, b in pairs if a.read_bytes() != b.read_bytes()] == []


def test_a_public_report_over_an_internal_one_leaves_nothing_behind_and_other_files_alone(hard_plan, tmp_path, monkeypatch):
    from districting.outputs.report import folder as module

    monkeypatch.setattr(module, "DOCUMENTS", tuple(d for d in module.DOCUMENTS if d.key == "log"))
    monkeypatch.setattr("districting.outputs.report.registry.DOCUMENTS", module.DOCUMENTS)
    target = tmp_path / "report"
    target.mkdir()
    (target / "05-balance.xlsx").write_text("internal")
    (target / "mine.txt").write_text("mine")
    (tmp_path / "outside.txt").write_text("outside")
    (target / "contents.json").write_text(json.dumps({"files": ["05-balance.xlsx", "../outside.txt"]}))
    write_report(make_report(hard_plan), target)
    assert sorted(p.name for p in target.iterdir()) == ["00-contents.docx", "12-data-log.xlsx", "contents.json", "mine.txt"]
    assert (tmp_path / "outside.txt").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["outside.txt", "report"]


def test_a_document_that_fails_leaves_the_folder_as_it_was(hard_plan, tmp_path, monkeypatch):
    from districting.outputs.report import folder as module

    def broken(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(module, "chapter_docx", broken)
    with pytest.raises(RuntimeError, match="broken"):
        write_report(make_report(hard_plan), tmp_path / "report")
    assert list(tmp_path.iterdir()) == []
