"""What every reader in READERS keeps to: the same small table written in its format comes back the same (rows, names, ids as text, shapes, row numbers),
every time; and a file that is none is one clear fault.
"""

import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xlsxwriter
import xlwt

from districting.errors import DataError
from districting.model.settings import InputSpec
from districting.reading.formats import READERS
from districting.reading.table import RawTable
from districting.reading.typed import text_cells
from tests.osm.drawn_town import Drawing, packed

IDS = ["0012", "2111000003", "3.5a"]
NAMES = ["示范市第一小学", "青禾县朝阳路小学", "清河中学（东校区）"]
PUPILS = [120, 0, 845]
HEADER = ["编号", "校名", "人数"]
POINTS = [(116.31, 39.91), (116.32, 39.92), (116.33, 39.93)]


def records():
    return [list(r) for r in zip(IDS, NAMES, PUPILS, strict=True)]


def layer():
    frame = pd.DataFrame(records(), columns=HEADER)
    return gpd.GeoDataFrame(frame, geometry=shapely.points(POINTS), crs="EPSG:4326")


def xlsx(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("学校")
        for r, row in enumerate([HEADER, *records()]):
            sheet.write_row(r, 0, row)


def xls(path):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("学校")
    for r, row in enumerate([HEADER, *records()]):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(str(path))


def ods(path):
    """The least an OpenDocument spreadsheet holds."""

    def cell(value):
        kind = f'office:value-type="float" office:value="{value}"' if isinstance(value, int) else 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in [HEADER, *records()])
    space = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    table = f'<table:table table:name="学校">{rows}</table:table>'
    content = f"<office:document-content {space}><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{manifest}"/>')
        archive.writestr("content.xml", '<?xml version="1.0" encoding="UTF-8"?>' + content)


def delimited(encoding, separator=","):
    def write(path):
        lines = [separator.join(map(str, row)) for row in [HEADER, *records()]]
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))

    return write


def driver(name, **options):
    return lambda path: layer().to_file(path, driver=name, **options)


def shapefile(encoding):
    return lambda path: layer().to_file(path, driver="ESRI Shapefile", encoding=encoding)


def silent_shapefile(encoding, ldid=0):
    """A shapefile as old desktop programs leave it: no .cpg, and a DBF header that names no code page."""

    def write(path):
        shapefile(encoding)(path)
        path.with_suffix(".cpg").unlink(missing_ok=True)
        dbf = path.with_suffix(".dbf")
        data = bytearray(dbf.read_bytes())
        data[29] = ldid
        dbf.write_bytes(bytes(data))

    return write


