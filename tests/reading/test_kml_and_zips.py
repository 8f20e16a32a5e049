"""KML as people and programs write it, zips of shapefiles with Chinese names in old encodings, and both when they are hostile."""

import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from districting.errors import DataError
from districting.model.settings import InputSpec
from districting.reading.formats import READERS, zipped
from tests.contracts.test_readers import silent_shapefile
from tests.reading.small_city import HEADERS, city_in, keys, schools_table

PLACEMARK = "<Placemark><name>{0}</name><description><![CDATA[{1}]]></description><Point><coordinates>{2},{3},0</coordinates></Point></Placemark>"
KML = '<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>学校</name>{0}</Folder></Document></kml>'


def drawn_by_hand(as_html):
    """The four schools of the small city as placemarks whose descriptions hold the other columns."""
    marks = []
    for row in schools_table().to_dict(orient="records"):
        told = {"学校标识码": row["学校标识码"], "学段": row["学段"], "招生计划": row["招生计划"]}
        cells = "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in told.items())
        body = f"<table>{cells}</table>" if as_html else "<br/>".join(f"{k}：{v}" for k, v in told.items())
        marks.append(PLACEMARK.format(row["学校名称"], body, row["经度"], row["纬度"]))
    return KML.format("".join(marks), head="")


@pytest.mark.parametrize("as_html", [True, False])
def test_schools_drawn_by_hand_make_a_city_with_a_note_of_what_was_taken_apart(tmp_path, as_html):
    settings = city_in(tmp_path, path="schools.kml", datum="wgs84")
    (tmp_path / "schools.kml").write_text(drawn_by_hand(as_html), encoding="utf-8")
    assert "sources.kml_description" in keys(settings, "warning")
    assert keys(settings, "error") == []
    raw = READERS[".kml"](tmp_path / "schools.kml", InputSpec("schools.kml"), "schools")
    assert list(raw.frame.columns) == ["Name", "学校标识码", "学段", "招生计划"]
    assert raw.sheet == "学校"


def test_a_kml_written_by_a_program_keeps_its_columns_and_its_codes_as_text(tmp_path):
    frame = schools_table().assign(学校标识码=["0012", "0013", "0014", "0015"])
    shapes = shapely.points(frame[["经度", "纬度"]].astype(float))
    gpd.GeoDataFrame(frame[HEADERS].astype(str), geometry=shapes, crs="EPSG:4326").to_file(tmp_path / "a.kml", driver="LIBKML")
    raw = READERS[".kml"](tmp_path / "a.kml", InputSpec("a.kml"), "schools")
    assert raw.frame["学校标识码"].tolist() == ["0012", "0013", "0014", "0015"]
    assert list(raw.frame.columns) == HEADERS
    assert raw.crs == "EPSG:4326"
    assert keys(city_in(tmp_path, path="a.kml", datum=None), "error") == []


def test_a_kml_in_a_datum_of_web_maps_is_asked_about(tmp_path):
    (tmp_path / "schools.kml").write_text(drawn_by_hand(False), encoding="utf-8")
    assert "assumed_wgs84" in keys(city_in(tmp_path, path="schools.kml", datum=None), "warning")


def test_entities_of_a_kml_are_never_expanded(tmp_path):
    (tmp_path / "secret.txt").write_text("secret words", encoding="utf-8")
    bombs = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
    outside = f'<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">'
    for head, name in ((f'<!DOCTYPE k [<!ENTITY e0 "aaaaaaaaaa">{bombs}]>', "&e9;"), (f"<!DOCTYPE k [{outside}]>", "&x;")):
        (tmp_path / "a.kml").write_text(KML.format(PLACEMARK.format(name, "", 116.3, 39.9), head=head), encoding="utf-8")
        with pytest.raises(DataError) as refused:
            READERS[".kml"](tmp_path / "a.kml", InputSpec("a.kml"), "schools")
        assert "secret words" not in refused.value.say("en")


def gbk_zip(path, folder="数据/学校/", stem="小学"):
    """A zip with GBK names, put together byte by byte."""
    source = path.with_name("unpacked")
    source.mkdir(exist_ok=True)
    silent_shapefile("gbk")(source / "layer.shp")
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(source.iterdir()):
            info = zipfile.ZipInfo(part.suffix.rjust(len(f"{folder}{stem}{part.suffix}".encode("gbk")), "x"))
            archive.writestr(info, part.read_bytes())
    raw = path.read_bytes()
    for signature, offset in ((b"PK\x03\x04", 30), (b"PK\x01\x02", 46)):
        at = 0
        for part in sorted(source.iterdir()):
            name = f"{folder}{stem}{part.suffix}".encode("gbk")
            at = raw.index(signature, at)
            raw = raw[: at + offset] + name + raw[at + offset + len(name) :]
            at += offset
    path.write_bytes(raw)


def test_a_zip_with_gbk_names_in_folders_is_read_and_its_layer_is_called_by_its_chinese_name(tmp_path):
    gbk_zip(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert not any(i.flag_bits & 0x800 for i in archive.infolist())
    for spec in (InputSpec("a.zip"), InputSpec("a.zip", layer="小学")):
        raw = READERS[".zip"](tmp_path / "a.zip", spec, "schools")
        assert raw.frame["校名"].tolist() == ["示范市第一小学", "青禾县朝阳路小学", "清河中学（东校区）"]
    with pytest.raises(DataError):
        READERS[".zip"](tmp_path / "a.zip", InputSpec("a.zip", layer="中学"), "schools")


def test_a_zip_that_unpacks_to_more_than_a_shapefile_can_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "MOST_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf"):
            archive.writestr(f"a{suffix}", bytes(1 << 22))
    with pytest.raises(DataError) as refused:
        READERS[".zip"](tmp_path / "a.zip", InputSpec("a.zip"), "schools")
    assert refused.value.faults[0].problem.key == "sources.zip_too_large"


def test_a_flatgeobuf_with_its_index_holds_the_same_records(tmp_path):
    shapes = shapely.points([(116.3 + 0.01 * i, 39.9) for i in range(5)])
    frame = gpd.GeoDataFrame(pd.DataFrame({"校名": [f"第{i}小学" for i in range(5)]}), geometry=shapes, crs="EPSG:4490")
    frame.to_file(tmp_path / "a.fgb", driver="FlatGeobuf")
    raw = READERS[".fgb"](tmp_path / "a.fgb", InputSpec("a.fgb"), "schools")
    assert sorted(raw.frame["校名"]) == sorted(frame["校名"])
    assert raw.crs == "EPSG:4490"
