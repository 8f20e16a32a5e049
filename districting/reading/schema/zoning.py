"""Columns of what a zoning is given: today's zones, exceptions, who touches whom, pairs, ways, forecast pupils and seats by year."""

from __future__ import annotations

from typing import Final

from districting.reading.schema.column import Column, number_column, text_column

TODAY: Final[tuple[Column, ...]] = (
    text_column("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    Column("stage", "stage", ("学段",)),
    text_column("school", "学校", "学校名称", "现学校", "当前学校", "学校标识码", "school_id", "zone", required=True),
)

EXCEPTIONS: Final[tuple[Column, ...]] = (
    text_column("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    Column("stage", "stage", ("学段",)),
    text_column("school", "学校", "学校名称", "学校标识码", "对口学校", "school_id", required=True),
    text_column("reason", "原因", "例外原因"),
    Column("temporary_until", "integer", ("有效期至", "有效期至年份", "截止年份", "临时至", "临时至年份", "临时划片至"), unit="year", minimum=1900),
)

EDGES: Final = (
    text_column("block_a", "地块甲", "地块一", "地块编号1", "block 1", "from block", required=True),
    text_column("block_b", "地块乙", "地块二", "地块编号2", "block 2", "to block", required=True),
    number_column("shared_m", "共享边长", "共享边界长度", "共边长度", "shared length", unit="m"),
)

PAIRS: Final = (
    text_column("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    text_column("school", "学校", "学校名称", "学校标识码", "school_id", "zone", required=True),
)

DISTANCES: Final = (
    text_column("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    text_column("school", "学校编号", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("distance_m", "number", ("距离", "步行距离", "路程", "distance", "metres", "meters"), "m", required=True, minimum=0.0),
)

FORECAST: Final = (
    text_column("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    text_column("year", "年度", "年份", "学年", "school year", required=True),
    Column("pupils", "number", ("人数", "学生数", "适龄儿童数", "入学人数"), "pupil", required=True, minimum=0.0),
)

FORECAST_SEATS: Final = (
    text_column("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    text_column("year", "年度", "年份", "学年", "school year", required=True),
    Column("seats", "number", ("学位数", "学位", "招生计划", "capacity"), "pupil", required=True, minimum=0.0),
)
