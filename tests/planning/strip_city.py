"""A strip of twelve blocks of 100 m in a row, one pupil each, four primaries with four seats: A in b01, B in b04, C in b07, D in b10."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from districting.model.settings import Settings, ZoningSettings
from districting.reading.city import City

CRS = "EPSG:4546"
SCHOOLS = {"A": 1, "B": 4, "C": 7, "D": 10}
QUARTERS = ["P-A"] * 3 + ["P-B"] * 3 + ["P-C"] * 3 + ["P-D"] * 3


def strip_city(schools: dict[str, int] | None = None, seats: float = 4.0, blocks: int = 12) -> City:
    places = schools or SCHOOLS
    ids = [f"b{x:02d}" for x in range(blocks)]
    ground = gpd.GeoDataFrame(
        {"block_id": ids, "name": ids, "county_code": "", "entrants_primary": 1.0},
        geometry=[shapely.box(100 * x, 0, 100 * x + 100, 100) for x in range(blocks)],
        crs=CRS,
    )
    campus = gpd.GeoDataFrame(
        {"school_id": list(places), "name": [f"school {s}" for s in places], "county_code": "", "town_code": "", "ownership": "public", "boarding": False},
        geometry=[shapely.Point(100 * x + 50, 50) for x in places.values()],
        crs=CRS,
    )
    stages = pd.DataFrame({"school_id": list(places), "stage": "primary", "seats": 24.0, "plan": seats, "pupils": 20.0, "tier": "regular", "score": 75.0})
    return City(settings=Settings(zoning={"primary": ZoningSettings()}), schools=campus, school_stages=stages, crs=CRS, blocks=ground)
