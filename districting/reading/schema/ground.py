"""Columns of what lies on the ground: blocks, administrative areas, roads and barriers, layers of population and buildings."""

from __future__ import annotations

from typing import Final

from districting.reading.schema.column import Column, number_column, stage_columns, text_column

BLOCKS: Final[tuple[Column, ...]] = (
    text_column("block_id", "地块编号", "地块代码", "小区编号", "单元编号", "block", required=True),
    text_column("name", "小区/村组", "小区名称", "地块名称", "小区", "名称"),
    text_column("region_code", "行政代码12位", "行政区划代码", "统计用区划代码"),
    text_column("county_code", "县级代码", "区县代码", "县区代码"),
    text_column("town_code", "乡镇街道代码", "街道代码", "乡镇代码"),
    text_column("urban_rural_code", "城乡分类", "城乡分类代码"),
    number_column("households", "户数", unit="household"),
    number_column("residents", "常住人口", "人口", "总人口", "population", "pop_2020", unit="person"),
    number_column("lng", "经度", "lon", "longitude", minimum=None),
    number_column("lat", "纬度", "latitude", minimum=None),
    text_column("crs", "坐标系", "坐标基准", "datum"),
    text_column("delivery_year", "规划交付年", "交付年份"),
    text_column("address_exceptions", "门牌例外"),
    text_column("current_school", "当前学校", "现学校", "现对口学校"),
    number_column("area_m2", "地块面积", "面积", "area", unit="m2"),
    number_column("perimeter_m", "地块周长", "周长", "perimeter", unit="m"),
    *stage_columns("pupils", "{}在校生数", "{}学生数", "{}在读"),
    *stage_columns("entrants", "{}适龄儿童数", "{}新生数", "{}一年级适龄儿童数", "{}入学人数"),
    *stage_columns("current_school", "{}现学校", "当前{}", "现{}", "{}当前学校", kind="text", minimum=None),
)

AREAS: Final[tuple[Column, ...]] = (
    text_column("name", "名称", "街道名称", "乡镇街道", "县区名称", "区县名称"),
    text_column("county_code", "县级代码", "区县代码", "县区代码", "adcode"),
    text_column("town_code", "乡镇街道代码", "街道代码", "乡镇代码"),
    text_column("region_code", "行政代码12位", "行政区划代码", "统计用区划代码"),
    number_column("residents", "常住人口", "人口", "总人口", "population", "pop_2020", unit="person"),
    text_column("county_type", "类型", "县区类型"),
    text_column("aid_role", "帮扶角色", "支援方/受援方"),
)

LINES: Final[tuple[Column, ...]] = (
    text_column("name", "名称"),
    text_column("kind", "类型", "类别", "fclass", "highway"),
    Column("crossable", "bool", ("可通行", "可跨越")),
)

ROADS: Final = (
    *LINES,
    text_column("walkable", "可步行", "允许步行", "步行", "foot"),
    text_column("level", "层次", "层级", "层", "layer"),
    text_column("bridge", "桥", "是否桥梁"),
    text_column("tunnel", "隧道", "是否隧道"),
    text_column("meets", "相接方式", "joined at"),
)

POPULATION: Final[tuple[Column, ...]] = (
    text_column("name", "名称", "格网编号", "普查小区", "普查区", "cell"),
    number_column("residents", "常住人口", "人口", "总人口", "population", "pop_2020", unit="person"),
    number_column("households", "户数", unit="household"),
    number_column("lng", "经度", "lon", "longitude", minimum=None),
    number_column("lat", "纬度", "latitude", minimum=None),
    text_column("crs", "坐标系", "坐标基准", "datum"),
    *stage_columns("pupils", "{}在校生数", "{}学生数", "{}在读"),
    *stage_columns("entrants", "{}适龄儿童数", "{}新生数", "{}一年级适龄儿童数", "{}入学人数"),
)

BUILDINGS: Final[tuple[Column, ...]] = (
    text_column("name", "名称", "楼栋名称", "建筑名称"),
    text_column("kind", "类型", "用途", "建筑用途", "building"),
    number_column("floors", "层数", "楼层数", "地上层数", "storeys", "stories", "building:levels", unit="storey"),
)
