"""Schools along a straight road, one metre CRS, no blocks: what links need."""

from __future__ import annotations

import dataclasses
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from districting.model.pairing_settings import PairingSettings
from districting.model.settings import ProjectSettings, Settings
from districting.reading.city import City

CRS = "EPSG:4546"


def row(school: str, km: float, tier: str, score: float, **more: Any) -> dict[str, Any]:
    """One junior at ``km``, named after its id."""
    return {"school_id": school, "name": f"school {school}", "km": km, "tier": tier, "score": score, "stage": "junior", "pupils": 400.0} | more


def road_city(rows: list[dict[str, Any]], year: int = 2026, **pairing: Any) -> City:
    """A city of these schools; ``pairing``: settings of ``[pairing]``, for juniors with one donor each unless given."""
    frame = pd.DataFrame(rows)
    for column, value in {"ownership": "public", "county_code": "A", "school_type": ""}.items():
        frame[column] = frame[column].fillna(value) if column in frame.columns else value
    campus = frame.drop_duplicates("school_id")
    schools = gpd.GeoDataFrame(
        {c: campus[c].tolist() for c in ("school_id", "name", "county_code", "ownership", "school_type")} | {"town_code": "", "boarding": False},
        geometry=[shapely.Point(1000.0 * km, 0) for km in campus["km"]],
        crs=CRS,
    )
    stages = frame.drop(columns=["name", "km", "ownership", "county_code", "school_type"]).assign(seats=500.0, plan=150.0).reset_index(drop=True)
    settings = Settings(project=ProjectSettings(year=year, language="en"), pairing=PairingSettings(**{"stages": ("junior",), **pairing}))
    return City(settings=settings, schools=schools, school_stages=stages, crs=CRS)


def changed(city: City, **pairing: Any) -> City:
    """The city with other settings of ``[pairing]``."""
    return dataclasses.replace(city, settings=dataclasses.replace(city.settings, pairing=dataclasses.replace(city.settings.pairing, **pairing)))
