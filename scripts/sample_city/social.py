"""Social resources that schools can share, a university among them; a GB18030 table in the coordinates of a web map (BD-09)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from scripts.sample_city.coordinates import to_bd09, to_degrees
from scripts.sample_city.counties import CITY_NAME, COUNTIES

HEADERS: Final = ("资源名称", "类别", "特色", "可接待人数", "县级代码", "经度", "纬度", "坐标系")
KINDS: Final = (
    ("文化馆", "合唱", 300), ("图书馆", "阅读", 400), ("体育中心", "足球", 800), ("科技馆", "科技教育", 500), ("博物馆", "非遗传承", 350), ("青少年宫", "书法", 260),
    ("劳动实践基地", "劳动教育", 450), ("湿地自然学校", "生态教育", 150), ("革命纪念馆", "红色教育", 300), ("剧院", "戏曲", 600),
)  # fmt: skip


def write_social(path: Path, rng: np.random.Generator) -> None:
    """Eight kinds in the detailed county, three in every other; the university stands in the first urban district."""
    rows = []
    for position, county in enumerate(COUNTIES):
        kinds = range(len(KINDS)) if county.detailed else sorted(rng.choice(len(KINDS), 3, replace=False).tolist())
        reach = 3000.0 if county.detailed else 2500.0
        for k in kinds:
            name, theme, most = KINDS[k]
            place = np.array(county.centre_km) * 1000.0 + rng.uniform(-reach, reach, 2) / np.sqrt(2)
            rows.append((f"{county.name}{name}", name, theme, int(most * rng.uniform(0.7, 1.3)), county.code, place))
        if position == 1:
            rows.append((f"{CITY_NAME}师范学院", "高等学校", "科技教育", 2000, county.code, np.array(county.centre_km) * 1000.0 + [1800.0, -900.0]))
    lines = [",".join(HEADERS)]
    for name, kind, theme, most, code, place in rows:
        lng, lat = to_bd09(to_degrees(place[None]))[0]
        lines.append(f"{name},{kind},{theme},{most},{code},{lng:.6f},{lat:.6f},bd09")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
