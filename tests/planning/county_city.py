"""Counties as squares of 10 km in a row, drawn by hand: donors A and 高新区 (which has no code), recipients X and Y; schools where a test puts them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from districting.model.pairing_settings import PairingSettings
from districting.model.settings import Settings
from districting.reading.city import City

CRS = "EPSG:4546"
SIDE = 10_000.0
ROW = (("A", "甲区", "城区", "支援"), (None, "高新区", "城区", "支援"), ("X", "戊县", "山区", "受援"), ("Y", "己县", "山区", "受援"))


def county_table(rows=ROW, without=()):
    """The counties table; ``without``: columns that are not given."""
    frame = pd.DataFrame(rows, columns=["county_code", "name", "county_type", "aid_role"]).drop(columns=list(without))
    return gpd.GeoDataFrame(frame, geometry=[shapely.box(SIDE * i, 0, SIDE * (i + 1), SIDE) for i in range(len(rows))], crs=CRS)


def at(school_id, km, stage="primary", *, county=None, north=5.0, **more):
    """One school-stage ``km`` east of the western border."""
    row = {"school_id": school_id, "name": f"{school_id}校", "x": 1000.0 * km, "y": 1000.0 * north, "stage": stage, "county_code": county}
    return row | {"ownership": "public", "pupils": 100.0, "tier": "regular", "score": 75.0, "level": "", "boarding": False} | more


def county_city(schools, counties=None, settings=None, *, table=True, **more) -> City:
    """The city of ``schools`` (rows of :func:`at`), zones none; ``table`` False: there is no counties table."""
    rows = pd.DataFrame(schools)
    campus = rows.drop_duplicates("school_id").reset_index(drop=True)
    points = [None if pd.isna(x) else shapely.Point(x, y) for x, y in zip(campus["x"], campus["y"], strict=True)]
    frame = campus[["school_id", "name", "county_code", "ownership", "level", "boarding"]].assign(town_code="")
    stages = rows.drop(columns=["name", "x", "y", "county_code", "ownership", "level", "boarding"]).assign(seats=120.0, plan=20.0)
    lost = campus[campus["x"].isna()][["school_id", "name", "stage"]].assign(reason="no_coordinates")
    return City(
        settings=settings or Settings(pairing=PairingSettings()),
        schools=gpd.GeoDataFrame(frame, geometry=points, crs=CRS),
        school_stages=stages,
        crs=CRS,
        counties=(county_table() if counties is None else counties) if table else None,
        admin=more.pop("admin", None),
        unplaced=lost.reset_index(drop=True),
        **more,
    )
