"""The page's geometry format: nothing is lost between shapes, the two strings and the browser."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.outputs import map as map_package
from districting.outputs.map.offline import remote_links
from districting.outputs.map.packing import packed
from districting.outputs.map.topology import STEPS_PER_DEGREE, decoded, topology

CELL = 0.001


def rebuilt(found):
    """Shapes from a topology, ring by ring: outer rings run counter-clockwise, holes clockwise."""
    shapes = []
    for rings in found.areas:
        area = shapely.Polygon()
        for ring in rings:
            line = np.concatenate([found.arcs[a][:-1] if a >= 0 else found.arcs[-a - 1][::-1][:-1] for a in ring])
            area = area.symmetric_difference(shapely.Polygon(line / STEPS_PER_DEGREE))
        shapes.append(area)
    return shapes


@st.composite
def coverages(draw):
    """A grid whose cells are dealt to areas at will: pieces apart, holes, islands in holes, areas that touch in a point."""
    across, down = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    labels = draw(st.lists(st.integers(0, 4), min_size=across * down, max_size=across * down))
    west, south = draw(st.integers(-179, 179)), draw(st.integers(-80, 80))
    cells = [shapely.box(west + CELL * x, south + CELL * y, west + CELL * (x + 1), south + CELL * (y + 1)) for y in range(down) for x in range(across)]
    groups = [[c for c, label in zip(cells, labels, strict=True) if label == k] for k in sorted(set(labels))]
    return [shapely.normalize(shapely.set_precision(shapely.union_all(group), 1e-6)) for group in groups]


@given(coverages())
@settings(max_examples=60, deadline=None)
def test_areas_come_back_as_they_went_in(shapes):
    for before, after in zip(shapes, rebuilt(decoded(topology(shapes).encoded())), strict=True):
        assert before.symmetric_difference(after).area < 1e-12


@given(coverages())
@settings(max_examples=60, deadline=None)
def test_encoding_and_decoding_is_the_identity(shapes):
    found = topology(shapes)
    again = decoded(found.encoded())
    assert again.areas == found.areas
    assert all(np.array_equal(a, b) for a, b in zip(again.arcs, found.arcs, strict=True))
    assert again.encoded() == found.encoded()


@given(coverages())
@settings(max_examples=60, deadline=None)
def test_every_border_is_stored_once(shapes):
    """The arcs together are as long as the union of all borders."""
    found = topology(shapes)
    stored = sum(shapely.LineString(arc / STEPS_PER_DEGREE).length for arc in found.arcs)
    assert stored == pytest.approx(shapely.union_all([shapely.boundary(s) for s in shapes]).length)


@st.composite
def messes(draw):
    """Polygons that keep no rule: few places to choose from, so that corners repeat, borders overlap, T-junctions and areas of nothing are common."""
    place = st.tuples(st.integers(0, 4), st.integers(0, 4))
    rings = draw(st.lists(st.lists(place, min_size=3, max_size=9), min_size=1, max_size=5))
    holes = draw(st.lists(st.lists(place, min_size=3, max_size=6), max_size=1))
    first, *others = rings
    return [
        shapely.Polygon(first, holes),
        *(shapely.Polygon(ring) for ring in others),
        shapely.MultiPolygon([shapely.Polygon(first), shapely.Polygon(others[-1])]) if others else None,
    ]


def edges(shape):
    """How often each directed edge is run, rings turned as the page wants them; steps without length and rings of fewer than three corners left out."""
    found = Counter()
    for part in shapely.get_parts(shape) if shape is not None else []:
        part = shapely.orient_polygons(part)
        for ring in shapely.get_rings(part):
            points = np.rint(shapely.get_coordinates(ring) * STEPS_PER_DEGREE).astype(int).tolist()
            moved = [(tuple(a), tuple(b)) for a, b in pairwise(points) if a != b]
            found.update(moved if len(moved) >= 3 else [])
    return found


@given(messes())
@settings(max_examples=150, deadline=None)
def test_whatever_the_shapes_every_area_keeps_its_directed_edges(shapes):
    found = decoded(topology(shapes).encoded())
    arcs = found.arcs
    for shape, rings in zip(shapes, found.areas, strict=True):
        runs = [(arcs[a] if a >= 0 else arcs[-a - 1][::-1]).tolist() for ring in rings for a in ring]
        assert Counter((tuple(a), tuple(b)) for run in runs for a, b in pairwise(run)) == edges(shape)
        for ring in rings:  # an arc begins where the one before it ends
            ends = [(arcs[a] if a >= 0 else arcs[-a - 1][::-1])[[0, -1]].tolist() for a in ring]
            assert all(ends[k - 1][1] == ends[k][0] for k in range(len(ends)))


def test_a_corner_that_only_one_neighbour_has_parts_the_border_there_alone():
    """Two squares side by side; the left one has one more corner in the middle of the shared border. The outer borders stay whole, nothing is lost."""
    left = shapely.Polygon([(0, 0), (1, 0), (1, 0.5), (1, 1), (0, 1)])
    found = topology([left, shapely.box(1, 0, 2, 1)])
    assert sorted(len(arc) for arc in found.arcs) == [2, 3, 4, 4]


def test_other_versions_and_lists_that_do_not_fit_are_refused():
    good = topology([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]).encoded()
    for broken in ({"format": "arcs-1"}, {"format": "arcs-3"}, {"point_count": 5}, {"arc_count": 9}, {"area_count": 1}, {"ring_sizes": packed([1, 2])}):
        with pytest.raises(ValueError, match=r"unknown geometry format|do not fit"):
            decoded({**good, **broken})
    with pytest.raises(ValueError, match="not occurred"):
        decoded({**good, "refs": packed([5, 0, 0, 0])})
    with pytest.raises(ValueError, match="within a number"):
        decoded({**good, "x": good["x"] + "z"})


def test_a_ring_inside_another_area_is_shared_by_both():
    """A square lake of its own inside a square island: 2 arcs, the inner used in both directions."""
    hole = shapely.box(1, 1, 2, 2)
    found = topology([shapely.box(0, 0, 3, 3).difference(hole), hole])
    assert len(found.arcs) == 2
    inner = found.areas[1][0][0]
    assert -inner - 1 in [arc for ring in found.areas[0] for arc in ring]


def test_shapes_that_fall_to_nothing_keep_their_place():
    speck = shapely.box(0, 0, 1e-9, 1e-9)
    found = topology([speck, shapely.box(0, 0, 1, 1), shapely.Polygon()])
    assert [len(rings) for rings in decoded(found.encoded()).areas] == [0, 1, 0]
    assert topology([]).encoded()["area_count"] == 0


READ = """ground => {
  const g = decodeArcs(ground), arcs = [], areas = [];
  for (let a = 0; a < g.arcs; a++) { arcs.push(Array.from(g.x.slice(g.arcStart[a], g.arcStart[a + 1])).map((x, i) => [x, g.y[g.arcStart[a] + i]])); }
  for (let u = 0; u < g.areas; u++) {
    const rings = [];
    for (let r = g.areaStart[u]; r < g.areaStart[u + 1]; r++) { const ring = []; for (let h = g.ringStart[r]; h < g.ringStart[r + 1]; h++) { ring.push(g.backwards[h] ? -g.arcOf[h] - 1 : g.arcOf[h]); } rings.push(ring); }
    areas.push(rings);
  }
  return { arcs: arcs, areas: areas };
}"""


@pytest.fixture
def reader(chromium):
    """A page that holds the two scripts that read packed data."""
    page = chromium.new_page()
    for name in ("packing.js", "arcs.js"):
        page.add_script_tag(content=resources.files(map_package).joinpath("assets", name).read_text(encoding="utf-8"))
    yield page
    page.close()


def tiles():
    """Nine areas of a grid of 144 cells, most of them in several parts and with holes."""
    rng = np.random.default_rng(5)
    cells = [shapely.box(x / 7, y / 7, (x + 1) / 7, (y + 1) / 7) for x in range(-6, 6) for y in range(-6, 6)]
    label = rng.integers(0, 9, len(cells))
    return [shapely.union_all([c for c, k in zip(cells, label, strict=True) if k == g]) for g in range(9)]


@pytest.mark.browser
def test_the_browser_reads_the_strings_as_python_does(reader):
    found = topology(tiles())
    read = reader.evaluate(READ, found.encoded())
    assert read["areas"] == found.areas
    assert read["arcs"] == [a.tolist() for a in found.arcs]


@pytest.mark.browser
def test_the_browser_refuses_other_versions_and_broken_lists(reader):
    good = topology(tiles()).encoded()
    trial = "ground => { try { decodeArcs(ground); return ''; } catch (e) { return e.message; } }"
    assert reader.evaluate(trial, good) == ""
    assert "unknown geometry format arcs-1" in reader.evaluate(trial, {**good, "format": "arcs-1"})
    assert "do not fit" in reader.evaluate(trial, {**good, "point_count": good["point_count"] + 1})
    assert "do not fit" in reader.evaluate(trial, {**good, "rings": good["rings"] + "#"})
    assert "within a number" in reader.evaluate(trial, {**good, "y": good["y"] + "z"})
    assert "no meaning" in reader.evaluate(trial, {**good, "x": "<" + good["x"]})


@pytest.mark.browser
def test_the_walk_around_a_group_is_the_border_of_its_union(reader):
    """Against shapely's union: the same area for every group of areas, and borders as long as those between the groups."""
    shapes, group = tiles(), [0, 1, 0, 2, 1, 0, 2, 2, 1]
    found = topology(shapes)
    script = """([ground, group]) => {
      const g = decodeArcs(ground), of = dissolvedArcs(g, Int32Array.from(group)), rings = [];
      for (let r = 0; r + 1 < of.start.length; r++) { rings.push([of.group[r], Array.from(of.refs.slice(of.start[r], of.start[r + 1])).map(h => g.backwards[h] ? -g.arcOf[h] - 1 : g.arcOf[h])]); }
      return { rings: rings, borders: Array.from(of.borders) };
    }"""
    walked = reader.evaluate(script, [found.encoded(), group])
    arcs, area = found.arcs, dict.fromkeys(range(3), 0.0)
    for g, ring in walked["rings"]:
        line = np.concatenate([arcs[a][:-1] if a >= 0 else arcs[-a - 1][::-1][:-1] for a in ring]) / STEPS_PER_DEGREE
        area[g] += float(np.dot(line[:, 0], np.roll(line[:, 1], -1)) - np.dot(np.roll(line[:, 0], -1), line[:, 1])) / 2
    unions = [shapely.union_all([s for s, k in zip(shapes, group, strict=True) if k == g]) for g in range(3)]
    assert [area[g] for g in range(3)] == pytest.approx([u.area for u in unions], rel=1e-5)
    length = sum(shapely.LineString(arcs[a] / STEPS_PER_DEGREE).length for a in walked["borders"])
    assert length == pytest.approx(shapely.union_all([shapely.boundary(u) for u in unions]).length, rel=1e-5)
    assert len(set(walked["borders"])) == len(walked["borders"])


@pytest.mark.parametrize(
    "planted",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<link rel=stylesheet href='//cdn.example/x.css'>",
        '<img alt="" src="tiles/1.png">',
        '<IFRAME  SRC="http://example.org"></IFRAME>',
    ],
)
def test_a_planted_link_is_found(planted):
    assert len(remote_links(f"<html><head>{planted}</head></html>")) == 1


def test_text_that_only_mentions_a_link_is_let_through():
    page = '<script>var a = "<img src=\'x.png\'>"; // https://leafletjs.com</script><img src="data:image/png;base64,AA=="><a href="#top">top</a>'
    assert remote_links(page) == []
