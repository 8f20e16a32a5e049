"""The made city as tables: schools of the workbook, attributes of blocks, streets and counties."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from scripts.sample_city.balance import HEADERS as BALANCE_HEADERS
from scripts.sample_city.balance import balance_cells, write_history
from scripts.sample_city.campuses import TYPE_CODE, Campus
from scripts.sample_city.coordinates import to_gcj02
from scripts.sample_city.counties import CITY_NAME, COUNTIES, YEAR
from scripts.sample_city.geodata import write_gbk_shapefile, write_geojson
from scripts.sample_city.ground import Ints
from scripts.sample_city.land import Land
from scripts.sample_city.offers import CLASS_SIZE, Offers
from scripts.sample_city.people import People
from scripts.sample_city.resources import HEADERS as RESOURCE_HEADERS
from scripts.sample_city.resources import make_resources, split_teachers
from scripts.sample_city.teachers import Staff
from scripts.sample_city.towns import Towns
from scripts.sample_city.workbook import FULL_WIDTH, write_workbook

STAGE_WORD: Final = {"preschool": "幼儿园", "primary": "小学", "junior": "初中", "senior": "高中"}
TIER_WORD: Final = {"lead": "优质校", "regular": "普通校", "weak": "薄弱校"}
KIND_WORD: Final = {"urban": "城区", "plain": "平原", "mountain": "山区"}
ROLE_WORD: Final = {"donor": "支援", "recipient": "受援"}
PLACES: Final = ("学位数", "招生计划", "班数", "在校生数")
HEADERS: Final = (
    *(("", h) for h in (
        "学校标识码", "学校名称", "办学类型", "学段", "举办者性质", "县级代码", "乡镇街道代码", "城乡分类", "学校级别", "寄宿", "经度", "纬度", "坐标系", "标准班额", *PLACES,
    )),
    *((word, h) for word in ("小学", "初中", "高中") for h in (*PLACES, "专任教师数")),
    *(("", h) for h in (*RESOURCE_HEADERS, "特色", "得分", "等次")),
    *(("", h) for h in BALANCE_HEADERS),
)  # fmt: skip


def write_schools(path: Path, campuses: Sequence[Campus], offers: Offers, towns: Towns, seed: int, rng: np.random.Generator) -> list[Staff]:
    """The workbook, and ``history.csv`` beside it; returns who teaches where, as it says. Schools of several stages state each stage under its own group of columns and the sum in the common ones."""
    rows = [[*_school_row(i, campus, offers, towns, rng), *balance_cells(i, campus, offers, seed)] for i, campus in enumerate(campuses)]
    staffs = [_staff(campus, row) for campus, row in zip(campuses, rows, strict=True)]
    write_history(path.with_name("history.csv"), HEADERS, rows, campuses)
    name = [h for _, h in HEADERS]
    for row, header in ((5, "学校标识码"), (11, "在校生数"), (23, "图书册数"), (40, "招生计划")):
        cell = name.index(header)
        rows[row][cell] = str(rows[row][cell]).translate(FULL_WIDTH)
    write_workbook(path, f"{CITY_NAME}{YEAR}年中小学幼儿园基本情况表（内部资料）", HEADERS, rows)
    return staffs


def _staff(campus: Campus, row: list[Any]) -> Staff:
    whole = dict(zip(HEADERS, row, strict=True))
    alone = len(campus.stages) == 1
    teachers = {s: int(whole["" if alone else STAGE_WORD[s], "专任教师数"]) for s in campus.stages}
    return Staff(campus.school_id, teachers, *(int(whole["", h]) for h in ("县级以上骨干教师数", "体艺教师数", "中级及以上职称教师数")))


def _school_row(position: int, campus: Campus, offers: Offers, towns: Towns, rng: np.random.Generator) -> list[Any]:
    each = {s: [d[position, s] for d in (offers.seats, offers.plan, offers.classes, offers.pupils)] for s in campus.stages}
    together = [sum(values[k] for values in each.values()) for k in range(4)]
    several = len(campus.stages) > 1
    kind = towns.urban_rural[campus.block]
    resources, score, themes = make_resources(campus, {s: offers.pupils[position, s] for s in campus.stages}, kind in ("220", "210"), rng)
    lng, lat = to_gcj02(np.array([campus.lng_lat]))[0]
    teachers = split_teachers(resources[RESOURCE_HEADERS.index("专任教师数")], {s: offers.pupils[position, s] for s in campus.stages})
    nothing = [None] * (len(PLACES) + 1)
    staged = [value for s in ("primary", "junior", "senior") for value in ([*each[s], teachers[s]] if several and s in each else nothing)]
    return [
        campus.school_id,
        campus.name,
        TYPE_CODE[campus.kind],
        "、".join(STAGE_WORD[s] for s in campus.stages),
        "民办" if campus.private else "公办",
        COUNTIES[campus.county].code,
        towns.code[towns.town_of_block[campus.block]],
        kind,
        _level(campus, kind),
        "是" if campus.boarding else "否",
        round(float(lng), 6),
        round(float(lat), 6),
        "gcj02",
        CLASS_SIZE[campus.stages[0]],
        *together,
        *staged,
        *resources,
        themes,
        score,
        TIER_WORD[campus.tier],
    ]


def _level(campus: Campus, kind: str) -> str:
    """Who looks after the school: the city, the county, the town or the village."""
    if campus.tier == "lead" and COUNTIES[campus.county].kind == "urban":
        return "市级"
    if campus.kind == "teaching_point" or (kind == "220" and campus.kind in ("primary", "preschool") and campus.tier == "weak"):
        return "村级"
    return "县级" if campus.kind in ("senior", "complete_secondary") or kind in ("111", "112", "121") else "镇级"


def write_blocks(path: Path, land: Land, people: People, towns: Towns, campuses: Sequence[Campus], offers: Offers) -> tuple[str, str]:
    """The block layer with today's schools by name. Returns the spelling that differs from the school's name, and that name."""
    other, proper = _other_spelling(campuses)
    today = {s: [other if campuses[k].name == proper else campuses[k].name for k in offers.today[s].tolist()] for s in ("primary", "junior")}
    columns: dict[str, Any] = {
        "地块编号": towns.block_id,
        "小区/村组": towns.block_name,
        "行政代码12位": towns.region_of_block,
        "县级代码": [COUNTIES[c].code for c in land.county.tolist()],
        "乡镇街道代码": [towns.code[t] for t in towns.town_of_block.tolist()],
        "城乡分类": towns.urban_rural,
        "户数": people.households,
        "幼儿园新生数": people.entrants["preschool"],
        "小学一年级适龄儿童数": people.entrants["primary"],
        "初中一年级适龄儿童数": people.entrants["junior"],
        "高中新生数": people.entrants["senior"],
        "幼儿园在校生数": people.pupils["preschool"],
        "小学在校生数": people.pupils["primary"],
        "初中在校生数": people.pupils["junior"],
        "高中在校生数": people.pupils["senior"],
        "现小学": today["primary"],
        "现初中": today["junior"],
    }
    write_geojson(path, land.shapes, columns)
    return other, proper


def _other_spelling(campuses: Sequence[Campus]) -> tuple[str, str]:
    """How people call the second primary of the detailed county, and its proper name."""
    proper = next(c.name for c in campuses if c.county == 0 and c.kind == "primary" and c.name.endswith("第二小学"))
    return proper.replace("县第二小学", "二小"), proper


def write_areas(streets: Path, counties: Path, land: Land, people: People, towns: Towns) -> None:
    """Streets and towns (GBK shapefile), counties (GeoJSON): unions of blocks."""
    shapes = [_union(land, np.flatnonzero(towns.town_of_block == t)) for t in range(len(towns.code))]
    residents = [str(int(3.1 * people.households[towns.town_of_block == t].sum())) for t in range(len(towns.code))]
    columns = {"乡镇代码": towns.code, "名称": towns.name, "县级代码": [COUNTIES[c].code for c in towns.county.tolist()], "常住人口": residents}
    write_gbk_shapefile(streets, shapes, columns)
    whole = [_union(land, np.flatnonzero(land.county == c)) for c in range(len(COUNTIES))]
    described = {
        "县级代码": [c.code for c in COUNTIES],
        "名称": [c.name for c in COUNTIES],
        "类型": [KIND_WORD[c.kind] for c in COUNTIES],
        "帮扶角色": [ROLE_WORD[c.role] for c in COUNTIES],
    }
    write_geojson(counties, whole, described)


def _union(land: Land, blocks: Ints) -> Any:
    sound = shapely.make_valid(land.shapes[blocks])
    parts = shapely.get_parts(sound)
    return shapely.coverage_union_all(parts[shapely.get_dimensions(parts) == 2])
