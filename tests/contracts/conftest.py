"""A plan with something for every output: four primaries, two pairs of juniors, districts and links, on the grid of tests/planning."""

from __future__ import annotations

import pandas as pd
import pytest

import districting
from districting.model.plan import Plan
from districting.model.settings import GroupingSettings, PairingSettings, Settings, ZoningSettings
from districting.reading.city import City
from tests.outputs.conftest import ODD
from tests.planning.conftest import CRS, SCORE, campus, grid_blocks


@pytest.fixture(scope="session")
def full_plan() -> Plan:
    """Scores with odd decimals, so that one can be searched for in a file and means nothing else."""
    schools, stages = campus()
    stages["score"] = [SCORE[tier] + ODD for tier in stages["tier"]]
    settings = Settings(
        zoning={"primary": ZoningSettings(), "junior": ZoningSettings()}, grouping=GroupingSettings(), pairing=PairingSettings(stages=("junior",))
    )
    blocks = grid_blocks()
    today = pd.DataFrame({"block_id": blocks["block_id"], "stage": "primary", "school_id": ["P3" if c == "A" else "P4" for c in blocks["county_code"]]})
    return districting.make_plan(City(settings=settings, schools=schools, school_stages=stages, crs=CRS, blocks=blocks, today=today))
