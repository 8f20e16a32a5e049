"""Columns of the tables of an overflow: who asks for a seat, seats by school and grade, the register of dwellings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from districting.reading.schema.column import Column

_SCHOOL_ID: Final = ("学校标识码", "学校（机构）标识码", "学校代码", "学校编号", "school_id")
_DWELLING: Final = ("房屋编码", "住房编码", "学位房编码", "房屋代码", "不动产单元号", "房屋编号", "dwelling_code")
_FAMILY: Final = ("家庭编号", "家庭代码", "监护人编号", "父母编号", "family key")


def overflow_tables(pupils: Sequence[Column]) -> Mapping[str, tuple[Column, ...]]:
    """Kind of table -> its columns; ``pupils``: those of every list of pupils (id, name, bundle, siblings)."""
    return {
        "overflow_pupils": (
            *pupils,
            Column("block_id", "text", ("地块编号", "小区编号", "地块", "小区", "block")),
            Column("lng", "number", ("经度", "lon", "longitude", "x"), unit="degree"),
            Column("lat", "number", ("纬度", "latitude", "y"), unit="degree"),
            Column("school", "text", ("对口学校", "学区学校", "应入学校", "就读学校", "学校", "学校名称", "assigned school", *_SCHOOL_ID)),
            Column("grade", "text", ("年级", "入学年级", "申请年级"), required=True),
            Column("kind", "text", ("类别", "入学类别", "申请类别", "type")),
            Column("dwelling", "text", _DWELLING),
            Column("family", "text", _FAMILY),
        ),
        "overflow_schools": (
            Column("school", "text", ("学校", "学校名称", "校名", "name", *_SCHOOL_ID), required=True),
            Column("grade", "text", ("年级",), required=True),
            Column("classes", "integer", ("班数", "班级数", "班额数"), unit="class", required=True, minimum=0.0),
            Column("pupils", "integer", ("在校生数", "现有学生数", "学生数", "已录取人数", "人数"), unit="pupil", required=True, minimum=0.0),
            Column("seats", "integer", ("学位数", "学位", "核定学位", "计划人数"), unit="pupil", minimum=0.0),
            Column("reserve", "integer", ("保留学位", "休学保留学位", "休学复学保留", "保留学籍人数", "reserved"), unit="pupil", minimum=0.0),
            Column("group", "text", ("教育集团", "集团", "集团名称", "education group")),
        ),
        "overflow_dwellings": (
            Column("dwelling", "text", _DWELLING, required=True),
            Column("family", "text", _FAMILY, required=True),
            Column("start_year", "integer", ("使用年份", "入学年份", "起始年份", "锁定年份", "start"), unit="year", required=True, minimum=1900.0),
            Column("grade", "text", ("入学年级", "转入年级", "年级")),
            Column("status", "text", ("状态", "学籍状态", "在读状态")),
        ),
    }
