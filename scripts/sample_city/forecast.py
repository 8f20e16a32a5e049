"""A seat forecast for the whole city: births, last kindergarten year, new estates, rolls and seats to come, all made up. Has a random stream of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.counties import CITY_NAME, COUNTIES, YEAR
from scripts.sample_city.land import Land
from scripts.sample_city.offers import Offers
from scripts.sample_city.people import People
from scripts.sample_city.towns import Towns

BIRTHS: Final = {2019: 1.03, 2020: 1.02, 2021: 0.97, 2022: 0.93, 2023: 0.88, 2024: 0.9, 2025: 0.86}
"""Births of a calendar year as a share of those who enter now: fewer each year but for a year of the dragon."""
UNREGISTERED: Final = 3
"""The county that has registered no births yet: there the kindergartens speak for the first year."""
ESTATES: Final = 9
COHORTS: Final = {2018: 0.85, 2019: 0.87, 2020: 0.9, 2021: 0.93, 2022: 0.96, 2023: 1.0, 2024: 0.98, 2025: 0.95}
"""Entry year -> pupils of a primary as a share of its intake plan: the peak entered in 2023."""
STAYING: Final = 0.995
"""Share who go on to the next grade."""
GRADES: Final = 6

PRIMARY: Final = """# 学位预测示例（小学）：全部虚构。先生成方案，再预测：
#   districting run config.toml
#   districting enrol forecast forecast.toml -o 预测
#   districting enrol forecast forecast.toml --what-if "enlarge {school} 1班"
name = "{city}小学学位预测（示例）"
stage = "primary"
language = "zh"
plan = "maps/plan.gpkg"              # 方案文件：片区和学位以它为准（run 写在 maps 文件夹）；也可用 --plan 指定
data_date = "{year}-03-31"           # 数据截止日，随预警一并公布
years = 6                            # 往后预测几年
warn_years = 3                       # 小学提前三年预警
yellow = 0.90                        # 人数达到学位的九成为黄色预警
red = 1.00                           # 达到学位数为红色预警
births = "births.csv"                # 各地块按自然年的出生人数，以 8 月 31 日为界折算到入学年；空白 = 未登记，不推测
kindergarten = "kindergarten.csv"    # 大班在园人数：出生未登记的地块，第一年按它推算
estates = "estates.csv"              # 新楼盘：地块、交付年份、套数
seats = "seat_years.csv"             # 学位的变化：某校从某年起每年招几个班
[rates]
net_migration = 0.0                  # 儿童年净迁入率
migration_spread = 0.01              # 高、低方案每年上下浮动多少
survival = 0.995                     # 出生到入学的存活比例
presence = 0.97                      # 在本地公办小学入学的比例
capture = 0.95                       # 大班幼儿在本地入学的比例
occupancy = 0.6                      # 新楼盘入住比例
entrants_per_unit = 0.03             # 每套入住住宅每年带来几名一年级新生
"""

JUNIOR: Final = """# 学位预测示例（初中）：全部虚构。初一新生由小学六年级毕业生推算，年级逐年升级。
#   districting run config.toml
#   districting enrol forecast forecast_junior.toml -o 初中预测
name = "{city}初中学位预测（示例）"
stage = "junior"
language = "zh"
plan = "maps/plan.gpkg"              # 方案有对口关系（feeders）时按它升学，否则按地块所在初中片区
data_date = "{year}-03-31"
years = 6
rolls = "rolls.csv"                  # 近三年各小学分年级在校生；升级率取三年平均
[rates]
direct_feed = 0.97                   # 六年级毕业生升入本地公办初中的比例
migration_spread = 0.01
"""


def write_forecasts(folder: Path, city: tuple[Land, People, Towns], campuses: list[Campus], offers: Offers, seed: int) -> None:
    """``forecast.toml``, ``forecast_junior.toml`` and their tables."""
    rng = np.random.default_rng([seed, 67])
    land, people, towns = city
    entering = people.entrants["primary"]
    _births(folder, land, towns, entering, rng)
    senior = np.rint(entering * rng.uniform(0.92, 1.06, len(entering))).astype(int)
    _write(folder / "kindergarten.csv", ("地块编号", "大班人数"), [[b, int(k)] for b, k in zip(towns.block_id, senior, strict=True)])
    town = np.flatnonzero((land.county == 0) & (entering == 0))
    chosen = np.sort(rng.choice(town, ESTATES, replace=False))
    _write(
        folder / "estates.csv",
        ("地块编号", "交付年份", "套数"),
        [[towns.block_id[b], YEAR + 1 + int(rng.integers(3)), 20 * int(rng.integers(20, 61))] for b in chosen.tolist()],
    )
    primaries = [i for i, c in enumerate(campuses) if c.zoned and "primary" in c.stages]
    fullest = max((i for i in primaries if campuses[i].county == 0), key=lambda i: (offers.plan[i, "primary"], campuses[i].school_id))
    classes = -(-offers.plan[fullest, "primary"] // 45) + 1
    _write(folder / "seat_years.csv", ("学校", "年份", "班数"), [[campuses[fullest].name, YEAR + 1, classes]])
    _rolls(folder, campuses, primaries, offers, rng)
    for name, words in (("forecast.toml", PRIMARY), ("forecast_junior.toml", JUNIOR)):
        (folder / name).write_bytes(words.format(city=CITY_NAME, year=YEAR, school=campuses[fullest].name).encode())


def _births(folder: Path, land: Land, towns: Towns, entering: Any, rng: np.random.Generator) -> None:
    """One column a year; births of a block differ from year to year as small counts do."""
    known = land.county != UNREGISTERED % len(COUNTIES)
    columns = [rng.poisson(entering * share) for share in BIRTHS.values()]
    rows = [[block, *(int(c[i]) if known[i] else "" for c in columns)] for i, block in enumerate(towns.block_id)]
    _write(folder / "births.csv", ("地块编号", *(f"{year}年出生" for year in BIRTHS)), rows)


def _rolls(folder: Path, campuses: list[Campus], primaries: Sequence[int], offers: Offers, rng: np.random.Generator) -> None:
    """Cohorts of every primary that move up, seen in three years."""
    rows: list[list[Any]] = []
    for i in primaries:
        size = {cohort: offers.plan[i, "primary"] * share * float(rng.uniform(0.92, 1.04)) for cohort, share in COHORTS.items()}
        for year in range(YEAR - 3, YEAR):
            rows += [
                [campuses[i].name, year, grade, round(size[year - grade + 1] * STAYING ** (grade - 1))]
                for grade in range(1, GRADES + 1)
                if year - grade + 1 in size
            ]
    _write(folder / "rolls.csv", ("学校", "年份", "年级", "在校生数"), rows)


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    path.write_bytes(("\r\n".join(",".join(map(str, r)) for r in [header, *rows]) + "\r\n").encode("utf-8-sig"))
