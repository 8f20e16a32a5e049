"""Bad files, each made from a good one or by hand: what they are called, what they write, and what the config says of them."""

import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
import xlsxwriter

from tests.hostile.good_files import BLOCKS, SCHOOLS, good_bytes, schools_layer, shapefile_parts
from tests.reading.small_city import HEADERS, blocks_frame, schools_table

Write = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """``table``: the input that is bad; ``file``: its name; ``write`` makes it in the folder; ``spec``: what the config says beside its path (TOML)."""

    name: str
    table: str
    file: str
    write: Write = field(compare=False)
    spec: str = ""


def put(content: bytes) -> Write:
    return lambda path: path.write_bytes(content)


def schools(name: str, suffix: str, write: Write | bytes | str, spec: str = "") -> Case:
    content = write.encode() if isinstance(write, str) else write
    return Case(f"schools.{suffix}: {name}", "schools", f"schools.{suffix}", put(content) if isinstance(content, bytes) else content, spec)


def blocks(name: str, suffix: str, write: Write | bytes | str, spec: str = "") -> Case:
    content = write.encode() if isinstance(write, str) else write
    return Case(f"blocks.{suffix}: {name}", "blocks", f"blocks.{suffix}", put(content) if isinstance(content, bytes) else content, spec)


def cut_short() -> Iterator[Case]:
    """A download that stopped: nothing, one byte, a tenth, half, nine tenths."""
    for _, formats, make in (("schools", SCHOOLS, schools), ("blocks", BLOCKS, blocks)):
        for suffix, write in formats.items():
            data = good_bytes(write, suffix)
            for share in (0.0, 0.1, 0.5, 0.9):
                yield make(f"only the first {share:.0%}", suffix, data[: int(share * len(data))])
            yield make("only the first byte", suffix, data[:1])


def another_format() -> Iterator[Case]:
    """The bytes of one format under the name of another, noise, zeros."""
    noise = np.random.default_rng(5).bytes(4096)
    for suffix, write in SCHOOLS.items():
        other = "gpkg" if suffix == "xlsx" else "xlsx"
        yield schools(f"is {other} in truth", suffix, good_bytes(SCHOOLS[other], other))
        yield schools("is noise", suffix, noise)
        yield schools("is zeros", suffix, bytes(4096))
        yield schools("is a picture", suffix, b"\x89PNG\r\n\x1a\n" + noise)
        yield schools("is noise behind the right beginning", suffix, good_bytes(write, suffix)[:16] + noise)
        if suffix in ("xls", "xlsx"):
            yield schools("is a web page with a table", suffix, schools_table().to_html(index=False))
        yield schools("is a web page that asks to log in", suffix, "<!doctype html><html><body><form>请登录</form></body></html>")


def no_plain_file() -> Iterator[Case]:
    for suffix in ("csv", "xlsx", "gpkg", "geojson", "parquet", "zip"):
        yield schools("is a folder", suffix, lambda path: path.mkdir())
        yield schools("is a link to itself", suffix, lambda path: path.symlink_to(path))
        yield schools("is a link to nothing", suffix, lambda path: path.symlink_to(path.parent / "gone"))
        yield schools("is a pipe nobody writes to", suffix, lambda path: os.mkfifo(path))
        yield schools("is a device without end", suffix, lambda path: path.symlink_to("/dev/zero"))


def table_of(**cells: object) -> str:
    """schools.csv with cells of its first row replaced; headers name them."""
    table = schools_table()
    for header, value in cells.items():
        table.loc[0, header] = value
    return table.to_csv(index=False)


def bad_cells() -> Iterator[Case]:
    for value in ("nan", "inf", "-inf", "1e400", "1e308", "-1e308", "0x74", "东", "=1+1", "12,3", "9" * 400, "1e", "--1", "٣٩", "\x00", "NULL"):
        yield schools(f"longitude {value[:12]!r}", "csv", table_of(经度=value))
        yield schools(f"seats {value[:12]!r}", "csv", table_of(招生计划=value if value != "1e308" else "-5"))
    yield schools("a stage nobody has", "csv", table_of(学段="'; DROP TABLE schools;--"))
    yield schools("no name", "csv", table_of(学校名称=""))
    yield schools("every coordinate nought", "csv", schools_table().assign(经度=0, 纬度=0).to_csv(index=False))
    yield schools("swapped axes", "csv", schools_table().rename(columns={"经度": "纬度", "纬度": "经度"}).to_csv(index=False))


