"""What is painted where blocks are very small or very many, in a real browser with the network cut."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from districting.outputs.map import map_html
from districting.outputs.map.content import page_content
from scripts.mesh_plan import mesh_plan

pytestmark = pytest.mark.browser


def _with(page: str, **more) -> str:
    """The page with more keys in its data."""
    keys = "".join(f'"{k}":{v},' for k, v in more.items() if v is not None)
    return page.replace('id="plan-data">{', f'id="plan-data">{{{keys}', 1)


PIXELS = """() => {
  const c = document.getElementById('areas'), m = districting.map, b = districting.areas.boxOf(() => true), r = c.getBoundingClientRect(), f = m.getContainer().getBoundingClientRect();
  const nw = m.latLngToContainerPoint([b[3], b[0]]), se = m.latLngToContainerPoint([b[1], b[2]]), away = [f.x - r.x, f.y - r.y];
  const x0 = Math.max(0, Math.ceil(nw.x + away[0]) + 12), x1 = Math.min(c.width, Math.floor(se.x + away[0]) - 12), y0 = Math.max(0, Math.ceil(nw.y + away[1]) + 12), y1 = Math.min(c.height, Math.floor(se.y + away[1]) - 12);
  const d = c.getContext('2d').getImageData(x0, y0, x1 - x0, y1 - y0).data, count = {};
  let holes = 0;
  for (let i = 0; i < d.length; i += 4) { if (d[i + 3] < 255) { holes++; } const k = '#' + [0, 1, 2].map(j => d[i + j].toString(16).padStart(2, '0')).join(''); count[k] = (count[k] || 0) + 1; }
  return { holes: holes, count: count, all: d.length / 4 };
}"""


@pytest.mark.parametrize("many", [None, 100])
def test_a_patchwork_has_no_holes_and_its_true_colours_at_every_zoom(open_page, many):
    """A full square of blocks of three kinds at random: boxes at the far zooms, outlines at the near ones; the shares of the colours on the screen are those of the ground.

    ``many``: borders from which blocks are drawn one by one, as in a large city.
    """
    plan = mesh_plan(2025 if many else 900)
    plan = plan.replace(today=plan.today.iloc[:0])
    kinds = {"own": "#1b7837", "near": "#a6dba0", "none": "#d9d3c0"}
    share = {colour: float((plan.blocks["quality_access_primary"] == kind).mean()) for kind, colour in kinds.items()}
    opened = open_page(_with(map_html(plan), many=many))
    opened.page.select_option("#view", "lens:0")
    for zoom_by in (-1.5, 0.75, 0.75, 0.5):
        opened.page.evaluate("by => { districting.map.setZoom(districting.map.getZoom() + by, {animate: false}); districting.areas.layer.paint(); }", zoom_by)
        seen = opened.page.evaluate(PIXELS)
        assert seen["holes"] == 0
        shown = {colour: seen["count"].get(colour, 0) for colour in kinds.values()}
        assert sum(shown.values()) > 0.3 * seen["all"]
        for colour, of_ground in share.items():
            assert shown[colour] / sum(shown.values()) == pytest.approx(of_ground, abs=0.06)


@pytest.mark.parametrize("many", [None, 0])
def test_large_blocks_keep_their_outlines_beside_very_small_ones(open_page, many):
    """A large triangle and 99 slivers: beyond the triangle's slope there is paper, not a box of its colour."""
    mesh = mesh_plan(100)
    x, y = mesh.blocks.total_bounds[:2]
    shapes = [shapely.Polygon([(x, y), (x + 4000, y), (x, y + 4000)]), *(shapely.box(x + 2 * i, y - 2, x + 2 * i + 2, y) for i in range(99))]
    plan = mesh.replace(blocks=mesh.blocks.set_geometry(gpd.GeoSeries(shapes, crs=mesh.crs)), today=mesh.today.iloc[:0])
    opened = open_page(_with(map_html(plan), many=many))
    opened.page.select_option("#view", "lens:0")
    inside, beyond = opened.page.evaluate("""() => {
      const b = districting.areas.boxOf(() => true), c = document.getElementById('areas'), r = c.getBoundingClientRect(), f = districting.map.getContainer().getBoundingClientRect();
      return [0.2, 0.8].map(share => { const p = districting.map.latLngToContainerPoint([b[1] + share * (b[3] - b[1]), b[0] + share * (b[2] - b[0])]);
        return c.getContext('2d').getImageData(Math.round(p.x + f.x - r.x), Math.round(p.y + f.y - r.y), 1, 1).data[3]; });
    }""")
    assert (inside, beyond) == (255, 0)


def test_the_ground_of_a_zone_is_one_plain_colour_without_seams(open_page):
    """All blocks in one zone of one school: but for the outer border every pixel has its colour, however many blocks meet there."""
    plan = mesh_plan(256)
    plan = plan.replace(today=plan.today.iloc[:0])
    opened = open_page(map_html(plan))
    opened.page.select_option("#view", "primary")
    opened.page.evaluate("districting.map.setZoom(districting.map.getZoom() - 2.5, {animate: false}); districting.areas.layer.paint()")
    seen = opened.page.evaluate(PIXELS)
    assert seen["all"] > 1000
    assert list(seen["count"]) == [page_content(plan, "internal", "zh")["palette"][0].lower()]
