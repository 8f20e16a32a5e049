"""Columns of the tables of an enrolment. Other columns may stand in them too: priority tiers may ask for any header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from districting.reading.forecast_columns import FORECAST_TABLES
from districting.reading.schema import Column

MOST_WISHES: Final = 30
_CHINESE: Final = "一二三四五六七八九十"


def _ordinal(number: int) -> str:
    """A Chinese numeral up to 39."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_CHINESE[tens - 1]}十"
    return head + (_CHINESE[ones - 1] if ones else "")


def _date(name: str, *headers: str) -> Column:
    return Column(name, "text", headers, unit="date")


_WISHES: Final = tuple(
    Column(f"wish_{n}", "text", (f"志愿{n}", f"第{n}志愿", f"志愿{_ordinal(n)}", f"第{_ordinal(n)}志愿", f"{_ordinal(n)}志愿", f"choice {n}", f"wish{n}"))
    for n in range(1, MOST_WISHES + 1)
)

_PUPILS: Final = (
    Column(
        "pupil_id",
        "text",
        ("学生编号", "学籍号", "报名号", "报名编号", "身份证号", "身份证件号", "公民身份号码", "证件号码", "学号", "编号", "student id"),
        required=True,
    ),
    Column("name", "text", ("姓名", "学生姓名", "儿童姓名", "student name")),
    Column("bundle", "text", ("捆绑组", "捆绑编号", "双胞胎组", "多胞胎组", "多孩组", "双胞胎编号", "twins")),
    Column("siblings", "text", ("同胞编号", "同胞学生编号", "同胞", "双胞胎", "多孩", "兄弟姐妹", "捆绑学生编号", "sibling")),
    Column("block_id", "text", ("地块编号", "小区编号", "地块", "小区", "block")),
    Column("hukou_in_zone", "bool", ("户籍在片区", "户籍在学区", "本片区户籍", "学区户籍")),
    Column("parents_hukou_in_zone", "bool", ("父母户籍在片区", "父母户籍在学区", "父母本片区户籍")),
    Column("owner_relation", "text", ("产权人关系", "房产关系", "房产所有人关系", "产权人与学生关系", "房屋产权人")),
    Column("ownership_share", "number", ("产权份额", "产权比例", "房产份额")),
    Column("residence_years", "number", ("居住年限", "实际居住年限", "居住年数"), unit="year"),
    _date("hukou_date", "入户日期", "落户日期", "户籍迁入日期", "户口迁入时间"),
    _date("property_date", "房产证日期", "不动产登记日期", "产权证日期", "房产登记日期"),
    _date("registration_date", "报名日期", "登记日期", "报名时间", "登记时间"),
    Column("collective_hukou", "bool", ("集体户", "集体户口")),
    Column("soldier", "bool", ("军人子女", "现役军人子女", "优抚对象")),
    Column("migrant_permit_points", "number", ("积分", "居住证积分", "积分入学分值", "随迁子女积分")),
    *_WISHES,
)

ENROLMENT_TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "enrolment_pupils": _PUPILS,
    "enrolment_wishes": (
        Column("pupil_id", "text", _PUPILS[0].headers, required=True),
        Column("wish", "integer", ("志愿序号", "志愿", "志愿号", "志愿顺序", "序号", "rank", "order"), required=True, minimum=1.0),
        Column("school", "text", ("学校", "学校名称", "志愿学校", "报考学校", "学校代码", "学校标识码"), required=True),
    ),
    "enrolment_schools": (
        Column("school", "text", ("学校", "学校名称", "校名", "name"), required=True),
        Column("id", "text", ("学校标识码", "学校（机构）标识码", "学校代码", "学校编号", "school_id")),
        Column("plan", "integer", ("招生计划", "招生计划数", "计划招生数", "计划数", "学位数", "seats"), unit="pupil", required=True, minimum=0.0),
        Column("cap", "integer", ("招生上限", "最多招生数", "班额上限合计"), unit="pupil", minimum=0.0),
    ),
    **FORECAST_TABLES,
}
"""Kind of table -> its columns."""