def bad_text() -> Iterator[Case]:
    good = schools_table().to_csv(index=False)
    for encoding in ("utf-16", "utf-16-be", "utf-32"):
        yield schools(f"in {encoding}", "csv", good.encode(encoding))
    yield schools("in a named wrong encoding", "csv", good.encode("gbk"), 'encoding = "utf-8"')
    yield schools("in an encoding that is none", "csv", good, 'encoding = "rot13"')
    yield schools("in an encoding that packs", "csv", good, 'encoding = "zip"')
    yield schools("in an encoding nobody knows", "csv", good, 'encoding = "../../etc"')
    yield schools("half GBK, half UTF-8", "csv", good.encode() + "S9,第九小学\n".encode("gbk"))
    yield schools("bytes that are no text", "csv", good.encode() + b"\xff\xfe\xfd\x81\n")
    yield schools("a header alone", "csv", ",".join(HEADERS) + "\n")
    yield schools("blank lines alone", "csv", "\n" * 5000)
    yield schools("commas alone", "csv", ",,,,\n" * 50)
    yield schools("no header", "csv", good.split("\n", 1)[1])
    yield schools("a header twice", "csv", good.replace("得分", "学校名称", 1))
    yield schools("a quote that never ends", "csv", good.replace("S1", '"S1', 1))
    yield schools("a million columns", "csv", ",".join([*HEADERS, *(f"c{i}" for i in range(1_000_000))]) + "\n" + ",".join(["x"] * 1_000_007) + "\n")
    yield schools("a cell of ten million letters", "csv", good.replace("第0小学", "字" * 10_000_000))
    yield schools("a row of a million cells", "csv", good + ",".join(["x"] * 1_000_000) + "\n")
    yield schools("the same school a hundred times", "csv", good + good.split("\n")[1].join(["", "\n"]) * 100)


def bad_json() -> Iterator[Case]:
    def of(*features: object, **more: object) -> bytes:
        return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()

    def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
        return {"type": "Feature", "properties": {"block_id": "b", "pupils_primary": 1, **properties}, "geometry": {"type": kind, "coordinates": coordinates}}

    square = [[[116.3, 39.9], [116.31, 39.9], [116.31, 39.91], [116.3, 39.9]]]
    yield blocks("no features", "geojson", of())
    yield blocks("features that are words", "geojson", of("a", "b"))
    yield blocks("features that are nothing", "geojson", of(None))
    yield blocks("a list", "geojson", b"[1, 2, 3]")
    yield blocks("a number", "geojson", b"1")
    yield blocks("a hundred thousand brackets", "geojson", b'{"type":"FeatureCollection","features":' + b"[" * 100_000)
    yield blocks(
        "coordinates nested a thousand deep", "geojson", of(feature("Polygon", 0)).replace(b'"coordinates": 0', b'"coordinates": ' + b"[" * 1000 + b"]" * 1000)
    )
    for name, coordinates in (
        ("of words", [[["a", "b"]]]),
        ("of nothing", None),
        ("empty", []),
        ("of two corners", [[[116.3, 39.9], [116.4, 39.9]]]),
        ("beyond the world", [[[1e300, 1e300], [1e300, -1e300], [-1e300, -1e300], [1e300, 1e300]]]),
        ("in one point", [[[116.3, 39.9]] * 4]),
        ("in kilometres", [[[x * 1e5, y * 1e5] for x, y in square[0]]]),
    ):
        yield blocks(f"coordinates {name}", "geojson", of(feature("Polygon", coordinates)))
    yield blocks("coordinates of NaN", "geojson", of(feature("Polygon", square)).replace(b"39.91", b"NaN"))
    yield blocks("coordinates of infinity", "geojson", of(feature("Polygon", square)).replace(b"39.91", b"1e999"))
    yield blocks("a shape nobody knows", "geojson", of(feature("Circle", [116.3, 39.9])))
    yield blocks("lines where areas belong", "geojson", of(feature("LineString", square[0])))
    yield blocks("a reference system nobody knows", "geojson", of(feature("Polygon", square), crs={"type": "name", "properties": {"name": "EPSG:999999"}}))
    yield blocks("columns that are lists", "geojson", of(feature("Polygon", square, pupils_primary=[1, {"a": 2}])))
    yield blocks("thirty thousand columns", "geojson", of(feature("Polygon", square, **{f"c{i}": 1 for i in range(30_000)})))
    yield blocks("an id twice", "geojson", of(feature("Polygon", square), feature("Polygon", square)))


