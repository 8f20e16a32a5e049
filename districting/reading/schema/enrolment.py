"""Columns of the tables of an enrolment. Other columns may stand in them too: priority tiers may ask for any header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from districting.reading.schema.column import Column
from districting.reading.schema.consultation import CONSULTATION_TABLES
from districting.reading.schema.forecast import FORECAST_TABLES
from districting.reading.schema.overflow import overflow_tables

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

_SCHOOL: Final = ("学校", "学校名称", "校名", "name")
_DISTRICT: Final = ("片区", "招生片区", "招生范围", "所在片区", "zone")
_SEX: Final = Column("sex", "text", ("性别", "gender"))
_JUNIOR: Final = ("初中", "初中学校", "初中名称", "毕业学校", "就读学校", "学校", "学校名称")

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
    "enrolment_zones": (
        Column("zone_id", "text", ("片区", "片区编号", "学区", "学区编号", "招生片区", "zone"), required=True),
        Column("school", "text", ("学校", "学校名称", "校名", "name"), required=True),
        Column("plan", "integer", ("招生计划", "招生计划数", "计划招生数", "计划数", "学位数", "seats"), unit="pupil", required=True, minimum=0.0),
        Column("score", "number", ("得分", "综合得分", "质量得分", "办学水平", "quality")),
        Column("pupils", "integer", ("学生数", "报名人数", "适龄儿童数", "毕业生数", "entrants"), unit="pupil", minimum=0.0),
    ),
    "families": (
        Column("family", "text", ("家庭编号", "家庭", "同胞组", "多孩组", "户号", "户主编号", "family id"), required=True),
        Column("block_id", "text", ("地块编号", "小区编号", "地块", "小区", "block"), required=True),
        Column("school", "text", ("在读学校", "就读学校", "学校", "学校名称", "学校标识码", "current school")),
        Column("stage", "text", ("学段", "年级学段")),
    ),
    "split_pupils": (
        *_PUPILS[:4],
        Column("primary", "text", ("毕业小学", "小学", "就读小学", "毕业学校", "学校", "学校名称", "primary school"), required=True),
        _SEX,
        Column("residence", "text", ("户籍类别", "户籍性质", "户籍", "residence type")),
        Column("boarding", "bool", ("寄宿", "住校", "是否寄宿", "是否住校")),
    ),
    "class_pupils": (
        *_PUPILS[:2],
        Column("sex", "text", _SEX.headers, required=True),
        Column("score", "number", ("成绩", "总分", "分数", "得分", "mark")),
        Column("together", "text", ("同班组", "同班", "同班编号", "together group")),
        Column("apart", "text", ("分班组", "分班", "不同班组", "分班编号", "apart group")),
    ),
    "class_teachers": (Column("team", "text", ("教师组", "教师组编号", "班主任", "班主任编号", "教师编号", "teacher team"), required=True),),
    "quota_seniors": (
        Column("school", "text", ("高中", "高中学校", "高中名称", *_SCHOOL), required=True),
        Column("plan", "integer", ("招生计划", "招生计划数", "计划招生数", "计划数"), unit="pupil", required=True, minimum=0.0),
        Column("quota", "integer", ("指标数", "指标到校计划", "分配生计划", "指标名额"), unit="pupil", minimum=0.0),
        Column("share", "number", ("指标比例", "分配比例", "指标到校比例"), minimum=0.0),
        Column("district", "text", _DISTRICT),
    ),
    "quota_juniors": (
        Column("school", "text", _JUNIOR, required=True),
        Column("eligible", "integer", ("符合条件人数", "符合条件学生数", "有资格人数", "在籍在校满三年人数"), unit="pupil", minimum=0.0),
        Column("class", "text", ("类别", "学校类别", "倾斜类别", "uplift class")),
        Column("district", "text", _DISTRICT),
        Column("lead", "text", ("集团牵头高中", "牵头高中", "集团牵头校", "group lead")),
        Column("examinees", "integer", ("参考人数", "参加考试人数", "中考报名人数"), unit="pupil", minimum=0.0),
    ),
    "quota_pupils": (
        _PUPILS[0],
        Column("school", "text", _JUNIOR, required=True),
        Column("years_in_school", "number", ("在校年限", "在籍年限", "在籍在校年数", "在校年数"), unit="year", required=True, minimum=0.0),
        Column("chooser", "bool", ("择校生", "是否择校", "择校")),
    ),
    "quota_takers": (
        Column("senior", "text", ("高中", "高中学校", "高中名称"), required=True),
        Column("junior", "text", ("初中", "初中学校", "初中名称"), required=True),
        Column("takers", "integer", ("达线人数", "达线报考人数", "上线人数", "可录取人数"), unit="pupil", required=True, minimum=0.0),
    ),
    "entry_ages": (Column("birth_date", "text", ("出生日期", "出生年月日", "生日", "birthday", "date of birth"), unit="date", required=True),),
    "zone_intake": (
        Column("school", "text", ("学校", "学校名称", "校名", "学校标识码", "学校编号", "school_id", "name"), required=True),
        Column("stage", "text", ("学段", "办学学段")),
        Column("block_id", "text", ("地块编号", "来源地块", "小区编号", "地块", "小区", "block", "origin")),
        Column("entrants", "integer", ("新生数", "招生数", "实际招生数", "录取人数", "入学人数", "intake"), unit="pupil", required=True, minimum=0.0),
        Column("in_zone", "integer", ("片内新生数", "片区内新生数", "就近入学人数", "划片入学人数", "片内招生数"), unit="pupil", minimum=0.0),
        Column("specialty", "integer", ("特长生数", "特长生招生数", "特长生人数", "特长生"), unit="pupil", minimum=0.0),
    ),
    **FORECAST_TABLES,
    **CONSULTATION_TABLES,
    **overflow_tables(_PUPILS[:4]),
}
"""Kind of table -> its columns."""
