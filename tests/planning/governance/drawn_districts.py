"""Two districts and five schools on a street, in kilometres; N teaches nine years and sits in two stages.

D01   A ---1--- N ---1--- P          D02   B -------5------- Q
      0         1         2                10               15
A junior, leads: 90    N member: primary 70, junior 80    P member: 65    B junior, leads: 80    Q member, no score
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from districting.model.plan import Plan

CRS = "EPSG:4546"
KM = {"A": 0, "N": 1, "P": 2, "B": 10, "Q": 15}
ROWS = (
    ("D01", "A", "junior", "lead", 90.137),
    ("D01", "N", "junior", "weak", 80.137),
    ("D01", "N", "primary", "member", 70.137),
    ("D01", "P", "primary", "member", 65.137),
    ("D02", "B", "junior", "lead", 80.137),
    ("D02", "Q", "primary", "member", np.nan),
)


def drawn_plan(language: str = "zh", rows: tuple = ROWS, km: dict[str, float] = KM) -> Plan:
    district, school, stage, role, score = (list(column) for column in zip(*rows, strict=True))
    names = list(dict.fromkeys(district))
    schools = list(km)
    return Plan(
        "示范市",
        2026,
        language,
        CRS,
        schools=gpd.GeoDataFrame(
            {"school_id": schools, "name": [f"{s}校" for s in schools], "county_code": "610102", "ownership": "public"},
            geometry=[shapely.Point(1000.0 * km[s], 0.0) for s in schools],
            crs=CRS,
        ),
        districts=gpd.GeoDataFrame(
            {"district_id": names, "scheme": "alliance", "level": 1, "parent_id": "", "name": [f"{d}学区" for d in names], "county_code": "610102"},
            geometry=[shapely.Point(0, 0).buffer(1)] * len(names),
            crs=CRS,
        ),
        memberships=pd.DataFrame({"scheme": "alliance", "district_id": district, "school_id": school, "stage": stage, "role": role}),
        school_stages=pd.DataFrame({"school_id": school, "stage": stage, "tier": "", "score": score, "pupils": 100.0}).drop_duplicates(["school_id", "stage"]),
        provenance=pd.DataFrame({"part": ["run"], "key": ["seed"], "value": ["0"]}),
    )
