"""Columns of teachers, posts, and what schools ask of training and research."""

from __future__ import annotations

from typing import Final

from districting.reading.schema.column import Column, number_column, text_column

TEACHERS: Final[tuple[Column, ...]] = (
    text_column("teacher_id", "教师编号", "教师标识", "教师代码", "教师编码", "teacher code", required=True),
    text_column("school", "学校", "学校名称", "所在学校", "任教学校", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段", "任教学段")),
    text_column("subject", "任教学科", "学科", "任教科目"),
    number_column("years_here", "本校任教年限", "在本校年限", "本校工作年限", unit="year"),
    number_column("years_teaching", "教龄", "任教年限", unit="year"),
    number_column("age", "年龄", unit="year"),
    text_column("sex", "性别"),
    Column("backbone", "bool", ("骨干教师", "是否骨干教师", "是否骨干")),
    Column("expert", "bool", ("专家", "是否专家", "学科专家", "学科带头人")),
    text_column("title", "职称", "专业技术职务", "专业技术职称"),
    number_column("hours_free", "可用课时", "每周可用课时", "空余课时", unit="lesson"),
    text_column("wishes", "交流意愿", "轮岗意愿"),
    text_column("exemptions", "免于交流原因", "免予交流", "豁免"),
    text_column("post", "行政职务", "职务", "校内职务"),
    number_column("post_years", "任现职年限", "任职年限", unit="year"),
    number_column("post_terms", "任职届数", "届数", unit="term"),
    text_column("partner_id", "配偶教师编号", "配偶编号"),
    text_column("home_school", "编制所在学校", "人事关系学校", "原学校"),
    number_column("years_to_retirement", "距退休年限", "距法定退休年限", unit="year"),
    Column("above_degree", "bool", ("高于规定学历", "学历高于规定")),
    text_column("licence", "教师资格学科", "资格证学科", "任教资格"),
    number_column("points", "竞聘得分", "竞聘分", "考核得分"),
)

POSTS: Final[tuple[Column, ...]] = (
    text_column("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    text_column("subject", "学科", "岗位学科", "任教学科"),
    Column("posts", "integer", ("核定岗位数", "岗位数", "核定编制", "编制数"), "person", required=True, minimum=0.0),
)

TRAINING_DEMAND: Final[tuple[Column, ...]] = (
    text_column("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    text_column("subject", "学科", "任教学科"),
    text_column("topic", "培训主题", "主题", "培训内容", required=True),
    Column("people", "integer", ("培训人数", "人数", "需求人数"), "person", required=True, minimum=0.0),
)

RESEARCH_TOPICS: Final[tuple[Column, ...]] = (
    text_column("school", "学校", "学校名称", "学校标识码", "school_id", required=True),
    Column("stage", "stage", ("学段",)),
    text_column("subject", "学科", "任教学科"),
    text_column("topic", "专题", "小专题", "研究专题", "主题", "课题", required=True),
)
