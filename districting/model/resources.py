"""Which columns of a school are resources that it may lack or share, and what counts together as one resource."""

from __future__ import annotations

from typing import Final

SUBJECT_TEACHERS: Final = (
    "chinese_teachers",
    "maths_teachers",
    "foreign_language_teachers",
    "civics_teachers",
    "history_teachers",
    "geography_teachers",
    "science_teachers",
    "physics_teachers",
    "chemistry_teachers",
    "biology_teachers",
    "it_teachers",
    "pe_teachers",
    "music_teachers",
    "art_teachers",
    "psychology_teachers",
)
"""Teachers by subject (教育部《义务教育课程方案（2022年版）》). Together they weigh as one resource."""

RESOURCES: Final = (
    "teachers",
    "teachers_above_degree",
    "backbone_teachers",
    "pe_art_teachers",
    "senior_title_teachers",
    "teaching_area_m2",
    "sports_area_m2",
    "equipment_yuan",
    "multimedia_rooms",
    "computers",
    "books",
    "high_title_teachers",
    "laboratories",
    "music_rooms",
    "art_rooms",
    "computer_rooms",
    *SUBJECT_TEACHERS,
)
"""Resource totals that count for complementarity, per pupil (indicators of 教督〔2012〕3号 and 教督〔2017〕6号, teachers by subject and title, special rooms)."""

THEME: Final = "theme"
"""Kind of the 0/1 columns of theme tags: ``theme:科技教育``. Together they weigh as one resource."""


def theme_column(tag: str) -> str:
    """Name of the 0/1 column of a theme tag.

    >>> theme_column("科技教育")
    'theme:科技教育'
    """
    return f"{THEME}:{tag}"


def kind_of_resource(name: str) -> str:
    """What ``name`` counts as one resource with: all subjects are one kind, all theme tags another, any other column is a kind of its own.

    >>> kind_of_resource("music_teachers"), kind_of_resource("theme:科技教育"), kind_of_resource("books")
    ('subject_teachers', 'theme', 'books')
    """
    if name in SUBJECT_TEACHERS:
        return "subject_teachers"
    return THEME if name.startswith(f"{THEME}:") else name
