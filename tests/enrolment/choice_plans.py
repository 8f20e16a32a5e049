"""A town a person can check: four blocks in a row, 1 km apart, one zone of two schools (strong at the left end, weak at the right end), and the same with single-school zones."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point, box

from districting.model.plan import Plan

BLOCKS = ("b1", "b2", "b3", "b4")
STAGE = "junior"


def layer(rows, geometry):
    return gpd.GeoDataFrame(rows, geometry=geometry, crs="EPSG:4545")


def plan_of(*, shared=True, scores=(90.0, 70.0), pupils=(2.0, 2.0, 2.0, 2.0), today=("A", "A", "B", "B"), straight=True):
    """Blocks of 100 m sides with their middles at x = 0, 1000, 2000, 3000; school A stands at 0, school B at 3000; four seats each."""
    zones = ["z"] * 4 if shared else ["za", "za", "zb", "zb"]
    xs = [1000.0 * i for i in range(4)]
    blocks = layer({"block_id": BLOCKS, "name": "", "county_code": "", f"zone_id_{STAGE}": zones}, [box(x - 50, -50, x + 50, 50) for x in xs])
    schools = layer(
        {"school_id": ["A", "B"], "name": ["甲中学", "乙中学"], "county_code": "", "ownership": "public", "urban_rural_code": "111", "themes": ""},
        [Point(0, 0), Point(3000, 0)],
    )
    at = {"stage": STAGE}
    return Plan(
        name="town",
        year=2026,
        language="zh",
        crs="EPSG:4545",
        blocks=blocks,
        zones=layer({"zone_id": sorted(set(zones)), "stage": STAGE}, [box(0, 0, 1, 1)] * len(set(zones))),
        schools=schools,
        zone_schools=pd.DataFrame({"zone_id": ["z", "z"] if shared else ["za", "zb"], "school_id": ["A", "B"], **at}),
        demand=pd.DataFrame({"block_id": BLOCKS, "year": 2026, "pupils": pupils, **at}),
        seats=pd.DataFrame({"school_id": ["A", "B"], "seats": [4.0, 4.0], **at}),
        distances=pd.DataFrame({"block_id": ["b1"], "school_id": ["A"], "distance_m": [120.0], **at}),
        today=pd.DataFrame({"block_id": BLOCKS, "school_id": today, **at}) if today else pd.DataFrame({"block_id": [], "stage": [], "school_id": []}),
        school_stages=pd.DataFrame({"school_id": ["A", "B"], "tier": "", "score": scores, "pupils": 0.0, "plan": 4.0, "graduates": 0.0, **at}),
        provenance=pd.DataFrame({"part": [f"zoning.{STAGE}"], "key": ["distance"], "value": ["straight" if straight else "walk"]}),
    )
