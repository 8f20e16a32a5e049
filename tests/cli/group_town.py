"""A town of schools along a road as files, for the command ``group``: streets of one kilometre side by side, no zones."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from click.testing import CliRunner

from districting.cli.commands import cli

X, Y = 500_000.0, 4_400_000.0
STAGE = {"P": "小学", "J": "初中", "S": "高中"}
TIER = {"L": "优质校", "": "普通校", "W": "薄弱校"}
CONFIG = """
[project]
language = "en"
crs = "EPSG:4546"
[inputs]
schools = "schools.csv"
admin = "streets.geojson"
[inputs.datum]
schools = "EPSG:4546"
admin = "EPSG:4546"
[tiers]
source = "column"
lead = ["优质校"]
regular = ["普通校"]
weak = ["薄弱校"]
[solve]
time_limit_s = 10.0
"""


def school(kind, x, **more):
    """A row of the schools: ``"JL"`` a lead junior, at ``x`` km; ``name`` its name, else kind and place."""
    row = {
        "name": f"{kind}{x:g}",
        "stage": STAGE[kind[0]],
        "lng": X + 1000.0 * x,
        "lat": Y + 500.0,
        "tier": TIER[kind[1:]],
        "pupils": 300,
        "seats": 360,
        "plan": 120,
        "score": {"L": 90, "": 75, "W": 60}[kind[1:]],
        "urban_rural_code": "111",
        "backbone_teachers": 9,
        "themes": "科技",
        "ownership": "公办",
    } | more
    return {"school_id": f"S-{row['name']}", **row}


def write(folder, schools, grouping, *, streets=None, drop=()):
    """The files of the town; ``streets``: (west, east) of each in km; ``drop``: columns that are not given."""
    pd.DataFrame(schools).drop(columns=list(drop)).to_csv(folder / "schools.csv", index=False)
    spans = streets or [(x, x + 1) for x in range(12)]
    frame = gpd.GeoDataFrame(
        {"name": [f"street {i}" for i in range(len(spans))]},
        geometry=[shapely.box(X + 1000 * a, Y, X + 1000 * b, Y + 1000) for a, b in spans],
        crs="EPSG:4546",
    )
    frame.to_file(folder / "streets.geojson")
    (folder / "config.toml").write_text(CONFIG + grouping, encoding="utf-8")
    return folder / "config.toml"


def group(config, form, lang="en", *more):
    """The result of ``districting group``; the output folder is ``out`` beside the config."""
    words = ["group", config, "--form", form, "-o", config.parent / "out", "--lang", lang, "--overwrite", *more]
    result = CliRunner().invoke(cli, [str(w) for w in words], prog_name="districting")
    assert "Traceback" not in result.output
    assert "unexpected" not in result.output
    return result
