"""Good schools near home and unsettled blocks on the map: every block in the colour of its kind, for internal use only."""

import geopandas as gpd
import pytest

from districting.outputs.map import map_html
from districting.outputs.map.content import page_content


@pytest.fixture
def seen_plan(grid_plan):
    """The grid with access by rows of blocks, and today's the other way round."""
    words = (["own", "near", "none", "own"] * 4)[: len(grid_plan.blocks)]
    flips = [0.0, 0.2, 0.5, 0.9] * 4
    columns = {"quality_access_primary": words, "quality_access_today_primary": words[::-1], "risk_flips_primary": flips[: len(words)]}
    return grid_plan.replace(blocks=grid_plan.blocks.assign(**columns))


def test_the_kinds_of_every_block_are_those_of_the_plan_and_the_public_has_none(seen_plan):
    access, settled = page_content(seen_plan, "internal", "zh")["lenses"]
    assert access["plan"][:4] == [0, 1, 2, 0]
    assert access["today"] == access["plan"][::-1]
    assert settled["plan"][:4] == [0, 1, 1, 2]
    assert settled["today"] is None
    assert "lenses" not in page_content(seen_plan, "public", "zh")
    assert "lens_access" not in map_html(seen_plan, audience="public")


@pytest.mark.browser
def test_a_block_is_painted_in_the_colour_of_its_kind_in_the_plan_and_today(seen_plan, open_page):
    opened = open_page(map_html(seen_plan))
    points = gpd.GeoSeries(seen_plan.blocks.geometry.centroid, crs=seen_plan.crs).to_crs(4326)
    lens = page_content(seen_plan, "internal", "zh")["lenses"][0]
    opened.page.select_option("#view", "lens:0")
    opened.page.uncheck("#schools")
    for time in ("plan", "today"):
        opened.page.check(f"[name=time][value={time}]")
        want = [lens["kinds"][kind]["colour"].upper() for kind in lens[time]]
        assert [opened.colour(p.x, p.y).upper() for p in points] == want
    assert "家门口的好学校" in opened.page.locator("#view option:checked").inner_text() or opened.page.evaluate("document.documentElement.lang") == "en"
    assert opened.quiet()
