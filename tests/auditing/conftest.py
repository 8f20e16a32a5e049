"""A plan drawn by hand: six square blocks of 100 m in a row, two schools, two districts' worth of evidence.

block    a0   a1   a2   a3   a4   a5
pupils   10   20   30   10   20   30
plan     S    S    S    T    T    T        school S stands in a0, T in a5
today    S    S    T    T    T    S        (a5 belongs to S today: a detached piece)
"""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from districting.model.plan import Plan

CRS = "EPSG:4546"
IDS = [f"a{i}" for i in range(6)]


def frame(layer, shapes):
    return gpd.GeoDataFrame(layer, geometry=list(shapes), crs=CRS)


@pytest.fixture
def row_plan() -> Plan:
    squares = [shapely.box(100 * i, 0, 100 * i + 100, 100) for i in range(6)]
    stage = "primary"
    zone = ["P-S"] * 3 + ["P-T"] * 3
    return Plan(
        "row",
        2026,
        "en",
        CRS,
        blocks=frame({"block_id": IDS, "name": IDS, "county_code": "150101", "zone_id_primary": zone}, squares),
        zones=frame({"zone_id": ["P-S", "P-T"], "stage": stage}, [shapely.box(0, 0, 300, 100), shapely.box(300, 0, 600, 100)]),
        schools=frame(
            {"school_id": ["S", "T"], "name": ["South", "Tower"], "county_code": "150101", "ownership": "public"}, shapely.points([(50, 50), (550, 50)])
        ),
        districts=frame(
            {"district_id": ["D01"], "scheme": "alliance", "level": 1, "parent_id": "", "name": "one", "county_code": "150101"}, [shapely.box(0, 0, 600, 100)]
        ),
        zone_schools=pd.DataFrame({"zone_id": ["P-S", "P-T"], "stage": stage, "school_id": ["S", "T"]}),
        memberships=pd.DataFrame({"scheme": "alliance", "district_id": "D01", "school_id": ["S", "T"], "stage": stage, "role": "member"}),
        rules=pd.DataFrame(
            {"decision": "grouping.alliance", "stage": "", "rule": ["primary", "junior_lead", "within_county"], "value": ["1..", "1..", "on"], "holds": True}
        ),
        edges=pd.DataFrame({"block_a": IDS[:-1], "block_b": IDS[1:], "shared_m": 100.0, "cut": False}),
        demand=pd.DataFrame({"block_id": IDS, "stage": stage, "year": 2026, "pupils": [10.0, 20, 30, 10, 20, 30]}),
        seats=pd.DataFrame({"school_id": ["S", "T"], "stage": stage, "seats": [60.0, 70]}),
        today=pd.DataFrame({"block_id": IDS, "stage": stage, "school_id": ["S", "S", "T", "T", "T", "S"]}),
        school_stages=pd.DataFrame({"school_id": ["S", "T"], "stage": stage, "tier": ["lead", "weak"], "score": [90.0, 60.0], "pupils": [300.0, 100.0]}),
        indicators=pd.DataFrame({"school_id": ["S", "T"], "stage": stage, "indicator": "books", "value": [3000.0, 3000.0]}),
        provenance=pd.DataFrame({"part": "zoning.primary", "key": ["objective", "bound", "gap"], "value": ["9000.0", "8900.0", "0.0111"]}),
    )
