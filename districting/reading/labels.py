"""What planners write for stages, school types and ownership, and what it means here."""

from __future__ import annotations

import re
from typing import Final

from districting.model.stages import SCHOOL_TYPES, STAGES, Stage

TYPE_CODES: Final = {
    "111": "preschool", "112": "preschool", "211": "primary", "218": "teaching_point", "219": "primary", "311": "junior", "312": "nine_year", "319": "junior",
    "341": "complete_secondary", "342": "senior", "345": "twelve_year",
}  # fmt: skip
"""办学类型 code -> school type."""

_WORDS: Final[dict[str, tuple[Stage, ...]]] = {
    **{name: stages for name, stages in SCHOOL_TYPES.items()},
    **{code: SCHOOL_TYPES[name] for code, name in TYPE_CODES.items()},
    **dict.fromkeys(("幼儿园", "学前", "学前教育", "kindergarten", "k"), ("preschool",)),
    **dict.fromkeys(("小学", "完全小学", "教学点", "村小", "附设小学班", "es", "elementary", "elementaryschool", "primaryschool"), ("primary",)),
    **dict.fromkeys(("初中", "初级中学", "附设初中班", "ms", "middle", "middleschool", "juniorhigh"), ("junior",)),
    **dict.fromkeys(("高中", "高级中学", "普通高中", "hs", "high", "highschool", "seniorhigh"), ("senior",)),
    **dict.fromkeys(("九年一贯制", "九年一贯制学校", "九年制"), ("primary", "junior")),
    **dict.fromkeys(("十二年一贯制", "十二年一贯制学校", "十二年制"), ("primary", "junior", "senior")),
    **dict.fromkeys(("完全中学", "完中"), ("junior", "senior")),
}  # fmt: skip

OWNERSHIP: Final = {
    **dict.fromkeys(("public", "公办", "教育部门", "政府", "国有", "地方教育部门", "县级教育部门", "其他部门", "公"), "public"),
    **dict.fromkeys(("private", "民办", "私立", "民"), "private"),
}

ID_TYPES: Final[dict[str, tuple[Stage, ...]]] = {"11": ("preschool",), "21": ("primary",), "31": ("junior", "primary"), "34": ("senior", "junior", "primary")}
"""First two digits of a 10-digit school id -> stages such a school can teach."""


_TOLD_BY_LABEL: Final = {
    **dict.fromkeys(("teaching_point", "教学点", *(code for code, name in TYPE_CODES.items() if name == "teaching_point")), "teaching_point"),
    **dict.fromkeys(("special", "特殊教育", "特殊教育学校", "特教学校", "盲人学校", "聋人学校", "培智学校", "511", "512", "513", "514"), "special"),
    **dict.fromkeys(("vocational", "职业初中", "职业高中", "职业学校", "中等职业学校", "321", "361", "362", "365", "366"), "vocational"),
}  # fmt: skip


def type_of(label: str) -> str | None:
    """The school type that only its label tells; None where its stages tell as much.

    >>> type_of("教学点"), type_of("218"), type_of("特殊教育学校"), type_of("九年一贯制学校")
    ('teaching_point', 'teaching_point', 'special', None)
    """
    return _TOLD_BY_LABEL.get(re.sub(r"\s+|-", "", label).casefold())


def stages_of(label: str) -> tuple[Stage, ...] | None:
    """Stages of a label, in their order; None where it is not known.

    >>> stages_of("九年一贯制学校"), stages_of("小学、初中"), stages_of("ES"), stages_of("大学")
    (('primary', 'junior'), ('primary', 'junior'), ('primary',), None)
    """
    found: set[Stage] = set()
    for part in re.split(r"[、,，;；/+|]", label):
        stages = _WORDS.get(re.sub(r"\s+|-", "", part).casefold())
        if stages is None:
            return None
        found.update(stages)
    return tuple(s for s in STAGES if s in found)
