"""A small plan with hard names, reported once for the public and once for internal use."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from districting.outputs.geopackage import write_plan
from districting.outputs.report import make_report, maps, write_report
from districting.planning.rows import stack

LONG = "很长的校名" * 40
NAMES = {"P1": "=cmd|' /C calc'!A0", "P2": '</script><b>"引号"&学校', "P3": "😀 مدرسة \x0b学校", "P4": LONG, "L": "../../etc/passwd", "W": "CON"}


@pytest.fixture(scope="session")
def hard_plan(grid_plan):
    """The grid of tests/planning with roads, a door exception and names that files, formulas and pages trip over."""
    schools = grid_plan.schools.assign(name=[NAMES.get(i, f"第{i}学校") for i in grid_plan.schools["school_id"]])
    lines = {
        "north": ("road", "北环路", [(-50, 400), (450, 400)]),
        "east": ("road", "东环路", [(400, -50), (400, 450)]),
        "river": ("barrier", "清河", [(-50, 0), (450, 0)]),
    }
    rows = gpd.GeoDataFrame(
        {"kind": [v[0] for v in lines.values()], "name": [v[1] for v in lines.values()]},
        geometry=[shapely.LineString(v[2]) for v in lines.values()],
        crs=grid_plan.crs,
    )
    blocks = grid_plan.blocks.copy()
    blocks.loc[blocks["block_id"] == "b00", ["name", "address_exceptions"]] = ["+海棠家园", "3幢归第二小学"]
    blocks.loc[blocks["block_id"].isin(["b10", "b01"]), "name"] = ["牛家村1组", "牛家村2组"]
    return grid_plan.replace(schools=schools, blocks=blocks, backdrop=stack(grid_plan.backdrop, rows), language="zh")


@pytest.fixture(scope="session")
def plan_file(hard_plan, tmp_path_factory):
    """The plan as a file, for the command line; it is the layers of an internal report too."""
    path = tmp_path_factory.mktemp("plan") / "11-layers.gpkg"
    write_plan(hard_plan, path)
    return path


@pytest.fixture(scope="session")
def public(hard_plan, tmp_path_factory):
    """The folder of the public report with Shapefiles, and its contents."""
    folder = tmp_path_factory.mktemp("public") / "report"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maps, "DPI", 50)  # nobody looks at these
        write_report(make_report(hard_plan), folder, shp_gbk=True)
        yield folder, json.loads((folder / "contents.json").read_text("utf-8"))


def with_feeders(plan):
    """``plan`` with two primaries that feed a junior."""
    return plan.replace(feeders=pd.DataFrame({"from_id": ["P1", "P2"], "to_id": ["L", "L"], "pupils": [20.0, 21.0]}))
