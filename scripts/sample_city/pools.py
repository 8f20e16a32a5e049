"""What schools share: venues with their free times, courses, who needs what, and last term's ledger. Has a random stream of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.coordinates import to_metres
from scripts.sample_city.counties import YEAR

VENUES: Final = (("游泳馆", 1), ("体育馆", 2), ("科学实验室", 1))
"""Kind of venue, classes at one time."""
TIMES: Final = ("周一至周五 14:00-16:00", "周二、周四 8:00-11:00；周六 9:00-11:00", "周一、周三、周五 15:00-18:00", "周一至周四 10:00-12:00")
COURSES: Final = (("人工智能", "直播", 2), ("合唱", "到校", 1), ("英语口语", "直播", 1), ("科学实验", "平台", 1), ("书法", "到校", 1))
"""Course, way of teaching, lessons a week."""


def write_pools(folder: Path, campuses: Sequence[Campus], seed: int) -> None:
    """Primaries and juniors that are public: strong ones give, the others ask."""
    rng = np.random.default_rng([seed, 7])
    mine = [c for c in campuses if not c.private and set(c.stages) & {"primary", "junior"}]
    lead, rest = [c for c in mine if c.tier == "lead"], [c for c in mine if c.tier != "lead"]
    _write(folder / "facilities.csv", "场馆名称,所属学校,场馆类别,同时容纳班数,每周可用课时数,空闲时段,开放时间", _facilities(lead, rest, rng))
    _write(folder / "facility_demand.csv", "学校,场馆类别,每周需要课时,可去时段", _facility_demand(rest, rng))
    _write(folder / "courses.csv", "课程名称,开课学校,授课方式,每周课时,可接收学生数", _courses(lead, rng))
    _write(folder / "course_demand.csv", "课程名称,学校,选课人数", _course_demand(rest, rng))
    _write(folder / "ledger.csv", "提供方,接受方,项目,数量,日期", _ledger(lead, rest, rng))


def _write(path: Path, head: str, lines: list[str]) -> None:
    path.write_bytes(("\r\n".join([head, *lines]) + "\r\n").encode("gb18030"))


def _facilities(lead: list[Campus], rest: list[Campus], rng: np.random.Generator) -> list[str]:
    lines = []
    for c in lead:
        for kind, at_once in VENUES:
            if rng.random() < 0.55:
                timed = rng.random() < 0.75
                hours = "" if timed else str(int(rng.integers(4, 11)))
                opening = "周一至周五 8:00-18:00；周六 9:00-12:00" if timed else ""
                lines.append(f"{c.name}{kind},{c.name},{kind},{at_once},{hours},{TIMES[int(rng.integers(len(TIMES)))] if timed else ''},{opening}")
    for c in rest:
        if rng.random() < 0.06:
            lines.append(f"{c.name}体育馆,{c.name},体育馆,1,{int(rng.integers(2, 7))},,")
    return lines


def _facility_demand(rest: list[Campus], rng: np.random.Generator) -> list[str]:
    lines = []
    for c in rest:
        for kind, part in (("游泳馆", 0.35), ("体育馆", 0.4), ("科学实验室", 0.35), ("科技馆", 0.2)):
            if rng.random() < part:
                times = "周一至周五 14:00-18:00" if rng.random() < 0.3 else ""
                lines.append(f"{c.name},{kind},{int(rng.integers(1, 7))},{times}")
    return lines


def _courses(lead: list[Campus], rng: np.random.Generator) -> list[str]:
    lines = []
    for c in lead:
        for course, mode, hours in COURSES:
            if rng.random() < 0.4:
                lines.append(f"{course},{c.name},{mode},{hours},{'' if mode == '平台' else 15 * int(rng.integers(2, 11))}")
    return lines


def _course_demand(rest: list[Campus], rng: np.random.Generator) -> list[str]:
    return [f"{course},{c.name},{int(rng.integers(8, 60))}" for c in rest for course, _, _ in COURSES if rng.random() < 0.3]


def _ledger(lead: list[Campus], rest: list[Campus], rng: np.random.Generator) -> list[str]:
    """Strong schools give to one of the three schools nearest of their county; now and then something comes back."""
    xy = {c.name: to_metres(np.array([c.lng_lat]))[0] for c in (*lead, *rest)}
    lines = []
    for c in lead:
        near = sorted((o for o in rest if o.county == c.county), key=lambda o: (float(np.hypot(*(xy[o.name] - xy[c.name]))), o.name))[:3]
        for other in near:
            for item, most in (("教师工作日", 40), ("场馆课时", 60), ("课时", 80)):
                if rng.random() < 0.45:
                    lines.append(f"{c.name},{other.name},{item},{int(rng.integers(1, most))},{YEAR}-0{int(rng.integers(3, 7))}-{int(rng.integers(10, 29))}")
            if rng.random() < 0.12:
                lines.append(f"{other.name},{c.name},教师工作日,{int(rng.integers(1, 30))},{YEAR}-05-{int(rng.integers(10, 29))}")
    return lines
