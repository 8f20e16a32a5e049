"""Columns of the tables of a forecast. Births may also stand in one column for each year (出生2020, 入学2026)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from districting.reading.schema.column import Column

_BLOCK: Final = Column("block_id", "text", ("地块编号", "地块代码", "小区编号", "地块", "小区", "block"), required=True)
_YEAR: Final = Column("year", "integer", ("年度", "年份", "学年", "school year"), unit="year", required=True, minimum=1900.0)
_SCHOOL: Final = ("学校", "学校名称", "校名", "学校标识码", "学校（机构）标识码", "学校编号", "school_id")

BIRTH_HEADER: Final = re.compile(r"^(?:出生)?(\d{4})年?(?:出生|出生人数|出生数|births?)?$|^(?:births?|born)[ _]?(\d{4})$", re.IGNORECASE)
"""A column of births of one calendar year."""
ENTRY_HEADER: Final = re.compile(r"^(?:入学)?(\d{4})年?(?:入学|入学人数|适龄儿童数?)$|^入学(\d{4})年?$|^(?:entry|entrants)[ _]?(\d{4})$", re.IGNORECASE)
"""A column of children who reach school age in one year."""


def _count(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name, "number", headers, unit="pupil", required=required, minimum=0.0)


FORECAST_TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "births": (
        _BLOCK,
        Column("birth_year", "integer", ("出生年份", "出生年", "出生年度"), unit="year", minimum=1900.0),
        Column("entry_year", "integer", ("入学年份", "入学年", "入学年度"), unit="year", minimum=1900.0),
        _count("births", "出生人数", "出生数", "适龄儿童数", "适龄儿童", "儿童数", "人数", "children"),
    ),
    "kindergarten": (_BLOCK, _count("pupils", "大班人数", "大班幼儿数", "大班在园人数", "人数", "幼儿数", required=True)),
    "rolls": (
        Column("block_id", "text", _BLOCK.headers),
        Column("school", "text", _SCHOOL),
        _YEAR,
        Column("grade", "integer", ("年级",), required=True, minimum=1.0),
        _count("pupils", "在校生数", "学生数", "人数", required=True),
    ),
    "estates": (
        _BLOCK,
        Column("year", "integer", ("交付年份", "规划交付年", "交付年度", "年份", "年度", "delivery_year"), unit="year", required=True, minimum=1900.0),
        Column("units", "number", ("套数", "户数", "住宅套数", "交付套数", "households"), unit="household", required=True, minimum=0.0),
    ),
    "seat_years": (
        Column("school", "text", _SCHOOL, required=True),
        _YEAR,
        _count("seats", "学位数", "学位", "招生计划", "招生计划数", "capacity"),
        Column("classes", "number", ("班数", "班级数", "招生班数"), unit="class", minimum=0.0),
    ),
    "block_rates": (
        _BLOCK,
        Column("net_migration", "number", ("净迁移率", "年净迁移率", "净流入率")),
        Column("presence", "number", ("实际入学比例", "在地入学比例", "入学比例"), minimum=0.0),
    ),
}
"""Kind of table -> its columns."""
