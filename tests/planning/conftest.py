"""A city drawn by hand: a 4 x 4 grid of blocks of 100 m, two counties side by side, a primary in every corner.

county A   county B        each block: 5 entrants; each primary: 25 seats
P1 .  |  . P2              juniors: lead L beside P1, weak W beside P3 (county A);
.  .  |  . .                        lead M beside P2, weak V beside P4 (county B)
L  W  |  M V
P3 .  |  . P4
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from districting.model.settings import GroupingSettings, PairingSettings, Settings, ZoningRules, ZoningSettings
from districting.reading.city import City

CRS = "EPSG:4546"
PLACES = {
    "P1": (0, 3, "primary", "regular"),
    "P2": (3, 3, "primary", "regular"),
    "P3": (0, 0, "primary", "regular"),
    "P4": (3, 0, "primary", "regular"),
    "L": (0, 1, "junior", "lead"),
    "W": (1, 1, "junior", "weak"),
    "M": (2, 1, "junior", "lead"),
    "V": (3, 1, "junior", "weak"),
}
SCORE = {"lead": 90.0, "regular": 75.0, "weak": 60.0}


def grid_blocks() -> gpd.GeoDataFrame:
    cells = [(x, y) for y in range(4) for x in range(4)]
    frame = {
        "block_id": [f"b{x}{y}" for x, y in cells],
        "name": [f"block {x} {y}" for x, y in cells],
        "county_code": ["A" if x < 2 else "B" for x, _ in cells],
        "entrants_primary": 5.0,
        "entrants_junior": 4.0,
    }
    return gpd.GeoDataFrame(frame, geometry=[shapely.box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for x, y in cells], crs=CRS)


def campus(places=PLACES) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    ids = list(places)
    schools = gpd.GeoDataFrame(
        {
            "school_id": ids,
            "name": [f"school {i}" for i in ids],
            "county_code": ["A" if places[i][0] < 2 else "B" for i in ids],
            "town_code": "",
            "ownership": "public",
            "boarding": False,
        },
        geometry=[shapely.Point(100 * places[i][0] + 50, 100 * places[i][1] + 50) for i in ids],
        crs=CRS,
    )
    stages = pd.DataFrame(
        {
            "school_id": ids,
            "stage": [places[i][2] for i in ids],
            "seats": 150.0,
            "plan": 25.0,
            "pupils": 120.0,
            "tier": [places[i][3] for i in ids],
            "score": [SCORE[places[i][3]] for i in ids],
            "books": np.arange(len(ids)) * 100.0 + 1000,
        }
    )
    return schools, stages


@pytest.fixture
def grid_city() -> City:
    schools, stages = campus()
    settings = Settings(
        zoning={"primary": ZoningSettings(), "junior": ZoningSettings()},
        grouping=GroupingSettings(),
        pairing=PairingSettings(stages=("junior",)),
    )
    blocks = grid_blocks()
    today = pd.DataFrame({"block_id": blocks["block_id"], "stage": "primary", "school_id": ["P3" if c == "A" else "P4" for c in blocks["county_code"]]})
    return City(settings=settings, schools=schools, school_stages=stages, crs=CRS, blocks=blocks, today=today, hashes={"blocks": "0" * 64})


@pytest.fixture
def rules():
    """Zoning settings with some rules changed."""

    def changed(**switches):
        return ZoningSettings(rules=ZoningRules(**switches))

    return changed
