"""An overflow of the primaries of the detailed county: who asks for a seat, seats by school and grade, a register of dwellings; all made up. Has a random stream of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.coordinates import to_degrees
from scripts.sample_city.counties import COUNTIES, YEAR
from scripts.sample_city.enrolment import write_csv
from scripts.sample_city.land import Land
from scripts.sample_city.offers import Offers
from scripts.sample_city.towns import Towns

PUPILS: Final = 72
FULL: Final = 6
"""Schools whose first grade has no seat left; most pupils live by them."""
TWINS: Final = (4, 20, 41)
"""The first of each pair."""
CLASS: Final = 45

RULES: Final = """# 学位调剂示例：全部虚构，学生只有代号。
#   先做方案：districting run config.toml -o maps
#   districting enrol overflow overflow.toml -o 调剂
plan = "maps/plan.gpkg"              # 方案文件；也可写 "config.toml"（当场做方案，较慢），或用 --plan 另给
name = "{county}小学学位调剂（示例）"
language = "zh"
stage = "primary"                    # primary | junior；两个学段分两次做
year = {year}
term = "first"                       # first | second：起始年级第一学期、毕业年级最后一学期不接收转学
pupils = {{ path = "overflow_pupils.csv", datum = "cgcs2000" }}   # 住址写地块编号，或写经纬度（须写明基准）
schools = "overflow_schools.csv"     # 各校各年级：班数、在校生、保留学位；教育集团
dwellings = "overflow_dwellings.csv" # 学位房登记：房屋编码、家庭编号、使用年份、状态
order = ["own_school", "own_district", "group", "adjacent_district", "nearest"]   # 查找顺序：对口学校、本学区、教育集团、相邻学区、就近
class_size = 45                      # 满班人数
school_cap = 2000                    # 全校在校生上限；nine_year_cap = 2500
lock = "last"                        # 住房学位已被占用：last 排在最后 | refuse 不安排 | off 不管
lock_where = "all"                   # all 所有学校 | oversubscribed 只在报名超过学位的学校
# max_distance_m = 5000              # 最远安排距离，米
scheme = "alliance"                  # 用方案中的哪一套学区；只有一套时可不写
"""


def write_overflow(folder: Path, land: Land, campuses: list[Campus], offers: Offers, towns: Towns, seed: int) -> None:
    """``overflow.toml`` with its three tables."""
    rng = np.random.default_rng([seed, 67])
    county = next(i for i, c in enumerate(COUNTIES) if c.detailed)
    schools = [i for i, c in enumerate(campuses) if c.county == county and c.zoned and "primary" in c.stages]
    full = {int(i) for i in rng.choice(schools, FULL, replace=False)}
    _schools(folder, campuses, offers, schools, full, rng)
    _pupils(folder, land, campuses, offers, towns, full, rng)
    (folder / "overflow.toml").write_bytes(RULES.format(county=COUNTIES[county].name, year=YEAR).encode())


def _schools(folder: Path, campuses: list[Campus], offers: Offers, schools: list[int], full: set[int], rng: np.random.Generator) -> None:
    groups = {int(i): name for k, name in enumerate(("晨光教育集团", "河畔教育集团", "新城教育集团")) for i in rng.choice(schools, 6, replace=False)[k % 2 :]}
    rows: list[list[Any]] = []
    for i in schools:
        for grade in range(1, 7):
            classes = max(1, -(-offers.plan[i, "primary"] // CLASS))
            left = 0 if grade == 1 and i in full else int(rng.integers(0, 5))
            kept = int(rng.random() < 0.2)
            rows.append([campuses[i].name, f"{'一二三四五六'[grade - 1]}年级", classes, max(0, classes * CLASS - left - kept), kept, groups.get(i, "")])
    write_csv(folder / "overflow_schools.csv", ("学校", "年级", "班数", "在校生数", "保留学位", "教育集团"), rows)


def _pupils(folder: Path, land: Land, campuses: list[Campus], offers: Offers, towns: Towns, full: set[int], rng: np.random.Generator) -> None:
    zone = offers.hidden["primary"]
    homes = np.array(towns.block_id)
    rows: list[list[Any]] = []
    for k in range(PUPILS):
        own = sorted(full)[k % FULL]
        block = int(rng.choice(np.flatnonzero(zone == own)))
        transfer = k % 9 == 8
        place = [f"{x:.6f}" for x in to_degrees(land.xy[[block]])[0]] if k % 12 == 5 else ["", ""]
        grade = int(rng.integers(1, 7)) if transfer else 1
        dwelling = [f"F{block:04d}-{k:03d}", f"J{k:04d}"]
        rows.append(
            [f"Q{YEAR}{k + 1:04d}", "" if place[0] else str(homes[block]), *place, campuses[own].name, grade, "转学" if transfer else "新生", *dwelling, ""]
        )
    for group, first in enumerate(TWINS, 1):
        for k in (first, first + 1):
            rows[k][1:] = [*rows[first][1:9], f"T{group}"]
    write_csv(folder / "overflow_pupils.csv", ("学生编号", "地块编号", "经度", "纬度", "对口学校", "年级", "类别", "房屋编码", "家庭编号", "双胞胎组"), rows)
    states = ("在读", "在读", "在读", "毕业", "转出", "在读")
    register = [[r[7], f"K{k:04d}" if k % 4 else r[8], YEAR - int(rng.integers(1, 8)), 1, states[k % 6]] for k, r in enumerate(rows[::5])]
    write_csv(folder / "overflow_dwellings.csv", ("房屋编码", "家庭编号", "使用年份", "入学年级", "状态"), register)
