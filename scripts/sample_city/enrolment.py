"""Inputs of the other commands of enrolment: graduates to split, quota places of seniors, pupils for classes; all made up, pupils are codes. Has a random stream of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.counties import COUNTIES, YEAR
from scripts.sample_city.offers import Offers

GRADUATES: Final = 8
"""Of each primary of the detailed county: a small list."""
ADMITTED: Final = 150
CLASSES: Final = 3

QUOTA: Final = """# 指标到校示例：全部虚构。
#   districting enrol quota quota.toml -o 指标
name = "{county}指标到校（示例）"
year = {year}
language = "zh"
seniors = "quota_seniors.csv"        # 高中、招生计划、指标数或指标比例，可有片区
juniors = "quota_juniors.csv"        # 初中、符合条件人数（或用 pupils 名单按在校年限统计）、类别
takers = "quota_takers.csv"          # 达线人数：未用完的指标归还统招；成绩出来之前去掉这一行
share = 0.6                          # 高中表没有写明时，指标占招生计划的比例
rounding = "largest_remainder"       # largest_remainder 最大余数 | draw 余数抽签（须 --public-seed）
floor = 2                            # 每所有符合条件学生的初中至少几个
[uplift]                             # 倾斜系数
"农村" = 1.2
"薄弱" = 1.1
"""


def write_enrolment(folder: Path, campuses: list[Campus], offers: Offers, seed: int) -> None:
    """``graduates.csv``, ``admitted.csv``, ``class_teachers.csv``, ``quota.toml`` with its three tables."""
    rng = np.random.default_rng([seed, 61])
    county = next(i for i, c in enumerate(COUNTIES) if c.detailed)
    mine = [i for i, c in enumerate(campuses) if c.county == county]
    _graduates(folder, [campuses[i].name for i in mine if campuses[i].zoned and "primary" in campuses[i].stages], rng)
    _admitted(folder, rng)
    _quota(folder, campuses, offers, mine, rng)


def _graduates(folder: Path, primaries: Sequence[str], rng: np.random.Generator) -> None:
    rows: list[list[Any]] = []
    for name in primaries:
        for _ in range(GRADUATES):
            sex = "男" if rng.random() < 0.52 else "女"
            rows.append([f"G{YEAR}{len(rows) + 1:04d}", name, sex, "本地" if rng.random() < 0.8 else "随迁", "", "是" if rng.random() < 0.03 else "否"])
    for group, first in enumerate(range(0, len(rows), 5 * GRADUATES), 1):
        for i in (first, first + 1):
            rows[i][4:] = [f"T{group}", "否"]
    write_csv(folder / "graduates.csv", ("学生编号", "毕业小学", "性别", "户籍类别", "双胞胎组", "寄宿"), rows)


def _admitted(folder: Path, rng: np.random.Generator) -> None:
    rows = [[f"A{YEAR}{i + 1:04d}", "男" if rng.random() < 0.52 else "女", f"{min(100.0, rng.normal(76, 12)):.1f}", "", ""] for i in range(ADMITTED)]
    for group, first in enumerate((10, 64), 1):
        rows[first][3] = rows[first + 1][3] = f"T{group}"
    rows[101][4] = rows[102][4] = "F1"
    write_csv(folder / "admitted.csv", ("学生编号", "性别", "成绩", "同班组", "分班组"), rows)
    write_csv(folder / "class_teachers.csv", ("教师组",), [[f"教师组{k}"] for k in "甲乙丙"[:CLASSES]])


def _quota(folder: Path, campuses: list[Campus], offers: Offers, mine: Sequence[int], rng: np.random.Generator) -> None:
    seniors = [i for i in mine if "senior" in campuses[i].stages]
    juniors = [i for i in mine if campuses[i].zoned and "junior" in campuses[i].stages]
    plans = {i: 50 * int(rng.integers(8, 17)) for i in seniors}
    write_csv(folder / "quota_seniors.csv", ("高中", "招生计划"), [[campuses[i].name, plans[i]] for i in seniors])
    rows = []
    for i in juniors:
        eligible = int(offers.plan[i, "junior"] * rng.uniform(0.8, 0.95))
        rows.append([campuses[i].name, eligible, {"weak": "薄弱"}.get(campuses[i].tier, "")])
    write_csv(folder / "quota_juniors.csv", ("初中", "符合条件人数", "类别"), rows)
    whole = sum(int(r[1]) for r in rows)
    takers = [[campuses[i].name, r[0], int(0.6 * plans[i] * r[1] / whole * rng.uniform(0.7, 1.6))] for i in seniors for r in rows]
    write_csv(folder / "quota_takers.csv", ("高中", "初中", "达线人数"), takers)
    county = COUNTIES[campuses[mine[0]].county].name
    (folder / "quota.toml").write_bytes(QUOTA.format(county=county, year=YEAR).encode())


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table as spreadsheets write it."""
    path.write_bytes(("\r\n".join(",".join(map(str, r)) for r in [header, *rows]) + "\r\n").encode("utf-8-sig"))
