"""Streets, towns and townships with their codes; communities and villages; the names of blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from scripts.sample_city.counties import COUNTIES
from scripts.sample_city.ground import Floats, Ints
from scripts.sample_city.land import Land
from scripts.sample_city.names import Names
from scripts.sample_city.people import People
from scripts.sample_city.zones import grow

COMMUNITY_BLOCKS = 9
STREETS = {0: 7, 1: 3, 2: 3}
"""County -> how many of its units are urban streets (街道); the others are towns and townships."""


@dataclass(frozen=True, eq=False)
class Towns:
    """code, name, county (t,); town_of_block, community_of_block (n,); block_id, block_name, urban_rural (n,)."""

    code: list[str]
    name: list[str]
    county: Ints
    town_of_block: Ints
    region_of_block: list[str]
    community_of_block: list[str]
    block_id: list[str]
    block_name: list[str]
    urban_rural: list[str]


def make_towns(land: Land, people: People, rng: np.random.Generator, names: Names) -> Towns:
    """Administrative units that hang together, numbered from the middle of their county outwards."""
    arcs = land.arcs()
    town = np.full(len(land.shapes), -1, dtype=np.int64)
    codes: list[str] = []
    titles: list[str] = []
    owner: list[int] = []
    for position, county in enumerate(COUNTIES):
        mine = np.flatnonzero(land.county == position)
        seeds = _seeds(land.xy[mine], 1.0 + people.entrants["primary"][mine], county.towns, rng)
        away = np.hypot(*(land.xy[mine][seeds] - np.array(county.centre_km) * 1000.0).T)
        homes = mine[seeds[np.argsort(away, kind="stable")]]
        label = grow(arcs, homes, np.zeros(len(homes)))
        town[mine] = label[mine] + len(codes)
        for rank in range(len(homes)):
            code, title = _unit(position, rank, names)
            codes.append(code)
            titles.append(title)
            owner.append(position)
    region, community = _communities(land, town, codes, rng, names)
    kind = _urban_rural(land, town, codes)
    ids = [f"{county_letters(c)}{k:04d}" for c, k in zip(land.county.tolist(), _rank_within(land.county), strict=True)]
    return Towns(codes, titles, np.array(owner), town, region, community, ids, _block_names(people, kind, community, names), kind)


def county_letters(position: int) -> str:
    """Two letters that open the block ids of a county."""
    return ("QH", "MD", "HW", "HF", "YL", "SY", "LM", "HQ")[position]


def _rank_within(group: Ints) -> list[int]:
    seen: dict[int, int] = {}
    out = []
    for g in group.tolist():
        seen[g] = seen.get(g, 0) + 1
        out.append(seen[g])
    return out


def _unit(county: int, rank: int, names: Names) -> tuple[str, str]:
    """9-digit code and name: streets 001.., towns 100.., townships 200.. (GB/T 10114)."""
    base = COUNTIES[county].code
    streets = STREETS.get(county, 0)
    last = COUNTIES[county].towns - 1
    if rank < streets:
        return f"{base}{rank + 1:03d}", names.once(names.community() + "街道")
    if rank == 0:
        return f"{base}100", f"{COUNTIES[county].short}城关镇"
    if rank == last:
        return f"{base}200", names.once(names.village() + "乡")
    return f"{base}{100 + rank - streets:03d}", names.once(names.village() + "镇")


def _seeds(xy: Floats, weight: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Positions spread by weighted rounds of Lloyd."""
    middle = xy[rng.choice(len(xy), count, replace=False, p=weight / weight.sum())]
    for _ in range(15):
        near = cKDTree(middle).query(xy)[1]
        total = np.maximum(np.bincount(near, weight, count), 1e-9)[:, None]
        middle = np.column_stack([np.bincount(near, weight * xy[:, d], count) for d in (0, 1)]) / total
    taken: list[int] = []
    for point in middle:
        for k in np.argsort(np.hypot(*(xy - point).T), kind="stable").tolist():
            if k not in taken:
                taken.append(k)
                break
    return np.array(taken, dtype=np.int64)


def _communities(land: Land, town: Ints, codes: list[str], rng: np.random.Generator, names: Names) -> tuple[list[str], list[str]]:
    region = [""] * len(town)
    title = [""] * len(town)
    for t, code in enumerate(codes):
        mine = np.flatnonzero(town == t)
        count = max(1, round(len(mine) / COMMUNITY_BLOCKS))
        middle = land.xy[mine][_seeds(land.xy[mine], np.ones(len(mine)), count, rng)]
        near = cKDTree(middle).query(land.xy[mine])[1]
        urban = int(code[6:]) < 100
        called = [names.community() if urban else names.village() for _ in range(count)]
        for block, k in zip(mine.tolist(), near.tolist(), strict=True):
            region[block] = f"{code}{(k + 1) if urban else 200 + k:03d}"
            title[block] = called[k]
    return region, title


def _urban_rural(land: Land, town: Ints, codes: list[str]) -> list[str]:
    """Urban-rural code of each block: 111 and 112 in streets, 121 and 122 in towns, 210 and 220 in the country."""
    away = np.hypot(*(land.xy - np.array([c.centre_km for c in COUNTIES])[land.county] * 1000.0).T)
    out = []
    for t, metres, county in zip(town.tolist(), away.tolist(), land.county.tolist(), strict=True):
        unit = int(codes[t][6:])
        near = metres < (2600.0 if county == 0 else 3500.0)
        if unit < 100:
            out.append("111" if near else "112")
        elif unit < 200:
            out.append("121" if unit == 100 and county > 0 and near else "122" if unit == 100 or (county == 0 and metres < 4200.0) else "220")
        else:
            out.append("210" if near else "220")
    return out


def _block_names(people: People, kind: list[str], community: list[str], names: Names) -> list[str]:
    groups: dict[str, int] = {}
    out = []
    for block, code in enumerate(kind):
        if people.entrants["primary"][block] == 0:
            out.append(names.empty_place())
        elif code in ("220", "210", "122"):
            groups[community[block]] = groups.get(community[block], 0) + 1
            out.append(f"{community[block]}村{groups[community[block]]}组")
        else:
            out.append(names.estate())
    return out
