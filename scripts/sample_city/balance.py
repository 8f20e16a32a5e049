"""What balance monitoring asks for beside resources: groups of pupils, sizes of classes, pupils from outside; and the indicators of three older years."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.counties import COUNTIES, YEAR
from scripts.sample_city.offers import Offers

HEADERS: Final = ("随迁子女数", "女生数", "寄宿生数", "片区外学生数", "各班人数")
MIGRANTS: Final = {"urban": 0.16, "plain": 0.05, "mountain": 0.02}
OUTSIDE: Final = {"lead": 0.11, "regular": 0.03, "weak": 0.01}
DRIFT: Final = {
    "县级以上骨干教师数": -0.075, "高于规定学历教师数": 0.04, "体艺教师数": 0.05, "教学及辅助用房面积": 0.02, "体育运动场馆面积": 0.01, "教学仪器设备值": 0.03,
    "网络多媒体教室数": 0.06,
}  # fmt: skip
"""Indicator -> how much wider (more than 0) or narrower (less) the gaps were, per year back: strong schools gathered backbone teachers, everything else came nearer."""


def balance_cells(position: int, campus: Campus, offers: Offers, seed: int) -> list[Any]:
    """Cells in the order of HEADERS; schools of several stages, kindergartens and seniors do not report them."""
    if campus.stages not in (("primary",), ("junior",)):
        return [None] * len(HEADERS)
    rng = np.random.default_rng([seed, 4, position])
    stage = campus.stages[0]
    pupils, classes = int(offers.pupils[position, stage]), int(offers.classes[position, stage])
    migrant = MIGRANTS[COUNTIES[campus.county].kind] * (2.2 if campus.private else 0.6 if campus.tier == "lead" else 1.2) * rng.uniform(0.6, 1.4)
    boards = rng.uniform(0.75, 0.98) if campus.boarding else rng.uniform(0.1, 0.4) if stage == "junior" and COUNTIES[campus.county].kind == "mountain" else 0.0
    outside = 0.0 if campus.private else OUTSIDE[campus.tier] * rng.uniform(0.4, 1.6)
    counts = [round(pupils * min(share, 1.0)) for share in (migrant, rng.uniform(0.45, 0.49), boards, outside)]
    return [*counts, "、".join(map(str, _class_sizes(pupils, classes, rng)))]


def _class_sizes(pupils: int, classes: int, rng: np.random.Generator) -> list[int]:
    """Sizes that add up to the pupils, some classes a few larger than others."""
    size = np.full(classes, pupils // classes)
    size[: pupils % classes] += 1
    for _ in range(classes):
        a, b = rng.integers(0, classes, 2)
        moved = min(int(rng.integers(0, 4)), int(size[a]) - 1)
        size[a], size[b] = size[a] - moved, size[b] + moved
    return [int(n) for n in size]


def write_history(path: Path, headers: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], campuses: Sequence[Campus]) -> None:
    """Totals of the three years before, of schools of one compulsory stage; two schools opened in the last year and have none."""
    at = {name: k for k, (group, name) in enumerate(headers) if not group}
    mine = [i for i, c in enumerate(campuses) if c.stages in (("primary",), ("junior",))][2:]
    lines = ["年度,学校标识码,指标,数值"]
    for year in range(YEAR - 3, YEAR):
        back = YEAR - year
        for i in mine:
            row = rows[i]
            pupils = _whole(row[at["在校生数"]])
            then = max(1, round(pupils * (1.0 + (0.015 if COUNTIES[campuses[i].county].kind == "mountain" else -0.01) * back)))
            lines.append(f"{year},{row[0]},在校生数,{then}")
            for name, drift in DRIFT.items():
                each, mean = _whole(row[at[name]]) / pupils, _mean(rows, at, mine, campuses, name, campuses[i].stages)
                lines.append(f"{year},{row[0]},{name},{max(0, round(then * (mean + (each - mean) * (1.0 + drift * back))))}")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))


def _mean(rows: Sequence[Sequence[Any]], at: dict[str, int], mine: Sequence[int], campuses: Sequence[Campus], name: str, stages: tuple[str, ...]) -> float:
    same = [i for i in mine if campuses[i].stages == stages]
    return sum(_whole(rows[i][at[name]]) for i in same) / sum(_whole(rows[i][at["在校生数"]]) for i in same)


def _whole(cell: Any) -> int:
    """A cell as a number, full-width digits too."""
    return int(cell)
