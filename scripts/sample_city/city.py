"""The whole made-up city, step by step, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from scripts.sample_city.campuses import Campus, make_campuses
from scripts.sample_city.config import write_config
from scripts.sample_city.coordinates import METRE_CRS, to_degrees
from scripts.sample_city.counties import CITY_NAME, YEAR
from scripts.sample_city.enrolment import write_enrolment
from scripts.sample_city.forecast import write_forecasts
from scripts.sample_city.geodata import write_geojson
from scripts.sample_city.ground import make_sites
from scripts.sample_city.land import Land, make_land, with_faults
from scripts.sample_city.lottery import write_lottery
from scripts.sample_city.mesh import Mesh, make_mesh
from scripts.sample_city.names import Names
from scripts.sample_city.offers import Offers, make_offers
from scripts.sample_city.overflow import write_overflow
from scripts.sample_city.people import People, make_people
from scripts.sample_city.pools import write_pools
from scripts.sample_city.research import write_research
from scripts.sample_city.roads import Road, make_roads
from scripts.sample_city.shares import write_shares
from scripts.sample_city.social import write_social
from scripts.sample_city.tables import write_areas, write_blocks, write_schools
from scripts.sample_city.teachers import write_teachers
from scripts.sample_city.towns import Towns, make_towns


@dataclass(frozen=True, eq=False)
class SampleCity:
    """Everything that is made up; ``offers.hidden`` is a plan that keeps every rule."""

    mesh: Mesh
    land: Land
    people: People
    towns: Towns
    campuses: list[Campus]
    offers: Offers
    roads: list[Road]
    seed: int


def make_city(seed: int) -> SampleCity:
    """The city of a seed."""
    rng = np.random.default_rng(seed)
    sites = make_sites(rng)
    mesh = make_mesh(sites, rng)
    bare = make_land(mesh, sites.county_of_block)
    land = with_faults(bare)
    people = make_people(land, rng)
    names = Names(rng)
    towns = make_towns(land, people, rng, names)
    campuses = make_campuses(land, people, towns, rng, names)
    offers = make_offers(land, people, campuses, rng)
    return SampleCity(mesh, land, people, towns, campuses, offers, make_roads(mesh, bare), seed)


def write_city(city: SampleCity, folder: Path) -> None:
    """Every file, ready to run."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([city.seed, 1])
    staffs = write_schools(folder / "schools.xlsx", city.campuses, city.offers, city.towns, city.seed, rng)
    alias, school = write_blocks(folder / "blocks.geojson", city.land, city.people, city.towns, city.campuses, city.offers)
    write_areas(folder / "streets.shp", folder / "counties.geojson", city.land, city.people, city.towns)
    _write_lines(folder, city.mesh, city.roads)
    write_social(folder / "social_resources.csv", rng)
    write_teachers(folder / "teachers.csv", staffs, city.seed)
    write_shares(folder / "shares.csv", city.campuses, (alias, school), city.seed)
    write_pools(folder, city.campuses, city.seed)
    write_research(folder, city.campuses, staffs, city.seed)
    write_config(folder / "config.toml", city=CITY_NAME, year=YEAR, crs=METRE_CRS, alias=alias, school=school)
    write_lottery(folder, city.land, city.campuses, city.offers, city.towns, city.seed)
    write_enrolment(folder, city.campuses, city.offers, city.seed)
    write_forecasts(folder, (city.land, city.people, city.towns), city.campuses, city.offers, city.seed)
    write_overflow(folder, city.land, city.campuses, city.offers, city.towns, city.seed)


def _write_lines(folder: Path, mesh: Mesh, roads: list[Road]) -> None:
    lines = [shapely.LineString(to_degrees(r.line)) for r in roads]
    write_geojson(folder / "roads.geojson", lines, {"名称": [r.name for r in roads], "类型": [r.kind for r in roads]})
    pieces = [shapely.LineString(to_degrees(line)) for line, wet in zip(mesh.line, mesh.river, strict=True) if wet]
    river = shapely.line_merge(shapely.union_all(pieces))
    write_geojson(folder / "barriers.geojson", [river], {"名称": ["青禾河"], "类型": ["河流"], "可通行": ["否"]})