def bad_kml() -> Iterator[Case]:
    def kml(inside: str, head: str = "") -> str:
        return f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'

    mark = "<Placemark><name>{}</name><Point><coordinates>116.301,39.901</coordinates></Point></Placemark>"
    bombs = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(12))
    yield schools("a billion laughs", "kml", kml(mark.format("&e12;"), f'<!DOCTYPE k [<!ENTITY e0 "aaaaaaaaaa">{bombs}]>'))
    yield schools("an entity out of a file", "kml", kml(mark.format("&x;"), '<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/hostname">]>'))
    yield schools("an entity from afar", "kml", kml(mark.format("&x;"), '<!DOCTYPE k [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'))
    yield schools("parameter entities", "kml", kml(mark.format("a"), '<!DOCTYPE k [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>'))
    yield schools("not closed", "kml", kml(mark.format("a"))[:-20])
    yield schools("nothing marked", "kml", kml(""))
    yield schools("nested ten thousand deep", "kml", kml("<Folder>" * 10_000 + "</Folder>" * 10_000))
    yield schools("a place without coordinates", "kml", kml("<Placemark><name>a</name><Point/></Placemark>"))
    yield schools("coordinates of words", "kml", kml(mark.replace("116.301,39.901", "here,there").format("a")))
    data = "<Placemark><name>a</name><ExtendedData>{}</ExtendedData><Point><coordinates>116.301,39.901</coordinates></Point></Placemark>"
    yield schools(
        "a thousand names of data that nobody knows", "kml", kml(data.format("".join(f'<Data name="列{i}"><value>1</value></Data>' for i in range(1000))))
    )
    yield schools("data that are entities", "kml", kml(data.format('<Data name="学段"><value>&e0;</value></Data>'), '<!DOCTYPE k [<!ENTITY e0 "小学">]>'))
    yield schools("in GBK", "kml", kml(mark.format("第一小学")).replace("?>", ' encoding="GBK"?>', 1).encode("gbk"))
    yield schools("a link into the network", "kml", kml("<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>"))


def packed(*members: tuple[str, bytes], **mode: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if mode.get("link"):
                info.external_attr = 0o120777 << 16
            archive.writestr(info, content)
    return out.getvalue()


def zeros(name: str, gibibytes: int, *members: tuple[str, bytes]) -> bytes:
    """A zip of a few megabytes of which one member truly unpacks to many gibibytes; put together by hand, because packing that much takes a minute."""
    archive = bytearray(packed(*members))
    directory = int.from_bytes(archive[-6:-2], "little")
    entries, count = archive[directory:-22], int.from_bytes(archive[-12:-10], "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = block * (64 * gibibytes) + packer.flush()
    size = gibibytes << 30
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(data), size, len(name), 0)
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, directory) + name.encode()
    body = archive[:directory] + b"PK\x03\x04" + common + name.encode() + data
    end = struct.pack("<HHHHIIH", 0, 0, count + 1, count + 1, len(entries) + len(entry), len(body), 0)
    return bytes(body + entries + entry + b"PK\x05\x06" + end)


def bad_zips() -> Iterator[Case]:
    parts = shapefile_parts(schools_layer())

    yield schools("a bomb", "zip", zeros("a.dbf", 3, *((f"a{s}", parts[s]) for s in (".shp", ".shx"))))
    yield schools("nothing in it", "zip", packed())
    yield schools("a text in it", "zip", packed(("readme.txt", b"hello")))
    yield schools("a zip in it", "zip", packed(("inner.zip", packed(*((f"a{s}", parts[s]) for s in parts)))))
    yield schools("two layers", "zip", packed(*((f"{n}{s}", parts[s]) for n in "ab" for s in parts)))
    yield schools("no .dbf", "zip", packed(*((f"a{s}", parts[s]) for s in parts if s != ".dbf")))
    yield schools("no .shx", "zip", packed(*((f"a{s}", parts[s]) for s in parts if s != ".shx")))
    for name in ("../../../outside", "/tmp/outside", "..\\..\\outside", "C:\\outside"):
        members = [(f"{name}{s}", b"no shapefile" if s == ".shp" else parts[s]) for s in parts]
        yield schools(f"climbs out by {name}", "zip", packed(*members))
    yield schools("links instead of files", "zip", packed(*((f"a{s}", b"/etc/passwd") for s in parts), link=True))
    broken = bytearray(packed(*((f"a{s}", parts[s]) for s in parts)))
    broken[60:90] = bytes(30)
    yield schools("a member that does not unpack", "zip", bytes(broken))
    locked = bytearray(packed(*((f"a{s}", parts[s]) for s in parts)))
    for at in range(len(locked) - 4):
        if locked[at : at + 4] == b"PK\x01\x02":
            locked[at + 8] |= 1
        if locked[at : at + 4] == b"PK\x03\x04":
            locked[at + 6] |= 1
    yield schools("locked by a password", "zip", bytes(locked))
    yield schools("ten thousand members", "zip", packed(*((f"m{i}.txt", b"") for i in range(10_000))))


