"""A lottery for the juniors of the detailed county: 300 made-up pupils under codes, and commented rules. Has a random stream of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.counties import COUNTIES, YEAR
from scripts.sample_city.land import Land
from scripts.sample_city.offers import Offers
from scripts.sample_city.towns import Towns

PUPILS: Final = 300
WISHES: Final = 3
HOMES: Final = 36
"""Blocks that the pupils live in."""
TWINS: Final = ((0, 2), (40, 2), (77, 2), (150, 3), (228, 2))
"""(first pupil, how many) of every bundle."""
HEADERS: Final = ("学生编号", "姓名", "双胞胎组", "地块编号", "户籍在片区", "产权人关系", "军人子女", "报名日期", *(f"志愿{n}" for n in range(1, WISHES + 1)))

RULES: Final = """# 微机派位示例：全部虚构，学生只有代号。
#   districting enrol lottery lottery.toml --commit                      冻结名单，公布承诺值
#   districting enrol lottery lottery.toml --odds 1000                   摇号前的中签概率
#   districting enrol lottery lottery.toml --public-seed 384721 -o RECORD.json --verifier verify.html
#   districting enrol verify RECORD.json                                 任何人都可重算
name = "{county}初中微机派位（示例）"
year = {year}
stage = "junior"
language = "zh"
engine = "preference_first"    # preference_first | preference_then_priority_then_number | number_first | single_school | batched
direction = "ascending"        # 号码小者在前；descending 相反
digits = 10                    # 号码位数：7、9、10
bundle = "overfill"            # 多胞胎遇最后一个学位：overfill 一并录取 | skip 跳过
pupils = "pupils.csv"
default_order = [{order}]    # 志愿都未录取的，按此顺序补到有空位的学校

{schools}
[[tiers]]                      # 顺位：条件只能用表中的列、比较和 and、or、not、in
name = "人户一致"
when = "hukou_in_zone and owner_relation == '父母'"
[[tiers]]
name = "户籍在片区"
when = "hukou_in_zone"

[[reserved]]                   # 保留学位，计入招生计划
school = "{first}"
seats = 4
when = "soldier"
name = "军人子女"
unfilled = "return"            # 用不完：return 归还 | keep 空置
"""


def write_lottery(folder: Path, land: Land, campuses: list[Campus], offers: Offers, towns: Towns, seed: int) -> None:
    """``lottery.toml`` and ``pupils.csv``."""
    rng = np.random.default_rng([seed, 6])
    county = next(i for i, c in enumerate(COUNTIES) if c.detailed)
    juniors = [i for i, c in enumerate(campuses) if c.county == county and c.zoned and "junior" in c.stages]
    share = np.array([offers.plan[i, "junior"] for i in juniors], dtype=np.float64)
    plan = np.maximum(np.floor(share / share.sum() * (PUPILS - 12)), 1).astype(int)
    names = [campuses[i].name for i in juniors]
    pull = share * np.array([{"lead": 3.0, "regular": 1.5}.get(campuses[i].tier, 1.0) for i in juniors])
    homes = np.array(towns.block_id)[rng.choice(rng.choice(np.flatnonzero(land.county == county), HOMES, replace=False), PUPILS)]
    rows = []
    for i in range(PUPILS):
        wishes = [names[k] for k in rng.choice(len(names), WISHES, replace=False, p=pull / pull.sum())]
        zone, owner = rng.random() < 0.75, ("父母", "祖父母", "租房")[int(rng.choice(3, p=(0.7, 0.12, 0.18)))]
        day = f"{YEAR}-05-{int(rng.integers(6, 16)):02d}"
        rows.append(
            [f"S{YEAR}{i + 1:04d}", f"学生{i + 1:04d}", "", str(homes[i]), "是" if zone else "否", owner, "是" if rng.random() < 0.02 else "否", day, *wishes]
        )
    for group, (first, size) in enumerate(TWINS, 1):
        for i in range(first, first + size):
            rows[i][2:] = [f"T{group}", *rows[first][3:]]
    (folder / "pupils.csv").write_bytes(("\r\n".join(",".join(r) for r in [list(HEADERS), *rows]) + "\r\n").encode("utf-8-sig"))
    listed = "".join(f'[[schools]]\nschool = "{name}"\nplan = {seats}\n' for name, seats in zip(names, plan, strict=True))
    order = ", ".join(f'"{name}"' for name in names)
    rules = RULES.format(county=COUNTIES[county].name, year=YEAR, order=order, schools=listed, first=names[int(np.argmax(plan))])
    (folder / "lottery.toml").write_bytes(rules.encode())
