"""What is kept of a slow format is exactly what was read, and nothing else: never a person's row, never a damaged file, never an older source."""

import dataclasses
import datetime
import json
import os
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.config import load_settings
from districting.errors import Fault
from districting.model.settings import InputSpec
from districting.reading import cache
from districting.reading.cache import SLOW, read_kept
from districting.reading.formats import READERS
from districting.reading.kept_table import CannotKeepError, is_same, kept_bytes, table_of
from districting.reading.table import LostCell, RawTable
from districting.wording import text
from tests.contracts.test_readers import LAYERS, PLAIN, layer
from tests.reading.small_city import blocks_frame, city_in, said, with_input

KINDS = {**PLAIN, **LAYERS}


def refuse(*_):
    raise AssertionError("the source was read again")


@pytest.fixture
def unread(monkeypatch):
    """No reader may be asked any more."""

    def forbid():
        monkeypatch.setattr(cache, "READERS", dict.fromkeys(READERS, refuse))

    return forbid


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_read_of_every_format_is_the_first(tmp_path, kind, unread):
    name, write = KINDS[kind]
    path = tmp_path / name
    write(path)
    plain = READERS[path.suffix](path, InputSpec(name), "schools")
    first, problem = read_kept(path, InputSpec(name), "schools", tmp_path / "kept")
    if path.suffix in SLOW:
        unread()
    second, _ = read_kept(path, InputSpec(name), "schools", tmp_path / "kept")
    assert problem is None
    assert is_same(plain, first)
    assert is_same(first, second)
    assert len(list(tmp_path.glob("kept/*"))) == (path.suffix in SLOW)


def test_an_extract_of_openstreetmap_is_kept_by_theme(tmp_path, unread):
    way = "".join(f'<node id="{i}" lat="39.{i}" lon="116.3" version="1"/>' for i in (1, 2, 3))
    tags = '<tag k="highway" v="residential"/><tag k="name" v="朝阳路"/>'
    osm = f'<osm version="0.6">{way}<way id="9" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>{tags}</way></osm>'
    (tmp_path / "a.osm").write_text(osm, encoding="utf-8")
    spec = InputSpec("a.osm")
    first = {table: read_kept(tmp_path / "a.osm", spec, table, tmp_path / "kept")[0] for table in ("roads", "barriers")}
    assert first["roads"].frame["name"].tolist() == ["朝阳路"]
    unread()
    for table, raw in first.items():
        assert is_same(raw, read_kept(tmp_path / "a.osm", spec, table, tmp_path / "kept")[0])


MOMENT = datetime.datetime(2026, 9, 1, 8, 30, 0, 5)
CELLS = [
    "0012",
    12,
    12.0,
    float("nan"),
    True,
    None,
    LostCell("#REF!"),
    LostCell(),
    MOMENT,
    MOMENT.date(),
    MOMENT.time(),
    datetime.timedelta(days=-1, seconds=3),
]
NOTE = Fault(text("reading.total_row", label="合计"), text("reading.choose_sheet", names=["甲", "乙"]), "a.xlsx", "表", 9, "人数", "warning")


def table_with(cells, **more):
    frame = pd.DataFrame({"编号": pd.Series(cells, dtype="object"), "row": pd.Series(range(len(cells)))})
    return RawTable(frame, np.arange(4, 4 + len(cells)), "表", notes=(NOTE,), **more)


@given(st.lists(st.one_of(st.sampled_from(CELLS), st.integers(), st.floats(), st.text(st.characters(codec="utf-8"))), max_size=6))
@settings(max_examples=25)
def test_cells_of_every_kind_come_back_as_they_were(cells):
    assert is_same(table_with(cells), table_of(kept_bytes(table_with(cells))))


SHAPES = [None, shapely.Point(116.3, 39.9, 5), shapely.Polygon(), shapely.MultiPoint([(0, 0.1), (1 / 3, 2)]), shapely.box(0, 0, 1, 1), shapely.Point()]


@pytest.mark.parametrize("crs", [None, "EPSG:4326", gpd.GeoSeries([], crs="EPSG:4546").crs])
@pytest.mark.parametrize("shapes", [SHAPES, SHAPES[:1] * 2, []])
def test_shapes_come_back_point_by_point(shapes, crs):
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    raw = table_with(["a"] * len(shapes), geometry=out, crs=crs)
    assert is_same(raw, table_of(kept_bytes(raw)))


@pytest.mark.parametrize("cell", [MOMENT.replace(tzinfo=datetime.UTC), 3j, b"bytes", ("a",), "\ud800"])
def test_what_has_no_exact_form_is_not_kept(cell):
    with pytest.raises(CannotKeepError):
        kept_bytes(table_with(["a", cell]))
    ring = np.array([shapely.LinearRing([(0, 0), (1, 0), (1, 1)])], dtype=object)
    with pytest.raises(CannotKeepError):
        kept_bytes(table_with(["a"], geometry=ring))