def bad_shapefiles() -> Iterator[Case]:
    parts = shapefile_parts(schools_layer())

    def beside(**changes: bytes | None) -> Write:
        def write(path: Path) -> None:
            for suffix, data in {**parts, **{f".{k}": v for k, v in changes.items()}}.items():
                if data is not None:
                    path.with_suffix(suffix).write_bytes(data)

        return write

    dbf, shp = parts[".dbf"], parts[".shp"]
    many = dbf[:4] + (2**31).to_bytes(4, "little") + dbf[8:]
    yield schools("no .dbf", "shp", beside(dbf=None))
    yield schools("no .shx", "shp", beside(shx=None))
    yield schools("an empty .dbf", "shp", beside(dbf=b""))
    yield schools("a .dbf of ten bytes", "shp", beside(dbf=dbf[:10]))
    yield schools("a .dbf that stops in its header", "shp", beside(dbf=dbf[:50]))
    yield schools("a .dbf that says it holds two thousand million rows", "shp", beside(dbf=many))
    yield schools("a .dbf whose rows have no width", "shp", beside(dbf=dbf[:10] + b"\0\0" + dbf[12:]))
    yield schools("a .dbf whose header is as long as all", "shp", beside(dbf=dbf[:8] + b"\xff\xff" + dbf[10:]))
    yield schools("a .prj of nonsense", "shp", beside(prj=b"PROJCS[" * 500))
    yield schools("no .prj and no datum", "shp", beside(prj=None))
    yield schools("a .shp of noise", "shp", beside(shp=shp[:100] + np.random.default_rng(1).bytes(400)))
    yield schools("a .shp cut off", "shp", beside(shp=shp[:110]))
    yield schools("a .shx of noise", "shp", beside(shx=parts[".shx"][:100] + np.random.default_rng(2).bytes(200)))


