"""What schools ask of teacher research, how many posts they have, and what an upgrade may cost some of them. Made up; has a random stream of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.teachers import ARTS, STAGE_WORD, SUBJECTS, Staff

TRAINING: Final = ("新课标解读", "大单元教学设计", "作业设计", "人工智能辅助教学", "班主任工作", "实验教学")
TOPICS: Final = ("跨学科主题学习", "分层作业", "小班化教学", "乡土课程开发", "课堂评价", "学困生辅导", "阅读素养", "实验操作考查")
UPGRADES: Final = (("教学仪器设备值", 1100, 400), ("体育运动场馆面积", 66000, 12), ("网络多媒体教室数", 85000, 6))
"""Indicator, price of a unit in yuan, most units."""
SHORT_OF_POSTS: Final = 0.06
OVER_POSTS: Final = 0.10


def write_research(folder: Path, campuses: Sequence[Campus], staffs: Sequence[Staff], seed: int) -> None:
    """Posts of every school with teachers; training, topics and prices of public primaries and juniors."""
    rng = np.random.default_rng([seed, 11])
    _write(folder / "posts.csv", "学校,学段,核定岗位数", _posts(staffs, rng))
    mine = [c for c in campuses if not c.private and set(c.stages) & {"primary", "junior"}]
    _write(folder / "training_demand.csv", "学校,学段,学科,培训主题,培训人数", _asked(mine, TRAINING, 0.16, rng, people=True))
    _write(folder / "research_topics.csv", "学校,学段,学科,专题", _asked(mine, TOPICS, 0.14, rng, people=False))
    weak = [c for c in mine if c.tier == "weak"]
    lines = [f"{c.name},{name},{price + 10 * int(rng.integers(-10, 11))},{most}" for c in weak for name, price, most in UPGRADES if rng.random() < 0.35]
    _write(folder / "upgrades.csv", "学校,指标,单价,最多增加", lines)


def _write(path: Path, head: str, lines: list[str]) -> None:
    path.write_bytes(("\r\n".join([head, *lines]) + "\r\n").encode("gb18030"))


def _posts(staffs: Sequence[Staff], rng: np.random.Generator) -> list[str]:
    """Most schools have as many posts as teachers; a few are short of some, a few have more."""
    lines = []
    for staff in staffs:
        for stage, count in staff.teachers.items():
            chance = rng.random()
            change = -int(rng.integers(1, 4)) if chance < SHORT_OF_POSTS else int(rng.integers(1, 4)) if chance > 1 - OVER_POSTS else 0
            lines.append(f"{staff.school_id},{STAGE_WORD[stage]},{max(1, count + change)}")
    return lines


def _asked(mine: Sequence[Campus], topics: Sequence[str], part: float, rng: np.random.Generator, *, people: bool) -> list[str]:
    lines = []
    for campus in mine:
        for stage in (s for s in campus.stages if s in ("primary", "junior")):
            subjects = [*list(SUBJECTS[stage])[:4], *ARTS]
            for topic in topics:
                if rng.random() < part:
                    subject = subjects[int(rng.integers(len(subjects)))]
                    lines.append(f"{campus.name},{STAGE_WORD[stage]},{subject},{topic}" + (f",{int(rng.integers(1, 5))}" if people else ""))
    return lines
