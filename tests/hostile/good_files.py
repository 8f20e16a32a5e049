"""Good files of the small city in every format: what the hostile ones are made from."""

import tempfile
from pathlib import Path

import geopandas as gpd
import shapely
import xlsxwriter
import xlwt

from tests.contracts.test_readers import zipped
from tests.reading.small_city import blocks_frame, schools_table

SIDES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
SHORT = {
    "学校标识码": "school_id",
    "学校名称": "name",
    "学段": "stage",
    "招生计划": "plan",
    "得分": "score",
    "地块编号": "block_id",
    "小学适龄儿童数": "pupils",
    "小学现学校": "today",
}
"""Names of ten bytes, which is what a shapefile holds."""


def schools_layer():
    table = schools_table()
    places = shapely.points(table[["经度", "纬度"]].astype(float).to_numpy())
    return gpd.GeoDataFrame(table.drop(columns=["经度", "纬度"]).astype(str), geometry=places, crs="EPSG:4326")


def _xlsx(path):
    table = schools_table()
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("学校")
        for r, row in enumerate([list(table.columns), *table.to_numpy().tolist()]):
            sheet.write_row(r, 0, row)


def _xls(path):
    table = schools_table()
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("学校")
    for r, row in enumerate([list(table.columns), *table.to_numpy().tolist()]):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(str(path))


def _layer(frame, driver, **options):
    return lambda path: frame().to_file(path, driver=driver, **options)


SCHOOLS = {
    "csv": lambda path: schools_table().to_csv(path, index=False),
    "xlsx": _xlsx,
    "xls": _xls,
    "gpkg": _layer(schools_layer, "GPKG"),
    "geojson": _layer(schools_layer, "GeoJSON"),
    "fgb": _layer(schools_layer, "FlatGeobuf"),
    "kml": _layer(schools_layer, "LIBKML"),
    "parquet": lambda path: schools_layer().to_parquet(path),
    "zip": zipped(_layer(lambda: schools_layer().rename(columns=SHORT), "ESRI Shapefile", encoding="utf-8")),
}
BLOCKS = {
    "gpkg": _layer(blocks_frame, "GPKG", layer="blocks"),
    "geojson": _layer(blocks_frame, "GeoJSON"),
    "fgb": _layer(blocks_frame, "FlatGeobuf"),
    "kml": _layer(blocks_frame, "LIBKML"),
    "parquet": lambda path: blocks_frame().to_parquet(path),
    "zip": zipped(_layer(lambda: blocks_frame().rename(columns=SHORT), "ESRI Shapefile", encoding="utf-8")),
}


def good_bytes(write, suffix):
    """What ``write`` puts into a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"good.{suffix}"
        write(path)
        return path.read_bytes()


def shapefile_parts(frame):
    """Suffix -> bytes of a shapefile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "good.shp"
        frame.rename(columns=SHORT).to_file(path, driver="ESRI Shapefile", encoding="utf-8")
        return {s: path.with_suffix(s).read_bytes() for s in SIDES}
