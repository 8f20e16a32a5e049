"""A town of twelve compounds in two rows and two schools, as the files a bureau has: blocks with names, delivery years and door exceptions, a table of blocks that go elsewhere for some years."""

import csv
from pathlib import Path

import geopandas as gpd
import shapely

NAMES = ["春风苑", "春风苑二期", "雁城路社区", "滨江里", "滨江里", "和平里", "新城国际", "雁城村三组", "雁城村十三组", "桥头小区", "机关大院", "青年公寓"]
DOORS = {
    2: "雁城路１－７０号（双号）→第二小学；雁城路12-1号→第一小学；雁城路一百零五号至一百二十号→第二小学（临时至2027年8月）；雁城路88号院3号楼→第二小学",
    5: "和平路128弄1-20号→第二小学\n3幢2单元→第一小学",
    9: "解放路1-9号(单号)、2-10号(双号)→第二小学（至2020年）；5号楼→哪所都不是",
}
DELIVERY = {6: "2028"}
CONFIG = """[project]
name = "门牌镇"
year = 2026
crs = "EPSG:4547"
[inputs]
schools = "schools.csv"
blocks = "blocks.geojson"
exceptions = "exceptions.csv"
[inputs.datum]
schools = "wgs84"
blocks = "wgs84"
[zoning.primary]
demand = "intake"
"""


def write_town(folder: Path) -> Path:
    """The config of the town; the first school stands in the west, the second in the east, 100 seats each."""
    step = 0.003
    cells = [(x, y) for y in range(2) for x in range(6)]
    shapes = [shapely.box(114 + step * x, 36 + step * y, 114 + step * (x + 1), 36 + step * (y + 1)) for x, y in cells]
    columns = {
        "地块编号": [f"d{i:02d}" for i in range(12)],
        "小区名称": NAMES,
        "小学适龄儿童数": [12] * 12,
        "规划交付年": [DELIVERY.get(i) for i in range(12)],
        "门牌例外": [DOORS.get(i) for i in range(12)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(folder / "blocks.geojson")
    _write(
        folder / "schools.csv",
        [["学校标识码", "学校名称", "学段", "经度", "纬度", "招生计划"]]
        + [[f"210000000{i + 1}", name, "小学", 114 + step * (x + 0.5), 36 + step * 0.5, 100] for i, (name, x) in enumerate((("第一小学", 0), ("第二小学", 5)))],
    )
    _write(
        folder / "exceptions.csv",
        [["地块编号", "学段", "学校", "原因", "临时至"], ["d11", "小学", "第一小学", "第三小学未建成", 2029], ["d10", "小学", "第二小学", "拆迁安置", ""]],
    )
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return folder / "config.toml"


def _write(path: Path, rows: list) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
