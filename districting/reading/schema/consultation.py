"""Columns of a register of comments (意见登记表), and of a table of numbers by block. Names and telephone numbers of people may stand in it under other headers and are not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from districting.reading.schema.column import Column

CONSULTATION_TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "comments": (
        Column("comment_id", "text", ("意见编号", "编号", "序号", "comment no"), required=True),
        Column("received", "text", ("收到日期", "日期", "提交日期", "来件日期", "received on"), unit="date"),
        Column("stage", "text", ("学段",)),
        Column("block_id", "text", ("地块编号", "地块代码", "小区编号", "block")),
        Column("place", "text", ("小区", "小区名称", "涉及小区", "地址", "住址", "address")),
        Column("asked_school", "text", ("希望学校", "希望划入学校", "诉求学校", "建议学校", "school asked for")),
        Column("topic", "text", ("意见类别", "类别", "诉求类别", "subject")),
        Column("comment", "text", ("意见内容", "意见", "内容", "意见建议", "comment text"), required=True),
        Column("decision", "text", ("采纳情况", "处理结果", "是否采纳", "outcome")),
        Column("reply", "text", ("答复", "答复内容", "回复", "反馈意见", "answer")),
    ),
    "block_values": (Column("block_id", "text", ("地块编号", "地块代码", "小区编号", "地块", "block"), required=True),),
}
