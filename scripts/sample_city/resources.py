"""What schools own: totals of the indicators of the balance rules, better in strong schools but never in everything; and the score that sums them up."""

from __future__ import annotations

from typing import Final

import numpy as np

from scripts.sample_city.campuses import Campus

HEADERS: Final = (
    "教职工数", "专任教师数", "高于规定学历教师数", "县级以上骨干教师数", "体艺教师数", "中级及以上职称教师数", "教学及辅助用房面积", "体育运动场馆面积",
    "教学仪器设备值", "网络多媒体教室数", "计算机台数", "图书册数", "校园占地",
)  # fmt: skip
PER_PUPIL: Final = {
    "preschool": (0.115, 0.083, 0.030, 0.006, 0.008, 0.012, 4.0, 3.0, 1200.0, 0.030, 0.030, 9.0, 11.0),
    "primary": (0.064, 0.058, 0.048, 0.0115, 0.0102, 0.026, 4.9, 8.1, 2250.0, 0.0250, 0.135, 21.0, 18.0),
    "junior": (0.086, 0.077, 0.062, 0.0118, 0.0103, 0.040, 6.2, 11.0, 2850.0, 0.0258, 0.165, 29.0, 24.0),
    "senior": (0.092, 0.082, 0.020, 0.0160, 0.0095, 0.050, 8.0, 10.8, 3600.0, 0.0260, 0.200, 41.0, 29.0),
}
BY_TIER: Final = {
    "lead": (1.08, 1.10, 1.22, 1.55, 1.20, 1.30, 0.95, 0.93, 1.20, 1.12, 1.15, 1.05, 0.88),
    "regular": (1.00,) * 13,
    "weak": (0.97, 0.94, 0.78, 0.52, 0.72, 0.80, 0.98, 1.00, 0.80, 0.82, 0.80, 0.88, 1.10),
}
IN_THE_COUNTRY: Final = (1.12, 1.12, 0.90, 0.75, 0.70, 0.95, 1.30, 1.45, 1.05, 1.10, 1.05, 1.20, 1.70)
SPREAD: Final = (0.05, 0.06, 0.14, 0.22, 0.24, 0.14, 0.16, 0.20, 0.18, 0.15, 0.18, 0.16, 0.20)
STRENGTHS: Final = (4, 6, 7, 8, 9, 10, 11)
"""Every school is unusually good at one of these (positions in HEADERS) and unusually poor at another: what makes schools complement one another."""
SCORE: Final = {"lead": (89.0, 84.5, 97.0), "regular": (76.0, 69.0, 83.5), "weak": (61.0, 48.0, 68.0)}
THEMES: Final = ("科技教育", "书法", "足球", "劳动教育", "合唱", "阅读", "非遗传承", "生态教育", "航模", "红色教育", "戏曲", "篮球")


def make_resources(campus: Campus, pupils: dict[str, int], country: bool, rng: np.random.Generator) -> tuple[list[int], float, str]:
    """Totals in the order of HEADERS, the score (0 to 100) and one or two theme tags."""
    factor = np.array(BY_TIER[campus.tier]) * rng.lognormal(0, SPREAD)
    good, poor = rng.choice(STRENGTHS, 2, replace=False)
    factor[good] *= 1.35
    factor[poor] *= 0.72
    if country:
        factor *= IN_THE_COUNTRY
    total = sum(np.array(PER_PUPIL[stage]) * number for stage, number in pupils.items()) * factor
    whole = np.rint(total).astype(np.int64)
    whole[1] = max(whole[1], 2)
    whole[0] = max(whole[0], whole[1])
    whole[2:6] = np.minimum(whole[2:6], whole[1])
    whole[8] = whole[8] // 100 * 100
    middle, low, high = SCORE[campus.tier]
    lean = 14.0 * float(np.log(factor / np.array(BY_TIER[campus.tier])).mean())
    score = round(float(np.clip(middle + lean + rng.normal(0, 3.0), low, high)), 1)
    themes = rng.choice(len(THEMES), 2 if campus.tier == "lead" else 1, replace=False)
    return whole.tolist(), score, "、".join(THEMES[k] for k in themes)


def split_teachers(teachers: int, pupils: dict[str, int]) -> dict[str, int]:
    """The teachers of a school by stage: as many per pupil as is usual there, the last stage takes the rest."""
    need = {stage: PER_PUPIL[stage][1] * number for stage, number in pupils.items()}
    out: dict[str, int] = {}
    for stage in list(pupils)[:-1]:
        out[stage] = round(teachers * need[stage] / sum(need.values()))
    out[list(pupils)[-1]] = teachers - sum(out.values())
    return out
