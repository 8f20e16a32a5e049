"""The one table of columns: what every input may hold, under which Chinese and English headers, in which unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from districting.model.stages import STAGES, Stage

Kind = Literal["text", "number", "integer", "bool", "stage"]

STAGE_ZH: Final[Mapping[Stage, tuple[str, ...]]] = {
    "preschool": ("幼儿园", "学前"),
    "primary": ("小学",),
    "junior": ("初中",),
    "senior": ("高中",),
}
"""Chinese words of a stage as they stand in headers; the first is used in templates."""


@dataclass(frozen=True)
class Column:
    """One column. ``headers`` are other spellings; ``stage_headers`` hold ``{}`` where the Chinese stage word goes."""

    name: str
    kind: Kind
    headers: tuple[str, ...]
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    per_stage: bool = False

    @property
    def header_zh(self) -> str:
        """The Chinese header of templates."""
        return self.headers[0]


def _text(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name, "text", headers, required=required)


def _number(name: str, *headers: str, unit: str = "", minimum: float | None = 0.0) -> Column:
    return Column(name, "number", headers, unit, minimum=minimum)


def _staged(name: str, *patterns: str, kind: Kind = "number", minimum: float | None = 0.0) -> tuple[Column, ...]:
    """``name_STAGE`` for the four stages; ``{}`` in a pattern is the Chinese stage word."""
    return tuple(
        Column(f"{name}_{stage}", kind, tuple(p.format(word) for p in patterns for word in STAGE_ZH[stage]), minimum=minimum, per_stage=True)
        for stage in STAGES
    )


_SCHOOLS: Final[tuple[Column, ...]] = (
    _text("school_id", "学校标识码", "学校（机构）标识码", "学校代码", "学校编号", "school code"),
    _text("name", "学校名称", "校名", "名称", "school name", "school", required=True),
    Column("stage", "stage", ("学段", "school stage", "level of education")),
    _text("type_code", "办学类型", "办学类型代码", "学校类型", "school type"),
    _text("ownership", "举办者性质", "举办者", "办学性质", "公办民办"),
    _text("county_code", "县级代码", "区县代码", "县区代码"),
    _text("town_code", "乡镇街道代码", "街道代码", "乡镇代码"),
    _text("region_code", "行政代码12位", "行政区划代码", "统计用区划代码"),
    _text("urban_rural_code", "城乡分类", "城乡分类代码"),
    _number("lng", "经度", "lon", "longitude", "lon_gcj02", "lon_bd09", "lon_wgs84", unit="degree or metre", minimum=None),
    _number("lat", "纬度", "latitude", "lat_gcj02", "lat_bd09", "lat_wgs84", unit="degree or metre", minimum=None),
    _text("crs", "坐标系", "坐标基准", "datum"),
    _number("seats", "学位数", "学位", "核定学位", "capacity", unit="pupil"),
    _number("plan", "招生计划", "招生计划数", "计划招生数", unit="pupil"),
    _number("pupils", "在校生数", "学生数", "在校学生数", "enrolment", "enrollment", unit="pupil"),
    _number("classes", "班数", "班级数", unit="class"),
    _number("class_cap", "标准班额", unit="pupil"),
    _number("graduates", "毕业生数", "毕业生人数", "毕业班人数", unit="pupil"),
    Column("boarding", "bool", ("寄宿", "是否寄宿")),
    _number("score", "得分", "评分", "综合得分", minimum=None),
    _text("tier", "等次", "办学水平", "梯队"),
    _text("level", "学校级别", "级别"),
    _text("district_today", "现属学区", "所属学区", "现学区", "当前学区", "school district"),
    _text("town_part", "城区片别", "老城新城", "新老城区"),
    _text("themes", "特色", "特色标签", "办学特色", "theme"),
    _text("transport", "校车/走读", "校车"),
    _text("address", "地址", "学校地址"),
    _text("block_id", "所在地块", "所在地块编号", "所在地块代码"),
    _number("staff", "教职工数", unit="person"),
    _number("teachers", "专任教师数", "教师数", unit="person"),
    _number("teachers_above_degree", "高于规定学历教师数", unit="person"),
    _number("backbone_teachers", "县级以上骨干教师数", "骨干教师数", unit="person"),
    _number("pe_art_teachers", "体艺教师数", "体育艺术教师数", "体育、艺术专任教师数", unit="person"),
    _number("senior_title_teachers", "中级及以上职称教师数", "中级及以上专业技术职务教师数", unit="person"),
    _number("high_title_teachers", "高级及以上职称教师数", "高级及以上专业技术职务教师数", "高级职称教师数", unit="person"),
    _number("chinese_teachers", "语文教师数", unit="person"),
    _number("maths_teachers", "数学教师数", "mathematics teachers", unit="person"),
    _number("foreign_language_teachers", "外语教师数", "英语教师数", "english teachers", unit="person"),
    _number("civics_teachers", "道德与法治教师数", "思想政治教师数", unit="person"),
    _number("history_teachers", "历史教师数", unit="person"),
    _number("geography_teachers", "地理教师数", unit="person"),
    _number("science_teachers", "科学教师数", unit="person"),
    _number("physics_teachers", "物理教师数", unit="person"),
    _number("chemistry_teachers", "化学教师数", unit="person"),
    _number("biology_teachers", "生物学教师数", "生物教师数", unit="person"),
    _number("it_teachers", "信息科技教师数", "信息技术教师数", "information technology teachers", unit="person"),
    _number("pe_teachers", "体育教师数", "体育与健康教师数", "physical education teachers", unit="person"),
    _number("music_teachers", "音乐教师数", unit="person"),
    _number("art_teachers", "美术教师数", "fine arts teachers", unit="person"),
    _number("psychology_teachers", "心理健康教师数", "心理教师数", "心理健康教育教师数", "mental health teachers", unit="person"),
    _number("teaching_area_m2", "教学及辅助用房面积", "校舍面积", unit="m2"),
    _number("sports_area_m2", "体育运动场馆面积", "运动场馆面积", unit="m2"),
    _number("equipment_yuan", "教学仪器设备值", unit="yuan"),
    _number("multimedia_rooms", "网络多媒体教室数", unit="room"),
    _number("laboratories", "实验室数", "实验室间数", unit="room"),
    _number("music_rooms", "音乐教室数", unit="room"),
    _number("art_rooms", "美术教室数", unit="room"),
    _number("computer_rooms", "计算机教室数", "微机室数", unit="room"),
    _number("computers", "计算机台数", unit="piece"),
    _number("books", "图书册数", unit="volume"),
    _number("site_area_m2", "校园占地", "校园占地面积", unit="m2"),
    _number("migrant_pupils", "随迁子女数", "进城务工人员随迁子女数", "migrant children", unit="pupil"),
    _number("migrants_bought", "购买学位随迁子女数", "政府购买学位随迁子女数", unit="pupil"),
    _number("girls", "女生数", "女学生数", "female pupils", unit="pupil"),
    _number("boarders", "寄宿生数", "住宿生数", "boarding pupils", unit="pupil"),
    _number("out_of_zone_pupils", "片区外学生数", "择校生数", "学区外学生数", "pupils from outside the zone", unit="pupil"),
    _text("class_sizes", "各班人数", "各班学生数", "班额明细"),
    *_staged("seats", "{}学位数", "{}学位"),
    *_staged("plan", "{}招生计划", "{}招生计划数"),
    *_staged("pupils", "{}在校生数", "{}学生数"),
    *_staged("classes", "{}班数", "{}班级数"),
    *_staged("graduates", "{}毕业生数", "{}毕业生人数", "{}毕业班人数"),
    *_staged("teachers", "{}专任教师数"),
    *_staged("score", "{}得分", minimum=None),
    *_staged("tier", "{}等次", kind="text", minimum=None),
    *_staged("staff", "{}教职工数"),
    *_staged("teachers_above_degree", "{}高于规定学历教师数"),
    *_staged("backbone_teachers", "{}县级以上骨干教师数", "{}骨干教师数"),
    *_staged("pe_art_teachers", "{}体艺教师数", "{}体育艺术教师数"),
    *_staged("senior_title_teachers", "{}中级及以上职称教师数"),
    *_staged("migrant_pupils", "{}随迁子女数"),
    *_staged("migrants_bought", "{}购买学位随迁子女数"),
    *_staged("girls", "{}女生数"),
    *_staged("boarders", "{}寄宿生数"),
    *_staged("out_of_zone_pupils", "{}片区外学生数", "{}择校生数"),
    *_staged("class_sizes", "{}各班人数", kind="text", minimum=None),
)

_BLOCKS: Final[tuple[Column, ...]] = (
    _text("block_id", "地块编号", "地块代码", "小区编号", "单元编号", "block", required=True),
    _text("name", "小区/村组", "小区名称", "地块名称", "小区", "名称"),
    _text("region_code", "行政代码12位", "行政区划代码", "统计用区划代码"),
    _text("county_code", "县级代码", "区县代码", "县区代码"),
    _text("town_code", "乡镇街道代码", "街道代码", "乡镇代码"),
    _text("urban_rural_code", "城乡分类", "城乡分类代码"),
    _number("households", "户数", unit="household"),
    _number("residents", "常住人口", "人口", "总人口", "population", "pop_2020", unit="person"),
    _number("lng", "经度", "lon", "longitude", minimum=None),
    _number("lat", "纬度", "latitude", minimum=None),
    _text("crs", "坐标系", "坐标基准", "datum"),
    _text("delivery_year", "规划交付年", "交付年份"),
    _text("address_exceptions", "门牌例外"),
    _text("current_school", "当前学校", "现学校", "现对口学校"),
    _number("area_m2", "地块面积", "面积", "area", unit="m2"),
    _number("perimeter_m", "地块周长", "周长", "perimeter", unit="m"),
    *_staged("pupils", "{}在校生数", "{}学生数", "{}在读"),
    *_staged("entrants", "{}适龄儿童数", "{}新生数", "{}一年级适龄儿童数", "{}入学人数"),
    *_staged("current_school", "{}现学校", "当前{}", "现{}", "{}当前学校", kind="text", minimum=None),
)

_AREAS: Final[tuple[Column, ...]] = (
    _text("name", "名称", "街道名称", "乡镇街道", "县区名称", "区县名称"),
    _text("county_code", "县级代码", "区县代码", "县区代码", "adcode"),
    _text("town_code", "乡镇街道代码", "街道代码", "乡镇代码"),
    _text("region_code", "行政代码12位", "行政区划代码", "统计用区划代码"),
    _number("residents", "常住人口", "人口", "总人口", "population", "pop_2020", unit="person"),
    _text("county_type", "类型", "县区类型"),
    _text("aid_role", "帮扶角色", "支援方/受援方"),
)

_LINES: Final[tuple[Column, ...]] = (
    _text("name", "名称"),
    _text("kind", "类型", "类别", "fclass", "highway"),
    Column("crossable", "bool", ("可通行", "可跨越")),
)

_ROADS: Final = (
    *_LINES,
    _text("walkable", "可步行", "允许步行", "步行", "foot"),
    _text("level", "层次", "层级", "层", "layer"),
    _text("bridge", "桥", "是否桥梁"),
    _text("tunnel", "隧道", "是否隧道"),
    _text("meets", "相接方式", "joined at"),
)

_FREE: Final[tuple[Column, ...]] = (
    Column("free_hours", "integer", ("每周可用课时数", "每周开放课时", "每周空闲课时", "free hours a week"), "hour", minimum=0.0),
    _text("free_times", "空闲时段", "可用时段", "可预约时段", "free times"),
)

_SOCIAL: Final[tuple[Column, ...]] = (
    _text("name", "资源名称", "场馆名称", "单位名称", "名称", required=True),
    _text("kind", "类别", "类型", "资源类别"),
    _text("themes", "特色", "主题", "适合主题", "theme"),
    _number("capacity", "可接待人数", "容量", "接待能力", unit="person"),
    _text("county_code", "县级代码", "区县代码", "县区代码"),
    _text("address", "地址"),
    _number("lng", "经度", "lon", "longitude", minimum=None),
    _number("lat", "纬度", "latitude", minimum=None),
    _text("crs", "坐标系", "坐标基准", "datum"),
    *_FREE,
)

_POPULATION: Final[tuple[Column, ...]] = (
    _text("name", "名称", "格网编号", "普查小区", "普查区", "cell"),
    _number("residents", "常住人口", "人口", "总人口", "population", "pop_2020", unit="person"),
    _number("households", "户数", unit="household"),
    _number("lng", "经度", "lon", "longitude", minimum=None),
    _number("lat", "纬度", "latitude", minimum=None),
    _text("crs", "坐标系", "坐标基准", "datum"),
    *_staged("pupils", "{}在校生数", "{}学生数", "{}在读"),
    *_staged("entrants", "{}适龄儿童数", "{}新生数", "{}一年级适龄儿童数", "{}入学人数"),
)

_BUILDINGS: Final[tuple[Column, ...]] = (
    _text("name", "名称", "楼栋名称", "建筑名称"),
    _text("kind", "类型", "用途", "建筑用途", "building"),
    _number("floors", "层数", "楼层数", "地上层数", "storeys", "stories", "building:levels", unit="storey"),
)

_TODAY: Final[tuple[Column, ...]] = (
    _text("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    Column("stage", "stage", ("学段",)),
    _text("school", "学校", "学校名称", "现学校", "当前学校", "学校标识码", "school_id", "zone", required=True),
)

_EXCEPTIONS: Final[tuple[Column, ...]] = (
    _text("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    Column("stage", "stage", ("学段",)),
    _text("school", "学校", "学校名称", "学校标识码", "对口学校", "school_id", required=True),
    _text("reason", "原因", "例外原因"),
    Column("temporary_until", "integer", ("有效期至", "有效期至年份", "截止年份", "临时至", "临时至年份", "临时划片至"), unit="year", minimum=1900),
)

_EDGES: Final = (
    _text("block_a", "地块甲", "地块一", "地块编号1", "block 1", "from block", required=True),
    _text("block_b", "地块乙", "地块二", "地块编号2", "block 2", "to block", required=True),
    _number("shared_m", "共享边长", "共享边界长度", "共边长度", "shared length", unit="m"),
)

_PAIRS: Final = (
    _text("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    _text("school", "学校", "学校名称", "学校标识码", "school_id", "zone", required=True),
)

_DISTANCES: Final = (
    _text("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    _text("school", "学校编号", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("distance_m", "number", ("距离", "步行距离", "路程", "distance", "metres", "meters"), "m", required=True, minimum=0.0),
)

_FORECAST: Final = (
    _text("block_id", "地块编号", "地块代码", "小区编号", "block", required=True),
    _text("year", "年度", "年份", "学年", "school year", required=True),
    Column("pupils", "number", ("人数", "学生数", "适龄儿童数", "入学人数"), "pupil", required=True, minimum=0.0),
)

_FORECAST_SEATS: Final = (
    _text("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    _text("year", "年度", "年份", "学年", "school year", required=True),
    Column("seats", "number", ("学位数", "学位", "招生计划", "capacity"), "pupil", required=True, minimum=0.0),
)

_TEACHERS: Final[tuple[Column, ...]] = (
    _text("teacher_id", "教师编号", "教师标识", "教师代码", "教师编码", "teacher code", required=True),
    _text("school", "学校", "学校名称", "所在学校", "任教学校", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段", "任教学段")),
    _text("subject", "任教学科", "学科", "任教科目"),
    _number("years_here", "本校任教年限", "在本校年限", "本校工作年限", unit="year"),
    _number("years_teaching", "教龄", "任教年限", unit="year"),
    _number("age", "年龄", unit="year"),
    _text("sex", "性别"),
    Column("backbone", "bool", ("骨干教师", "是否骨干教师", "是否骨干")),
    Column("expert", "bool", ("专家", "是否专家", "学科专家", "学科带头人")),
    _text("title", "职称", "专业技术职务", "专业技术职称"),
    _number("hours_free", "可用课时", "每周可用课时", "空余课时", unit="lesson"),
    _text("wishes", "交流意愿", "轮岗意愿"),
    _text("exemptions", "免于交流原因", "免予交流", "豁免"),
    _text("post", "行政职务", "职务", "校内职务"),
    _number("post_years", "任现职年限", "任职年限", unit="year"),
    _number("post_terms", "任职届数", "届数", unit="term"),
    _text("partner_id", "配偶教师编号", "配偶编号"),
    _text("home_school", "编制所在学校", "人事关系学校", "原学校"),
    _number("years_to_retirement", "距退休年限", "距法定退休年限", unit="year"),
    Column("above_degree", "bool", ("高于规定学历", "学历高于规定")),
    _text("licence", "教师资格学科", "资格证学科", "任教资格"),
    _number("points", "竞聘得分", "竞聘分", "考核得分"),
)

_POSTS: Final[tuple[Column, ...]] = (
    _text("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    _text("subject", "学科", "岗位学科", "任教学科"),
    Column("posts", "integer", ("核定岗位数", "岗位数", "核定编制", "编制数"), "person", required=True, minimum=0.0),
)

_SHARES: Final[tuple[Column, ...]] = (
    _text("layer", "共享类别", "层", "共享层", "类别", required=True),
    _text("from", "提供方", "提供学校", "共享方", "from school", required=True),
    _text("to", "接受方", "接受学校", "接收方", "受益方", "to school", required=True),
)

_FACILITIES: Final[tuple[Column, ...]] = (
    _text("name", "场馆名称", "设施名称", "场地名称", "名称", "facility", required=True),
    _text("school", "所属学校", "学校", "学校名称", "学校标识码", "school_id", "owner"),
    _text("kind", "场馆类别", "设施类别", "类别", "类型", required=True),
    Column("classes_at_once", "integer", ("同时容纳班数", "容纳班数", "可容纳班数", "classes at once"), "class", minimum=0.0),
    *_FREE,
    _text("open_times", "开放时间", "开放时段", "opening hours"),
    _number("lng", "经度", "lon", "longitude", minimum=None),
    _number("lat", "纬度", "latitude", minimum=None),
    _text("crs", "坐标系", "坐标基准", "datum"),
)

_FACILITY_DEMAND: Final[tuple[Column, ...]] = (
    _text("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    _text("kind", "场馆类别", "设施类别", "类别", "类型", required=True),
    Column("needed_hours", "integer", ("每周需要课时", "需要课时", "每周课时需求", "needed hours a week"), "hour", required=True, minimum=0.0),
    _text("possible_times", "可去时段", "可安排时段", "possible times"),
)

_COURSES: Final[tuple[Column, ...]] = (
    _text("course", "课程名称", "课程", "course name", required=True),
    _text("school", "开课学校", "提供学校", "学校", "学校名称", "学校标识码", "school_id", required=True),
    _text("mode", "授课方式", "共享方式", "方式", required=True),
    Column("lesson_hours", "integer", ("每周课时", "周课时", "lessons a week"), "lesson", minimum=0.0),
    Column("course_seats", "integer", ("可接收学生数", "课程名额", "名额", "course places"), "pupil", minimum=0.0),
)

_COURSE_DEMAND: Final[tuple[Column, ...]] = (
    _text("course", "课程名称", "课程", "course name", required=True),
    _text("school", "学校", "学校名称", "选课学校", "学校标识码", "school_id", required=True),
    Column("course_pupils", "integer", ("选课人数", "需求人数", "学生数", "pupils who ask"), "pupil", required=True, minimum=0.0),
)

_TRAINING_DEMAND: Final[tuple[Column, ...]] = (
    _text("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    _text("subject", "学科", "任教学科"),
    _text("topic", "培训主题", "主题", "培训内容", required=True),
    Column("people", "integer", ("培训人数", "人数", "需求人数"), "person", required=True, minimum=0.0),
)

_RESEARCH_TOPICS: Final[tuple[Column, ...]] = (
    _text("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    _text("subject", "学科", "任教学科"),
    _text("topic", "专题", "小专题", "研究专题", "主题", "课题", required=True),
)

_LEDGER: Final[tuple[Column, ...]] = (
    _text("giver", "提供方", "提供学校", "贡献方", required=True),
    _text("taker", "接受方", "接受学校", "接收方", "受益方", required=True),
    _text("item", "项目", "共享项目", "贡献项目", required=True),
    Column("amount", "number", ("数量", "数额", "总量"), "", required=True, minimum=0.0),
    _text("date", "日期", "发生日期", "时间", "学年"),
)

_HISTORY: Final[tuple[Column, ...]] = (
    Column("year", "integer", ("年度", "年份", "学年", "school year"), "year", required=True, minimum=1900),
    _text("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    _text("indicator", "指标", "指标名称", "项目", required=True),
    Column("value", "number", ("数值", "值", "总量"), required=True, minimum=0.0),
)

_UPGRADES: Final[tuple[Column, ...]] = (
    _text("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    _text("indicator", "指标", "指标名称", "项目", required=True),
    _number("unit_price_yuan", "单价", "单位造价", "造价", unit="yuan"),
    _number("most_units", "最多增加", "最多可增加", "上限", unit=""),
)

TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "schools": _SCHOOLS,
    "blocks": _BLOCKS,
    "admin": _AREAS,
    "counties": _AREAS,
    "roads": _ROADS,
    "barriers": _LINES,
    "population": _POPULATION,
    "buildings": _BUILDINGS,
    "social_resources": _SOCIAL,
    "teachers": _TEACHERS,
    "posts": _POSTS,
    "shares": _SHARES,
    "facilities": _FACILITIES,
    "facility_demand": _FACILITY_DEMAND,
    "courses": _COURSES,
    "course_demand": _COURSE_DEMAND,
    "ledger": _LEDGER,
    "training_demand": _TRAINING_DEMAND,
    "research_topics": _RESEARCH_TOPICS,
    "history": _HISTORY,
    "upgrades": _UPGRADES,
    "today": _TODAY,
    "exceptions": _EXCEPTIONS,
    "edges": _EDGES,
    "bridges": _EDGES[:2],
    "pairs": _PAIRS,
    "distances": _DISTANCES,
    "forecast": _FORECAST,
    "forecast_seats": _FORECAST_SEATS,
}
"""Kind of table -> its columns, in the order of a template."""

OF_RULES: Final[frozenset[str]] = frozenset({"pairs", "distances", "forecast", "forecast_seats"})
"""Tables that are named by a key of the zoning; all others stand under ``[inputs]``."""
INPUTS: Final[tuple[str, ...]] = tuple(table for table in TABLES if table not in OF_RULES)

WITHOUT_OUTLINES: Final[Mapping[str, frozenset[str]]] = {"blocks": frozenset({"area_m2", "perimeter_m"})}
"""Columns that are read only where blocks come without outlines: an outline speaks for itself."""

MAY_BE_EMPTY: Final[frozenset[str]] = frozenset({"ledger"})
"""Tables that other commands write: a term in which nothing was shared is no fault."""
NEEDS_GEOMETRY: Final[frozenset[str]] = frozenset({"blocks", "admin", "counties", "roads", "barriers", "population", "buildings"})
NEEDS_POLYGONS: Final[frozenset[str]] = frozenset({"blocks", "admin", "counties"})


def template_columns(table: str) -> tuple[Column, ...]:
    """Columns of a template: all of the table, per-stage ones included.

    >>> [c.header_zh for c in template_columns("today")]
    ['地块编号', '学段', '学校']
    """
    return TABLES[table]


def normal(header: object) -> str:
    """A header without what spellings differ in: width, case, blanks, line breaks, units in brackets.

    >>> normal("校舍面积（平方米）") == normal("校舍 面积")
    True
    """
    folded = unicodedata.normalize("NFKC", str(header)).casefold()
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】", "", folded)
    return re.sub(r"[\s_\-:*]+", "", bare or folded)


def header_index(table: str) -> dict[str, str]:
    """Normal header -> our column name; our own names win over other spellings."""
    index: dict[str, str] = {}
    for column in columns_of(table):
        index.setdefault(normal(column.name), column.name)
    for column in columns_of(table):
        for header in column.headers:
            index.setdefault(normal(header), column.name)
            index.setdefault(re.sub(r"[()\s]", "", header.replace("（", "").replace("）", "")).casefold(), column.name)
    return index


def column_of(table: str, name: str) -> Column | None:
    """The column called ``name``, or None."""
    return next((c for c in columns_of(table) if c.name == name), None)


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table of a city or of an enrolment."""
    from districting.reading.enrolment_columns import ENROLMENT_TABLES

    return TABLES[table] if table in TABLES else ENROLMENT_TABLES[table]


def header_words(table: str, *names: str) -> dict[str, list[str]]:
    """Values of a remedy that asks for columns: ``headers`` as templates have them, ``names`` ours; reading knows both.

    >>> header_words("schools", "teachers", "books")
    {'headers': ['专任教师数', '图书册数'], 'names': ['teachers', 'books']}
    """
    return {"headers": [next(c.header_zh for c in columns_of(table) if c.name == name) for name in names], "names": list(names)}