def bad_books() -> Iterator[Case]:
    good = good_bytes(SCHOOLS["xlsx"], "xlsx")

    def members(name: str, change: Callable[[bytes], bytes | None]) -> list[tuple[str, bytes]]:
        with zipfile.ZipFile(io.BytesIO(good)) as archive:
            changed = [(i.filename, change(archive.read(i)) if i.filename == name else archive.read(i)) for i in archive.infolist()]
        return [(n, d) for n, d in changed if d is not None]

    def with_member(name: str, change: Callable[[bytes], bytes | None]) -> bytes:
        return packed(*members(name, change))

    def wide(path: Path) -> None:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("学校")
            sheet.write_row(0, 0, HEADERS)
            sheet.write(1_048_575, 16_383, "far away")

    sheet = "xl/worksheets/sheet1.xml"
    yield schools("a bomb", "xlsx", zeros(sheet, 3, *members(sheet, lambda _: None)))
    yield schools("a cell at the very end", "xlsx", wide)
    yield schools("no sheet in it", "xlsx", with_member(sheet, lambda _: None))
    yield schools("a sheet of noise", "xlsx", with_member(sheet, lambda _: b"\xff\xfe<a>"))
    yield schools("a sheet cut off", "xlsx", with_member(sheet, lambda d: d[: len(d) // 2]))
    yield schools("no list of sheets", "xlsx", with_member("xl/workbook.xml", lambda _: None))
    yield schools("no texts", "xlsx", with_member("xl/sharedStrings.xml", lambda _: b""))
    yield schools(
        "texts that are entities",
        "xlsx",
        with_member("xl/sharedStrings.xml", lambda d: d.replace(b"<sst", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst', 1)[:-30]),
    )
    yield schools("a sheet that is not there", "xlsx", good, 'sheet = "教师"')
    yield schools("a sheet by a hostile name", "xlsx", good, 'sheet = "\'; DROP TABLE x;--"')


def bad_layers() -> Iterator[Case]:
    def layers(*names: str) -> Write:
        def write(path: Path) -> None:
            for name in names:
                blocks_frame().to_file(path, layer=name, driver="GPKG")

        return write

    def statements(*sql: str) -> Write:
        def write(path: Path) -> None:
            import sqlite3

            layers("blocks")(path)
            with sqlite3.connect(path) as base:
                base.execute("PRAGMA writable_schema=ON")
                for statement in sql:
                    base.execute(statement)
            base.close()

        return write

    yield blocks("two layers and none named", "gpkg", layers("a", "b"))
    yield blocks("a layer that is not there", "gpkg", layers("blocks"), 'layer = "x"')
    yield blocks("a layer by a hostile name", "gpkg", layers("blocks"), 'layer = "blocks\\"; DROP TABLE blocks;--"')
    yield blocks("its list of layers is empty", "gpkg", statements("DELETE FROM gpkg_contents"))
    yield blocks("its list of columns of shapes is gone", "gpkg", statements("DELETE FROM gpkg_geometry_columns"))
    yield blocks("shapes that are no shapes", "gpkg", _geometry_of_noise)
    yield blocks("a reference system nobody knows", "gpkg", _with_crs("EPSG:4326", 999_999))
    yield blocks(
        "every shape missing", "gpkg", lambda path: blocks_frame().set_geometry([None] * 36, crs="EPSG:4326").to_file(path, layer="blocks", driver="GPKG")
    )
    with np.errstate(invalid="ignore"):
        nowhere = [shapely.from_wkt("POLYGON ((116 39, NaN 39, 117 NaN, 116 39))")] * 36
    yield blocks(
        "every corner nowhere", "gpkg", lambda path: blocks_frame().set_geometry(nowhere, crs="EPSG:4326").to_file(path, layer="blocks", driver="GPKG")
    )
    far = [shapely.box(1e200, 1e200, 2e200, 2e200)] * 36
    yield blocks("every corner far away", "gpkg", lambda path: blocks_frame().set_geometry(far, crs="EPSG:4546").to_file(path, layer="blocks", driver="GPKG"))
    points = [shapely.Point(116.3, 39.9)] * 36
    yield blocks("WKB and no word of its system", "parquet", lambda path: blocks_frame().to_wkb().to_parquet(path))
    yield blocks("shapes of noise and no word of them", "parquet", lambda path: blocks_frame().to_wkb().assign(geometry=b"\xee" * 52).to_parquet(path))
    yield blocks("words where shapes belong", "parquet", lambda path: blocks_frame().to_wkb().assign(geometry="POINT").to_parquet(path))
    yield blocks("all in one point", "parquet", lambda path: blocks_frame().set_geometry(points, crs="EPSG:4326").to_parquet(path))


def _geometry_of_noise(path: Path) -> None:
    blocks_frame().to_file(path, layer="blocks", driver="GPKG")
    data = bytearray(path.read_bytes())
    at = data.find(b"GP\x00")
    while at >= 0:
        data[at + 8 : at + 60] = b"\xee" * 52
        at = data.find(b"GP\x00", at + 60)
    path.write_bytes(bytes(data))


def _with_crs(old: str, code: int) -> Write:
    def write(path: Path) -> None:
        import sqlite3

        frame: gpd.GeoDataFrame = blocks_frame().to_crs(old)
        frame.to_file(path, layer="blocks", driver="GPKG")
        with sqlite3.connect(path) as base:
            base.execute("PRAGMA foreign_keys=OFF")
            base.execute(f"UPDATE gpkg_spatial_ref_sys SET srs_id={code}, organization_coordsys_id={code}, definition='nonsense' WHERE srs_id=4326")
        base.close()

    return write


def bad_specs() -> Iterator[Case]:
    """A good file of which the config says something that cannot be."""
    good = schools_table().to_csv(index=False)
    for where in (
        "1 = = 1",
        "stage == 'primary'; DROP TABLE x",
        "__import__('os').system('true')",
        "(" * 5000 + "1" + ")" * 5000,
        "a" * 100_000,
        "stage",
        "not " * 3000 + "x",
        "\x00",
    ):
        yield schools(f"where {where[:24]!r}", "csv", good, f"where = {json.dumps(where)}")
    for datum in ("mars", "EPSG:999999", "EPSG:0", "+proj=utm +zone=99", ""):
        yield schools(f"datum {datum!r}", "csv", good, f"datum = {json.dumps(datum)}")
    yield schools("a key nobody knows", "csv", good, "shell = 'true'")
    yield schools("a number for a sheet", "csv", good, "sheet = 5")


def all_cases() -> list[Case]:
    groups = (cut_short, another_format, no_plain_file, bad_cells, bad_text, bad_json, bad_kml, bad_zips, bad_shapefiles, bad_books, bad_layers, bad_specs)
    return [case for group in groups for case in group()]
