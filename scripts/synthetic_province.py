"""A synthetic province: one folder a county with a config ready to run, for tests and benchmarks. Everything is made up; the same arguments give the same files.

usage: synthetic_province.py FOLDER [--counties 100] [--blocks 5000] [--blocks-to B] [--seed 0]

FOLDER/370101/{config.toml, blocks.gpkg, schools.csv} ...: counties of ``synthetic_city`` side by side. With --blocks-to sizes run from --blocks to it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.synthetic_city import BLOCK_AREA_M2, SyntheticCity, synthetic_city  # noqa: E402  (the repository root must be on the path first)

CRS = "EPSG:4548"
CENTRE = (500_000.0, 4_000_000.0)
FIRST_CODE = 370_101
BLOCKS_PER_SCHOOL = 100
CONFIG = """\
[project]
name = "{name}"
year = 2026
language = "{language}"
crs = "{crs}"

[inputs]
blocks = "blocks.gpkg"
schools = "schools.csv"

[inputs.datum]
schools = "{crs}"

[zoning.primary]

[solve]
steps = {steps}
"""


def synthetic_province(
    folder: str | Path, counties: int, blocks: int, *, blocks_to: int | None = None, seed: int = 0, steps: int | None = None, language: str = "zh"
) -> list[Path]:
    """Write ``counties`` folders of ``blocks`` blocks each (growing evenly to ``blocks_to``), one school for about every hundred; the paths of their configs.

    Each county has today's schools (the nearest), pupils and seats of one stage. ``steps`` of the search; None = 20 for every block.
    """
    sizes = np.linspace(blocks, blocks_to or blocks, counties).round().astype(int)
    across = int(np.ceil(np.sqrt(counties)))
    pitch = 3.2 * float(np.sqrt(max(sizes) * BLOCK_AREA_M2 / np.pi))
    return [
        _write(Path(folder), i, int(n), (CENTRE[0] + pitch * (i % across), CENTRE[1] - pitch * (i // across)), (seed, steps, language))
        for i, n in enumerate(sizes)
    ]


def _write(folder: Path, number: int, n: int, centre: tuple[float, float], how: tuple[int, int | None, str]) -> Path:
    seed, steps, language = how
    code = str(FIRST_CODE + number)
    city = synthetic_city(n, max(2, n // BLOCKS_PER_SCHOOL), seed=seed * 10_000 + number, bridges=max(2, round(np.sqrt(n) / 7)))
    home = folder / code
    home.mkdir(parents=True, exist_ok=True)
    blocks, schools = _blocks(city, code, centre), _schools(city, code, centre)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"})  # else the file holds the hour it was made
    (home / "blocks.gpkg").unlink(missing_ok=True)  # else the layer is laid over the old one and the bytes differ
    blocks.to_file(home / "blocks.gpkg", layer="blocks")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    schools.to_csv(home / "schools.csv", index=False)
    name = f"示范县{number + 1}" if language == "zh" else f"county {number + 1}"
    config = home / "config.toml"
    config.write_text(CONFIG.format(name=name, language=language, crs=CRS, steps=steps or 20 * n), encoding="utf-8")
    return config


def _blocks(city: SyntheticCity, code: str, centre: tuple[float, float]) -> gpd.GeoDataFrame:
    ids = [f"{code}{i:06d}" for i in range(len(city.demand))]
    nearest = np.argmin(np.hypot(*(city.xy[:, None, :] - city.school_xy[None]).transpose(2, 0, 1)), axis=1)
    table = {"block_id": ids, "name": ids, "county_code": code, "entrants_primary": city.demand, "current_school_primary": [f"{code}S{j:03d}" for j in nearest]}
    return gpd.GeoDataFrame(table, geometry=shapely.transform(city.polygons, lambda xy: xy + np.asarray(centre)), crs=CRS)


def _schools(city: SyntheticCity, code: str, centre: tuple[float, float]) -> pd.DataFrame:
    k = len(city.capacity)
    places = city.school_xy + np.asarray(centre)
    ids = [f"{code}S{j:03d}" for j in range(k)]
    table = {"school_id": ids, "name": ids, "stage": "小学", "ownership": "公办", "county_code": code, "lng": places[:, 0], "lat": places[:, 1]}
    return pd.DataFrame(
        table | {"plan": city.capacity, "seats": city.capacity * 6, "pupils": city.capacity * 6, "block_id": [f"{code}{i:06d}" for i in city.home_block]}
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--counties", type=int, default=100)
    parser.add_argument("--blocks", type=int, default=5000)
    parser.add_argument("--blocks-to", type=int)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    print(len(synthetic_province(given.folder, given.counties, given.blocks, blocks_to=given.blocks_to, seed=given.seed)), given.folder)


if __name__ == "__main__":
    main()
