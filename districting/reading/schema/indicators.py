"""Columns of indicators by year, and of what an upgrade of one costs."""

from __future__ import annotations

from typing import Final

from districting.reading.schema.column import Column, number_column, text_column

HISTORY: Final[tuple[Column, ...]] = (
    Column("year", "integer", ("年度", "年份", "学年", "school year"), "year", required=True, minimum=1900),
    text_column("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    text_column("indicator", "指标", "指标名称", "项目", required=True),
    Column("value", "number", ("数值", "值", "总量"), required=True, minimum=0.0),
)

UPGRADES: Final[tuple[Column, ...]] = (
    text_column("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    text_column("indicator", "指标", "指标名称", "项目", required=True),
    number_column("unit_price_yuan", "单价", "单位造价", "造价", unit="yuan"),
    number_column("most_units", "最多增加", "最多可增加", "上限", unit=""),
)
