"""Columns of what schools share: resources of the town, facilities, courses, the list of shares and its ledger."""

from __future__ import annotations

from typing import Final

from districting.reading.schema.column import Column, number_column, text_column

FREE: Final[tuple[Column, ...]] = (
    Column("free_hours", "integer", ("每周可用课时数", "每周开放课时", "每周空闲课时", "free hours a week"), "hour", minimum=0.0),
    text_column("free_times", "空闲时段", "可用时段", "可预约时段", "free times"),
)

SOCIAL: Final[tuple[Column, ...]] = (
    text_column("name", "资源名称", "场馆名称", "单位名称", "名称", required=True),
    text_column("kind", "类别", "类型", "资源类别"),
    text_column("themes", "特色", "主题", "适合主题", "theme"),
    number_column("capacity", "可接待人数", "容量", "接待能力", unit="person"),
    text_column("county_code", "县级代码", "区县代码", "县区代码"),
    text_column("address", "地址"),
    number_column("lng", "经度", "lon", "longitude", minimum=None),
    number_column("lat", "纬度", "latitude", minimum=None),
    text_column("crs", "坐标系", "坐标基准", "datum"),
    *FREE,
)

SHARES: Final[tuple[Column, ...]] = (
    text_column("layer", "共享类别", "层", "共享层", "类别", required=True),
    text_column("from", "提供方", "提供学校", "共享方", "from school", required=True),
    text_column("to", "接受方", "接受学校", "接收方", "受益方", "to school", required=True),
)

FACILITIES: Final[tuple[Column, ...]] = (
    text_column("name", "场馆名称", "设施名称", "场地名称", "名称", "facility", required=True),
    text_column("school", "所属学校", "学校", "学校名称", "学校标识码", "school_id", "owner"),
    text_column("kind", "场馆类别", "设施类别", "类别", "类型", required=True),
    Column("classes_at_once", "integer", ("同时容纳班数", "容纳班数", "可容纳班数", "classes at once"), "class", minimum=0.0),
    *FREE,
    text_column("open_times", "开放时间", "开放时段", "opening hours"),
    number_column("lng", "经度", "lon", "longitude", minimum=None),
    number_column("lat", "纬度", "latitude", minimum=None),
    text_column("crs", "坐标系", "坐标基准", "datum"),
)

FACILITY_DEMAND: Final[tuple[Column, ...]] = (
    text_column("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    text_column("kind", "场馆类别", "设施类别", "类别", "类型", required=True),
    Column("needed_hours", "integer", ("每周需要课时", "需要课时", "每周课时需求", "needed hours a week"), "hour", required=True, minimum=0.0),
    text_column("possible_times", "可去时段", "可安排时段", "possible times"),
)

COURSES: Final[tuple[Column, ...]] = (
    text_column("course", "课程名称", "课程", "course name", required=True),
    text_column("school", "开课学校", "提供学校", "学校", "学校名称", "学校标识码", "school_id", required=True),
    text_column("mode", "授课方式", "共享方式", "方式", required=True),
    Column("lesson_hours", "integer", ("每周课时", "周课时", "lessons a week"), "lesson", minimum=0.0),
    Column("course_seats", "integer", ("可接收学生数", "课程名额", "名额", "course places"), "pupil", minimum=0.0),
)

COURSE_DEMAND: Final[tuple[Column, ...]] = (
    text_column("course", "课程名称", "课程", "course name", required=True),
    text_column("school", "学校", "学校名称", "选课学校", "学校标识码", "school_id", required=True),
    Column("course_pupils", "integer", ("选课人数", "需求人数", "学生数", "pupils who ask"), "pupil", required=True, minimum=0.0),
)

LEDGER: Final[tuple[Column, ...]] = (
    text_column("giver", "提供方", "提供学校", "贡献方", required=True),
    text_column("taker", "接受方", "接受学校", "接收方", "受益方", required=True),
    text_column("item", "项目", "共享项目", "贡献项目", required=True),
    Column("amount", "number", ("数量", "数额", "总量"), "", required=True, minimum=0.0),
    text_column("date", "日期", "发生日期", "时间", "学年"),
)
