"""A city of 36 square blocks of about 300 m and four primaries in its corners, as files; tests change the files before they are read."""

import dataclasses

import geopandas as gpd
import pandas as pd
import shapely

from districting.model.settings import InputSpec, Settings, ZoningSettings
from districting.reading.read_city import check_city

HEADERS = ["学校标识码", "学校名称", "学段", "经度", "纬度", "招生计划", "得分"]
SIDE = 6
STEP = 0.003  # about 300 m


def schools_table():
    """Four primaries in the corners of the grid."""
    at = [(0, 0), (SIDE - 1, 0), (0, SIDE - 1), (SIDE - 1, SIDE - 1)]
    rows = [[f"S{i}", f"第{i}小学", "小学", 116.3 + STEP * (x + 0.5), 39.9 + STEP * (y + 0.5), 120, 80] for i, (x, y) in enumerate(at)]
    return pd.DataFrame(rows, columns=HEADERS).astype("object")


def blocks_frame():
    cells = [(x, y) for y in range(SIDE) for x in range(SIDE)]
    frame = {"地块编号": [f"b{x}{y}" for x, y in cells], "小学适龄儿童数": 10, "小学现学校": [f"第{(x >= 3) + 2 * (y >= 3)}小学" for x, y in cells]}
    shapes = [shapely.box(116.3 + STEP * x, 39.9 + STEP * y, 116.3 + STEP * (x + 1), 39.9 + STEP * (y + 1)) for x, y in cells]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def city_in(folder, schools=None, blocks=None, **changes):
    """Settings over the city written into ``folder``: ``schools`` a table or the text of a CSV, ``blocks`` a frame; ``changes`` go to the spec of the schools."""
    if isinstance(schools, str):
        (folder / "schools.csv").write_text(schools, encoding="utf-8")
    else:
        (schools_table() if schools is None else schools).to_csv(folder / "schools.csv", index=False)
    (blocks_frame() if blocks is None else blocks).to_file(folder / "blocks.gpkg", layer="blocks")
    spec = dataclasses.replace(InputSpec(path="schools.csv", datum="wgs84"), **changes)
    inputs = {"schools": (spec,), "blocks": (InputSpec(path="blocks.gpkg"),)}
    return Settings(inputs=inputs, zoning={"primary": ZoningSettings()}, folder=folder, file="config.toml")


def with_input(settings, **specs):
    return dataclasses.replace(settings, inputs={**settings.inputs, **{table: (spec,) for table, spec in specs.items()}})


def said(settings):
    """(key, file, row, column, severity) of everything that reading says, after checking that both languages can say it in one line."""
    _, faults = check_city(settings)
    assert all("\n" not in f.say(lang) and f.say(lang) for f in faults for lang in ("zh", "en"))
    return [(f.problem.key.removeprefix("reading."), f.file, f.row, f.column, f.severity) for f in faults]


def lines(settings, lang="en"):
    return [f.say(lang) for f in check_city(settings)[1]]


def keys(settings, severity=None):
    return [s[0] for s in said(settings) if severity in (None, s[4])]