def zipped(write, inside=""):
    def pack(path):
        source = path.with_name("unpacked")
        source.mkdir()
        write(source / "schools.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(source.iterdir()):
                archive.write(part, f"{inside}{part.name}")

    return pack


PLAIN = {
    "xlsx": ("t.xlsx", xlsx),
    "xls": ("t.xls", xls),
    "ods": ("t.ods", ods),
    "utf8": ("t.csv", delimited("utf-8")),
    "bom": ("t.csv", delimited("utf-8-sig")),
    "gbk": ("t.csv", delimited("gbk")),
    "tabs": ("t.txt", delimited("utf-8", "\t")),
    "parquet": ("t.parquet", lambda path: pd.DataFrame(layer().drop(columns="geometry")).to_parquet(path)),
}
LAYERS = {
    "gpkg": ("t.gpkg", driver("GPKG")),
    "geojson": ("t.geojson", driver("GeoJSON")),
    "json": ("t.json", driver("GeoJSON")),
    "fgb": ("t.fgb", driver("FlatGeobuf", SPATIAL_INDEX="NO")),  # with an index the format itself reorders the records
    "kml": ("t.kml", driver("LIBKML")),
    "geoparquet": ("t.parquet", lambda path: layer().to_parquet(path)),
    "shp": ("t.shp", shapefile("utf-8")),
    "shp_gbk_cpg": ("t.shp", shapefile("gbk")),
    "shp_gbk_silent": ("t.shp", silent_shapefile("gbk")),
    "shp_gbk_ansi": ("t.shp", silent_shapefile("gbk", 0x57)),
    "shp_utf8_silent": ("t.shp", silent_shapefile("utf-8")),
    "zip": ("t.zip", zipped(shapefile("utf-8"))),
    "zip_in_folder": ("t.zip", zipped(silent_shapefile("gbk"), "数据/学校/")),
}


def osm(path):
    """Three schools as nodes, named; an extract has no other columns of ours."""
    town = Drawing()
    for name, (x, y) in zip(NAMES, POINTS, strict=True):
        town.node(x * 1000, y * 1000, amenity="school", name=name)
    town.write(path)


def pbf(path):
    osm(path.with_suffix(".osm"))
    packed(path.with_suffix(".osm"), path)


EXTRACTS = {"osm": ("t.osm", osm), "pbf": ("t.osm.pbf", pbf)}
EXAMPLES = {**PLAIN, **LAYERS, **EXTRACTS}
SUFFIX = {kind: Path(name).suffix for kind, (name, _) in EXAMPLES.items()}
FOLDER = "数据 一"
"""A name with Chinese and a blank in it, as planners give folders."""


def read(path, **spec):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as load does: GDAL's own remarks
        return READERS[path.suffix](path, InputSpec(path=path.name, **spec), "schools")


def assert_same(raw, first_row):
    assert list(raw.frame.columns) == HEADER
    assert text_cells(raw.frame["编号"]).tolist() == IDS
    assert text_cells(raw.frame["校名"]).map(lambda s: s.replace("(", "（").replace(")", "）")).tolist() == NAMES
    assert pd.to_numeric(raw.frame["人数"]).tolist() == PUPILS
    assert raw.row.tolist() == [first_row, first_row + 1, first_row + 2]


def assert_extract(raw):
    assert raw.frame["name"].tolist() == NAMES
    assert raw.frame["school_id"].tolist() == ["n1", "n2", "n3"]
    assert raw.row.tolist() == [1, 2, 3]


def assert_told(kind, raw):
    """What an example of this kind must come back as."""
    if kind in EXTRACTS:
        assert_extract(raw)
    else:
        assert_same(raw, 2 if kind in PLAIN and kind != "parquet" else 1)
    if kind in PLAIN:
        assert raw.geometry is None
    else:
        assert gpd.GeoSeries(raw.geometry, crs=raw.crs).crs.to_epsg() == 4326
        assert [(round(p.x, 9), round(p.y, 9)) for p in raw.geometry] == POINTS


def assert_kept(suffix, folder):
    """Every law of a reader; an AssertionError or the reader's own error where it breaks one."""
    kinds = [kind for kind in EXAMPLES if SUFFIX[kind] == suffix]
    assert kinds, f"no example of {suffix}: write one above"
    for kind in kinds:
        name, write = EXAMPLES[kind]
        place = folder / kind / FOLDER
        place.mkdir(parents=True)
        write(place / name)
        before = {p.name: p.read_bytes() for p in place.rglob("*") if p.is_file()}
        one, two = read(place / name), read(place / name)
        assert_told(kind, one)
        pd.testing.assert_frame_equal(one.frame, two.frame)
        assert (one.row == two.row).all()
        assert {p.name: p.read_bytes() for p in place.rglob("*") if p.is_file()} == before, "reading changes nothing"
    for content in (b"", bytes(range(256)) * 8):
        path = folder / f"none{suffix}"
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            read(path)
        assert all(f.file == path.name and f.remedy.say("zh") and f.problem.say("zh") for f in caught.value.faults)


@pytest.mark.parametrize("suffix", READERS)
def test_a_reader_keeps_every_law(tmp_path, suffix):
    assert_kept(suffix, tmp_path)


def test_a_suffix_without_an_example_is_caught(tmp_path, monkeypatch):
    monkeypatch.setitem(READERS, ".dbx", READERS[".csv"])
    with pytest.raises(AssertionError, match=r"no example of \.dbx"):
        assert_kept(".dbx", tmp_path)


def _shorter(raw):
    return raw.take(np.arange(len(raw.row)) > 0)


def _numbers(raw):
    return RawTable(raw.frame.assign(编号=pd.to_numeric(raw.frame["编号"], errors="coerce")), raw.row)


def _counting_from_one(raw):
    return RawTable(raw.frame, raw.row - 1)


@pytest.mark.parametrize("spoilt", [_shorter, _numbers, _counting_from_one])
def test_a_bad_reader_that_is_registered_is_caught(spoilt, tmp_path, monkeypatch):
    good = READERS[".csv"]
    monkeypatch.setitem(READERS, ".csv", lambda *given: spoilt(good(*given)))
    with pytest.raises(AssertionError):
        assert_kept(".csv", tmp_path)


def test_a_reader_that_takes_anything_for_a_table_is_caught(tmp_path, monkeypatch):
    good, nothing = READERS[".csv"], RawTable(pd.DataFrame(), np.zeros(0, dtype=np.int64))
    monkeypatch.setitem(READERS, ".csv", lambda path, *given: nothing if path.stem == "none" else good(path, *given))
    with pytest.raises(pytest.fail.Exception):
        assert_kept(".csv", tmp_path)


@pytest.mark.parametrize(("name", "write"), [LAYERS["shp_gbk_silent"], LAYERS["shp_gbk_ansi"], LAYERS["zip_in_folder"]])
def test_a_guessed_code_page_is_said(tmp_path, name, write):
    write(tmp_path / name)
    (note,) = read(tmp_path / name).notes
    assert note.severity == "warning"
    assert "gb18030" in note.say("en")


@pytest.mark.parametrize(("kind", "encoding"), [("gbk", "utf-8"), ("utf8", "ascii"), ("shp_gbk_silent", "utf-8"), ("zip_in_folder", "utf-8"), ("shp", "ascii")])
def test_a_wrong_encoding_is_one_clear_fault(tmp_path, kind, encoding):
    name, write = {**PLAIN, **LAYERS}[kind]
    write(tmp_path / name)
    with pytest.raises(DataError) as caught:
        read(tmp_path / name, encoding=encoding)
    (fault,) = caught.value.faults
    assert fault.problem.key == "reading.wrong_encoding"
    assert (fault.file, fault.remedy.key) == (name, "reading.give_encoding")


def test_an_encoding_nobody_knows_is_one_clear_fault(tmp_path):
    delimited("utf-8")(tmp_path / "t.csv")
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.csv", encoding="gbk-8")
    assert caught.value.faults[0].problem.key == "reading.wrong_encoding"


def test_a_code_page_file_that_lies_is_a_fault_not_mojibake(tmp_path):
    shapefile("gbk")(tmp_path / "t.shp")
    (tmp_path / "t.cpg").write_text("UTF-8")
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.shp")
    assert caught.value.faults[0].problem.key == "reading.wrong_encoding"


def test_a_zip_of_two_layers_needs_a_name_and_takes_it(tmp_path):
    for stem in ("schools", "others"):
        shapefile("utf-8")(tmp_path / f"{stem}.shp")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        for part in sorted([*tmp_path.glob("schools.*"), *tmp_path.glob("others.*")]):
            archive.write(part, part.name)
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.zip")
    assert caught.value.faults[0].problem.key == "reading.many_layers"
    assert "others" in caught.value.say("en")
    assert_same(read(tmp_path / "t.zip", layer="schools"), 1)


def test_a_zip_without_a_shapefile(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.zip")
    assert caught.value.faults[0].problem.key == "reading.zip_without_shape"


def test_a_shapefile_without_its_table(tmp_path):
    shapefile("utf-8")(tmp_path / "t.shp")
    (tmp_path / "t.dbf").unlink()
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.shp")
    assert caught.value.faults[0].problem.key == "reading.no_sibling"


def test_several_layers_and_none_named(tmp_path):
    for name in ("学校", "地块"):
        layer().to_file(tmp_path / "t.gpkg", layer=name)
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.gpkg")
    assert caught.value.faults[0].problem.key == "reading.many_layers"
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.gpkg", layer="道路")
    (fault,) = caught.value.faults
    assert (fault.problem.key, fault.sheet) == ("reading.no_layer", "道路")
    assert "地块" in fault.say("zh")
    assert_same(read(tmp_path / "t.gpkg", layer="学校"), 1)


def test_several_sheets_and_none_named(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        for name in ("小学", "初中"):
            sheet = book.add_worksheet(name)
            for r, row in enumerate([HEADER, *records()]):
                sheet.write_row(r, 0, row)
        book.add_worksheet("空表")
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.xlsx")
    (fault,) = caught.value.faults
    assert fault.problem.key == "reading.many_sheets"
    assert fault.remedy.values["names"] == ["小学", "初中"]
    with pytest.raises(DataError) as caught:
        read(tmp_path / "t.xlsx", sheet="高中")
    assert caught.value.faults[0].problem.key == "reading.no_sheet"
    assert_same(read(tmp_path / "t.xlsx", sheet="初中"), 2)
