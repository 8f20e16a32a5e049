"""Teachers by code, as many of each school as its own row says: teachers of each stage, backbone, middle and higher titles, sports and arts. UTF-8 with a mark, as Excel saves it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

HEADERS: Final = (
    "教师编号",
    "学校标识码",
    "学段",
    "任教学科",
    "本校任教年限",
    "教龄",
    "年龄",
    "性别",
    "骨干教师",
    "学科带头人",
    "职称",
    "可用课时",
    "免予交流",
    "配偶编号",
)
STAGE_WORD: Final = {"preschool": "幼儿园", "primary": "小学", "junior": "初中", "senior": "高中"}
SUBJECTS: Final = {
    "preschool": {"学前教育": 1.0},
    "primary": {"语文": 30, "数学": 25, "英语": 13, "道德与法治": 7, "科学": 7, "信息科技": 4},
    "junior": {"语文": 19, "数学": 18, "英语": 18, "道德与法治": 7, "历史": 7, "地理": 5, "物理": 9, "化学": 6, "生物学": 5, "信息科技": 3},
    "senior": {"语文": 17, "数学": 17, "英语": 17, "思想政治": 8, "历史": 8, "地理": 8, "物理": 10, "化学": 9, "生物学": 8, "信息技术": 3},
}
ARTS: Final = {"体育": 5, "音乐": 3, "美术": 3}
EXEMPT: Final = 0.015
REASONS: Final = ("孕期", "哺乳期", "重病治疗")
COUPLES: Final = 40
JUNIOR_TITLES: Final = ("三级教师", "二级教师")
HIGHER_TITLES: Final = ("一级教师", "高级教师", "正高级教师")
FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Staff:
    """What the workbook says of a school: teachers by stage, of them backbone, sports and arts, and with a middle or higher title."""

    school_id: str
    teachers: dict[str, int]
    backbone: int
    arts: int
    titled: int


def write_teachers(path: Path, staffs: Sequence[Staff], seed: int) -> None:
    """The table, in the order of schools; a few ages are typed in full width."""
    rng = np.random.default_rng([seed, 2])
    rows = [row for staff in staffs for row in _school(staff, seed, rng)]
    for i in (4, 97, 301):
        rows[i][6] = rows[i][6].translate(FULL_WIDTH)
    _with_ties(rows, np.random.default_rng([seed, 12]))
    lines = [",".join(HEADERS), *(",".join(row) for row in rows)]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))


def _with_ties(rows: list[list[str]], rng: np.random.Generator) -> None:
    """Two more cells for everybody: why a few may stay (made up), and who is married to whom."""
    reason = ["" if rng.random() >= EXEMPT else str(rng.choice(REASONS)) for _ in rows]
    partner = [""] * len(rows)
    women, men = ([i for i, row in enumerate(rows) if row[7] == sex] for sex in ("女", "男"))
    for a, b in zip(rng.permutation(women)[:COUPLES].tolist(), rng.permutation(men)[:COUPLES].tolist(), strict=True):
        partner[a], partner[b] = rows[b][0], rows[a][0]
    for row, why, other in zip(rows, reason, partner, strict=True):
        row += [why, other]


def _school(staff: Staff, seed: int, rng: np.random.Generator) -> list[list[str]]:
    stage = [s for s, count in staff.teachers.items() for _ in range(count)]
    count = len(stage)
    served = np.clip(np.rint(rng.gamma(2.0, 6.0, count)), 0, 38).astype(int)
    titled = np.zeros(count, dtype=bool)
    titled[np.argsort(-(served + rng.normal(0, 4.0, count)), kind="stable")[: staff.titled]] = True
    backbone = np.zeros(count, dtype=bool)
    backbone[np.argsort(-(served + 12.0 * titled + rng.normal(0, 8.0, count)), kind="stable")[: staff.backbone]] = True
    arts = np.zeros(count, dtype=bool)
    arts[rng.permutation(count)[: staff.arts]] = True
    subject = _subjects(stage, arts, rng)
    rows = []
    for i in range(count):
        here = int(min(served[i], np.rint(rng.gamma(1.8, 4.5))))
        title = HIGHER_TITLES[min(2, int(served[i] >= 18) + int(served[i] >= 22 and rng.random() < 0.06))] if titled[i] else JUNIOR_TITLES[int(served[i] >= 3)]
        expert = backbone[i] and rng.random() < 0.22
        numbers = (str(here), str(served[i]), str(int(min(60, 22 + served[i] + rng.integers(0, 5)))))
        code = "T" + hashlib.sha256(f"{seed}/{staff.school_id}/{i}".encode()).hexdigest()[:11]
        free = str(int(rng.choice((0, 0, 0, 2, 4, 6)) if not arts[i] else rng.choice((0, 2, 4, 6, 8))))
        flags = ("是" if backbone[i] else "否", "是" if expert else "否")
        rows.append([code, staff.school_id, STAGE_WORD[stage[i]], subject[i], *numbers, "女" if rng.random() < 0.68 else "男", *flags, title, free])
    return rows


def _subjects(stage: list[str], arts: np.ndarray, rng: np.random.Generator) -> list[str]:  # type: ignore[type-arg]
    """Subjects by their usual shares: the main ones first, so that a small school has them."""
    out = [""] * len(stage)
    for name in dict.fromkeys(stage):
        for of_arts in (False, True):
            mine = [i for i in range(len(stage)) if stage[i] == name and bool(arts[i]) == of_arts]
            weights = ARTS if of_arts and name != "preschool" else SUBJECTS[name]
            share = np.array(list(weights.values()), dtype=float)
            dealt = np.zeros(len(share))
            for taken, i in enumerate(mine, start=1):
                k = int(np.argmax(share / share.sum() * taken - dealt + rng.uniform(0, 0.2, len(share))))
                dealt[k] += 1
                out[i] = list(weights)[k]
    return out
