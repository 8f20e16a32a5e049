"""The page's geometry format: nothing is lost between shapes, the two strings and the browser."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.outputs import map as map_package
from districting.outputs.map.offline import remote_links
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


@pytest.mark.browser
def test_the_browser_reads_the_strings_as_python_does(chromium):
    rng = np.random.default_rng(5)
    cells = [shapely.box(x / 7, y / 7, (x + 1) / 7, (y + 1) / 7) for x in range(-6, 6) for y in range(-6, 6)]
    label = rng.integers(0, 9, len(cells))
    found = topology([shapely.union_all([c for c, k in zip(cells, label, strict=True) if k == g]) for g in range(9)])
    page = chromium.new_page()
    page.add_script_tag(content=resources.files(map_package).joinpath("assets", "arcs.js").read_text(encoding="utf-8"))
    read = page.evaluate("ground => { const g = decodeArcs(ground); return { arcs: g.arcs.map(a => Array.from(a)), areas: g.areas }; }", found.encoded())
    page.close()
    assert read["areas"] == found.areas
    assert [np.rint(np.array(a) * STEPS_PER_DEGREE).astype(int).reshape(-1, 2).tolist() for a in read["arcs"]] == [a.tolist() for a in found.arcs]


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