def test_a_kept_layer_is_a_geoparquet_that_other_programs_open(tmp_path):
    layer().to_file(tmp_path / "t.geojson", driver="GeoJSON")
    read_kept(tmp_path / "t.geojson", InputSpec("t.geojson"), "schools", tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    geo = json.loads(pq.read_schema(kept).metadata[b"geo"])
    assert (geo["version"], "covering" in geo["columns"]["geometry"]) == ("1.1.0", True)
    assert gpd.read_parquet(kept)["编号"].tolist() == layer()["编号"].tolist()


def book_of(path, ids):
    with xlsxwriter.Workbook(path) as book:
        for name in ("甲", "乙"):
            book.add_worksheet(name).write_column(0, 0, ["编号", *[f"{name}{i}" for i in ids]])


def test_another_source_sheet_or_table_is_another_entry(tmp_path):
    path = tmp_path / "t.xlsx"

    def read(sheet, **more):
        return read_kept(path, InputSpec("t.xlsx", sheet=sheet, **more), "schools", tmp_path / "kept")[0].frame.iloc[:, 0].tolist()

    book_of(path, [1])
    assert (read("甲"), read("乙"), read("甲")) == (["甲1"], ["乙1"], ["甲1"])
    book_of(path, [2])
    os.utime(path, (0, 0))  # an older time is no sign of an older file
    assert (read("甲"), read("甲")) == (["甲2"], ["甲2"])
    assert read("甲", where="编号 == '甲9'") == ["甲2"]  # what is filtered later is no other source
    assert len(list((tmp_path / "kept").iterdir())) == 3


def test_a_part_of_a_shapefile_that_changes_is_a_change(tmp_path):
    path = tmp_path / "区[1].shp"
    for pupils in (5, 6):
        layer().assign(人数=pupils).to_file(path, driver="ESRI Shapefile", encoding="utf-8")
        raw, _ = read_kept(path, InputSpec(path.name), "schools", tmp_path / "kept")
        assert raw.frame["人数"].tolist() == [pupils] * 3


@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[:-9], lambda b: b[:200] + bytes([b[200] ^ 1]) + b[201:], lambda b: b.replace("编号".encode(), "序号".encode())]
)
def test_a_damaged_file_is_not_believed_and_written_anew(tmp_path, damage):
    book_of(tmp_path / "t.xlsx", range(40))
    ask = (tmp_path / "t.xlsx", InputSpec("t.xlsx", sheet="甲"), "schools", tmp_path / "kept")
    first, _ = read_kept(*ask)
    (kept,) = (tmp_path / "kept").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    assert kept.read_bytes() != whole
    assert is_same(read_kept(*ask)[0], first)
    assert kept.read_bytes() == whole


def test_many_at_once_leave_one_whole_file(tmp_path):
    book_of(tmp_path / "t.xlsx", range(200))
    ask = (tmp_path / "t.xlsx", InputSpec("t.xlsx", sheet="甲"), "schools", tmp_path / "kept")
    with ThreadPoolExecutor(8) as pool:
        read = [f.result()[0] for f in [pool.submit(read_kept, *ask) for _ in range(16)]]
    assert all(is_same(read[0], r) for r in read)
    (kept,) = (tmp_path / "kept").iterdir()
    assert is_same(table_of(kept.read_bytes()), read[0])


def test_persons_are_never_kept(tmp_path):
    book_of(tmp_path / "t.xlsx", [1])
    read_kept(tmp_path / "t.xlsx", InputSpec("t.xlsx", sheet="甲"), "teachers", tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_what_is_kept_is_no_more_readable_than_its_source(tmp_path):
    book_of(tmp_path / "t.xlsx", [1])
    (tmp_path / "t.xlsx").chmod(0o600)
    read_kept(tmp_path / "t.xlsx", InputSpec("t.xlsx", sheet="甲"), "schools", tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def kept_city(folder, **columns):
    """The small city with its blocks as GeoJSON, which is slow, and its schools as CSV, which is not."""
    settings_ = city_in(folder)
    blocks_frame().assign(**columns).to_file(folder / "blocks.geojson", driver="GeoJSON")
    plain = with_input(settings_, blocks=InputSpec("blocks.geojson"))
    return plain, dataclasses.replace(plain, project=dataclasses.replace(plain.project, cache="kept"))


def test_a_city_is_the_same_with_the_cache_and_nothing_is_kept_without_one(tmp_path):
    plain, cached = kept_city(tmp_path, 小学适龄儿童数=["?", *["10"] * 35])
    found = said(plain)
    assert not (tmp_path / "kept").exists()
    assert said(cached) == found
    assert len(list((tmp_path / "kept").iterdir())) == 1
    assert said(cached) == found


def test_a_folder_that_cannot_be_written_is_said_once_and_stops_nothing(tmp_path):
    _, cached = kept_city(tmp_path)
    (tmp_path / "kept").write_text("a file", encoding="utf-8")
    (note,) = [s for s in said(cached) if s[3] == "project.cache"]
    assert (note[0], note[1], note[4]) == ("cache.cannot_write", "config.toml", "warning")


def test_the_config_names_the_folder(tmp_path):
    (tmp_path / "c.toml").write_text('[project]\ncache = "kept"\n', encoding="utf-8")
    assert load_settings(tmp_path / "c.toml").project.cache == "kept"
    assert load_settings(tmp_path / "c.toml", {"project.cache": "/elsewhere"}).project.cache == "/elsewhere"


def test_a_write_that_is_cut_off_leaves_nothing_that_is_read(tmp_path, monkeypatch):
    book_of(tmp_path / "t.xlsx", [1])

    def cut_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cache.os, "replace", cut_off)
    with pytest.raises(KeyboardInterrupt):
        read_kept(tmp_path / "t.xlsx", InputSpec("t.xlsx", sheet="甲"), "schools", tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []
